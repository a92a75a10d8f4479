# shellcheck shell=sh
title 'Urgent data: URG and a pointer on the wire, and a byte that recv() leaves out'

scene() {
	server tcp_server -n 1 9000
	client urgent server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH URG ACK seq 1    ack 1    len 3  # 1
< ACK        seq 1    ack 4  # 2
server recv = 2 [ESTABLISHED]
< PSH ACK    seq 1    ack 4    len 2  # 3
> ACK        seq 4    ack 3
> FIN ACK    seq 4    ack 3
< ACK        seq 3    ack 5
< FIN ACK    seq 3    ack 5
> ACK        seq 5    ack 4
END

look_for 'The three bytes travel in one segment, in order, and are acknowledged (2) like any other bytes. URG and the urgent pointer (1) only mark one of them. The server'\''s recv() leaves this byte out, so two bytes come back (3).'
question 'Why should new programs not use urgent data (RFC 6093)?'
answer 'The RFCs did not agree whether the pointer means the last urgent byte or the byte after it, and some firewalls clear the pointer. So the reader may miss the urgent byte, or mistake it for an ordinary one. A program that needs two channels should open a second connection.'
myth 'Urgent data overtakes the rest.'
