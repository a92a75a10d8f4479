# shellcheck shell=sh
title 'A server that sends back what it gets, until the client ends'
role server

text <<'END'
Listen on HOST and PORT, and accept a client. Send back every byte that comes. When the
client has sent FIN (recv returns 0), close your end, and take the next client.
END

scene() {
	server "$PROGRAM" server 9000
	printf 'one\ntwo\n' | client tcp_client -e server 9000
	fact 'sends back what it gets' printed 'one
two'
	echo three | client tcp_client server 9000
	fact 'serves the next client, too' printed three
}

must handshake-complete 'listens'
must 'bytes-from-server 8' 'sends each byte back'
must client-closed-first 'leaves it to the client to end'
must 'state server LAST_ACK' 'closes then'
must no-reset 'in good order'
