# shellcheck shell=sh
title 'The cable delivers a datagram twice, and the program reads it twice'
lab -f twice=datagram,nth=2,from=client

scene() {
	server udp_server -o -n 4 9000
	printf '%s\n' one three eleven | client udp_client -o server 9000
}

promise <<'END'
> UDP        len 3
> UDP        len 5  # 1
> UDP        len 5    again  # 2
> UDP        len 6
END

look_for 'The client calls sendto() three times, but the server'\''s recvfrom() returns four times: the second datagram (1) arrives a second time (2).'
question 'If the datagram said "pay ten", what should the receiver do?'
answer 'Each order needs a number; the receiver remembers the numbers, and pays each order once. The network may duplicate anything, so the receiver must be able to recognise a duplicate.'
myth 'A datagram that is sent once arrives at most once.'
