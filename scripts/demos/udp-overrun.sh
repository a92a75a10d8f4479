# shellcheck shell=sh
title 'No flow control: a slow receiver loses datagrams, and neither program notices'

scene() {
	server -d "recvfrom=${run:?}/go,nth=1" udp_server -o -w 2304 9000
	for number in 1 2 3 4 5 6; do line 1001 $number; done | client udp_client -o server 9000
	arrived client server
	: > "$run/go"
	await 'the receiver to have read all' 10 drained
	end_servers
}

drained() {
	! on server cat /proc/net/udp /proc/net/udp6 |
		grep -q ':2328 [0-9A-F]*:0000 07 [0-9A-F]*:0*[1-9A-F]'
}

promise <<'END'
> UDP        len 1000
> UDP        len 1000
> UDP        len 1000
> UDP        len 1000
> UDP        len 1000
> UDP        len 1000  # 1
server recvfrom = 1000
server recvfrom = 1000  # 2
? server recvfrom = 1000
END

look_for 'All six datagrams arrive while the server is busy. Its buffer has room for two or three of them (the kernel decides how much memory a datagram takes). Its kernel drops the rest, (1) for example. recvfrom() returns only the datagrams that fitted: (2), the one before it, and perhaps a third. Neither program learns that the rest were dropped.'
question 'What does TCP do instead?'
answer 'Its receiver advertises in each segment how much room is left, and the sender stops in time: see flow-control.'
myth 'A datagram that has reached the host has reached the program.'
