# shellcheck shell=sh
title 'The queue is full: a SYN is dropped, not refused, and the client sends it again'
needs_lab 'it reads a counter of the server host'

scene() {
	server -d "accept=${run:?}/go,nth=1" tcp_server -b 0 -n 2 9000
	{
		logged client 'recv(3) = 7' # of the second client # 2 s
		await 'the end of the second connection' 10 second_gone
	} | client tcp_client server 9000 &
	first=$!
	logged client '= 0 [ESTABLISHED'
	echo second | client tcp_client server 9000 &
	await 'the drop of a SYN' 10 counted server ListenDrops
	: > "$run/go" # on a slow machine, the next SYNs may be dropped, too
	wait $first
	wait $!
}

second_gone() { # whether the server's socket for port 40001 is gone
	! has_socket server ':2328 [0-9A-F]*:9C41 '
}

promise <<'END'
> SYN        seq 0    40000:9000
< SYN ACK    seq 0    ack 1    40000:9000
> ACK        seq 1    ack 1    40000:9000
client connect = 0
> SYN        seq 0    40001:9000  # 1
> SYN        seq 0    40001:9000  # 2
? > SYN        seq 0    40001:9000
? > SYN        seq 0    40001:9000
< SYN ACK    seq 0    ack 1    40001:9000  # 3
> ACK        seq 1    ack 1    40001:9000
client connect = 0
> PSH ACK    seq 1    ack 1    len 7    40001:9000
< ACK        seq 1    ack 8    40001:9000
< PSH ACK    seq 1    ack 8    len 7    40001:9000
> ACK        seq 8    ack 8    40001:9000
> FIN ACK    seq 8    ack 8    40001:9000
< ACK        seq 8    ack 9    40001:9000
< FIN ACK    seq 8    ack 9    40001:9000
> ACK        seq 9    ack 9    40001:9000
> FIN ACK    seq 1    ack 1    40000:9000
< ACK        seq 1    ack 2    40000:9000
< FIN ACK    seq 1    ack 2    40000:9000
> ACK        seq 2    ack 2    40000:9000
END

look_for 'With a backlog of 0, the queue of Linux holds one connection (backlog + 1), and the server does not call accept() yet. So the SYN of the second client (1) is dropped, and its connect() waits as if the SYN were lost. Then accept() makes room in the queue: the SYN that is sent again a second later (2) is answered (3).'
question 'Why is a SYN not answered with RST when the queue is full?'
answer 'RST would mean that nobody listens, and the client would give up. Without an answer the client sends the SYN again, and by then there may be room.'
myth 'listen(fd, N) allows N clients.'
