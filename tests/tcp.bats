#!/usr/bin/env bats
# tcp_server and tcp_client, with real sockets on loopback.

load helper

# What has to last for 60 s starts here; the last tests check it.
setup_file() {
	load helper
	began=$(date +%s)
	export began
	cd "$BATS_FILE_TMPDIR"
	started=()
	serve idle tcp_server -n 1 0
	mkfifo nothing
	start idle.client tcp_client 127.0.0.1 "$port" <> nothing # its stdin never ends
	serve full tcp_server -n 1 0
	# it sends, reads nothing, and never gives up
	start full.client bash -c 'exec cat /dev/zero > "/dev/tcp/127.0.0.1/$0"' "$port"
	printf '%s\n' "${started[@]}" > started
}

teardown_file() {
	kill $(cat "$BATS_FILE_TMPDIR/started") 2> /dev/null || true
}

@test "every line is answered by itself, over IPv4 and IPv6" {
	for host in 127.0.0.1 ::1; do
		serve log tcp_server -n 1 "$host" 0
		run --separate-stderr tcp_client "$host" "$port" <<< $'one\ntwo\n\nthree'
		equal "$status $output" $'0 one\ntwo\n\nthree'
		ends "$pid"
	done
}

@test "a last line without a newline gets one" {
	serve log tcp_server -n 1 0
	equal "$(printf 'a\nb' | tcp_client 127.0.0.1 "$port" | od -c)" "$(printf 'a\nb\n' | od -c)"
}

@test "what comes after the last newline is sent back, too" {
	serve log tcp_server -n 1 0
	equal "$(printf 'a\nb' | halfclose client 127.0.0.1 "$port" | od -c)" "$(printf 'a\nb' | od -c)"
}

@test "with -s each line is answered with so many bytes of the server's own" {
	serve log tcp_server -n 1 -s 7 0
	equal "$(printf '1\n2\n' | tcp_client 127.0.0.1 "$port")" $'......\n......'
	serve log tcp_server -n 1 -s 7 0 # two lines in one segment
	equal "$(printf '1\n2\n' | halfclose client 127.0.0.1 "$port")" $'......\n......'
	serve log tcp_server -n 1 -s 65536 0
	equal "$(echo 1 | tcp_client 127.0.0.1 "$port" | wc -c)" 65536
	run --separate-stderr tcp_server -s 65537 0
	equal "$status $stderr" "2 tcp_server: -s: '65537' is not a number from 0 to 65536"
}

@test "a server that closes after -a answers has closed first" {
	serve log tcp_server -n 1 -a 2 0
	run --separate-stderr tcp_client 127.0.0.1 "$port" <<< $'1\n2\n3'
	equal "$status $output" $'1 1\n2'
	like "$stderr" 'tcp_client: * 127.0.0.1 port *: *'
	serve log tcp_server -n 1 -a 1 0
	run --separate-stderr socktrace tcp_client -e 127.0.0.1 "$port" <<< 1
	equal "$status $output" '0 1'
	like "$stderr" '*recv(*) = 0 \[CLOSE_WAIT *close(*' # the client later
}

@test "-r sends RST: the other end fails with ECONNRESET and says so" {
	serve log tcp_server -n 1 0
	echo hello | tcp_client -r 127.0.0.1 "$port" > /dev/null
	ends "$pid" 1
	grep -q '^tcp_server: recv from 127.0.0.1 port [0-9]*: Connection reset by peer$' log
}

@test "a refused connection is told, with the reason and what to look for" {
	serve log tcp_server 0
	kill "$pid"
	ends "$pid" 0
	for host in 127.0.0.1 ::1; do
		run --separate-stderr tcp_client "$host" "$port" < /dev/null
		equal "$status" 1
		like "$stderr" "tcp_client: connect to $host port $port: Connection refused: does a server listen there?"
	done
}

