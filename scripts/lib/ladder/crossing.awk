# In:  a timeline, folded.
# Out: the same, but that a segment which met another on its way, or was
#      overtaken by one, is two events: `leave`, where it stood, and `arrive`,
#      where its receiver heard it. They met if that was in the last three
#      quarters of its way: an ACK that leaves as the next segment comes did not.

# When its host saw the row: a call, or one end of a segment.
function seen_by(host, row) {
	split(row, column, FS)
	return column[2] == host ? column[4] : \
		column[1] == "segment" ? column[5] : ""
}

BEGIN { FS = OFS = "\t"; host[1] = "client"; host[2] = "server" }

$1 == "segment" && $4 != $5 { clocks = 1 }

!clocks { # none can have met another
	print
	next
}

{ row[++rows] = $0 }

END {
	# from the last row up: what is the earliest that each host saw later?
	for (n = rows; n > 0; n--) {
		$0 = row[n]
		to = $2 == "client" ? "server" : "client"
		if ($1 == "segment" && $4 != "" && $5 != "" && \
			(to in first) && $5 - first[to] > ($5 - $4) / 4) {
			for (m = n + 1; m <= rows; m++) {
				when = seen_by(to, row[m])
				if (when != "" && when > $5)
					break
			}
			$1 = "leave"
			row[n] = $0
			$1 = "arrive"
			behind[m - 1] = $0 "\n" behind[m - 1]
			$1 = "segment"
		}
		for (h = 1; h <= 2; h++) {
			when = $1 != "segment" ? "" : $2 == host[h] ? $4 : $5
			if (when != "" && (!(host[h] in first) || when < first[host[h]]))
				first[host[h]] = when
		}
	}
	for (n = 1; n <= rows; n++) {
		print row[n]
		printf "%s", behind[n]
	}
}
