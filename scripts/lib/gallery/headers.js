// A segment leads to the page of its headers.
for (const segment of document.querySelectorAll('article .segment')) {
	segment.classList.add('leads');
	segment.addEventListener('click', () => {
		location.href = `${segment.closest('article').id}/headers.html#segment-${segment.dataset.n}`;
	});
}
