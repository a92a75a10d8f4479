# shellcheck shell=sh
title 'Three ports: a closed one answers RST, a filtered one nothing, an open one SYN ACK'
differs 'TCP sends the SYN more often at first (tcp_syn_linear_timeouts)'
lab -f lose=SYN,nth=2,to=3

scene() {
	setting client net/ipv4/tcp_syn_retries 1 # the default is 6, which takes two minutes
	server tcp_server -n 1 9003
	failing client tcp_client server 9001
	failing client tcp_client server 9002
	client tcp_client server 9003 < /dev/null
}

promise <<'END'
> SYN        seq 0    40000:9001
< RST ACK    seq 0    ack 1    40000:9001  # 1
client connect = -1 ECONNREFUSED
> SYN        seq 0    lost 40000:9002  # 2
> SYN        seq 0    lost 40000:9002
client connect = -1 ETIMEDOUT
> SYN        seq 0    40000:9003
< SYN ACK    seq 0    ack 1    40000:9003  # 3
> ACK        seq 1    ack 1    40000:9003
client connect = 0
> FIN ACK    seq 1    ack 1    40000:9003
< ACK        seq 1    ack 2    40000:9003
< FIN ACK    seq 1    ack 2    40000:9003
> ACK        seq 2    ack 2    40000:9003
END

look_for 'The closed port refuses after one round trip (1). The filtered port does not answer (2): from this port alone, the client cannot know whether the host is there. The open port answers with SYN ACK (3).'
question 'A port scanner distinguishes ports in this way. Which of the three costs it time?'
answer 'The filtered one. The scanner has to wait, and to send the SYN again, because a lost SYN looks the same.'
myth 'A port that does not answer is closed.'
