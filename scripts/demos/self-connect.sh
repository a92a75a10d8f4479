# shellcheck shell=sh
title 'Connected to itself: one socket opens both ends, and no segment is on the cable'
needs_lab 'it needs an address of its own'

scene() {
	echo hello | client tcp_client -p 40000 client 40000
}

promise <<'END'
client connect = 0 [ESTABLISHED]  # 1
client send = 6
client recv = 6  # 2
END

look_for 'Nobody listens, but connect() succeeds (1). The socket is bound to the very port that it connects to, so its SYN comes back to the same socket. The socket opens a connection with itself, as in simultaneous-open, and the program receives what it sends (2). All segments stay within the host.'
question 'How can this happen by accident to a program that keeps trying to reach a server on its own host?'
answer 'Each attempt gets a port that the kernel chooses. One day this is the very port that the program wants to connect to. Then the program is connected to itself, and the real server cannot bind. Servers whose ports lie outside ip_local_port_range are safe.'
myth 'connect() succeeds only if some socket listens.'
