# shellcheck shell=sh
title 'One UDP socket serves three clients: recvfrom() names the sender each time'

scene() {
	server udp_server -n 3 9000
	for port in 40001 40002 40003; do
		echo "from $port" | client udp_client -p $port server 9000
	done
}

promise <<'END'
> UDP        len 10   40001:9000  # 1
< UDP        len 10   40001:9000
> UDP        len 10   40002:9000  # 2
< UDP        len 10   40002:9000
> UDP        len 10   40003:9000  # 3
< UDP        len 10   40003:9000
END

look_for 'The server has one socket, number 3, for all three clients, (1) to (3). tcp_server would need a socket for each client.'
question 'Could the server distinguish the third client from the first if both used the same address and port?'
answer 'Not by UDP, which has only address and port. The messages themselves would have to say from which client they are.'
myth 'A server needs a socket for each client.'
