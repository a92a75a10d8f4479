# shellcheck shell=sh
title 'Half open, and a new SYN: the old connection answers, and RST ends it'
lab -f lose=RST,nth=1,from=client

scene() {
	failing server tcp_server -n 2 9000
	told server 'accept(3) = 4' | client tcp_client -r -p 40000 server 9000
	echo hello | client tcp_client -p 40000 server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
client connect = 0
client close = 0
> RST ACK    seq 1    ack 1    lost  # 1
> SYN        seq 0
< ACK        seq 1    ack 1  # 2
> RST        seq 1  # 3
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
client connect = 0
> PSH ACK    seq 1    ack 1    len 6
< ACK        seq 1    ack 7
< PSH ACK    seq 1    ack 7    len 6
> ACK        seq 7    ack 7
client close = 0
> FIN ACK    seq 7    ack 7
< ACK        seq 7    ack 8
< FIN ACK    seq 7    ack 8
> ACK        seq 8    ack 8
END

look_for 'The client has aborted, and the server does not know: RST was lost (1). Then the same port asks anew. The server answers with what it still has, an ACK of the old connection (2); that draws RST (3), and the SYN, sent again, finds a server that is free (RFC 9293, figure 9).'
question 'Why does the server not take the new SYN at once?'
answer 'It could be an old duplicate, or forged: a stranger could end connections by sending SYNs. Only the client'\''s RST, with the right number, proves that the old one is no more (RFC 5961).'
myth 'A SYN always opens a connection, or is refused.'
