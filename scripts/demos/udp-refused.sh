# shellcheck shell=sh
title 'Port unreachable: ICMP comes back both times, only the connected socket is told'

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

look_for 'The same datagram, the same ICMP message, (1) and (2). The first socket waits in vain, until its time limit; the second, connected, fails after one round trip (3).'
question 'Why is an unconnected socket not told? Think of one that writes to a hundred servers.'
answer 'ICMP names the datagram that failed; with a hundred receivers, whose error would the next call return? Only connect ties the socket to one. (IP_RECVERR asks for them all.)'
myth 'sendto() fails if nobody listens.'
