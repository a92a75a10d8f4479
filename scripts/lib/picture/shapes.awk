# Loaded together with svg.awk: a shape each, as SVG.

# Text as markup: what is not printable ASCII is not obeyed, but shown as "?".
function escape(text) {
	gsub(/[^ -~\004]/, "?", text)
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	gsub(/>/, "\\&gt;", text)
	gsub(/"/, "\\&quot;", text)
	gsub(/\004/, "…", text)
	return text
}

function write(x, y, class, content, attributes) {
	return sprintf("<text class=\"%s\" x=\"%.1f\" y=\"%.1f\"%s>%s</text>\n", \
		class, x, y + 4, attributes, escape(content))
}

function anchored(out) {
	return out < 0 ? " text-anchor=\"end\"" : ""
}

function line(class, x1, y1, x2, y2) {
	return sprintf("<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", \
		class, x1, y1, x2, y2)
}

function box(class, x, y, w, h) {
	return sprintf("<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n", \
		class, x, y, w, h)
}

# Of a line that goes so far across and down, by Newton's method: not every awk
# has sqrt().
function length_of(across, down,    i, long) {
	long = 500
	for (i = 0; i < 30; i++)
		long = (long + (across * across + down * down) / long) / 2
	return long
}

# From (x1, y1) to (x2, y2), with what it ends in.
function arrow(host, x1, y1, x2, y2, how, what,    long, dx, dy, shape) {
	long = length_of(x2 - x1, y2 - y1)
	dx = (x2 - x1) / long
	dy = (y2 - y1) / long
	shape = how == "cross" ? "M-5-5 5 5M-5 5 5-5" : "M0 0-11-4.5V4.5Z"
	return sprintf("<g class=\"arrow %s %s\"><title>%s</title>\n", host, how, escape(what)) \
		line("shaft", x1, y1, x2 - 6 * dx, y2 - 6 * dy) \
		sprintf("<path class=\"tip\" transform=\"matrix(%.4f %.4f %.4f %.4f %.1f %.1f)\" d=\"%s\"/></g>\n", \
			dx, dy, (dy ? -dy : 0), dx, x2, y2, shape)
}

function kind(state) {
	gsub(/[()]/, "", state)
	return state == "LISTEN" || state == "ESTABLISHED" ? tolower(state) : \
		state ~ /^SYN/ ? "opening" : state ~ /^(CLOSE_WAIT|LAST_ACK)$/ ? \
		"passive" : state == "TIME_WAIT" ? "waiting" : "active"
}
