# shellcheck shell=sh
title 'The same with close: both directions end, and the answer is lost'

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

look_for 'The FIN (1) looks the same as in half-close. Only RST (3), which the answer (2) draws, tells the server that nobody reads; then its own close sends nothing more.'
question 'send() had returned 7 at the server. Had the answer arrived?'
answer 'It had arrived at the client'\''s kernel, and nobody was there to read it. That send returned 7 only says that the server'\''s kernel took the bytes.'
myth 'If send() returns, the other program has the data.'
