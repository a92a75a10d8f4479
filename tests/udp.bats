#!/usr/bin/env bats
# udp_server and udp_client, on loopback.

load helper

@test "each line is a datagram, and so is its answer, over IPv4 and IPv6" {
	for host in 127.0.0.1 ::1; do
		serve log udp_server -n 3 "$host" 0
		run --separate-stderr udp_client "$host" "$port" <<< $'one\n\nthree'
		name="$host port $port"
		equal "$status $output" "0 $name: one
$name: 
$name: three"
		ends "$pid"
	done
}

@test "one socket asks many servers, and tells who answered" {
	ports=()
	for i in 1 2 3; do
		serve "log$i" socktrace udp_server -n 1 0
		ports+=("$port")
	done
	run --separate-stderr udp_client 127.0.0.1 "${ports[0]}" 127.0.0.1 "${ports[1]}" 127.0.0.1 "${ports[2]}" <<< hello
	equal "$status" 0
	equal "$(sort <<< "$output")" "$(printf '127.0.0.1 port %s: hello\n' "${ports[@]}" | sort)"
	equal "$(grep -ho 'recvfrom([0-9]*, .*)' log? | sed 's/.*, //; s/).*//' | sort -u | wc -l)" 1
}

@test "what stays unanswered is told, and ends with 1, in time" {
	serve log socktrace -d sendto=5000 udp_server 0
	silent=$port
	serve log2 udp_server 0
	run --separate-stderr timeout 5 udp_client -t 100 127.0.0.1 "$silent" 127.0.0.1 "$port" <<< hello
	equal "$status $output" "1 127.0.0.1 port $port: hello"
	equal "$stderr" "udp_client: 127.0.0.1 port $silent: no answer in 100 ms (-t)"
}

@test "only a connected socket is told of a refusal" {
	serve log udp_server 0
	kill "$pid"
	ends "$pid"
	run --separate-stderr timeout 5 udp_client -c 127.0.0.1 "$port" <<< hello
	equal "$status" 1
	like "$stderr" 'udp_client: recvfrom 127.0.0.1 port *: Connection refused'
	run --separate-stderr timeout 5 udp_client -t 50 127.0.0.1 "$port" <<< hello
	equal "$status" 1
	like "$stderr" 'udp_client: 127.0.0.1 port *: no answer in 50 ms (-t)'
}

@test "-o waits for nothing; the server's -n ends after that many datagrams" {
	serve log socktrace udp_server -n 5 0
	yes | head -n 5 | timeout 5 udp_client -o 127.0.0.1 "$port"
	ends "$pid"
	equal "$(grep -c 'recvfrom(.*) = 1 ' log)" 5
}

@test "a server that talks on and on does not make the wait for another longer" {
	need python3
	cat > chatty.py <<- 'END'
		import socket, sys, time
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.bind(("127.0.0.1", 0))
		print("listening on 127.0.0.1 port", s.getsockname()[1], file=sys.stderr, flush=True)
		data, peer = s.recvfrom(9)
		while True:
		    s.sendto(data, peer)
		    time.sleep(0.02)
	END
	serve log socktrace -d sendto=5000 udp_server 0
	silent=$port
	serve log2 python3 chatty.py
	before=$(date +%s%N)
	run --separate-stderr timeout 5 udp_client -t 200 127.0.0.1 "$port" 127.0.0.1 "$silent" <<< hello
	took=$((($(date +%s%N) - before) / 1000000))
	equal "$status $output" "1 127.0.0.1 port $port: hello"
	like "$stderr" "*udp_client: 127.0.0.1 port $silent: no answer in 200 ms (-t)"
	[ $took -ge 200 ] && [ $took -lt 3000 ]
}

@test "a datagram from somebody else is no answer" {
	serve log udp_server 0
	own=$port
	kill "$pid"
	ends "$pid"
	serve log2 udp_server 0
	server=$pid
	kill -STOP "$server"
	start client udp_client -t 20000 -p "$own" 127.0.0.1 "$port" <<< hello
	wait_for 'what the stranger sent' eval '
		echo stranger | udp_client -o 127.0.0.1 $own 2> /dev/null
		[ -s client ] || [ -s client.out ]'
	kill -CONT "$server"
	ends "$pid"
	equal "$(cat client.out)" "127.0.0.1 port $port: hello"
	like "$(cat client)" 'udp_client: 127.0.0.1 port *: not awaited, or too late: ignored*'
}

