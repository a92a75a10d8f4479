# shellcheck shell=sh
title 'One datagram overtakes another, and is read first: UDP has no sequence numbers'
lab -f swap=datagram,nth=2,by=20,from=client

scene() {
	server udp_server -o -n 3 9000
	printf '%s\n' one three eleven | client udp_client -o server 9000
}

promise <<'END'
> UDP        len 3
> UDP        len 5    late  # 1
> UDP        len 6  # 2
END

look_for 'The client sends 3, 5 and 6 bytes; the server receives 3, 6 and 5 bytes. The third datagram (2) has overtaken the second (1).'
question 'What would a protocol on UDP have to add? See reordered-segments.'
answer 'A number in each message, and a buffer for what arrives before its turn. TCP has both.'
myth 'Datagrams arrive in the order in which they were sent.'