@test "nobody answers: connect and recv give up in their 10 s" {
	serve log socktrace -d accept=20000 tcp_server -b 0 0
	full=$port
	start queued tcp_client 127.0.0.1 "$full" < /dev/null # fills the queue of 1
	wait_for 'the first in the queue' eval '[ "$(ss -Htn state close-wait sport = :'"$full"' | wc -l)" -eq 1 ]'
	serve log2 socktrace -d recv=20000 tcp_server 0
	silent=$port
	start connect tcp_client 127.0.0.1 "$full" < /dev/null
	connect=$pid
	start recv tcp_client 127.0.0.1 "$port" <<< hello
	recv=$pid
	if command -v python3 > /dev/null; then # received data does not make a send() wait longer
		serve log3 trickler
		start trickle tcp_client 127.0.0.1 "$port" < <(head -c 20000000 /dev/zero)
		trickle=$port
		ends "$pid" 1
		equal "$(cat trickle)" "tcp_client: send to 127.0.0.1 port $trickle: nothing could be sent for 10 s"
	fi
	ends "$recv" 1
	ends "$connect" 1
	equal "$(cat connect)" "tcp_client: connect to 127.0.0.1 port $full: no answer in 10 s"
	equal "$(cat recv)" "tcp_client: recv from 127.0.0.1 port $silent: no answer in 10 s"
}

@test "one slow client holds up nobody" {
	serve log tcp_server 0
	start_with_input slow tcp_client 127.0.0.1 "$port"
	for i in 1 2 3; do
		equal "$(echo $i | timeout 5 tcp_client 127.0.0.1 "$port")" $i
	done
	exec 9>&-
}

@test "200 clients at once are all answered" {
	serve log tcp_server -n 200 0
	for i in $(seq 200); do
		echo "$i" | tcp_client 127.0.0.1 "$port" > "out$i" 3>&- 4>&- &
		clients[i]=$!
	done
	for i in $(seq 200); do
		wait "${clients[i]}"
		equal "$(cat "out$i")" "$i"
	done
	ends "$pid" 0
}

@test "out of descriptors, the server neither spins nor ends" {
	start log bash -c 'ulimit -n 4; exec tcp_server 0' # descriptors 0 to 2, and the listening socket
	server=$pid
	wait_for listening grep -q '^listening' log
	port=$(sed -n 's/^listening on .* port //p' log)
	run timeout 2 tcp_client 127.0.0.1 "$port" <<< hello
	equal "$status" 124
	kill -0 "$server"
	refusals=$(grep -c '^tcp_server: accept: Too many open files$' log)
	[ "$refusals" -gt 0 ] && [ "$refusals" -lt 5 ]
}

@test "a bare port serves, and -u makes TIME_WAIT keep it" {
	serve log tcp_server -u -a 1 -n 1 0
	echo 1 | tcp_client -e 127.0.0.1 "$port" > /dev/null
	ends "$pid"
	run --separate-stderr tcp_server -u "$port"
	equal "$status" 1
	like "$stderr" 'tcp_server: bind to 127.0.0.1 port *: Address already in use'
	run -1 tcp_server "$port" # the old server did not have SO_REUSEADDR
	serve log tcp_server -a 1 -n 1 0
	echo 1 | tcp_client -e 127.0.0.1 "$port" > /dev/null
	ends "$pid"
	run -1 tcp_server -u "$port" # the new server does not have it
	serve log tcp_server "$port" # both servers have it
}

@test "after bind() a client is refused, until listen(); and SO_REUSEADDR lets no second server listen" {
	# the demos refused and address-in-use say so
	need python3
	start bound python3 -c 'import socket, sys, time
s = socket.socket()
s.bind(("127.0.0.1", 0))
print("listening on 127.0.0.1 port", s.getsockname()[1], file=sys.stderr, flush=True)
time.sleep(60)'
	wait_for 'bind()' eval 'grep -q port bound'
	port=$(sed -n 's/.* port //p' bound)
	run --separate-stderr tcp_client 127.0.0.1 "$port" < /dev/null
	equal "$status" 1
	like "$stderr" '*Connection refused*'
	serve log tcp_server 0
	run --separate-stderr tcp_server "$port"
	equal "$status" 1
	like "$stderr" '*Address already in use'
}

