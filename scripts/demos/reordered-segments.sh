# shellcheck shell=sh
title 'A segment is overtaken: TCP puts the bytes in order, and the program notices nothing'
lab -d 60 # even on a slow machine all segments leave before the first arrives
lab -f swap=data,nth=2,by=60,from=client
differs 'with RACK (tcp_recovery) the sender retransmits what is a quarter of a round trip late'

scene() {
	server tcp_server -n 1 -s 7 9000
	line 4000 long | client tcp_client server 9000
}

promise <<END
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> ACK        seq 1    ack 1    len $MSS
> ACK        seq $((1 + MSS)) ack 1    len $MSS late  # 1
> PSH ACK    seq $((1 + 2 * MSS)) ack 1    len $((4000 - 2 * MSS))
< ACK        seq 1    ack $((1 + MSS))
< ACK        seq 1    ack $((1 + MSS))  # 2
< ACK        seq 1    ack 4001  # 3
< PSH ACK    seq 1    ack 4001 len 7
> ACK        seq 4001 ack 8
client recv = 7
> FIN ACK    seq 4001 ack 8
< ACK        seq 8    ack 4002
< FIN ACK    seq 8    ack 4002
> ACK        seq 4002 ack 9
END

look_for 'The segment (1) arrives late, after a segment that left later. This causes one duplicate ACK (2), not three, so the sender does not retransmit, and it is right. The late segment is acknowledged together with the segment that overtook it (3).'
question 'How late may the segment be before the sender sends it again? Try: scripts/demo --explore -f hold=data,nth=2,by=1200 segmentation'
answer 'Until the retransmission timer runs out, or until three segments that left after it have arrived: they cause three duplicate ACKs (see fast-retransmit). Here only one segment follows, so the timer decides: 1200 ms late is too late.'
myth 'TCP drops what arrives out of order.'
