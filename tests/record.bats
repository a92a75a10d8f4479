#!/usr/bin/env bats
# scripts/record draws any program; and a demo can play other programs.

load helper

record=$root/scripts/record

@test "a server of Python's and curl: calls, states and segments of both on one page" {
	need python3 curl
	folder=$(mktemp -d) # a folder that an ordinary user can reach
	chmod 777 "$folder"
	cd "$folder"
	run --separate-stderr as_user env HOME="$folder" timeout 60 "$record" -o page \
		--server 'python3 -m http.server 8000' --client 'curl -s http://server:8000/'
	echo "$stderr"
	equal "$status" 0
	like "$output" '*client 192.0.2.1:40000 *server 192.0.2.2:8000*'
	like "$output" '*SYN_SENT*SYN seq 0*ESTABLISHED*SYN ACK*shutdown\(*CLOSE_WAIT*FIN PSH ACK*'
	for call in 'listen(.*) = 0' 'connect(.*) = ' 'accept(.*) = ' 'recv(.*) = ' 'send(.*) = ' 'close(.*) = 0'; do
		grep -q "$call" <<< "$output" || { echo "$call is missing"; false; }
	done
	like "${lines[-1]}" "wireshark */page/server.pcap"
	tcpdump -nr page/client.pcap 2> /dev/null | grep -q 'Flags \[S\]'
	rm -rf "$folder"
}

@test "nc, socat and a shell pipeline, over IPv6, too" {
	need nc socat
	run --separate-stderr timeout 60 "$record" -o nc --server 'nc -l 9000' --client 'echo hi | nc -N server 9000'
	equal "$status" 0
	like "$output" '*write(3*PSH ACK seq 1 ack 1 len 3*'
	run --separate-stderr timeout 60 "$record" -6 -o socat --server 'socat TCP6-LISTEN:9000 EXEC:cat' \
		--client 'echo hi | socat - TCP6:server:9000'
	equal "$status" 0
	like "$output" '*2001:db8::1*PSH ACK seq 1 ack 1 len 3*PSH ACK seq 1 ack [45] len 3*'
}

@test "another program in a demo's role is held to the same promise" {
	need python3
	cat > server.py <<- 'END'
	import socket
	with socket.create_server(("0.0.0.0", 9000)) as listener:
	    connection, peer = listener.accept()
	    while data := connection.recv(4096):
	        connection.sendall(data)
	    connection.close()
	END
	run --separate-stderr timeout 60 "$root/scripts/demo" -q -o out --server "python3 $PWD/server.py" echo
	equal "$status" 0
	like "$output" 'ok *echo *'
	sed -i 's/sendall(data)/sendall(data[1:])/' server.py
	run --separate-stderr timeout 60 "$root/scripts/demo" -q -o out --server="python3 $PWD/server.py" echo
	equal "$status" 1
	like "$stderr" '*echo: the promise was not kept*+< PSH ACK    seq 1    ack 5    len 3*'
}

@test "three clients at once: each call and state is of its own connection" {
	run --separate-stderr timeout 60 "$record" -o three --server 'tcp_server -n 3 9000' --client '
		for n in 1 2 3; do echo $n | tcp_client -p 4000$n server 9000 & done; wait'
	equal "$status" 0
	for n in 1 2 3; do # each call is of this connection, and of no other
		for call in connect send recv close; do
			number=$("$root/scripts/ladder" --list three | sed -n "s/^ *\([0-9]\)  192.0.2.1:4000$n .*/\1/p")
			equal "$("$root/scripts/ladder" --events three |
				awk -F '\t' -v number="$number" '$1 == "call" && $2 == "client" && $3 == number && / = /' |
				grep -c "$call(")" 1
		done
	done
}

@test "one program on this machine, its calls beside its segments" {
	[ "$(id -u)" -eq 0 ] || skip 'recording lo takes root'
	serve log tcp_server -n 1 0
	run --separate-stderr timeout 60 "$record" -i lo -o here -- tcp_client 127.0.0.1 "$port" <<< hello
	equal "$status" 0
	like "$output" '*hello*client$ tcp_client*connect\(?, *\) = 0*FIN ACK seq 7 ack 7*wireshark */here/lo.pcap'
}

