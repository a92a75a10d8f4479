# In:  tcpdump -tt -n -vv -S --nano, of one capture; -v host=NAME, the capturing end;
#      -v live=1 to tell of each packet at once.
# Out: a line a packet, of tab-separated columns:
#      time     seconds since midnight (UTC), as precise as the capture
#      host     who recorded it
#      "packet"
#      src dst  address and port: 192.0.2.1.40000
#      what     "SYN ACK", "UDP", "ICMP port unreachable", ...
#      seq ack len win   of TCP, absolute; len of UDP, too; "" if there is none
#      mark     what tells a packet from one that looks the same: IP's id and
#               TCP's timestamp
#      flaw     "bad" if the checksum is wrong
# A packet that is neither TCP, UDP nor ICMP over IP is counted at the end: other N.

function text_after(word, line,    at) {
	at = index(line, word)
	return at ? substr(line, at + length(word), 10) : ""
}

function number_after(word, line) {
	line = text_after(word, line)
	return line == "" ? "" : line + 0
}

# The same of 32 bits, which not every awk prints as they are.
function long_after(word, line) {
	line = text_after(word, line)
	return line == "" ? "" : sprintf("%.0f", line)
}

function flag_names(letters,    names) { # tcpdump's, in RFC 9293's words
	if (letters in known)
		return known[letters]
	if (letters ~ /S/) names = names " SYN"
	if (letters ~ /F/) names = names " FIN"
	if (letters ~ /R/) names = names " RST"
	if (letters ~ /P/) names = names " PSH"
	if (letters ~ /U/) names = names " URG"
	if (letters ~ /\./) names = names " ACK"
	return known[letters] = substr(names, 2)
}

# $0 is "A.PORT > B.PORT: ...".
function packet(    src, dst, what, seq, ack, len, win, stamp) {
	src = $1
	dst = substr($3, 1, length($3) - 1)
	if (proto == "TCP" && $4 == "Flags") {
		what = flag_names(substr($5, 2, index($5, "]") - 2))
		stamp = text_after("TS val ", $0)
		seq = long_after(" seq ", $0)
		ack = long_after(" ack ", $0)
		win = number_after(" win ", $0)
		len = number_after(" length ", $0)
	} else if (proto == "TCP") { # a fragment without a header
		other++
		proto = ""
		return
	} else if (proto == "UDP") {
		what = "UDP"
		len = payload - 8
	} else {
		what = "ICMP " substr($0, index($0, ": ") + 2)
		sub(/^ICMP ICMP6?,? /, "ICMP ", what)
		if (what ~ /udp port|unreachable port/) {
			src = src "." number_after("udp port ", what)
			what = "ICMP port unreachable"
		}
		sub(/,.*/, "", what)
	}
	# one piece: others may write into the same pipe
	print time OFS host OFS "packet" OFS src OFS dst OFS what OFS seq OFS ack OFS len OFS \
		win OFS id "/" stamp OFS (index($0, "(incorrect ->") || \
		index($0, "[bad udp cksum") ? "bad" : "") "\n"
	if (live)
		fflush()
	proto = ""
}

BEGIN { OFS = "\t"; ORS = "" }

/^[0-9]+\.[0-9]+ / {
	at = index($1, ".")
	time = substr($1, 1, at - 1) % 86400 substr($1, at)
	proto = id = ""
	if (at = index($0, ", proto ")) {
		proto = substr($0, at + 8, 4)
		payload = number_after(", length ", $0) - 20
		id = number_after(" id ", $0)
	} else if (at = index($0, " next-header ")) {
		proto = substr($0, at + 13, 4)
		payload = number_after(" payload length: ", $0)
	}
	sub(/ $/, "", proto)
	if (proto !~ /^(TCP|UDP|ICMP)$/) {
		proto = ""
		other++
	} else if (sub(/.* payload length: [0-9]+\) /, ""))
		packet()
	next
}

proto != "" && /^    / { packet() }

END {
	if (other)
		print time OFS host OFS "other" OFS other "\n"
}
