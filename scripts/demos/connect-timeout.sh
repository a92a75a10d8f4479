# shellcheck shell=sh
title 'Nobody answers: TCP sends the SYN again, and connect() fails with ETIMEDOUT'
differs 'TCP sends the SYN more often at first (tcp_syn_linear_timeouts)'
lab -f lose=SYN,from=client

scene() {
	setting client net/ipv4/tcp_syn_retries 1 # the default is 6, which takes two minutes
	failing client tcp_client server 9000
}

promise <<'END'
client connect ...
> SYN        seq 0    lost  # 1
> SYN        seq 0    lost  # 2
client connect = -1 ETIMEDOUT  # 3
END

look_for 'The SYN (1) gets no answer, and TCP sends it again a second later (2). Two seconds later connect() gives up (3). In this demo TCP may send the SYN again once; by default it may do so at least six times (tcp_syn_retries).'
question 'How long does connect() wait by default?'
answer '127 s on kernels before 6.5: one SYN and six retransmissions, and after them waits of 1, 2, 4, 8, 16, 32 and 64 s. 131 to 133 s on kernels since 6.5: 11 SYNs, as the first waits are a second each (tcp_syn_linear_timeouts). A program that cannot wait so long sets a limit of its own.'
myth 'connect() fails at once if the host is not there.'
