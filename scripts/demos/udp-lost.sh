# shellcheck shell=sh
title 'A datagram is lost: neither end notices, and nobody sends it again'
lab -f lose=datagram,nth=2,from=client

scene() {
	server udp_server -n 2 9000
	printf '%s\n' one three eleven | failing client udp_client -t 500 server 9000
}

promise <<'END'
> UDP        len 3
< UDP        len 3
> UDP        len 5    lost  # 1
client recvfrom = -1 EAGAIN  # 2
> UDP        len 6
< UDP        len 6
END

look_for 'sendto() returned 5, so the datagram (1) had left. No answer came in time (2): that is all that the client will ever know.'
question 'How could the client distinguish a lost question from a lost answer?'
answer 'It cannot: both look the same to the client. So a request that is sent again must do no harm if it arrives twice.'
myth 'If sendto() succeeds, the datagram arrives.'
