# shellcheck shell=sh
title 'An ACK is lost, and nobody minds: the next one says it, too'
lab -d 60 # all segments leave before the first is there, on a slow machine, too
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

look_for 'The first ACK (1) is lost, and nothing happens: the next (2) says that everything before ack has come. ACKs are cumulative.'
question 'Which ACK must not be lost, if nothing is to be sent again?'
answer 'The last one: nothing follows that would say it, too.'
myth 'Each segment must be acknowledged on its own.'
