# shellcheck shell=sh
title 'HTTP by hand: the request ends with an empty line, the response with FIN'
show details

scene() {
	printf 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello\n' > "${run:?}/answer"
	server -d close=acked http-by-hand server server 8080 < "$run/answer"
	printf 'GET / HTTP/1.0\r\n\r\n' | client http-by-hand client server 8080
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
> PSH ACK    seq 1    ack 1    len 18  # 1
< ACK        seq 1    ack 19
< PSH ACK    seq 1    ack 19   len 51  # 2
> ACK        seq 19   ack 52
< FIN ACK    seq 52   ack 19  # 3
> ACK        seq 19   ack 53
> FIN ACK    seq 19   ack 53
< ACK        seq 53   ack 20
END

look_for 'The request (1) is a line of text and an empty line, so the server knows its end without a FIN. The response (2) has a status line, a header, an empty line and the page. It has no Content-Length, so the FIN (3) is its end.'
question 'Why does HTTP/1.1 need Content-Length, or chunks?'
answer 'Because the connection stays open for the next request, so the FIN cannot be the end of the page. (HTTP/1.0 may have Content-Length, too: RFC 1945, 7.2.2.)'
