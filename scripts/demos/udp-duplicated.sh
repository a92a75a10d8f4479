# shellcheck shell=sh
title 'The cable delivers a datagram twice, and it is read twice'
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

look_for 'Three sendto, four recvfrom: what left as (1) comes once more (2).'
question 'If the datagram said "pay ten", what should the receiver do?'
answer 'Remember a number that each order has, and pay once. Since the network may repeat what it likes, the receiver must be able to tell.'
myth 'What is sent once is received once at the most.'
