# shellcheck shell=sh
title 'Half-close: shutdown() ends one direction, and the answer travels after the FIN'
needs_lab 'the time between the FINs is a round trip: on lo there is none'

scene() {
	server -d close=acked halfclose server -n 1 9000
	printf 'one two three\nfour five\n' | client -d shutdown=acked halfclose client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 24
client send = 24
< ACK        seq 1    ack 25
> FIN ACK    seq 25   ack 1  # 1
client shutdown = 0 [FIN_WAIT1]
< ACK        seq 1    ack 26
server send ... [CLOSE_WAIT]
< PSH ACK    seq 1    ack 26   len 7  # 2
> ACK        seq 26   ack 8
client recv = 7 [FIN_WAIT2]
< FIN ACK    seq 8    ack 26  # 3
> ACK        seq 26   ack 9
END

look_for 'Between the two FINs, (1) and (3), only one direction is open: the client is in FIN_WAIT2, the server in CLOSE_WAIT. The answer (2) travels in this direction.'
question 'How does the server know that it can answer now?'
answer 'recv() returns 0: the FIN has arrived, and no more bytes will arrive. This is the only end of a message that TCP itself marks.'
myth 'After a FIN the connection is over.'
