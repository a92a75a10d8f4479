# shellcheck shell=sh
title 'DNS by hand: a question in one datagram, its answer in another'
needs_lab 'only root may bind port 53'
show details

scene() {
	server dns-by-hand server 53
	# ID 1234 (hexadecimal), recursion desired, one question: a name, type A, class IN
	printf '\022\064\001\000\000\001\000\000\000\000\000\000\006server\007example\000\000\001\000\001\n' |
		client udp_client server 53
}

promise <<'END'
> UDP        len 32  # 1
< UDP        len 48  # 2
END

look_for 'The question (1) has an ID, flags, a name, and "IPv4 address?". The answer (2) repeats these 32 bytes, with two more flags and the number of answers, and adds 16 bytes with the address. There is no connection, only two datagrams; scripts/ladder --packet all captures/dns-by-hand shows their bytes.'
question 'A datagram may be lost, or come from a stranger. What protects the client?'
answer 'A real DNS client asks again after a while. And it accepts an answer only from the address and port that it asked, and only if the answer repeats its ID and its question. (connect() lets the kernel check address and port.)'
myth 'DNS uses UDP only.'
