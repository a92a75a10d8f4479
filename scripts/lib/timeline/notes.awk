# In:  a timeline.
# Out: the same, with a word on those segments that deserve one in place of the
#      flaw: what the captures prove, of one segment or against those before it.
#      What the wire says that it did is such a word where it fits: as many
#      segments were lost, say, as it lost. Else it stays an event.

# What a TCP segment is, beside those that its host and the other have sent in the
# same connection before. A SYN after data opens another, between the same ports.
function remark(    talk, key, peer, size, start, note) {
	if ($4 == "" || $9 == "")
		return ""
	talk = $3 " " $13 " "
	if ($8 == "SYN" && top[talk opened[talk] " " $2] > 1)
		opened[talk]++
	key = talk opened[talk] " " $2
	peer = talk opened[talk] " " ($2 == "client" ? "server" : "client")
	start = $9 " " ($8 ~ /SYN/ ? $8 : "")
	size = $11 + ($8 ~ /SYN/) + ($8 ~ /FIN/)
	if (size > 0) {
		if ((key, start) in sent_at)
			note = sprintf("retransmission, %.0f ms after the last", \
				($4 - sent_at[key, start]) * 1000)
		if ($9 + size > top[key])
			top[key] = $9 + size
		sent_at[key, start] = $4
	} else if ($8 == "ACK" && $9 < top[key] && win[peer] == "0")
		note = "window probe"
	else if ($8 == "ACK" && $10 == ack[key] && win[key] == "0" && $12 > 0)
		note = "window update"
	else if ($8 == "ACK" && $10 == ack[key] && $12 == win[key] && top[peer] > $10)
		note = "duplicate ACK " ++repeated[key]
	if ($10 != ack[key] || size > 0)
		repeated[key] = 0
	if ($8 !~ /RST/) {
		if ($12 == 0 && note == "")
			note = "window 0"
		win[key] = $12 ""
	}
	if ($8 ~ /ACK/)
		ack[key] = $10
	return note
}

function action(    what) { # of the wire: fault(lose=SYN,nth=1) = 74
	what = substr($8, 7, index($8, "=") - 7)
	return what == "cross" ? "hold" : what
}

# What befell a segment, in the words of the wire's rules.
function fate() {
	return $5 == "" ? "lose" : $4 == "" ? "twice" : $14 == "bad" ? "flip" : \
		(n in late) ? "hold" : ""
}

function add(note, more) {
	return note == "" || more == "" ? note more : note "; " more
}

BEGIN { FS = OFS = "\t" }

$1 == "segment" && $4 != $5 { clocks = 1 }

# With one clock none can be late, or lost: nothing that comes later matters.
!clocks {
	if ($1 == "segment" || $1 == "leave")
		$14 = note()
	print
	if ($1 == "tick")
		fflush()
	next
}

{ row[++rows] = $0 }

$2 == "wire" { rule[action(), ++told[action()]] = "wire: " substr($8, 7, index($8, ")") - 7) }

$1 == "segment" && $4 != "" && $5 != "" {
	took = $5 - $4
	if (!($2 in least) || took < least[$2])
		least[$2] = took
}

# What left later, and came earlier?
function find_late(    f, came) {
	for (n = rows; n > 0; n--) {
		split(row[n], f, FS)
		if (f[1] != "segment" || f[4] == "" || f[5] == "")
			continue
		if ((f[2] in came) && came[f[2]] < f[5])
			late[n] = sprintf("delayed %.0f ms", \
				(f[5] - f[4] - least[f[2]]) * 1000)
		else
			came[f[2]] = f[5]
	}
}

function find_fates() {
	for (n = 1; n <= rows; n++) {
		$0 = row[n]
		if ($1 == "segment" && fate() != "")
			befell[fate()]++
	}
}

function note(    how, text) {
	text = remark()
	if (n in late)
		text = add(text, late[n])
	if ($4 == "")
		text = add(text, "delivered again")
	if ($14 == "bad")
		text = add(text, "its checksum is wrong")
	how = fate()
	return how != "" && told[how] == befell[how] ? \
		add(text, rule[how, ++done[how]]) : text
}

function print_all() {
	find_late()
	find_fates()
	for (n = 1; n <= rows; n++) {
		$0 = row[n]
		if ($2 == "wire" && told[action()] == befell[action()])
			continue
		if ($1 == "segment" || $1 == "leave")
			$14 = note()
		print
		delete late[n]
	}
	rows = 0
}

$1 == "tick" {
	print_all()
	fflush()
}

END { print_all() }
