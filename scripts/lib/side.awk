# Loaded together with layout.awk: what stands beside a host's line: bars and spans,
# and outside of them their names, of which there are n: what[i], of kind[i], for
# what is at target[i], height[i].

function name(as, text, x, y) {
	what[++n] = text
	kind[n] = as
	target[n] = x
	height[n] = y
}

# OUT is -1 to the left of the line, at x, and 1 to its right.
function print_side(host, x, out,    i, high, place) {
	n = 0
	x = print_calls(host, print_states(host, x, out), out)
	for (i = 1; i <= n; i++)
		high[i] = 14
	spread(n, height, high, place, top - 7)
	for (i = 1; i <= n; i++) {
		print "lead", x - 3 * out, place[i] + 7, target[i], height[i]
		print kind[i], x, place[i] + 7, out, what[i]
		reach(x, out, what[i], 6.7)
		low = max(low, place[i] + 14)
	}
}

# Returns where the names can begin.
function print_calls(host, x, out,    c, i, lanes, from, busy) {
	for (c = 1; c <= calls; c++) {
		if (caller[c] != host)
			continue
		from = down(enters[c])
		for (i = 0; busy[i] > from; )
			i++
		lanes = max(lanes, i + 1)
		busy[i] = returns[c] == "" ? bottom : down(returns[c])
		print "bar", x + out * 8 * i, from, max(busy[i], from + 2)
		name("call", words[c], x + out * 8 * i, from + 1)
	}
	return x + out * (8 * lanes + 10)
}

# The same for the calls' bars.
function print_states(host, x, out,    i, n_told, order, key, keys, of, now, since, lane, at_y) {
	for (i = 1; i <= tellings; i++)
		if (teller[i] == host)
			order[++n_told] = i
	sort(order, told_at, 1, n_told)
	for (i = 1; i <= n_told + keys; i++) { # all that was told; then the ends
		key = i > n_told ? of[i - n_told] : connection[order[i]]
		if (i <= n_told && !(key in lane)) {
			of[++keys] = key
			lane[key] = x + out * 11 * (keys - 1)
		}
		if (i <= n_told && tells[order[i]] == now[key])
			continue
		at_y = i > n_told ? bottom : down(told_at[order[i]])
		if (now[key] != "" && now[key] !~ /CLOSED/)
			print "span", lane[key], since[key], max(at_y - 1, since[key] + 1), now[key]
		now[key] = i > n_told ? "" : tells[order[i]]
		since[key] = at_y
		if (now[key] != "" && now[key] !~ /CLOSED/)
			name("state", now[key], lane[key], at_y + 1.01)
	}
	return x + out * (11 * keys + (keys ? 0 : 8))
}
