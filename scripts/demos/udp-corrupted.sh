# shellcheck shell=sh
title 'A bit of a datagram flips: the checksum tells, it is dropped, and nobody is told'
lab -f flip=datagram,nth=2,from=client

scene() {
	server udp_server -o -n 2 9000
	printf '%s\n' one three eleven | client udp_client -o server 9000
}

promise <<'END'
> UDP        len 3
> UDP        len 5    bad  # 1
client sendto = 5
> UDP        len 6
server recvfrom = 6  # 2
END

look_for 'The second datagram (1) arrives with a bit flipped: the checksum does not fit, and UDP drops it without a word. The server reads the first and the third (2).'
question 'How does it differ from a lost datagram?'
answer 'For both programs not at all. Only the capture at the server, and a counter of its kernel (UdpInCsumErrors), tell.'
myth 'UDP has no checksum.'
