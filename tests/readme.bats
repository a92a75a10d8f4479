#!/usr/bin/env bats
# What README.md and the files that it links to say is true: ladder, tables, commands.

load helper

readme=$root/README.md
lesson=$root/scripts/demos/lesson.md
catalogue=$root/scripts/demos/catalogue.md

# without_times: copies a ladder without its times and spaces, which differ in each run.
without_times() {
	sed -E 's/^ *[0-9]+\.[0-9] //; s/ +[0-9]+\.[0-9]$//; s/[ ─]+/ /g; s/^ //; s/ $//'
}

told_ladder() { # the first code block without a language
	awk '/^```$/ { if (inside++) exit; next } inside' "$readme"
}

@test "the ladder is the one that its demo draws" {
	told_ladder | without_times > told
	"$root/scripts/demo" -q -o out refused
	LC_ALL=C.UTF-8 "$root/scripts/ladder" --width 80 out/refused | without_times > drawn
	# compares each segment, with the states at its ends, and each call that returned; the
	# calls in any order, because the kernel may run either program first
	[ -s drawn ]
	diff <(grep '[▶◀]' told) <(grep '[▶◀]' drawn)
	diff <(grep ' = ' told | sort) <(grep ' = ' drawn | sort)
}

@test "the ladder's figures, too, are from a real run: the fixture's" {
	told_ladder |
		diff - "$BATS_TEST_DIRNAME/fixtures/refused.ladder"
}

@test "every demo is in the index, with its title, in the order of the story, and no other" {
	sed -n 's/^| `\([a-z0-9-]*\)` | \(.*\) |$/\1 \2/p' "$catalogue" | grep -v '^-' > told
	"$root/scripts/demo" --list | tr -s ' ' | diff told -
	diff <(cut -d ' ' -f 1 told | sort) <(cd "$root/scripts/demos" && printf '%s\n' *.sh | sed 's/\.sh$//' | sort)
}

@test "every demo that the lesson names exists" {
	for name in $(grep -oh '`[a-z]*-[a-z-]*`' "$lesson" | tr -d '`' | sort -u); do
		[ -e "$root/scripts/demos/$name.sh" ] || { echo "$name"; false; }
	done
}

@test "the course names every demo, and no other; its expectations are ones, and its options, too" {
	course=$root/scripts/demos/README.md
	sed -n '/^## A term/,/^## Two real/p' "$course" | cut -d '|' -f 3 | grep -o '`[a-z0-9-]*`' | tr -d '`' | sort > told
	"$root/scripts/demo" --list | cut -d ' ' -f 1 | sort | diff told -
	sed '/^## The words/,$d' "$course" | grep -oE '`[a-z0-9]+(-[a-z0-9]+)+`' | tr -d '`' | sort -u |
		while read -r name; do
			[ -e "$root/scripts/demos/$name.sh" ] || [ -e "$root/scripts/tasks/$name.sh" ] || { echo "$name"; false; }
		done
	sed -n '/^## Four labs/,/^## A term/s/^| [1-4] |//p' "$course" > labs
	equal "$(cut -d '|' -f 4 labs | grep -o '`[a-z-]*`' | tr -d '`' | sort)" "$(sed 1d "$root/scripts/tasks/contents" | sort)"
	cut -d '|' -f 5 labs | grep -o '`[^`]*`' | tr -d '`' > quizzes
	[ "$(wc -l < quizzes)" -ge 4 ]
	while read -r quiz; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr "$root/scripts/quiz" $quiz < /dev/null
		equal "$quiz $status ${stderr%% *}" "$quiz 1 ok"
	done < quizzes
	equal "$(grep -cF '`scripts/expect anna retransmissions 1`' "$course")" 1
	run -1 "$root/scripts/expect" "$BATS_TEST_DIRNAME/fixtures/four-way-close" handshake-complete client-closed-first no-reset 'retransmissions' 1
}

