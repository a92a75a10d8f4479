# shellcheck shell=sh
title 'A server that can be started again at once'
role server
lab -d 0

text <<'END'
Listen on HOST and PORT, send a client's first line back, which may come in pieces,
close first, and end. The end that closes first keeps the connection in TIME_WAIT for a
minute. If your program is started again within this minute, its bind() to the same port
must succeed.
END

scene() {
	server "$PROGRAM" server 9000
	{
		printf on
		taken 2
		printf c
		taken 1
		echo e
		within 5 has_socket client ':9C40 [0-9A-F]*:2328 08' || : # CLOSE_WAIT
	} | client halfclose client server 9000
	look 'recv() until a newline has come, then send() all of it'
	fact 'answers' printed once
	look 'leave main() once the first client is served'
	fact 'ends by itself' within 3 nobody_listens
	server "$PROGRAM" server 9000
	echo 'two, and a longer one' | client tcp_client -e server 9000
	look 'SO_REUSEADDR, set before bind()'
	fact 'binds and answers again, started anew' printed 'two, and a longer one'
}

nobody_listens() {
	! has_socket server ':2328 [0-9A-F]*:0000 0A'
}

look 'close() once the line is sent, whatever the client does'
must server-closed-first 'closes first'
look 'close() first, without SO_LINGER: then this end waits in TIME_WAIT'
must 'time-wait server' 'and is in TIME_WAIT'
look 'close(2), before you leave main()'
closes server 'closes by itself'
look 'close() with bytes unread sends RST, and so does SO_LINGER'
must no-reset 'sends no RST'
