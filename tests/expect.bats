#!/usr/bin/env bats
# scripts/expect: verdicts on a recorded connection, for scripts and graders.

load helper

expect=$root/scripts/expect
fixture=$BATS_TEST_DIRNAME/fixtures/four-way-close

setup_file() { make_gallery; }

# holds DEMO WORD...: and would not, if it were another demo.
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

@test "a verdict names the segment that decided" {
	run "$expect" "$fixture" four-way bytes-from-client 7
	equal "$status ${lines[0]}" '1 ok     four-way: segment 13: ACK from the server, seq 267'
	equal "${lines[1]}" 'NOT    bytes-from-client 7: 1466; segment 8: PSH ACK from the client, seq 734, len 733'
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
		"$fixture state nobody CLOSED" "$fixture state client" "$fixture state client AWAY" "-x $fixture four-way" --connection "--connection= $fixture"; do
		run --separate-stderr timeout 10 dash "$expect" $words
		equal "$words: $status" "$words: 2"
		like "$stderr" '*: *'
	done
	run --separate-stderr "$expect" nowhere four-way
	equal "$status $stderr" '1 ladder: nowhere: no such file or folder'
	run --separate-stderr "$expect" "$demos/4/udp-echo" four-way
	equal "$status" 1
	like "$stderr" '*no TCP connection*'
	run "$expect" -h
	equal "$status" 0
	like "$output" '*usage: scripts/expect *'
}
