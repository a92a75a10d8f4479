# shellcheck shell=sh
title 'Nobody answers: SYN goes again, and connect fails with ETIMEDOUT'
differs 'SYN goes again more often at first (tcp_syn_linear_timeouts)'
lab -f lose=SYN,from=client

scene() {
	setting client net/ipv4/tcp_syn_retries 1 # six by default: two minutes
	failing client tcp_client server 9000
}

promise <<'END'
client connect ...
> SYN        seq 0    lost  # 1
> SYN        seq 0    lost  # 2
client connect = -1 ETIMEDOUT  # 3
END

look_for 'The same SYN twice, a second apart, (1) and (2), and no answer. Two seconds later connect gives up (3): this demo allows one repetition, Linux six by default (tcp_syn_retries).'
question 'How long does connect take by default?'
answer '1 + 2 + 4 + 8 + 16 + 32 + 64 s, after the first SYN and each of six repetitions: 127 s. A program that will not wait so long sets a limit of its own.'
myth 'connect() fails at once if the host is not there.'
