# shellcheck shell=sh
title 'A datagram of 3000 bytes takes three packets, and losing one loses all of it'
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

look_for '3000 bytes do not fit into one packet, so IP cuts the datagram into three fragments. The first fragment of the second datagram (1) is lost. The other two arrive, but UDP never gets a part of a datagram: Linux drops them after 30 s over IPv4, and after 60 s over IPv6. The server reads the first and the third datagram (2), and cannot know that there was another.'
question 'Who sends the lost packet again?'
answer 'Nobody: neither IP nor UDP retransmits. The more packets a datagram takes, the more of them can be lost, and without one packet the whole datagram is lost. So protocols on UDP keep their datagrams smaller than a packet.'
myth 'A large datagram arrives in parts.'
