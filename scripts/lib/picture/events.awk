# In:  a timeline: ladder --events.
# Out: what is to be drawn of it, by pairs of hosts, in columns:
#      event     run, ends, call, segment, omitted
#      host      that made the call, or sent the segment; or wire
#      pair      of addresses, numbered as they come
#      time      of the call; or of the segment's leaving, if it was recorded
#      came      time of the segment's arrival, if it was recorded
#      state     of the host, after it
#      peer      state of the other host, after the arrival
#      what seq ack len win
#      ports     client's:server's
#      note      on the segment

function host_of(end) { # "192.0.2.1:40000", "[2001:db8::1]:40000", "192.0.2.1"
	if (end ~ /^\[/ || end ~ /^[0-9.]+:/)
		sub(/:[0-9]+$/, "", end)
	gsub(/[][]/, "", end)
	return end
}

function port_of(end) {
	return end ~ /^\[.*\]:|^[0-9.]+:/ && match(end, /[0-9]+$/) ? substr(end, RSTART) : ""
}

BEGIN { FS = OFS = "\t" }

$1 == "connection" {
	split($8, end, " ")
	hosts = host_of(end[1]) " " host_of(end[2])
	if (!(hosts in numbers)) {
		numbers[hosts] = ++pairs
		print "ends", "-", pairs, "", "", "", "", hosts, "", "", "", "", "", ""
	}
	pair[$3] = numbers[hosts]
	if (port_of(end[1]) != "")
		ports[$3] = port_of(end[1]) ":" port_of(end[2])
}

$1 == "wire" { $1 = "call" }

$1 == "run" || $1 == "call" || $1 == "segment" || $1 == "omitted" {
	print $1, $2, pair[$3], $4, $5, $6, $7, $8, $9, $10, $11, $12, ports[$3], $13
}
