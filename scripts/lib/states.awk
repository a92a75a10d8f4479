# In:  what rfc9293.awk tells.
# Out: the same without its column, but with the state of the event's host in
#      the column `state`: as the kernel told it, or (in parentheses) as it is
#      inferred. A state that the kernel told while it lasted is not inferred.
#      TCP only; calls have a state where there is one connection, for they do
#      not name theirs. Where the kernel told a state that the segments do not
#      allow, a line `disagree` follows, with what as its text.

# The kernel's names for states, in RFC 9293's words.
function rfc(state) {
	sub(/^CLOSE$/, "CLOSED", state)
	sub(/^SYN_RECV$/, "SYN_RCVD", state)
	return state
}

function enter(state) { # the state of the connection `key` from event n on
	if (state != now[key]) {
		now[key] = state
		span[key] = ++spans
	}
	of[n] = span[key]
	name[span[key]] = state
}

# TCP_INFO says CLOSE in TIME_WAIT, too.
function same(told, state) {
	return told == state || told == "CLOSED" && state == "TIME_WAIT"
}

# Whether the segments allow the state that the call of event n told: it was
# asked for between the calls that its host told before and after. So one of
# these states must fit: what held at the one before, or came until the next.
function allowed(told,    i, held) {
	for (i = n - 1; i > 0 && !(host[i] == $2 && called[i]); i--)
		;
	held = i > 0 ? before[i] : ""
	if (same(told, held == "" ? "CLOSED" : held))
		return 1
	for (i++; i <= last && !(i > n && host[i] == $2 && called[i]); i++)
		if (host[i] == $2 && inferred[i] != "" && same(told, inferred[i]))
			return 1
	return 0
}

BEGIN { FS = OFS = "\t" }

{
	line[++n] = $0
	host[n] = $2
	called[n] = $3 == "call" && $12 != ""
	inferred[n] = $14
	before[n] = latest[$2] # state of the host, when the event came
	if ($14 != "") {
		latest[$2] = $14
		if (!(($5, $11) in flows)) {
			flows[$5, $11]
			flow_count++
			flow = $5 " " $11
		}
	}
}

END {
	last = n
	for (n = 1; n <= last; n++) {
		$0 = line[n]
		key = $2 " " ($11 != "" ? $5 " " $11 : flow)
		if ($14 != "")
			enter($14)
		else if ($12 != "" && flow_count <= 1) {
			told = rfc($12)
			if (told == "LISTEN" && now[key] != "" && now[key] != "CLOSED" || \
				told == "CLOSED" && now[key] == "TIME_WAIT")
				continue # of the listening socket; or all it tells
			enter(told)
			seen[of[n]]
			if (told != "LISTEN" && !allowed(told))
				wrong[n] = told
		}
	}
	for (n = 1; n <= last; n++) {
		$0 = line[n]
		$12 = ""
		if (n in of)
			$12 = of[n] in seen ? name[of[n]] : "(" name[of[n]] ")"
		NF = 13
		print
		if (n in wrong)
			print $1, $2, "disagree", 0, "", $6 ": the kernel told " \
				wrong[n] ", which the segments do not allow", "", \
				"", "", "", "", "", ""
	}
}