@test "wrong usage is told, with 2; what cannot be, in a line, with 1; nothing is left" {
	for arguments in '' '--server x' '--client x' '-x' '-i lo' '-i lo -d 5 -- true' '--server x --client y z' '-d' '--server' \
		'-t 0 --server x --client y' '-6 --loopback --server x --client y' '--server-stdin nowhere --server x --client y' \
		'-f wrong --server x --client y' '-d 70000 --server x --client y'; do
		run --separate-stderr "$record" $arguments
		equal "$arguments: $status" "$arguments: 2"
		like "$stderr" 'record: *\(-h for help\)'
	done
	mkdir there
	run --separate-stderr "$record" -o there --server x --client y
	equal "$status $stderr" "1 record: $PWD/there: exists already; choose another folder with -o"
	run "$record" -h
	equal "$status" 0
}

@test "a rule that never applied is reported, with 1, and what was recorded is drawn" {
	run --separate-stderr "$record" -o out -f lose=RST --server 'tcp_server -n 1 9000' --client 'tcp_client server 9000 < /dev/null'
	equal "$status" 1
	like "$output" '*SYN seq 0*FIN ACK*'
	like "$stderr" '*wire: -f lose=RST: never applied*'
}

# server FILE BODY: writes a server in Python, in which s is a TCP socket.
server() {
	set -- "$1" "${2//$'\n\t'/$'\n'}"
	cat > "$1" <<- END
	import os, socket, threading, time
	s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
	$2
	END
}

# played ARGUMENT...: runs scripts/record, which records into `out`; $output is its stdout.
played() {
	rm -rf out
	run --separate-stderr timeout 60 "$record" -o out "$@" < "${stdin:-/dev/null}"
	echo "$output" "$stderr"
}

@test "a client may open as many sockets as it likes; its first TCP connection is from port 40000" {
	need python3
	server many.py 's.bind(("", 9000)); s.listen()
	for n in range(40): s.accept()'
	cat > client.py <<- 'END'
	import socket, threading
	def talk(): sockets.append(socket.create_connection(("server", 9000)))
	sockets = []
	talk()
	threads = [threading.Thread(target=talk) for n in range(39)]
	for thread in threads: thread.start()
	for thread in threads: thread.join()
	print(len({s.getsockname()[1] for s in sockets}), sockets[0].getsockname()[1])
	udp = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for n in range(20)]
	for s in udp: s.connect(("server", 9000))
	END
	played -d 0 --server 'python3 many.py' --client 'python3 client.py'
	equal "$status" 0
	equal "$(cat out/client.python3.1.out)" '40 40000'
}

@test "a program that is not there, crashes or fails is reported: its name, its status, what it complained of" {
	need python3
	played --server './ncc -l 9000' --client 'nc server 9000'
	equal "$status $stderr" "1 record: server: './ncc -l 9000' exited with status 127: ./ncc: No such file or directory"
	played --server 'tcp_server -n 1 9000' --client 'ncc server 9000'
	equal "$status $stderr" "1 record: client: 'ncc server 9000' exited with status 127: ncc: No such file or directory"
	server crash.py 's.bind(("", 9000)); s.listen(); s.accept()[0].recv(9); os.kill(os.getpid(), 11)'
	stdin=<(echo hello) played --server 'python3 crash.py' --client 'tcp_client server 9000'
	equal "$status" 1
	like "$stderr" "*record: server: 'python3 crash.py' was killed by SIGSEGV*"
	like "$output" '*PSH ACK seq 1 ack 1 len 6*'
	server raises.py 's.bind(("", 9000)); s.listen(); c = s.accept()[0]; c.recv(9); c.close(); raise OSError("bad luck")'
	stdin=<(echo hello) played --server 'python3 raises.py' --client 'nc server 9000'
	like "$status $stderr" "1 record: server: 'python3 raises.py' exited with status 1:
  Traceback*
  OSError: bad luck"
	played --server 'tcp_server -n 1 9001' --client 'tcp_client server 9000'
	equal "$status" 1
	like "$stderr" "record: client: 'tcp_client server 9000' exited with status 1: *refused*
record: server: it listens on port 9001, not on 9000"
	grep -q 'listening on 192.0.2.2 port 9001' out/server.tcp_server.1.err
}

