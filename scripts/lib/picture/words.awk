# Loaded after a view: what a segment, a call, a fault and a host are called in it,
# and how many conversations there are in what it reads. 004 is an ellipsis.

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

# What the wire did, in its rule's words.
function fault(    text) {
	text = substr($8, 7) # fault(lose=SYN,nth=1) = 74
	return "wire: " substr(text, 1, index(text, ")") - 1)
}

# "client 192.0.2.1:40000", of pair p; the port is told if there is but one.
function who(host, p,    address, ports, n) {
	n = host == "client" ? 1 : 2
	split(ends[p], address, " ")
	split(conversations == 1 ? port[p] : "", ports, ":")
	if (ports[n] != "")
		address[n] = (address[n] ~ /:/ ? "[" address[n] "]" : address[n]) ":" ports[n]
	return host " " address[n]
}

$1 == "ends" { ends[$3] = $8 }

$13 != "" && !(($3, $13) in seen) {
	seen[$3, $13]
	conversations++
	port[$3] = $13
}
