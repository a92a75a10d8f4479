# shellcheck shell=sh
title 'A datagram that must not be cut: EMSGSIZE, for a byte too many'
needs_lab 'on lo a packet may have 65536 bytes'
MOST=1472 # of a packet's 1500 bytes, 20 are IPv4's, and 8 UDP's
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

look_for 'With IP_MTU_DISCOVER the socket forbids that its packets be cut (DF). One byte more than fits: sendto fails, and nothing leaves (1). One byte less, and the datagram leaves in one packet (2): without the option both would have been sent, the first in two (see udp-fragments).'
question 'And if a network farther away takes smaller packets only?'
answer 'Its router drops the packet and sends ICMP "fragmentation needed" with the size that fits (RFC 1191); the next sendto fails with EMSGSIZE. Where such ICMP is filtered, a program must find out by trying (RFC 8899).'
myth 'The largest datagram has 65507 bytes, so any smaller one can be sent.'
