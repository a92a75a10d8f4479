#!/usr/bin/env bats
# All programs handle options, usage, errors and exit statuses in the same way.

load helper

# tested PROGRAM...: prints those that are tested: all; or only those that are replaced by
# another program (see tests/run).
tested() {
	local program
	for program; do
		[[ -n ${ONLY-} && " $ONLY " != *" ${program%% *} "* ]] || echo "$program"
	done
}

# Each program with the arguments that it needs before HOST and PORT.
mapfile -t servers < <(tested tcp_server udp_server 'halfclose server')
mapfile -t clients < <(tested tcp_client udp_client 'halfclose client')
mapfile -t listening < <(tested tcp_server 'halfclose server')
mapfile -t connecting < <(tested tcp_client 'halfclose client')

# about PROGRAM...: skips the test if none of these programs is tested.
about() {
	[ $# -gt 0 ] || skip "not about $ONLY"
}

serve_its_server() { # CLIENT
	case $1 in
	udp_client) serve log udp_server 0 ;;
	*) serve log tcp_server 0 ;;
	esac
}

@test "-h prints the usage on stdout, with every option, and ends with 0" {
	about $(tested wire) # it compares our sources
	for program in tcp_server tcp_client udp_server udp_client halfclose wire socktrace; do
		run --separate-stderr "$program" -h
		equal "$program: $status" "$program: 0"
		like "${lines[0]}" "usage: $program *"
		equal "$stderr" ''
		source=$(ls "$root"/{lab,$program}/$program.c 2> /dev/null || :)
		for letter in $(tr -d '\n' < "$source" |
			grep -o "case '[A-Za-z0-9]':" | cut -c 7 | sort -u); do
			grep -qE "^  .*-$letter( |,|$)" <<< "$output" ||
				{ echo "$program: -$letter is not told"; false; }
		done
	done
}

@test "a usage error says so on stderr, nothing on stdout, and ends with 2" {
	for program in "${servers[@]}" "${clients[@]}" $(tested wire halfclose socktrace); do
		for arguments in '' '-Z' 'a b c d e' '-d'; do
			[ "$program $arguments" != 'socktrace a b c d e' ] || continue
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
		[ -n "$(tested "${program%:*}")" ] || continue
		for number in -1 +1 1x '' 99999999999; do
			run --separate-stderr timeout 5 ${program/:/ } "$option" "$number" 127.0.0.1 9
			equal "$program $option $number: $status" "$program $option $number: 2"
			like "$stderr" "${program%:*}: $option: '$number' is not a number from *"
		done
	done <<- END
	tcp_server -a
	tcp_server -b
	tcp_server -n
	tcp_server -w
	udp_server -w
	tcp_client -U
	tcp_client -p
	udp_server -n
	udp_client -p
	udp_client -t
	halfclose:server -n
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
	about "${servers[@]}"
	for program in "${servers[@]}"; do
		serve log $program 0
		like "$(grep '^listening' log)" 'listening on 127.0.0.1 port *'
		serve log $program -6 0
		like "$(grep '^listening' log)" 'listening on ::1 port *'
		serve log env LISTEN_HOST=127.0.0.9 $program 0
		like "$(grep '^listening' log)" 'listening on 127.0.0.9 port *'
		serve log $program 0.0.0.0 0
		like "$(grep '^listening' log)" 'listening on 0.0.0.0 port *'
		serve log $program :: "$port" # the port is taken with IPv4, not with IPv6
		like "$(grep '^listening' log)" "listening on :: port $port"
	done
}

@test "a port in use is told, and ends with 1" {
	about "${servers[@]}"
	for program in "${servers[@]}"; do
		serve log $program 0
		run --separate-stderr timeout 5 $program "$port"
		equal "$program: $status" "$program: 1"
		like "$stderr" "${program% *}: bind to 127.0.0.1 port $port: Address already in use"
	done
}

@test "SIGINT and SIGTERM end a server at once, with 0" {
	about "${servers[@]}"
	for program in "${servers[@]}"; do
		for signal in TERM INT; do
			# not as a shell's background job, which ignores SIGINT
			serve log env --default-signal=INT $program 0
			kill -$signal "$pid"
			ends "$pid" 0
		done
	done
}

@test "a client whose stdout has no reader says so, and fails" {
	about "${clients[@]}"
	for program in "${clients[@]}"; do
		serve_its_server "$program"
		seq 20000 | { timeout 10 $program 127.0.0.1 "$port" 2> err || echo $? > status; } | true
		equal "$program: $(cat status) $(cat err)" "$program: 1 ${program% *}: stdout: Broken pipe"
	done
}

