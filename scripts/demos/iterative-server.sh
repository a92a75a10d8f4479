# shellcheck shell=sh
title 'One client at a time: the second is connected, and waits until the first is served'
needs_lab 'its clients must have the ports 40000 and 40001'

scene() {
	server -d "accept=${run:?}/first-is-done,nth=2" -d close=acked halfclose server -n 2 9000
	{
		echo first
		await 'the FIN of the second' 10 has_socket server ':9C41 08' # 2 s
	} | client -d shutdown=acked halfclose client server 9000 &
	logged server 'recv(4) = 6'
	first=$!
	echo second | client -d shutdown=acked halfclose client server 9000 &
	second=$!
	await 'the end of the first' 10 first_is_gone # 2 s
	: > "$run/first-is-done"
	wait $first $second
}

first_is_gone() {
	! has_socket server ':2328 [0-9A-F]*:9C40 '
}

promise <<'END'
> SYN        seq 0    40000:9000
< SYN ACK    seq 0    ack 1    40000:9000
> ACK        seq 1    ack 1    40000:9000
> PSH ACK    seq 1    ack 1    len 6    40000:9000
< ACK        seq 1    ack 7    40000:9000
> SYN        seq 0    40001:9000
< SYN ACK    seq 0    ack 1    40001:9000
> ACK        seq 1    ack 1    40001:9000  # 1
> PSH ACK    seq 1    ack 1    len 7    40001:9000
< ACK        seq 1    ack 8    40001:9000
> FIN ACK    seq 8    ack 1    40001:9000
< ACK        seq 1    ack 9    40001:9000
> FIN ACK    seq 7    ack 1    40000:9000
< ACK        seq 1    ack 8    40000:9000
< PSH ACK    seq 1    ack 8    len 6    40000:9000
> ACK        seq 8    ack 7    40000:9000
< FIN ACK    seq 7    ack 8    40000:9000  # 2
> ACK        seq 8    ack 8    40000:9000
server accept = 4 [CLOSE_WAIT]  # 3
< PSH ACK    seq 1    ack 9    len 6    40001:9000
> ACK        seq 9    ack 7    40001:9000
< FIN ACK    seq 7    ack 9    40001:9000
> ACK        seq 9    ack 8    40001:9000
END

look_for 'This server serves one client at a time. The second client is connected nevertheless (1): the kernel acknowledges its data and its FIN. The second connection waits in the queue until the server has closed the first connection (2); then accept() takes it from the queue (3).'
question 'What would the second client notice if the server never finished with the first?'
answer 'Only that no answer arrives: connect() and send() succeed. So the client needs a time limit of its own for recv().'
myth 'A server that is busy refuses connections.'
