# shellcheck shell=sh
title 'One loss halves the congestion window: ten segments in flight before it, five after'
lab -d 200 -f lose=data,nth=1,from=client
show all
differs 'with SACK, RACK or another congestion control the sender recovers in another way'

scene() {
	setting client net/ipv4/tcp_wmem '4096 262144 4194304' # send() does not have to wait
	server tcp_server -n 1 -s 7 9000
	line $((20 * MSS)) long | client tcp_client server 9000
}

# data FIRST LAST: promises these segments of the line, numbered from 0.
data() {
	for n in $(seq "$1" "$2"); do
		case $n in 19) flags='PSH ACK' ;; *) flags='ACK    ' ;; esac
		printf '> %s    seq %-4s ack 1    len %s\n' "$flags" $((1 + n * MSS)) "$MSS"
	done
}

acks() { # FIRST LAST: promises an ACK of FIRST segments, then of one more each time, up to LAST
	for n in $(seq "$1" "$2"); do
		printf '< ACK        seq 1    ack %s\n' $((1 + n * MSS))
	done
}

duplicates() { # N: promises N duplicate ACKs, sent while segment 0 is missing
	for n in $(seq "$1"); do
		acks 0 0
	done
}

promise <<END
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
$(data 0 0) lost  # 1
$(data 1 9)
$(acks 0 0)
$(duplicates 2)
$(duplicates 1)  # 2
$(duplicates 5)
$(data 10 11)
$(data 0 0)  # 3
$(data 12 13)
$(duplicates 2)
$(acks 12 14)
$(data 14 18)
$(acks 15 19)
$(data 19 19)
$(acks 20 20)
< PSH ACK    seq 1    ack $((1 + 20 * MSS)) len 7
> ACK        seq $((1 + 20 * MSS)) ack 8
> FIN ACK    seq $((1 + 20 * MSS)) ack 8
< ACK        seq 8    ack $((2 + 20 * MSS))
< FIN ACK    seq 8    ack $((2 + 20 * MSS))
> ACK        seq $((2 + 20 * MSS)) ack 9
END

look_for 'Ten segments leave, and the first is lost (1). The first ACK after that also advertises a new window, so it is no duplicate ACK (RFC 5681). Each of the first two duplicate ACKs lets one new segment leave (RFC 3042). The third (2) makes the sender retransmit the lost segment (3) and halve its congestion window (RFC 5681). When the lost segment has arrived at last, five segments are in flight: half of ten. From here on congestion avoidance adds about one segment each round trip.'
question 'What would a timeout have cost instead?'
answer 'More: after a timeout the congestion window is one segment, and slow start begins again. Duplicate ACKs show that segments still arrive, so half of the window may stay in flight. (The lab uses Reno. CUBIC, Linux'\''s default, keeps 70 % of the window.)'
myth 'A loss costs only the retransmission.'
