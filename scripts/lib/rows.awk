# Loaded together with ladder.awk: draws a row of its ladder. In a text, 001 is a
# line, 002 and 003 are arrows' heads, 004 is an ellipsis, 005 a cross, and 006 a
# line that breaks off: put() writes them as the terminal has them.

# "-- SYN seq 0 ------->": the head is at the receiver, a cross if it is lost; a
# line that is broken off goes on further down.
function arrow(text,    tail, line, head) {
	tail = $1 == "arrive" ? "\006\001" : "\001\001"
	head = $1 == "leave" ? "\006" : $5 == "" ? "\005" : \
		$2 == "client" ? "\002" : "\003"
	line = substr(longest, 1, room - length(text) - 5)
	if ($1 == "arrive")
		return $2 == "client" ? tail line " " text " " head : \
			head " " text " " line "\001\006"
	return $2 == "client" ? tail " " text " " line head : \
		head line " " text " " tail
}

function paint(code, text) {
	return colour && text !~ /^ *$/ ? "\033[" code "m" text "\033[0m" : text
}

# A row. The client's call may run over the state's column, if that is blank.
function put(left, call, state, middle, peer, answer, right,    line) {
	if (!calls && call answer != "") {
		middle = call != "" ? call : sprintf("%" room "s", answer)
		call = answer = ""
	}
	call = state == "" ? sprintf("%-" (beside + states) "s", call) : \
		(calls ? sprintf("%-" calls "s ", call) : "") \
		paint(1, sprintf("%" states "s", state))
	line = sprintf("%7s  %s %s %s %-" beside "s%7s", left, call, \
		paint($2 == "client" ? 36 : 33, sprintf("%-" room "s", middle)), \
		paint(1, sprintf("%-" states "s", peer)), answer, right)
	if (line ~ / $/) sub(/ +$/, "", line)
	if (index(line, "\001")) gsub(/\001/, utf8 ? "─" : "-", line)
	if (index(line, "\002")) sub(/\002/, utf8 ? "▶" : ">", line)
	if (index(line, "\003")) sub(/\003/, utf8 ? "◀" : "<", line)
	if (index(line, "\004")) gsub(/\004/, utf8 ? "…" : ".", line)
	if (index(line, "\005")) sub(/\005/, utf8 ? "✗" : "x", line)
	if (index(line, "\006")) sub(/\006/, utf8 ? "╌" : "~", line)
	print line
}