@test "the course names each of the books' figures that has segments, or says why none shows it" {
	course=$(tr '\n' ' ' < "$root/scripts/demos/README.md")
	for n in 6 7 9 10 12 13; do
		like "$course" "*| figure $n | *"
	done
	like "$course" '*Figures 8 and 11 have no demo. Both begin with an old duplicate SYN*'
	# 2.5: the reply carries the ACK, and the close has four segments
	like "$course" '*Figure 2.5 has *: `delayed-ack`, then `four-way-close`.*'
	grep -q '^< PSH ACK    seq 5    ack 9    len 4  # 2$' "$root/scripts/demos/delayed-ack.sh"
	grep -q '^? < ACK        seq 5    ack 9$' "$root/scripts/demos/delayed-ack.sh"
	equal "$(sed -n '/^promise/,/^END/p' "$root/scripts/demos/four-way-close.sh" | sed -n '/FIN/,$p' | grep -c '^[<>]')" 4
	# the MSS is the one in the SYNs, whatever options a segment has
	like "$course" '*1460 on Ethernet with IPv4. It stays 1460 with timestamps, but their 12 bytes leave 1448 for data*'
}

@test "the field's words are in the course and in the recipes" {
	for word in 'three-way handshake' 'opens\? actively\|active open' 'opens\? passively\|passive open' piggyback 'congestion avoidance' CUBIC half-close half-open; do
		grep -qie "$word" "$root/scripts/demos/README.md" || [ "$word" != "${word#opens}" ] || { echo "course: $word"; false; }
		grep -qie "$word" "$root"/scripts/demos/*.sh || { echo "recipes: $word"; false; }
	done
	grep -q 'Transmission Control Protocol' "$root/scripts/demos/README.md"
	run ! grep -nwiE 'tells?|told|telling' "$root/scripts/demos/README.md" "$root"/scripts/demos/*.c
	run ! grep -nwiE '^(title|look_for|question|answer|myth|differs|needs_[a-z0-9]+|untyped) .*(tells?|told|telling)' "$root"/scripts/demos/*.sh
	for program in tcp_server tcp_client udp_server udp_client halfclose; do
		run ! grep -nwiE 'tells?|told|telling' "$root/$program/README.md" "$root/$program/$program.c"
	done
}

@test "every program has a README, which names only options that it has" {
	for program in tcp_server tcp_client udp_server udp_client halfclose; do
		grep -qF "[\`$program\`]($program/README.md)" "$readme"
		grep -q "^# $program$" "$root/$program/README.md"
		equal "$(sed -n '/^Exercises:/,$p' "$root/$program/README.md" | grep -c '^[123]\. ')" 3
		for call in tcp_server tcp_client udp_server udp_client 'halfclose server' 'halfclose client' wire socktrace; do
			for letter in $(grep -oE "$call( -[A-Za-z0-9]( [0-9]+)?)+" "$root/$program/README.md" | grep -oE -e '-[A-Za-z]' | sort -u); do
				"${call%% *}" -h | grep -qE -e "^  .*$letter( |,|$)" || { echo "$program: $call $letter"; false; }
			done
		done
	done
}

@test "each program's story is at most 25 lines of C, and runs" {
	for program in tcp_server tcp_client udp_server udp_client halfclose; do
		awk '/^```/ { if (inside++) exit; next } inside' "$root/$program/README.md" > $program.c
		[ "$(wc -l < $program.c)" -le 25 ]
		cc -std=gnu11 -Wall -Werror $program.c -o $program
	done
	# talk SERVER CLIENT: in the lab, where port 9000 is free
	talk() {
		"$root/scripts/lab" sh -c '
			on server socktrace -o calls $1 &
			until grep -q "listen(.*) = 0\|bind(.*) = 0 .[0-9]" calls; do sleep 0.01; done
			echo question | on server $2' sh "$1" "$2"
		rm calls
	}
	equal "$(talk ./tcp_server ./tcp_client)" hello
	equal "$(talk ./udp_server ./udp_client)" hello
	equal "$(talk 'halfclose server 127.0.0.1 9000' ./halfclose)" '1 1 9'
}

# exercise PROGRAM N [SED]: plays the Nth exercise of PROGRAM's README, changed by SED, with
# the programs in $programs. The recording is in PROGRAM-N$variant, the ladder in
# PROGRAM-N$variant.log.out.
exercise() {
	local name=$1-$2${variant-}
	sed -n '/^Exercises:/,$p' "$root/$1/README.md" | sed -n "/^$2\. /,/^ \{7\}/s/^ \{7\}//p" |
		sed -E "s/^make && //; s,^scripts/[a-z]+,& -o $PWD/$name,; ${3-}" > "$name.command"
	equal "$(wc -l < "$name.command")" 1
	wait_for 'one of four exercises' eval '[ "$(jobs -r | wc -l)" -lt 4 ]'
	start "$name.log" env -C "$root" BUILD="${programs-$build}" timeout 60 bash "$PWD/$name.command" < /dev/null
	exercises+=("$pid $name")
}

# changed PROGRAM SED: sets $programs to a folder with all programs, in which PROGRAM is
# changed as an exercise asks.
changed() {
	programs=$PWD/changed-$1-$((changes += 1))
	mkdir "$programs"
	ln -s "$build"/* "$programs"
	rm "$programs/$1"
	sed "$2" "$root/$1/$1.c" > "$programs/$1.c"
	[ "$(diff "$root/$1/$1.c" "$programs/$1.c" | grep -c '^[<>]')" -ge 1 ]
	cc -std=c11 -o "$programs/$1" "$programs/$1.c"
}

# shows NAME PATTERN...: checks that its ladder has these rows, in this order.
shows() {
	awk 'BEGIN { for (i = 1; i < ARGC - 1; i++) pattern[i] = ARGV[i]; n = i - 1; ARGV[1] = ARGV[i]; ARGC = 2; at = 1 }
		at <= n && index($0, pattern[at]) { at++ }
		END { if (at <= n) { print "missing: " pattern[at]; exit 1 } }' "${@:2}" "$1.log.out" || { cat "$1.log.out"; return 1; }
}

# no_failure NAME: checks that none of its calls has failed.
no_failure() {
	run ! grep -h ' = -1 ' "$1"/*.log
}

# close_of NAME: prints its segments from the first FIN on.
close_of() {
	"$root/scripts/ladder" --segments "$1" | sed -n '/FIN/,$p' | sed -E 's/ +seq.*//' | paste -sd ' '
}

