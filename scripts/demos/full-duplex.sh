# shellcheck shell=sh
title 'Data crosses data: both directions at once, each with its own sequence numbers'
lab -f cross=data,from=server # the cable holds the answer to "one" until "three" arrives

scene() {
	patient server
	server tcp_server -n 1 9000
	{
		echo one
		logged server 'send(4, 4) = 4'
		echo three
		received client 10
	} | client -d send=acked,nth=2 halfclose client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 4
< ACK        seq 1    ack 5
server recv = 4
< PSH ACK    seq 1    ack 5    len 4  # 1
> PSH ACK    seq 5    ack 1    len 6  # 2
> ACK        seq 11   ack 5
< ACK        seq 5    ack 11
< PSH ACK    seq 5    ack 11   len 6
> ACK        seq 11   ack 11
client shutdown ...
> FIN ACK    seq 11   ack 11
< ACK        seq 11   ack 12
< FIN ACK    seq 11   ack 12
> ACK        seq 12   ack 12
client recv = 0
END

look_for 'The segments (1) and (2) cross: the client sends its second line while the answer to the first is under way. So (2) still carries ack 1.'
question 'Which ack would the second line carry if the answer to the first had arrived before?'
answer 'ack 5: 1 + the 4 bytes of the answer. ack shows what had arrived when the segment left.'
myth 'The two ends have to take turns to send.'
