# In:  a promise; -v seen=FILE, what segments.awk wrote with this promise; -v place=
#      lab, or loopback, where ACKs wait for data to take them along: what is an
#      ACK and no more, behind the handshake, is optional there.
# Out: the promise as it should have been seen. Of the lines marked `?`, which
#      an honest stack may leave out, those that were seen; and calls between
#      the same two segments with the client's first, as segments.awk has them.

function flush() {
	printf "%s%s", calls["client"], calls["server"]
	calls["client"] = calls["server"] = ""
}

BEGIN {
	while ((getline text < seen) > 0)
		was[++n] = text
	at = 1
}

/^[ \t]*(#|$)/ { next }

{
	optional = sub(/^\? */, "")
	sub(/ +$/, "")
	if (place == "loopback" && /^[<>] ACK +seq [0-9]+ +ack [0-9]+$/ && !/seq 1 +ack 1$/)
		optional = 1
}

$1 == "client" || $1 == "server" {
	calls[$1] = calls[$1] $0 "\n"
	next
}

{
	while (at <= n && was[at] !~ /^[<>]/)
		at++
	if (optional && was[at] != $0)
		next
	at++
	flush()
	print
}

END { flush() }
