#!/usr/bin/env bats
# socktrace: the calls of any program, and nothing of it changed.

load helper

@test "each call is told in tcpdump's clock, with result, state and addresses" {
	serve log socktrace tcp_server -n 1 0
	echo hello | socktrace -o client.log tcp_client 127.0.0.1 "$port" > out
	ends "$pid"
	equal "$(cat out)" hello
	like "$(head -n 1 client.log)" "20[0-9][0-9]-[0-9][0-9]-[0-9][0-9] *:*:* [+-][0-9][0-9][0-9][0-9] \$ tcp_client 127.0.0.1 $port"
	equal "$(sed -n '$s/^[^ ]* //p' client.log)" 'tcp_client exit 0'
	equal "$(sed '1d; $d' client.log | grep -cvE '^[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\.[0-9]{6} tcp_client [a-z]+\(.*\) (\.\.\.|= -?[0-9]+.*)( \[[A-Z_0-9]+.*\])?$')" 0
	grep -qE ' connect\([0-9]+, 127\.0\.0\.1:'"$port"'\) = 0 \[ESTABLISHED 127\.0\.0\.1:[0-9]+ 127\.0\.0\.1:'"$port"'\]$' client.log
	grep -qE ' listen\([0-9]+, 128\) = 0 \[LISTEN 127\.0\.0\.1:'"$port"'\]$' log
	grep -qE ' accept\([0-9]+\) = [0-9]+ \[ESTABLISHED 127\.0\.0\.1:'"$port"' 127\.0\.0\.1:[0-9]+\]$' log
	grep -qE ' tcp_server/2 recv\([0-9]+\) = 0 \[CLOSE_WAIT ' log
	grep -qE ' tcp_server close\([0-9]+\) = 0 \[ESTABLISHED ' log # the child has it
	grep -qE ' tcp_server/2 close\([0-9]+\) = 0 \[127' log
	grep -qE ' setsockopt\([0-9]+, SO_REUSEADDR, 1\) = 0 ' log
	grep -qE ' setsockopt\([0-9]+, SO_SNDTIMEO, 10 s\) = 0 ' client.log
}

@test "connect is in SYN_SENT while it waits; IPv6, too" {
	for family in 4 6; do
		"$root/scripts/lab" -$family sh -c '
			on server tcp_server -n 1 9000 2> log &
			until grep -q listening log; do :; done
			on client socktrace -o client.log tcp_client server 9000 < /dev/null'
		grep -qE ' connect\([0-9]+, .*:9000\) \.\.\. \[SYN_SENT .*:[0-9]+ .*:9000\]$' client.log
		rm client.log
	done
}

@test "a datagram's line has whom it is to or from; a refusal has errno's name" {
	serve log socktrace udp_server -n 1 0
	echo hello | socktrace udp_client 127.0.0.1 "$port" > out 2> client.log
	ends "$pid"
	grep -qE " sendto\([0-9]+, 5, 127\.0\.0\.1:$port\) = 5 \[0\.0\.0\.0:[0-9]+\]$" client.log
	grep -qE ' recvfrom\([0-9]+, 127\.0\.0\.1:[0-9]+\) = 5 ' log
	run --separate-stderr socktrace tcp_client 127.0.0.1 "$port" < /dev/null
	equal "$status" 1
	like "$stderr" "*connect(*, 127.0.0.1:$port) = -1 ECONNREFUSED (Connection refused) \[CLOSED*"
}

@test "exit status, signal, stdin, stdout and stderr are the program's" {
	run socktrace sh -c 'exit 7'
	equal "$status" 7
	run socktrace sh -c 'kill -TERM $$'
	equal "$status" 143
	run --separate-stderr socktrace sh -c 'cat; echo err >&2' <<< in
	equal "$status $output $stderr" '0 in err'
	run -127 --separate-stderr socktrace ./nowhere
	equal "$status $stderr" '127 socktrace: ./nowhere: No such file or directory'
	run --separate-stderr socktrace /dev/null
	equal "$status $stderr" '126 socktrace: /dev/null: Permission denied'
	start log socktrace sleep 100
	wait_for sleep eval "grep -q sleep /proc/$pid/comm"
	kill "$pid"
	ends "$pid" 143
	# killed at any moment of its start, too, it leaves nothing that holds the pipe
	for moment in {0..2000..50}; do
		equal "$(timeout 10 sh -c 'socktrace sleep 100 &
			while [ "$1" -gt $((n += 1)) ]; do :; done
			kill -9 $!; wait $!; echo $?' sh $moment)" 137
	done
}

