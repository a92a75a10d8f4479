# In:  a timeline.
# Out: the same, but that a call which returned within a millisecond, and before
#      anything arrived at its host, is one event, of the time when it was entered.
#      One that had to wait stays two: "recv(3) ..." and "recv(3) = 6".

function print_all(    i) {
	for (i = 1; i <= n; i++)
		if (row[i] != "")
			print row[i]
	n = 0
}

BEGIN { FS = OFS = "\t" }

{ row[++n] = $0 }

$1 == "segment" && $5 != "" { heard[$2 == "client" ? "server" : "client"] = $5 }

# A call, and the connection if it begins and ends with it: "recv(3".
function key() {
	match($8, /\([0-9]*/)
	return $2 " " substr($8, 1, RSTART + RLENGTH - 1) \
		($8 ~ /accept|from|sendto/ ? "" : " " $13)
}

$1 == "call" && $8 ~ / \.\.\.$/ {
	call = key()
	waiting += !(call in entered)
	entered[call] = n
}

$1 == "call" && match($8, / = /) {
	call = key()
	if (call in entered) {
		first = entered[call]
		delete entered[call]
		waiting--
		split(row[first], entry, FS)
		if (heard[$2] <= entry[4] && $4 - entry[4] < 0.001) {
			$4 = entry[4]
			row[first] = $0
			row[n] = ""
		}
	}
}

!waiting { print_all() }

END { print_all() }
