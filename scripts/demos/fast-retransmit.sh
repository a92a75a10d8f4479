# shellcheck shell=sh
title 'Fast retransmit: three duplicate ACKs make TCP send the missing segment at once'
lab -d 60 # even on a slow machine all segments leave before the first is acknowledged
lab -f lose=data,nth=2,from=client
differs 'with SACK (tcp_sack) and RACK (tcp_recovery) one ACK of data after the gap is enough'

scene() {
	server tcp_server -n 1 -s 7 9000
	line 7000 long | client tcp_client server 9000
}

promise <<END
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> ACK        seq 1    ack 1    len $MSS
> ACK        seq $((1 + MSS)) ack 1    len $MSS lost  # 1
> ACK        seq $((1 + 2 * MSS)) ack 1    len $MSS
> ACK        seq $((1 + 3 * MSS)) ack 1    len $MSS
> PSH ACK    seq $((1 + 4 * MSS)) ack 1    len $((7000 - 4 * MSS))
client send = 7000
< ACK        seq 1    ack $((1 + MSS))
< ACK        seq 1    ack $((1 + MSS))
< ACK        seq 1    ack $((1 + MSS))
< ACK        seq 1    ack $((1 + MSS))  # 2
> ACK        seq $((1 + MSS)) ack 1    len $MSS  # 3
< ACK        seq 1    ack 7001
< PSH ACK    seq 1    ack 7001 len 7
> ACK        seq 7001 ack 8
client recv = 7
> FIN ACK    seq 7001 ack 8
< ACK        seq 8    ack 7002
< FIN ACK    seq 8    ack 7002
> ACK        seq 7002 ack 9
END

look_for 'Each segment after the gap (1) is answered with the same ack. The third duplicate ACK (2) makes the sender retransmit the missing segment (3), one round trip after it was lost. The retransmission timer would have taken about nine round trips (1.12 s).'
question 'Why three, and not one? See reordered-segments.'
answer 'One or two duplicate ACKs may come from a segment that was only overtaken. Three is the compromise of RFC 5681: TCP waits a little, but not long.'
myth 'A lost segment always costs a timeout.'