@test "whose tracer is killed is killed, and that is reported whenever it is, and a failure" {
	# the tracer is killed while the client runs; or when record ends the server, which waits
	while read -r moment client; do
		rm -rf out killed
		start log "$root/scripts/record" -d 0 -o out \
			--server "trap '' TERM; tcp_server -n 1 9000" --client "$client" < /dev/null
		wait_for "'$moment'" eval "grep -qs '$moment' out/server.*.log"
		kill -KILL $(pgrep -f "^socktrace -o $PWD/out/server")
		touch killed
		ends "$pid" 1
		like "$(cat log)" "record: server: '*' was killed by SIGKILL*"
		[ -s out/client.pcap ]
	done <<- 'END'
	ESTABLISHED sh -c '{ echo hello; until [ -e killed ]; do sleep 0.1; done; } | tcp_client server 9000; true'
	ended bash -c 'exec 3<> /dev/tcp/server/9000; (sleep 30 3>&3) & exit 0'
	END
}

@test "a daemon whose tracer is killed is reported, and a failure; one that ends by itself is not" {
	need python3
	server daemon.py 's.bind(("", 9000)); s.listen()
	if os.fork() == 0:
	    os.setsid(); c = s.accept()[0]; c.recv(9)
	    while not os.path.exists("go"): time.sleep(0.01)
	    c.close(); s.close()'
	start log "$root/scripts/record" -d 0 -o out --server 'python3 daemon.py' --client 'echo hello | tcp_client -e server 9000; true'
	wait_for 'the line' eval "grep -qs 'recv(4) = 6' out/server.*.log"
		kill -KILL $(pgrep -f "^socktrace -o $PWD/out/server")
	ends "$pid" 1
	equal "$(cat log)" "record: server: 'python3 daemon.py' was killed with its tracer (socktrace)"
	[ -s out/client.pcap ]
	touch go
	played -d 0 --server 'python3 daemon.py' --client 'echo hello | tcp_client -e server 9000; true'
	equal "$status $stderr" '0 '
	# a shell that has no socket has no line for its end
	played -d 0 --server 'sh -c "tcp_server -n 1 9000 & exit 0"' --client 'echo hello | tcp_client server 9000'
	equal "$status $stderr" '0 '
	echo 'os.kill(os.getpid(), 11)' | cat daemon.py - > crash.py
	played -d 0 --server 'python3 crash.py' --client 'echo hello | tcp_client -e server 9000; true'
	equal "$status $stderr" "1 record: server: 'python3 crash.py' was killed by SIGSEGV"
}

@test "a server's own loopback is its own; the client starts when it can reach the server" {
	need python3
	server proxy.py 'back = socket.create_server(("127.0.0.1", 8001))
	def backend():
	    c = back.accept()[0]
	    c.sendall(c.recv(100).upper())
	threading.Thread(target=backend).start()
	time.sleep(0.5)
	s.bind(("", 9000)); s.listen()
	c = s.accept()[0]
	b = socket.create_connection(("127.0.0.1", 8001))
	b.sendall(c.recv(100)); c.sendall(b.recv(100)); c.recv(1); c.close()'
	stdin=<(echo hello) played --server 'python3 proxy.py' --client 'tcp_client server 9000'
	equal "$status" 0
	like "$output" '*client.tcp_client printed:
  HELLO*'
	run ! grep -q 'record ended' <<< "$output"
	run ! grep -q . out/notes
	server daemon.py 'if os.fork() == 0:
	    time.sleep(0.3); s.bind(("", 9000)); s.listen(); s.accept()'
	played --server 'python3 daemon.py' --client 'tcp_client server 9000'
	equal "$status" 0
}

@test "the recorder never passes for the program: who has not closed is said, and its FIN is not drawn" {
	need python3
	server leak.py 's.bind(("", 9000)); s.listen(); c = s.accept()[0]; c.sendall(c.recv(9)); time.sleep(99)'
	stdin=<(echo hello) played --server 'python3 leak.py' --client 'tcp_client server 9000'
	equal "$status" 0
	like "$output" "*record ended the server here (SIGTERM): it had not closed*
server: 'python3 leak.py' was still open after 5 s: record ended it (SIGTERM)*"
	run ! "$root/scripts/expect" out four-way
	like "$output" 'NOT *four-way: only one end sent FIN'
	cat > stays.py <<- 'END'
	import socket, time
	s = socket.create_connection(("server", 9000)); s.send(b"x"); s.recv(9); time.sleep(99)
	END
	played -t 4 --server "tcp_server -n 1 9000" --client "python3 stays.py"
	like "$status $stderr" "1 record: client: 'python3 stays.py' did not end within 4 s"
	like "$output" "*record ended the client here (SIGTERM): it had not closed*
client: 'python3 stays.py' was still open after 4 s: record ended it (SIGTERM)*"
	run ! grep -q 'FIN\|recv(4) = 0\|ended the server' <<< "$output"
}

