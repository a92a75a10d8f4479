# shellcheck shell=sh
title 'send() after shutdown(): EPIPE, and no segment leaves'
lab -d 100 # even on a slow machine send() and shutdown() return before an answer arrives
needs_lab 'on lo ACKs may arrive before send() has returned'

scene() {
	server -d "recv=${run:?}/go,nth=1" -d close=acked tcp_server -n 1 9000
	client -d shutdown=acked -d send=acked,nth=2 write-after-shutdown server 9000 &
	playing=$!
	logged client 'send(3, 4, MSG_NOSIGNAL) = -1 EPIPE'
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

look_for 'The FIN (1) promises that no byte follows. So the next send() fails at once, and no segment leaves (2). Only this direction has ended: the client still reads the answer (3).'
question 'The wire shows nothing of the second send(). How does a program find such a mistake?'
answer 'By what send() returns: -1, with EPIPE. Without MSG_NOSIGNAL the kernel would also send SIGPIPE, which kills a program that does not ignore or handle it.'
myth 'send() fails only if the network or the other end fails.'
