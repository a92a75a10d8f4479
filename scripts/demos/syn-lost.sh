# shellcheck shell=sh
title 'The SYN is lost: TCP sends it again after a second, and connect() just takes longer'
lab -f lose=SYN,nth=1,from=client

scene() {
	server tcp_server -n 1 9000
	logged server 'accept(3) = 4' | client tcp_client server 9000
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

look_for 'The SYN (1) is lost. TCP sends the same SYN again a second later (2). TCP has measured no round trip yet, so the retransmission timeout (RTO) is 1 s (RFC 6298). connect() waits, and returns as usual.'
question 'If the second SYN is lost, too, when does the third leave? Try: scripts/demo --explore -f lose=SYN,nth=2 syn-lost'
answer '2 s after the second SYN, because the RTO doubles each time; that is 3 s after the first. (By default kernels since 6.5 send the first SYNs one second apart: tcp_syn_linear_timeouts.)'
