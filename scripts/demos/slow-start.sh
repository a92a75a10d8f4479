# shellcheck shell=sh
title 'Slow start: ten segments, then twenty; each ACK lets two more leave'
lab -d 100
show all
differs 'the kernel may pace the segments (fq, bbr)'

scene() {
	setting client net/ipv4/tcp_wmem '4096 262144 4194304' # send() does not have to wait
	server tcp_server -n 1 -s 7 9000
	line $((35 * MSS)) long | client tcp_client server 9000
}

# data FIRST LAST: promises these segments of the line, numbered from 0. PSH is set when
# half of the window is filled, and at the end of the line.
data() {
	for n in $(seq "$1" "$2"); do
		case $n in 22 | 34) flags='PSH ACK' ;; *) flags='ACK    ' ;; esac
		printf '> %s    seq %-4s ack 1    len %s\n' "$flags" $((1 + n * MSS)) "$MSS"
	done
}

acks() {
	for n in $(seq "$1" "$2"); do
		printf '< ACK        seq 1    ack %s\n' $((1 + n * MSS))
	done
}

promise <<END
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
$(data 0 9)
$(acks 1 1)  # 1
$(acks 2 10)
$(data 10 10)  # 2
$(data 11 29)
$(acks 11 30)
$(data 30 30)  # 3
$(data 31 34)
$(acks 31 35)
< PSH ACK    seq 1    ack $((1 + 35 * MSS)) len 7
> ACK        seq $((1 + 35 * MSS)) ack 8
> FIN ACK    seq $((1 + 35 * MSS)) ack 8
< ACK        seq 8    ack $((2 + 35 * MSS))
< FIN ACK    seq 8    ack $((2 + 35 * MSS))
> ACK        seq $((2 + 35 * MSS)) ack 9
END

look_for 'Ten segments leave, and no more: this is the initial congestion window (RFC 6928). Each of the ten ACKs, from (1) on, lets two segments leave, from (2) on: twenty in the second round trip. In the third round trip, from (3) on, forty could leave, if there were more to send.'
question 'Why does the client not send everything at once? The window of the receiver has room.'
answer 'Nobody knows how much the path between the hosts can carry. The sender begins with little, and doubles its congestion window each round trip, up to a threshold or until a segment is lost. Then congestion avoidance follows, which adds about one segment each round trip. (This is Reno, which the lab uses. Linux'\''s default is CUBIC.) The congestion window is the sender'\''s own: no segment advertises it.'
myth 'Only the window of the receiver limits a sender.'
