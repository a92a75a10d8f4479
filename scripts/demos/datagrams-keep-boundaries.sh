# shellcheck shell=sh
title 'Datagrams keep their boundaries: three sendto() calls, three recvfrom() calls'

scene() {
	server -d "recvfrom=${run:?}/go,nth=1" udp_server -o -n 3 9000
	printf '%s\n' one three eleven | client udp_client -o server 9000
	arrived client server
	: > "$run/go"
}

promise <<'END'
> UDP        len 3  # 1
client sendto = 3
> UDP        len 5  # 2
client sendto = 5
> UDP        len 6  # 3
client sendto = 6
server recvfrom = 3
server recvfrom = 5
server recvfrom = 6
END

look_for 'All three datagrams, (1) to (3), have arrived before the server reads. Nevertheless each recvfrom() returns only one datagram: 3, 5 and 6 bytes.'
question 'What if the buffer of recvfrom() were 4 bytes long?'
answer 'The second recvfrom() would get 4 of the 5 bytes, and the fifth would be lost: recvfrom() drops the rest of a datagram (see udp-truncated). TCP would keep the rest for the next recv().'
myth 'recvfrom() returns all that has arrived.'
