# shellcheck shell=sh
title 'A server that survives a slow reader, a silent peer and a reset'
role server
lab -d 1

text <<'END'
Listen on HOST and PORT, and answer each line with 65,536 bytes, the last of them a
newline. Your program is run three times, each time with a difficult client: the first
asks, and does not read; the second connects, and is silent; the third asks, and resets
the connection before the answer (send fails, and SIGPIPE would end your program). Each
time another client must get its whole answer.
END

scene() {
	setting server net/ipv4/tcp_wmem '4096 16384 65536'
	setting client net/ipv4/tcp_rmem '4096 16384 65536'
	listener 9000 2328
	{
		printf '%s\n' 1 2 3 4 5 6 7 8
		await 'the end' 30 [ -e "${run:?}/read" ]
	} | client -d "recv=$run/read" halfclose client server 9000 &
	slow=$!
	await 'the slow reader' 10 has_socket client ':9C40 [0-9A-F]*:2328 01'
	within 3 has_socket server ':2328 [0-9A-F]*:9C40 01 0000[1-9A-F]' || : # bytes wait in the server's send buffer
	asks 9000
	look 'send() waits for the slow reader: meanwhile the server must serve the other clients'
	shown_by 40000 zero-window
	fact 'answers another while one does not read' printed_line 65536
	: > "$run/read"
	wait $slow
	listener 9001 2329
	{ await 'the end' 30 [ -e "$run/spoken" ]; } | client tcp_client -p 40011 server 9001 &
	silent=$!
	await 'the silent peer' 10 has_socket client ':9C4B [0-9A-F]*:2329 01'
	asks 9001
	look 'recv() waits for the silent client: a process or a thread for each, or poll()'
	shown_by 40011 handshake-complete
	fact 'answers another while one is silent' printed_line 65536
	: > "$run/spoken"
	wait $silent
	listener 9002 232A
	printf 'reset\nreset\n' > "$run/asked"
	client halfclose client -x server 9002 < "$run/asked"
	# shellcheck disable=SC2154
	resetter=$own_port
	asks 9002
	look 'signal(SIGPIPE, SIG_IGN) or MSG_NOSIGNAL; and close only that client'
	shown_by "$resetter" reset-by-client
	fact 'answers another after one has reset' printed_line 65536
}

# listener PORT HEX: starts the program on PORT (HEX is the same in hexadecimal).
listener() {
	# shellcheck disable=SC2034
	at_port=:$2
	server "$PROGRAM" server "$1"
}

asks() {
	echo well > "$run/question"
	client tcp_client server "$1" < "$run/question"
}

look 'socket(), bind(), listen(), accept()'
must handshake-complete 'listens'
look 'send() an answer for each newline: one recv() can return many lines'
must 'bytes-from-server 524288' 'answers each of eight lines'
