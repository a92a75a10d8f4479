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

look_for 'The last ACK (1) is lost, so the server retransmits its FIN (2). The client is in TIME_WAIT and acknowledges the FIN again (3). A client that had forgotten the connection would answer with RST.'
question 'TIME_WAIT lasts a minute on Linux. What else is it good for?'
answer 'Without TIME_WAIT, a late segment of this connection could be mistaken for a segment of the next connection between the same ports. RFC 9293 (3.6.1) asks for twice the maximum segment lifetime (MSL); Linux waits 60 s.'
myth 'A socket in TIME_WAIT is a leak: the program forgot to close it.'
