# In:  a promise; -v seen=FILE, what segments.awk wrote with this promise.
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
