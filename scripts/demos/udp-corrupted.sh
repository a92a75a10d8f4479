# shellcheck shell=sh
title 'A bit of a datagram flips: the checksum detects it, and UDP drops the datagram silently'
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

look_for 'The second datagram (1) arrives with a flipped bit. Its checksum is wrong, so UDP drops it, and reports nothing. The server reads the first and the third (2).'
question 'How does this differ from a lost datagram?'
answer 'For the two programs there is no difference. Only the capture at the server and a counter of its kernel (UdpInCsumErrors) show that the datagram arrived.'
myth 'UDP has no checksum.'
