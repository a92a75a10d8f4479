#!/usr/bin/env bats
# What the programs have in common: options, usage, errors, exit statuses.

load helper

# Each program with the arguments that it needs before HOST and PORT.
servers=(tcp_server udp_server 'halfclose server')
clients=(tcp_client udp_client 'halfclose client')

serve_its_server() { # CLIENT
	case $1 in
	udp_client) serve log udp_server 0 ;;
	*) serve log tcp_server 0 ;;
	esac
}

@test "-h prints the usage on stdout, with every option, and ends with 0" {
	for program in tcp_server tcp_client udp_server udp_client halfclose wire; do
		run --separate-stderr "$program" -h
		equal "$program: $status" "$program: 0"
		like "${lines[0]}" "usage: $program *"
		equal "$stderr" ''
		for letter in $(tr -d '\n' < "$root/$program/$program.c" |
			grep -o "case '[A-Za-z0-9]':" | cut -c 7 | sort -u); do
			grep -qE "^  .*-$letter( |,|$)" <<< "$output" ||
				{ echo "$program: -$letter is not told"; false; }
		done
	done
}

@test "a usage error says so on stderr, nothing on stdout, and ends with 2" {
	for program in "${servers[@]}" "${clients[@]}" wire halfclose; do
		for arguments in '' '-Z' 'a b c d e' '-t'; do
			run --separate-stderr timeout 5 $program $arguments
			equal "$program $arguments: $status" "$program $arguments: 2"
			equal "$output" ''
			like "$stderr" '*usage: *'
		done
	done
}

@test "a port is digits from 1, for servers from 0, to 65535, or a usage error" {
	for program in "${servers[@]}" "${clients[@]}"; do
		for port in 70000 65536 +80 '' ' 80' 80x -1 0x50 99999999999999999999; do
			run --separate-stderr timeout 5 $program -- 127.0.0.1 "$port"
			equal "$program $port: $status" "$program $port: 2"
			like "$stderr" "${program% *}: PORT: '$port' is not a number from * to 65535"
		done
	done
	for program in "${clients[@]}"; do
		run timeout 5 $program 127.0.0.1 0
		equal "$program: $status" "$program: 2"
	done
}

@test "an option's number is checked as strictly" {
	while read -r program option; do
		for number in -1 +1 1x '' 99999999999; do
			run --separate-stderr timeout 5 ${program/:/ } "$option" "$number" 127.0.0.1 9
			equal "$program $option $number: $status" "$program $option $number: 2"
			like "$stderr" "${program%:*}: $option: '$number' is not a number from *"
		done
	done <<- END
	tcp_server -A
	tcp_server -F
	tcp_server -R
	tcp_server -a
	tcp_server -b
	tcp_server -j
	tcp_server -n
	tcp_server -t
	tcp_server -w
	tcp_client -F
	tcp_client -T
	tcp_client -U
	tcp_client -p
	tcp_client -t
	udp_server -S
	udp_server -n
	udp_server -s
	udp_client -n
	udp_client -p
	udp_client -t
	halfclose:server -F
	halfclose:server -S
	halfclose:server -n
	halfclose:server -t
	halfclose:client -F
	halfclose:client -t
	END
}

@test "a host that has no address is told, and ends with 1" {
	for program in "${servers[@]}" "${clients[@]}"; do
		run --separate-stderr timeout 20 $program -4 'a b' 9000
		equal "$program: $status" "$program: 1"
		like "$stderr" "${program% *}: getaddrinfo a b: *"
	done
}

@test "-4 and -6 insist: a name of the other family is refused" {
	for program in "${servers[@]}" "${clients[@]}"; do
		run timeout 5 $program -4 ::1 9000
		equal "$program -4: $status" "$program -4: 1"
		run timeout 5 $program -6 127.0.0.1 9000
		equal "$program -6: $status" "$program -6: 1"
	done
}

@test "a server listens on loopback unless it is told otherwise" {
	for program in "${servers[@]}"; do
		serve log $program 0
		like "$(grep '^listening' log)" 'listening on 127.0.0.1 port *'
		serve log $program -6 0
		like "$(grep '^listening' log)" 'listening on ::1 port *'
		serve log env LISTEN_HOST=127.0.0.9 $program 0
		like "$(grep '^listening' log)" 'listening on 127.0.0.9 port *'
		serve log $program 0.0.0.0 0
		like "$(grep '^listening' log)" 'listening on 0.0.0.0 port *'
		serve log $program :: "$port" # IPv4's is taken; IPv6's is not
		like "$(grep '^listening' log)" "listening on :: port $port"
	done
}

