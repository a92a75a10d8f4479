# shellcheck shell=sh
title 'TCP_NODELAY: both small sends leave at once'
lab -a -d 100 # the kernel's own delayed ACK, and time for two sends on a slow machine

scene() {
	server tcp_server -n 1 -s 7 9000
	client nagle-and-delayed-ack -N server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 2
< ACK        seq 1    ack 3
< PSH ACK    seq 1    ack 3    len 7
> ACK        seq 3    ack 8
> PSH ACK    seq 3    ack 8    len 3
? < ACK        seq 8    ack 6
< PSH ACK    seq 8    ack 6    len 7
? > ACK        seq 6    ack 15
> PSH ACK    seq 6    ack 15   len 4
? < ACK        seq 15   ack 10
< PSH ACK    seq 15   ack 10   len 7
? > ACK        seq 10   ack 22
> PSH ACK    seq 10   ack 22   len 5  # 1
client send = 5
> PSH ACK    seq 15   ack 22   len 7  # 2
client send = 7
? < ACK        seq 22   ack 15
< ACK        seq 22   ack 22
< PSH ACK    seq 22   ack 22   len 7  # 3
? > ACK        seq 22   ack 29
> FIN ACK    seq 22   ack 29
? < ACK        seq 29   ack 23
< FIN ACK    seq 29   ack 23
> ACK        seq 23   ack 30
END

look_for 'The program makes the same two sends as in nagle-and-delayed-ack, but with TCP_NODELAY. The second small segment (2) leaves before the first (1) is acknowledged. The server has the whole line, and its answer (3) carries the ACK of both, or follows it at once.'
question 'What does TCP_NODELAY cost?'
answer 'It costs headers for each send(): over IPv4, 5 bytes of data need a packet of 57 bytes. A program that sends byte by byte fills the network with headers; Nagle'\''s algorithm is there to prevent that.'
myth 'TCP_NODELAY makes every program faster.'
