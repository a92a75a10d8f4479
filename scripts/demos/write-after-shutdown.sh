# shellcheck shell=sh
title 'A send after shutdown: EPIPE, and nothing leaves'
needs_lab 'on lo ACKs may be there before send has returned'

scene() {
	server -d "recv=${run:?}/go,nth=1" -d close=acked tcp_server -n 1 9000
	client -d shutdown=acked -d send=acked,nth=2 write-after-shutdown server 9000 &
	playing=$!
	told client 'send(3, 4, MSG_NOSIGNAL) = -1 EPIPE'
	: > "$run/go"
	wait $playing
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 4
client send = 4
< ACK        seq 1    ack 5
> FIN ACK    seq 5    ack 1  # 1
client shutdown = 0 [FIN_WAIT1]
< ACK        seq 1    ack 6
client send = -1 EPIPE  # 2
< PSH ACK    seq 1    ack 6    len 4  # 3
> ACK        seq 6    ack 5
client recv = 4 [FIN_WAIT2]
< FIN ACK    seq 5    ack 6
> ACK        seq 6    ack 6
END

look_for 'FIN (1) says that no byte follows, so the next send cannot keep to it: it fails at once, and no segment leaves (2). Only this direction has ended: the answer (3) is read.'
question 'The wire shows nothing of the second send. How then does a program find such a mistake?'
answer 'By what send returns: -1, EPIPE. Without MSG_NOSIGNAL, and with SIGPIPE not ignored, the program would have been killed without a word.'
myth 'send() fails only if the network, or the other end, fails.'
