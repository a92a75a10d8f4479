# shellcheck shell=sh
title 'A stream has no boundaries: three send() calls, one recv()'
lab -d 100 # even on a slow machine send() and shutdown() return before an answer arrives
needs_lab 'on lo ACKs may arrive before send() has returned'

scene() {
	server -d recv=17B,nth=1 -d close=acked halfclose server -n 1 9000
	{
		echo one
		logged client 'send(3, 4) = 4'
		echo three
		logged client 'send(3, 6) = 6'
		echo eleven
	} | client -d send=acked,nth=2 -d send=acked,nth=3 -d shutdown=acked halfclose client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 4  # 1
client send = 4
< ACK        seq 1    ack 5
> PSH ACK    seq 5    ack 1    len 6  # 2
client send = 6
< ACK        seq 1    ack 11
> PSH ACK    seq 11   ack 1    len 7  # 3
client send = 7
< ACK        seq 1    ack 18
server recv = 17
> FIN ACK    seq 18   ack 1
< ACK        seq 1    ack 19
< PSH ACK    seq 1    ack 19   len 7
> ACK        seq 19   ack 8
< FIN ACK    seq 8    ack 19
> ACK        seq 19   ack 9
END

look_for 'Three send() calls make three segments, (1) to (3), of 4, 6 and 7 bytes. One recv() returns all 17. A program has to mark the end of a message itself: with a newline, for example, or with a length in front.'
question 'Could one send() need more than one recv()?'
answer 'Yes, if its bytes arrive in several segments, or if the buffer is small (see segmentation). So a program has to read until it has a whole message.'
myth 'One send() makes one message, and one recv() returns it.'
