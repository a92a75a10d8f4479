#!/usr/bin/env bats
# socktrace logs the calls of any program, and does not change what the program does.

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
	grep -qE ' tcp_server close\([0-9]+\) = 0 \[ESTABLISHED ' log # the child still has the socket
	grep -qE ' tcp_server/2 close\([0-9]+\) = 0 \[127' log
	grep -qE ' setsockopt\([0-9]+, SO_REUSEADDR, 1\) = 0 ' log
	grep -qE ' setsockopt\([0-9]+, SO_SNDTIMEO, 10 s\) = 0 ' client.log
}

@test "connect is in SYN_SENT while it waits; IPv6, too" {
	for family in 4 6; do
		"$root/scripts/lab" -$family sh -c '
			: > log
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
	# even if it is killed while it starts, no process keeps the pipe open
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

@test "100 MB go through it unharmed, both ways at once" {
	need python3
	serve log socktrace -o server.log tcp_server -n 1 0
	cat > both.py <<- 'END'
	import hashlib, socket, sys, threading
	s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
	block = bytes(range(256)) * 3907 # times a prime number, so that a shift is noticed
	sent, came, got = hashlib.sha256(), hashlib.sha256(), 0
	def send():
	    for i in range(100):
	        s.sendall(block)
	        sent.update(block)
	    s.shutdown(socket.SHUT_WR)
	t = threading.Thread(target=send)
	t.start()
	while data := s.recv(1 << 20):
	    came.update(data)
	    got += len(data)
	t.join()
	print(got, sent.digest() == came.digest())
	END
	equal "$(timeout 60 socktrace -o client.log python3 both.py "$port")" '100019200 True'
	ends "$pid"
	for log in 'server.log recv' 'server.log send' 'client.log recv' 'client.log send'; do
		equal "$log $(sed -n "s/.* ${log#* }(.*) = \([0-9]*\) .*/\1/p" "${log% *}" | awk '{ sum += $1 } END { print sum }')" "$log 100019200"
	done
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

@test "-d close=acked waits for nothing if the connection was refused: its SYN is never acknowledged" {
	rules='-d close=acked' traced refused # an error made this wait 60 s
	like "$(tail -n 2 calls)" 'calls close(3) = 0 \[127.*'
}

@test "a rule that is none is refused, and the place named" {
	while read -r rule place; do
		run --separate-stderr socktrace -d "$rule" true
		equal "$rule: $status" "$rule: 2"
		like "$stderr" "socktrace: *$place*"
	done <<- 'END'
	accept no '='
	open=5 'open' is not a call
	accept=x -d: 'x' is not a number
	accept=60001 '60001'
	accept=5,nth=0 nth: '0' is not a whole number from 1
	accept=5,nth=1.5 nth: '1.5' is not a whole number
	accept=1.2.3 '1.2.3' is not a number from 0 to 60000
	accept=.5 '.5' is not a number
	accept=5. '5.' is not a number
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
		equal "$output" "socktrace: suid is set-user-ID or set-group-ID: while it is traced, it runs without these privileges
65534"
	fi
	equal "$status" 0
}

@test "where it cannot trace the program runs on, and a line says so" {
	need setpriv python3
	# a process that is traced already cannot be traced again
	run --separate-stderr socktrace -o outer socktrace -o inner sh -c 'echo it runs; exit 3'
	equal "$status $output" '3 it runs'
	like "$stderr" 'socktrace: socktrace uses ptrace(2) on a task that socktrace traces: *
socktrace: sh runs without being traced: ptrace(2) or seccomp(2) is not permitted*'
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
		# the child has ended, and the parent, in accept(), has got SIGCHLD
		wait_for "the end of child $client" eval \
			'! pgrep -P "$pid" tcp_server > /dev/null'
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
	run --separate-stderr socktrace -d connect=/ true # this file exists, but connect() is never called
	equal "$stderr" 'socktrace: -d connect=/: never applied'
}

# traced WHAT...: runs tests/calls.c under socktrace, with the options $rules. The log,
# without times, heading and ports, is in `calls`; stderr is in `said`.
rules=
traced() {
	[ -x "$BATS_RUN_TMPDIR/calls" ] || {
		cc -pthread -o "$BATS_RUN_TMPDIR/calls.$$" "$root/tests/calls.c"
		mv "$BATS_RUN_TMPDIR/calls.$$" "$BATS_RUN_TMPDIR/calls"
	}
	rm -f log
	local status=0
	# shellcheck disable=SC2086 # words
	timeout 30 socktrace $rules -o log "$BATS_RUN_TMPDIR/calls" "$@" 2> said 3>&- 4>&- || status=$?
	sed '1d; s/^[^ ]* //; s/\(\.[0-9]*\):[1-9][0-9]\{2,\}/\1:P/g' log > calls
	return $status
}

@test "threads, forks, execs and signals at random go on as without it" {
	cc -pthread -o stress "$root/tests/stress.c"
	for ((seed = 1; seed <= ${SEEDS:-20}; seed++)); do
		rules=('' '-d listen=7' '-d recv=3,nth=2 -d close=5' '-d connect=4 -w')
		plain=0 observed=0
		timeout 20 "$PWD/stress" "$seed" > plain.out || plain=$?
		# shellcheck disable=SC2086 # words
		timeout 60 socktrace ${rules[seed % 4]} -o log "$PWD/stress" "$seed" > observed.out 2> said || observed=$?
		equal "seed $seed: $observed" "seed $seed: $plain"
		diff plain.out observed.out
		equal "seed $seed: $(grep -v 'CLONE_UNTRACED\|: never applied$' said)" "seed $seed: "
	done
}

@test "exec out of a call that waits, or while another thread is held, ends nothing" {
	need python3
	cat > exec.py <<- 'END'
	import os, signal, socket, sys, threading
	l = socket.socket()
	l.bind(("127.0.0.1", 0))
	def go_on(*_):
	    os.execvp("python3", ["python3", "-c", "import socket; socket.socket().close(); print('went on')"])
	if sys.argv[1] == "signal":
	    l.listen()
	    c = socket.create_connection(l.getsockname())
	    signal.signal(signal.SIGALRM, go_on)
	    signal.setitimer(signal.ITIMER_REAL, 0.1)
	    c.recv(1)
	else:
	    threading.Timer(0.1, go_on).start()
	    l.listen()
	END
	for way in signal thread; do
		run --separate-stderr timeout 20 socktrace -d listen=1000 -o "$way" python3 exec.py "$way"
		equal "$status $output" '0 went on'
		equal "$(sed -n '$s/^[^ ]* //p' "$way")" 'python3 exit 0'
	done
	grep -q ' recv(.*) \.\.\. \[' signal
	run ! grep -q ' listen(' thread
}

@test "a thread that has ended before its beginning is known leaves no word, and nothing behind" {
	traced brief
	equal "$(cat said calls)" ''
}

@test "many threads with few descriptors are all seen; what is not is announced, once" {
	need python3 prlimit
	cat > threads.py <<- 'END'
	import socket, sys, threading
	together = threading.Barrier(15)
	def talk():
	    together.wait()
	    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	    together.wait()
	    s.sendto(b"x", ("127.0.0.1", 9))
	    together.wait()
	    s.close()
	for i in range(2):
	    threads = [threading.Thread(target=talk) for i in range(15)]
	    for t in threads: t.start()
	    for t in threads: t.join()
	    if i == 0 and sys.stdin.readline() == "": break
	END
	(ulimit -n 24; socktrace -o few python3 threads.py < /dev/null) 2> said
	equal "$(grep -c ' sendto(.*) = 1 ' few) $(cat said)" '15 '

	start_with_input said socktrace -o calls python3 threads.py
	wait_for 'the first threads' eval "[ \$(grep -c ' close(' calls) -eq 15 ]"
	prlimit --pid "$(sed -n 's/^TracerPid:\t//p' "/proc/$pid/status")" --nofile=2
	echo go on >&9
	ends "$pid"
	exec 9>&-
	equal "$(grep -c '' said)" 2 # send and close
	like "$(head -n 1 said)" 'socktrace: *: send on descriptor * cannot be logged, nor can later ones like it: *: Too many open files'
}

@test "descriptors 0 to 2 that are closed at the start are so for the program, and no matter for the log" {
	traced # builds it
	for closed in '<&-' '>&-' '<&- >&- 2>&-' '2>&-'; do
		rm -f log
		eval "socktrace -o log '$BATS_RUN_TMPDIR/calls' refused $closed"
		grep -q ' getsockopt([0-9]*, SO_ERROR, ECONNREFUSED) = 0 ' log
	done
	for closed in '<&-' '<&- >&-' '<&- >&- 2>&-'; do
		: > seen
		eval "socktrace -o log sh -c 'ls /proc/\$\$/fd > seen' $closed"
		equal "$closed: $(grep -c '^0$' seen)" "$closed: 0"
	done
}

@test "whoever reads from the program, from whatever descriptor, sees its end" {
	mkfifo pipe
	{
		cat pipe > /dev/null
		: > ended
	} 3>&- 4>&- &
	start log socktrace -o calls sh -c 'exec 9>&-; exec sleep 100' 9> pipe
	wait_for 'the end of its output' test -e ended
}

@test "a program that is to ignore SIGCHLD, or to have it blocked, is traced, too" {
	need python3
	equal "$(timeout 10 sh -c 'trap "" CHLD; exec socktrace -o calls sh -c "(exit 3); echo here"')" here
	run --separate-stderr python3 -c '
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
os.execvp("socktrace", ["socktrace", "python3", "-c", "import signal; print(signal.sigpending())"])'
	equal "$status $output $stderr" '0 set() '
}

@test "a child that is not to be traced runs, and a line says how" {
	traced untraced
	equal "$(cat said)" "socktrace: calls creates a child with CLONE_UNTRACED: it is traced nevertheless, or its calls would fail"
	equal "$(grep -c ' socket(' calls)" 2
}

@test "a file that grows no more is named with its own reason" {
	need python3
	run --separate-stderr bash -c 'ulimit -f 1; exec socktrace -o small python3 -c "
import socket
for i in range(100): socket.socket().close()
print(\"went on\")"'
	equal "$status $output" '0 went on'
	equal "$stderr" 'socktrace: small: the calls are not logged any more: File too large'
	equal "$(wc -c < small)" 1024
}

@test "a log in a pipe that is full, and that the program has made non-blocking, is whole" {
	need python3
	socktrace python3 -c '
import fcntl, os, socket
fcntl.fcntl(2, 1031, 4096) # F_SETPIPE_SZ
os.set_blocking(2, False)
for i in range(500): socket.socket().close()' 2>&1 > /dev/null | python3 -c '
import fcntl, struct, sys, termios, time
while struct.unpack("i", fcntl.ioctl(0, termios.FIONREAD, b"1234"))[0] < 3900: pass
time.sleep(0.1) # by then, the pipe is full
sys.stdout.write(sys.stdin.read())' > log
	equal "$(grep -c ' close([0-9]*) = 0$' log)" 500
}

@test "close() takes as long for one of 4,000 sockets as for one of few" {
	need python3
	cat > many.py <<- 'END'
	import resource, socket
	resource.setrlimit(resource.RLIMIT_NOFILE, (5000, 5000))
	l = socket.socket()
	l.bind(("127.0.0.1", 0))
	l.listen(10)
	ends = []
	for i in range(2000):
	    ends.append(socket.create_connection(l.getsockname()))
	    ends.append(l.accept()[0])
	for s in ends: s.close()
	END
	[ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 5000 ] || skip "'ulimit -Hn' allows fewer descriptors"
	timeout 20 socktrace -o calls python3 many.py # an error made this take minutes
	equal "$(grep -cE ' close\([0-9]+\) = 0 \[127[^ ]* 127[^ ]*\]$' calls)" 4000
}

@test "TERM, INT and HUP end a call that is held, as one that waits" {
	traced # builds it
	for signal in TERM INT HUP; do
		for how in handle die; do
			start log2 socktrace -d "listen=$PWD/nowhere" -o "$signal.$how" "$BATS_RUN_TMPDIR/calls" $how listen
			wait_for 'the socket' grep -q ' socket(' "$signal.$how"
			wait_for 'the stop' eval "grep -qi '^State:.t' /proc/$pid/status"
			kill -CHLD "$pid" # a signal that ends no delay
			kill -$signal "$pid"
			if [ $how = handle ]; then ends "$pid" 5; else ends "$pid" $((128 + $(kill -l $signal))); fi
		done
		like "$(tail -n 1 $signal.die)" "* killed by SIG$signal \[*"
	done
}

@test "each way to send, to receive and to close is logged" {
	traced pair vectors vectors2 messages sendfile splice dup range
	equal "$(sed '1,/^calls close(5)/d; s/ \[ESTABLISHED [^]]*\]$//' calls)" 'calls writev(3, 10) ...
calls writev(3, 10) = 10
calls readv(4) ...
calls readv(4) = 10
calls pwritev2(3, 10) ...
calls pwritev2(3, 10) = 10
calls preadv2(4) ...
calls preadv2(4) = 10
calls sendmmsg(3, 2 messages, MSG_NOSIGNAL) ...
calls sendmmsg(3, 2 messages, MSG_NOSIGNAL) = 2
calls recvmmsg(4, 2 messages, MSG_DONTWAIT) = 2
calls sendfile(3, 100) ...
calls sendfile(3, 100) = 100
calls recv(4, MSG_WAITALL) ...
calls recv(4, MSG_WAITALL) = 100
calls splice(5, 3, 5) ...
calls splice(5, 3, 5) = 5
calls splice(4, 6, 5) ...
calls splice(4, 6, 5) = 5
calls dup2(0, 4) = 4 [127.0.0.1:P 127.0.0.1:P]
calls close_range(3, 4294967295) = 0 [127.0.0.1:P 127.0.0.1:P]
calls exit 0'
	grep -q '^calls dup2(4, 3) = 3 \[127.0.0.1:P\]$' calls # 3 was the listening socket
	grep -q '^calls close(4) = 0 \[ESTABLISHED ' calls	# the socket is also 3 now
	traced pair dup3 # newer architectures have only dup3()
	equal "$(sed '1,/^calls close(5)/d; s/ \[[^]]*\]$//' calls)" 'calls dup3(0, 4) = 4
calls dup2(0, 3) = 3
calls exit 0'
}

@test "vfork, clone3 and exec from a thread are followed" {
	for way in vfork clone3 thread; do
		traced $way
		equal "$way: $(grep -v exit calls)" "$way: calls socket(AF_INET, SOCK_DGRAM) = 3
calls close(3) = 0"
	done
}

@test "io_uring is announced, once, as what cannot be seen" {
	status=0
	traced ring || status=$?
	[ $status -ne 77 ] || skip 'no io_uring here'
	equal "$(cat said)" 'socktrace: calls has set up an io_uring: what it calls through that is not logged'
}

@test "the end of a program is the end of its log, with what the kernel closed for it" {
	status=0
	traced pair exit || status=$?
	equal "$status $(grep -c '^calls exit 3 \[ESTABLISHED 127.0.0.1:P 127.0.0.1:P\]$' calls)" '3 2'
	traced pair kill || status=$?
	equal "$status $(grep -c '^calls killed by SIGKILL \[ESTABLISHED 127.0.0.1:P 127.0.0.1:P\]$' calls)" '137 2'
	# a child still has the sockets
	traced pair half || status=$?
	equal "$status $(tail -n 1 calls)" '4 calls exit 4'
}

@test "-w logs what poll, select and epoll_wait wait for, and what comes" {
	need python3
	cat > waits.py <<- 'END'
	import os, select, socket
	l = socket.socket()
	l.bind(("127.0.0.1", 0))
	l.listen()
	c = socket.create_connection(l.getsockname())
	d = l.accept()[0]
	p = select.poll()
	p.register(d, select.POLLIN)
	p.register(0, select.POLLIN)
	p.poll(10)
	c.send(b"x")
	p.poll()
	select.select([l, d], [c], [], 5)
	e = select.epoll()
	e.register(d, select.EPOLLIN | select.EPOLLET)
	e.poll(5)
	e.poll(0)
	p = select.poll()
	p.register(0, select.POLLIN) # 0 is no socket
	p.poll(10)
	END
	mkfifo nothing
	exec 8<> nothing
	socktrace -w -o log python3 waits.py <&8 8>&- 3>&- 4>&-
	exec 8>&-
	equal "$(sed -n 's/^[^ ]* python3 \([a-z_]*poll\|select\|epoll_wait\)(/\1(/p' log | sed 's/127.0.0.1:[0-9]*/A/g')" 'poll(5 POLLIN, 0 POLLIN, 10 ms) ... [ESTABLISHED A A]
poll(5 POLLIN, 0 POLLIN, 10 ms) = 0 [ESTABLISHED A A]
poll(5 POLLIN, 0 POLLIN) ... [ESTABLISHED A A]
poll(5 POLLIN, 0 POLLIN) = 1 (5 POLLIN) [ESTABLISHED A A]
select(3 read, 4 write, 5 read, 5000 ms) ...
select(3 read, 4 write, 5 read, 5000 ms) = 2 (4 write, 5 read)
epoll_wait(6: 5 EPOLLIN|EPOLLET, 5000 ms) ... [ESTABLISHED A A]
epoll_wait(6: 5 EPOLLIN|EPOLLET, 5000 ms) = 1 (5 EPOLLIN) [ESTABLISHED A A]
epoll_wait(6: 5 EPOLLIN|EPOLLET, 0 ms) = 0 [ESTABLISHED A A]'
	rm log
	socktrace -o log python3 waits.py < /dev/null
	run ! grep -q 'poll\|select' log
}

@test "time and state of a line belong together, for a call that does not wait, too" {
	traced refused
	equal "$(sed -n 2,5p calls)" 'calls getsockopt(3, SO_ERROR, 0) = 0 [CLOSED]
calls connect(3, 127.0.0.1:1) ... [CLOSED]
calls connect(3, 127.0.0.1:1) = -1 EINPROGRESS (Operation now in progress) [CLOSED 127.0.0.1:P 127.0.0.1:1]
calls getsockopt(3, SO_ERROR, ECONNREFUSED) = 0 [CLOSED 127.0.0.1:P 127.0.0.1:1]'
	need python3
	socktrace -o log python3 -c '
import socket
l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen()
c = socket.socket(); c.setblocking(False); c.connect_ex(l.getsockname())
c.shutdown(socket.SHUT_WR)' 3>&- 4>&-
	equal "$(sed -n 's/^[^ ]* python3 \(connect\|shutdown\)(/\1(/p' log | sed 's/127.0.0.1:[0-9]*/A/g; s/FIN_WAIT[12]/FIN_WAIT/')" 'connect(4, A) ... [CLOSED]
connect(4, A) = -1 EINPROGRESS (Operation now in progress) [ESTABLISHED A A]
shutdown(4, SHUT_WR) ... [ESTABLISHED A A]
shutdown(4, SHUT_WR) = 0 [FIN_WAIT A A]'
}

@test "no string of the program's can forge a line, and memory that cannot be read is no zero" {
	traced pair options bad
	equal "$(sed '1,/^calls close(5)/d; /exit 0/d; / \.\.\. /d; s/ \[[^]]*\]$//' calls)" 'calls setsockopt(3, SO_BINDTODEVICE, "x\x22\x29 \x3d 0 \x5bLISTEN\x5d\x0a00:00") = -1 ENODEV (No such device)
calls setsockopt(3, TCP_CONGESTION, "a\x5c\x1b\x5b1m") = -1 ENOENT (No such file or directory)
calls setsockopt(3, TCP_CONGESTION, "reno") = 0
calls setsockopt(3, SO_KEEPALIVE, ?) = -1 EFAULT (Bad address)
calls setsockopt(3, SO_LINGER, ?) = -1 EFAULT (Bad address)
calls connect(3, ?) = -1 EFAULT (Bad address)
calls sendmsg(3, ?) = -1 EFAULT (Bad address)
calls writev(3, ?) = -1 EFAULT (Bad address)'
}

@test "memory of which a part cannot be read is a ?, and a long vector has all its bytes" {
	rules=-w traced pair part
	equal "$(sed '1,/^calls close(5)/d; /exit 0/d; / \.\.\. /d; s/ \[[^]]*ESTABLISHED [^]]*\]$//' calls)" 'calls socket(AF_INET, SOCK_STREAM) = 5 [CLOSED]
calls poll(3 POLLOUT, ?, 0 ms) = -1 EFAULT (Bad address)
calls select(3 write, ?, 0 ms) = -1 EFAULT (Bad address)
calls pselect(3 write, 0 ms) = -1 EFAULT (Bad address)
calls sendmmsg(3, 2 messages, ?) = -1 EFAULT (Bad address)
calls setsockopt(3, SO_KEEPALIVE, ?) = -1 EINVAL (Invalid argument)
calls writev(3, 100) = 100
calls bind(5, 127.0.0.1:0) = 0 [CLOSED 127.0.0.1:P]
calls connect(5, ?) = -1 EFAULT (Bad address) [CLOSED 127.0.0.1:P]
calls listen(5, 1) = 0 [LISTEN 127.0.0.1:P]'
}

@test "an IPv4 address in an IPv6 socket is named as what its packets have" {
	traced mapped
	equal "$(sed -n 2,4p calls)" 'calls connect(3, 127.0.0.1:9) = 0 [127.0.0.1:P 127.0.0.1:9]
calls send(3, 1) ... [127.0.0.1:P 127.0.0.1:9]
calls send(3, 1) = 1 [127.0.0.1:P 127.0.0.1:9]'
}

@test "a program that is PID 1, or adopts orphans, waits for its own children only" {
	need python3 unshare
	cat > wait.py <<- 'END'
	import ctypes, os, socket
	ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) # PR_SET_CHILD_SUBREAPER
	s = socket.socket()
	s.bind(("127.0.0.1", 0))
	if os.fork() == 0: os._exit(0)
	count = 0
	while True:
	    try: os.wait()
	    except ChildProcessError: break
	    count += 1
	print(count, flush=True)
	os._exit(7)
	END
	# shellcheck disable=SC2086 # words
	for way in '' 'unshare --user --map-root-user --pid --fork --kill-child --mount-proc'; do
		rm -f log
		run --separate-stderr timeout -s KILL 20 $way socktrace -d accept=1 -o log python3 wait.py
		equal "$status $output $stderr" '7 1 socktrace: -d accept=1: never applied'
		like "$(tail -n 1 log)" '* python3 exit 7 \[*127.0.0.1:*\]'
	done
}

@test "whoever reads from the program's stderr, a socket or a pipe, sees its end, with -o and without" {
	need python3
	cat > reader.py <<- 'END'
	import os, signal, socket, subprocess, sys
	def pipe():
	    r, w = os.pipe()
	    return open(r, "rb", 0).read, open(w, "wb", 0)
	def pair():
	    with socket.create_server(("127.0.0.1", 0)) as l:
	        c = socket.create_connection(l.getsockname())
	        return c.makefile("rb").read, l.accept()[0]
	for make in pipe, pair:
	    read, end = make()
	    program = subprocess.Popen(sys.argv[1:] + ["sh", "-c", "sleep 100 <&- >&- 2>&- & echo $!; exec >&- 2>&-; wait"],
	        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=end)
	    end.close()
	    read()
	    os.kill(int(program.stdout.readline()), signal.SIGKILL)
	    program.wait()
	END
	timeout 20 python3 reader.py socktrace -o log
	timeout 20 python3 reader.py socktrace
}

@test "limits of the program's do not end the tracer, nor the program by it" {
	equal "$( (ulimit -f 0; exec socktrace -o small echo runs) 2>&1 | cat)" 'socktrace: small: the calls are not logged any more: File too large
runs'
	start log bash -c 'ulimit -St 7; ulimit -Sv 4000000; exec socktrace sleep 100'
	wait_for sleep eval "grep -q sleep /proc/$pid/comm"
	equal "$(sed -n 's/^Max cpu time *\([^ ]*\) .*/\1/p' "/proc/$(sed -n 's/^TracerPid:\t//p' "/proc/$pid/status")/limits")" unlimited
}

@test "a call for which the program's own filter asks a tracer fails, as without socktrace" {
	traced ask
	equal "$(cat said)" 'socktrace: calls has a seccomp filter of its own: calls that this refuses are not logged'
}

@test "what fails while it is traced, or is done in another way, is announced, once" {
	traced strict
	equal "$(cat said)" 'socktrace: calls asks for strict seccomp: while it is traced, that fails, run it without socktrace'
	traced traceme
	equal "$(cat said)" 'socktrace: calls uses ptrace(2) on a task that socktrace traces: that fails, run it without socktrace'
	status=0
	traced pair submit || status=$?
	[ $status -eq 77 ] || equal "$status $(cat said)" '0 socktrace: calls uses io_submit on a socket: that is not logged'
}

@test "a program that an ordinary user may not look into is announced, and so are lost file capabilities" {
	need setpriv
	traced # builds it
	chmod 777 . && cp "$BATS_RUN_TMPDIR/calls" mine && chmod 755 mine
	equal "$(as_user socktrace -o hidden ./mine hide 2>&1)" 'socktrace: mine may not be looked into (it is not dumpable, or not readable): of its calls only socket() is logged'
	[ "$(id -u)" -eq 0 ] && setcap cap_net_raw+ep mine || skip 'no setcap here'
	equal "$(as_user socktrace -o hidden ./mine 2>&1)" 'socktrace: mine has file capabilities: while it is traced, it runs without these privileges'
}

@test "calls by the gate of 32-bit programs are announced, once" {
	status=0
	traced gate || status=$?
	[ $status -ne 77 ] || skip 'no 32-bit calls here'
	equal "$status $(cat said)" '0 socktrace: calls makes 32-bit calls: these are not logged'
}

@test "a domain with more than an int has, and a task without a name, are logged" {
	traced odd
	equal "$(head -n 1 calls)" 'calls socket(AF_INET, SOCK_DGRAM) = 3'
	traced nameless
	equal "$(head -n 1 calls)" '? socket(AF_INET, SOCK_DGRAM) = 3'
}

@test "a file of a rule may have a comma; a rule for poll() needs -w" {
	: > a,b
	socktrace -d "listen=$PWD/a,b,nth=1" -o log true 2> said
	equal "$(cat said)" "socktrace: -d listen=$PWD/a,b,nth=1: never applied"
	run --separate-stderr socktrace -d poll=5 true
	equal "$status $stderr" "2 socktrace: -d poll=5: 'poll' is logged with -w only"
	run --separate-stderr socktrace -d poll=5 -w true
	equal "$status $stderr" '0 socktrace: -d poll=5: never applied'
}

@test "a call that a signal interrupts is logged with what the program sees of it" {
	traced eintr
	equal "$(sed '1,/^calls close(5)/d; s/ \[.*//' calls | grep -v '(5)\|socket\|exit')" 'calls recv(4) ...
calls recv(4) = -1 EINTR (Interrupted system call)
calls recv(4) ...
calls send(3, 1) ...
calls send(3, 1) = 1
calls recv(4) = -1 EINTR (Interrupted system call)
calls recv(4) ...
calls recv(4) = 1'
	traced restart
	equal "$(sed '1,/^calls close(5)/d; s/ \[.*//' calls | grep -v 'exit')" 'calls recv(4) ...
calls socket(AF_INET, SOCK_DGRAM) = 5
calls close(5) = 0
calls socket(AF_INET, SOCK_DGRAM) = 5
calls close(5) = 0
calls send(3, 1) ...
calls send(3, 1) = 1
calls recv(4) = 1'
}

@test "a socket that exec closes has a line, and one that a call outlives, too" {
	traced exec
	equal "$(tail -n 2 calls)" 'calls close-on-exec(4) = 0 [127.0.0.1:P 127.0.0.1:P]
calls exit 0 [CLOSE_WAIT 127.0.0.1:P 127.0.0.1:P]'
	for round in {1..5}; do # the thread in recv() may end before the first thread, or after it
		traced inuse
		equal "$round: $(grep -c '^calls exit 0 \[[A-Z_]* 127.0.0.1:P 127.0.0.1:P\]$' calls)" "$round: 2"
	done
	traced byte
	equal "$(grep 'recv' calls)" 'calls/2 recv(4) ... [ESTABLISHED 127.0.0.1:P 127.0.0.1:P]
calls/2 recv(4) = 1 [127.0.0.1:P 127.0.0.1:P]'
}
