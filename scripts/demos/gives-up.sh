# shellcheck shell=sh
title 'Nobody acknowledges: after a user timeout the kernel gives up, with ETIMEDOUT'
differs 'a tail-loss probe (tcp_early_retrans) is sent first, and the RTO may be 200 ms (rto_min)'
lab -f lose=data,from=client

scene() {
	setting server net/ipv4/tcp_keepalive_time 1
	failing server -d "accept=${run:?}/go" tcp_server -K -n 1 9000
	echo hello | failing client tcp_client -U 1000 server 9000
	: > "$run/go"
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 6    lost  # 1
client send = 6
> PSH ACK    seq 1    ack 1    len 6    lost  # 2
client recv = -1 ETIMEDOUT [CLOSED]  # 3
< ACK        seq 0    ack 1
> RST        seq 1
server recv = -1 ECONNRESET [CLOSED]
END

look_for 'send() succeeded as soon as the kernel had the bytes; then they were lost (1). The retransmission (2) was not acknowledged either, so recv() fails (3). The user timeout is one second here, and Linux measures it from (2), the first retransmission, which left after the RTO of a second. The server does not know of this: accept() still succeeds. Only the answer to its keep-alive probe, an RST, shows that the connection has ended.'
question 'How long would the kernel try without -U? See tcp_retries2 in tcp(7).'
answer 'About a quarter of an hour. Linux computes a time from tcp_retries2 (15 by default): the time that 15 retransmissions would take if the first RTO were 200 ms. That is 924.6 s. When this time has passed, the next timeout ends the connection. In this lab, where the first RTO is a second, that is after 13 retransmissions.'
myth 'TCP guarantees that data arrives.'
