# In:  a log of narration; -v host=NAME, where its program ran; -v who=N, its
#      number there, or "" if it is the only one.
# Out: a line a call, of tab-separated columns: time, host, "call", the call
#      with its result, the state that the kernel told. First of all a line
#      with time 0, host, "run", and the command.

BEGIN { OFS = "\t"; mark = who == "" ? "" : who ": " }

{ gsub(/[^ -~]/, "?") } # nothing here is for the terminal to interpret

/^\$ / {
	print 0, host, "run", mark substr($0, 3)
	next
}

/^[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\.[0-9]+ [a-z_]+ [a-z]+\(/ {
	split($1, clock, ":")
	state = ""
	if (match($0, / \[[A-Z_0-9]+\]$/)) {
		state = substr($0, RSTART + 2, RLENGTH - 3)
		$0 = substr($0, 1, RSTART - 1)
	}
	call = $0
	sub(/^[^ ]+ [^ ]+ /, "", call)
	print sprintf("%.9f", clock[1] * 3600 + clock[2] * 60 + clock[3]), \
		host, "call", mark call, state
}
