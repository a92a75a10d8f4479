# shellcheck shell=sh
title 'An abort: RST instead of FIN, and recv() fails with ECONNRESET'

scene() {
	failing server tcp_server -n 1 9000
	echo hello | client tcp_client -r server 9000
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
> RST ACK    seq 7    ack 7  # 1
server recv = -1 ECONNRESET [CLOSED]  # 2
END

look_for 'The client aborts the connection: it sends RST (1) instead of FIN. Nobody acknowledges an RST, and there is no TIME_WAIT: neither end has the connection any more. The server'\''s recv() reports the RST (2).'
question 'RST is not acknowledged. What if it is lost?'
answer 'Then the other end finds out when it sends its next segment, which is answered with another RST. If that end never sends, it never finds out (see half-open).'
myth 'RST means that the network has failed.'
