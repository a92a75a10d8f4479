# shellcheck shell=sh
title 'Urgent data: URG and a pointer on the wire, and a byte that recv leaves out'

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

look_for 'The three bytes travel in one segment, in order, and are acknowledged (2) as any; URG and its pointer (1) only say that one of them is urgent. The server'\''s recv stops before that byte, so that two come back (3).'
question 'Why do new programs not use it (RFC 6093)?'
answer 'RFCs did not agree on whether the pointer means the last urgent byte or the one behind it, and some firewalls clear it: so who reads may miss the byte, or take it for an ordinary one. A second connection is what "out of band" needs.'
myth 'Urgent data overtakes the rest.'