@test "a port in use is told, and ends with 1" {
	for program in "${servers[@]}"; do
		serve log $program 0
		run --separate-stderr timeout 5 $program -q "$port"
		equal "$program: $status" "$program: 1"
		like "$stderr" "${program% *}: bind to 127.0.0.1 port $port: Address already in use*"
	done
}

@test "SIGINT and SIGTERM end a server at once, with 0" {
	for program in "${servers[@]}"; do
		for signal in TERM INT; do
			# not as a shell's background job: that has SIGINT ignored
			serve log env --default-signal=INT $program 0
			kill -$signal "$pid"
			ends "$pid" 0
		done
	done
}

@test "-q silences the narration, but not 'listening on'" {
	for program in "${servers[@]}"; do
		serve log $program -q 0
		equal "$(wc -l < log)" 1
	done
}

@test "narration has tcpdump's clock, one line a call, with the state" {
	serve log tcp_server -n 1 0
	echo hello | tcp_client 127.0.0.1 "$port" > out 2> err
	ends "$pid"
	equal "$(grep -cvE '^[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\.[0-9]{6} tcp_client [a-z]+\(.*\) (\.\.\.|= -?[0-9]+.*)( \[[A-Z_0-9]+\])?$' err)" 0
	grep -q 'connect([0-9]*, 127.0.0.1:.*) = 0 \[ESTABLISHED\]$' err
	grep -q 'listen([0-9]*, 128) = 0 \[LISTEN\]$' log
	grep -q 'recv([0-9]*) = 0 \[CLOSE_WAIT\]$' log
}

@test "each line of narration is one write(2)" {
	need strace
	serve log tcp_server -n 1 0
	echo hello | strace -qq -e trace=write -e write=none -o calls tcp_client 127.0.0.1 "$port" 2> err
	ends "$pid"
	equal "$(grep -c '^write(2, ' calls)" "$(wc -l < err)"
}

@test "a closed stdin, stdout or stderr never becomes a socket" {
	for program in "${servers[@]}"; do
		serve log $program 0
		$program -n 1 0 <&- >&- 2>&- 3>&- 4>&- &
		started+=($!)
		wait_for "$program's socket" eval "readlink /proc/$!/fd/* | grep -q socket:"
		run readlink "/proc/$!/fd/0" "/proc/$!/fd/1" "/proc/$!/fd/2"
		equal "${lines[*]}" '/dev/null /dev/null /dev/null'
	done
}

@test "a client whose stdin or stdout is closed says so, and fails" {
	for program in "${clients[@]}"; do
		serve_its_server "$program"
		run --separate-stderr timeout 10 sh -c "$program -q 127.0.0.1 $port <&-"
		equal "$program: $status $stderr" "$program: 1 ${program% *}: stdin: Bad file descriptor"
		echo hello > line
		run --separate-stderr timeout 10 sh -c "$program -q 127.0.0.1 $port < line >&-"
		equal "$program: $status $stderr" "$program: 1 ${program% *}: stdout: Bad file descriptor"
	done
}

@test "a client whose stdout has no reader says so, and fails" {
	for program in "${clients[@]}"; do
		serve_its_server "$program"
		seq 20000 | { timeout 10 $program -q 127.0.0.1 "$port" 2> err || echo $? > status; } | true
		equal "$program: $(cat status) $(cat err)" "$program: 1 ${program% *}: stdout: Broken pipe"
	done
}

@test "no descriptor is left open, however many clients have come" {
	for program in tcp_server 'halfclose server'; do
		serve log $program 0
		before=$(ls "/proc/$pid/fd" | wc -l)
		for i in 1 2 3 4 5 6 7 8 9 10; do
			echo hello | tcp_client -q -r -t 20 127.0.0.1 "$port" > /dev/null 2>&1 || true
			echo hello | halfclose client -q 127.0.0.1 "$port" > /dev/null
		done
		equal "$program: $(ls "/proc/$pid/fd" | wc -l)" "$program: $before"
	done
}
