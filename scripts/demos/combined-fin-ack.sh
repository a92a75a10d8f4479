# shellcheck shell=sh
title 'A close in three segments: the ACK and the FIN of the passive end combined'
lab -a # the ACK must wait for the FIN to take it along

scene() {
	server -d close=CLOSE_WAIT tcp_server -n 1 -a 1 9000
	echo hello | client tcp_client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 6
< ACK        seq 1    ack 7
< PSH ACK    seq 1    ack 7    len 6
> ACK        seq 7    ack 7
client close = 0
> FIN ACK    seq 7    ack 7  # 1
server close = 0
< FIN ACK    seq 7    ack 8  # 2
> ACK        seq 8    ack 8
END

look_for 'The server has called close already; its kernel sees the call (the director holds it) just as the FIN of the client (1) has come, so its own FIN (2) takes the waiting ACK along.'
question 'How can a server have its ACK leave first, alone, all the same? Try: tcp_server -k'
answer 'With TCP_QUICKACK set as recv returns 0, before close: the waiting ACK leaves at once, and the FIN alone after it. Or by waiting longer than the delayed ACK does (40 ms).'
myth 'A close takes four segments, always.'
