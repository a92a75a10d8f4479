# shellcheck shell=sh
title 'A client that sends one line, prints the answer, and closes'
role client

text <<'END'
Connect to HOST and PORT, send the line that stands on stdin, print the line that
comes back, and close. The server echoes; it goes on as long as you do, so that you
are the one who closes first, with FIN.
END

scene() {
	server tcp_server -n 1 9000
	echo hello | client "$PROGRAM" server 9000
	fact 'prints the answer' printed hello
	fact 'ends with status 0' succeeded
}

must handshake-complete 'connects'
must 'bytes-from-client 6' 'sends the line, and its newline, once'
must client-closed-first 'closes first'
must no-reset 'in good order'
