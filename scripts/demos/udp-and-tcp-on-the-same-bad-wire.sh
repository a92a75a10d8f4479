# shellcheck shell=sh
title 'Ten messages, two losses: UDP delivers eight, TCP all ten in order'
# A retransmission counts as data, too: so the eighth segment with data is message 7.
lab -f lose=datagram,nth=3,from=client -f lose=datagram,nth=7,from=client
lab -f lose=data,nth=3,from=client -f lose=data,nth=8,from=client

messages() {
	printf '%s\n' 1 22 333 4444 55555 666666 7777777 88888888 999999999 tententent
}
untyped 'TCP must send each message when the one before has been acknowledged'

scene() {
	server udp_server -o -n 8 9000
	messages | client udp_client -o server 9000
	server -d close=acked halfclose server -n 1 9000
	messages | one_by_one | client -d send=acked -d shutdown=acked halfclose client server 9000
}

one_by_one() { # passes a message on when the one before was sent, so that each has its own segment
	while read -r message; do
		echo "$message"
		logged client "send(3, $((${#message} + 1))) = "
	done
}

promise <<'END'
> UDP        len 1
> UDP        len 2
> UDP        len 3    lost  # 1
> UDP        len 4
> UDP        len 5
> UDP        len 6
> UDP        len 7    lost
> UDP        len 8
> UDP        len 9
> UDP        len 10
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 2
< ACK        seq 1    ack 3
> PSH ACK    seq 3    ack 1    len 3
< ACK        seq 1    ack 6
> PSH ACK    seq 6    ack 1    len 4    lost  # 2
> PSH ACK    seq 6    ack 1    len 4  # 3
< ACK        seq 1    ack 10
> PSH ACK    seq 10   ack 1    len 5
< ACK        seq 1    ack 15
> PSH ACK    seq 15   ack 1    len 6
< ACK        seq 1    ack 21
> PSH ACK    seq 21   ack 1    len 7
< ACK        seq 1    ack 28
> PSH ACK    seq 28   ack 1    len 8    lost
> PSH ACK    seq 28   ack 1    len 8
< ACK        seq 1    ack 36
> PSH ACK    seq 36   ack 1    len 9
< ACK        seq 1    ack 45
> PSH ACK    seq 45   ack 1    len 10
< ACK        seq 1    ack 55
> PSH ACK    seq 55   ack 1    len 11
< ACK        seq 1    ack 66
> FIN ACK    seq 66   ack 1
< ACK        seq 1    ack 67
< PSH ACK    seq 1    ack 67   len 9
> ACK        seq 67   ack 10
< FIN ACK    seq 10   ack 67
> ACK        seq 67   ack 11
END

look_for 'Both transfers go one way, one message in each datagram or segment, and messages 3 and 7 are lost both times. UDP does not send message 3 again (1), and delivers eight messages. TCP sends its lost message 3 (2) again (3), and delivers all ten. Only then does the server answer, with its count.'
question 'TCP took longer. Where was the time spent, and which programs would rather miss a message than wait?'
answer 'In two retransmission timeouts. A phone call or a game would rather miss a message: a message that comes late is worthless.'
myth 'TCP is always the better choice, as it loses nothing.'
