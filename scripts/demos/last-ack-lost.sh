# shellcheck shell=sh
title 'The last ACK is lost: TIME_WAIT is there to send it again'
lab -f lose=ACK,nth=3,from=client

scene() {
	server tcp_server -n 1 9000
	echo hello | client tcp_client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 6
< ACK        seq 1    ack 7
< PSH ACK    seq 1    ack 7    len 6
> ACK        seq 7    ack 7
client close = 0
> FIN ACK    seq 7    ack 7
< ACK        seq 7    ack 8
server close = 0
< FIN ACK    seq 7    ack 8
> ACK        seq 8    ack 8    lost  # 1
< FIN ACK    seq 7    ack 8  # 2
> ACK        seq 8    ack 8  # 3
END

look_for 'The last ACK (1) did not arrive: the server repeats its FIN (2), as it must, and is answered again (3); a client that had forgotten the connection would answer with RST.'
question 'TIME_WAIT lasts a minute here. What else is it good for?'
answer 'So that no late segment of this connection is taken for one of the next between the same ports (RFC 9293, 3.6.1: twice the longest life of a segment; Linux: 60 s).'
myth 'TIME_WAIT is a leak.'
