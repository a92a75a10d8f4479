# shellcheck shell=sh
title 'SYN cookies: the server keeps no state, and the ACK brings back what it needs'
lab -f lose=ACK,nth=1,from=client

scene() {
	setting server net/ipv4/tcp_syncookies 2 # always use cookies, not only when the queue is full
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

look_for 'The ACK of the handshake is lost (2). A server in SYN_RCVD would retransmit its SYN ACK after a second. This server does not, because it has kept no state: all that it needs is encoded in the sequence number of its SYN ACK (1). The next segment (3) acknowledges this number, and the server builds the connection from it.'
question 'What does the server save, and what does it lose?'
answer 'It saves memory: a flood of SYNs fills no queue. It loses the options of the SYN that fit neither into the number nor into a timestamp, and it cannot retransmit a SYN ACK.'
myth 'With tcp_syncookies 1, the default, every SYN ACK is a cookie. (Linux then sends cookies only while its queue is full. This demo sets 2: always.)'
