# In:  what states.awk tells: what each host saw, in order of time.
# Out: the timeline, an event a line, in columns:
#      event     run, ends, other (packets not shown), disagree (see
#                states.awk), call or segment
#      host      that made the call, or sent the segment; or wire
#      pair      of addresses, numbered
#      time      of the call; or of the segment's leaving, if it was recorded
#      came      time of the segment's arrival, if it was recorded
#      state     of the host, after it
#      peer      state of the other host, after the arrival
#      what seq ack len win ports   as in follow.awk
#      flaw      "bad" if it was damaged on its way
#      Segments stand in the order in which they left; what arrived once more
#      has no time of leaving, and stands behind the original. A call stands behind
#      the last segment that its own host had seen, sent or received, by then;
#      what the wire did stands behind the last that anyone had sent.

function row(host, pair, time, came, state, peer, rest) {
	return host OFS pair OFS time OFS came OFS state OFS peer OFS rest
}

function other(host) {
	return host == "client" ? "server" : "client"
}

# Prints a row now, if segment number id is printed, or when it is.
function behind(id, text) {
	if (id <= printed)
		print text
	else
		waiting[id] = waiting[id] text "\n"
}

# The next segment: whole, or as far as it is known.
function print_next(event,    id) {
	id = ++printed
	print event OFS (id in came ? came[id] : left[id])
	if (id in waiting)
		printf "%s", waiting[id]
	delete came[id]
	delete waiting[id]
}

BEGIN { FS = OFS = "\t"; tick = 0 }

{ rest = $6 OFS $7 OFS $8 OFS $9 OFS $10 OFS $11 }

$3 == "run" || $3 == "ends" || $3 == "other" || $3 == "disagree" {
	print row($3 OFS $2, $5, "", "", "", "", $6 OFS OFS OFS OFS OFS OFS)
}

$3 == "call" {
	behind(($2 == "wire" ? last : top[$2]) + 0, \
		row("call" OFS $2, $5, $1, "", $12, "", $6 OFS OFS OFS OFS OFS $11 OFS))
}

$3 == "again" {
	behind($4, row("segment" OFS other($2), $5, "", $1, "", $12, rest OFS $13))
}

$3 == "leave" || $3 == "arrive" {
	id = $4
	if (id > top[$2])
		top[$2] = id
	if (id > last)
		last = id
}

$3 == "leave" {
	left[id] = row($2, $5, $1, "", $12, "", rest OFS "")
	time[id] = $1
	state[id] = $12
	since[id] = tick
}

$3 == "arrive" {
	whole = row(other($2), $5, time[id] "", $1, state[id] "", $12, rest OFS $13)
	delete left[id]
	delete time[id]
	delete state[id]
	delete since[id]
	if (id <= printed)
		print "arrive" OFS whole
	else
		came[id] = whole
	while ((printed + 1) in came)
		print_next("segment")
}

# The live view waits for no segment that is late, or lost: it has left.
$3 == "tick" {
	while (printed < last && ((printed + 1) in came || since[printed + 1] + 2 < tick))
		print_next((printed + 1) in came ? "segment" : "leave")
	tick++
	print "tick"
	fflush()
}

END {
	while (printed < last)
		print_next("segment")
}