@test "a program that is stopped and continued goes on waiting" {
	serve log tcp_server -n 1 0
	start_with_input client socktrace tcp_client 127.0.0.1 "$port"
	echo one >&9
	wait_for 'the first answer' grep -q one client.out
	for round in 1 2 3; do
		kill -STOP "$pid"
		wait_for 'the stop' eval "grep -qi '^State:.t' /proc/$pid/status"
		kill -CONT "$pid"
		wait_for 'the wait' eval "grep -q '^State:.*S' /proc/$pid/status"
	done
	echo two >&9
	wait_for 'the second answer' grep -q two client.out
	exec 9>&-
}

@test "forks, threads, exec and a child that outlives its parent are followed" {
	need python3
	serve log tcp_server -n 4 0
	cat > threads.py <<- END
	import os, socket, sys, threading
	def talk():
	    with socket.create_connection(("127.0.0.1", $port)) as s:
	        s.sendall(b"x")
	        s.shutdown(socket.SHUT_WR)
	        assert s.recv(10) == b"x"
	threads = [threading.Thread(target=talk) for i in range(2)]
	for t in threads: t.start()
	for t in threads: t.join()
	if os.fork() == 0:
	    os.execvp("sh", ["sh", "-c", "echo child | tcp_client 127.0.0.1 $port"])
	if os.fork() == 0:
	    parent = os.getppid()
	    while os.getppid() == parent: pass
	    talk()
	    os._exit(0)
	END
	run timeout 20 socktrace -o calls python3 threads.py
	equal "$status" 0
	ends "$pid"
	wait_for 'the last close' eval "[ \$(grep -c ' close(.*) = 0 \[127' calls) -eq 4 ]"
	equal "$(grep -c ' connect(.*) = 0 \[ESTABLISHED' calls)" 4
	equal "$(grep -oE ' connect\(.*\) = 0 .*' calls | grep -oE '127.0.0.1:[0-9]+ ' | sort -u | wc -l)" 4
	grep -q ' tcp_client/[0-9]* connect(' calls
	equal "$(grep -o ' python3[^ ]* connect' calls | sort -u | wc -l)" 3
}

@test "a static musl program, nc, curl, socat and a shell pipeline are told" {
	need musl-gcc nc curl socat python3
	musl-gcc -static -o static "$root/tcp_client/tcp_client.c"
	serve log tcp_server 0
	for command in './static 127.0.0.1 PORT' 'nc -N 127.0.0.1 PORT' 'socat - TCP:127.0.0.1:PORT' \
		'curl -sm 1 telnet://127.0.0.1:PORT' 'sh -c "cat | tcp_client 127.0.0.1 PORT | cat"'; do
		echo hello | eval "timeout 20 socktrace -o calls ${command/PORT/$port}" > out || true
		grep -q ' connect(.*ESTABLISHED\| connect(.*EINPROGRESS' calls
		grep -qE ' (send|write)\(.*\) = 6 \[ESTABLISHED' calls
		rm calls
	done
}

@test "files, pipes, Unix sockets and getaddrinfo's own sockets are not told" {
	need python3
	run socktrace -o calls python3 -c '
import socket, subprocess
a, b = socket.socketpair()
a.send(b"x"); b.recv(1); a.close(); b.close()
socket.getaddrinfo("localhost", 80)
subprocess.run(["cat", "/etc/hosts"], stdout=subprocess.DEVNULL)'
	equal "$status" 0
	equal "$(wc -l < calls)" 1
}

@test "100 MB go through it unharmed, both ways" {
	serve log socktrace -o server.log halfclose server -n 1 0
	equal "$(head -c 100000000 /dev/zero | socktrace -o client.log halfclose client 127.0.0.1 "$port")" '0 1 100000000'
	equal "$(sed -n 's/.* recv(.*) = \([0-9]*\) .*/\1/p' server.log | awk '{ sum += $1 } END { print sum }')" 100000000
}

