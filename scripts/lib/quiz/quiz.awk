# Asks about the segments of `ladder --events`, or prints a worksheet of them.
# In: name, seed, level (1 to 3), most (questions), paper (or ""), unseen (or "": a
# terminal shows what is typed). Answers: stdin.
# Exit status: 0 all were right; 1 one was not.

BEGIN { FS = "\t" }

# ---- what was recorded ------------------------------------------------------

$1 == "call" && $3 != "" {
	text = $8
	sub(/^[0-9]+: /, "", text)
	call = text
	sub(/\(.*/, "", call)
	kind = call ~ /^(close|shutdown)$/ ? "end" : call == "connect" ? "connect" : call ~ /^(send|write)/ ? "send" : ""
	if (kind != "" && (kind == "end" || text ~ /\.\.\.$/)) {
		called[$2, kind] = call
		when[$2, kind] = $4
	}
}

$1 == "segment" && $4 != "" {
	n++
	number[n] = $14; host[n] = $2; connection[n] = $3; flags[n] = $8
	seq[n] = $9; ack[n] = $10; len[n] = $11; note[n] = $13
	before[n] = state[$2 == "client" ? "server" : "client", $3]
	after[n] = $7
	state[$2, $3] = $6
	if ($5 != "") {
		state[$2 == "client" ? "server" : "client", $3] = $7
		both = 1
	} else
		lost[n] = 1
	if (!($3 in known)) {
		known[$3] = 1
		connections++
	}
	cause[n] = ""
	kind = flags[n] ~ /FIN/ ? "end" : flags[n] == "SYN" ? "connect" : len[n] > 0 ? "send" : ""
	if (kind != "" && flags[n] !~ /RST/ && note[n] !~ /retransmission|probe|keep-alive/ &&
	    (($2, kind) in when) && since($4, when[$2, kind]) < 0.002)
		cause[n] = called[$2, kind]
}

# In seconds, exactly: epochs have more digits than a number holds.
function since(later, earlier,   a, b) {
	split(later, a, ".")
	split(earlier, b, ".")
	return a[1] - b[1] + (a[2] - b[2]) / 1e9
}

# ---- the questions ----------------------------------------------------------

function add(i, what) {
	count++
	about[count] = i
	asks[count] = what
}

function gather(   i) {
	for (i = 1; i <= n; i++) {
		add(i, "who")
		if (seq[i] != "") add(i, "flags")
		if (level < 2) continue
		if (seq[i] != "" && i > 1) add(i, "seq")
		if (ack[i] != "") add(i, "ack")
		if (len[i] > 0) add(i, "len")
		if (level < 3) continue
		if (after[i] != "" && !lost[i]) add(i, "state")
		if (cause[i] != "") add(i, "call")
	}
}

# The same for the same seed, whichever awk this is (Park and Miller, 1988).
function random(limit) {
	seed = (seed * 16807) % 2147483647
	return int(seed / 2147483647 * limit)
}

function choose(   left, k) {
	seed = seed % 2147483646 + 1
	left = most < count ? most : count
	for (k = 1; k <= count; k++)
		if (random(count - k + 1) < left) {
			chosen[k] = 1
			left--
		}
}

function answer(k,   i) {
	i = about[k]
	if (asks[k] == "who") return host[i]
	if (asks[k] == "flags") return flags[i]
	if (asks[k] == "seq") return seq[i]
	if (asks[k] == "ack") return ack[i]
	if (asks[k] == "len") return len[i]
	if (asks[k] == "call") return cause[i]
	return bare(after[i])
}

function bare(text) { # of parentheses: inferred or seen, it is this state
	gsub(/[()]/, "", text)
	return text
}

function question(k,   i) {
	i = number[about[k]]
	if (asks[k] == "who") return "Who sends segment " i ", client or server?"
	if (asks[k] == "flags") return "Which flags has segment " i "?"
	if (asks[k] == "call") return "Which call of the " host[about[k]] "'s sends segment " i "?"
	if (asks[k] == "state") return "In which state is the " other(host[about[k]]) " once segment " i " has arrived?"
	return "What is the " asks[k] " of segment " i "?"
}

function other(h) { return h == "client" ? "server" : "client" }

# How far a segment's sequence numbers reach: SYN and FIN count as one each.
function past(i) { return seq[i] + len[i] + (flags[i] ~ /SYN/) + (flags[i] ~ /FIN/) }

function reach(i) {
	return "segment " number[i] " has seq " seq[i] (len[i] > 0 ? " and carries " len[i] : "") \
		(flags[i] ~ /SYN/ ? ", and its SYN counts as one" : flags[i] ~ /FIN/ ? ", and its FIN counts as one" : "")
}

# The last before i of that host and i's connection whose end is `end`; or 0.
function ending_at(i, h, end,   k) {
	for (k = i - 1; k > 0; k--)
		if (host[k] == h && connection[k] == connection[i] && seq[k] != "" && past(k) == end && past(k) > seq[k])
			return k
	return 0
}

function same_before(i,   k) {
	for (k = i - 1; k > 0; k--)
		if (host[k] == host[i] && connection[k] == connection[i] && seq[k] == seq[i] && len[k] == len[i] && flags[k] == flags[i] && past(k) > seq[k])
			return k
	return 0
}

function meaning(f,   t) {
	t = f ~ /SYN/ ? "SYN opens its sender's direction" : f ~ /FIN/ ? "FIN ends its sender's direction" : ""
	if (f ~ /RST/) t = "RST says that the connection is over, or never was"
	if (f ~ /PSH/) t = t (t != "" ? ", " : "") "PSH says that no more is waiting to be sent"
	if (f ~ /ACK/) t = t (t != "" ? ", " : "") "ACK says that its ack counts"
	return t
}

function reason(k,   i, j) {
	i = about[k]
	if (asks[k] == "flags") return meaning(flags[i])
	if (asks[k] == "ack") {
		j = ending_at(i, other(host[i]), ack[i])
		return j ? reach(j) ": " ack[i] " is awaited next" : "all before " ack[i] " has come"
	}
	if (asks[k] == "seq") {
		if ((j = same_before(i))) return "it is segment " number[j] " again"
		j = ending_at(i, host[i], seq[i])
		return j ? reach(j) : "the " host[i] "'s next byte has this number"
	}
	if (asks[k] == "len") return "its bytes are " seq[i] " to " seq[i] + len[i] - 1
	if (asks[k] == "state" && (before[i] == "" || bare(before[i]) == bare(after[i])))
		return "it stays in " bare(after[i])
	if (asks[k] == "state") return flags[i] " has taken it there from " bare(before[i])
	if (asks[k] == "call") return cause[i] "() was called just before it left"
	if (flags[i] == "SYN") return "it opens"
	j = ack[i] == "" ? 0 : ending_at(i, other(host[i]), ack[i])
	if (!j) return "it goes on sending"
	if (flags[i] == "ACK" && !(len[i] > 0)) return "it acknowledges segment " number[j]
	return "its ack says that segment " number[j] " has come"
}

# ---- the lines --------------------------------------------------------------

function line(i, hidden,   text) {
	text = sprintf("%3d  %s %-9s", number[i], hidden ~ /who/ ? "?" : host[i] == "client" ? ">" : "<",
		hidden ~ /flags/ ? "?" : flags[i])
	if (seq[i] != "") text = text sprintf(" seq %-6s", hidden ~ /seq/ ? "?" : seq[i])
	if (ack[i] != "") text = text sprintf(" ack %-6s", hidden ~ /ack/ ? "?" : ack[i])
	if (len[i] > 0 || seq[i] == "") text = text sprintf(" len %-5s", hidden ~ /len/ ? "?" : len[i])
	if (connections > 1) text = text " #" connection[i]
	if (both && lost[i]) text = text " lost"
	sub(/ +$/, "", text)
	return text
}

function hidden_of(i,   k, text) {
	for (k = 1; k <= count; k++)
		if (chosen[k] && about[k] == i) text = text " " asks[k]
	return text
}

# Flags in any order, states in anybody's vocabulary.
function normal(text,   words, w, i, j, t) {
	text = toupper(text)
	gsub(/\(.*/, "", text)
	gsub(/-/, "_", text)
	gsub(/[^A-Z0-9_<>]+/, " ", text)
	gsub(/^ | $/, "", text)
	if (text == ">" || text == "C") text = "CLIENT"
	if (text == "<" || text == "S") text = "SERVER"
	if (text == "ESTAB") text = "ESTABLISHED"
	if (text == "SYN_RECV" || text == "SYN_RECEIVED") text = "SYN_RCVD"
	sub(/^FIN_WAIT_/, "FIN_WAIT", text)
	w = split(text, words, " ")
	for (i = 2; i <= w; i++)
		for (j = i; j > 1 && words[j - 1] > words[j]; j--) {
			t = words[j]; words[j] = words[j - 1]; words[j - 1] = t
		}
	text = ""
	for (i = 1; i <= w; i++) text = text (i > 1 ? " " : "") words[i]
	return text
}

function heading(   asked, k) {
	for (k = 1; k <= count; k++) asked += chosen[k]
	printf "%s: %d questions (seed %s). > is from the client, < from the server, numbers count from 0.\n\n", name, asked, first_seed
}

function play(   i, k, asked, right, given, got) {
	for (i = 1; i <= n; i++) {
		print line(i, hidden_of(i))
		got = 0
		for (k = 1; k <= count; k++) {
			if (!chosen[k] || about[k] != i) continue
			got++
			asked++
			printf "     %s ", question(k)
			fflush()
			given = ""
			if ((getline given < "-") <= 0) given = ""
			gsub(/[^ -~]/, "?", given)
			if (unseen) print given
			if (normal(given) == normal(answer(k))) {
				right++
				print "     right"
			} else
				printf "     %s: %s\n", answer(k), reason(k)
		}
		if (got) print line(i, "")
	}
	printf "\n%d of %d\n", right, asked
	return right == asked
}

function worksheet(   i, k, asked) {
	for (i = 1; i <= n; i++) {
		print line(i, hidden_of(i))
		for (k = 1; k <= count; k++)
			if (chosen[k] && about[k] == i)
				printf "     (%d) %s ______\n", ++asked, question(k)
	}
	printf "\fKey: %s (seed %s)\n\n", name, first_seed
	asked = 0
	for (k = 1; k <= count; k++)
		if (chosen[k])
			printf "(%d) %s: %s\n", ++asked, answer(k), reason(k)
}

END {
	if (!n) {
		printf "quiz: %s: no segment in it\n", name > "/dev/stderr"
		exit 1
	}
	first_seed = seed
	gather()
	choose()
	heading()
	if (!paper) exit !play()
	worksheet()
}
