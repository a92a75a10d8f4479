# Loaded together with layout.awk: what there is to draw of a pair of hosts.
# Segments are numbered, and calls, and what tells of states; names of arrays say
# what they hold of each.

function forget() {
	segments = calls = tellings = moments = flights = 0
	split("", open)
}

function segment(    s) {
	s = ++segments
	sender[s] = $2
	leaves[s] = $4
	comes[s] = $5
	title[s] = label() conversation()
	notes[s] = $14
	moment($4)
	moment($5)
	if ($4 != "" && $5 != "")
		flown[++flights] = $5 - $4
	telling($2, $4, $6)
	telling($2 == "client" ? "server" : "client", $5, $7)
}

function wire(    s) { # a fault that none of the segments tells of
	s = ++segments
	sender[s] = "wire"
	leaves[s] = comes[s] = $4
	title[s] = ""
	notes[s] = fault()
	moment($4)
}

# A call that returns is known by how it was entered: "1: recv(3".
function call(    c, key, waits) {
	match($8, /\([0-9]*/)
	key = $2 " " substr($8, 1, RSTART + RLENGTH - 1) \
		($8 ~ /accept|from|sendto/ ? "" : " " $13)
	waits = $8 ~ / \.\.\.$/
	if (!waits && open[key] != "") {
		c = open[key] + 0
		sub(/^[0-9]+ /, "", open[key])
	} else {
		c = ++calls
		caller[c] = $2
		enters[c] = $4
		if (waits)
			open[key] = open[key] c " "
	}
	returns[c] = waits ? "" : $4
	words[c] = fit($8, 44)
	moment($4)
	telling($2, $4, $6)
}

function telling(host, time, state) {
	if (time == "" || state == "")
		return
	told_at[++tellings] = time
	teller[tellings] = host
	tells[tellings] = state
	connection[tellings] = conversations > 1 ? $3 " " $13 : ""
}
