# shellcheck shell=sh
title 'The cable delivers a segment twice: TCP recognises the copy, and the program reads it once'
lab -f twice=data,nth=1,from=client
differs 'with SACK (tcp_sack) the ACK of the copy lists which bytes came twice (RFC 2883)'

scene() {
	server -d "recv=${run:?}/go,nth=1" tcp_server -n 1 9000
	echo hello | client tcp_client server 9000 &
	await 'the ACK for the copy' 10 counted server DelayedACKLost
	: > "$run/go"
	wait $!
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 6
> PSH ACK    seq 1    ack 1    len 6    again  # 1
< ACK        seq 1    ack 7
< ACK        seq 1    ack 7  # 2
server recv = 6 [ESTABLISHED]  # 3
< PSH ACK    seq 1    ack 7    len 6
> ACK        seq 7    ack 7
> FIN ACK    seq 7    ack 7
< ACK        seq 7    ack 8
< FIN ACK    seq 7    ack 8
> ACK        seq 8    ack 8
END

look_for 'When the copy (1) arrives, the server sends the same ACK again (2), because its first ACK may have been lost. It drops the copy: recv() returns the six bytes only once (3).'
question 'What would a server that reads datagrams see? See udp-duplicated.'
answer 'The datagram twice: nothing in UDP distinguishes a copy from a second message.'
