# In:  a timeline, folded; -v width=COLUMNS; -v utf8=1 or 0; -v colour=1 or 0.
# Out: the ladder: time runs downwards, the client is on the left, an arrow is
#      a segment. A state is shown as it changes. Where the width leaves too
#      little beside the arrows, calls stand among them.

function ms(time) {
	return time == "" || time < zero ? "" : sprintf("%.1f", (time - zero) * 1000)
}

# Fits a call into its column: first errno's text goes, then the arguments but
# the first, then that, then what is too long.
function fit(text, room) {
	sub(/ \([^)]*\)$/, "", text)
	if (length(text) > room)
		sub(/, [^)]*\)/, ", \004)", text)
	if (length(text) > room)
		sub(/\([^)]*\)/, "(\004)", text)
	return length(text) > room ? substr(text, 1, room - 1) "\004" : text
}

function repeat(what, times,    text) {
	while (times-- > 0)
		text = text what
	return text
}

function label(    text) {
	text = $8
	if ($9 != "") text = text " seq " $9
	if ($10 != "") text = text " ack " $10
	if ($11 != "" && ($11 > 0 || $8 == "UDP")) text = text " len " $11
	return conversations > 1 && $13 != "" ? text " " $13 : text
}

# "-- SYN seq 0 ------->": the head is at the receiver, a cross if it is lost.
function arrow(text, head,    line) {
	head = $5 == "" ? "\005" : $2 == "client" ? "\002" : "\003"
	line = repeat("\001", room - length(text) - 5)
	return $2 == "client" ? "\001\001 " text " " line head : \
		head line " " text " \001\001"
}

# The state, if it is news. Where segments cross, a row can be older than the
# one above it: it has no news.
function news(host, time, state) {
	if (state == "" || state == shown[host] || time < told[host])
		return ""
	told[host] = time
	return shown[host] = state
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
	sub(/ +$/, "", line)
	gsub(/\001/, utf8 ? "─" : "-", line)
	gsub(/\002/, utf8 ? "▶" : ">", line)
	gsub(/\003/, utf8 ? "◀" : "<", line)
	gsub(/\004/, utf8 ? "…" : ".", line)
	gsub(/\005/, utf8 ? "✗" : "x", line)
	print line
}

function end(name, address, port) {
	if (port != "")
		address = (address ~ /:/ ? "[" address "]" : address) ":" port
	return name " " address
}

# "client 192.0.2.1:40000" over the left column, the server over the right.
function heading(client, server,    line, whole) {
	whole = 19 + 2 * (beside + states) + room
	line = "     ms  " client "  "
	while (length(line) < 11 + beside + states + room && \
		length(line server) < whole - 4 * two)
		line = line " "
	line = line server
	return two ? line repeat(" ", whole - 2 - length(line)) "ms" : line
}

function show(    state) {
	if ($1 == "segment" && $2 == "client")
		put(ms($4), "", news("client", $4, $6), arrow(label()), \
			news("server", $5, $7), "", two ? ms($5) : "")
	else if ($1 == "segment")
		put(ms($5), "", news("client", $5, $7), arrow(label()), \
			news("server", $4, $6), "", two ? ms($4) : "")
	else if ($2 == "client") {
		state = news("client", $4, $6)
		put(ms($4), fit($8, !calls ? room : state == "" ? \
			calls + 1 + states : calls), state, "", "", "", "")
	} else
		put("", "", "", "", news("server", $4, $6), \
			fit($8, calls ? calls : room), ms($4))
}

BEGIN { FS = "\t" }

{ row[NR] = $0 }
$1 == "run" { print $2 "$ " $8 }
$1 == "ends" { ends[$3] = $8 }
$1 == "other" { other += $8 }
zero == "" && ($1 == "segment" || $1 == "call" && $2 == "client") { zero = $4 }
$1 == "segment" {
	if (!(($3, $13) in seen) && $13 != "") {
		seen[$3, $13]
		conversations++
		port[$3] = $13
	}
	two = two || $4 != $5
	pairs = $3 > pairs ? $3 : pairs
}

END {
	for (n = 1; n <= NR; n++) {
		$0 = row[n]
		if ($1 == "segment" && length(label()) > room)
			room = length(label())
		inferred = inferred || ($6 $7) ~ /\(/
		if (length($6) > states) states = length($6)
		if (length($7) > states) states = length($7)
	}
	room += 6
	calls = int((width - 18 - 4 - room - 2 * states) / 2)
	if (calls < 12)
		calls = 0
	beside = calls ? calls + 1 : 0
	for (p = 1; p <= pairs; p++) {
		split(ends[p], address, " ")
		split(conversations == 1 ? port[p] : "", ports, ":")
		print (p > 1 ? "\n" : "") heading(end("client", address[1], ports[1]), \
			end("server", address[2], ports[2]))
		for (n = 1; n <= NR; n++) {
			$0 = row[n]
			if ($1 == "segment" && $3 == p || $1 == "call" && p == 1)
				show()
		}
	}
	if (inferred)
		print "\n(STATE): inferred from the segments, RFC 9293; STATE: told by the kernel"
	if (other)
		print other " packets that are neither TCP, UDP nor ICMP are not shown"
}
