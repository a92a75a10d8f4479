# shellcheck shell=sh
title 'shutdown(SHUT_RD) sends nothing, and what arrives is still acknowledged'
needs_lab 'on lo ACKs may arrive before send() has returned'

scene() {
	server tcp_server -n 1 9000
	client -d recv=4B,nth=2 shut-rd-sends-nothing server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
client shutdown = 0  # 1
client recv = 0  # 2
> PSH ACK    seq 1    ack 1    len 4
< ACK        seq 1    ack 5
< PSH ACK    seq 1    ack 5    len 4  # 3
> ACK        seq 5    ack 5
client recv = 4
> FIN ACK    seq 5    ack 5
< ACK        seq 5    ack 6
< FIN ACK    seq 5    ack 6
> ACK        seq 6    ack 6
END

look_for 'shutdown() sends no segment (1): TCP has no segment that means "I will not read". recv() returns 0 (2), although no FIN has arrived. What arrives later (3) is acknowledged, and on Linux recv() still returns it.'
question 'Who could inform the server that nobody reads?'
answer 'Only the application, with a message of its own; or the kernel, with RST, if the program closes with unread data (see reset-by-unread-data).'
myth 'recv() returns 0 only after the FIN of the other end.'
