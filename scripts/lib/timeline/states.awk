# In:  what rfc9293.awk tells; -v calls=1 if it has calls: then all is read before
#      anything is written.
# Out: the same without its column, but with the state of the event's host in
#      the column `state`: as the kernel told it, or (in parentheses) as it is
#      inferred. A state that the kernel told while it lasted is not inferred.
#      TCP only; a call on a socket without a peer tells a state where there is
#      but one connection. Where the kernel told a state that the segments do not
#      allow, a line `disagree` follows, with what as its text.

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

# Whether the segments allow the state that a call told: it was asked for between
# the calls on its connection (key) before and after. So one of these states must
# fit: what held at the one before, or came until the next.
function check(key,    i, state, count) {
	if (!(key in doubtful))
		return
	count = split(held[key] " " came[key], state, " ")
	for (i = 1; i <= count && !same(told[key], state[i]); i++)
		;
	if (i > count)
		wrong[doubtful[key]] = told[key]
	delete doubtful[key]
}

# A call told a state: what it may be begins where the last call was.
function next_call() {
	check(key)
	held[key] = (key in holds) ? holds[key] : "CLOSED"
	came[key] = since[key]
	since[key] = ""
	holds[key] = latest[key] == "" ? "CLOSED" : latest[key]
}

function inferred(state) {
	if (state ~ /^SYN_/)
		delete gone[key]
	enter((key in gone) ? "CLOSED" : state)
	if (state != latest[key]) {
		latest[key] = state
		came[key] = came[key] " " state
		since[key] = since[key] " " state
	}
}

function observed(state) {
	next_call()
	if (state == "LISTEN" && now[key] != "" && now[key] != "CLOSED" || \
		state == "CLOSED" && now[key] == "TIME_WAIT")
		return # of the listening socket; or all it tells
	enter(state)
	seen[of[n]]
	if (state == "CLOSED")
		gone[key] # what comes now reaches no connection, only a new SYN
	if (state != "LISTEN") {
		doubtful[key] = n
		told[key] = state
	}
}

BEGIN { FS = OFS = "\t" }

$3 == "tick" {
	print
	fflush()
	next
}

!calls {
	$12 = $14 == "" ? "" : "(" $14 ")"
	NF = 13
	print
	next
}

{
	line[++n] = $0
	if ($14 != "" && !(($5, $11) in flows)) {
		flows[$5, $11]
		flow_count++
		flow = $5 " " $11
	}
}

END {
	rows = n
	for (n = 1; n <= rows; n++) {
		$0 = line[n]
		key = $2 " " ($11 != "" ? $5 " " $11 : flow)
		if ($14 != "")
			inferred($14)
		else if ($12 != "" && ($11 != "" || flow_count <= 1))
			observed($12)
	}
	for (key in doubtful)
		check(key)
	for (n = 1; n <= rows; n++) {
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
