# shellcheck shell=sh
title 'A server that closes first, and resets nobody'
role server

text <<'END'
Listen on HOST and PORT. Read a client's first line, which may come in pieces, answer
with "bye" and a newline, and close first: do not wait for the client's FIN before that.
But the client may send more than a line. If you close with bytes unread, your kernel
sends RST, and the client may lose the answer. So send FIN, then read until the client
has sent FIN, too, and only then close.
END

scene() {
	odd=$((20 + $$ % 70)) # a length that no program can know
	server "$PROGRAM" server 9000
	{
		printf hel
		taken 3
		printf l
		taken 1
		printf "%${odd}s" ''
		taken $odd
		line 100 o
		# what the server's answer and FIN do not wait for
		within 5 has_socket client ':9C40 [0-9A-F]*:2328 08' || : # CLOSE_WAIT
		line 30000 more
	} | client sends-first server 9000
	look 'send() before shutdown(), and close() only when recv() returns 0'
	fact 'the answer arrives' printed bye
}

look 'socket(), bind(), listen(), accept()'
must handshake-complete 'listens'
look 'send() of 4 bytes, with the newline, and no NUL'
must 'bytes-from-server 4' 'answers'
look 'recv() until a newline has come: "hel" is not a line'
never '< .*ACK *seq 1 *ack [1-9][0-9]\{0,1\} *len [0-9]*' 'but not before the line is whole'
look 'recv() returns what has come: go on once the newline is there, for nothing more may come'
never '< .*ACK *seq 1 *ack [0-9]\{4,\} *len [0-9]*' 'and then at once'
look 'shutdown(fd, SHUT_WR) once the answer is sent, whatever the client does'
must server-closed-first 'sends FIN first'
look 'recv() until it returns 0, and only then close()'
must no-reset 'and no RST'
look 'close(2), once recv() has returned 0'
closes server 'closes by itself'
