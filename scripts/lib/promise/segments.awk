# In:  a timeline.
# Out: the segments in their normal form; and, with -v promise=FILE, those
#      calls that FILE names, each where it happened:
#      > SYN        seq 0
#      client connect = 0 [ESTABLISHED]
#      > PSH ACK    seq 1    ack 1    len 1466
#      At the end of a line: `win 0` if its sender can take no more, `lost` if the segment left and did not arrive,
#      `again` if it arrived and did not leave: a second time; `late` if it
#      was overtaken; `bad` if it was damaged. Where there are more conversations than one, its ports,
#      client's:server's.

function segment(    line) {
	line = ($2 == "client" ? "> " : "< ") sprintf("%-10s ", $8)
	if ($9 != "")
		line = line sprintf("seq %-4s ", $9)
	if ($10 != "")
		line = line sprintf("ack %-4s ", $10)
	if ($11 != "" && ($11 > 0 || $8 == "UDP"))
		line = line sprintf("len %-4s ", $11)
	if ($12 == "0" && $8 !~ /RST/)
		line = line "win 0 "
	return line ($5 == "" ? "lost " : $4 == "" ? "again " : "") \
		($14 ~ /delayed/ ? "late " : "") ($14 ~ /checksum/ ? "bad " : "")
}

function call(    text, state) {
	text = $8
	sub(/^[0-9]+: /, "", text)
	sub(/\(.*\) /, " ", text)
	sub(/ \(.*/, "", text)
	sub(/^(read|readv|recvmsg) /, "recv ", text) # other programs', in a role
	sub(/^(write|writev|sendmsg) /, "send ", text)
	if (text ~ /^close / && $13 == "") # of no connection
		return ""
	state = $6
	gsub(/[()]/, "", state)
	text = $2 " " text
	return (text " [" state "]") in named ? text " [" state "]" : text
}

function flush() { # calls between two segments: the client's, then the server's
	printf "%s%s", calls["client"], calls["server"]
	calls["client"] = calls["server"] = ""
}

BEGIN {
	FS = "\t"
	while (promise != "" && (getline text < promise) > 0)
		named[text]
}

$1 == "call" && call() in named { line[++n] = call() }

$1 == "segment" {
	line[++n] = segment()
	ports[n] = $3 " " $13
	if ($13 != "" && !(ports[n] in conversation)) {
		conversation[ports[n]]
		conversations++
	}
	end[n] = $13
}

END {
	for (i = 1; i <= n; i++) {
		if (line[i] !~ /^[<>]/) {
			split(line[i], word, " ")
			calls[word[1]] = calls[word[1]] line[i] "\n"
			continue
		}
		flush()
		if (conversations > 1)
			line[i] = line[i] end[i]
		sub(/ +$/, "", line[i])
		print line[i]
	}
	flush()
}
