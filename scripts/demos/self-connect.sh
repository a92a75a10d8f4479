# shellcheck shell=sh
title 'Connected to itself: one socket opens both ends, and nothing is on the cable'
needs_lab 'an address of its own'

scene() {
	echo hello | client tcp_client -p 40000 client 40000
}

promise <<'END'
client connect = 0 [ESTABLISHED]  # 1
client send = 6
client recv = 6  # 2
END

look_for 'Nobody listens, and connect succeeds (1): the socket is bound to the very port that it connects to, so its SYN comes back to itself, as a simultaneous open of one. What it sends it receives (2). All of it stays within the host: the cable has no segment.'
question 'How does a program that tries again and again to reach a server on its own host get there by accident?'
answer 'The kernel picks a free port for it, some day the one that it connects to: it then talks to itself, and the server, started at last, finds its port in use. Servers whose ports lie outside ip_local_port_range are safe.'
myth 'connect() needs a socket that listens.'
