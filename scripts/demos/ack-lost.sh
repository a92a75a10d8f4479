# shellcheck shell=sh
title 'An ACK is lost, and nothing happens: the next ACK acknowledges the same bytes'
lab -d 60 # even on a slow machine all segments leave before the first arrives
lab -f lose=ACK,nth=1,from=server

scene() {
	server tcp_server -n 1 -s 7 9000
	line 4000 long | client tcp_client server 9000
}

promise <<END
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> ACK        seq 1    ack 1    len $MSS
> ACK        seq $((1 + MSS)) ack 1    len $MSS
> PSH ACK    seq $((1 + 2 * MSS)) ack 1    len $((4000 - 2 * MSS))
< ACK        seq 1    ack $((1 + MSS)) lost  # 1
< ACK        seq 1    ack $((1 + 2 * MSS))  # 2
< ACK        seq 1    ack 4001
< PSH ACK    seq 1    ack 4001 len 7
> ACK        seq 4001 ack 8
> FIN ACK    seq 4001 ack 8
< ACK        seq 8    ack 4002
< FIN ACK    seq 8    ack 4002
> ACK        seq 4002 ack 9
END

look_for 'The first ACK (1) is lost, and nothing happens. The next one (2) acknowledges all bytes before its ack number: ACKs are cumulative.'
question 'Which of the server'\''s three bare ACKs has to arrive, so that nothing is sent again? Try: scripts/demo --explore -f lose=ACK,nth=2,to=3,from=server ack-lost'
answer 'None of them: the server'\''s answer carries ack 4001, too (a piggybacked ACK). One segment with ack 4001 has to arrive before the client'\''s retransmission timer runs out.'
myth 'Each segment needs an ACK of its own.'
