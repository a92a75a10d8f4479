# shellcheck shell=sh
title 'An empty datagram is a datagram: recvfrom() = 0 is not an end'

scene() {
	server udp_server -n 2 9000
	printf '%s\n' '' more | client udp_client server 9000
}

promise <<'END'
> UDP        len 0  # 1
server recvfrom = 0
< UDP        len 0
client recvfrom = 0
> UDP        len 4  # 2
< UDP        len 4
END

look_for 'A datagram without a byte of data travels, with its headers (1), and recvfrom() returns 0 for it. Then the next arrives (2). With TCP, recv() = 0 would have been the end of the stream, and an empty send() sends nothing.'
question 'How does a UDP server learn that a client has gone?'
answer 'It does not: UDP has no connection that could end. The client can announce it in a datagram, which may be lost; or the server stops waiting after a while.'
myth 'A recv() that returns 0 means that the other end has closed.'
