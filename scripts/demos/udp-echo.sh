# shellcheck shell=sh
title 'UDP: one datagram there, one back, and nothing else'

scene() {
	server udp_server -n 2 9000
	printf '%s\n' hello '' | client udp_client server 9000
}

promise <<'END'
client sendto ...
> UDP        len 5  # 1
server recvfrom = 5
server sendto ...
< UDP        len 5  # 2
client recvfrom = 5
client sendto ...
> UDP        len 0
server recvfrom = 0
server sendto ...
< UDP        len 0
client recvfrom = 0  # 3
END

look_for 'The client sends one datagram (1), and the server sends one back (2). There is no handshake, no ACK, no close. A datagram of length 0 is a datagram, too: recvfrom() returns 0 (3), and this is not the end of anything.'
question 'How does the client know that its datagram arrived? What if the answer is lost?'
answer 'It does not know, unless the other program answers. A lost answer looks to the client like a lost question: it can only ask again.'
myth 'A UDP client and its server have a connection.'
