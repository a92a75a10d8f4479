# In:  what follow.awk tells.
# Out: the same, with the state of the event's host after it in the last
#      column: as the kernel told it, or (in parentheses) as RFC 9293 section
#      3.3.2 infers it from the segments. A state that the kernel told while it
#      lasted is not inferred. TCP only; calls have a state where there is one
#      connection, for they do not name theirs.

function enter(state) { # the state of the connection `key` from event n on
	if (state != now[key]) {
		now[key] = state
		span[key] = ++spans
	}
	of[n] = span[key]
	name[span[key]] = state
}

# The kernel's names for states, in RFC 9293's words.
function rfc(state) {
	sub(/^CLOSE$/, "CLOSED", state)
	sub(/^SYN_RECV$/, "SYN_RCVD", state)
	return state
}

function after_leave(state, what) {
	if (what ~ /RST/) {
		if (!(key in sent)) # to SYN: nobody listened
			name[span[key]] = "CLOSED"
		return "CLOSED"
	}
	sent[key]
	if (what ~ /SYN/)
		return what ~ /ACK/ ? "SYN_RCVD" : "SYN_SENT"
	if (what ~ /FIN/ && !(key in fin)) {
		fin[key] = $7 + $9 + 1
		return state == "CLOSE_WAIT" ? "LAST_ACK" : "FIN_WAIT1"
	}
	return state == "" ? "ESTABLISHED" : state
}

function after_arrive(state, what) {
	if (what ~ /RST/)
		return "CLOSED"
	if (what ~ /SYN/)
		return state == "SYN_SENT" && what ~ /ACK/ ? "ESTABLISHED" : \
			state == "" || state ~ /^(CLOSED|LISTEN|SYN_SENT)$/ ? \
			"SYN_RCVD" : state
	if (state == "SYN_RCVD" || state == "")
		state = "ESTABLISHED"
	if ((key in fin) && what ~ /ACK/ && $8 >= fin[key])
		state = state == "FIN_WAIT1" ? "FIN_WAIT2" : \
			state == "CLOSING" ? "TIME_WAIT" : \
			state == "LAST_ACK" ? "CLOSED" : state
	if (what ~ /FIN/)
		state = state == "ESTABLISHED" ? "CLOSE_WAIT" : \
			state == "FIN_WAIT1" ? "CLOSING" : \
			state == "FIN_WAIT2" ? "TIME_WAIT" : state
	return state
}

BEGIN { FS = OFS = "\t" }

{ line[++n] = $0 }

($3 == "leave" || $3 == "arrive") && $7 != "" {
	flow = $5 " " $11
	if (!(flow in flows)) {
		flows[flow]
		flow_count++
	}
}

END {
	last = n
	for (n = 1; n <= last; n++) {
		$0 = line[n]
		key = $2 " " ($11 != "" ? $5 " " $11 : flow)
		was = now[key] ""
		if ($3 == "leave" && $7 != "")
			enter(after_leave(was, $6))
		else if ($3 == "arrive" && $7 != "")
			enter(after_arrive(was, $6))
		else if ($12 != "" && flow_count <= 1) {
			told = rfc($12)
			if (told == "LISTEN" && was != "" && was != "CLOSED" ||
				told == "CLOSED" && was == "TIME_WAIT")
				continue # of the listening socket; or all it tells
			enter(told)
			seen[of[n]]
		}
	}
	for (n = 1; n <= last; n++) {
		$0 = line[n]
		$12 = ""
		if (n in of)
			$12 = of[n] in seen ? name[of[n]] : "(" name[of[n]] ")"
		print
	}
}