@test "the client's own port is -p" {
	serve log tcp_server 0
	free=$port
	kill "$pid"
	ends "$pid"
	serve log tcp_server -n 1 0
	run socktrace tcp_client -p "$free" -r 127.0.0.1 "$port" <<< hello
	like "$output" "*connect(*, 127.0.0.1:$port) = 0 \[ESTABLISHED 127.0.0.1:$free 127.0.0.1:$port\]*"
	serve log tcp_server -n 1 0
	run --separate-stderr tcp_client -p "$port" 127.0.0.1 "$port" < /dev/null
	equal "$status" 1
}

@test "a peer that dies in mid-transfer is told" {
	serve log tcp_server 0
	server=$pid
	start_with_input client tcp_client 127.0.0.1 "$port"
	echo hello >&9
	wait_for 'the first answer' grep -q hello client.out
	pkill -KILL -P "$server"
	echo again >&9
	ends "$pid" 1
	grep -qE '^tcp_client: (recv from|send to) 127.0.0.1 port [0-9]+: ' client
}

@test "SIGTERM ends the server and its children; no zombie is kept" {
	serve log tcp_server 0
	server=$pid
	start_with_input client tcp_client 127.0.0.1 "$port"
	echo hello >&9
	wait_for 'the answer' grep -q hello client.out
	child=$(pgrep -P "$server")
	kill "$server"
	ends "$server" 0
	wait_for "the end of the child $child" eval "! kill -0 $child 2> /dev/null"
	serve log tcp_server 0
	for i in 1 2 3; do tcp_client 127.0.0.1 "$port" < /dev/null; done
	wait_for 'no child' eval "! pgrep -P $pid > /dev/null"
}

@test "a terminal gets no control characters from the network, and all other UTF-8" {
	need script
	printf '\033[31mred\007\302\233é你\n' > file
	serve log tcp_server -n 2 0
	run script -qec "tcp_client 127.0.0.1 $port < file" /dev/null
	equal "$(tr -d '\r' <<< "${lines[0]}")" $'?[31mred?\302?é你'
	tcp_client 127.0.0.1 "$port" < file | cmp - file # not to a terminal: the bytes are unchanged
}

@test "stopped and continued, a client and a server go on waiting" {
	serve log tcp_server -n 1 0
	server=$pid
	start_with_input client tcp_client 127.0.0.1 "$port"
	echo one >&9
	wait_for 'the first answer' grep -q one client.out
	child=$(pgrep -P "$server")
	kill -STOP "$child" "$pid"
	echo two >&9
	kill -CONT "$pid" # the client waits for a stopped server
	wait_for 'the question' eval "grep -q '^State:.*S' /proc/$pid/status"
	kill -STOP "$pid"
	kill -CONT "$pid" "$child"
	wait_for 'the second answer' grep -q two client.out
}

@test "a client that is reset by its server says so" {
	serve log socktrace -d close=4B tcp_server -n 1 -a 1 0
	run --separate-stderr tcp_client 127.0.0.1 "$port" <<< $'one\ntwo'
	equal "$status $output" '1 one'
	equal "$stderr" "tcp_client: recv from 127.0.0.1 port $port: Connection reset by peer"
}

@test "a server that closes before the end of the input is reported, while stdin is open" {
	serve log tcp_server -a 1 0
	start_with_input client tcp_client 127.0.0.1 "$port"
	echo one >&9
	ends "$pid" 1
	equal "$(cat client.out client)" "one
tcp_client: recv from 127.0.0.1 port $port: closed before the end of the input"
}

@test "a server that closes before its answer is reported" {
	serve log tcp_server -a 1 -s 0 0
	run --separate-stderr timeout 5 tcp_client 127.0.0.1 "$port" <<< one
	equal "$status $output" '1 '
	equal "$stderr" "tcp_client: recv from 127.0.0.1 port $port: closed before the answer"
}

@test "a line of 16 MB, and what is sent in pieces, come back byte for byte" {
	serve log tcp_server 0
	head -c 16777216 /dev/urandom | base64 -w 0 > line
	echo >> line
	timeout 60 tcp_client 127.0.0.1 "$port" < line | cmp - line
	head -c 200000 line | tr A '\n' > lines # the last line has no newline
	dd bs=7 status=none < lines | timeout 60 tcp_client 127.0.0.1 "$port" | cmp - <(cat lines; echo)
}

