# In:  a timeline, folded. Loaded together with words.awk; TITLE is in the
#      environment.
# Out: the same as a Mermaid sequence diagram: segments are messages, a cross ends
#      what was lost; calls, states and what there is to note are notes.

# What Mermaid would take for its own, or a page for markup, as entities; what is
# not printable ASCII as "?".
function escape(text) {
	gsub(/[^ -~\004]/, "?", text)
	gsub(/#/, "\001", text)
	gsub(/;/, "#59;", text)
	gsub(/\001/, "#35;", text)
	gsub(/%/, "#37;", text)
	gsub(/&/, "#amp;", text)
	gsub(/</, "#lt;", text)
	gsub(/>/, "#gt;", text)
	gsub(/"/, "#quot;", text)
	return text
}

function note(host, p, text) {
	print "    Note " (host == "client" ? "left of c" : "right of s") p ": " escape(text)
}

function news(host, p, state) { # a state is told as it changes
	if (state == "" || state == shown[host, p])
		return
	shown[host, p] = state
	note(host, p, state)
}

BEGIN { FS = "\t" }

{ row[NR] = $0 }

END {
	print "sequenceDiagram"
	print "    title: " escape(ENVIRON["TITLE"])
	for (p = 1; p in ends || p == 1; p++) {
		print "    participant c" p " as " escape(who("client", p))
		print "    participant s" p " as " escape(who("server", p))
	}
	for (n = 1; n <= NR; n++) {
		$0 = row[n]
		if ($1 == "run")
			print "    Note over c1,s1: " escape($2 "$ " $8)
		else if ($1 == "call" && $2 == "wire")
			print "    Note over c1,s1: " escape(fault())
		else if ($1 == "call") {
			note($2, 1, $8)
			news($2, 1, $6)
		} else if ($1 == "segment") {
			from = $2 == "client" ? "c" : "s"
			to = $2 == "client" ? "s" : "c"
			news($2, $3, $6)
			print "    " from $3 ($5 == "" ? "-x" : $4 == "" ? "-->>" : "->>") \
				to $3 ": " escape(label() conversation() ($14 == "" ? "" : " (" $14 ")"))
			news($2 == "client" ? "server" : "client", $3, $7)
		}
	}
}
