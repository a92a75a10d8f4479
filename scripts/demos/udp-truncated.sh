# shellcheck shell=sh
title 'The buffer is too small: the rest of the datagram is lost'

scene() {
	server udp-truncated server 9000
	printf '%s\n' one-and-more two-and-more | client udp_client server 9000
}

promise <<'END'
> UDP        len 12  # 1
server recv = 12
server recvfrom = 4
< UDP        len 4  # 2
> UDP        len 12
server recvfrom = 4
< UDP        len 4  # 3
END

look_for 'Twelve bytes arrive (1). recv() with MSG_PEEK and Linux'\''s MSG_TRUNC returns this length, and takes nothing from the queue. recvfrom(), with room for four bytes, returns four, and the server sends these back (2). The other eight are lost: the next recvfrom() returns the beginning of the next datagram (3).'
question 'What would TCP do with such a buffer?'
answer 'The next recv() would return the rest: a stream loses nothing to a small buffer.'
myth 'What recvfrom() had no room for comes with the next call.'
