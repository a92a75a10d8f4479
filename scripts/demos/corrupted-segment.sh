# shellcheck shell=sh
title 'A bit flips on the way: the checksum detects it, and the segment is dropped and sent again'
lab -f flip=data,nth=1,from=client

scene() {
	server tcp_server -n 1 9000
	echo hello | client tcp_client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 6    bad  # 1
client send = 6
> PSH ACK    seq 1    ack 1    len 6  # 2
< ACK        seq 1    ack 7
< PSH ACK    seq 1    ack 7    len 6
> ACK        seq 7    ack 7
> FIN ACK    seq 7    ack 7
< ACK        seq 7    ack 8
< FIN ACK    seq 7    ack 8
> ACK        seq 8    ack 8
END

look_for 'The segment (1) arrives, but is not acknowledged: TCP drops a damaged segment. For the sender this is the same as a lost segment, so it retransmits the segment (2).'
question 'The checksum has 16 bits. How many damaged segments in a million does it miss?'
answer 'None, if one bit has flipped: that is always detected. If the damage is random, about one in 65,536: 15 in a million. Ethernet'\''s own check finds nearly all damaged frames before TCP sees them; but an application whose data must be right needs a check of its own.'
myth 'The receiver reports a damaged segment to the sender.'
