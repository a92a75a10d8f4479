# shellcheck shell=sh
title 'Keep-alive: a probe after a long silence, which a living peer acknowledges'
needs_lab 'it changes a setting of the server host'

scene() {
	setting server net/ipv4/tcp_keepalive_time 1 # in seconds; the default is 7200
	setting server net/ipv4/tcp_keepalive_intvl 60
	server tcp_server -n 1 -K 9000
	{
		echo hello
		await 'a probe' 20 counted server TCPKeepAlive # 2 s
		arrived server client
	} | client tcp_client server 9000
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 6
< ACK        seq 1    ack 7
< PSH ACK    seq 1    ack 7    len 6
> ACK        seq 7    ack 7
< ACK        seq 6    ack 7  # 1
> ACK        seq 7    ack 7  # 2
> FIN ACK    seq 7    ack 7
< ACK        seq 7    ack 8
< FIN ACK    seq 7    ack 8
> ACK        seq 8    ack 8
END

look_for 'After a second of silence (tcp_keepalive_time, by default two hours) the server'\''s kernel sends a probe, a segment whose seq is one too low (1). The client'\''s kernel acknowledges it (2): the client is alive. No program has done anything.'
question 'What if no ACK came?'
answer 'The kernel would send nine probes in all, 75 s apart (the defaults of tcp_keepalive_probes and tcp_keepalive_intvl), and then send RST. The server'\''s recv() would fail with ETIMEDOUT.'
myth 'TCP notices by itself when the other end has gone.'
