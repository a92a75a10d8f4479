# shellcheck shell=sh
title 'Two small sends, then a wait: Nagle waits for an ACK that the other end delays'
lab -a -d 100 # the kernel's own delayed ACK, and time for two sends on a slow machine

scene() {
	server tcp_server -n 1 -s 7 9000
	client nagle-and-delayed-ack server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 2
< ACK        seq 1    ack 3
< PSH ACK    seq 1    ack 3    len 7
> ACK        seq 3    ack 8
> PSH ACK    seq 3    ack 8    len 3
? < ACK        seq 8    ack 6
< PSH ACK    seq 8    ack 6    len 7
? > ACK        seq 6    ack 15
> PSH ACK    seq 6    ack 15   len 4
? < ACK        seq 15   ack 10
< PSH ACK    seq 15   ack 10   len 7
? > ACK        seq 10   ack 22
> PSH ACK    seq 10   ack 22   len 5  # 1
client send = 5
client send = 7
< ACK        seq 22   ack 15  # 2
> PSH ACK    seq 15   ack 22   len 7  # 3
< ACK        seq 22   ack 22
< PSH ACK    seq 22   ack 22   len 7
? > ACK        seq 22   ack 29
> FIN ACK    seq 22   ack 29
? < ACK        seq 29   ack 23
< FIN ACK    seq 29   ack 23
> ACK        seq 23   ack 30
END

look_for 'Two send() calls, but only one segment leaves (1). Nagle'\''s algorithm keeps the second piece until the first is acknowledged (RFC 9293, 3.7.4). The server has only half a line, so it does not answer, and its kernel delays the ACK (2) by 40 ms. The rest leaves (3) only when this ACK has arrived.'
question 'Which of the two ends would you change, and how?'
answer 'The client: write the line with one send(). Where that is not possible, set TCP_NODELAY (see nodelay). Nagle'\''s algorithm alone costs a round trip, 200 ms on this cable; the delayed ACK adds 40 ms. On a fast network these 40 ms are nearly all of the delay.'
myth 'send() puts bytes on the wire at once.'
