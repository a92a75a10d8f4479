# shellcheck shell=sh
title 'SACK: duplicate ACKs list what has arrived, and TCP sends only the missing segments again'
lab -d 60 # even on a slow machine all segments leave before the first arrives
lab -f lose=data,nth=2,from=client -f lose=data,nth=5,from=client # Linux up to 6.12 needs three segments after a gap

scene() {
	setting client net/ipv4/tcp_sack 1
	setting server net/ipv4/tcp_sack 1
	server tcp_server -n 1 -s 7 9000
	line 12000 long | client tcp_client server 9000
}

promise <<END
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> ACK        seq 1    ack 1    len $MSS
> ACK        seq $((1 + MSS)) ack 1    len $MSS lost  # 1
> ACK        seq $((1 + 2 * MSS)) ack 1    len $MSS
> ACK        seq $((1 + 3 * MSS)) ack 1    len $MSS
> ACK        seq $((1 + 4 * MSS)) ack 1    len $MSS lost
> ACK        seq $((1 + 5 * MSS)) ack 1    len $MSS
> ACK        seq $((1 + 6 * MSS)) ack 1    len $MSS
> ACK        seq $((1 + 7 * MSS)) ack 1    len $MSS
> PSH ACK    seq $((1 + 8 * MSS)) ack 1    len $((12000 - 8 * MSS))
< ACK        seq 1    ack $((1 + MSS))
< ACK        seq 1    ack $((1 + MSS))
< ACK        seq 1    ack $((1 + MSS))
< ACK        seq 1    ack $((1 + MSS))
< ACK        seq 1    ack $((1 + MSS))
< ACK        seq 1    ack $((1 + MSS))
< ACK        seq 1    ack $((1 + MSS))
> ACK        seq $((1 + MSS)) ack 1    len $MSS  # 2
> ACK        seq $((1 + 4 * MSS)) ack 1    len $MSS  # 3
< ACK        seq 1    ack $((1 + 4 * MSS))
< ACK        seq 1    ack 12001
< PSH ACK    seq 1    ack 12001 len 7
> ACK        seq 12001 ack 8
> FIN ACK    seq 12001 ack 8
< ACK        seq 8    ack 12002
< FIN ACK    seq 8    ack 12002
> ACK        seq 12002 ack 9
END

look_for 'Two segments are lost, (1) and another. The duplicate ACKs list the blocks that have arrived (SACK), so the sender knows both gaps after one round trip. It retransmits only these two segments, (2) and (3), at once.'
question 'What does the sender know without SACK?'
answer 'Only where the first gap begins. It learns of the second gap a round trip later, when the first gap has been filled (RFC 6582).'
myth 'TCP can acknowledge only what comes before the first gap.'
