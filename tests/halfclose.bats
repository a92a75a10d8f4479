#!/usr/bin/env bats
# halfclose, by itself and with tcp_server, on loopback.

load helper

# What has to last for 60 s starts here; the last tests check it.
setup_file() {
	load helper
	began=$(date +%s)
	export began
	cd "$BATS_FILE_TMPDIR"
	started=()
	serve stopped tcp_server 0 # the kernel still answers, and receives until the buffer is full
	kill -STOP "$pid"
	start silent halfclose client 127.0.0.1 "$port" < /dev/null
	start full halfclose client 127.0.0.1 "$port" < /dev/zero
	if command -v python3 > /dev/null; then
		serve trickling trickler
		start trickle halfclose client 127.0.0.1 "$port" < /dev/zero
	fi
	serve idle halfclose server -n 1 0
	mkfifo nothing
	start idle.client halfclose client 127.0.0.1 "$port" <> nothing # its stdin never ends
	printf '%s\n' "${started[@]}" > started
}

teardown_file() {
	while read -r pid; do
		kill "$pid" 2> /dev/null || true
		kill -CONT "$pid" 2> /dev/null || true
	done < "$BATS_FILE_TMPDIR/started"
}

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
	serve log tcp_server -s 0 0
	run --separate-stderr timeout 10 halfclose client 127.0.0.1 "$port" <<< hello
	equal "$status" 1
	like "$stderr" 'halfclose: recv from 127.0.0.1 port *: closed without an answer'
}

@test "what comes is printed while stdin is open" {
	serve log tcp_server -n 1 0
	start_with_input client halfclose client 127.0.0.1 "$port"
	for line in one two; do
		echo $line >&9
		wait_for 'the answer' grep -q $line client.out
	done
}

@test "a peer that closes before the end of the input is reported, while stdin is open" {
	serve log tcp_server -a 1 0
	start_with_input client halfclose client 127.0.0.1 "$port"
	echo one >&9
	ends "$pid" 1
	equal "$(cat client.out client)" "one
halfclose: recv from 127.0.0.1 port $port: closed before the end of the input"
}

@test "a word that comes in two pieces is one word" {
	serve log socktrace halfclose server -n 1 0
	start_with_input client halfclose client 127.0.0.1 "$port"
	printf 'two wo' >&9
	wait_for 'the first piece' grep -qE '(recv|read)[a-z]*\(.*\) = 6 ' log
	echo rds >&9
	exec 9>&-
	ends "$pid"
	equal "$(cat client.out)" '1 2 10'
}

@test "what a server sends back in the meantime is taken: 32 MB come back byte for byte" {
	serve log tcp_server -n 1 0
	numbers() { seq 5000000 | head -c 33554432; }
	numbers | timeout 20 halfclose client 127.0.0.1 "$port" | cmp - <(numbers)
}

# given_up LOG COMPLAINT: after 60 s, our program has printed this (a server after the line
# that it listens).
given_up() {
	cd "$BATS_FILE_TMPDIR"
	wait_long "$1" grep -q '^halfclose' "$1"
	equal "$(sed '/^listening/d; s/port [0-9]*/port N/' "$1")" "halfclose: $2"
}

@test "a server that is silent for 60 s is given up" {
	given_up silent 'recv from 127.0.0.1 port N: no answer in 60 s'
}

@test "a server that takes nothing for 60 s is given up" {
	given_up full 'send to 127.0.0.1 port N: nothing could be sent for 60 s'
}

@test "what a server sends does not make a send wait longer than 60 s" {
	need python3
	given_up trickle 'send to 127.0.0.1 port N: nothing could be sent for 60 s'
}

@test "a client that is silent for 60 s is given up" {
	given_up idle 'recv from 127.0.0.1 port N: silent for 60 s'
}
