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
		reach(x, out, what[i], NAME)
		low = max(low, place[i] + 14)
	}
}

# Returns where the names can begin.
function print_calls(host, x, out,    c, i, lanes, from, busy) {
	for (c = 1; c <= calls; c++) {
		if (caller[c] != host)
			continue
		from = down(enters[c])
		for (i = 0; busy[i] > from && i < 9; )
			i++
		lanes = max(lanes, i + 1)
		busy[i] = returns[c] == "" ? bottom : down(returns[c])
		print "bar", x + out * 8 * i, from, max(busy[i], from + 2)
		name("call", words[c], x + out * 8 * i, from + 1)
	}
	return x + out * (8 * lanes + 10)
}

# The span of a state ends, and its connection enters another, or is no more.
function enter(key, state, at_y, x, out,    l) {
	if (key in lane && now[key] != "")
		print "span", x + out * 11 * lane[key], since[key], max(at_y - 1, since[key] + 1), now[key]
	now[key] = state ~ /CLOSED/ ? "" : state
	since[key] = at_y
	if (now[key] == "") {
		if (key in lane) delete taken[lane[key]]
		delete lane[key]
		return
	}
	if (!(key in lane)) {
		for (l = 0; l in taken; )
			l++
		if (l == LANES) {
			hidden = 1
			return
		}
		taken[l]
		lane[key] = l
		lanes = max(lanes, l + 1)
	}
	name("state", state, x + out * 11 * lane[key], at_y + 1.01)
}

# Returns where the calls' bars can begin.
function print_states(host, x, out,    i, n, order, key) {
	split("", now)
	split("", lane)
	split("", taken)
	lanes = 0
	for (i = 1; i <= tellings; i++)
		if (teller[i] == host)
			order[++n] = i
	sort(order, told_at, 1, n)
	for (i = 1; i <= n; i++) {
		key = connection[order[i]]
		if (tells[order[i]] != now[key])
			enter(key, tells[order[i]], down(told_at[order[i]]), x, out)
	}
	for (i = n; i > 0; i--) # to the end of the picture
		if (now[connection[order[i]]] != "")
			enter(connection[order[i]], "", bottom, x, out)
	return x + out * (11 * lanes + (lanes ? 0 : 8))
}
