# shellcheck shell=sh
title 'SYN cookies: the server keeps nothing, and the ACK brings it back'
lab -f lose=ACK,nth=1,from=client

scene() {
	setting server net/ipv4/tcp_syncookies 2 # always, not only when it is flooded
	server tcp_server -n 1 9000
	echo hello | client -d send=1500 tcp_client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1  # 1
> ACK        seq 1    ack 1    lost  # 2
client connect = 0
> PSH ACK    seq 1    ack 1    len 6  # 3
< ACK        seq 1    ack 7
< PSH ACK    seq 1    ack 7    len 6
> ACK        seq 7    ack 7
> FIN ACK    seq 7    ack 7
< ACK        seq 7    ack 8
< FIN ACK    seq 7    ack 8
> ACK        seq 8    ack 8
END

look_for 'The ACK of the handshake is lost (2). A server in SYN_RCVD would send its SYN ACK again after a second: this one remembers nothing. What it needs stands in the number of its SYN ACK (1), and comes back as the ack of the next segment (3): of that it makes the connection.'
question 'What does the server save, and what does it lose?'
answer 'Memory: a flood of SYNs takes none. It loses what would not fit the number: options that are not in a timestamp, and the patience to repeat a SYN ACK. Linux does so only when its queue is full (tcp_syncookies 1).'
myth 'A server keeps state from the first SYN.'
