# shellcheck shell=sh
title 'close() instead of shutdown(): both directions end, and the answer is lost'

scene() {
	server -d close=CLOSED halfclose server -n 1 9000
	printf 'one two three\nfour five\n' | failing client -d close=acked halfclose client -x server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 24
< ACK        seq 1    ack 25
client close = 0
> FIN ACK    seq 25   ack 1  # 1
< ACK        seq 1    ack 26
server send ... [CLOSE_WAIT]
< PSH ACK    seq 1    ack 26   len 7  # 2
> RST        seq 26  # 3
server close = 0
END

look_for 'The FIN (1) looks the same as in half-close. But no program will read the server'\''s answer (2), so the client'\''s kernel sends RST (3). After that the server'\''s own close() sends nothing.'
question 'send() had returned 7 at the server. Had the answer arrived?'
answer 'It arrived at the client'\''s kernel, where no program read it. The result 7 of send() means only that the server'\''s kernel has taken the bytes.'
myth 'If send() returns, the other program has the data.'
