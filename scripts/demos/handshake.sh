# shellcheck shell=sh
title 'The three-way handshake: connect() returns at the second segment, accept() at the third'

scene() {
	server tcp_server -n 1 -k 9000
	logged server 'accept(3) = 4' | client tcp_client server 9000
}

promise <<'END'
server listen = 0 [LISTEN]
server accept ...
client connect ...
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1  # 2
client connect = 0 [ESTABLISHED]  # 1
server accept = 4 [ESTABLISHED]  # 3
client close = 0
> FIN ACK    seq 1    ack 1
< ACK        seq 1    ack 2
< FIN ACK    seq 1    ack 2
> ACK        seq 2    ack 2
END

look_for 'SYN, SYN ACK and ACK make the connection. The client opens actively: connect() returns when the SYN ACK arrives (1). The server opens passively: accept() returns when the third segment (2) arrives, half a round trip later (3). accept() itself sends nothing.'
question 'The server has not called accept() yet. Can the client send data? Exercise 1 in tcp_server/README.md delays accept().'
answer 'Yes. connect() has returned, and the client'\''s connection is ESTABLISHED. The server'\''s kernel keeps what arrives until the program calls accept() and recv().'
myth 'accept() answers the SYN.'