@test "no descriptor is left open, however many clients have come" {
	about "${listening[@]}"
	for program in "${listening[@]}"; do
		serve log $program 0
		before=$(ls "/proc/$pid/fd" | wc -l)
		for i in 1 2 3 4 5 6 7 8 9 10; do
			echo hello | timeout 5 halfclose client 127.0.0.1 "$port" > /dev/null
			[ "$program" != tcp_server ] || echo hello | tcp_client -r 127.0.0.1 "$port" > /dev/null 2>&1 || true
		done
		equal "$program: $(ls "/proc/$pid/fd" | wc -l)" "$program: $before"
	done
}

# closing REDIRECTIONS COMMAND...: replaces the (sub)shell by COMMAND, with these descriptors
# closed; a signal to the shell is then a signal to COMMAND.
closing() {
	exec sh -c "exec \"\$@\" $1" sh "${@:2}"
}

# is_socket PID FD: whether this descriptor is a socket.
is_socket() {
	[[ $(readlink "/proc/$1/fd/$2") = socket:* ]]
}

@test "whichever of stdin, stdout and stderr is closed at the start, no socket gets its number" {
	about "${servers[@]}"
	for program in "${servers[@]}"; do
		for closed in '<&-' '>&-' '2>&-' '<&- >&-' '<&- >&- 2>&-'; do
			serve log $program 0 # to find a free port
			kill "$pid"
			ends "$pid"
			start log closing "$closed" $program "$port"
			wait_for 'the server' eval "ss -Hlntu sport = :$port | grep -q ."
			if [ "$program" = tcp_server ]; then # its child, too
				start_with_input client tcp_client 127.0.0.1 "$port"
				client=$pid server=${started[-2]}
				wait_for 'the child' pgrep -P "$server"
				wait_for 'the answer' eval "echo hello >&9; grep -q hello client.out"
				processes="$server $(pgrep -P "$server")"
			else
				processes=$pid
			fi
			for process in $processes; do
				for fd in 0 1 2; do
					[ -e "/proc/$process/fd/$fd" ]
					is_socket "$process" "$fd" && { echo "$program $closed: $fd is a socket"; false; }
				done
			done
			exec 9>&-
			rm -f client.in
			for process in "${started[@]}"; do kill "$process" 2> /dev/null || true; done
			wait_for "the end of $program" eval "! ss -Hlntu sport = :$port | grep -q ."
		done
	done
}

@test "scripts work with any of stdin, stdout and stderr closed" {
	for closed in '<&-' '>&-' '2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
		for script in record ladder; do
			run closing "$closed" "$root/scripts/$script" -h
			equal "$script $closed: $status" "$script $closed: 0"
		done
		run closing "$closed" "$root/scripts/lab" sh -c 'echo ran > ran; exit 7'
		equal "lab $closed: $status $(cat ran)" "lab $closed: 7 ran"
		run closing "$closed" "$root/scripts/demo" -q -o out handshake
		equal "demo $closed: $status" "demo $closed: 0"
		[ -s out/handshake/seen ]
		rm -r ran out
	done
}

@test "a client whose stdin or stdout is closed says so, and fails at once" {
	about "${clients[@]}"
	for program in "${clients[@]}"; do
		serve_its_server "$program"
		while read -r closed stream; do
			run --separate-stderr timeout 5 sh -c "echo hello | sh -c 'exec \"\$@\" $closed' sh $program 127.0.0.1 $port"
			equal "$program $closed: $status $output" "$program $closed: 1 "
			equal "$stderr" "${program% *}: $stream: Bad file descriptor"
		done <<- 'END'
			<&- stdin
			>&- stdout
			<&->&- stdin
		END
		# without stderr it also works, and writes no messages into the connection
		equal "$(echo hello | closing '2>&-' $program 127.0.0.1 "$port" | sed 's/.*: //')" hello
	done
}

