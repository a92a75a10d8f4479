# shellcheck shell=sh
title 'A client that sends one line, prints the answer, and closes'
role client

text <<'END'
Connect to HOST and PORT, send the line that stands on stdin, print the line that
comes back, and close. Your program is run twice, with lines of different lengths (512
bytes at most, with the newline). The second answer is another text, shorter than the
line that was sent, and it comes in pieces. The servers do not close before your program
does, so it has to close first: with FIN, by close() or shutdown().
END

scene() {
	server tcp_server -n 1 9000
	echo hello | client "$PROGRAM" server 9000
	look 'print just as many bytes as recv() has returned: they are no string'
	fact 'prints the answer' printed hello
	look 'return 0 from main() if nothing has failed, and do not wait for more'
	fact 'ends with status 0' succeeded
	word=$(od -An -v -N 20 -t x1 /dev/urandom | tr -d ' \n') # random: only the server knows it
	server in-three-pieces line server 9001 "$word"
	line 512 'a longer line' | client "$PROGRAM" server 9001
	echo "$word" > "${run:?}/answer"
	look 'recv() until a newline has come, and print no more than has come'
	fact 'prints an answer of another length' printed_file "$run/answer"
	look 'return 0 from main(); and whether a buffer is too small for the longer line'
	fact 'ends with status 0 again' succeeded
}

look 'connect(2), with what getaddrinfo() gives for HOST and PORT'
must handshake-complete 'connects'
look 'how many bytes send() is given: those of the line, up to its newline, and no NUL'
must 'bytes-from-client 6' 'sends the line, and its newline, once'
look 'how large the buffer is, and how many bytes send() is given'
apart 2 'bytes-from-client 512' 'sends a longer line, too'
look 'recv(): print only what has come'
receives 47 'has received what it prints'
look 'close() once the line is there'
must client-closed-first 'closes first'
look 'close(2), before you leave main()'
closes client 'closes by itself'
look 'close() with bytes unread sends RST, and so does SO_LINGER: read the whole line first'
must no-reset 'sends no RST'
look 'close() with bytes unread sends RST: read the whole second answer, too'
apart 2 no-reset 'nor does it send one then'
