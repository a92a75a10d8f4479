# shellcheck shell=sh
title 'Sequence numbers count bytes: three lines there and back'

scene() {
	server tcp_server -n 1 9000
	printf '%s\n' one three eleven | client tcp_client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
client send ...
> PSH ACK    seq 1    ack 1    len 4
< ACK        seq 1    ack 5  # 1
server send ...
< PSH ACK    seq 1    ack 5    len 4
> ACK        seq 5    ack 5
client send ...
> PSH ACK    seq 5    ack 5    len 6
< ACK        seq 5    ack 11  # 2
server send ...
< PSH ACK    seq 5    ack 11   len 6
> ACK        seq 11   ack 11
client send ...
> PSH ACK    seq 11   ack 11   len 7
< ACK        seq 11   ack 18  # 3
server send ...
< PSH ACK    seq 11   ack 18   len 7
> ACK        seq 18   ack 18
> FIN ACK    seq 18   ack 18
< ACK        seq 18   ack 19
< FIN ACK    seq 18   ack 19
> ACK        seq 19   ack 19
END

look_for 'ack is the number of the next byte that its sender expects. TCP counts bytes, not segments: 1 + 4 = 5 (1), 5 + 6 = 11 (2), 11 + 7 = 18 (3).'
question 'What would the numbers be if the client sent its three lines with one send()?'
answer 'One segment of 17 bytes, with seq 1; the server acknowledges it with ack 18. seq counts bytes, however many segments carry them.'
myth 'Sequence numbers count segments.'
