# Loaded together with layout.awk: puts texts in a column, none over another.

# Text i of n, tall[i] high, wants its middle at want[i]. It gets its top at
# top[i], not above `least`: texts that would overlap move apart, and each is as
# near as may be.
function spread(n, want, tall, top, least,    i, c, order, head, first, count, high, sum, y) {
	for (i = 1; i <= n; i++) {
		order[i] = i
		head[i] = want[i] - tall[i] / 2
	}
	sort(order, head, 1, n)
	for (i = 1; i <= n; i++) { # heaps of texts that touch each other
		first[++c] = i
		count[c] = 1
		high[c] = tall[order[i]]
		sum[c] = head[order[i]]
		while (c > 1 && heap_top(c, sum, count, least) < \
			heap_top(c - 1, sum, count, least) + high[c - 1]) {
			sum[c - 1] += sum[c] - count[c] * high[c - 1]
			count[c - 1] += count[c]
			high[c - 1] += high[c]
			c--
		}
	}
	first[c + 1] = n + 1
	for (c = 1; first[c] <= n; c++) {
		y = heap_top(c, sum, count, least)
		for (i = first[c]; i < first[c + 1]; i++) {
			top[order[i]] = y
			y += tall[order[i]]
		}
	}
}

function heap_top(c, sum, count, least) { # of a heap
	return sum[c] / count[c] > least ? sum[c] / count[c] : least
}
