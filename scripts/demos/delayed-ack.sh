# shellcheck shell=sh
title 'A delayed ACK: the answer carries it (piggybacking)'
lab -a # the kernel's own delayed ACK

scene() {
	server tcp_server -n 1 9000
	printf '%s\n' one two three | client tcp_client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 4
< ACK        seq 1    ack 5  # 1
< PSH ACK    seq 1    ack 5    len 4
> ACK        seq 5    ack 5
> PSH ACK    seq 5    ack 5    len 4
? < ACK        seq 5    ack 9
< PSH ACK    seq 5    ack 9    len 4  # 2
? > ACK        seq 9    ack 9
> PSH ACK    seq 9    ack 9    len 6
? < ACK        seq 9    ack 15
< PSH ACK    seq 9    ack 15   len 6  # 3
? > ACK        seq 15   ack 15
> FIN ACK    seq 15   ack 15
? < ACK        seq 15   ack 16
< FIN ACK    seq 15   ack 16
> ACK        seq 16   ack 16
END

look_for 'Linux acknowledges the first segment of a connection at once (1). After the first answer the server'\''s kernel delays its ACKs, because its program answers soon: the answer carries the ACK, (2) and (3). This is called piggybacking.'
question 'What if the server does not answer?'
answer 'Then the ACK leaves alone, after about 40 ms on Linux. RFC 9293 (3.8.6.3) says that TCP should delay ACKs (SHLD-18), but by less than 0.5 s (MUST-40). See nagle-and-delayed-ack.'
myth 'Each segment is answered with an ACK of its own.'