@test "each exercise of a program does what its text asks about" {
	exercises=()
	# on a busy machine a delay may end before the client starts: in two exercises a file ends it
	exercise tcp_server 1 "s,accept=2000,accept=$PWD/go-1,; s,echo hello,{ echo hello; sleep 1; touch $PWD/go-1; },"
	exercise tcp_server 2
	exercise tcp_client 1
	exercise tcp_client 2
	exercise udp_client 1
	exercise udp_client 2
	exercise udp_client 3
	exercise udp_server 2
	exercise udp_server 3
	variant=small exercise udp_server 3 "s/udp_server -o -n/udp_server -w 2304 -o -n/; s,recvfrom=2000,recvfrom=$PWD/go,; s,sleep 3,sleep 1; touch $PWD/go; sleep 2,"
	exercise halfclose 2
	exercise halfclose 3
	changed tcp_client 's/part - sent, 0)/sent ? part - sent : 1, 0)/'
	exercise tcp_client 3 's/record/& -d 200/'
	variant=N exercise tcp_client 3 's/record/& -d 200/; s/tcp_client server/tcp_client -N server/'
	changed udp_server '/from < 1024/,/^\t\t}/d'
	variant=never exercise udp_server 2
	changed udp_server 's/bytes\[65535\]/bytes[4]/'
	exercise udp_server 1
	changed halfclose 's/(fd, SHUT_WR)/(fd, SHUT_RD)/'
	exercise halfclose 1
	for one in "${exercises[@]}"; do
		wait_for "exercise $one" eval "! kill -0 ${one% *} 2> /dev/null"
		wait "${one% *}" || # an exercise may be about a client that fails
			grep -q '^record: client: .* exited with status 1: ' "${one#* }.log" || { tail -n 50 "${one#* }.log"*; false; }
	done

	shows tcp_server-1 'connect(3, 192.0.2.2:9000) = 0' 'send(3, 6) = 6' 'accept(3) = 4' 'recv(3) = 6'
	shows tcp_server-2 'win 0 ' '(zero window)' '(window probe' '(window update)'

	shows tcp_client-1 'RST ACK seq 0 ack 1 ' '= -1 ECONNREFUSED'
	shows tcp_client-2 ' RST ACK seq 7 ack 7 ' 'recv(4) = -1 ECONNRESET'
	grep -qxF 'server recv = -1 ECONNRESET [CLOSED]' tcp_client-2/reset/seen
	# Nagle: the second segment waits for the ACK of the first; with -N it does not wait
	shows tcp_client-3 'send(3, 1) = 1' 'send(3, 5) = 5' ' ACK seq 1 ack 2 ' 'ACK seq 2 ack 1 len 5 '
	shows tcp_client-3N 'send(3, 1) = 1' 'ACK seq 2 ack 1 len 5 ' 'send(3, 5) = 5' ' ACK seq 1 ack 2 '

	shows udp_client-1 'ICMP port unreachable' '= -1 EAGAIN' 'ICMP port unreachable' '= -1 ECONNREFUSED'
	# the client takes the late answer of three bytes for the answer of five bytes
	shows udp_client-2 'recvfrom(3) = -1 EAGAIN' 'sendto(3, 5, 192.0.2.2:9000) = 5' 'recvfrom(3, 192.0.2.2:9000) = 3'
	equal "$(grep -c 'recvfrom(3, .*) = ' udp_client-2/client.*.log)" 1
	shows udp_client-3 'UDP len 3 ' 'lose=datagram' 'UDP len 7 ' 'lose=datagram' 'ACK seq 6 ack 1 len 4 ' 'lose=data' '(retransmission'
	no_failure udp_client-3/udp-and-tcp-on-the-same-bad-wire

	shows udp_server-1 'UDP len 5 "hello"' ') = 4' 'UDP len 4 "hell"'
	no_failure udp_server-1
	equal "$("$root/scripts/ladder" --segments udp_server-2)" '> UDP        len 5'
	shows udp_server-2 'recvfrom(3, 192.0.2.1:7) = 5' 'recvfrom(3) = -1 EAGAIN'
	shows udp_server-2never 'sendto(3, 5, 192.0.2.1:7) = 5' 'recvfrom(3, 192.0.2.2:9000) = 5'
	equal "$(grep -c 'recvfrom(3, .*) = ' udp_server-3/server.*.log)" 100
	few=$(grep -c 'recvfrom(3, .*) = ' udp_server-3small/server.*.log)
	[ "$few" -ge 1 ]
	[ "$few" -lt 30 ]
	equal "$("$root/scripts/ladder" --segments udp_server-3small | wc -l)" 100

	shows halfclose-1 'shutdown(3, SHUT_RD) = 0' 'recv(3) = 0' 'close(3) = 0' 'FIN ACK seq 7 ack 1 ' 'PSH ACK seq 1 ack 8 len 6 ' ' RST '
	grep -q 'closed without an answer' halfclose-1/client.*.err
	# a second between the arrival of the client's FIN and the server's own FIN
	shows halfclose-2 'FIN_WAIT1' 'FIN_WAIT2' 'PSH ACK seq 1 ack 26 len 7 '
	"$root/scripts/ladder" --events halfclose-2/half-close | awk -F '\t' '
		/FIN ACK/ && $2 == "client" { came = $5; states = $6 " " $7 }
		/FIN ACK/ && $2 == "server" { exit !($4 - came >= 1 && states ~ /^.?FIN_WAIT1.? .?CLOSE_WAIT.?$/) }'
	like "$(grep 'win 0' halfclose-3/deadlock/seen | cut -c 1 | paste -sd '')" '>*<'
	grep -q 'read while you write' <("$root/scripts/demo" --answer deadlock)
}

