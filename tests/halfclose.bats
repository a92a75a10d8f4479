#!/usr/bin/env bats
# halfclose, by itself and with tcp_server, on loopback.

load helper

@test "the answer is that of wc, whatever the input" {
	head -c 300000 /dev/urandom | od -c > random
	printf ' a\tb\n\nc' > blanks
	: > empty
	for file in "$root/LICENSE" random blanks empty; do
		for host in 127.0.0.1 ::1; do
			serve log halfclose server -n 1 "$host" 0
			run --separate-stderr halfclose client "$host" "$port" < "$file"
			# shellcheck disable=SC2046 # three words
			equal "$status $output" "0 $(echo $(LC_ALL=C wc < "$file" | tr -s ' '))"
			ends "$pid"
		done
	done
}

@test "against tcp_server, 1 GiB comes back byte for byte" {
	serve log tcp_server -q -n 1 0
	yes 'a line of thirty-two characters' | head -c 1073741824 |
		tee >(md5sum > sent) | halfclose client -q 127.0.0.1 "$port" | md5sum > came
	wait_for 'the sum of what was sent' test -s sent
	equal "$(cat came)" "$(cat sent)"
	ends "$pid"
}

@test "1 GiB is counted" {
	serve log halfclose server -q -n 1 0
	run --separate-stderr eval "yes 'two words' | head -c 1073741824 | halfclose client -q 127.0.0.1 $port"
	equal "$output" '107374182 214748365 1073741824'
}

@test "-m sends the last data and FIN together; the answer is the same" {
	serve log halfclose server -n 1 0
	equal "$(echo hello | halfclose client -q -m 127.0.0.1 "$port")" '1 1 6'
}

@test "with -x the answer is lost, which is said, and a failure" {
	serve log halfclose server -n 1 0
	run --separate-stderr halfclose client -q -x 127.0.0.1 "$port" <<< hello
	equal "$status $output" '1 '
	like "$stderr" 'halfclose: the answer of 127.0.0.1:* is lost: close() *'
}

@test "a peer that closes before the end of the input is told" {
	serve log tcp_server -a 1 0
	start_with_input client halfclose client -q 127.0.0.1 "$port"
	echo hello >&9
	ends "$pid" 1
	equal "$(cat client.out)" hello
	like "$(cat client)" 'halfclose: recv from 127.0.0.1:*: closed too early'
}

@test "a peer that ends without an answer is told from one that answers" {
	serve log tcp_server -a 1 -f /dev/null 0
	run --separate-stderr timeout 10 halfclose client -q 127.0.0.1 "$port" <<< hello
	equal "$status" 1
	like "$stderr" 'halfclose: recv from 127.0.0.1:*: closed *'
}

@test "a silent peer is given up, by client and server" {
	serve log tcp_server -R 20000 0
	run --separate-stderr timeout 5 halfclose client -q -t 100 127.0.0.1 "$port" <<< hello
	equal "$status" 1
	like "$stderr" 'halfclose: recv from 127.0.0.1:*: no answer in time (-t)'
	serve log halfclose server -n 1 -t 50 0
	server=$pid
	start_with_input client halfclose client -q 127.0.0.1 "$port"
	ends "$server" 1
	grep -q '^halfclose: 127.0.0.1:[0-9]*: silent for too long (-t)$' log
}

@test "a client that is reset by its server says so" {
	serve log tcp_server -r -a 1 0
	run --separate-stderr timeout 10 halfclose client -q 127.0.0.1 "$port" <<< hello
	equal "$status" 1
	like "$stderr" 'halfclose: recv from 127.0.0.1:*: Connection reset by peer'
}
