#!/usr/bin/env bats
# scripts/quiz: asks about a recording, and knows the answers.

load helper

quiz=$root/scripts/quiz
fixture=$BATS_TEST_DIRNAME/fixtures/four-way-close

setup_file() { make_gallery; }

# key: the answers of the worksheet on stdin, a line each.
key() {
	sed 1,/$'\f'/d | sed -n 's/^([0-9]*) \([^:]*\): .*/\1/p'
}

@test "each demo, played through: right answers are right, wrong ones are not, and each has a reason" {
	for demo in "$demos/4"/*/seen; do
		grep -q '^[<>]' "$demo" || continue # self-connect: nothing is on the cable
		demo=${demo%/seen}
		"$quiz" --paper --level 3 --seed 7 "$demo" > paper
		key < paper > answers
		count=$(wc -l < answers)
		[ "$count" -gt 1 ]
		equal "$(grep -c '^([0-9]*) .*: ..*$' paper) $(sed 1,/$'\f'/d paper | grep -c '^(')" "$count $count"
		run "$quiz" --level 3 --seed 7 "$demo" < answers
		equal "${demo##*/} $status ${lines[-1]}" "${demo##*/} 0 $count of $count"
		run "$quiz" --level 3 --seed 7 "$demo" < <(sed 's/.*/wrong/' answers)
		equal "${demo##*/} $status ${lines[-1]}" "${demo##*/} 1 0 of $count"
	done
}

# read_by_tshark DEMO: "FLAGS SEQ ACK LEN" of what was sent, in its order.
read_by_tshark() {
	local time flags seq ack len name flag
	for host in client:40000 server:9000; do
		tshark -r "$1/${host%:*}.pcap" -Y "tcp.srcport == ${host#*:}" -T fields -e frame.time_epoch \
			-e tcp.flags -e tcp.seq -e tcp.ack -e tcp.len 2> /dev/null
	done | sort -n | while read -r time flags seq ack len; do
		name=''
		for flag in 2:SYN 1:FIN 4:RST 8:PSH 16:ACK; do
			[ $((flags & ${flag%:*})) -eq 0 ] || name="$name${flag#*:} "
		done
		[ $((flags & 16)) -ne 0 ] || ack=-
		echo "$name$seq $ack $len"
	done
}

@test "the worksheet's key is what tshark reads" {
	need tshark
	for demo in four-way-close half-close fin-with-data retransmission segmentation simultaneous-close; do
		read_by_tshark "$demos/4/$demo" > read
		"$quiz" --paper --level 2 -n 999 "$demos/4/$demo" > paper
		paste -d '|' <(sed -n 's/^ *([0-9]*) //p' paper) <(key < paper) > asked
		for what in flags:1 seq:2 ack:3 len:4; do
			grep -E "(^What is the|^Which) ${what%:*} " asked | sed 's/.*|//' > told
			awk -v column="${what#*:}" '{
				flags = $0; sub(/ [0-9]+ [-0-9]+ [0-9]+$/, "", flags)
				value = column == 1 ? flags : $(NF - 4 + column)
				if (column == 2 && NR == 1 || column == 3 && value == "-" || column == 4 && value == 0) next
				print value
			}' read | diff - told
		done
	done
}

@test "a seed asks the same again; levels ask for more; -n says how many" {
	equal "$("$quiz" --paper --seed 3 "$fixture")" "$("$quiz" --paper --seed 3 "$fixture")"
	[ "$("$quiz" --paper --seed 3 "$fixture")" != "$("$quiz" --paper --seed 4 "$fixture")" ]
	"$quiz" --paper -n 999 --level 1 "$fixture" > 1
	"$quiz" --paper -n 999 --level 2 "$fixture" > 2
	"$quiz" --paper -n 999 --level 3 --seed 5 "$fixture" > 3
	run ! grep -q 'What is the\|state\|call' 1
	grep -q 'What is the ack of segment 13' 2
	run ! grep -q 'In which state' 2
	grep -q 'In which state is the client once segment 14 has arrived' 3
	grep -q 'Which call of the client.s sends segment 12' 3
	grep -qF ': FIN ACK has taken it there from ESTABLISHED' 3
	grep -qF '1468: segment 12 has seq 1467, and its FIN counts as one: 1468 is awaited next' 3
	grep -qxF ' 13  ?' 3
	grep -q 'What comes next, as segment 13' 3
	grep -qF ') < ACK seq 267 ack 1468: it acknowledges segment 12' 3
	equal "$("$quiz" --paper -n 4 "$fixture" | grep -c '______')" 4
}

@test "answers are taken as people give them" {
	"$quiz" --paper --level 3 -n 999 --seed 5 "$fixture" | key |
		sed 's/^< SYN ACK seq 0 ack 1$/s: ack syn, seq 0 ack 1, len 0/; s/^\(FIN\|PSH\|SYN\) ACK$/ack,\L\1/; s/^FIN_WAIT\([12]\)$/fin-wait-\1/; s/^ESTABLISHED$/ESTAB/; s/^client$/c/; s/^server$/</; s/^SYN_RCVD$/SYN-RECEIVED/' > answers
	grep -q ESTAB answers
	grep -q 's: ack syn' answers
	run "$quiz" --level 3 -n 999 --seed 5 "$fixture" < answers
	echo "$output"
	equal "$status" 0
	run "$quiz" --level 3 -n 9 "$fixture" <<< $'\033]0;x\007'
	equal "$status" 1
	run ! grep -q $'\033' <<< "$output"
}

@test "a demo's name plays it; a worksheet can be a page" {
	need tidy
	run --separate-stderr "$quiz" --paper --html -n 1 "$demos/4/echo"
	equal "$status" 0
	tidy -qe <<< "$output"
	like "$output" '*&gt; *<pre class="key">Key: echo*'
	cp -r "$root/scripts" "$root/tests/helper.bash" .
	run --separate-stderr env BUILD="$build" scripts/quiz --seed 1 echo < /dev/null
	equal "$status" 1
	like "$stderr" 'ok      echo *'
	[ -e captures/echo/seen ]
}

@test "what it cannot do is told in a line" {
	for wrong in '' 'a b' '--level 4 a' '--level' '--seed x a' '--seed 1234567890 a' '-n 0 a' '-n 1000 a' '--html a' '--paper' '--x a'; do
		# shellcheck disable=SC2086 # words
		run -2 "$quiz" $wrong
		like "$output" 'quiz: *'
		equal "${#lines[@]}" 1
	done
	run -1 "$quiz" nowhere
	equal "$output" 'ladder: nowhere: no such file or folder'
	mkdir empty
	run -1 "$quiz" empty
	equal "${#lines[@]}" 1
}