@test "tcp_server's exercise 3: without TCP_QUICKACK the FIN carries the ACK, so a segment is missing" {
	changed tcp_server '/if (o->quickack)/,/setsockopt/d'
	# if the machine is busy for 40 ms, the ACK may be sent alone
	for try in 1 2 3 4; do
		exercises=()
		variant=-$try exercise tcp_server 3
		ends "$pid"
		[ "$(close_of tcp_server-3-$try)" != '> FIN ACK < FIN ACK > ACK' ] || break
	done
	equal "$(close_of tcp_server-3-$try)" '> FIN ACK < FIN ACK > ACK'
	programs=$build
	exercise tcp_server 3
	variant=quick exercise tcp_server 3 's/-a //' # as the text says: without -a, no segment is missing
	for one in "${exercises[@]: -2}"; do ends "${one% *}"; done
	equal "$(close_of tcp_server-3)" '> FIN ACK < ACK < FIN ACK > ACK'
	equal "$(close_of tcp_server-3quick)" '> FIN ACK < ACK < FIN ACK > ACK'
}

@test "what the course says to record and to judge gives what it says" {
	course=$root/scripts/demos/README.md
	record="scripts/record -o anna --server 'tcp_server -n 1 9000' --client 'echo hello | ./mine server 9000'"
	grep -qxF "    $record" "$course"
	grep -qF '`-f lose=data,nth=1,from=client`' "$course"
	grep -qF '`scripts/expect anna retransmissions 1`' "$course"
	cp "$build/tcp_client" mine
	eval "$root/${record/-o/-f lose=data,nth=1,from=client -o}" > out
	run -0 "$root/scripts/expect" anna handshake-complete client-closed-first no-reset retransmissions 1
}

