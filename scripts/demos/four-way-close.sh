# shellcheck shell=sh
title 'A close takes four segments: each direction has its own FIN and its own ACK'

scene() {
	server tcp_server -n 1 -k -s 133 9000
	{ line 733 'first request'; line 733 'second request'; } |
		client tcp_client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 733
< ACK        seq 1    ack 734
< PSH ACK    seq 1    ack 734  len 133
> ACK        seq 734  ack 134
> PSH ACK    seq 734  ack 134  len 733
< ACK        seq 134  ack 1467
< PSH ACK    seq 134  ack 1467 len 133
> ACK        seq 1467 ack 267
client close = 0
> FIN ACK    seq 1467 ack 267  # 1
< ACK        seq 267  ack 1468  # 2
server close = 0
< FIN ACK    seq 267  ack 1468  # 3
> ACK        seq 1468 ack 268
END

look_for 'The client closes first (active close). Its 1466 bytes have the numbers 1 to 1466, and its FIN (1) has the number 1467. So the server acknowledges with 1468 (2), the next number. The other direction has a FIN of its own (3), the server'\''s passive close.'
question 'The last ACK of the client has seq 1468, not 1467. Which byte is number 1467?'
answer 'The FIN: it takes a sequence number, as if it were a byte.'
myth 'close() sends one FIN, and that ends both directions.'
