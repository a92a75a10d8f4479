# shellcheck shell=sh
title 'A client that ends its half, and then reads the answer'
role client

text <<'END'
Connect to HOST and PORT, send all that stands on stdin, and end your half of the
connection: this server answers when it has read the end of the stream, and not
before. Print all that it answers.
END

scene() {
	server halfclose server -n 1 9000
	printf 'one two\nthree\n' | client "$PROGRAM" server 9000
	fact 'prints the answer' printed '2 3 14'
	fact 'ends with status 0' succeeded
}

must 'bytes-from-client 14' 'sends all of stdin'
must client-closed-first 'ends its half first'
must half-closed-with-late-data 'still takes data after its FIN'
must no-reset 'in good order'
