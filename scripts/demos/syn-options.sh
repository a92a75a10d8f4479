# shellcheck shell=sh
title 'A server without timestamps and window scale: the client offers both, and neither is used'
lab -d 60 # even on a slow machine all segments leave before the first arrives
needs_lab 'it changes settings of the server host'
show details
FULL=$((MSS + 12)) # the data of a full segment without timestamps

scene() {
	setting server net/ipv4/tcp_timestamps 0
	setting server net/ipv4/tcp_window_scaling 0
	server tcp_server -n 1 -s 7 9000
	line 4000 long | client tcp_client server 9000
}

promise <<END
> SYN        seq 0  # 1
< SYN ACK    seq 0    ack 1  # 2
> ACK        seq 1    ack 1
> ACK        seq 1    ack 1    len $FULL  # 3
> ACK        seq $((1 + FULL)) ack 1    len $FULL
> PSH ACK    seq $((1 + 2 * FULL)) ack 1    len $((4000 - 2 * FULL))
< ACK        seq 1    ack $((1 + FULL))
< ACK        seq 1    ack $((1 + 2 * FULL))
< ACK        seq 1    ack 4001
< PSH ACK    seq 1    ack 4001 len 7
> ACK        seq 4001 ack 8
> FIN ACK    seq 4001 ack 8
< ACK        seq 8    ack 4002
< FIN ACK    seq 8    ack 4002
> ACK        seq 4002 ack 9
END

look_for 'The client'\''s SYN offers window scale and timestamps (1). The SYN ACK carries neither (2), so neither end uses them. A full segment then has room for 12 bytes more of data (3).'
question 'Why are MSS, window scale and SACK-permitted in SYNs only?'
answer 'They hold for the whole connection, and both ends must know them before the first byte: the window scale, for example, changes the meaning of every window that follows. An option that concerns a single segment can be in any segment: timestamps are in every segment once both SYNs have had them, and SACK blocks are in ACKs.'
myth 'The two ends negotiate one MSS. (Each end announces its own, and they may differ.)'
