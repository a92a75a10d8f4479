# In:  a timeline, folded; -v width=COLUMNS; -v utf8=1 or 0; -v colour=1 or 0. Loaded
#      together with words.awk and rows.awk.
# Out: the ladder: time runs downwards, the client is on the left, an arrow is
#      a segment. A state is shown as it changes. Where the width leaves too
#      little beside the arrows, calls stand among them. Beneath an arrow stands
#      what there is to note of its segment, and what the wire did then.

BEGIN { FS = "\t" }

$1 == "run" { print $2 "$ " $8 }
$1 == "other" { other += $8 }
zero == "" && ($1 ~ /^(segment|leave)$/ || $1 == "call" && $2 == "client") { zero = $4 }
$1 == "call" { row[++rows] = $0 }
{
	if (length($6) > states) states = length($6)
	if (length($7) > states) states = length($7)
	inferred = inferred || $6 ~ /\(/ || $7 ~ /\(/
}
$1 ~ /^(segment|leave|arrive)$/ {
	text = label()
	row[++rows] = $0 "\t" text
	if (length(text) > room) room = length(text)
	if (length($13) > wide) wide = length($13)
	two = two || $4 != $5
	pairs = $3 > pairs ? $3 : pairs
}

END {
	set_room(room + (conversations > 1 ? wide + 1 : 0) + 6)
	calls = int((width - 18 - 4 - room - 2 * states) / 2)
	if (calls < 12)
		calls = 0
	beside = calls ? calls + 1 : 0
	if (!rows)
		print "nothing was recorded"
	else if (zero == "") {
		$0 = row[1]
		zero = $4
	}
	for (p = 1; rows && (p <= pairs || p == 1); p++) {
		print (p > 1 ? "\n" : "") heading(p)
		for (n = 1; n <= rows; n++) {
			$0 = row[n]
			if ($1 == "call" ? $3 + !$3 == p : $3 == p && $4 $5 != "")
				show()
		}
	}
	if (inferred)
		print "\n(STATE): inferred from the segments, RFC 9293; STATE: told by the kernel"
	if (other)
		print other " packets that are neither TCP, UDP nor ICMP are not shown"
}
