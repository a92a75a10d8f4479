# shellcheck shell=sh
title 'A dead cable: TCP sends the same segment again, and waits twice as long each time'
differs 'a tail-loss probe (tcp_early_retrans) is sent first, and the RTO may be 200 ms (rto_min)'
lab -f lose=data,from=client,for=2000

scene() {
	server tcp_server -n 1 9000
	echo hello | client tcp_client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 6    lost  # 1
client send = 6
> PSH ACK    seq 1    ack 1    len 6    lost  # 2
> PSH ACK    seq 1    ack 1    len 6  # 3
< ACK        seq 1    ack 7
< PSH ACK    seq 1    ack 7    len 6
> ACK        seq 7    ack 7
client recv = 6 [ESTABLISHED]
> FIN ACK    seq 7    ack 7
< ACK        seq 7    ack 8
< FIN ACK    seq 7    ack 8
> ACK        seq 8    ack 8
END

look_for 'send() returned at once: the kernel keeps the bytes until they are acknowledged. The wait between (1) and (2) is the retransmission timeout (RTO), a round trip and a second here: Linux adds at least rto_min, which the lab sets to a second, to the round trip. (RFC 6298, 2.4, rounds the whole RTO up to a second.) The wait before (3) is twice as long.'
question 'Why does TCP wait longer each time? Think of a hundred senders, and a cable that is not dead but full.'
answer 'If all of them retransmitted at the same pace, the full cable would stay full. A sender that gets no ACK can do only one thing against that: wait longer each time (exponential backoff).'
myth 'send() waits until the data has arrived.'
