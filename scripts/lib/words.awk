# Loaded together with a view: what a segment and a call are called in it. 004 is
# an ellipsis.

# Fits a call into its column: first errno's text goes, then the arguments but
# the first, then that, then what is too long.
function fit(text, room) {
	sub(/ \([^)]*\)$/, "", text)
	if (length(text) > room)
		sub(/, [^)]*\)/, ", \004)", text)
	if (length(text) > room)
		sub(/\([^)]*\)/, "(\004)", text)
	return length(text) > room ? substr(text, 1, room - 1) "\004" : text
}

function label(    text) {
	text = $8
	if ($9 != "") text = text " seq " $9
	if ($10 != "") text = text " ack " $10
	if ($11 != "" && ($11 > 0 || $8 == "UDP")) text = text " len " $11
	return text
}

function conversation() { # where there are more conversations than one
	return conversations > 1 && $13 != "" ? " " $13 : ""
}

function end(name, address, port) {
	if (port != "")
		address = (address ~ /:/ ? "[" address "]" : address) ":" port
	return name " " address
}
