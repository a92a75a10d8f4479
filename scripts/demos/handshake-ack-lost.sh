# shellcheck shell=sh
title 'The ACK of the handshake is lost, and nothing happens: the first data acknowledges, too'
lab -f lose=ACK,nth=1,from=client

scene() {
	server tcp_server -n 1 9000
	echo hello | client tcp_client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1    lost  # 1
client connect = 0 [ESTABLISHED]
> PSH ACK    seq 1    ack 1    len 6  # 2
< ACK        seq 1    ack 7
server accept = 4 [ESTABLISHED]
< PSH ACK    seq 1    ack 7    len 6
> ACK        seq 7    ack 7
> FIN ACK    seq 7    ack 7
< ACK        seq 7    ack 8
< FIN ACK    seq 7    ack 8
> ACK        seq 8    ack 8
END

look_for 'The ACK (1) is lost: the client is ESTABLISHED, the server still SYN_RCVD. The first data segment (2) carries the same ack, and so it completes the handshake.'
question 'What if the client had nothing to send: which end would retransmit what?'
answer 'The server would retransmit its SYN ACK after a second, because no ACK of it has arrived. The client would acknowledge it again.'
myth 'All three segments of the handshake must arrive.'
