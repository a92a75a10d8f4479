# shellcheck shell=sh
title 'One UDP socket, three servers: sendto() names the receiver, answers come in any order'

scene() {
	for port in 9001 9002 9003; do
		server -d "sendto=${run:?}/$port" udp_server -n 1 $port
	done
	echo hello | client udp_client -t 60000 -p 40000 server 9001 server 9002 server 9003 &
	client_has 'sendto(3, 5, .*:9003) = 5'
	for port in 9002 9003 9001; do # the servers answer in this order
		: > "$run/$port"
		client_has "recvfrom(3, .*:$port) = 5" # 0.2 s
	done
	wait $!
}

client_has() {
	await "the client's $1" 10 client_tells "$1"
}

client_tells() {
	grep -q "$1" "${dir:?}"/client.*.log
}

promise <<'END'
> UDP        len 5    40000:9001  # 1
> UDP        len 5    40000:9002  # 2
> UDP        len 5    40000:9003  # 3
< UDP        len 5    40000:9002
< UDP        len 5    40000:9003
< UDP        len 5    40000:9001
END

look_for 'The client has one socket, with port 40000, for all three servers, (1) to (3). The servers answer in another order.'
question 'How does the client know whose answer it has received?'
answer 'recvfrom() returns the address and port of the sender with each datagram. A connected socket has one peer only, so it needs no recvfrom().'
myth 'A UDP socket belongs to one peer.'
