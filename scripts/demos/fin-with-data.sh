# shellcheck shell=sh
title 'The FIN travels with the last data: one segment for both'
lab -d 100 # even on a slow machine shutdown() returns before the ACK arrives
needs_lab 'on lo the answer may arrive before shutdown() has returned'

scene() {
	server -d close=acked halfclose server -n 1 9000
	echo hello | client halfclose client -m server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
client send = 6 [ESTABLISHED]  # 1
> FIN ACK    seq 1    ack 1    len 6  # 2
client shutdown = 0 [FIN_WAIT1]
< ACK        seq 1    ack 8  # 3
server send ...
< PSH ACK    seq 1    ack 8    len 6
> ACK        seq 8    ack 7
< FIN ACK    seq 7    ack 8
> ACK        seq 8    ack 8
END

look_for 'send() with MSG_MORE (1), a flag of Linux, sends nothing by itself. shutdown() then sends the six bytes and the FIN in one segment (2). One ACK covers both (3): 1 + 6 + 1 = 8.'
question 'FIN has no data of its own. Why does it take a sequence number?'
answer 'With a number of its own, a FIN can be acknowledged, and retransmitted if it is lost. The number also shows that the FIN comes after the last byte.'
myth 'FIN with data saves one of the four segments of a close. (It saves a segment of data. The close still has two FINs and their two ACKs.)'
