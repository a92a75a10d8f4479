# shellcheck shell=sh
title 'FIN_WAIT2 has a time limit: after close() the kernel waits only so long for the other FIN'
needs_lab 'it changes a setting of the client host'

scene() {
	setting client net/ipv4/tcp_fin_timeout 1 # in seconds; the default is 60
	server -d "recv=${run:?}/go,nth=2" tcp_server -n 1 9000
	echo hello | client tcp_client server 9000
	await 'the end of FIN_WAIT2' 30 forgotten # 5 s
	: > "$run/go"
}

forgotten() {
	! has_socket client ':2328 0'
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
> FIN ACK    seq 7    ack 7
< ACK        seq 7    ack 8  # 1
server close = 0
< FIN ACK    seq 7    ack 8  # 2
> RST        seq 8  # 3
END

look_for 'close() has returned, and its FIN is acknowledged (1): the client is in FIN_WAIT2. Its kernel waits for the other FIN, but not for ever. After tcp_fin_timeout (60 s by default, 1 s here), or 3.5 RTOs if that is longer, the kernel forgets the connection. The server'\''s FIN (2) arrives after that, and is answered with RST (3).'
question 'Why may the kernel forget the connection, although RFC 9293 has no such limit?'
answer 'Because the program has called close(): nobody would read what arrives. After shutdown() the program still waits for data, and FIN_WAIT2 lasts as long as the program waits.'
myth 'FIN_WAIT2 lasts until the other end closes.'
