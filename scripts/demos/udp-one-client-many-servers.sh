# shellcheck shell=sh
title 'One UDP socket, three servers: sendto names the receiver, nobody promises the order'

scene() {
	server -d sendto=180 udp_server -n 1 9001
	server -d sendto=60 udp_server -n 1 9002
	server -d sendto=120 udp_server -n 1 9003
	echo hello | client udp_client -p 40000 server 9001 server 9002 server 9003
}

promise <<'END'
> UDP        len 5    40000:9001  # 1
> UDP        len 5    40000:9002  # 2
> UDP        len 5    40000:9003  # 3
< UDP        len 5    40000:9002
< UDP        len 5    40000:9003
< UDP        len 5    40000:9001
END

look_for 'The client port is 40000 all the time: one socket, for whoever is written to, (1) to (3).'
question 'How does the client tell whose answer it has received?'
answer 'recvfrom gives the address and port of the sender with each datagram; send to a connected socket would not need it.'
myth 'A UDP socket belongs to one peer.'
