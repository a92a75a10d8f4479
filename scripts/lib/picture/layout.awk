# In:  what events.awk tells. Loaded together with gather.awk, sort.awk, spread.awk, scale.awk,
#      side.awk, arrows.awk and words.awk.
# Out: what is where in its picture, a shape a line, in pixels; the first client's
#      line is at X 0. OUT is -1 where a text ends at its X, and 1 where it begins.
#      run TEXT              a command
#      head X Y TEXT         a host
#      fold X1 X2 Y1 Y2 TEXT WIDE   a quiet stretch, not to scale; TEXT ends at X1
#      tick X1 X2 Y TEXT     of the clock, in ms; the same
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
function abs(number) { return number < 0 ? -number : number }

# How far the picture goes west and east, so that there is room for the text; wide
# is a letter of its.
function reach(x, out, text, wide) {
	wide *= length(text)
	west = max(west, out < 0 ? wide - x : out == 0 ? wide / 2 - x : 0)
	east = max(east, out > 0 ? x + wide : out == 0 ? x + wide / 2 : 0)
}

function print_head(x, text) {
	print "head", x, top, text
	reach(x, 0, text, HEAD)
}

function ms(time) { return sprintf("%.1f ms", (time - zero) * 1000) }

# The ladder of a pair of hosts, from `top` downwards.
function draw(p,    s, i) {
	begin_scale()
	measure(length(who("client", p) who("server", p)) / 2 * HEAD + 20)
	print_head(0, who("client", p))
	print_head(channel, who("server", p))
	top += 30
	for (i = 1; place_labels() > 22 && i <= 2; i++)
		pixels *= 1.25
	low = bottom = top_of[moments] + 16
	for (s = 1; s <= segments; s++)
		print_segment(s)
	print_side("client", 0, -1)
	print_side("server", channel, 1)
	keep_scale()
	print "line", 0, top - 14, bottom
	print "line", channel, top - 14, bottom
	top = low + 34
}

BEGIN {
	FS = OFS = "\t"
	most = 400 # of more segments only the first are drawn
	top = 14
	LANES = 4 # of connections: the states of more are not drawn
	# how wide letters of the style sheet's are at most
	HEAD = 7.6; LABEL = 6.9; NAME = 6.7; NOTE = 6.2
}

$1 == "run" { print "run", $2 "$ " $8 }
$1 == "omitted" { omitted[++reasons] = $11 " not drawn: " $8 }
$1 == "segment" {
	all++
	last = $4 != "" ? $4 : $5
}
all > most { next }
zero == "" && ($1 == "segment" || $1 == "call" && $2 == "client") { zero = $4 }
$1 == "call" || $1 == "segment" { row[++rows] = $0; drawn_to = last }
$1 == "segment" { pairs = max(pairs, $3) }

END {
	if (!rows)
		print "remark", "nothing was recorded"
	for (p = 1; rows && (p <= pairs || p == 1); p++) {
		forget()
		for (n = 1; n <= rows; n++) {
			$0 = row[n]
			if ($1 == "segment" && $3 == p) segment()
			else if ($1 == "call" && $2 == "wire" && p == 1) wire()
			else if ($1 == "call" && $3 + !$3 == p) call()
		}
		draw(p)
	}
	print_scale()
	if (all > most)
		print "remark", "Cut off here, at " ms(drawn_to) ": " most " of " all \
			" segments are drawn, the last of them is at " ms(last)
	if (hidden)
		print "remark", "The states of more than " LANES " connections at once are not drawn"
	for (i = 1; i <= reasons; i++)
		print "remark", omitted[i]
	print "size", -west, 0, max(west + east, 400), top - 10
}
