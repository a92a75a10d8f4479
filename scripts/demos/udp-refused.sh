# shellcheck shell=sh
title 'Port unreachable: ICMP comes back to both sockets, but only the connected one gets the error'

scene() {
	echo hello | failing client udp_client -p 40000 -t 500 server 9000
	echo hello | failing client udp_client -p 40000 -c server 9000
}

promise <<'END'
client sendto ...
> UDP        len 5
< ICMP port unreachable  # 1
client recvfrom = -1 EAGAIN
client connect = 0
client send ...
> UDP        len 5
< ICMP port unreachable  # 2
client recvfrom = -1 ECONNREFUSED  # 3
END

look_for 'The same datagram is answered with the same ICMP message both times, (1) and (2). The first socket waits in vain, until its time limit. The second is connected: its recvfrom() fails with ECONNREFUSED after one round trip (3).'
question 'Why does an unconnected socket not get the error? Think of one that writes to a hundred servers.'
answer 'The next call would return an error that any of the hundred servers may have caused, and could not say which one. connect() gives the socket a single peer, so it is clear which server the error is about. (On Linux IP_RECVERR asks for all errors, with their addresses.)'
myth 'sendto() fails if nobody listens.'
