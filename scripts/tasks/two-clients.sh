# shellcheck shell=sh
title 'A server for two clients at once'
role server

text <<'END'
Listen on HOST and PORT, and send back what each client sends. One of them connects, and
says nothing for a while: the other must not wait for it. Use a process or a thread
for each, or poll(2).
END

scene() {
	server "$PROGRAM" server 9000
	{
		await 'the other client' 20 [ -e "${run:?}/done" ]
		echo first
	} | client tcp_client -p 40001 server 9000 &
	first=$!
	await 'the first connection' 10 has_socket client ':9C41 [0-9A-F]*:2328 01'
	echo second | client tcp_client server 9000
	fact 'answers the second while the first is silent' printed second
	: > "$run/done"
	wait $first
	fact 'answers the first after all' grep -qx first "${dir:?}"/client.tcp_client.1.out
}

must no-reset 'in good order'
