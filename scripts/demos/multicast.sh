# shellcheck shell=sh
title 'Multicast: one datagram to a group, a copy for each member'
needs_lab 'it adds a route to the client host'

scene() {
	group=239.255.0.1
	[ "${FAMILY:?}" = 4 ] || group=ff15::1
	on client ip route add "$group" dev eth0
	server multicast "$group" 9000 eth0
	server multicast "$group" 9000 eth0
	echo hello | client udp_client -o "$group" 9000
}

promise <<'END'
> UDP        len 5  # 1
server recv = 5  # 2
server recv = 5
END

look_for 'One datagram is on the wire (1), to the address of a group. Two sockets have joined the group, and each gets a copy (2). The sender has not joined the group, and does not know its members.'
question 'How do routers know where the members are?'
answer 'Hosts report to them when they join or leave a group: with IGMP (RFC 3376), or with MLD for IPv6 (RFC 3810). The recording leaves these messages out.'
myth 'Only a member of a group can send to it.'
