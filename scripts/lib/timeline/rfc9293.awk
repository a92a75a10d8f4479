# In:  what follow.awk tells.
# Out: the same, and in a further column `inferred` the state of the event's
#      host after the segment, as RFC 9293 section 3.3.2 has it.

function forget() { # a connection between the same ports before this one
	delete fin[key]
	delete end[key]
	delete next_byte[key]
	early[key] = ""
}

function after_leave(state) {
	if ($6 ~ /RST/)
		return "CLOSED"
	if ($6 ~ /SYN/) {
		if ($6 !~ /ACK/ && state != "SYN_SENT")
			forget()
		return $6 ~ /ACK/ ? "SYN_RCVD" : "SYN_SENT"
	}
	if ($6 ~ /FIN/ && !(key in fin)) {
		fin[key] = $7 + $9 + 1
		return state == "CLOSE_WAIT" ? "LAST_ACK" : "FIN_WAIT1"
	}
	return state == "" ? "ESTABLISHED" : state
}

# Whether the peer's FIN is in, and all before it. What came before its turn
# waits in early: " FROM-TO FROM-TO".
function finished(seq, len,    i, n, range, part, moved) {
	if (!(key in next_byte)) # SYN is not in the capture
		next_byte[key] = seq
	if ($6 ~ /FIN/)
		end[key] = seq + len
	if (len > 0)
		early[key] = early[key] " " seq "-" seq + len
	do {
		moved = 0
		n = split(early[key], range, " ")
		early[key] = ""
		for (i = 1; i <= n; i++) {
			split(range[i], part, "-")
			if (part[1] + 0 > next_byte[key])
				early[key] = early[key] " " range[i]
			else if (part[2] + 0 > next_byte[key]) {
				next_byte[key] = part[2] + 0
				moved = 1
			}
		}
	} while (moved)
	return (key in end) && next_byte[key] >= end[key]
}

function after_arrive(state) {
	if ($13 == "bad")
		return state
	if ($6 ~ /RST/)
		return "CLOSED"
	if ($6 ~ /SYN/) {
		if (state != "" && state !~ /^(CLOSED|LISTEN|SYN_SENT|SYN_RCVD)$/)
			return state
		if (state !~ /^SYN/)
			forget()
		next_byte[key] = 1
		if (state !~ /^SYN/) # whether a socket listens is seen from the answer
			return state
		return $6 ~ /ACK/ ? "ESTABLISHED" : "SYN_RCVD"
	}
	if (state == "SYN_RCVD" || state == "")
		state = "ESTABLISHED"
	if ((key in fin) && $8 >= fin[key])
		state = state == "FIN_WAIT1" ? "FIN_WAIT2" : \
			state == "CLOSING" ? "TIME_WAIT" : \
			state == "LAST_ACK" ? "CLOSED" : state
	if (finished($7, $9))
		state = state == "ESTABLISHED" ? "CLOSE_WAIT" : \
			state == "FIN_WAIT1" ? "CLOSING" : \
			state == "FIN_WAIT2" ? "TIME_WAIT" : state
	return state
}

BEGIN { FS = OFS = "\t" }

{ key = $2 " " $5 " " $11 }

$3 == "leave" && $7 != "" { state[key] = after_leave(state[key]) }
($3 == "arrive" || $3 == "again") && $7 != "" { state[key] = after_arrive(state[key]) }

{ print $0, ($7 != "" ? state[key] : "") }
$3 == "tick" { fflush() }
