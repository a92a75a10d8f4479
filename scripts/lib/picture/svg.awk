# In:  a picture, see layout.awk. Loaded together with shapes.awk; TITLE is in the
#      environment; -v style=FILE, the style sheet to put into it. With style=''
#      it is for a page that has the style, tells the title and the commands, and
#      can replay it.
# Out: the same as SVG: no script, no font, no id, nothing that is loaded. What is
#      behind comes first.

# Breaks a text into lines of at most `room` letters; calls them text_line.
function wrap(text, room,    n, i, word, lines) {
	room = int(room)
	n = split(text, word, " ")
	lines = 1
	text_line[1] = ""
	for (i = 1; i <= n; i++) {
		if (text_line[lines] != "" && length(text_line[lines] " " word[i]) > room)
			text_line[++lines] = ""
		text_line[lines] = text_line[lines] (text_line[lines] == "" ? "" : " ") word[i]
		while (length(text_line[lines]) > room) { # not even a word
			text_line[lines + 1] = substr(text_line[lines], room + 1)
			text_line[lines] = substr(text_line[lines], 1, room)
			lines++
		}
	}
	return lines
}

function above(class, text, room, step,    i, lines) { # the picture
	lines = wrap(text, room)
	for (i = 1; i <= lines; i++) {
		header = header write(x, header_y, class, text_line[i])
		header_y += step
	}
}

# In the legend, after the last: a sample, 24 wide, and what it is.
function explain(sample, text,    wide) {
	wide = (sample == "" ? 0 : 32) + 6.7 * length(text) + 26
	if (legend_x + wide > w) {
		legend_x = 0
		legend_y += 20
	}
	if (sample != "")
		legend = legend sprintf("<g transform=\"translate(%.1f %.1f)\">\n%s</g>\n", \
			x + legend_x, legend_y, sample)
	legend = legend write(x + legend_x + (sample == "" ? 0 : 32), legend_y, "key", text)
	legend_x += wide
}

function below(text,    i, lines) { # the picture: lines of their own
	lines = wrap(text, w / 6.7 - 4)
	for (i = 1; i <= lines; i++) {
		legend_x = w
		explain("", text_line[i])
	}
}

function print_legend() {
	explain("", "time runs down, in ms" (seen["fold"] ? "" : ", to scale"))
	if (seen["fold"]) explain(box("fold", 0, -6, 24, 12), "quiet for so long; all else is to scale")
	if (seen["client"]) explain(arrow("client", 0, 0, 24, 0, "head", ""), "from the client")
	if (seen["server"]) explain(arrow("server", 0, 0, 24, 0, "head", ""), "from the server")
	if (seen["cross"]) explain(arrow("client", 0, 0, 20, 0, "cross", ""), "lost")
	if (seen["copy"]) explain(arrow("client", 0, 0, 24, 0, "copy", ""), "delivered again")
	if (seen["bar"]) explain(box("bar", 9, -6, 5, 12), "a call, from its entry to its return")
	if (seen["observed"]) explain(line("span established", 12, -6, 12, 6), "STATE: told by the kernel")
	if (seen["inferred"]) explain(line("span established inferred", 12, -6, 12, 6), "(STATE): inferred from the segments, RFC 9293")
}

BEGIN { FS = "\t" }

$1 == "run" { runs[++run] = $2 }
$1 == "fold" {
	back = box("fold", $2 - $7, $4, $3 - $2 + $7, $5 - $4) back
	texts = texts write($2, ($4 + $5) / 2, "folded", $6, anchored(-1))
}
$1 == "tick" {
	back = back line("grid", $2 + 4, $4, $3, $4)
	texts = texts write($2, $4, "tick", $5, anchored(-1))
}
$1 == "line"  { lines = lines line("life", $2, $3, $2, $4) }
$1 == "span"  { spans = spans line("span " kind($5) ($5 ~ /\(/ ? " inferred" : ""), $2, $3, $2, $4) }
$1 == "bar"   { spans = spans box("bar", $2 - 2.5, $3, 5, $4 - $3) }
$1 == "lead"  { back = back line("lead", $2, $3, $4, $5) }
$1 == "arrow" { arrows = arrows arrow($2, $3, $4, $5, $6, $7, $8); seen[$2] = 1; segments = segments "from the " $2 ": " escape($8) "\n" }
$1 == "head"  { texts = texts write($2, $3, "host", $4) }
$1 == "state" || $1 == "call" { texts = texts write($2, $3, $1 ($1 == "call" ? "" : " " kind($5)), $5, anchored($4)) }
$1 == "label" { labels = labels box("paper", $2 - $6 / 2 - 2, $3 - 7, $6 + 4, 14) write($2, $3, "label " $4, $5) }
$1 == "note"  { labels = labels box("paper", $2 - $5 / 2 - 2, $3 - 6, $5 + 4, 12) write($2, $3, "note", $4) }
$1 == "remark" { remarks[++remark] = $2 }
$1 == "size"  { x = $2; y = $3; w = $4; h = $5 }
{ seen[$1 == "span" ? ($5 ~ /\(/ ? "inferred" : "observed") : $1 == "arrow" ? $7 : $1] = 1 }

END {
	if (style != "") {
		above("title", ENVIRON["TITLE"], w / 8.7, 21)
		for (i = 1; i <= run; i++)
			above("run", runs[i], w / 6.7, 17)
	}
	bottom = y + h
	legend_y = bottom - 10
	for (i = 1; i <= remark; i++)
		below(remarks[i])
	legend_x = w # so that a line begins
	if (seen["line"])
		print_legend()
	x -= 16
	y = -header_y - 8
	w += 32
	h = legend_y + 16 - y
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ladder%s\" role=\"img\" " \
		"width=\"%.0f\" height=\"%.0f\" viewBox=\"%.1f %.1f %.1f %.1f\">\n", \
		(h > 2 * w ? " tall" : ""), w, h, x, y, w, h
	print "<title>" escape(ENVIRON["TITLE"]) "</title>"
	print "<desc>" (segments == "" ? "no segments" : segments) "</desc>"
	if (style != "") {
		print "<style>"
		while ((getline text < style) > 0)
			print text
		print "</style>"
	}
	printf "%s", box("paper", x, y, w, h)
	printf "<g transform=\"translate(0 %.1f)\">\n%s</g>\n", y + 18, header
	printf "%s%s%s%s%s%s", back, lines, spans, arrows, texts, labels
	if (style == "") # a page can replay it: what hides it moves down
		printf "<g class=\"sweep\" style=\"--long:%.1fs\">\n%s%s</g>\n", bottom / 60, \
			box("paper", x, 22, w, bottom), line("now", x, 22, x + w, 22)
	printf "%s", legend
	print "</svg>"
}
