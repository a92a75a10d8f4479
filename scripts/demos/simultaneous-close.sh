# shellcheck shell=sh
title 'Both ends close at once: the FINs cross, and both ends go through CLOSING'
# The cable holds the first FIN until the other one arrives; CLOSING then lasts at least half
# of the one-way delay.
lab -d 200 -f cross=FIN

scene() {
	server -d close=acked tcp_server -n 1 -a 1 9000
	echo hello | client -d shutdown=6B halfclose client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 6
< ACK        seq 1    ack 7
< PSH ACK    seq 1    ack 7    len 6
> ACK        seq 7    ack 7
client shutdown ...
server close = 0
> FIN ACK    seq 7    ack 7  # 1
< FIN ACK    seq 7    ack 7  # 2
< ACK        seq 8    ack 8
> ACK        seq 8    ack 8
client recv = 0 [CLOSING]
END

look_for 'Each FIN, (1) and (2), left before the other arrived, so neither acknowledges the other. Both ends go through CLOSING, and both end in TIME_WAIT (RFC 9293, figure 13).'
question 'Which end is the active closer here?'
answer 'Both: each sent its FIN before the other'\''s arrived. So TIME_WAIT is at both ends.'
myth 'Only one end of a connection has TIME_WAIT.'
