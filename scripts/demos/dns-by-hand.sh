# shellcheck shell=sh
title 'DNS by hand: a question in a datagram, its answer in another'
needs_lab 'port 53 is for root'
show details

scene() {
	server dns-by-hand server 53
	# the ID, 1234 hexadecimal; recursion is desired; one question; a name; A, IN
	printf '\022\064\001\000\000\001\000\000\000\000\000\000\006server\007example\000\000\001\000\001\n' |
		client udp_client server 53
}

promise <<'END'
> UDP        len 32  # 1
< UDP        len 48  # 2
END

look_for 'The question (1): an ID, flags, a name, "IPv4 address?". The answer (2) is the same 32 bytes, with two bits set and the count of answers, and 16 bytes behind: the address. No connection, two datagrams; scripts/ladder --packet all captures/dns-by-hand has their bytes.'
question 'A datagram may be lost, or come from a stranger. What guards the client?'
answer 'It asks again after a while; and takes an answer only if address, port, ID and question are those of its own (connect lets the kernel check the first two).'
myth 'A protocol on UDP needs no care for loss.'