@test "a last line without a newline gets one, and its answer, whatever its length" {
	serve log tcp_server 0
	for size in 65535 65536 65537 131072; do
		head -c $size /dev/zero | tr '\0' x > line
		timeout 20 tcp_client 127.0.0.1 "$port" < line | cmp - <(cat line; echo)
	done
}

@test "an answer that comes before the end of a long line is its answer" {
	need python3
	cat > early.py <<- 'END'
		import socket, sys
		s = socket.create_server(("127.0.0.1", 0))
		print("listening on 127.0.0.1 port", s.getsockname()[1], file=sys.stderr, flush=True)
		c, peer = s.accept()
		c.recv(10)
		c.sendall(b"early\n")
		while c.recv(65536): pass
	END
	serve log python3 early.py
	run --separate-stderr eval "{ head -c 300000 /dev/zero | tr '\0' x; echo; } | timeout 9 tcp_client 127.0.0.1 $port"
	equal "$status $output $stderr" '0 early '
}

@test "a server that closes as the last line comes, without its newline, is reported" {
	serve log tcp_server -a 1 0
	start_with_input client tcp_client 127.0.0.1 "$port"
	printf 'one\ntwo' >&9
	wait_for 'the first answer' grep -q one client.out
	exec 9>&-
	ends "$pid" 1
	like "$(cat client)" "tcp_client: recv from 127.0.0.1 port $port: closed before the *"
}

@test "a server waits for its own children only, and counts no other's" {
	# bash makes cat a child of the server; cat ends only after the server
	cat > substitution <<- END
		tcp_server -n 1 $((port = 0)) 2> >(cat > log)
	END
	start script timeout 20 bash substitution
	wait_for listening grep -qs '^listening' log
	port=$(sed -n 's/^listening on .* port //p' log)
	equal "$(echo hello | tcp_client 127.0.0.1 "$port")" hello
	ends "$pid"
	serve log sh -c '(exit 3) & exec tcp_server -n 1 0'
	equal "$(echo hello | tcp_client 127.0.0.1 "$port")" hello
	ends "$pid" 0
}

@test "a server whose signals were blocked by its parent keeps no zombie, and ends by SIGTERM" {
	need python3
	serve log python3 -c 'import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD, signal.SIGTERM, signal.SIGALRM])
os.execvp("tcp_server", ["tcp_server", "0"])'
	for i in 1 2 3; do tcp_client 127.0.0.1 "$port" < /dev/null; done
	wait_for 'no child' eval "! pgrep -P $pid > /dev/null"
	kill "$pid"
	ends "$pid" 0
}

@test "a connection whose server has died as it began is not served" {
	need strace
	start log strace -f -qq -o trace -e trace=prctl -e inject=prctl:delay_enter=1000000 tcp_server 0
	wait_for listening grep -q '^listening' log
	port=$(sed -n 's/^listening on .* port //p' log)
	server=$(pgrep -P "$pid")
	start_with_input client tcp_client 127.0.0.1 "$port"
	wait_for 'its child' pgrep -P "$server"
	kill "$server"
	ends "$pid" 1 # the client
}

@test "1 GiB comes back byte for byte" {
	serve log tcp_server -n 1 0
	numbers() { seq 130000000 | head -c 1073741824; }
	numbers | timeout 120 halfclose client 127.0.0.1 "$port" | cmp - <(numbers)
	ends "$pid"
}

@test "a client that does not take its answer within 60 s is given up" {
	cd "$BATS_FILE_TMPDIR"
	wait_long full grep -q '^tcp_server: send to 127.0.0.1 port [0-9]*: not all was taken in 60 s$' full
}

@test "a client that is silent for 60 s is given up" {
	cd "$BATS_FILE_TMPDIR"
	wait_long idle grep -q '^tcp_server: recv from 127.0.0.1 port [0-9]*: silent for 60 s$' idle
	wait_long idle.client grep -q '^tcp_client: recv from 127.0.0.1 port [0-9]*: closed before the end of the input$' idle.client
}