@test "a program that wants a terminal, or its own folder, gets them by the lines of programs.md and -h" {
	need python3 script
	# chat TERMINAL and chatd: each needs a file in its own folder
	chat() {
		printf '%s\n' '#!/usr/bin/env python3' 'import os, socket, sys' 'assert os.path.exists("own")' \
			"assert not $1 or os.isatty(0) and os.isatty(1), \"no terminal\"" \
			's = socket.create_connection((sys.argv[1], int(sys.argv[2]))); s.sendall(b"hello\n"); print(s.recv(9)); s.close()' > chat
		printf '%s\n' '#!/usr/bin/env python3' 'import os, socket' 'assert os.path.exists("own")' \
			's = socket.create_server(("", 9000)); c = s.accept()[0]; c.sendall(c.recv(9).upper()); c.recv(9); c.close()' > chatd
		touch own
		chmod +x chat chatd
	}
	{
		grep "^    scripts/record .*chat server" "$root/lab/programs.md"
		"$record" -h | sed -n "/^    --client .*chat/s/^ */scripts\/record --server 'cd server; .\/chatd' /p"
	} > lines
	equal "$(wc -l < lines)" 4
	n=0
	while read -r line; do
		mkdir $((n += 1))
		cd $n
		mkdir server client src
		terminal=False
		[[ $line != *script\ -qec* ]] || terminal=True
		for folder in . server client src; do (cd $folder; chat $terminal); done
		[[ $line != *client\ "'cd "* ]] || rm own
		run --separate-stderr timeout 60 bash -c "${line/scripts\/record/$record -d 0 -o out}" < /dev/null
		echo "$line" "$output" "$stderr"
		equal "$line: $status $stderr" "$line: 0 "
		like "$(cat out/client.*.out)" "*b'HELLO*"
		cd ..
	done < lines
	chat True # a client that needs a terminal fails without one
	run -1 "$record" -d 0 -o out --server ./chatd --client './chat server 9000'
}

@test "-a and -k are those of the lab; the server reads /dev/null, or a file" {
	need nc
	stdin=<(echo client) played -k -d 0 --server 'cat > got; cat /proc/sys/net/ipv4/tcp_sack; exec tcp_server -n 1 9000' --client 'tcp_client server 9000'
	equal "$status $(cat got) $(cat out/server.cat.1.out)" '0  1'
	echo from-the-server > lines
	played -a -d 0 --server-stdin lines --server 'nc -N -l 9000' --client 'nc server 9000'
	equal "$(cat out/client.nc.1.out)" from-the-server
	played -a --server 'ip route show 192.0.2.0/24 >&2; exec tcp_server -n 1 9000' --client 'tcp_client server 9000'
	like "$(cat out/server.ip.1.err)" '192.0.2.0/24 *'
	run ! grep -q 'quickack 1' out/server.ip.1.err
}

@test "commands are shown as they were typed" {
	played -d 0 --server '-d accept=5 tcp_server -n 1 9000' --client "printf 'a  b\\n' | tcp_client  \"server\" 9000"
	equal "$(grep '^server\$' <<< "$output")" 'server$ -d accept=5 tcp_server -n 1 9000'
	equal "$(grep '^client\$' <<< "$output")" "client$ printf 'a  b\\n' | tcp_client  \"server\" 9000"
}

