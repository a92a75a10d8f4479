# shellcheck shell=sh
title 'One loss, and the congestion window is half: two ACKs now let one segment leave'
lab -d 100 -f lose=data,nth=11,from=client
show all
differs 'with SACK, RACK or another congestion control the sender recovers otherwise'

scene() {
	setting client net/ipv4/tcp_wmem '4096 262144 4194304' # send takes all at once
	server tcp_server -n 1 -s 7 9000
	line $((40 * MSS)) long | client tcp_client server 9000
}

# data FIRST LAST: segments of the line, numbered from 0. PSH is set where half of
# the window has been filled, and where the line ends.
data() {
	for n in $(seq "$1" "$2"); do
		case $n in 22 | 39) flags='PSH ACK' ;; *) flags='ACK    ' ;; esac
		printf '> %s    seq %-4s ack 1    len %s\n' "$flags" $((1 + n * MSS)) "$MSS"
	done
}

acks() {
	for n in $(seq "$1" "$2"); do
		printf '< ACK        seq 1    ack %s\n' $((1 + n * MSS))
	done
}

duplicates() { # of the last, while segment 10 is missing
	for n in $(seq "$1"); do
		acks 10 10
	done
}

promise <<END
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
$(data 0 9)
$(acks 1 10)
$(data 10 10) lost  # 1
$(data 11 29)
$(duplicates 2)
$(duplicates 1)  # 2
$(duplicates 16)
$(data 30 31)
$(data 10 10)  # 3
$(data 32 38)
$(duplicates 2)
$(acks 32 39)
$(data 39 39)
$(acks 40 40)
< PSH ACK    seq 1    ack $((1 + 40 * MSS)) len 7
> ACK        seq $((1 + 40 * MSS)) ack 8
> FIN ACK    seq $((1 + 40 * MSS)) ack 8
< ACK        seq 8    ack $((2 + 40 * MSS))
< FIN ACK    seq 8    ack $((2 + 40 * MSS))
> ACK        seq $((2 + 40 * MSS)) ack 9
END

look_for 'Twenty segments are on their way as one is lost (1). Two duplicate ACKs let one new segment each leave (RFC 3042); the third (2) sends the lost one again (3), and halves the window (RFC 5681). From then on it takes two ACKs for a segment, until half as many are on their way.'
question 'What would a time-out have cost instead?'
answer 'More: after a time-out the window is one segment, and slow start begins anew. Duplicate ACKs tell that segments still arrive, so half of them may stay on their way.'
myth 'What is lost is only sent again.'
