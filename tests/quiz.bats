#!/usr/bin/env bats
# scripts/quiz: asks about a recording, and knows the answers.

load helper

quiz=$root/scripts/quiz
fixture=$BATS_TEST_DIRNAME/fixtures/four-way-close

setup_file() { make_gallery; }

# key: prints the answers of the worksheet on stdin, one per line.
key() {
	sed 1,/$'\f'/d | sed -n 's/^([0-9]*) \([^:]*\): .*/\1/p'
}

@test "each demo, played through: right answers are right, wrong ones are not, and each has a reason" {
	for demo in "$demos/4"/*/seen; do
		grep -q '^[<>]' "$demo" || continue # self-connect sends nothing over the cable
		demo=${demo%/seen}
		"$quiz" --paper --level 3 --seed 7 "$demo" > paper
		key < paper > answers
		count=$(wc -l < answers)
		[ "$count" -gt 0 ]
		equal "$(grep -c '^([0-9]*) .*: ..*$' paper) $(sed 1,/$'\f'/d paper | grep -c '^(')" "$count $count"
		run "$quiz" --level 3 --seed 7 "$demo" < answers
		equal "${demo##*/} $status ${lines[-1]}" "${demo##*/} 0 $count of $count right"
		run "$quiz" --level 3 --seed 7 "$demo" < <(sed 's/.*/wrong/' answers)
		equal "${demo##*/} $status ${lines[-1]}" "${demo##*/} 1 0 of $count right"
		equal "$(grep -c '^     wrong$' <<< "$output")" "$count"
	done
}

# worksheets RUNS: writes worksheets of each demo, with three seeds, into sheets/DEMO.SEED.
worksheets() {
	local demo seed
	rm -rf sheets
	mkdir sheets
	for demo in "$1"/*/seen; do
		grep -q '^[<>]' "$demo" || continue
		demo=${demo%/seen}
		for seed in 1 2 3; do
			ladder --quiz 3 --paper --questions 40 --seed $seed "$demo" > "sheets/${demo##*/}.$seed"
		done
	done
}

@test "the keys of all demos are what tshark, socktrace and the kernel say" {
	need tshark
	for runs in "$demos/4" "$demos/6"; do
		[ -e "$runs" ] || continue # demos.bats makes the second
		worksheets "$runs"
		run python3 "$BATS_TEST_DIRNAME/quiz_witness.py" "$runs" sheets
		echo "$output"
		equal "$status" 0
		for kind in ack call flags len next order seq state who; do
			like "$output" "*[0-9][0-9] $kind*"
		done
	done
}

# asked DEMO [LEVELS]: prints all questions of its quizzes, with many seeds: "PROMPT|KEY: REASON".
asked() {
	local seed level
	for seed in $(seq 1 25); do
		for level in ${2-1 3}; do
			ladder --quiz $level --paper --questions 30 --seed "$seed" "$1" > paper
			paste -d '|' <(sed -n 's/^     ([0-9]*) \([^ ].*[?)]\).*/\1/p' paper) \
				<(sed 1,/$'\f'/d paper | sed -n 's/^([0-9]*) //p')
		done
	done | sort -u
}

# says DEMO PROMPT KEY: checks that the question is asked, and has only this key.
says() {
	equal "$(grep "^$2" "asked.$1" | sed 's/^[^|]*|//' | sort -u)" "$3"
}

@test "a state is that of the diagram, and of what the host has done, or time" {
	for demo in half-open-syn gives-up simultaneous-close simultaneous-open fin-wait-2; do
		asked "$demos/4/$demo" > asked.$demo
	done
	once='In which state is the client once'
	says half-open-syn "$once it has sent segment 4" 'CLOSED: the client was in ESTABLISHED (since segment 2). An end that sends RST gives up the connection'
	says gives-up "$once segment 6 has arrived" \
		'CLOSED: the client has been in CLOSED (since its recv() failed with ETIMEDOUT): no segment changes that'
	says simultaneous-close "$once segment 9 has arrived" \
		'CLOSING: the client was in FIN_WAIT1 (since segment 8). FIN arrives, and its ack does not acknowledge the FIN that was sent'
	like "$(grep "^$once segment 1 has arrived" asked.simultaneous-open)" \
		'*|SYN_RCVD: the client was in SYN_SENT (since its connect())*. SYN arrives, and not SYN ACK: both open at once'
	like "$(grep '^What is the seq of segment [34]' asked.simultaneous-open)" \
		"*|0: it repeats the client's SYN, segment *, to acknowledge the other SYN, too*"
	run ! grep 'retransmission timeout' asked.simultaneous-open
	says fin-wait-2 "$once segment 10 has arrived" \
		'CLOSED: the client was in FIN_WAIT2 (since segment 9), and waits there for a time only. RST (segment 11) answers: that time was over'
	run ! grep -h 'it stays' asked.*
}

