# shellcheck shell=sh
title 'A server that can be started again at once'
role server
lab -d 0

text <<'END'
Listen on HOST and PORT, send a client's first line back, close first,
and end. Who closes first keeps the connection in TIME_WAIT for a minute; started
again meanwhile, you must be able to bind the same port.
END

scene() {
	server "$PROGRAM" server 9000
	echo one | client tcp_client -e server 9000
	fact 'answers' printed one
	fact 'ends by itself' within 3 nobody_listens
	server "$PROGRAM" server 9000
	echo two | client tcp_client -e server 9000
	fact 'binds and answers again, started anew' printed two
}

nobody_listens() {
	! has_socket server ':2328 [0-9A-F]*:0000 0A'
}

must server-closed-first 'closes first'
must no-reset 'in good order'
