#!/usr/bin/env bats
# scripts/expect: verdicts on a recorded connection, for scripts and graders.

load helper

expect=$root/scripts/expect
fixture=$BATS_TEST_DIRNAME/fixtures/four-way-close

setup_file() { make_gallery; }

# holds DEMO WORD...: WORD holds for DEMO, and does not hold for another demo.
holds() {
	local name=$1
	shift
	run "$expect" "$demos/4/$name" "$@"
	equal "$name $* $status" "$name $* 0"
}

fails() {
	local name=$1
	shift
	run "$expect" "$demos/4/$name" "$@"
	equal "$name $* $status" "$name $* 1"
}

@test "each expectation holds where it is so, and nowhere else" {
	holds four-way-close handshake-complete client-closed-first four-way no-reset
	holds four-way-close bytes-from-client 1466 bytes-from-server 266 max-segment 733 retransmissions 0
	holds four-way-close state client TIME_WAIT state server LAST_ACK
	holds combined-fin-ack combined-fin-ack
	holds server-closes-first server-closed-first
	holds half-close half-closed-with-late-data
	holds fin-with-data fin-with-data
	holds reset reset-by-client
	holds refused refused
	holds flow-control zero-window
	holds retransmission retransmissions 2
	holds half-open reset-by-client
	fails four-way-close combined-fin-ack
	fails four-way-close server-closed-first
	fails four-way-close half-closed-with-late-data
	fails four-way-close fin-with-data
	fails four-way-close reset-by-client
	fails four-way-close zero-window
	fails four-way-close refused
	fails four-way-close bytes-from-client 1467
	fails four-way-close max-segment 732
	fails four-way-close retransmissions 1
	fails four-way-close state client CLOSING
	fails combined-fin-ack four-way
	fails reset no-reset
	fails refused handshake-complete
}

@test "expect.words: what each word means, and what is not enough" {
	capture nothing < /dev/null # builds the tool
	bash "$BATS_TEST_DIRNAME/judge-words" "$BATS_RUN_TMPDIR/packets" < "$BATS_TEST_DIRNAME/expect.words" > counted
	cat counted
	read -r yes no < counted
	[ "$yes" -ge 120 ]
	[ "$no" -ge 160 ]
}

@test "each word has five captures in which it is so, and five near misses; and a line in -h" {
	sed -n '/words\[\] = {/,/^}/s/.*{"\([a-z-]*\)".*/\1/p' "$root/lab/ladder/views/expect.c" > names
	[ "$(wc -l < names)" -ge 26 ]
	while read -r name; do
		sed -n "/^## $name\( \|$\)/,/^$/p" "$BATS_TEST_DIRNAME/expect.words" > lines
		[ "$(grep -c '^yes' lines)" -ge 5 ] || { echo "$name: yes"; false; }
		[ "$(grep -c '^no' lines)" -ge 5 ] || { echo "$name: no"; false; }
		"$expect" -h | grep -qE "^#?  (.*, )?$name( |,|$)" || { echo "$name: -h"; false; }
	done < names
}

@test "a verdict names the segment that decided" {
	run "$expect" "$fixture" four-way bytes-from-client 7
	equal "$status ${lines[0]}" '1 ok     four-way: segment 13: ACK from the server, seq 267'
	equal "${lines[1]}" 'NOT    bytes-from-client 7: 1466; segment 8: PSH ACK from the client, seq 734, len 733'
}

@test "what is wrong with it is said, too" {
	why() {
		"$BATS_TEST_DIRNAME/judge-words" "$BATS_RUN_TMPDIR/packets" <<< "## $1"$'\n'"yes | $2" > told || true
		equal "$(sed -n "s/^NOT    $1: //p" told | head -n 1)" "$3"
		rm -r two
	}
	capture nothing < /dev/null
	why handshake-complete '>S <SA >A,ack=50' 'segment 3: ACK from the client, seq 1: it acknowledges what was not sent'
	why four-way '>S <SA >A >FA <A <FA' 'segment 6: FIN ACK from the server, seq 1: nothing acknowledges it'
	why four-way '>S <SA >A >FA <A <FA >R' 'segment 7: RST from the client, seq 2: after a FIN'
	why half-closed-with-late-data '>S <SA >A >FA <A <PA+5 >R' 'segment 7: RST from the client, seq 2: the answer to late data'
	why in-order '>S <SA >A >PA+5,lost >FA' 'segment 5: FIN ACK from the client, seq 6: bytes before it had not arrived'
	why mss\ 9 '>S,mss=9 <SA' 'segment 2: SYN ACK from the server, seq 0: it has no such option'
}

