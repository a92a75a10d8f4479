# shellcheck shell=sh
title 'Both ends connect at once: the SYNs cross, and neither end is a server'
lab -f cross=SYN # the cable holds the first SYN until the other arrives

scene() {
	client -d "bind=${run:?}/go" -d connect=20 tcp_client -p 40000 server 9000 < /dev/null &
	client=$!
	{
		logged client 'socket('
		logged server 'bind(3'
		: > "$run/go" # starts both: after a second, a SYN would be retransmitted
	} &
	server -d "connect=$run/go" tcp_client -e -p 9000 client 40000 < /dev/null
	wait $client
}

promise <<'END'
client connect ...
server connect ... [SYN_SENT]
< SYN        seq 0  # 1
> SYN        seq 0  # 2
> SYN ACK    seq 0    ack 1
< SYN ACK    seq 0    ack 1
< ACK        seq 1    ack 1
> ACK        seq 1    ack 1
client connect = 0 [ESTABLISHED]
> FIN ACK    seq 1    ack 1
< ACK        seq 1    ack 2
server recv = 0 [CLOSE_WAIT]
< FIN ACK    seq 1    ack 2
> ACK        seq 2    ack 2
END

look_for 'There is no listen() and no accept(), but one connection. Both ends open actively: their SYNs, (1) and (2), cross, and both go from SYN_SENT to SYN_RCVD (RFC 9293, figure 7; the figure ends with the two SYN ACKs, and Linux sends the two bare ACKs after them).'
question 'Why does each program bind() its port first?'
answer 'Each has to name the other'\''s port in connect(), so neither port may be one that the kernel chooses.'
myth 'Every connection has a client and a server.'
