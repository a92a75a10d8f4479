# shellcheck shell=sh
title 'A server that closes first, and resets nobody'
role server

text <<'END'
Listen on HOST and PORT. Read a client's first line, answer with "bye" and a newline, and
close first: no client has to end for that. But it may have sent more than a line, and
to close with bytes unread sends RST, which can cost it the answer: send FIN, then
read until the client has ended, too, and only then close.
END

scene() {
	server "$PROGRAM" server 9000
	{
		echo hello
		line 30000 more
	} | client -d "shutdown=${run:?}/go" halfclose client server 9000 &
	within 5 has_socket client ':9C40 [0-9A-F]*:2328 08' || : # CLOSE_WAIT
	: > "$run/go"
	wait $!
	fact 'the answer comes through' printed bye
}

must handshake-complete 'listens'
must 'bytes-from-server 4' 'answers'
must server-closed-first 'sends FIN first'
must no-reset 'and no RST'
