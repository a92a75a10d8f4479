# shellcheck shell=sh
title 'Half-open, and a new SYN: the old connection answers, and RST ends it'
lab -f lose=RST,nth=1,from=client

scene() {
	failing server tcp_server -n 2 9000
	logged server 'accept(3) = 4' | client tcp_client -r -p 40000 server 9000
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

look_for 'The client has aborted, but the server does not know: the RST was lost (1). Then the client sends a new SYN from the same port. The server answers with an ACK of the old connection (2), which is answered with RST (3). The client sends its SYN again, and now the server can open a new connection (RFC 9293, figure 9).'
question 'Why does the server not accept the new SYN at once?'
answer 'The SYN could be an old duplicate, or forged: a stranger could end connections by sending SYNs. Only the client'\''s RST, with the right sequence number, proves that the old connection is gone (RFC 5961).'
myth 'A SYN is answered with SYN ACK or with RST, and with nothing else.'
