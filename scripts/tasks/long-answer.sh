# shellcheck shell=sh
title 'A client that reads a line, however many segments it takes'
role client

text <<'END'
Connect to HOST and PORT, send the line on stdin, print the one line that comes back,
and close. The answer is 20,000 bytes long, and no single recv returns all of it: a stream
has no boundaries, so look for the newline. Your program is run twice, with different
lines; the second answer is short.
END

scene() {
	setting client net/ipv4/tcp_rmem '4096 8192 8192' # so small that one recv() never has it all
	server tcp_server -n 1 -s 20000 9000
	echo go | client "$PROGRAM" server 9000
	line 20000 '' | tr ' ' . > "${run:?}/answer"
	look 'call recv() again and again, until a newline has come'
	fact 'prints all 20,000 bytes' printed_file "$run/answer"
	look 'return 0 from main() if nothing has failed'
	fact 'ends with status 0' succeeded
	server tcp_server -n 1 -s 3 9001
	echo 'a longer question' | client "$PROGRAM" server 9001
	look 'a line ends with its newline, not with a number of bytes, nor with FIN'
	fact 'prints a short one, too' printed ..
	look 'return 0 from main() if nothing has failed'
	fact 'ends with status 0 again' succeeded
}

look 'send(2): one line, with its newline'
must 'bytes-from-client 3' 'sends the line, and its newline, once'
look 'send() what stands on stdin, and as many bytes as were read'
apart 2 'bytes-from-client 18' 'sends another line, too'
look 'call recv() until a newline has come'
must 'bytes-from-server 20000' 'gets the whole line'
look 'close() once the newline has come: the server does not end first'
must client-closed-first 'closes first'
look 'close(2), before you leave main()'
closes client 'closes by itself'
look 'close() with bytes unread sends RST: read the whole line first'
must no-reset 'with nothing left unread'
