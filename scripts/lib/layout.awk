# In:  a timeline. Loaded together with words.awk, gather.awk, spread.awk,
#      scale.awk and side.awk; -v most=N: of more segments only the first N are drawn.
# Out: what is where in its picture, a shape a line, in pixels; the first client's
#      line is at X 0. OUT is -1 where a text ends at its X, and 1 where it begins.
#      run TEXT              a command
#      head X Y TEXT         a host
#      fold X1 X2 Y1 Y2 TEXT a quiet stretch, not to scale
#      tick X1 X2 Y TEXT     of the clock, in ms
#      line X Y1 Y2          a host's life
#      span X Y1 Y2 STATE    told by the kernel; or (inferred)
#      state X Y OUT TEXT    the same
#      bar X Y1 Y2           a call, from its entry to its return
#      call X Y OUT TEXT     its name
#      lead X1 Y1 X2 Y2      from a name to what has it
#      arrow HOST X1 Y1 X2 Y2 END TEXT   END is head, cross or copy
#      label X Y HOST TEXT   of an arrow; its middle is at X, Y
#      note X Y TEXT         the same
#      remark TEXT           about it all
#      size X Y W H          of all

function max(a, b) { return a > b ? a : b }

# Y is of a text's middle, WIDTH of its letters.
function reach(x, out, text, width) {
	width *= length(text)
	west = max(west, out < 0 ? width - x : out == 0 ? width / 2 - x : 0)
	east = max(east, out > 0 ? x + width : out == 0 ? x + width / 2 : 0)
}

# With the scale as it is: where the arrows end, and their labels are: as near to
# the arrow's middle as the others leave it, and on the arrow, if that can be.
# Beneath the label of a lost segment is its cross. Returns by how much the worst
# label misses its arrow.
function place_labels(    s, long, gap, on, off, worst) {
	set_scale()
	long = flight ? flight * pixels : 40
	for (s = 1; s <= segments; s++) {
		y1[s] = leaves[s] == "" ? down(comes[s]) - long / 2 : down(leaves[s])
		y2[s] = comes[s] == "" ? y1[s] + long : down(comes[s])
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

# What the labels need, and the arrows' ends from left to right.
function measure(    s, i, n, part) {
	channel = 380
	for (s = 1; s <= segments; s++) {
		n = split(notes[s], part, "; ")
		tall[s] = 15 * (title[s] != "") + 14 * (comes[s] == "") + 13 * n
		wide[s] = length(title[s]) * 6.9
		for (i = 1; i <= n; i++)
			wide[s] = max(wide[s], length(part[i]) * 6.2)
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
		print "label", label_x[s], height + 7.5, sender[s], title[s], length(title[s]) * 6.9
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
		print "note", label_x[s], height + 6.5, part[i], length(part[i]) * 6.2
		height += 13
	}
	low = max(low, height)
}

function print_head(x, who) {
	print "head", x, top, who
	reach(x, 0, who, 7.6)
}

function ms(time) { return sprintf("%.1f ms", (time - zero) * 1000) }

# The ladder of a pair of hosts, from `top` downwards.
function draw(p,    s, i, address, ports) {
	split(ends[p], address, " ")
	split(conversations == 1 ? port[p] : "", ports, ":")
	begin_scale()
	measure()
	print_head(0, end("client", address[1], ports[1]))
	print_head(channel, end("server", address[2], ports[2]))
	top += 30
	for (i = 1; place_labels() > 22 && i <= 2; i++)
		pixels *= 1.25
	low = bottom = top_of[moments] + 16
	for (s = 1; s <= segments; s++)
		print_segment(s)
	print_side("client", 0, -1)
	print_side("server", channel, 1)
	print_scale(-west, east)
	print "line", 0, top - 14, bottom
	print "line", channel, top - 14, bottom
	top = low + 34
}

BEGIN { FS = OFS = "\t"; top = 14; if (!most) most = 400 }

$1 == "run" { print "run", $2 "$ " $8 }
$1 == "other" { other += $8 }
$1 == "ends" { ends[$3] = $8 }
$1 == "segment" {
	all++
	last = $4 $5 == "" ? last : $4 != "" ? $4 : $5
}
all > most { next }
zero == "" && ($1 == "segment" || $1 == "call" && $2 == "client") { zero = $4 }
$1 == "call" || $1 == "segment" { row[++rows] = $0; drawn_to = last }
$1 == "segment" && $13 != "" && !(($3, $13) in seen) {
	seen[$3, $13]
	conversations++
	port[$3] = $13
	pairs = max(pairs, $3)
}

END {
	if (!rows)
		print "remark", "nothing was recorded"
	for (p = 1; rows && (p <= pairs || p == 1); p++) {
		forget()
		for (n = 1; n <= rows; n++) {
			$0 = row[n]
			if ($1 == "segment" && $3 == p) segment()
			else if ($1 == "call" && $2 == "wire" && p == 1) fault()
			else if ($1 == "call" && p == 1) call()
		}
		draw(p)
	}
	if (all > most) {
		print "remark", "Cut off here, at " ms(drawn_to) ": " most " of " all \
			" segments are drawn, the last of them is at " ms(last)
	}
	if (other)
		print "remark", other " packets that are neither TCP, UDP nor ICMP are not shown"
	print "size", -west, 0, max(west + east, 400), top - 10
}
