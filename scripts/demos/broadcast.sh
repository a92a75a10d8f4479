# shellcheck shell=sh
title 'Broadcast: one datagram to all hosts of a network, with SO_BROADCAST'
needs_lab 'it needs a network with a broadcast address'
needs_ipv4 'IPv6 has no broadcast: see multicast'

scene() {
	server udp_server -n 1 0.0.0.0 9000
	client broadcast 192.0.2.255 9000
}

promise <<'END'
client sendto = -1 EACCES  # 1
> UDP        len 4    40000:9000  # 2
client sendto = 4
< UDP        len 4    40000:9000  # 3
END

look_for 'The first sendto() fails with EACCES (1): without SO_BROADCAST the kernel does not allow this address, as it may be a mistake. With the option one datagram leaves, to 192.0.2.255 (2). The answer comes from the server'\''s own address (3). With more servers, each would answer from its own address.'
question 'Why would a connected socket not get the answer?'
answer 'It takes datagrams only from the address that it is connected to, and no host sends from 192.0.2.255.'
myth 'Only hosts with a server on this port receive a broadcast. (All hosts of the network receive it. On a host without a socket at this port, the kernel drops it.)'
