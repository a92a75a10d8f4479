#!/usr/bin/env bats
# Every demo, with real segments; and that a broken promise is found.

load helper

demo=$root/scripts/demo

@test "every demo keeps its promise over IPv4" {
	run "$demo" --all -o "$BATS_FILE_TMPDIR/4"
	echo "$output"
	equal "$status" 0
	count=$(ls "$root/scripts/demos" | wc -l)
	equal "${lines[-1]}" "$count of $count kept their promise"
	like "${lines[0]}" " 1/$count ok *[0-9].[0-9][0-9] s"
}

@test "every demo keeps its promise over IPv6" {
	run "$demo" --all -6 -o "$BATS_FILE_TMPDIR/6"
	echo "$output"
	equal "$status" 0
}

@test "the seed's numbers are in the capture, by tcpdump's own reckoning" {
	for family in 4 6; do
		for host in client server; do
			tcpdump -nr "$BATS_FILE_TMPDIR/$family/four-way-close/$host.pcap" tcp 2> /dev/null |
				sed 's/.*Flags/Flags/; s/, win.*//' | tail -n 4 > close
			equal "$(cat close)" 'Flags [F.], seq 1467, ack 267
Flags [.], ack 1468
Flags [F.], seq 267, ack 1468
Flags [.], ack 268'
		done
	done
}

@test "no capture has a malformed packet, a bad checksum or a gap" {
	need tshark
	[ "$(ls "$BATS_FILE_TMPDIR"/[46]/*/*.pcap | wc -l)" -eq $((4 * $(ls "$root/scripts/demos" | wc -l))) ]
	printf '%s\0' "$BATS_FILE_TMPDIR"/[46]/*/*.pcap | xargs -0 -n 1 -P 2 tshark \
		-o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE \
		-Y '_ws.malformed || ip.checksum.status == "Bad" ||
		tcp.checksum.status == "Bad" || udp.checksum.status == "Bad" ||
		tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment' -r 2> err > out
	equal "$(cat out)" ''
}

@test "a demo takes at most 0.5 s more than its cable" {
	for round in 1 2 3; do
		"$demo" -q -o out four-way-close > verdict
		# from the client's first call to the last arrival
		cable=$(awk -F '\t' '$1 == "segment" { if (!from) from = $4; to = $5 } END { print to - from }' out/four-way-close/timeline)
		took=$(awk '{ print $(NF - 1) }' verdict)
		echo "$took s, of which $cable s on the cable"
		awk -v took="$took" -v cable="$cable" 'BEGIN { exit !(took - cable <= 0.5) }' && return
	done
	return 1
}

@test "a broken promise is a difference, and status 1" {
	cp -r "$root/scripts" .
	sed -i 's/^> FIN ACK .*/> FIN ACK    seq 1466 ack 267/' scripts/demos/four-way-close.sh
	run --separate-stderr env BUILD="$build" scripts/demo -q four-way-close
	equal "$status" 1
	like "$output" 'FAILED four-way-close *'
	grep -qF -e '-> FIN ACK    seq 1466 ack 267' <<< "$stderr"
	grep -qF -e '+> FIN ACK    seq 1467 ack 267' <<< "$stderr"
}

@test "a promised call in the wrong place is found" {
	cp -r "$root/scripts" .
	awk '/^server accept = 4/ { next } { print } /^< SYN ACK/ { print "server accept = 4 [ESTABLISHED]" }' \
		"$root/scripts/demos/handshake.sh" > scripts/demos/handshake.sh
	run --separate-stderr env BUILD="$build" scripts/demo -q handshake
	equal "$status" 1
	grep -qF -e '+server accept = 4 [ESTABLISHED]' <<< "$stderr"
}

@test "a program that ends otherwise than expected is told, with its log" {
	cp -r "$root/scripts" .
	sed -i 's/failing client/client/' scripts/demos/refused.sh
	run --separate-stderr env BUILD="$build" scripts/demo -q refused
	equal "$status" 1
	like "$stderr" '*client: tcp_client server 9000: ended with status 1, not 0*Connection refused*'
}

@test "an optional segment may be missing, or be there; a wrong one may not" {
	printf '%s\n' '> SYN        seq 0' '? < ACK        seq 1    ack 1' '> FIN ACK    seq 1' > promise
	printf '%s\n' '> SYN        seq 0' '> FIN ACK    seq 1' > without
	printf '%s\n' '> SYN        seq 0' '< ACK        seq 1    ack 1' '> FIN ACK    seq 1' > with
	for seen in with without; do
		awk -v seen=$seen -f "$root/scripts/lib/expected.awk" promise | diff - $seen
	done
	echo '< RST        seq 1' > wrong
	run ! eval "awk -v seen=wrong -f '$root/scripts/lib/expected.awk' promise | diff - wrong"
}

@test "a demo prints its title, ladder, what to look for and a question" {
	run "$demo" -o out handshake
	equal "$status" 0
	like "${lines[0]}" 'handshake: connect returns *'
	grep -q '── SYN seq 0 ─*▶' <<< "$output" || grep -q -- '-- SYN seq 0 -*>' <<< "$output"
	grep -q '^Look for: ' <<< "$output"
	grep -q '^Question: .*?' <<< "$output"
}

@test "SIGTERM and SIGINT end a demo, and leave no folder and no process" {
	for signal in TERM INT; do
		start log env --default-signal=INT "$demo" -q -d 543.25 -o out handshake
		wait_for 'the cable' eval "pgrep -f 'wire -d 543.25 client server' > /dev/null"
		kill -$signal "$pid"
		wait_for "the end after $signal" eval "! kill -0 $pid 2> /dev/null"
		wait_for 'the end of the cable' eval "! pgrep -f 'wire -d 543.25 client server' > /dev/null"
		equal "$(ls out)" ''
	done
}

@test "the same demo twice at once" {
	start one "$demo" -q -o out udp-echo
	one=$pid
	start two "$demo" -q -o out udp-echo
	ends "$pid"
	ends "$one"
	equal "$(ls out)" udp-echo
}

@test "wrong usage is told, with 2" {
	for arguments in '' nowhere -x '-d' '--al' '--all handshake'; do
		run --separate-stderr "$demo" $arguments
		equal "$arguments: $status" "$arguments: 2"
		like "$stderr" '*demo: *\(-h for help\)'
	done
	run "$demo" -h
	equal "$status" 0
	like "$output" '*usage: scripts/demo *'
	run "$demo" --list
	equal "${#lines[@]}" "$(ls "$root/scripts/demos" | wc -l)"
}
