# shellcheck shell=sh
title 'The SYN ACK is lost: the client sends its SYN again, and the server answers it again'
# Both ends retransmit after a second, and it would be chance which end is first. So the
# cable delays the first SYN: the second SYN arrives before the server's timer expires.
lab -f hold=SYN,nth=1,by=500 -f lose=SYN-ACK,nth=1

scene() {
	server tcp_server -n 1 9000
	logged server 'accept(3) = 4' | client tcp_client server 9000
}

promise <<'END'
client connect ... [SYN_SENT]
> SYN        seq 0
< SYN ACK    seq 0    ack 1    lost  # 1
> SYN        seq 0  # 2
< SYN ACK    seq 0    ack 1  # 3
> ACK        seq 1    ack 1
client connect = 0 [ESTABLISHED]
server accept = 4 [ESTABLISHED]
> FIN ACK    seq 1    ack 1
< ACK        seq 1    ack 2
< FIN ACK    seq 1    ack 2
> ACK        seq 2    ack 2
END

look_for 'The client cannot know which segment was lost, its SYN or the SYN ACK (1). It sends the SYN again (2). The server sends its SYN ACK again (3), with the same sequence number, 0 here: this is still the same connection.'
question 'What does the server do if the client never comes back? Try: scripts/demo --explore -f lose=SYN,nth=2 syn-ack-lost'
answer 'It retransmits the SYN ACK five times, after 1, 2, 4 ... s, and forgets the connection after about a minute (tcp_synack_retries, by default 5). No program on the server notices.'
myth 'Only the server can repair the loss of its SYN ACK.'
