# shellcheck shell=sh
title 'A client that says why it could not connect'
role client

text <<'END'
Connect to HOST and PORT, where nobody listens. Print a complaint on stderr, with the
reason that the kernel gives, print nothing on stdout, and end with a status that is not
0. Your program is run twice: the second time no route leads to HOST, so the reason is
a different one.
END

scene() {
	client "$PROGRAM" server 9000 < /dev/null
	look 'whether the program tests what connect() returns, and what main() returns'
	fact 'complains on stderr, and ends with another status than 0' complained
	look 'errno, right after connect(): perror(3), strerror(3) or err(3)'
	fact 'prints the reason' complained 'connection refused\|ECONNREFUSED' 'unreachable'
	look 'stderr is for complaints: fprintf(stderr, ...)'
	fact 'prints nothing' printed ''
	client "$PROGRAM" 203.0.113.1 9000 < /dev/null
	look 'connect() to the HOST that is given'
	fact 'tries another host, too' has_tried 203.0.113.1 9000
	look 'errno, and not a text of your own: here no route leads to the host'
	fact 'prints another reason, too' complained 'unreachable\|ENETUNREACH' 'refused'
	look 'stderr is for complaints: fprintf(stderr, ...)'
	fact 'prints nothing then, either' printed ''
}

look 'connect(2), with what getaddrinfo() gives for HOST and PORT'
must refused 'tries, and is refused'
look 'the second argument is the port'
calls 9000 'at this port'
look 'connect() returns -1 once: to ask again and again is another task'
counts '> SYN' 1-2 seq 'and once each time'
