# shellcheck shell=sh
title 'Before accept(): data and FIN arrive, and accept() then returns a socket in CLOSE_WAIT'
lab -d 100 # even on a slow machine send() and shutdown() return before an answer arrives
needs_lab 'on lo it is chance which end is first'

scene() {
	server -d "accept=${run:?}/go,nth=1" -d close=acked halfclose server -n 1 9000
	echo hello | client -d shutdown=acked halfclose client server 9000 &
	await 'CLOSE_WAIT' 10 has_socket server ':2328 [0-9A-F]*:[0-9A-F]* 08' # 2 s
	: > "$run/go"
	wait $!
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
client connect = 0
> PSH ACK    seq 1    ack 1    len 6  # 1
< ACK        seq 1    ack 7
> FIN ACK    seq 7    ack 1  # 2
client shutdown = 0
< ACK        seq 1    ack 8
server accept = 4 [CLOSE_WAIT]  # 3
< PSH ACK    seq 1    ack 8    len 6
> ACK        seq 8    ack 7
< FIN ACK    seq 7    ack 8
> ACK        seq 8    ack 8
END

look_for 'connect() and shutdown() have returned, and data (1) and FIN (2) have arrived and are acknowledged. Only then does the server call accept(). It gets a socket in CLOSE_WAIT (3), with six bytes to read.'
question 'Who acknowledged the data?'
answer 'The kernel of the server. It has put the established connection into the queue of the listening socket, and keeps the bytes that arrive. accept() only takes the connection from the queue.'
myth 'Without accept() there is no connection.'
