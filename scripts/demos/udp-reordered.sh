# shellcheck shell=sh
title 'A datagram is overtaken, and stays so: UDP has no numbers to put it right'
lab -f hold=datagram,nth=2,by=200,from=client

scene() {
	server udp_server -o -n 3 9000
	printf '%s\n' one three eleven | client udp_client -o server 9000
}

promise <<'END'
> UDP        len 3
> UDP        len 5    late  # 1
> UDP        len 6  # 2
END

look_for 'Sent: 3, 5, 6 bytes. Received: 3, 6, 5: (2) has overtaken (1).'
question 'What would a protocol above UDP have to add? See reordered-segments.'
answer 'Numbers in each message, and a place to keep what came before its turn; which is what TCP does.'
myth 'Datagrams arrive in the order in which they were sent.'
