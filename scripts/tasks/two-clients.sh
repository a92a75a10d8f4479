# shellcheck shell=sh
title 'A server for two clients at once'
role server

text <<'END'
Listen on HOST and PORT, and send back what each client sends. One of the clients
connects, and sends nothing for a while: the others must not have to wait for it. Use a
process or a thread for each client, or poll(2).
END

scene() {
	server "$PROGRAM" server 9000
	{
		await 'the other client' 20 [ -e "${run:?}/done" ]
		echo first
	} | client tcp_client -p 40001 server 9000 &
	first=$!
	await 'the first connection' 10 has_socket client ':9C41 [0-9A-F]*:2328 01'
	line 3000 second > "$run/asked"
	echo 2 >> "$run/asked"
	client tcp_client server 9000 < "$run/asked"
	look 'recv() of the first client waits: fork(), pthread_create() or poll()'
	fact 'answers the second while the first is silent' printed_file "$run/asked"
	echo third | client tcp_client server 9000
	look 'accept() stands in a loop that never ends'
	fact 'answers a third client, too' printed third
	look 'accept() stands in a loop that never ends, and no table becomes full'
	fact 'and ten more, who come together' crowd_is_served 10
	: > "$run/done"
	wait $first
	look 'whether the program still reads from the first client, and its socket is still open'
	fact 'answers the first after all' grep -qx first "${dir:?}"/client.tcp_client.1.out
}

look 'socket(), bind(), listen(), accept()'
must handshake-complete 'listens'
look 'each client gets its own bytes, and only these'
must 'bytes-from-server 6' 'sends each client its own bytes'
look 'close() the socket of a client when recv() returns 0'
must 'state server LAST_ACK' 'closes when a client has ended'
look 'close() in each process that has the socket'
closes server 'closes by itself'
look 'close() with bytes unread sends RST'
must no-reset 'sends no RST'
