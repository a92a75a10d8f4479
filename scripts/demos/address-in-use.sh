# shellcheck shell=sh
title 'TIME_WAIT holds the port: Linux wants SO_REUSEADDR on the old socket and on the new one'
needs_lab 'on lo the ports may be in TIME_WAIT already'

scene() {
	server -d close=acked tcp_server -n 1 -a 1 -u 9000
	echo hello | client tcp_client -e server 9000
	await 'TIME_WAIT' 10 waits 2328 # port 9000
	failing server tcp_server 9000
	server -d close=acked tcp_server -n 1 -a 1 9001
	echo hello | client tcp_client -e server 9001
	await 'TIME_WAIT' 10 waits 2329
	server tcp_server 9001
	end_servers
}

waits() {
	has_socket server ":$1 [0-9A-F]*:[0-9A-F]* 06"
}

promise <<'END'
server bind = 0
server listen = 0
> SYN        seq 0    40000:9000
< SYN ACK    seq 0    ack 1    40000:9000
> ACK        seq 1    ack 1    40000:9000
> PSH ACK    seq 1    ack 1    len 6    40000:9000
< ACK        seq 1    ack 7    40000:9000
< PSH ACK    seq 1    ack 7    len 6    40000:9000
> ACK        seq 7    ack 7    40000:9000
< FIN ACK    seq 7    ack 7    40000:9000
> ACK        seq 7    ack 8    40000:9000
> FIN ACK    seq 7    ack 8    40000:9000
< ACK        seq 8    ack 8    40000:9000
server bind = -1 EADDRINUSE  # 1
server bind = 0
server listen = 0
> SYN        seq 0    40000:9001
< SYN ACK    seq 0    ack 1    40000:9001
> ACK        seq 1    ack 1    40000:9001
> PSH ACK    seq 1    ack 1    len 6    40000:9001
< ACK        seq 1    ack 7    40000:9001
< PSH ACK    seq 1    ack 7    len 6    40000:9001
> ACK        seq 7    ack 7    40000:9001
< FIN ACK    seq 7    ack 7    40000:9001
> ACK        seq 7    ack 8    40000:9001
> FIN ACK    seq 7    ack 8    40000:9001
< ACK        seq 8    ack 8    40000:9001
server bind = 0  # 2
server listen = 0
END

look_for 'The old server closed first, so its port is in TIME_WAIT. Its socket was bound without SO_REUSEADDR, so bind() of the new server fails, although the new socket has the option (1). On port 9001 both sockets have the option, and bind() succeeds (2).'
question 'Why does the old socket need the option?'
answer 'This is Linux'\''s rule: two sockets share a port only if both have the option, and a socket in TIME_WAIT still counts. On BSD systems the option on the new socket is enough.'
myth 'With SO_REUSEADDR two servers can listen on the same port at once.'
