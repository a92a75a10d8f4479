# shellcheck shell=sh
title 'Nobody listens: the SYN is answered with RST, and connect() fails with ECONNREFUSED'

scene() {
	failing client tcp_client server 9000 < /dev/null
}

promise <<'END'
client connect ...
> SYN        seq 0
< RST ACK    seq 0    ack 1  # 1
client connect = -1 ECONNREFUSED [CLOSED]  # 2
END

look_for 'The kernel of the server host sends the RST (1); no program runs there. connect() fails after one round trip (2).'
question 'What would connect() do if a firewall dropped the SYN? How long would it take?'
answer 'It would get no answer. TCP would send the SYN again and again, and connect() would fail with ETIMEDOUT after about two minutes. See connect-timeout.'
myth 'After bind() clients can connect to a server. (Only after listen(): until then the kernel answers a SYN with RST.)'
