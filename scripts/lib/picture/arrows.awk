# Loaded together with layout.awk: what stands between the lines: arrows, from
# (x1, y1) to (x2, y2), and their labels, of a title and notes.

# With the scale as it is: where the arrows end, and their labels are: as near to
# the arrow's middle as the others leave it, and on the arrow, if that can be.
# Beneath the label of a lost segment is its cross. Returns by how much the worst
# label misses its arrow.
function place_labels(    s, long, gap, on, off, worst) {
	set_scale()
	long = flight ? flight * pixels : 40
	usual["client"] = usual["server"] = long
	for (s = 1; s <= segments; s++) {
		y1[s] = leaves[s] == "" ? down(comes[s]) - long / 2 : down(leaves[s])
		y2[s] = comes[s] == "" ? y1[s] + usual[sender[s]] : down(comes[s])
		if (abs(y2[s] - y1[s] - long) < long / 4) # a lost one is like the last
			usual[sender[s]] = y2[s] - y1[s]
		middle[s] = (y1[s] + y2[s] + tall[s] - 15) / 2
	}
	spread(segments, middle, tall, label_top, top - 8)
	for (s = 1; s <= segments; s++) {
		gap = 24 + wide[s] / 2
		on = y2[s] - y1[s] > 1 ? (label_top[s] + 7.5 - y1[s]) / (y2[s] - y1[s]) : 0.5
		label_x[s] = x1[s] + (x2[s] - x1[s]) * on
		label_x[s] = max(gap, -max(gap - channel, -label_x[s]))
		on = (label_x[s] - x1[s]) / (x2[s] - x1[s])
		off = abs(label_top[s] + 7.5 - y1[s] - (y2[s] - y1[s]) * on)
		worst = max(worst, off)
	}
	return worst
}

# How wide the channel between the lines must be for all that stands in it, and the
# arrows' ends there.
function measure(heads,    s, i, n, part) {
	channel = max(380, heads)
	for (s = 1; s <= segments; s++) {
		n = split(notes[s], part, "; ")
		tall[s] = 15 * (title[s] != "") + 14 * (comes[s] == "") + 13 * n
		wide[s] = length(title[s]) * LABEL
		for (i = 1; i <= n; i++)
			wide[s] = max(wide[s], length(part[i]) * NOTE)
		channel = max(channel, wide[s] + 70)
	}
	for (s = 1; s <= segments; s++) {
		x1[s] = sender[s] == "server" ? channel - 6 : 6
		x2[s] = channel - x1[s]
		if (leaves[s] == "") x1[s] = channel / 2
	}
}

function print_segment(s,    n, i, part, height, on) {
	height = label_top[s]
	if (title[s] != "") {
		print "label", label_x[s], height + 7.5, sender[s], title[s], length(title[s]) * LABEL
		height += 15
	}
	if (comes[s] == "") {
		on = (height + 7 - y1[s]) / (y2[s] - y1[s])
		on = max(0.1, -max(-0.9, -on))
		x2[s] = x1[s] + (x2[s] - x1[s]) * on
		y2[s] = height + 7
		height += 14
	}
	if (sender[s] != "wire")
		print "arrow", sender[s], x1[s], y1[s], x2[s], y2[s], (leaves[s] == "" ? \
			"copy" : comes[s] == "" ? "cross" : "head"), title[s] \
			(leaves[s] == "" ? "" : ", left at " ms(leaves[s])) ", " \
			(comes[s] == "" ? "lost" : "came at " ms(comes[s]))
	n = split(notes[s], part, "; ")
	for (i = 1; i <= n; i++) {
		print "note", label_x[s], height + 6.5, part[i], length(part[i]) * NOTE
		height += 13
	}
	low = max(low, height)
}
