// What is wrong with the page, or the picture, as it is shown now, a line each:
// texts that overlap, that are cut off or hard to read, and pages that are too wide.
(() => {
	const wrong = [];
	const say = (what, element) => wrong.push(what + ': ' +
		element.textContent.trim().slice(0, 40).replace(/["\\]/g, '?'));

	// WCAG 2: the ratio of two colours' luminances.
	const luminance = (colour) => {
		const [r, g, b] = colour.match(/[\d.]+/g).map((x) => x / 255)
			.map((x) => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const contrast = (a, b) => {
		const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
		return (high + 0.05) / (low + 0.05);
	};
	const behind = (element) => { // the colour behind a text of the page
		for (; element; element = element.parentElement) {
			const colour = getComputedStyle(element).backgroundColor;
			if (!/, 0\)$/.test(colour)) return colour;
		}
		return 'rgb(255, 255, 255)';
	};

	const inside = (a, b) => a.left >= b.left - 0.5 && a.right <= b.right + 0.5 &&
		a.top >= b.top - 0.5 && a.bottom <= b.bottom + 0.5;
	const overlap = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
		Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
	const apart = (boxes) => { // boxes: [element, rectangle]
		boxes.sort((a, b) => a[1].top - b[1].top);
		boxes.forEach(([a, box], i) => {
			for (let k = i + 1; k < boxes.length && boxes[k][1].top < box.bottom; k++)
				if (overlap(box, boxes[k][1])) {
					say('overlaps', a);
					say('  with', boxes[k][0]);
				}
		});
	};

	for (const svg of document.querySelectorAll('svg')) {
		const texts = [...svg.querySelectorAll('text')]
			.map((text) => [text, text.getBoundingClientRect()]);
		const paper = svg.querySelector('.paper');
		for (const [text, box] of texts) {
			if (!inside(box, paper.getBoundingClientRect())) say('leaves the picture', text);
			for (const ground of [paper, svg.querySelector('.fold')])
				if (ground && contrast(getComputedStyle(text).fill, getComputedStyle(ground).fill) < 4.5)
					say('too little contrast', text);
		}
		apart(texts);
		if (!svg.querySelector(':scope > title').textContent) wrong.push('a picture has no title');
		if (!svg.querySelector(':scope > desc').textContent) wrong.push('a picture has no description');
	}

	if (document.body) {
		if (document.compatMode !== 'CSS1Compat') wrong.push('quirks mode');
		const width = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth > width) wrong.push('wider than the window');
		const words = [];
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		for (let node; (node = walk.nextNode());) {
			const element = node.parentElement;
			if (!node.data.trim() || element.closest('svg, style')) continue;
			const range = document.createRange();
			range.selectNodeContents(node);
			for (const box of range.getClientRects()) words.push([element, box]);
			if (contrast(getComputedStyle(element).color, behind(element)) < 4.5)
				say('too little contrast', element);
		}
		apart(words);
		for (const link of document.querySelectorAll('a[href^="#"]'))
			if (!document.getElementById(link.hash.slice(1))) say('leads nowhere', link);
	}
	return wrong.join('\n');
})()
