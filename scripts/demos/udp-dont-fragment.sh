# shellcheck shell=sh
title 'A datagram that must not be fragmented: EMSGSIZE, for one byte too many'
needs_lab 'on lo a packet may have 65536 bytes'
MOST=1472 # a packet of 1500 bytes has headers of 20 (IPv4) and 8 (UDP)
[ "${FAMILY:?}" = 4 ] || MOST=1452

scene() {
	server udp_server -o -n 1 9000
	client udp-dont-fragment server 9000
}

promise <<END
client sendto = -1 EMSGSIZE  # 1
> UDP        len $MOST  # 2
client sendto = $MOST
END

look_for 'With IP_MTU_DISCOVER (Linux) the socket forbids that its datagrams are fragmented. The first datagram has one byte more than fits: sendto() fails, and nothing leaves (1). The second has one byte less, and leaves in one packet (2). Without the option both would have left, the first in two fragments (see udp-fragments).'
question 'What if a network farther away takes smaller packets only?'
answer 'Its router drops the packet and sends an ICMP message with the size that fits (RFC 1191; for IPv6 RFC 8201). The next sendto() fails with EMSGSIZE. Where such messages are filtered, a program has to find the size by trying (RFC 8899).'
myth 'The largest datagram has 65507 bytes, so any smaller one can be sent.'
