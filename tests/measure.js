// What is wrong with the page, or the picture, as it is shown now, a line each:
// texts that overlap, that are cut off or hard to read, and pages that are too wide.
(() => {
	const wrong = [];
	const say = (what, element) => {
		const picture = element.closest('svg')?.querySelector('title'); // which of the page's
		const line = (picture ? picture.textContent + ': ' : '') + what + ': ' +
			element.textContent.trim().slice(0, 40);
		wrong.push(line.replace(/["\\]/g, '?'));
	};

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
			if (!/^rgba.*, 0\)$/.test(colour)) return colour;
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

	// Geometry, in a picture's own pixels: quads have four corners, lines two ends.
	const into = (svg, element) => svg.getScreenCTM().inverse().multiply(element.getScreenCTM());
	const corners = (text, svg) => {
		const box = text.getBBox();
		const toSvg = into(svg, text);
		const [top, bottom] = [box.y + 2.5, box.y + box.height - 2.5]; // of the letters themselves
		return [[box.x, top], [box.x + box.width, top], [box.x + box.width, bottom], [box.x, bottom]]
			.map(([x, y]) => new DOMPoint(x, y).matrixTransform(toSvg));
	};
	const on = (path, svg, part) =>
		path.getPointAtLength(path.getTotalLength() * part).matrixTransform(into(svg, path));
	const sides = (quad) => quad.map((corner, i) => [corner, quad[(i + 1) % 4]]);
	const turn = (a, b, c) =>
		Math.sign(Math.round(100 * ((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x))));
	const cross = ([a, b], [c, d]) => turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
	const holds = (quad, p) => new Set(sides(quad).map(([a, b]) => turn(a, b, p))).size === 1;
	const onQuad = (quad, line) => holds(quad, line[0]) || holds(quad, line[1]) ||
		sides(quad).some((side) => cross(side, line));
	const touch = (a, b) => sides(a).some((side) => onQuad(b, side)) || holds(a, b[0]);
	const toLine = (p, [a, b]) => {
		const square = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
		const part = square ? ((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / square : 0;
		const at = Math.max(0, Math.min(1, part));
		return Math.hypot(p.x - a.x - at * (b.x - a.x), p.y - a.y - at * (b.y - a.y));
	};
	const distance = (quad, line) => onQuad(quad, line) ? 0 : Math.min(
		...quad.map((p) => toLine(p, line)), ...line.map((p) => Math.min(...sides(quad).map((s) => toLine(p, s)))));
	const near = (a, b) => Math.hypot(a.x - b.x, a.y - b.y) < 10;
	const range = (points) => [Math.min(...points.map((p) => p.y)), Math.max(...points.map((p) => p.y))];

	const segmentsOf = (svg) => [...svg.querySelectorAll('.segment')].map((group) => {
		const lines = (what) => [...group.querySelectorAll(what)]
			.map((path) => [on(path, svg, 0), on(path, svg, 1)]);
		const texts = [...group.querySelectorAll('text:not(.mark)')]
			.map((text) => ({text, quad: corners(text, svg)}));
		const shafts = lines('.shaft');
		const mark = group.querySelector('.cross');
		const all = [...shafts.flat(), ...texts.flatMap((t) => t.quad)];
		return {group, shafts, leads: lines('.lead'), texts, range: range(all),
			from: shafts[0][0], to: shafts[shafts.length - 1][1],
			lost: mark && on(mark, svg, 0.25)};
	});
	const look = (segment) => { // at it alone
		for (const {text, quad} of segment.texts)
			if (text.matches('.label, .note') && segment.group.querySelector('.label') &&
				![...segment.shafts, ...segment.leads].some((line) => distance(quad, line) <= 12) &&
				!segment.texts.some((t) => t.text !== text && distance(quad, sides(t.quad)[2]) <= 12))
				say('stands too far from its arrow', text);
	};
	const compare = (a, b) => {
		if (near(a.from, b.from) && near(a.to, b.to)) say('lies on another arrow', a.group);
		for (const {text, quad} of a.texts) {
			if (b.shafts.some((line) => onQuad(quad, line))) {
				say('stands on an arrow', text);
				say('  of', b.group);
			}
			if (b.texts.some((t) => touch(quad, t.quad))) say('overlaps a label', text);
		}
		if (a.lost && (b.shafts.some((line) => toLine(a.lost, line) < 14) ||
			b.texts.some(({quad}) => sides(quad).some((side) => toLine(a.lost, side) < 14))))
			say('is too near to what was lost', b.group);
	};

	for (const svg of document.querySelectorAll('svg.wide, svg.narrow, svg.legend')) {
		if (!svg.getBoundingClientRect().width) continue; // it is for another medium
		const view = svg.viewBox.baseVal;
		const quads = [...svg.querySelectorAll('text')].map((text) => ({text, quad: corners(text, svg)}))
			.sort((a, b) => a.quad[0].y - b.quad[0].y);
		const inView = ({x, y}) => x >= view.x - 1 && x <= view.x + view.width + 1 &&
			y >= view.y - 1 && y <= view.y + view.height + 1;
		const outOfView = (quad) => quad.every(({y}) => y < view.y || y > view.y + view.height);
		quads.forEach(({text, quad}, i) => {
			if (!quad.every(inView) && !(svg.matches(':not(:has(style))') &&
				(text.closest('.segment') || outOfView(quad)))) // it is in the next piece
				say('leaves the picture', text);
			if (!text.closest('.mark') && contrast(getComputedStyle(text).fill,
				getComputedStyle(svg).backgroundColor) < 4.5) say('too little contrast', text);
			const [top, bottom] = range(quad);
			for (let k = i + 1; k < quads.length && k < i + 60; k++) {
				const other = range(quads[k].quad);
				if (other[0] < bottom && other[1] > top && touch(quad, quads[k].quad)) {
					say('overlaps', text);
					say('  with', quads[k].text);
				}
			}
		});
		const segments = segmentsOf(svg);
		segments.forEach((segment, i) => {
			look(segment);
			segments.forEach((other, k) => {
				if (k !== i && other.range[0] < segment.range[1] + 14 && other.range[1] > segment.range[0] - 14)
					compare(segment, other);
			});
		});
		if (svg.getAttribute('role') === 'img' && !svg.querySelector(':scope > title').textContent)
			wrong.push('a picture has no title');
	}

	if (document.body) {
		if (document.compatMode !== 'CSS1Compat') wrong.push('quirks mode');
		const width = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth > width) wrong.push('wider than the window');
		const words = [];
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		for (let node; (node = walk.nextNode());) {
			const element = node.parentElement;
			if (!node.data.trim() || element.closest('svg, style, script, details:not([open])')) continue;
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
