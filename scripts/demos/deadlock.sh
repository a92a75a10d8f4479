# shellcheck shell=sh
title 'Both ends send and neither reads: two windows of 0, and both ends wait for ever'
lab -d 10
differs 'with rto_min 200 ms, both ends send window probes before the client gives up'
needs_lab 'it makes the buffers of both hosts small'
full=$((MSS + 12)) # the data of a full segment without timestamps

scene() {
	for host in client server; do # with the kernel's default buffers, it needs some MB
		setting $host net/ipv4/tcp_wmem '4096 4096 4096'
		setting $host net/ipv4/tcp_timestamps 0 # so that full segments fill the window exactly
	done
	failing server tcp_server -n 1 -w 4096 -s 20000 9000
	failing client -d send=$((3 * (MSS + 12)))B,nth=2 deadlock server 9000 6 20000
}

promise <<END
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
client send ...
> PSH ACK    seq 1    ack 1    len 6
< ACK        seq 1    ack 7
server send ...
< ACK        seq 1    ack 7    len $full
< PSH ACK    seq $((1 + full)) ack 7    len $full
> ACK        seq 7    ack $((1 + full))
> ACK        seq 7    ack $((1 + 2 * full))
< ACK        seq $((1 + 2 * full)) ack 7    len $full
> ACK        seq 7    ack $((1 + 3 * full)) win 0  # 1
client send ...
> ACK        seq 7    ack $((1 + 3 * full)) len $full win 0
> PSH ACK    seq $((7 + full)) ack $((1 + 3 * full)) len $full win 0
< ACK        seq $((1 + 3 * full)) ack $((7 + full))
< ACK        seq $((1 + 3 * full)) ack $((7 + 2 * full))
> ACK        seq $((7 + 2 * full)) ack $((1 + 3 * full)) len $full win 0
< ACK        seq $((1 + 3 * full)) ack $((7 + 3 * full)) win 0  # 2
> RST ACK    seq $((7 + 3 * full)) ack $((1 + 3 * full))  # 3
server send ...
END

look_for 'Nobody reads. The client advertises a window of 0 (1): the server waits in send(). Then the server advertises a window of 0 (2): the client waits in send(), too. Each end waits for the other to read. After 500 ms the client gives up; it ends with unread data, so its kernel sends RST (3).'
question 'Would larger buffers help? What does?'
answer 'Larger buffers only take more data before both ends are stuck: with the kernel'\''s own buffers it takes some MB. What helps is to read while you write: wait with poll() for both directions, as halfclose.c does, or use two threads. Or agree that a client reads each answer before it asks again.'
myth 'TCP carries data both ways at once, so a program may send everything first and read later.'
