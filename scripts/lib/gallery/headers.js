// A click on a segment leads to the page with its headers.
for (const segment of document.querySelectorAll('article .segment')) {
	segment.classList.add('leads');
	segment.addEventListener('click', () => {
		location.href = `${segment.closest('article').id}/headers.html#segment-${segment.dataset.n}`;
	});
}
