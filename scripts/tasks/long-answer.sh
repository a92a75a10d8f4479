# shellcheck shell=sh
title 'A client that reads a line, however many segments it takes'
role client

text <<'END'
Connect to HOST and PORT, send the line on stdin, print the one line that comes back,
and close. It is 20,000 bytes long: no single recv returns it all, for a stream has no
boundaries but those that you look for.
END

scene() {
	server tcp_server -n 1 -s 20000 9000
	echo go | client "$PROGRAM" server 9000
	fact 'prints all 20,000 bytes' printed_bytes 20000
	fact 'ends with status 0' succeeded
}

must 'bytes-from-server 20000' 'gets the whole line'
must client-closed-first 'closes first'
must no-reset 'with nothing left unread'
