# shellcheck shell=sh
title 'close() with unread data: RST instead of FIN'

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

look_for 'The server closes before it has read four bytes that its kernel has acknowledged (1). So RST leaves instead of FIN (2). The client'\''s recv() fails (3): this shows the client that bytes were lost.'
question 'How does a server avoid this RST?'
answer 'It reads the whole request before close(). Or it calls shutdown(SHUT_WR), reads until recv() returns 0, and then closes (see half-close).'
myth 'close() always sends FIN.'
