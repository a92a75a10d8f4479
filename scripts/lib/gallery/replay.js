// Replays a picture, event by event. What has not happened yet is hidden, or is behind a
// curtain (a rectangle in the colour of the page). In a picture, a height is a time, the
// same for both hosts.
for (const figure of document.querySelectorAll('figure')) {
	const PACE = 700; // the time for an event, in ms
	const calm = matchMedia('(prefers-reduced-motion: reduce)');
	const bar = document.createElement('div');
	let pieces, parts, stops, at = -1, running = 0;

	const heights = (part) => part.matches('.segment')
		? [...part.querySelectorAll('.shaft')].flatMap((shaft) =>
			shaft.getAttribute('d').match(/-?[\d.]+/g).filter((_, i) => i % 2).map(Number))
		: [part.matches('.chip') ? +part.querySelector('.state').getAttribute('y') - 4
			: +part.getAttribute('y') - 4.5];
	const begin = () => {
		pieces = [...figure.querySelectorAll('svg.ladder:not(.heads)')].map((svg) => {
			const view = svg.viewBox.baseVal;
			const curtain = document.createElementNS(svg.namespaceURI, 'rect');
			curtain.setAttribute('class', 'curtain');
			curtain.setAttribute('x', view.x);
			curtain.setAttribute('width', view.width);
			svg.append(curtain);
			return {svg, view, curtain, shown: () => svg.getBoundingClientRect().width > 0};
		});
		parts = [...figure.querySelectorAll('.segment, .chip, .call, text.note.out, .narrow text.key')]
			.map((part) => ({part, heights: heights(part), piece: pieces.find(({svg}) => svg.contains(part))}));
		const all = parts.filter(({piece}) => piece && piece.shown()).flatMap((p) => p.heights);
		stops = [...new Set(all.map(Math.round))].sort((a, b) => a - b);
	};
	const show = (y) => { // shows all that happens down to the height y
		for (const {view, curtain} of pieces) {
			const top = Math.min(Math.max(y + 9, view.y), view.y + view.height);
			curtain.setAttribute('y', top);
			curtain.setAttribute('height', view.y + view.height - top);
		}
		for (const {part, heights: [first]} of parts)
			part.classList.toggle('yet-to-come', first > y + 1);
		const piece = pieces.find((p) => p.shown() && y <= p.view.y + p.view.height);
		if (!piece) return;
		const box = piece.svg.getBoundingClientRect();
		const below = box.top + (y - piece.view.y) * box.height / piece.view.height - innerHeight * 0.8;
		if (below > 0) scrollBy({top: below, behavior: 'instant'});
	};
	const end = () => {
		running = 0;
		at = -1;
		for (const {curtain} of pieces || []) curtain.remove();
		for (const {part} of parts || []) part.classList.remove('yet-to-come');
		pieces = null;
		label();
	};
	const next = () => {
		if (!pieces) begin();
		if (++at >= stops.length) end();
		else show(stops[at]);
	};
	const run = (now) => {
		if (!running) return;
		const passed = Math.min(Math.max((now - running) / PACE, 0), 1);
		const from = stops[at], to = stops[at + 1];
		if (to !== undefined) show(from + (to - from) * passed);
		if (passed === 1) {
			running = now;
			next();
		}
		if (running) requestAnimationFrame(run);
	};
	const button = (text, what) => {
		const made = document.createElement('button');
		made.type = 'button';
		made.textContent = text;
		made.addEventListener('click', what);
		bar.append(made);
		return made;
	};
	const play = button('Replay', () => {
		if (!running && !pieces) next();
		running = running ? 0 : performance.now();
		requestAnimationFrame(run);
		label();
	});
	button('Step', () => {
		running = 0;
		next();
		label();
	});
	const all = button('Show all', end);
	const label = () => {
		play.hidden = calm.matches;
		play.textContent = running ? 'Pause' : pieces ? 'Go on' : 'Replay';
		all.hidden = !pieces;
	};
	calm.addEventListener('change', label);
	bar.className = 'replay';
	figure.prepend(bar);
	label();
}
