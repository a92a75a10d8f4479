# Which demo takes which edge of the state diagram: as text, or with svg=1 as a
# picture. In: the file of edges; then DEMO HOST CONNECTION TIME STATE, in this order.

FILENAME == edges {
	if (/^#/) next
	n++
	from[n] = $1; to[n] = $2
	what[n] = $0
	sub(/^[^ ]+ [^ ]+ /, "", what[n])
	at = index(what[n], "|")
	why[n] = at ? substr(what[n], at + 1) : "no demo yet"
	if (at) what[n] = substr(what[n], 1, at - 1)
	edge[$1, $2] = n
	next
}

{
	key = $1 " " $2 " " $3
	if (key != last) # a connection's first state tells the one before
		before = $5 == "SYN_RCVD" ? "LISTEN" : $5 == "LISTEN" || $5 == "SYN_SENT" ? "CLOSED" : $5
	last = key
	if ($5 == before) next
	e = ((before, $5) in edge) ? edge[before, $5] : 0
	before = $5
	if (!e || why[e] != "no demo yet" || ((e, $1) in taken)) next
	taken[e, $1] = 1
	demos[e] = demos[e] " " $1
	count[e]++
}

END {
	gaps = 0
	for (i = 1; i <= n; i++) gaps += !count[i]
	if (svg) picture()
	else table()
}

function table(   i) {
	for (i = 1; i <= n; i++)
		printf "%-11s > %-11s  %s\n%s%s\n", from[i], to[i], what[i], "                           ",
			count[i] ? some(demos[i], count[i], 3) : "- " why[i]
	printf "\n%d of %d edges are taken by a demo\n", n - gaps, n
}

function some(list, all, most,   words, i, text) {
	split(list, words, " ")
	for (i = 1; i <= all && i <= most; i++) text = text (i > 1 ? ", " : "") words[i]
	return text (all > most ? " and " all - most " more" : "")
}

# ---- the picture: as figure 5 has it ------------------------------------------

function place(state, x, y) {
	px[state] = x
	py[state] = y
}

# Ends of another kind stand beside the picture.
function aside(i) {
	return to[i] == "CLOSED" && from[i] != "LAST_ACK" && from[i] != "TIME_WAIT"
}

function picture(   i, s) {
	place("CLOSED", 560, 40); place("LISTEN", 560, 150)
	place("SYN_RCVD", 230, 270); place("SYN_SENT", 890, 270)
	place("ESTABLISHED", 560, 390)
	place("FIN_WAIT1", 230, 510); place("CLOSE_WAIT", 890, 510)
	place("FIN_WAIT2", 110, 670); place("CLOSING", 450, 670); place("LAST_ACK", 890, 670)
	place("TIME_WAIT", 300, 810); place("END", 890, 810)
	print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1120 860\" width=\"1120\" height=\"860\" role=\"img\">"
	print "<title>The states of a connection (RFC 9293, figure 5), and a demo for each edge</title>"
	print "<style>"
	print "svg { background: #fff } text { font: 12px system-ui, sans-serif; fill: #1b1f24; text-anchor: middle } .aside { text-anchor: start }"
	print ".state { font-weight: 700; font-size: 13px } .demo { fill: #005a9e } .none { fill: #59636e; font-style: italic }"
	print "rect { fill: #f5f6f8; stroke: #1b1f24; rx: 6 } path { fill: none; stroke: #1b1f24 } path.none { stroke: #8a939c; stroke-dasharray: 4 4 }"
	print "text.label { paint-order: stroke; stroke: #fff; stroke-width: 4px }"
	print "@media (prefers-color-scheme: dark) { svg { background: #14171b } text { fill: #e8eaed } .demo { fill: #74bdf7 } .none { fill: #a2abb5 } rect { fill: #1f242a; stroke: #e8eaed } path { stroke: #e8eaed } text.label { stroke: #14171b } }"
	print "</style>"
	print "<defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto-start-reverse\"><path d=\"M0,1 L9,5 L0,9\"/></marker></defs>"
	s = 0
	for (i = 1; i <= n; i++)
		if (!aside(i)) line(i)
		else if (count[i])
			printf "<text class=\"aside\" x=\"20\" y=\"%d\">%s &gt; CLOSED: %s (<tspan class=\"demo\">%s</tspan>)</text>\n", \
				24 + 18 * s++, from[i], what[i], some(demos[i], count[i], 1)
	for (s in px) {
		printf "<rect x=\"%d\" y=\"%d\" width=\"110\" height=\"28\"/>\n", px[s] - 55, py[s] - 14
		printf "<text class=\"state\" x=\"%d\" y=\"%d\">%s</text>\n", px[s], py[s] + 5, s == "END" ? "CLOSED" : s
	}
	print "</svg>"
}

function line(i,   x1, y1, x2, y2, d, f, dx, t, at, words) {
	t = to[i] == "CLOSED" ? "END" : to[i]
	x1 = px[from[i]]; y1 = py[from[i]]; x2 = px[t]; y2 = py[t]
	at = 0.5
	if (((to[i], from[i]) in edge) && !aside(edge[to[i], from[i]])) { # both ways
		at = 0.3
		x1 += from[i] < to[i] ? 12 : -12
		x2 += from[i] < to[i] ? 12 : -12
	}
	dx = x2 - x1; d = y2 - y1
	f = d != 0 && 55 * (d < 0 ? -d : d) > 14 * (dx < 0 ? -dx : dx) ? 14 / (d < 0 ? -d : d) : 55 / (dx < 0 ? -dx : dx)
	printf "<path%s marker-end=\"url(#tip)\" d=\"M%.1f,%.1f L%.1f,%.1f\"/>\n", count[i] ? "" : " class=\"none\"",
		x1 + dx * f, y1 + d * f, x2 - dx * f, y2 - d * f
	split(demos[i], words, " ")
	printf "<text class=\"label\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", x1 + dx * at, y1 + d * at - 3, what[i]
	printf "<text class=\"label %s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", count[i] ? "demo" : "none",
		x1 + dx * at, y1 + d * at + 12, count[i] ? words[1] : "no demo"
}