@test "the course's loop judges what students hand in" {
	mkdir one-line
	"$root/scripts/task" --skeleton one-line > one-line/lazy.c
	cp "$BATS_TEST_DIRNAME/tasks/one-line/good.c" one-line/good.c
	cp "$BATS_TEST_DIRNAME/tasks/student.h" .
	ln -s "$root/scripts" .
	sed -n '/^    for file in one-line/,/^    done/s/^    //p' "$root/scripts/demos/README.md" > loop
	run sh loop
	equal "$output" $'one-line/good.c: 0\none-line/lazy.c: 1'
	equal "$(tail -n 1 one-line/good.txt)" 'one-line: done'
}

@test "each exercise has its answer" {
	for page in {tcp_server,tcp_client,halfclose,udp_server,udp_client}/README.md lab/README.md; do
		sed -n '/^Exercises:/,/^## /p' "$root/$page" | grep -c '^[1-9]\. '
	done > asked
	equal "$(paste -sd ' ' asked)" '3 3 3 3 3 6'
	for name in tcp_server tcp_client halfclose udp_server udp_client lab ladder; do
		equal "$name: $(sed -n "/^\*\*$name\*\*\$/,/^\*\*/p" "$root/scripts/demos/answers.md" | grep -c '^[1-9]\. ')" "$name: 3"
	done
}

