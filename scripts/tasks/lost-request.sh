# shellcheck shell=sh
title 'A request over UDP that survives a lost datagram'
role udp_client
lab -f lose=datagram,nth=1

text <<'END'
Send the line on stdin as one datagram to HOST and PORT, and print the answer. The
cable loses the first datagram, and nobody tells you: wait for a second at most, and
send it again, three times at most. Each datagram is 5 bytes: no newline.
END

scene() {
	server udp_server -n 1 9000
	printf 'hello\n' | client "$PROGRAM" server 9000
	fact 'prints the answer' printed hello
	fact 'ends with status 0' succeeded
}

seen '> UDP        len 5    lost' 'sends the request'
seen '> UDP        len 5' 'sends it again'
seen '< UDP        len 5' 'gets the answer'
