# Makes a manual page, in mdoc(7), of what a program's -h prints: so nothing is
# told twice. In: name, about (or the text begins with "name - about"), date.

BEGIN { state = "head" }

{ sub(/ +$/, "") }

state == "head" && index($0, name " - ") == 1 {
	about = substr($0, length(name) + 4)
	next
}

state == "head" && /^$/ { next }

/^usage: / { state = "usage" }

state == "usage" {
	if (/^usage: / || /^ /) {
		sub(/^usage: |^       /, "")
		synopsis = synopsis literal($0)
		next
	}
	state = "text"
	begin()
	if (/^$/) next
}

/^  ?[^ ].*[^ ]  +[^ ]/ || /^  -/ { # a tag, and what it means
	end_paragraph()
	if (!listing) print ".Bl -tag -width Ds"
	listing = 1
	wants_paragraph = 0
	sub(/^ +/, "")
	place = match($0, /  +/)
	tag = place ? substr($0, 1, place - 1) : $0
	if (!place && match(tag, /^(-[^ ]+ [A-Z]+|-[^ ]+) [a-z]/)) place = RLENGTH - 1
	print ".It Sy \"" quoted(place ? substr($0, 1, place - 1) : $0) "\""
	paragraph = place ? substr($0, place) : ""
	next
}

listing && /^ / {
	paragraph = paragraph " " $0
	next
}

/^    / { # an example
	end_paragraph()
	if (!example) print ".Bd -literal -offset indent"
	example = 1
	sub(/^    /, "")
	printf "%s", literal($0)
	next
}

/^$/ {
	end_paragraph()
	end_list()
	if (!example) wants_paragraph = 1
	next
}

{
	if (listing) {
		end_paragraph()
		end_list()
		wants_paragraph = 1
	}
	paragraph = paragraph " " $0
}

END {
	end_paragraph()
	end_list()
	if (see != "") print ".Sh SEE ALSO\n" see
}

function begin() {
	print ".Dd " date
	print ".Dt " toupper(name) " 1"
	print ".Os"
	print ".Sh NAME"
	print ".Nm " name
	print ".Nd " about
	print ".Sh SYNOPSIS"
	print ".Bd -literal"
	printf "%s", synopsis
	print ".Ed"
	print ".Sh DESCRIPTION"
	wants_paragraph = 0
}

function end_list() {
	if (example) print ".Ed"
	if (listing) print ".El"
	example = listing = 0
}

# Filled text, a sentence a line; the exit status and what to see have their places.
function end_paragraph(   at) {
	gsub(/ +/, " ", paragraph)
	sub(/^ /, "", paragraph)
	if (paragraph == "") return
	if (example) end_list()
	if ((at = match(paragraph, /See ([a-z_]+\([0-9]\)|RFC)[^.]*\.$/))) {
		see = references(substr(paragraph, at + 4))
		paragraph = substr(paragraph, 1, at - 1)
	}
	if ((at = index(paragraph, "Exit status: "))) {
		text(substr(paragraph, 1, at - 1))
		end_list()
		print ".Sh EXIT STATUS"
		wants_paragraph = 0
		paragraph = substr(paragraph, at + 13)
		paragraph = toupper(substr(paragraph, 1, 1)) substr(paragraph, 2)
	}
	text(paragraph)
	paragraph = ""
}

# A sentence a line, and none longer than 78.
function text(what,   words, n, i, line) {
	sub(/ $/, "", what)
	if (what == "") return
	if (wants_paragraph) print ".Pp"
	wants_paragraph = 0
	n = split(what, words, " ")
	for (i = 1; i <= n; i++) {
		if (line != "" && length(line words[i]) > 70) {
			printf "%s", literal(line)
			line = ""
		}
		line = line (line == "" ? "" : " ") words[i]
		if (words[i] ~ /[.!?]$/) {
			printf "%s", literal(line)
			line = ""
		}
	}
	if (line != "") printf "%s", literal(line)
}

function references(list,   all, n, i, said) {
	sub(/\.$/, "", list)
	n = split(list, all, /, */)
	for (i = 1; i <= n; i++) {
		if (match(all[i], /\([0-9]\)/))
			said = said ".Xr " substr(all[i], 1, RSTART - 1) " " substr(all[i], RSTART + 1, 1) (i < n ? " ,\n" : "\n")
		else
			said = said all[i] (i < n ? ",\n" : "\n")
	}
	sub(/\n$/, "", said)
	return said
}

function literal(line) {
	gsub(/\\/, "\\e", line)
	gsub(/-/, "\\-", line)
	sub(/^[.']/, "\\\\\\&&", line)
	return line "\n"
}

function quoted(line) {
	gsub(/\\/, "\\e", line)
	gsub(/-/, "\\-", line)
	gsub(/"/, "\\(dq", line)
	return line
}
