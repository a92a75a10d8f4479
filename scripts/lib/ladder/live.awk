# In:  a timeline that is still told, with ticks; -v width=COLUMNS; -v utf8=1 or 0;
#      -v colour=1 or 0; -v two=1 if it is of two captures. Loaded together with
#      words.awk and rows.awk.
# Out: its ladder, each row as soon as it can be drawn. Each segment has its ports:
#      more conversations may come.

BEGIN {
	FS = OFS = "\t"
	conversations = 2
	states = length("(ESTABLISHED)")
	set_room(width - 22 - 2 * states < 60 ? width - 22 - 2 * states : 60)
}

$1 == "segment" || $1 == "leave" || $1 == "arrive" {
	if (zero == "")
		zero = $4 == "" ? $5 : $4
	if ($3 != pair)
		print (pair ? "\n" : "") heading($3)
	pair = $3
	$15 = label()
	show()
}

$1 == "call" {
	if (zero == "")
		zero = $4
	show()
}

$1 == "tick" { fflush() }
