# shellcheck shell=sh
title 'close() with data unread: RST instead of FIN'

scene() {
	server -d close=4B tcp_server -n 1 -a 1 9000
	printf '%s\n' one two | failing client tcp_client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 4
< ACK        seq 1    ack 5
< PSH ACK    seq 1    ack 5    len 4
> ACK        seq 5    ack 5
> PSH ACK    seq 5    ack 5    len 4
< ACK        seq 5    ack 9  # 1
server close = 0
< RST ACK    seq 5    ack 9  # 2
client recv = -1 ECONNRESET  # 3
END

look_for 'The server closes while four bytes, which its kernel has acknowledged (1), are unread: RST (2) leaves instead of FIN, so that the client learns that they were lost. Its recv fails (3).'
question 'How does a server avoid that?'
answer 'It reads to the end of the question, or calls shutdown(SHUT_WR) and reads until recv returns 0, before close (see half-close).'
myth 'close() always sends FIN.'
