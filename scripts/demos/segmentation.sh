# shellcheck shell=sh
title 'One send(), three segments: TCP cuts the data into pieces that fit the path'
lab -d 60 # even on a slow machine all segments leave before the first arrives
needs_lab 'on lo a segment may have 65483 bytes'

scene() {
	server tcp_server -n 1 -s 7 9000
	line 4000 long | client tcp_client server 9000
}

# $MSS is the data of a full segment: 1500 bytes minus the headers, which have 20 (IPv4) or
# 40 bytes (IPv6), 20 (TCP), and 12 (TCP's timestamps).
promise <<END
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> ACK        seq 1    ack 1    len $MSS  # 1
> ACK        seq $((1 + MSS)) ack 1    len $MSS  # 2
> PSH ACK    seq $((1 + 2 * MSS)) ack 1    len $((4000 - 2 * MSS))  # 3
client send = 4000
< ACK        seq 1    ack $((1 + MSS))
< ACK        seq 1    ack $((1 + 2 * MSS))
< ACK        seq 1    ack 4001
< PSH ACK    seq 1    ack 4001 len 7
> ACK        seq 4001 ack 8
> FIN ACK    seq 4001 ack 8
< ACK        seq 8    ack 4002
< FIN ACK    seq 8    ack 4002
> ACK        seq 4002 ack 9
END

look_for 'One send() of 4000 bytes makes three segments, (1) to (3). Only the last carries PSH: after it the sender has nothing left to send.'
question 'How many recv() calls did the server need? Could it have been another number?'
answer 'One, if all bytes arrived before the first call; otherwise up to three here, and more with a smaller buffer. Nothing ties recv() to a segment.'
myth 'One send() is one segment, and one recv() takes it.'
