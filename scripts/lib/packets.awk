# In:  tcpdump -n -vv -S --nano, of one capture; -v host=NAME, the capturing end.
# Out: a line a packet, of tab-separated columns:
#      time     seconds since midnight, as precise as the capture
#      host     who recorded it
#      "packet"
#      src dst  address and port: 192.0.2.1.40000
#      what     "SYN ACK", "UDP", "ICMP port unreachable", ...
#      seq ack len win   of TCP, absolute; len of UDP, too; "" if there is none
#      mark     what tells a packet from one that looks the same: IP's id and
#               TCP's timestamp
#      flaw     "bad" if the checksum is wrong
# A packet that is neither TCP, UDP nor ICMP over IP is counted at the end: other N.

function number_after(word, line,    at) { # the digits behind the word, or ""
	if (!match(line, word "[0-9]+"))
		return ""
	at = substr(line, RSTART, RLENGTH)
	sub(/.*[^0-9]/, "", at)
	return at
}

function flag_names(letters,    names) { # tcpdump's, in RFC 9293's words
	names = ""
	if (letters ~ /S/) names = names " SYN"
	if (letters ~ /F/) names = names " FIN"
	if (letters ~ /R/) names = names " RST"
	if (letters ~ /P/) names = names " PSH"
	if (letters ~ /U/) names = names " URG"
	if (letters ~ /\./) names = names " ACK"
	return substr(names, 2)
}

# From the line that names both ends: "A.PORT > B.PORT: ...".
function packet(line,    ends, rest, what, seq, ack, len, win, stamp) {
	rest = line
	sub(/^[^ ]+ > [^ ]+: /, "", rest)
	split(line, ends, " ")
	sub(/:$/, "", ends[3])
	if (proto == "TCP" && rest ~ /^Flags \[/) {
		what = rest
		sub(/^Flags \[/, "", what)
		sub(/\].*/, "", what)
		what = flag_names(what)
		stamp = number_after("TS val ", rest)
		sub(/options \[[^]]*\], /, "", rest)
		seq = number_after(" seq ", rest)
		ack = number_after(" ack ", rest)
		win = number_after(" win ", rest)
		len = number_after(" length ", rest)
	} else if (proto == "UDP") {
		what = "UDP"
		len = payload - 8
	} else {
		what = "ICMP " rest
		sub(/^ICMP ICMP6?,? /, "ICMP ", what)
		if (what ~ /udp port|unreachable port/) {
			ends[1] = ends[1] "." number_after("udp port ", what)
			what = "ICMP port unreachable"
		}
		sub(/,.*/, "", what)
	}
	print time, host, "packet", ends[1], ends[3], what, seq, ack, len, win, \
		id "/" stamp, line ~ /\(incorrect ->|\[bad udp cksum/ ? "bad" : ""
	proto = ""
}

BEGIN { OFS = "\t" }

/^[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\.[0-9]+ / {
	split($1, clock, ":")
	time = sprintf("%.9f", clock[1] * 3600 + clock[2] * 60 + clock[3])
	proto = id = ""
	if (match($0, / IP \(.*proto (TCP|UDP|ICMP) \([0-9]+\), length [0-9]+/)) {
		header = substr($0, RSTART, RLENGTH)
		payload = number_after(", length ", header) - 20
		id = number_after(" id ", header)
		rest = ""
	} else if (match($0, / IP6 \(.*next-header (TCP|UDP|ICMPv6) \([0-9]+\) payload length: [0-9]+\) /)) {
		header = substr($0, RSTART, RLENGTH)
		rest = substr($0, RSTART + RLENGTH)
		payload = number_after("payload length: ", header)
	} else {
		other++
		next
	}
	proto = header ~ / TCP / ? "TCP" : header ~ / UDP / ? "UDP" : "ICMP"
	if (rest != "")
		packet(rest)
	next
}

proto != "" && /^    / {
	sub(/^ +/, "")
	packet($0)
}

END {
	if (other)
		print time, host, "other", other
}