@test "why a segment is sent again is said, and what PSH means" {
	for demo in retransmission fast-retransmit segmentation; do
		asked "$demos/4/$demo" '1 2' > asked.$demo
	done
	like "$(grep '^What is the seq of segment 5' asked.retransmission)" \
		'*|1: segment 4 was lost; no ACK of it arrived for [0-9]* ms, *retransmission timeout: it begins with 1, the first number that the server has not acknowledged'
	like "$(cat asked.fast-retransmit)" '*three duplicate ACKs make the client retransmit it at once*'
	says segmentation 'Which flags are set in segment 4' \
		"ACK: the client's program has handed over the bytes up to 4000, and this segment ends with 1448: no PSH, as there is more to come. It has an ack: ACK"
	says segmentation 'Which flags are set in segment 6' \
		"PSH ACK: the client's program has handed over the bytes up to 4000, and this segment ends with 4000: PSH, so that the receiver passes them on to its program. It has an ack: ACK"
}

# exchange: makes a connection without a log of calls; stdin has the packets before its end.
exchange() {
	local client=192.0.2.1:40000 server=192.0.2.2:9000
	{
		echo "0.1 $client > $server S seq 99"
		echo "0.2 $server > $client S A seq 499 ack 100"
		echo "0.3 $client > $server A seq 100 ack 500"
		echo "0.4 $client > $server P A seq 100 ack 500 len 5"
		echo "0.5 $server > $client A seq 500 ack 105"
		sed "s/client/$client/; s/server/$server/"
		echo "0.9 $client > $server F A seq 105 ack 500"
		echo "1.0 $server > $client A seq 500 ack 106"
		echo "1.1 $server > $client F A seq 500 ack 106"
		echo "1.2 $client > $server A seq 106 ack 501"
	} | capture "$1"
}

@test "nothing is asked before what decides it is on the screen, or cannot be known" {
	exchange plain.pcap < /dev/null
	asked plain.pcap > asked.plain
	says plain 'Which flags are set in segment 6' \
		'FIN ACK: segment 7 acknowledges all before 7: this one has seq 6 and no bytes, but takes one sequence number, as FIN does. It has an ack: ACK'
	run ! grep 'flags are set in segment 4' asked.plain # nobody can know whether PSH is set
	run ! grep 'call\|Which segment comes next (segment [^3]' asked.plain
	for seed in $(seq 1 40); do
		run ladder --quiz 1 --questions 4 --seed "$seed" plain.pcap < <(yes wrong | head -n 4)
		run ! grep -q 'in segment 6' <(sed '/^  7 /q' <<< "$output")
	done
	# the order of segments that cross cannot be known
	exchange crossed.pcap <<- END
		0.60 client > server P A seq 105 ack 500 len 5
		0.61 server > client P A seq 500 ack 105 len 7
	END
	asked crossed.pcap | grep 'In which order' > orders
	[ -s orders ]
	for seed in $(seq 1 25); do
		ladder --quiz 2 --paper --questions 30 --seed "$seed" crossed.pcap |
			sed -n '/In which order/,/______/p' | grep -c 'seq 6 .*len 5\|seq 1 .*len 7' | grep -vx '[01]' && false
	done
	true
}

@test "segments in order: what comes of their numbers, and is typed as numbers" {
	"$quiz" --paper --level 2 -n 5 --seed 3 "$fixture" > paper
	grep -q 'In which order were these sent? (For example: 2 1 3)' paper
	order=$(key < paper | grep -m1 -x '[1-5]\( [1-5]\)\{2,4\}')
	at=$(key < paper | grep -nm1 -x "$order" | cut -d : -f 1)
	for given in "$order" "${order// /}" "${order// /, }"; do
		run "$quiz" --level 2 -n 5 --seed 3 "$fixture" < <(key < paper | sed "${at}s/.*/$given/")
		equal "$status ${lines[-1]}" '0 5 of 5 right'
	done
	run "$quiz" --level 2 -n 5 --seed 3 "$fixture" < <(key < paper | sed "${at}s/.*/$(rev <<< "$order")/")
	equal "$status ${lines[-1]}" '1 4 of 5 right'
	like "$output" "*     wrong*     $order: ?[0-9]] acknowledges ?[0-9]]*"
}