@test "where IPv6 has no sockets, the next address of a name is taken" {
	cc -o refuse "$BATS_TEST_DIRNAME/refuse.c"
	run --separate-stderr "$root/scripts/lab" sh -c '
		PATH=${STAND_INS:+$STAND_INS:}$PATH
		getent ahosts server | head -n 1
		for server in "tcp_server 9000" "halfclose server 9001" "udp_server 9002"; do
			: > log
			on server ./refuse $server 2> log &
			until grep -q "^listening on 192.0.2.2 port" log; do kill -0 $! || { cat log; exit 1; }; done
		done
		echo hello | on client ./refuse tcp_client server 9000
		echo hello | on client ./refuse halfclose client server 9001
		echo hello | on client ./refuse udp_client server 9002'
	equal "$status $stderr" '0 '
	like "${lines[0]}" '2001:db8::2 *' # it comes first
	equal "${lines[*]:1}" 'hello 1 1 6 192.0.2.2 port 9002: hello'
}

@test "where the first address of a name refuses the connection, the next is taken" {
	about "${connecting[@]}"
	for program in "${connecting[@]}"; do
		run --separate-stderr timeout 30 "$root/scripts/lab" sh -c '
			PATH=${STAND_INS:+$STAND_INS:}$PATH
			: > log
			on server tcp_server -4 9000 2> log &
			until grep -q "^listening" log; do :; done
			echo hello | on client $1 server 9000' sh "$program"
		equal "$program: $status $output $stderr" "$program: 0 hello "
	done
}

@test "stopped and continued while it connects, a client goes on" {
	about "${connecting[@]}"
	for program in "${connecting[@]}"; do
		timeout 30 "$root/scripts/lab" -4 -d 300 sh -c '
			PATH=${STAND_INS:+$STAND_INS:}$PATH
			: > log
			on server tcp_server -n 1 9000 2> log &
			until grep -q "^listening" log; do :; done
			echo hello | on client socktrace -o calls $1 server 9000 > answer 2> err &
			until grep -q "connect(.*) [.][.][.]" calls 2> /dev/null; do :; done
			client=$(pgrep -x "${1%% *}")
			kill -STOP "$client"
			kill -CONT "$client"
			wait $!' sh "$program"
		grep -q 'connect(.*) = -1 EINTR' calls
		equal "$program: $(cat answer err)" "$program: hello"
		rm calls
	done
}

@test "a usage that cannot be printed is a failure, with its reason" {
	[ -w /dev/full ] || skip 'no /dev/full'
	for program in tcp_server tcp_client udp_server udp_client halfclose wire socktrace; do
		[[ " ${servers[*]} ${clients[*]} wire socktrace " = *" $program "* ]] || continue
		run --separate-stderr eval "$program -h > /dev/full"
		equal "$status $stderr" "1 $program: stdout: No space left on device"
	done
}

@test "a socket that cannot be had is reported as such" {
	cc -o refuse "$BATS_TEST_DIRNAME/refuse.c"
	for program in "${connecting[@]}"; do
		run --separate-stderr ./refuse $program ::1 9 < /dev/null
		equal "$status $stderr" "1 ${program% *}: socket for ::1 port 9: Address family not supported by protocol"
	done
}

@test "an empty LISTEN_HOST is as none" {
	for program in "${servers[@]}"; do
		serve log env LISTEN_HOST= $program 0
		like "$(grep '^listening' log)" 'listening on 127.0.0.1 port *'
	done
}

@test "a script's message has no control character of a name in it" {
	name=$'a\e[31mb' bad=$'?\e[31mb\nc'
	mkdir -p "$name/refused"
	touch "$name/index.html" "$name/program"
	n=0
	told() {
		run timeout 20 "$root/scripts/$1" "${@:2}" < /dev/null
		[ "$status" -ne 0 ] || { echo "$* succeeded"; false; }
		! grep -q $'\e' <<< "$output" || { cat -v <<< "$*: $output"; false; }
		grep -q '31mb' <<< "$output" || { cat -v <<< "not named: $*: $output"; false; }
		n=$((n + 1))
	}
	for script in demo task gallery quiz record lab setup watch states expect; do
		told $script "--$bad" # a usage error is one line
		equal "$script: ${#lines[@]}" "$script: 1"
	done
	told demo "$name"
	told demo -q -o "$name" refused
	told demo -q -o "$name/program" refused
	told demo -q -o out --server "./$name" echo
	told record -o "$name" --server x --client y
	told record -o out/r --server "./$name" --client y
	told record --server-stdin "$name/no" --server x --client y
	told task refused "$name/no"
	told gallery -n -o "$name"
	told states "$name"
	told watch -o "$name"
	told lab -f "$name"
	TMPDIR=$PWD/$name/no told record -o out/t --server x --client y
	BUILD=/nowhere/$name told lab true
	equal $n 24
}