@test "127.0.0.1 in both programs: the client's is the host server, over the cable, and that is said" {
	need python3
	server local.py 's.bind(("127.0.0.1", 5000)); s.listen(); c = s.accept()[0]; c.sendall(c.recv(9)); c.recv(1); c.close()'
	server any.py 's.bind(("", 5000)); s.listen(); c = s.accept()[0]; c.sendall(c.recv(9)); c.recv(1); c.close()'
	server udp.py 's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("", 5000)); d, a = s.recvfrom(9); s.sendto(d, a)'
	cat > client.py <<- 'END'
	import socket
	line = input().encode()
	s = socket.create_connection(("localhost", 5000)); s.sendall(line); print(s.recv(9)); s.close()
	END
	cat > udp_client.py <<- 'END'
	import socket
	line = input().encode()
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(line, ("127.0.0.1", 5000)); print(s.recvfrom(9))
	END
	for server in local any; do # the second try reads again what the first has read
		stdin=<(echo hello) played --server "python3 $server.py" --client 'python3 client.py'
		equal "$status $(cat out/client.python3.1.out)" "0 b'hello'"
		like "$output" "*SYN_SENT*SYN seq 0*SYN ACK seq 0 ack 1*
The client's 127.0.0.1 is the host server here, over the cable (--loopback)*"
	done
	stdin=<(echo hello) played --loopback --server 'python3 udp.py' --client 'python3 udp_client.py'
	equal "$status $(cat out/client.python3.1.out)" "0 (b'hello', ('127.0.0.1', 5000))"
	stdin=<(echo hello) played --server 'python3 udp.py' --client 'python3 udp_client.py'
	equal "$status $(cat out/client.python3.1.out)" "0 (b'hello', ('127.0.0.1', 5000))"
	# what is not possible gets a hint
	for address in 0.0.0.0 ::1; do
		sed "s/localhost/$address/" client.py > other.py
		stdin=<(echo hello) played --server 'python3 any.py' --client 'python3 other.py'
		like "$status $stderr" "1 *record: client: *$address* is the client itself, and nobody listens there: the other host is \`server\`"
	done
	sed 's/s = socket.create_connection(/s = socket.socket(); s.bind(("127.0.0.1", 0)); s.connect(/' client.py > binds.py
	stdin=<(echo hello) played --server 'python3 any.py' --client 'python3 binds.py'
	like "$status $stderr" '1 *record: client: it binds 127.0.0.1, *'
	# if the client itself listens there, too, nothing is changed
	played -t 5 --server 'tcp_server -n 1 9000' --client 'tcp_server -n 1 127.0.0.1 9001 & until tcp_client 127.0.0.1 9001 < /dev/null; do :; done; tcp_client server 9000 < /dev/null'
	equal "$status" 0
	run ! grep -q loopback <<< "$output"
}

@test "another program in a demo's role that fails is reported, and what happened is drawn" {
	need python3
	run --separate-stderr timeout 20 "$root/scripts/demo" -o out --server 'nowhere 9000' echo
	equal "$status $stderr" "1 demo: server: 'nowhere 9000' exited with status 127: nowhere: No such file or directory"
	run --separate-stderr timeout 20 "$root/scripts/demo" -o out --server 'tcp_server -n 1 1234' echo
	equal "$status" 1
	like "$stderr" '*demo: server: it listens on port 1234, not on 9000'
	like "$output" '*RST ACK seq 0 ack 1*FAILED  echo*'
	run --separate-stderr timeout 20 "$root/scripts/demo" -q -o out --client 'nowhere' echo
	like "$status $stderr" "1 *demo: client: 'nowhere' exited with status 127: *"
}

@test "nothing of a user's is ever destroyed: what is replaced has this suite's mark, and goes by name" {
	mkdir -p out/handshake
	for file in run facts client.pcap; do echo mine > out/handshake/$file; done # names that anybody may use
	run --separate-stderr "$root/scripts/demo" -q -o out handshake
	equal "$status" 1
	like "$stderr" 'demo: */out/handshake: not a demo*'
	run --separate-stderr -1 "$root/scripts/task" -o out/handshake refused "$(type -P true)"
	equal "$(cat out/handshake/*)" $'mine\nmine\nmine'
	rm -r out/handshake
	"$root/scripts/demo" -q -o out handshake # demo's own recording is replaced
	"$root/scripts/demo" -q -o out handshake
	echo mine > out/handshake/thesis
	run --separate-stderr -1 "$root/scripts/demo" -q -o out handshake
	like "$stderr" 'demo: */out/handshake/thesis: not of a demo*'
	equal "$(cat out/handshake/thesis)" mine
	run -1 "$root/scripts/task" -o out/handshake refused "$(type -P true)" # task does not replace a demo's recording
	# nor a folder to which a symbolic link leads
	mv out/handshake elsewhere
	rm elsewhere/thesis
	ln -s "$PWD/elsewhere" out/handshake
	run --separate-stderr -1 "$root/scripts/demo" -q -o out handshake
	[ -s elsewhere/client.pcap ]
	"$root/scripts/demo" -q -o out refused
	ln -sf "$PWD/precious" out/refused/client.pcap
	echo mine > precious
	"$root/scripts/demo" -q -o out refused
	equal "$(cat precious)" mine
	for page in file link; do
		mkdir $page
		echo mine > $page/thesis.html
		if [ $page = link ]; then ln -s thesis.html link/index.html; else cp file/thesis.html file/index.html; fi
		run --separate-stderr -1 "$root/scripts/gallery" -n -o $page
		like "$stderr" "gallery: */$page/index.html: not a gallery's page; *"
		equal "$(cat $page/index.html)" mine
	done
	run --separate-stderr "$root/scripts/demo" -q ../demos/refused
	equal "$status" 2
}

