# shellcheck shell=sh
title 'After the other end has closed: RST answers the first send(), and the second fails with EPIPE'
lab -d 100 # even on a slow machine send() and shutdown() return before an answer arrives
needs_lab 'on lo RST may arrive before send() has returned'

scene() {
	server -d close=acked tcp_server -n 1 -a 1 9000
	{
		echo one
		logged client 'send(3, 4) = 4'
		echo second
		logged client 'send(3, 7) = 7'
		echo three
	} | failing client -d send=CLOSE_WAIT,nth=2 -d send=CLOSED,nth=3 halfclose client -x server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 4
client send = 4
< ACK        seq 1    ack 5
< PSH ACK    seq 1    ack 5    len 4
> ACK        seq 5    ack 5
server close = 0
< FIN ACK    seq 5    ack 5  # 1
> ACK        seq 5    ack 6
> PSH ACK    seq 5    ack 6    len 7
client send = 7 [CLOSE_WAIT]  # 2
< RST        seq 6
client send = -1 EPIPE  # 3
END

look_for 'The server has closed (1): it will send no more, and read no more. The next send() of the client succeeds (2), and its segment is answered with RST. The send() after that fails with EPIPE (3). The signal SIGPIPE would have killed the program, but the program ignores it.'
question 'Why did the first of the two send() calls not fail?'
answer 'The client'\''s kernel had only received a FIN, and a FIN ends one direction: the server could still have read. Only the RST shows that the server had called close(), not shutdown().'
myth 'send() fails as soon as the other end has closed.'