@test "what the demos' questions say to try shows what they ask for" {
	# each command is in a question, and shows what the answer says
	tried() { # COMMAND
		grep -qF "Try: scripts/demo --explore $1'" "$root"/scripts/demos/*.sh
		eval "set -- $1"
		run "$root/scripts/demo" --explore -o "$PWD/tried" "$@"
		equal "$status" 0
		seen=$(cat "tried/${!#}/seen")
		count=$((count + 1))
	}
	count=0
	tried '-f hold=data,nth=2,by=1200 segmentation'
	like "$output" '*(retransmission, 1[0-9][0-9][0-9] ms after the last)*'
	tried '-f lose=SYN,nth=2 syn-ack-lost'
	like "$output" '*SYN ACK seq 0 ack 1 *(retransmission, 1[0-9][0-9][0-9] ms after the last)*'
	tried '-f lose=SYN,nth=2 syn-lost'
	like "$output" '*(retransmission, 2[0-9][0-9][0-9] ms after the last)*'
	tried '--server "tcp_server -n 1 -k 9000" combined-fin-ack'
	like "$(sed -n '/FIN/,$p' <<< "$seen" | grep '^[<>]')" '> FIN*< ACK *< FIN*> ACK*'
	tried '-f lose=ACK,nth=2,to=3,from=server ack-lost'
	equal "$(grep -c '^< ACK .* lost$' <<< "$seen")" 3
	equal "$(grep -c '^> .* len ' <<< "$seen")" 3 # no segment is retransmitted
	equal "$(grep -c '^< PSH ACK .* ack 4001 ' <<< "$seen")" 1
	equal "$(grep -o 'Try: ' "$root"/scripts/demos/*.sh | wc -l)" $count
}

@test "what the demos' questions ask about happens as their answers say" {
	asked() { # NAME ARGUMENT...: records this by scripts/record
		start "$1.log" "$root/scripts/record" -o "$@"
	}
	segments() { "$root/scripts/ladder" --segments "$1"; }
	asked echo --server 'halfclose server -n 1 9000' --client 'printf "one\nthree\neleven\n" | halfclose client server 9000'
	asked handshake-ack-lost -f lose=ACK,nth=1,from=client --server 'tcp_server -n 1 9000' --client 'sleep 2 | tcp_client server 9000'
	asked udp-echo --server 'udp_server -n 1 9000' -f lose=datagram,nth=1,from=server \
		--client '{ echo hello | udp_client -t 500 server 9000; true; }'
	for pid in "${started[@]}"; do ends "$pid"; done
	like "$(segments echo)" '*> PSH ACK    seq 1    ack 1    len 17*< ACK        seq 1    ack 18*'
	like "$(segments handshake-ack-lost)" '*> ACK        seq 1    ack 1    lost
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
*'
	like "$(cat udp-echo/client.*.log)" '*recvfrom(3) = -1 EAGAIN*'
}

@test "the kernel's defaults that texts state are this kernel's" {
	"$root/scripts/lab" -k sh -c 'on client sh -c "cd /proc/sys/net/ipv4 && grep . \
		tcp_keepalive_time tcp_keepalive_probes tcp_keepalive_intvl tcp_retries2 tcp_syn_retries \
		tcp_synack_retries tcp_fin_timeout ipfrag_time ../ipv6/ip6frag_time tcp_syncookies"' > defaults
	equal "$(paste -sd ' ' defaults)" "tcp_keepalive_time:7200 tcp_keepalive_probes:9 tcp_keepalive_intvl:75 \
tcp_retries2:15 tcp_syn_retries:6 tcp_synack_retries:5 tcp_fin_timeout:60 ipfrag_time:30 ../ipv6/ip6frag_time:60 tcp_syncookies:1"
	says() { # NAME TEXT...: checks that the answer of this demo has TEXT
		local answer
		answer=$("$root/scripts/demo" --answer "$1")
		for text in "${@:2}"; do like "$answer" "*$text*"; done
	}
	says keepalive 'nine probes in all, 75 s apart' 'RST' 'ETIMEDOUT'
	says connect-timeout '127 s on kernels before 6.5' '131 to 133 s on kernels since 6.5: 11 SYNs'
	says delayed-ack 'SHLD-18' 'less than 0.5 s (MUST-40)'
	says syn-ack-lost 'five times' 'by default 5'
	# tcp_retries2: waits from 200 ms on, doubled fifteen times, each of 120 s at most
	says gives-up "$(awk 'BEGIN { for (wait = 0.2; n++ < 16; wait = wait > 60 ? 120 : 2 * wait) sum += wait; printf "%.1f s", sum }')"
}

@test "the example of a shell test runs" {
	sed -n '/^```sh$/,/^```$/p' "$readme" | grep -v '^```' > example
	run --separate-stderr timeout 20 sh example
	equal "$status $output" $'0 one\nit noticed'
}

@test "the commands of the lab's paragraph run" {
	run --separate-stderr timeout 20 "$root/scripts/lab" -4 sh -c '
		on server tcpdump -ni eth0 2> recorder > segments &
		until grep -q listening recorder; do :; done
		: > log
		on server tcp_server -n 1 9000 2> log &
		until grep -q "^listening" log; do :; done
		echo hello | on client tcp_client server 9000'
	equal "$status $output" '0 hello'
}

@test "every Wireshark filter is one" {
	need tshark
	sed -n '/^## In Wireshark/,$p' "$lesson" | sed -n 's/^| .* | `\(.*\)` |$/\1/p' > filters
	[ "$(wc -l < filters)" -ge 5 ]
	while read -r filter; do
		run tshark -r "$BATS_TEST_DIRNAME/fixtures/four-way-close/client.pcap" -Y "$filter"
		equal "$filter: $status" "$filter: 0"
	done < filters
}

@test "README has at most 220 lines, and every link leads somewhere" {
	[ "$(wc -l < "$readme")" -le 220 ]
	for page in README.md lab/README.md lab/troubles.md lab/programs.md scripts/demos/README.md \
		scripts/demos/lesson.md scripts/demos/catalogue.md scripts/demos/answers.md {tcp_server,tcp_client,udp_server,udp_client,halfclose}/README.md; do
		grep -oE '\]\([^)]*\)' "$root/$page" | sed 's/^](//; s/)$//' | grep -v '^http' > links || continue
		while IFS='#' read -r file heading; do
			[ -n "$file" ] && file=$root/${page%"${page##*/}"}$file || file=$root/$page
			[ -e "$file" ] || { echo "$page: $file"; false; }
			[ -z "$heading" ] || grep -iq "^##* ${heading//-/ }$" "$file" || { echo "$page: $file#$heading"; false; }
		done < links
	done
}

