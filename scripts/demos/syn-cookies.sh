# shellcheck shell=sh
title 'SYN cookies: the server keeps nothing of a SYN, and so repeats nothing'
lab -f lose=SYN-ACK,nth=1

scene() {
	setting server net/ipv4/tcp_syncookies 2 # always, not only when it is flooded
	server tcp_server -n 1 9000
	echo hello | client tcp_client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1    lost  # 1
> SYN        seq 0  # 2
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1  # 3
client connect = 0
> PSH ACK    seq 1    ack 1    len 6
< ACK        seq 1    ack 7
< PSH ACK    seq 1    ack 7    len 6
> ACK        seq 7    ack 7
> FIN ACK    seq 7    ack 7
< ACK        seq 7    ack 8
< FIN ACK    seq 7    ack 8
> ACK        seq 8    ack 8
END

look_for 'The lost SYN ACK (1) is not sent again by the server: it keeps nothing of the SYN. Only the second SYN (2), a second later, draws another. The ACK (3) brings back the number that the server had put into its ISN, and from that it makes the connection.'
question 'What does the server save, and what does it lose?'
answer 'Memory: a flood of SYNs takes none. It loses what would not fit the number: options that are not in a timestamp, and the patience to repeat a SYN ACK. Linux does so only when its queue is full (tcp_syncookies 1).'
myth 'A server keeps state from the first SYN.'
