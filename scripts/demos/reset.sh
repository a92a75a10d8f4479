# shellcheck shell=sh
title 'An abort: RST instead of FIN, and recv fails with ECONNRESET'

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

look_for 'No FIN, no ACK, no TIME_WAIT: after RST (1) nothing of the connection is left on either side, and recv says so (2).'
question 'RST is not acknowledged. What if it is lost?'
answer 'Then the other end finds out with its next segment, which draws another RST; if it never sends, it never knows (see half-open).'
myth 'RST is an error in the network.'
