# shellcheck shell=sh
title 'A server that survives a slow reader, a silent peer and a reset'
role server
lab -d 1

text <<'END'
Listen on HOST and PORT, and answer each line with 65,536 bytes, the last of them a
newline. Three clients make your life hard: one asks, and does not read; one connects,
and is silent; one asks, and resets the connection before the answer (send fails, and
SIGPIPE would end you). While they are there a fourth must get all its answer.
END

scene() {
	setting server net/ipv4/tcp_wmem '4096 16384 65536'
	setting client net/ipv4/tcp_rmem '4096 16384 65536'
	server "$PROGRAM" server 9000
	{
		printf '%s\n' 1 2 3 4 5 6 7 8
		await 'the end' 30 [ -e "${run:?}/done" ]
	} | client -d "recv=$run/done" halfclose client server 9000 &
	slow=$!
	{ await 'the end' 30 [ -e "$run/done" ]; } | client tcp_client -p 40001 server 9000 &
	silent=$!
	await 'the slow reader' 10 has_socket client ':9C40 [0-9A-F]*:2328 01'
	await 'the silent peer' 10 has_socket client ':9C41 [0-9A-F]*:2328 01'
	echo reset | client halfclose client -x server 9000
	echo well | client tcp_client server 9000
	fact 'a fourth client gets all its answer' printed_bytes 65536
	: > "$run/done"
	wait $slow $silent
	echo again | client tcp_client server 9000
	fact 'and so does one who comes later' printed_bytes 65536
}

must handshake-complete 'listens'
