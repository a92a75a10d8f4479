# shellcheck shell=sh
title 'Each ACK advertises what is left of the window, until recv() makes room'
needs_lab 'on lo a segment may have 65483 bytes'
show details

scene() {
	server -d recv=3000B,nth=1 tcp_server -n 1 -s 7 -w 4096 9000
	{
		printf '%1000s' one
		logged client 'send(3, 1000) = 1000'
		printf '%1001s' two
		logged client 'send(3, 1001) = 1001'
		line 999 three
		received client 7
	} | client -d send=acked,nth=2 -d send=acked,nth=3 halfclose client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 1000
< ACK        seq 1    ack 1001  # 1
> PSH ACK    seq 1001 ack 1    len 1001
< ACK        seq 1    ack 2002  # 2
> PSH ACK    seq 2002 ack 1    len 999
< ACK        seq 1    ack 3001
? < ACK        seq 1    ack 3001  # 3
server recv = 3000
< PSH ACK    seq 1    ack 3001 len 7
> ACK        seq 3001 ack 8
> FIN ACK    seq 3001 ack 8
< ACK        seq 8    ack 3002
< FIN ACK    seq 8    ack 3002
> ACK        seq 3002 ack 9
END

look_for 'Each ACK, (1) and (2), advertises a window: how many more bytes the server'\''s kernel has room for. Nobody reads yet, so the window shrinks, almost to 0. It does not shrink by exactly what arrived, because Linux estimates how many bytes fit into the memory of its buffer. When recv() takes all bytes, a window update opens the window again (3): an ACK that acknowledges nothing new.'
question 'The SYNs advertise a window and a window scale, too. Why does the scale not apply to the window in the SYNs?'
answer 'Because the other end may not know the option: the scale applies only if both SYNs carry it, and only to the segments after them (RFC 7323, 2.2). The buffer of this server is so small that its scale is 0.'
myth 'The window is a number of segments.'
