# Loaded together with layout.awk or steady.awk.

# Sorts order[from..to] by value[order[i]]; nearly all are in order already.
function sort(order, value, from, to,    i, k, one) {
	for (i = from + 1; i <= to; i++) {
		one = order[i]
		for (k = i - 1; k >= from && value[order[k]] > value[one]; k--)
			order[k + 1] = order[k]
		order[k + 1] = one
	}
}
