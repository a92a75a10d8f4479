# shellcheck shell=sh
title 'Two clients at once: the server has a socket and a process for each'
needs_lab 'its clients must have the ports 40000 and 40001'

scene() {
	server tcp_server -n 2 9000
	{
		echo first
		logged client 'recv(3) = 7' # of the second client
		await 'the end of the second connection' 10 second_gone
		echo again
	} | client tcp_client server 9000 &
	logged client 'recv(3) = 6'
	echo second | client tcp_client server 9000
	wait $!
}

second_gone() { # whether the server's socket for port 40001 is gone
	! has_socket server ':2328 [0-9A-F]*:9C41 '
}

promise <<'END'
> SYN        seq 0    40000:9000
< SYN ACK    seq 0    ack 1    40000:9000  # 1
> ACK        seq 1    ack 1    40000:9000
> PSH ACK    seq 1    ack 1    len 6    40000:9000
< ACK        seq 1    ack 7    40000:9000
< PSH ACK    seq 1    ack 7    len 6    40000:9000
> ACK        seq 7    ack 7    40000:9000
> SYN        seq 0    40001:9000
< SYN ACK    seq 0    ack 1    40001:9000  # 2
> ACK        seq 1    ack 1    40001:9000
> PSH ACK    seq 1    ack 1    len 7    40001:9000
< ACK        seq 1    ack 8    40001:9000
< PSH ACK    seq 1    ack 8    len 7    40001:9000
> ACK        seq 8    ack 8    40001:9000
> FIN ACK    seq 8    ack 8    40001:9000
< ACK        seq 8    ack 9    40001:9000
< FIN ACK    seq 8    ack 9    40001:9000
> ACK        seq 9    ack 9    40001:9000
> PSH ACK    seq 7    ack 7    len 6    40000:9000  # 3
< ACK        seq 7    ack 13   40000:9000
< PSH ACK    seq 7    ack 13   len 6    40000:9000
> ACK        seq 13   ack 13   40000:9000
> FIN ACK    seq 13   ack 13   40000:9000
< ACK        seq 13   ack 14   40000:9000
< FIN ACK    seq 13   ack 14   40000:9000
> ACK        seq 14   ack 14   40000:9000
END

look_for 'Each connection has its own socket at the server, and its own process. accept() returns a socket for each of (1) and (2). Both sockets have the number 4, because the parent has closed its copy of the first. The first client sends again (3) after the second has connected and closed.'
question 'Both connections end at port 9000 of the server. How does its kernel know to which of them a segment belongs?'
answer 'By both addresses and both ports. The ports of the clients differ: 40000 and 40001.'
myth 'Each client gets a port of its own at the server.'
