# shellcheck shell=sh
title 'A connected UDP socket takes datagrams of its peer only: others are refused'
needs_lab 'on lo both hosts are one, and so are their ports'

scene() {
	echo stray > "${run:?}/stray"
	server -d "sendto=${run:?}/go" udp_server -n 1 9000
	echo hello | client udp_client -c -t 60000 -p 40000 server 9000 &
	connected=$!
	logged server 'recvfrom(3, '
	failing server udp_client -c -p 9001 client 40000 < "$run/stray"
	logged server 'ECONNREFUSED'
	: > "$run/go"
	wait $connected
}

promise <<'END'
> UDP        len 5    40000:9000
server recvfrom = 5
< UDP        len 5    40000:9001  # 1
> ICMP port unreachable 40000:9001  # 2
server recvfrom = -1 ECONNREFUSED
< UDP        len 5    40000:9000  # 3
client recvfrom = 5
END

look_for 'The client'\''s socket is connected to port 9000 of the server. So it does not get the datagram from port 9001 (1): the client'\''s kernel answers with ICMP port unreachable (2), and recvfrom() of the program at port 9001 fails. The client'\''s socket gets only the answer from port 9000 (3).'
question 'connect() on a UDP socket sends nothing. What does it do?'
answer 'It sets the peer: send() needs no address, the kernel delivers the datagrams of this peer only, and it reports ICMP errors about it (see udp-refused).'
myth 'connect() on a UDP socket opens a connection.'
