# shellcheck shell=sh
title 'A close in three segments: the FIN of the passive end carries its ACK'
lab -a # the ACK has to wait for the FIN that carries it

scene() {
	server -d close=CLOSE_WAIT tcp_server -n 1 -a 1 9000
	echo hello | client tcp_client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 6
< ACK        seq 1    ack 7
< PSH ACK    seq 1    ack 7    len 6
> ACK        seq 7    ack 7
client close = 0
> FIN ACK    seq 7    ack 7  # 1
server close = 0
< FIN ACK    seq 7    ack 8  # 2
> ACK        seq 8    ack 8
END

look_for 'The lab delays the server'\''s close() until the client'\''s FIN (1) has arrived. The ACK of that FIN is still waiting, so the server'\''s own FIN (2) carries it.'
question 'How can a server acknowledge the FIN first, in a segment of its own? Try: scripts/demo --explore --server "tcp_server -n 1 -k 9000" combined-fin-ack'
answer 'With Linux'\''s TCP_QUICKACK, set between the recv() that returns 0 and close() (option -k of tcp_server): the ACK leaves at once, and the FIN follows alone. Or with a close() so late that the kernel has sent the delayed ACK (after 40 ms on Linux).'
myth 'A close takes four segments, always.'