@test "-d holds a call back, for a time or until the connection is so far" {
	serve log socktrace -d close=CLOSED halfclose server -n 1 0
	echo hello | socktrace -o calls -d send=300 -d close=acked halfclose client -x 127.0.0.1 "$port" 2> /dev/null || true
	ends "$pid"
	clock() { awk -v call="$1" 'index($0, call) { split($1, t, ":"); printf "%.6f", t[1] * 3600 + t[2] * 60 + t[3]; exit }' calls; }
	awk -v from="$(clock ' = 0 [ESTABLISHED')" -v to="$(clock 'send(')" 'BEGIN { exit !(to - from >= 0.3) }'
	run --separate-stderr socktrace -d accept=1 -d close=5,nth=99 true
	equal "$status" 0
	equal "$stderr" 'socktrace: -d accept=1: never applied
socktrace: -d close=5,nth=99: never applied'
}

@test "a rule that is none is refused, and the place named" {
	while read -r rule place; do
		run --separate-stderr socktrace -d "$rule" true
		equal "$rule: $status" "$rule: 2"
		like "$stderr" "socktrace: *$place*"
	done <<- 'END'
	accept no '='
	open=5 'open' is no call
	accept=x -d: 'x' is not a number
	accept=60001 '60001'
	accept=5,nth=0 nth: '0' is not a whole number from 1
	accept=5,nth=1.5 nth: '1.5' is not a whole number
	accept=1.2.3 '1.2.3' is not a number from 0 to 60000
	accept=.5 '.5' is not a number
	accept=. '.' is not a number
	recv=1.5B '1.5' is not a whole number
	accept=5,each=3 'each=3' is not nth=N
	close=ESTABLISH 'ESTABLISH'
	shutdown=xB 'x' is not a whole number
	END
}

@test "an ordinary user can have it; what it takes from a program is told" {
	need setpriv
	cp "$(command -v id)" suid
	chmod 777 . && chmod 4755 suid
	run as_user socktrace ./suid -u
	if [ "$(id -u)" -eq 0 ]; then
		equal "$output" "socktrace: suid is set-user-ID or set-group-ID: under an observer it runs without these privileges
65534"
	fi
	equal "$status" 0
}

@test "where it cannot trace the program runs on, and a line says so" {
	need setpriv python3
	# a process that is traced already cannot be traced again
	run --separate-stderr socktrace -o outer socktrace -o inner sh -c 'echo it runs; exit 3'
	equal "$status $output" '3 it runs'
	like "$stderr" 'socktrace: sh runs without being traced: ptrace(2) or seccomp(2) is not permitted*'
}

@test "a full disk is told once, by name, and the program goes on" {
	[ -w /dev/full ] || skip 'no /dev/full'
	serve log tcp_server -n 1 0
	run --separate-stderr eval "echo hello | socktrace -o /dev/full tcp_client 127.0.0.1 $port"
	equal "$status $output" '0 hello'
	equal "$stderr" 'socktrace: /dev/full: the calls are not logged any more: No space left on device'
}

@test "a call that a signal interrupts, and whose handler makes calls, comes again, and is told once" {
	start log socktrace -o calls tcp_server -n 2 127.0.0.1 0
	wait_for listening grep -q listening log
	port=$(sed -n 's/.* port //p' log)
	for client in 1 2; do
		equal "$(echo $client | tcp_client 127.0.0.1 "$port")" $client
		# its child has ended, and the parent, in accept, was told
		wait_for "the end of child $client" eval \
			'! pgrep -P "$pid" > /dev/null'
	done
	ends "$pid"
	equal "$(grep -c ' accept(3) = 4 ' calls)" 2
	equal "$(grep -c ' accept(3) = -1 ' calls || :)" 0
}

@test "a call can be held until a file is there" {
	serve log tcp_server -n 1 0
	start held socktrace -d "connect=$PWD/go" -o calls tcp_client 127.0.0.1 "$port" < /dev/null
	wait_for 'its socket' grep -q ' socket(' calls
	run ! grep -q ' connect(' calls
	: > go
	ends "$pid"
	grep -q ' connect(3, .*) = 0 ' calls
	run --separate-stderr socktrace -d connect=/ true # it is there, and never asked for
	equal "$stderr" 'socktrace: -d connect=/: never applied'
}
