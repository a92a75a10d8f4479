# In:  packets and calls of both hosts, in order of time.
# Out: the same in order, with the columns
#      time host event  run, call, leave, arrive or again (it has arrived more
#                       often than it left): as its host saw it; or ends, whose
#                       what is a pair's addresses, client's first
#      id               of a segment: the same where it leaves and arrives
#      pair             of two addresses, numbered as they come
#      what seq ack len win   relative numbers, as RFC 9293's figures have them
#      ports            client's:server's
#      state            that the kernel told
#      flaw             "bad" if it left with a right checksum, came with a wrong
#      A packet is first heard where it leaves; so that is the client, if the
#      client recorded it. A capture of no known end (host "-") tells of both:
#      each packet leaves and arrives at once, and who is first is the client.

function relative(number, base) { # modulo 2^32
	number -= base
	return number < -2147483648 ? number + 4294967296 : \
		number > 2147483648 ? number - 4294967296 : number
}

# 192.0.2.1.40000 and 2001:db8::1.40000 have a port, 192.0.2.1 has none.
function take_apart(end,    n, dot) {
	n = split(end, dot, ".")
	port[end] = n == 4 || n == 1 ? "" : dot[n]
	address[end] = port[end] == "" ? end : \
		substr(end, 1, length(end) - length(dot[n]) - 1)
}

# way[like] is "LAST ID...": the last of this like that left, and those that have
# not arrived. What arrives and had left is found in there.
function leave(like) {
	sub(/^[0-9]+/, "", way[like])
	way[like] = id way[like] " " id
}

function arrive(like,    n, ids_there) {
	n = split(way[like], ids_there, " ")
	if (n == 0) {
		id = ++ids
		bad[id] # how it left is unknown
		return "arrive"
	}
	id = ids_there[n > 1 ? 2 : 1]
	sub(/ [0-9]+/, "", way[like])
	return n > 1 ? "arrive" : "again"
}

function told(host, event) {
	print $1, host, event, id, pair, what, seq, ack, $9, $10, ports, "", \
		(event != "leave" && !(id in bad) ? $12 : "")
}

BEGIN { FS = OFS = "\t" }

# The pair of these two addresses. The first that is heard of opens it.
function pair_of(src, dst, host) {
	if (!((src, dst) in pairs)) {
		pairs[src, dst] = pairs[dst, src] = ++count
		clients[count] = host == "server" ? dst : src
		print $1, "-", "ends", 0, count, clients[count] " " (host == "server" ? src : dst), "", "", "", "", "", "", ""
	}
	return pairs[src, dst]
}

$3 == "run" {
	print $1, $2, $3, 0, "", $4, "", "", "", "", "", "", ""
	next
}

$3 == "call" { # of a socket that has a peer, or has named one
	pair = ports = ""
	if ($6 != "" && $7 != "") {
		take_apart($6)
		take_apart($7)
		pair = address[$6] == "0.0.0.0" || address[$6] == "::" ? 1 : \
			pair_of(address[$6], address[$7], $2)
		ports = $2 == "client" ? port[$6] ":" port[$7] : port[$7] ":" port[$6]
	}
	print $1, $2, $3, 0, pair, $4, "", "", "", "", ports, $5, ""
	next
}

$3 == "packet" {
	if (!($4 in port)) take_apart($4)
	if (!($5 in port)) take_apart($5)
	src = address[$4]
	dst = address[$5]
	pair = pair_of(src, dst, $2)
	if (src == dst) { # both ends on one address: ports tell them apart
		flow = $4 < $5 ? $4 " " $5 : $5 " " $4
		if (!(flow in first))
			first[flow] = $4
		from = $4 == first[flow] ? "client" : "server"
		if ($6 ~ /^ICMP/ && $4 in asker)
			from = asker[$4] == "client" ? "server" : "client"
	} else
		from = src == clients[pair] ? "client" : "server"
	to = from == "client" ? "server" : "client"
	ports = from == "client" ? port[$4] ":" port[$5] : port[$5] ":" port[$4]
	what = $6
	seq = ack = ""

	if (what == "UDP") {
		asked[$5] = ports
		asker[$5] = from
	} else if (what ~ /^ICMP/)
		ports = $4 in asked ? asked[$4] : ports
	else {
		if (what ~ /SYN/)
			base[$4, $5] = $7
		else if (!(($4, $5) in base)) # the start is not in the capture
			base[$4, $5] = what ~ /RST/ ? $7 : $7 - 1
		if ($8 != "" && !(($5, $4) in base))
			base[$5, $4] = $8 - 1
		seq = relative($7, base[$4, $5])
		if ($8 != "")
			ack = relative($8, base[$5, $4])
	}

	# The first of its like to arrive is the first that left.
	like = $4 " " $5 " " $6 " " $7 " " $8 " " $9 " " $10 " " $11
	if ($2 == from || $2 == "-") {
		id = ++ids
		if ($2 == from)
			leave(like)
		if ($12 != "")
			bad[id]
		told(from, "leave")
	}
	if ($2 == "-")
		told(to, "arrive")
	else if ($2 == to)
		told(to, arrive(like))
}

$3 == "tick" { # of the live view, see scripts/watch
	print $1, $2, $3
	fflush()
}

$3 == "other" { print $1, $2, "other", 0, "", $4, "", "", "", "", "", "", "" }
