# shellcheck shell=sh
title 'A datagram of 3000 bytes takes three packets, and one lost loses all'
lab -f lose=datagram,nth=2,from=client

scene() {
	server udp_server -o -n 2 9000
	{ line 3001 one; line 3001 two; line 3001 three; } | client udp_client -o server 9000
}

promise <<'END'
> UDP        len 3000
client sendto = 3000
> UDP        len 3000 lost  # 1
client sendto = 3000
> UDP        len 3000  # 2
client sendto = 3000
END

look_for '3000 bytes are more than a packet takes: IP cuts the datagram in three. Of the second (1) the first packet is lost: the two others arrive, and are thrown away after half a minute, for UDP never gets a part. Nothing tells the server that there was more than what it reads, the first and the third (2).'
question 'Who sends the lost packet again?'
answer 'Nobody. IP keeps nothing, and UDP does not know: the larger the datagram, the more packets can each lose all of it. So protocols above UDP keep below the size of a packet.'
myth 'A large datagram arrives in parts.'