@test "two recordings in the same second, and one whose folder begins with a dash" {
	cp -r "$root/scripts" .
	for n in one two; do
		start $n env BUILD="$build" scripts/record -d 0 --server 'tcp_server -n 1 9000' --client 'tcp_client server 9000 < /dev/null'
	done
	ends "$pid"
	ends "${started[0]}"
	equal "$(ls captures | wc -l)" 2
	"$root/scripts/record" -o -dash -d 0 --server 'tcp_server -n 1 9000' --client 'tcp_client server 9000 < /dev/null'
	[ -s ./-dash/client.pcap ]
	"$root/scripts/demo" -q -o -dashes udp-echo
	[ -s ./-dashes/udp-echo/client.pcap ]
}

@test "SIGKILL of a demo, a lab or a record leaves nothing running" {
	for command in 'scripts/demo -q -d 543.5 -o out handshake' 'scripts/lab -d 543.5 sleep 60' \
		'scripts/record -d 543.5 -o rec --server "nc -l 9000" --client "nc server 9000"'; do
		eval start log "$root/$command"
		wait_for 'the cable' eval "pgrep -f 'wire -d 543.5 client server' > /dev/null"
		kill -KILL "$pid"
		wait_for 'the end of the cable' eval "! pgrep -f 'wire -d 543.5 ' > /dev/null"
		wait "$pid" || true
	done
}

@test "a recording that another script has just finished is not taken for one that was left" {
	mkdir -p bin out/other.4242
	mark=.sockets-on-the-wire
	echo 'recorded by scripts/demo of Sockets on the wire' > out/other.4242/$mark
	touch out/other.4242/client.pcap out/other.4242/$mark.lock
	exec 5> out/other.4242/$mark.lock
	flock 5
	# the other script removes its lock at the moment when this one tries to lock it
	real=$(command -v flock)
	printf '%s\n' '#!/bin/sh' "rm -f '$PWD/out/other.4242/$mark.lock'" "exec $real \"\$@\"" > bin/flock
	chmod +x bin/flock
	PATH="$PWD/bin:$PATH" "$root/scripts/demo" -q -o out refused
	[ -e out/other.4242/client.pcap ]
	[ ! -e out/other.4242/$mark.lock ]
	# a recording is locked until it has its final name
	printf '%s\n' '#!/bin/sh' "ls '$PWD/out/refused.'*/$mark.lock | wc -l > '$PWD/held'" \
		"exec $(command -v mv) \"\$@\"" > bin/mv
	chmod +x bin/mv
	rm bin/flock
	PATH="$PWD/bin:$PATH" "$root/scripts/demo" -q -o out refused
	equal "$(cat held)" 1
	equal "$(find out/refused -name "$mark.lock")" ''
}

# gone MARK: whether no process with MARK in its environment is left.
gone() {
	grep -lsz "^MARK=$1$" /proc/[0-9]*/environ > left || true # status 2 if a process has just ended
	[ ! -s left ]
}

