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

function row(event, host, pair, time, came, state, peer, rest) {
	return event OFS host OFS pair OFS time OFS came OFS state OFS peer OFS rest
}

BEGIN { FS = OFS = "\t" }

$3 == "run" || $3 == "ends" || $3 == "other" || $3 == "disagree" {
	print row($3, $2, $5, "", "", "", "", $6 OFS OFS OFS OFS OFS OFS)
}

$3 == "call" {
	slot = $2 == "wire" ? last + 0 : top[$2] + 0
	calls[slot] = calls[slot] row("call", $2, "", $1, "", $12, "", \
		$6 OFS OFS OFS OFS OFS OFS) "\n"
}

$3 == "again" {
	again[$4] = again[$4] row("segment", from[$4], pair[$4], "", $1, "", $12, \
		rest[$4] OFS $13) "\n"
}

$3 == "leave" || $3 == "arrive" {
	if ($4 > top[$2] + 0)
		top[$2] = $4
	if ($4 > last)
		last = $4
	from[$4] = $3 == "leave" ? $2 : $2 == "client" ? "server" : "client"
	pair[$4] = $5
	rest[$4] = $6 OFS $7 OFS $8 OFS $9 OFS $10 OFS $11
	time[$4, $3] = $1
	state[$4, $3] = $12
	flaw[$4] = $13
}

END {
	printf "%s", calls[0]
	for (id = 1; id <= last; id++) {
		print row("segment", from[id], pair[id], time[id, "leave"], \
			time[id, "arrive"], state[id, "leave"], \
			state[id, "arrive"], rest[id] OFS flaw[id])
		printf "%s%s", again[id], calls[id]
	}
}