@test "a contrary, as bash leaves it alone: in single quotes, or with a space" {
	run -0 "$expect" "$fixture" '!zero-window' ! reset-by-client four-way
	equal "${lines[1]}" 'ok     !reset-by-client: no RST'
	run -1 "$expect" "$fixture" ! four-way
	equal "$output" 'NOT    !four-way: segment 13: ACK from the server, seq 267'
}

@test "TAP and JUnit" {
	run "$expect" --tap "$fixture/client.pcap" four-way no-reset state server CLOSING
	equal "$status" 1
	equal "${lines[1]} ${lines[2]%% #*} ${lines[4]%% #*}" '1..3 ok 1 - four-way not ok 3 - state server CLOSING'
	run "$expect" --junit "$fixture" four-way zero-window
	equal "$status" 1
	like "$output" '*<testsuite name="expect" tests="2" failures="1">*<failure message="no window was closed"/>*'
	if command -v xmllint > /dev/null; then xmllint --noout - <<< "$output"; fi
}

@test "other people's programs, recorded and judged" {
	need python3 nc socat curl
	cat > server.py <<- 'END'
	import socket
	s = socket.create_server(("", 9000))
	c, _ = s.accept()
	c.sendall(c.recv(100))
	while c.recv(100): pass
	c.close()
	END
	cat > client.py <<- 'END'
	import socket
	c = socket.create_connection(("server", 9000))
	c.sendall(b"hello\n")
	c.recv(100)
	c.close()
	END
	record() { "$root/scripts/record" "$@" > told 2>&1 || { cat told; false; }; }
	record -o python --server "python3 $PWD/server.py" --client "python3 $PWD/client.py"
	"$expect" python handshake-complete client-closed-first bytes-from-client 6 bytes-from-server 6 no-reset
	record -o nc --server "python3 $PWD/server.py" --client 'echo hi | nc -N server 9000'
	"$expect" nc handshake-complete client-closed-first bytes-from-client 3 bytes-from-server 3
	record -o socat --server 'socat -u TCP-LISTEN:9000 STDOUT' --client 'echo hi | socat -u - TCP:server:9000'
	"$expect" socat handshake-complete client-closed-first bytes-from-client 3 bytes-from-server 0
	record -o curl --server 'python3 -m http.server 9000' --client 'curl -s http://server:9000/'
	"$expect" curl handshake-complete
}

@test "wrong usage is told, with 2; what cannot be judged, with 1" {
	for words in '' "$fixture" "$fixture nonsense" "$fixture max-segment" "$fixture max-segment x" "$fixture state" \
		"$fixture !" "$fixture !!four-way" "$fixture four-way !nonsense" "$fixture time-wait" "$fixture mss 1460x" "$fixture mss -1" \
		"$fixture state nobody CLOSED" "$fixture state client" "$fixture state client AWAY" "-x $fixture four-way" --connection "--connection= $fixture" "--tap --junit $fixture four-way"; do
		run --separate-stderr timeout 10 dash "$expect" $words
		equal "$words: $status" "$words: 2"
		like "$stderr" '*: *'
	done
	run --separate-stderr "$expect" nowhere four-way
	equal "$status $stderr" '1 ladder: nowhere: no such file or folder'
	run "$expect" --tap "$demos/4/udp-echo" four-way '!four-way' datagrams 4 answered
	equal "$status" 1
	equal "$(sed -n '3,5s/ #.*//p' <<< "$output" | paste -sd ,)" 'not ok 1 - four-way,not ok 2 - !four-way,ok 3 - datagrams 4'
	like "${lines[2]}" '*no TCP connection*'
	run "$expect" -h
	equal "$status" 0
	like "$output" '*usage: scripts/expect *'
}
