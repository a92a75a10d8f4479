#!/usr/bin/env bats
# Any program on the ladder: scripts/record, and other programs in a demo's roles.

load helper

record=$root/scripts/record

@test "a server of Python's and curl: calls, states and segments of both on one page" {
	need python3 curl
	folder=$(mktemp -d) # where an ordinary user can go
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
	for n in 1 2 3; do # of this connection, and of no other
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
	for arguments in '' '--server x' '--client x' '-x' '-i lo' '-i lo -d 5 -- true' '--server x --client y z' '-d'; do
		run --separate-stderr "$record" $arguments
		equal "$arguments: $status" "$arguments: 2"
		like "$stderr" 'record: *\(-h for help\)'
	done
	mkdir there
	run --separate-stderr "$record" -o there --server x --client y
	like "$status $stderr" '1 record: cannot create directory *there*: File exists'
	run --separate-stderr timeout 60 "$record" -o no --server ./nowhere --client 'tcp_client server 9000'
	[ ! -e no ] || [ -s no/client.pcap ]
	run "$record" -h
	equal "$status" 0
}

@test "a demo replaces only what a demo has made" {
	mkdir -p out/handshake
	echo mine > out/handshake/thesis
	run --separate-stderr "$root/scripts/demo" -q -o out handshake
	equal "$status" 1
	like "$stderr" 'demo: */out/handshake: not a demo*'
	equal "$(cat out/handshake/thesis)" mine
	run --separate-stderr "$root/scripts/demo" -q ../demos/refused
	equal "$status" 2
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
