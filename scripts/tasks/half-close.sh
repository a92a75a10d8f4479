# shellcheck shell=sh
title 'A client that ends its half, and then reads the answer'
role client

text <<'END'
Connect to HOST and PORT, send all that stands on stdin, and end your half of the
connection: this server answers only when it has read the end of the stream. It answers
with your bytes in capitals, and with a word of its own at the end. Print every byte of
the answer, until the server's FIN. Lines may be longer than any buffer; stdin is a pipe,
so one read does not get everything; and the last line may have no newline.
END

scene() {
	word=$(od -An -N 4 -t x4 /dev/urandom | tr -d ' ') # random: the answer cannot be known from the question
	server in-three-pieces stream server 9000 "$word"
	{
		line 70000 'a pipe has 65536 bytes at once'
		uneven
	} > "${run:?}/asked"
	{
		tr '[:lower:]' '[:upper:]' < "$run/asked"
		printf %s "$word"
	} > "$run/answer"
	cat < "$run/asked" | client "$PROGRAM" server 9000
	look 'call recv() until it returns 0, and print as many bytes as it has returned'
	fact 'prints the answer' printed_file "$run/answer"
	look 'return 0 from main() if nothing has failed'
	fact 'ends with status 0' succeeded
}

look 'read stdin until its end, not a line, and send() as many bytes as were read'
must 'bytes-from-client 78897' 'sends all of stdin'
look 'shutdown(fd, SHUT_WR), once stdin has ended'
must client-closed-first 'ends its half first'
look 'shutdown() ends one half, close() ends both: recv() until it returns 0, then close()'
must half-closed-with-late-data 'still takes data after its FIN'
look 'close() while data is still coming sends RST'
must no-reset 'sends no RST'
