# shellcheck shell=sh
title 'close() while a child still has the socket: no FIN leaves'

scene() {
	server tcp_server -n 1 9000
	client -d "send=${run:?}/go" close-is-not-shutdown server 9000 &
	playing=$!
	logged client 'close(3) = 0 [ESTABLISHED'
	: > "$run/go"
	wait $playing
}

promise <<'END'
> SYN        seq 0
< SYN ACK    seq 0    ack 1
> ACK        seq 1    ack 1
client close = 0 [ESTABLISHED]  # 1
> PSH ACK    seq 1    ack 1    len 4  # 2
< ACK        seq 1    ack 5
< PSH ACK    seq 1    ack 5    len 4
> ACK        seq 5    ack 5
> FIN ACK    seq 5    ack 5  # 3
< ACK        seq 5    ack 6
< FIN ACK    seq 5    ack 6
> ACK        seq 6    ack 6
END

look_for 'After fork() two processes have the socket. The parent closes its copy: no segment leaves, and the state stays ESTABLISHED (1). The child sends (2) and reads. Only the child'\''s close(), the last one, sends FIN (3).'
question 'What would shutdown(SHUT_WR) in the parent have done?'
answer 'It would have sent the FIN at once: shutdown() ends the direction for all processes that have the socket. If a server'\''s parent process forgets to close its copy of the socket, the child'\''s close() sends no FIN, and the client waits in vain.'
myth 'close() always ends the connection.'
