# shellcheck shell=sh
title 'SYN is lost: it goes again after a second, and connect knows nothing of it'
lab -f lose=SYN,nth=1,from=client

scene() {
	server tcp_server -n 1 9000
	told server 'accept(3) = 4' | client tcp_client server 9000
}

promise <<'END'
client connect ... [SYN_SENT]
> SYN        seq 0    lost  # 1
> SYN        seq 0  # 2
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
client connect = 0 [ESTABLISHED]
> FIN ACK    seq 1    ack 1
< ACK        seq 1    ack 2
< FIN ACK    seq 1    ack 2
> ACK        seq 2    ack 2
END

look_for 'The same SYN twice, (1) and (2), a second apart (RFC 6298): there is no round trip yet to learn from. The server has not heard the first.'
question 'If the second is lost, too, when does the third leave? Try: scripts/demo --explore -f lose=SYN,nth=2 syn-lost'
answer 'Two seconds after the second: the time-out doubles. So 3 s after the first.'
myth 'connect() knows of each SYN.'
