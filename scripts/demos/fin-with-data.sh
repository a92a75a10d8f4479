# shellcheck shell=sh
title 'FIN travels along with the last data: one segment says both'
needs_lab 'on lo the answer may be there before shutdown has returned'

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

look_for 'send() with MSG_MORE (1) sent nothing by itself: shutdown() sent its six bytes and FIN together (2). One ACK covers both (3): 1 + 6 + 1 = 8.'
question 'FIN has no data of its own. Why does it take a sequence number?'
answer 'So that it can be acknowledged, and sent again if it is lost, in order, behind the last byte.'
myth 'FIN is always a segment of its own.'
