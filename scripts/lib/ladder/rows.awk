# Loaded together with words.awk and a view in text: the rows of a ladder. In a
# text, 001 is a line, 002 and 003 are arrows' heads, 004 is an ellipsis, 005 a
# cross, and 006 a line that breaks off: put() writes them as the terminal has them.

function set_room(wide) { # between the states
	room = wide
	while (length(longest) < room)
		longest = longest "\001"
	blanks = sprintf("%1000s", "")
}

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

function after(text, wide) {
	return length(text) < wide ? text substr(blanks, 1, wide - length(text)) : text
}

function before(text, wide) {
	return length(text) < wide ? substr(blanks, 1, wide - length(text)) text : text
}

# A row. The client's call may run over the state's column, if that is blank.
function put(left, call, state, middle, peer, answer, right,    line) {
	if (!calls && call answer != "") {
		middle = call != "" ? call : before(answer, room)
		call = answer = ""
	}
	call = state == "" ? after(call, beside + states) : \
		(calls ? after(call, calls) " " : "") paint(1, before(state, states))
	line = before(left, 7) "  " call " " paint($2 == "client" ? 36 : 33, after(middle, room)) " " \
		paint(1, after(peer, states)) " " after(answer, beside) before(right, 7)
	if (line ~ / $/) sub(/ +$/, "", line)
	if (index(line, "\001")) gsub(/\001/, utf8 ? "─" : "-", line)
	if (index(line, "\002")) sub(/\002/, utf8 ? "▶" : ">", line)
	if (index(line, "\003")) sub(/\003/, utf8 ? "◀" : "<", line)
	if (index(line, "\004")) gsub(/\004/, utf8 ? "…" : ".", line)
	if (index(line, "\005")) sub(/\005/, utf8 ? "✗" : "x", line)
	if (index(line, "\006")) sub(/\006/, utf8 ? "╌" : "~", line)
	print line
}

function ms(time) {
	return time == "" || time < zero ? "" : sprintf("%.1f", (time - zero) * 1000)
}

# The state, if it is news. Where segments cross, a row can be older than the
# one above it: it has no news.
function news(host, time, state) {
	if (conversations > 1)
		host = host " " $3 " " $13
	if (state == "" || state == shown[host] || time < told[host])
		return ""
	told[host] = time
	return shown[host] = state
}

# "client 192.0.2.1:40000" over the left column, the server over the right.
function heading(p,    line, server, whole) {
	whole = 19 + 2 * (beside + states) + room
	line = "     ms  " who("client", p) "  "
	server = who("server", p)
	while (length(line) < 11 + beside + states + room && \
		length(line server) < whole - 4 * two)
		line = line " "
	line = line server
	return two ? sprintf("%-" (whole - 2) "s", line) "ms" : line
}

function aside(text) {
	put("", "", "", "   (" text ")", "", "", "")
}

# $15 is the segment's label.
function show(    state, left, right) {
	if ($2 == "wire") {
		aside(fault())
		return
	}
	if ($1 == "call" && $2 == "client") {
		state = news("client", $4, $6)
		put(ms($4), fit($8, !calls ? room : state == "" ? \
			calls + 1 + states : calls), state, "", "", "", "")
		return
	}
	if ($1 == "call") {
		put("", "", "", "", news("server", $4, $6), \
			fit($8, calls ? calls : room), ms($4))
		return
	}
	left = $1 == "arrive" ? "" : $4
	right = $1 == "leave" || !two ? "" : $5
	if ($2 == "client")
		put(ms(left), "", left == "" ? "" : news("client", $4, $6), \
			arrow($15 conversation()), $1 == "leave" ? "" : \
			news("server", $5, $7), "", ms(right))
	else
		put(two ? ms(right) : ms(left), "", $1 == "leave" ? "" : \
			news("client", $5, $7), arrow($15 conversation()), \
			left == "" ? "" : news("server", $4, $6), "", \
			two ? ms(left) : "")
	if ($14 != "" && $1 != "leave")
		aside($14)
}
