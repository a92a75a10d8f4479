# shellcheck shell=sh
title 'Half-open: one end has forgotten the connection, and a keep-alive probe finds out'
lab -f lose=RST,nth=1,from=client

scene() {
	setting server net/ipv4/tcp_keepalive_time 1 # in seconds; the default is 7200
	failing server -d "accept=${run:?}/go" tcp_server -n 1 -K 9000 # the second of silence begins when accept() returns
	client tcp_client -r server 9000 < /dev/null
	: > "$run/go"
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
client close = 0
> RST ACK    seq 1    ack 1    lost  # 1
< ACK        seq 0    ack 1  # 2
> RST        seq 1  # 3
server recv = -1 ECONNRESET
END

look_for 'The client aborts, and its RST is lost (1): the client has no connection any more, but the server still has one. While neither end sends, this could last for ever. The server sends a keep-alive probe (2), with a seq that is one too low, and the answer is RST (3) (RFC 9293, figure 10).'
question 'Which other segments would have shown the server that the connection is gone?'
answer 'Any segment that the server sends: the client answers it with RST. Or a new SYN from the same port: the server would answer the SYN with an ACK, and the client would answer this ACK with RST (RFC 9293, figure 9: see half-open-syn).'
myth 'Both ends of a connection always know whether there is one.'
