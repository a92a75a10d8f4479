# shellcheck shell=sh
title 'Nobody listens: SYN is answered with RST, connect fails with ECONNREFUSED'

scene() {
	failing client tcp_client server 9000 < /dev/null
}

promise <<'END'
client connect ...
> SYN        seq 0
< RST ACK    seq 0    ack 1  # 1
client connect = -1 ECONNREFUSED [CLOSED]  # 2
END

look_for '(1) It is the kernel of the server that answers; no program runs there. (2) One round trip, and connect knows.'
question 'What would connect do if a firewall dropped SYN instead? How long would it take?'
answer 'It would hear nothing, send SYN again after 1, 2, 4 ... s, and fail with ETIMEDOUT after about two minutes (tcp_syn_retries 6: 127 s). See connect-timeout.'
myth 'No answer and a refusal are the same.'
