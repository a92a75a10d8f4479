# shellcheck shell=sh
title 'Slow start: ten segments, then twenty: each ACK lets two more leave'
lab -d 100
show all
differs 'the kernel may pace the segments (fq, bbr)'

scene() {
	setting client net/ipv4/tcp_wmem '4096 262144 4194304' # send takes all at once
	server tcp_server -n 1 -s 7 9000
	line $((35 * MSS)) long | client tcp_client server 9000
}

# data FIRST LAST: segments of the line, numbered from 0. PSH is set where half of
# the window has been filled, and where the line ends.
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

look_for 'Ten segments leave, and no more: that is the initial congestion window (RFC 6928). Each of the ten ACKs, from (1), lets two leave, (2): twenty in the second round trip. From (3) on it would be forty, were there more to send.'
question 'Why not send all at once? The window of the receiver had room.'
answer 'Nobody knows what the path between carries. The sender begins with little, and doubles it each round trip until something is lost; that window is its own, and no segment tells it.'
myth 'Only the receiver slows a sender down.'
