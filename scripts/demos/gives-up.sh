# shellcheck shell=sh
title 'Nobody acknowledges: a user timeout after the first retransmission the kernel gives up, with ETIMEDOUT'
differs 'a tail-loss probe (tcp_early_retrans) goes first, and the time-out may be 200 ms (rto_min)'
lab -f lose=data,from=client

scene() {
	server tcp_server -n 1 9000
	echo hello | failing client tcp_client -U 1000 server 9000
	end_servers
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 6    lost  # 1
client send = 6
> PSH ACK    seq 1    ack 1    len 6    lost  # 2
client recv = -1 ETIMEDOUT [CLOSED]  # 3
< FIN ACK    seq 1    ack 1
> RST        seq 1
END

look_for 'It is recv that fails (3): send had succeeded when the kernel took the bytes, before (1), and nothing came of (2). The second of the user timeout is counted from (2), by Linux: the program waited two. The server knows nothing of it.'
question 'How long would the kernel try without -U? See tcp_retries2 in tcp(7).'
answer 'Until 15 retransmissions have gone unanswered (tcp_retries2): 13 to 30 minutes, for the pause grows to two minutes.'
myth 'TCP guarantees that data arrives.'
