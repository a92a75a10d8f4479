# shellcheck shell=sh
title 'The server closes first, as in HTTP/1.0, and has TIME_WAIT'

scene() {
	server -d close=acked tcp_server -n 1 -a 1 -s 266 9000
	line 66 request | client tcp_client -e server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 66
< ACK        seq 1    ack 67
< PSH ACK    seq 1    ack 67   len 266
> ACK        seq 67   ack 267
server close = 0
< FIN ACK    seq 267  ack 67  # 1
> ACK        seq 67   ack 268
client recv = 0
client close = 0
> FIN ACK    seq 67   ack 268  # 2
< ACK        seq 268  ack 68
END

look_for 'The end that closes first, here the server (1), has to wait in TIME_WAIT when the FIN of the other end (2) has arrived.'
question 'Why is TIME_WAIT worse for a server than for a client? See address-in-use.'
answer 'A server has to bind the same port again. While TIME_WAIT lasts, bind() fails with EADDRINUSE, unless the server uses SO_REUSEADDR. A client can have any free port.'
myth 'The client always closes first.'