# left_behind: prints temporary folders, and unfinished recordings.
left_behind() {
	find tmp/* out/*.[0-9]* captures/*.[0-9]* -maxdepth 0 2> /dev/null
}

# struck MARK SIGNAL MOMENT AS COMMAND...: starts COMMAND, a script of ours, and sends it a
# signal after MOMENT seconds; or, with PARENT, kills the script that started it. Checks that
# nothing is left then. AS is a command prefix for another user, or is empty.
struck() {
	local mark=$1 signal=$2 moment=$3 as=$4 pid program
	shift 4
	mkdir "$mark" "$mark/tmp"
	cd "$mark"
	cp -r ../scripts .
	[ ! -d ../made ] || cp -r ../made .
	[ "$signal" != PARENT ] || set -- sh scripts/play "$@"
	export TMPDIR="$PWD/tmp"
	MARK="$BATS_TEST_TMPDIR/$mark" $as env --default-signal=INT "$@" > log 2>&1 < /dev/null &
	pid=$!
	# wait until it is the script: before, SIGINT is ignored, as in a shell's background job
	while read -r program < /proc/$pid/comm && [[ $program =~ ^(bash|env|setpriv)$ ]]; do :; done 2> comm
	sleep "$moment"
	kill "-${signal/PARENT/KILL}" "$pid" 2> /dev/null || true
	wait_for "the end of it" eval "! kill -0 $pid 2> /dev/null"
	wait "$pid" || true
	local tries=20 # for a second
	until gone "$BATS_TEST_TMPDIR/$mark"; do
		[ $((tries -= 1)) -gt 0 ] || { echo "FAULT: $mark: left:"; for file in $(cat left); do tr '\0' ' ' < "${file%/*}/cmdline"; done; exit 1; }
		sleep 0.05
	done
	# a killed script cannot remove its folder: the next script does
	if [ "$signal" = KILL ]; then
		find tmp -name '*.new' -o -empty | xargs -r touch -d '2 minutes ago'
		find out captures -name '*.new' -exec touch -d '2 minutes ago' {} + 2> find || true
		rmdir out/*.[0-9]* captures/*.[0-9]* 2> rmdir || true # those that were killed before they had a mark
		[ -d captures ] || mkdir -p out
		scripts/demo -q -o "$(ls -d out captures 2> ls)" refused refused > next 2>&1 || true
	fi
	[ -z "$(left_behind)" ] || { echo "FAULT: $mark: a folder is left:" "$(left_behind)"; exit 1; }
}

@test "each script, at five moments: after HUP, INT, TERM, KILL or its parent's death nothing is left after a second, nor a temporary folder" {
	[ "$(id -u)" -eq 0 ] || skip 'recording lo takes root'
	export BUILD=$build
	cp -r "$root/scripts" .
	printf '%s\n' '. "${0%/*}/lib/common.sh"' 'command=$root/$1' 'shift' 'run_child "$command" "$@"' > scripts/play
	printf '#!/bin/sh\nsleep 60\n' > sleeper
	chmod +x sleeper
	scripts/demo -q --explore -o made handshake refused echo
	moments=(0 0.1 0.4 0.8 1.5)
	no_lab='setpriv --bounding-set -sys_admin,-net_admin --inh-caps -sys_admin,-net_admin'
	n=0 row=0 signals=(HUP INT TERM PARENT KILL)
	while read -r name command; do
		as=
		[ "$name" != lo ] || as=$no_lab
		# without ALL_MOMENTS=1, each script gets KILL and one other signal, each at one moment
		some="KILL-${moments[row % 5]} ${signals[row % 4]}-${moments[row / 4 * 2 % 5]}"
		for signal in "${signals[@]}"; do
			for moment in "${moments[@]}"; do
				[[ -n ${ALL_MOMENTS-} || " $some " = *" $signal-$moment "* ]] || continue
				(eval struck "$name-$signal-$moment" $signal $moment "'$as'" "$command") > "told.$name-$signal-$moment" 2>&1 3>&- &
				[ $((n += 1)) -lt 4 ] || { wait; n=0; }
			done
		done
		row=$((row + 1))
	done <<- 'END'
	demo scripts/demo -q -d 200 -o out handshake
	demos scripts/demo -q -d 200 -j 2 -o out handshake udp-echo echo
	lo scripts/demo -q -o out handshake udp-echo
	gallery scripts/gallery -j 2 -o out
	page scripts/gallery -n -o made
	quiz scripts/quiz echo
	record scripts/record -o rec --server "'nc -l 9000'" --client "'nc -d server 9000'"
	here scripts/record -i lo -o rec -- sleep 60
	task scripts/task -o out/task one-line ../sleeper
	lab scripts/lab sh -c "'on server nc -l 9000 & on client sleep 60'"
	watch scripts/watch -i lo -o rec
	states scripts/states made
	END
	wait
	grep -A9 FAULT told.* > faults || true # not bash's messages about killed children
	equal "$(cat faults)" ''
}
