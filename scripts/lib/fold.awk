# In:  a timeline.
# Out: the same, but that a call which returned before anything arrived at its
#      host is one event, of the time when it was entered. One that had to wait
#      for the network stays two: "recv(3) ..." and "recv(3) = 6".

BEGIN { FS = OFS = "\t" }

{ row[NR] = $0 }

$1 == "segment" && $5 != "" { heard[$2 == "client" ? "server" : "client"] = $5 }

$1 == "call" && $8 ~ / \.\.\.$/ {
	entered[$2, substr($8, 1, length($8) - 4)] = NR
}

$1 == "call" && match($8, / = /) {
	call = $2 SUBSEP substr($8, 1, RSTART - 1)
	if (!(call in entered))
		next
	first = entered[call]
	delete entered[call]
	split(row[first], entry, FS)
	if (heard[$2] <= entry[4]) {
		$4 = entry[4]
		row[first] = $0
		row[NR] = ""
	}
}

END {
	for (n = 1; n <= NR; n++)
		if (row[n] != "")
			print row[n]
}
