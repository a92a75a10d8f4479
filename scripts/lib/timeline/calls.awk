# In:  a log of socktrace; -v host=NAME, where its program ran; -v who=N, its
#      number there, or "" if it is the only one; -v live=1 to tell each at once,
#      and no command.
# Out: a line a call, of tab-separated columns: time (seconds since midnight, UTC),
#      host, "call", the call with its result, the state that the kernel told, and
#      the socket's own address and its peer's: 192.0.2.1.40000. First of all a
#      line with time 0, host, "run", and the command. Not told is what concerns
#      no segment: the close() of a descriptor whose socket another process has,
#      too, and a program's own limits on what it waits for.

# "192.0.2.1:40000" and "[2001:db8::1]:40000" as tcpdump has them.
function end(address) {
	gsub(/[][]/, "", address)
	sub(/:[0-9]+$/, ".&", address)
	sub(/\.:/, ".", address)
	return address
}

BEGIN { OFS = "\t"; ORS = ""; mark = who == "" ? "" : who ": " }

{ gsub(/[^ -~]/, "?") } # nothing here is for the terminal to interpret

/^[0-9]+-[0-9]+-[0-9]+ [0-9:]+ [-+][0-9]+ \$ / {
	zone = substr($3, 2, 2) * 3600 + substr($3, 4, 2) * 60
	if ($3 ~ /^-/)
		zone = -zone
	sub(/^[^$]*\$ /, "")
	if (!live)
		print 0 OFS host OFS "run" OFS mark $0 "\n"
	next
}

/^[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\.[0-9]+ [^ ]+ [a-z]+\(/ {
	split($1, clock, ":")
	time = clock[1] * 3600 + clock[2] * 60 + clock[3] - zone
	state = own = peer = ""
	if (match($0, /( \.\.\.| = -?[0-9][^[]*) \[.*\]$/)) {
		RSTART += index(substr($0, RSTART), " [") - 1
		split(substr($0, RSTART + 2, length($0) - RSTART - 2), word, " ")
		i = word[1] ~ /^[A-Z_0-9]+$/
		state = i ? word[1] : ""
		own = word[i + 1]
		peer = word[i + 2]
		for (i in word)
			delete word[i]
		$0 = substr($0, 1, RSTART - 1)
	}
	call = $0
	sub(/^[^ ]+ [^ ]+ /, "", call)
	if (peer == "" && call ~ /^(send|recv|connect)/ && match(call, /, [^ ,]*[.:][^ ,]*\)/))
		peer = substr(call, RSTART + 2, RLENGTH - 3) # of a datagram
	if (call ~ /^close/ && state != "" || call ~ /SO_(RCV|SND)TIMEO/)
		next
	# one piece: others may write into the same pipe
	print sprintf("%.9f", time < 0 ? time + 86400 : time) OFS host OFS "call" OFS mark call \
		OFS state OFS end(own) OFS end(peer) "\n"
	if (live)
		fflush()
}
