# In:  a timeline, folded; -v width=COLUMNS; -v utf8=1 or 0; -v colour=1 or 0.
# Out: the ladder: time runs downwards, the client is on the left, an arrow is
#      a segment. A state is shown as it changes. Where the width leaves too
#      little beside the arrows, calls stand among them. Beneath an arrow stands
#      what there is to note of its segment, and what the wire did then.

function ms(time) {
	return time == "" || time < zero ? "" : sprintf("%.1f", (time - zero) * 1000)
}

# The state, if it is news. Where segments cross, a row can be older than the
# one above it: it has no news.
function news(host, time, state) {
	if (state == "" || state == shown[host] || time < told[host])
		return ""
	told[host] = time
	return shown[host] = state
}

# "client 192.0.2.1:40000" over the left column, the server over the right.
function heading(client, server,    line, whole) {
	whole = 19 + 2 * (beside + states) + room
	line = "     ms  " client "  "
	while (length(line) < 11 + beside + states + room && \
		length(line server) < whole - 4 * two)
		line = line " "
	line = line server
	return two ? sprintf("%-" (whole - 2) "s", line) "ms" : line
}

function aside(text) {
	put("", "", "", "   (" text ")", "", "", "")
}

function show(    state, left, right) {
	if ($2 == "wire") {
		sub(/^fault\(/, "wire: ", $8)
		sub(/\) = .*/, "", $8)
		aside($8)
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
			arrow(label()), $1 == "leave" ? "" : \
			news("server", $5, $7), "", ms(right))
	else
		put(two ? ms(right) : ms(left), "", $1 == "leave" ? "" : \
			news("client", $5, $7), arrow(label()), \
			left == "" ? "" : news("server", $4, $6), "", \
			two ? ms(left) : "")
	if ($14 != "" && $1 != "leave")
		aside($14)
}

BEGIN { FS = "\t" }

{ row[NR] = $0 }
$1 == "run" { print $2 "$ " $8 }
$1 == "ends" { ends[$3] = $8 }
$1 == "other" { other += $8 }
zero == "" && ($1 ~ /^(segment|leave)$/ || $1 == "call" && $2 == "client") { zero = $4 }
$1 ~ /^(segment|leave|arrive)$/ {
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
		if ($4 $5 != "" && $1 != "call" && length(label()) > room)
			room = length(label())
		inferred = inferred || ($6 $7) ~ /\(/
		if (length($6) > states) states = length($6)
		if (length($7) > states) states = length($7)
	}
	room += 6
	while (length(longest) < room)
		longest = longest "\001"
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
			if ($1 == "call" ? p == 1 : $3 == p && $4 $5 != "")
				show()
		}
	}
	if (inferred)
		print "\n(STATE): inferred from the segments, RFC 9293; STATE: told by the kernel"
	if (other)
		print other " packets that are neither TCP, UDP nor ICMP are not shown"
}