@test "a datagram of 65,507 bytes, the most that IPv4 carries, is answered whole" {
	serve log udp_server 0
	equal "$(head -c 65507 /dev/zero | tr '\0' x | udp_client 127.0.0.1 "$port" | md5sum)" \
		"$( (printf '127.0.0.1 port %s: ' "$port"; head -c 65507 /dev/zero | tr '\0' x; echo) | md5sum)"
}

@test "a datagram too long for UDP is refused" {
	serve log udp_server 0
	run --separate-stderr eval "head -c 70000 /dev/zero | tr '\0' x | udp_client 127.0.0.1 $port"
	equal "$status" 1
	like "$stderr" 'udp_client: sendto 127.0.0.1 port *: Message too long'
	run --separate-stderr eval "head -c 70000 /dev/zero | tr '\0' x | udp_client -c 127.0.0.1 $port"
	equal "$status" 1
	like "$stderr" 'udp_client: send to 127.0.0.1 port *: Message too long'
}

@test "the server does not answer an echo port, nor its own number" {
	[ "$(id -u)" -eq 0 ] || [ "${CI-}" = true ] || skip 'port 7 is for root'
	serve log socktrace udp_server -n 2 0
	run timeout 5 udp_client -t 100 -p 7 127.0.0.1 "$port" <<< hello
	equal "$status" 1
	run timeout 5 udp_client -t 100 -p "$port" 127.0.0.1 "$port" <<< hello
	equal "$status" 1 # it cannot bind 0.0.0.0 either: the port is in use
	run timeout 5 udp_client -o -p 7 127.0.0.1 "$port" <<< hello
	ends "$pid"
	equal "$(grep -c 'may be an echo server: not answered$' log)" 2
	run ! grep -q sendto log
}

@test "answers are printed without anything a terminal could obey" {
	serve log udp_server -n 1 0
	equal "$(printf 'a\033[31m\377\r\n' | udp_client 127.0.0.1 "$port")" \
		"127.0.0.1 port $port: a\\x1b[31m\\xff\\x0d"
}

@test "many clients share the one socket" {
	serve log udp_server -n 50 0
	for i in $(seq 50); do
		echo "$i" | udp_client 127.0.0.1 "$port" > "out$i" 3>&- 4>&- &
		clients[i]=$!
	done
	for i in $(seq 50); do
		wait "${clients[i]}"
		equal "$(cat "out$i")" "127.0.0.1 port $port: $i"
	done
	ends "$pid"
}

@test "-c takes one server only" {
	run timeout 5 udp_client -c 127.0.0.1 9 127.0.0.1 9
	equal "$status" 2
}

@test "-h says what two echo servers do to each other, and what protects" {
	run udp_server -h
	like "$(tr '\n' ' ' <<< "$output")" '*two of these on different ports would, too, after one datagram with a forged source*leave them on loopback*'
}

@test "udp_server -o answers nothing" {
	serve log socktrace udp_server -o -n 2 0
	printf 'one\ntwo\n' | udp_client -o 127.0.0.1 "$port" 2> /dev/null
	ends "$pid"
	equal "$(grep -c 'recvfrom(.*) = 3' log)" 2
	equal "$(grep -c sendto log)" 0
}

@test "a server whose stderr has no reader any more goes on" {
	[ "$(id -u)" -eq 0 ] || [ "${CI-}" = true ] || skip 'port 7 is for root'
	mkfifo complaints
	start log sh -c 'exec udp_server -n 2 0 2> complaints'
	read -r line < complaints # this also closes the FIFO
	port=${line##* }
	udp_client -o -p 7 127.0.0.1 "$port" <<< hello # the server reports an error about this one
	equal "$(timeout 5 udp_client 127.0.0.1 "$port" <<< hello)" "127.0.0.1 port $port: hello"
	ends "$pid"
}

@test "a line for which there is no memory is reported" {
	serve log udp_server 0
	run --separate-stderr eval "{ head -c 100000000 /dev/zero | tr '\0' x; echo; } | (ulimit -v 60000; udp_client 127.0.0.1 $port)"
	equal "$status $output" '1 '
	like "$stderr" 'udp_client: stdin: *emory*'
}
