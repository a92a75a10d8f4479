# shellcheck shell=sh
title 'The FIN is lost: it counts as a byte, so TCP retransmits it'
lab -f lose=FIN,nth=1,from=client

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
client close = 0  # 1
> FIN ACK    seq 7    ack 7    lost  # 2
> FIN ACK    seq 7    ack 7  # 3
< ACK        seq 7    ack 8
server recv = 0 [CLOSE_WAIT]
< FIN ACK    seq 7    ack 8
> ACK        seq 8    ack 8
END

look_for 'close() (1) returned long ago, and the program may have ended. Nevertheless the kernel sends the lost FIN (2) again (3), until the FIN is acknowledged.'
question 'What has the server noticed before the second FIN arrives?'
answer 'Nothing: for the server the connection is ESTABLISHED, and its recv() waits.'
myth 'After close() the kernel is done with the connection.'
