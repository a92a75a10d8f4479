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

@test "1 GiB is counted" {
	serve log halfclose server -n 1 0
	run --separate-stderr eval "yes 'two words' | head -c 1073741824 | halfclose client 127.0.0.1 $port"
	equal "$output" '107374182 214748365 1073741824'
}

@test "-m sends the last data and FIN together; the answer is the same" {
	serve log halfclose server -n 1 0
	equal "$(echo hello | halfclose client -m 127.0.0.1 "$port")" '1 1 6'
}

@test "with -x the answer is lost, which is said, and a failure" {
	serve log halfclose server -n 1 0
	run --separate-stderr halfclose client -x 127.0.0.1 "$port" <<< hello
	equal "$status $output" '1 '
	like "$stderr" 'halfclose: the answer of 127.0.0.1 port * is lost: close() *'
}

@test "a peer that ends without an answer is told from one that answers" {
	serve log tcp_server -a 1 -s 0 0
	run --separate-stderr timeout 10 halfclose client 127.0.0.1 "$port" <<< hello
	equal "$status" 1
	like "$stderr" 'halfclose: recv from 127.0.0.1 port *: closed without an answer'
}