@test "every command in README runs, and gives what is said of it" {
	need python3 curl
	sed '/^```/,/^```$/d' "$readme" | sed -n 's/^    \([a-z].*\)/\1/p' | sed 's/  *# .*//' | sort > commands
	ln -s "$root/scripts" "$root/build" .
	cat > mine.py <<- 'END'
	import socket, sys
	s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
	s.sendall(sys.stdin.buffer.read())
	s.shutdown(socket.SHUT_WR)
	while data := s.recv(100):
	    sys.stdout.buffer.write(data)
	END
	capture theirs.pcap <<- 'END'
	1.0 192.0.2.1:40000 > 192.0.2.2:80 S seq 7
	1.1 192.0.2.2:80 > 192.0.2.1:40000 RA ack 8
	END
	while IFS='~' read -r command pattern; do
		echo "$command" >> known
		case $pattern in -*) continue ;; esac # another test checks it
		[[ $command != */mine\ server* ]] || ln -sf "$build/tcp_client" mine
		LC_ALL=C.UTF-8 run timeout 60 bash -c "$command" < /dev/null
		echo "$command" "$output"
		like "$output" "$pattern"
	done <<- 'END'
	scripts/setup && make demo~- .ci/run
	scripts/setup && make test~- .ci/run
	make lesson~- gallery.bats
	scripts/demo --step handshake~handshake: *ACK seq 1 ack 1*ok *
	scripts/demo --brief four-way-close~*FIN ACK seq 1467 ack 267*ok *
	scripts/quiz --paper handshake~*handshake*1*Key*
	scripts/demo handshake~handshake: *connect(3, 192.0.2.2:9000) = 0*Look for: *Question: *ok *
	scripts/demo --answer handshake~Question: *Answer: *
	scripts/demo --explore -f lose=SYN,nth=2 syn-lost~*retransmission, 2[0-9][0-9][0-9] ms*tried *
	scripts/quiz --level 1 handshake~*handshake*
	scripts/task --list~one-line*half-close*hard-life*
	scripts/task --skeleton one-line > mine.c~
	cc mine.c -o mine && scripts/task one-line ./mine~*missing*
	scripts/task one-line python3 mine.py~*
	scripts/record --server 'python3 -m http.server 8000' --client 'curl -s http://server:8000/'~*SYN seq 0*FIN*
	scripts/record -d 50 -f lose=data,nth=1 -o lossy --server 'tcp_server -n 1 9000' --client 'echo hello | ./mine server 9000'~*retransmission*
	scripts/expect lossy handshake-complete client-closed-first four-way retransmissions 1~*
	scripts/ladder theirs.pcap tcp port 80~*RST ACK seq 0 ack 1*
	build/tcp_server 9000~- socktrace.bats
	sudo tcpdump -ni lo -w /tmp/lo.pcap port 9000~- record.bats
	build/socktrace build/tcp_client 127.0.0.1 9000~- socktrace.bats
	scripts/lab -4~- below
	on server tcpdump -ni eth0 &~- below
	on server tcp_server -n 1 9000 &~- below
	on client tcp_client server 9000~- below
	on client tcpdump -ni eth0 -U -w - | wireshark -k -i -~- watch.bats, with tshark
	END
	run scripts/expect lossy handshake-complete client-closed-first four-way retransmissions 1
	equal "$status" 0
	sort known | diff commands -
}

@test "every make target and script that it names exists" {
	for target in $(grep -ohE '`make [a-z]+`|&& make [a-z]+' "$root"/*.md "$root"/lab/*.md "$root"/scripts/demos/*.md | grep -oE '[a-z]+`?$' | tr -d '`' | sort -u); do
		grep -q "^$target:" "$root/Makefile" || { echo "$target"; false; }
	done
	for script in $(grep -ohE 'scripts/[a-z-]+' "$root"/*.md "$root"/lab/*.md "$root"/scripts/demos/*.md | sort -u); do
		[ -e "$root/$script" ] || { echo "$script"; false; }
	done
}
