# shellcheck shell=sh
title 'A server that sends back what it gets, until the client ends'
role server

text <<'END'
Listen on HOST and PORT, and accept a client. Send back at once every byte that comes,
whether it is a line, half a line, a NUL byte, or more than your buffer can hold. When the
client has sent FIN (recv returns 0), close your end, and accept the next client.
END

scene() {
	server "$PROGRAM" server 9000
	{
		line 5000 one
		echo two
	} > "${run:?}/asked"
	client tcp_client -e server 9000 < "$run/asked"
	look 'send() as many bytes as recv() has returned, each time: they are no string'
	fact 'sends back what it gets' printed_file "$run/asked"
	printf 'thre\0e' > "$run/asked"
	{
		printf thr
		within 5 has_received client 5007 || :
		printf 'e\0e'
	} | client halfclose client server 9000
	look 'accept() again, in a loop; and do not wait for a newline'
	fact 'serves the next client, too' printed_first thr
	look 'send() as many bytes as recv() has returned: strlen() ends at a NUL byte'
	fact 'sends back a NUL byte like any other' printed_file "$run/asked"
	echo four | client tcp_client -e server 9000
	look 'accept() stands in a loop that never ends'
	fact 'and the one after that' printed four
	look 'accept() stands in a loop that never ends'
	fact 'and ten more, who come together' crowd_is_served 10
}

look 'socket(), bind(), listen(), accept()'
must handshake-complete 'listens'
look 'send() as many bytes as recv() has returned, in a loop until 0'
must 'bytes-from-server 5004' 'sends each byte back'
look 'send() what has come, and do not wait for a newline'
shows '< PSH ACK *seq 1 *ack 4 *len 3' 'at once, be it half a line'
look 'recv() returns 0 when FIN has come: call close() only after that'
must client-closed-first 'leaves it to the client to end'
look 'close() the socket that accept() has returned, when recv() returns 0'
must 'state server LAST_ACK' 'closes then'
look 'close() in each process that has the socket; exit() is not a close()'
closes server 'closes by itself'
look 'close() with bytes unread sends RST'
must no-reset 'sends no RST'
