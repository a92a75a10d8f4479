# shellcheck shell=sh
title 'A slow reader: the window closes, the sender probes it, the window opens again'
differs 'the sender probes sooner, and more often (rto_min 200 ms)'
needs_lab 'on lo a segment may have 65483 bytes'

scene() {
	server -d recv=2200,nth=1 tcp_server -n 1 -w 4096 -s 7 9000
	line 5000 long | client tcp_client server 9000
}

promise <<END
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> ACK        seq 1    ack 1    len $MSS
> PSH ACK    seq $((1 + MSS)) ack 1    len $MSS
client send = 5000
< ACK        seq 1    ack $((1 + MSS))
< ACK        seq 1    ack $((1 + 2 * MSS))
> ACK        seq $((1 + 2 * MSS)) ack 1    len $MSS
< ACK        seq 1    ack $((1 + 3 * MSS)) win 0  # 1
> ACK        seq $((3 * MSS)) ack 1  # 2
< ACK        seq 1    ack $((1 + 3 * MSS)) win 0
< ACK        seq 1    ack $((1 + 3 * MSS))  # 3
server recv = $((3 * MSS)) [ESTABLISHED]
> PSH ACK    seq $((1 + 3 * MSS)) ack 1    len $((5000 - 3 * MSS))
< ACK        seq 1    ack 5001
< PSH ACK    seq 1    ack 5001 len 7
> ACK        seq 5001 ack 8
> FIN ACK    seq 5001 ack 8
< ACK        seq 8    ack 5002
< FIN ACK    seq 8    ack 5002
> ACK        seq 5002 ack 9
END

look_for 'The server has not called recv() yet. Its kernel takes what fits into the buffer, and then advertises a window of 0 (1). The client'\''s kernel sends a window probe (2), to see whether the window is still 0. When recv() has made room, the server advertises its new window without being asked (3).'
question 'What does the probe carry, and why is it needed? Think of a window update that is lost.'
answer 'Linux'\''s probe carries no data. Its seq is one less than the receiver expects, and such a segment must be answered with an ACK. (In RFC 9293, 3.8.6.1, a probe carries a byte of data.) Without probes a lost window update would leave both ends waiting for ever, because TCP never retransmits an ACK without data.'
myth 'If the reader is slow, TCP loses what does not fit into its buffer.'