@test "a miss is called wrong, what of it is right is said; Enter asks again; at Ctrl-D the rest is not counted" {
	ask() { run "$quiz" --level 3 -n 30 --seed "$seed" "$fixture"; }
	for ((seed = 1, whole = 0; whole == 0; seed++)); do
		"$quiz" --paper --level 3 -n 30 --seed $((seed + 1)) "$fixture" | key > answers
		whole=$(grep -nm1 'ACK seq .* len' answers | cut -d : -f 1 || true)
		whole=${whole:-0}
	done
	count=$(wc -l < answers)
	ask < <(sed "${whole}s/ACK seq/FIN seq/; ${whole}s/len .*/len 9/" answers)
	equal "$status ${lines[-1]}" "1 $((count - 1)) of $count right"
	like "$output" '*     wrong: right: @(CLIENT|SERVER), PSH, SEQ *, ACK *; wrong: FIN, LEN 9; missing: ACK, LEN *'
	ask < <(sed '1i \\n  ' answers)
	equal "$status ${lines[-1]}" "0 $count of $count right"
	ask < <(head -n 2 answers)
	equal "$status ${lines[-1]}" "1 2 of 2 right, $((count - 2)) not answered"
	equal "$(grep -c '^     wrong' <<< "$output")" 0
}

@test "999 questions of 20,000 segments take less than a second" {
	many 20000
	TIMEFORMAT=%U
	{ time ladder --quiz 3 --questions 999 --paper many.pcap > paper; } 2> seconds
	equal "$(key < paper | wc -l)" 999
	[ "$(tr -d . < seconds)" -lt 1000 ]
}

@test "a seed asks the same again; levels ask for more; -n says how many" {
	equal "$("$quiz" --paper --seed 3 "$fixture")" "$("$quiz" --paper --seed 3 "$fixture")"
	[ "$("$quiz" --paper --seed 3 "$fixture")" != "$("$quiz" --paper --seed 4 "$fixture")" ]
	for level in 1 2 3; do
		for seed in $(seq 1 20); do
			"$quiz" --paper -n 999 --level $level --seed "$seed" "$fixture"
		done > $level
	done
	run ! grep -q 'What is the\|order\|Which state\|Which call\|comes next' 1
	grep -q 'What is the ack of segment 13' 2
	grep -q 'In which order' 2
	run ! grep -q 'In which state\|comes next' 2
	grep -q 'In which state is the client once segment 14 has arrived' 3
	grep -q 'Which call made the server send segment 14' 3
	grep -qF ": FIN ends the other end's direction" 3 || grep -qF ". FIN ends the other end's direction" 3
	grep -qF '1468: segment 12 has seq 1467, and FIN takes one sequence number: the server expects 1468 next' 2
	grep -qxF ' 13  ?' 3
	grep -q 'Which segment comes next (segment 13' 3
	equal "$("$quiz" --paper -n 4 "$fixture" | grep -c '______')" 4
}

@test "answers are taken as people give them" {
	for seed in $(seq 1 12); do
		ladder --quiz 3 --paper --questions 99 --seed "$seed" "$fixture" | key |
			sed 's/^< SYN ACK seq 0 ack 1$/s: ack syn, seq 0 ack 1, len 0/; s/^\(FIN\|PSH\|SYN\) ACK$/ack-\L\1/; s/^FIN_WAIT\([12]\)$/fin wait \1/; s/^ESTABLISHED$/ESTAB/; s/^client$/the client/; s/^server$/</; s/^SYN_RCVD$/SYN-RECEIVED/; s/^send$/write()/; s/^close$/close(4)/; s/^1468$/seq 1468/' > answers
		cat answers >> all
		run ladder --quiz 3 --questions 99 --seed "$seed" "$fixture" < answers
		echo "$output"
		equal "$status" 0
	done
	for word in ESTAB 's: ack syn' 'ack-' 'fin wait' 'the client' 'SYN-REC' 'write()' 'close(4)' 'seq 1468'; do
		grep -qF -- "$word" all
	done
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
	run -1 "$quiz" "$demos/4/self-connect"
	equal "$output" 'ladder: self-connect: nothing can be asked about it: at level 2 no segment can be foreseen from the others'
}
