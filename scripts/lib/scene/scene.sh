# Plays the scene of a recipe in the lab, and records it on both hosts. If no lab can be made,
# plays the scene on the machine's own loopback interface: see loopback.sh.
# In:  $1 is the recipe, $2 the folder for the results, $3 is "lab" or "loopback". $SERVER
#      and $CLIENT, if set, are commands that run in place of the recipe's programs. (Such
#      a program is called "other" or "not ours" here; the recipe's programs are "ours".)
#      $PROGRAM, if set, is a student's program; it is "not ours", too.
#      $RECORDER is the name of the script that runs this one (demo, record or task);
#      messages begin with it. $LIMIT is the time limit of a program in seconds.
#      $SERVER_STDIN is a file for the server's stdin.
# Out: client.pcap and server.pcap, or lo.pcap. For each program, HOST.PROGRAM.N.log has its
#      calls, .out and .err have what it printed. (HOST.PROGRAM.N is the parameter LOG of the
#      functions.) The file `failures` has the failures of programs that are not ours, and
#      the file `notes` remarks about such programs. If a program of ours fails, the scene ends
#      with status 1.
# shellcheck shell=sh
set -eu
. "${0%/*}/../common.sh"
me=${RECORDER:-demo} limit=${LIMIT:-60}
recipe=$1 dir=$2
others=${SERVER-}${CLIENT-}${PROGRAM-} # the commands of programs that are not ours
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- # so that the first socket of a program is descriptor 3
TZ=UTC0 # the time zone of the times in the logs
export TZ
servers='' daemons='' recorders='' watchers='' performed='' playing=''
run=${LAB-} hosts='client server' interface=eth0 between='' ours=.
own='(^|FFFF0000)......7F:|^00000000000000000000000001000000:' # matches a loopback address in /proc/net/tcp
unreachable=$own
sentinels='client:server server:client'
# shellcheck source=scripts/lib/scene/loopback.sh
[ "$3" = lab ] || . "${0%/*}/loopback.sh"

# These lines of a recipe are for scripts/demo and scripts/task. They do nothing here.
title() { :; }
lab() { :; }
differs() { :; }
needs_lab() { :; }
needs_ipv4() { :; }
untyped() { :; }
show() { :; }
promise() { :; }
look_for() { :; }
question() { :; }
answer() { :; }
myth() { :; }
text() { :; }
role() { :; }
must() { look=''; }
seen() { look=''; }
never() { look=''; }
closes() { look=''; }
apart() { look=''; }
look=''
waits() { look=''; }
lingers() { look=''; }
counts() { look=''; }
calls() { look=''; }
shows() { look=''; }
receives() { look=''; }
look() { look=$1; } # $look: the hint to print if the next fact is missing
by=''
# shown_by PORT WORDS: names the segment that shows the next fact. In the connection from this
# port of the client, it is the segment that decides WORDS (of scripts/expect).
shown_by() { by=$*; }

# line BYTES TEXT: prints a line of BYTES bytes: TEXT, spaces and a newline.
line() {
	printf "%-$(($1 - 1))s\n" "$2"
}

# setting client|server NAME VALUE: sets a setting of this host's kernel, such as
# net/ipv4/tcp_sack.
setting() {
	echo "$3" | on "$1" tee "/proc/sys/$2" > /dev/null
}

# patient client|server: makes this host wait ten seconds or more before it retransmits. This is
# for a scene in which the cable holds a segment until a shell has run a command, which takes a
# second on the slowest machines.
patient() {
	for family in -4 -6; do
		on "$1" ip $family route show dev eth0 | sed -n 's/ pref .*//; s/rto_min lock 1s/rto_min 10s/p' |
			while read -r route; do
				# shellcheck disable=SC2086 # not quoted on purpose: the shell must split this into words
				on "$1" ip $family route change $route dev eth0
			done
	done
}

# has_socket client|server PATTERN: whether this host has a TCP socket whose line in
# /proc/net/tcp matches PATTERN. Such a line has OWN:PORT OTHER:PORT STATE, in hexadecimal.
has_socket() {
	on "$1" cat /proc/net/tcp /proc/net/tcp6 2> /dev/null | grep -q "$2"
}

# counted client|server NAME: whether this host's counter NAME, as nstat(8) names it, is not 0.
counted() {
	on "$1" cat /proc/net/netstat | awk -v name="$2" '
		place { exit }
		{ for (i = 2; i <= NF; i++) if ($i == name) { place = i; getline; count = $i } }
		END { exit count == 0 }'
}

# arrived client|server HOST: waits until all that the first host has sent has arrived at HOST.
# For this, it sends a datagram to port 9 of HOST, and waits for the ICMP message that refuses
# it. Neither of them is drawn.
arrived() {
	echo | on "$1" udp_client -c "$2" 9 > /dev/null 2>&1 || :
}

# failing client|server PROGRAM...: runs a program whose exit status must be 1, not 0.
failing() {
	expected=1
	"$@"
	expected=0
}
expected=0
at_port='' # the port on which the server must listen, such as ":2328"; '': any port

# client [-d RULE]... PROGRAM [ARGUMENT]...: runs PROGRAM, or $CLIENT if that is set, on the
# client, and waits for its end. The program gets port 40000, or the next port that is free.
# RULE delays one of the program's calls: see socktrace -h.
client() {
	new_log client "$@"
	[ -n "$between" ] || give_port
	perform client "$@"
	await_client "$log" || :
	read_status "$log"
	echo "$log $status" > "$run/last"
	check_end "$log" "$expected"
}

# give_port: makes the kernel give the next client the first port from 40000 on that no
# connection of an earlier client uses. A program of ours can get no other port. A program that
# is not ours may open more sockets, so it can get other ports, too. But its first TCP
# connection gets this port, for two reasons: if the first port of the range is even, connect()
# prefers even ports (if odd, odd ones), and all the other even (or odd) ports are reserved.
give_port() {
	own_port=40000 last_port=40000
	while has_socket client ": [0-9A-F]*:$(printf %04X $own_port) "; do
		own_port=$((own_port + 1))
	done
	last_port=$own_port
	if [ -n "$other" ] || [ ! -x "$BUILD/$program" ]; then
		last_port=65535 # obs is a multiple of 6, the size of a number and its comma: no write() splits one
		seq -s , $((own_port + 2)) 2 65535 | on client dd obs=3600 \
			of=/proc/sys/net/ipv4/ip_local_reserved_ports 2> /dev/null
	fi
	setting client net/ipv4/ip_local_port_range "$own_port $last_port"
}

# server [-d RULE]... PROGRAM [ARGUMENT]...: starts PROGRAM, or $SERVER if that is set, on the
# server. Waits until the client can reach the program, or until the program has called
# connect(). PROGRAM must end by itself before the scene ends; $SERVER may run for ever. If the
# client cannot reach a program that is not ours, the scene ends.
server() {
	new_log server "$@"
	perform server "$@"
	servers="$servers $log:$expected"
	if ! is_other "$log" || [ -n "$between" ]; then
		await "listen() or its like in $log" 10 is_ready "$log"
		return
	fi
	meet "$log" || :
	if is_over "$log"; then # the first process of a daemon ends at once
		! within 1 is_reachable "$log" || {
			daemons="$daemons $log"
			return
		}
		check_end "$log" 0
		[ -s "$dir/failures" ] || fail "$log" 'has ended, and listens nowhere'
	else
		is_reachable "$log" && return
		fail "$log" "cannot be reached by the client: $(listens_at)"
	fi
	[ -z "${PROGRAM-}" ] || # the task's other requirements cannot be judged
		printf 'missing|can be reached|%s|%s|\n' "$(sed q "$dir/failures" | tr '|' '!')" 'bind() to HOST (its first argument), and listen()' >> "$dir/facts"
	finish
	exit
}

# perform HOST [-d RULE]... PROGRAM [ARGUMENT]...: starts PROGRAM on HOST. When the program has
# ended, its exit status is in $run/LOG.status, and whoever reads the FIFO $run/LOG.end gets the
# end of file.
perform() {
	mkfifo "$run/$log.end"
	{
		{
			actor "$@" <&9 9<&- > "$dir/$log.out" 2> "$dir/$log.err" &
			echo $! > "$run/$log.pid"
			status=0
			wait $! 2> /dev/null || status=$?
			echo $status > "$run/$log.status.new"
			mv "$run/$log.status.new" "$run/$log.status"
			: > "$run/$log.end" & # this open() waits until somebody reads the FIFO
		} &
	} 9<&0
	watchers="$watchers $!"
}

# await_end LOG SECONDS: waits until the program with this log has ended; fails after SECONDS.
await_end() {
	is_over "$1" && return
	timeout "$2" cat "$run/$1.end" &
	wait $! # a signal interrupts the shell's wait at once; it would not interrupt cat
}

is_over() {
	[ -e "$run/$1.status" ]
}

# read_status LOG: sets $status to the exit status of the program with this log; or, if the
# program still runs, to 124, like timeout(1).
read_status() {
	status=124
	! is_over "$1" || read -r status < "$run/$1.status"
}

# actor HOST [-d RULE]... PROGRAM [ARGUMENT]...: becomes PROGRAM (or $SERVER, or $CLIENT) on
# HOST: exec replaces this shell by the program.
actor() {
	host=$1 rules=''
	shift
	[ "${PROGRAM-}" != "$1" ] || rules=-w # so that scripts/task can print in which call it waits
	while [ "$1" = -d ]; do
		rules="$rules -d $2"
		shift 2
	done
	other_cast "$host"
	set -f
	# shellcheck disable=SC2086 # not quoted on purpose: the shell must split this into words
	case $other in
	'') [ "$1" != "${PROGRAM-}" ] || {
		shift
		eval "set -- \"\$PROGRAM\" $ARGUMENTS \"\$@\""
	} ;;
	*[\'\"\\\$\`\|\;\&\<\>\(\)\*\?\~]*) set -- sh -c "$other" ;;
	*) set -- $other ;;
	esac
	# shellcheck disable=SC2086
	exec on "$host" socktrace $rules -o "$dir/$log.log" "$@"
}

# other_cast HOST: sets $other to the command that runs on HOST in place of the recipe's
# program, or to ''. If the command begins with -d RULE, moves this option to $rules.
other_cast() {
	case $1 in
	client) other=${CLIENT-} ;;
	*) other=${SERVER-} ;;
	esac
	while [ "${other#-d }" != "$other" ]; do
		other=${other#-d }
		rules="${rules-} -d ${other%% *}" other=${other#* }
	done
}

# fact WHAT COMMAND...: runs COMMAND, which checks whether a student's program does WHAT. Stores
# in the file `facts` whether it does; and if not, what it did instead.
fact() {
	what=$1 verdict=ok reason=''
	shift
	"$@" > /dev/null 2>&1 || verdict=missing
	[ $verdict != ok ] || reason=''
	printf '%s|%s|%s|%s|%s\n' $verdict "$what" "$(printf %s "$reason" | tr '|' '!')" "$look" "$by" >> "$dir/facts"
	look='' by=''
}

# last: finds the client that has ended last. The functions from printed() to succeeded() judge
# this client, and set $reason to what it did. complained [PATTERN [NOT]]: whether its exit
# status was not 0, and it printed PATTERN on stderr, but not NOT.
last() {
	read -r last_log last_status < "$run/last"
	who='the client got'
	! is_other "$last_log" || who='it printed'
}

# shown FILE: prints the beginning of FILE, in one line.
# shellcheck disable=SC2016 # these backquotes are characters, not a command
shown() {
	head -c 60 "$1" | tr -d '\000-\010\013-\037\177' | sed ':more
		$!{ N; b more
		}
		s/\n/\\n/g; s/.*/`&`/' | grep . || echo nothing
}

printed() {
	last
	printf %s "$1" > "$run/expected"
	: >> "$dir/$last_log.out"
	reason="expected $(shown "$run/expected"), $who $(shown "$dir/$last_log.out")"
	[ "$(shown "$run/expected")" != "$(shown "$dir/$last_log.out")" ] || reason="$reason in $(wc -c < "$dir/$last_log.out") bytes"
	# in $(), the shell drops NUL bytes, and newlines at the end
	[ "$(tr '\000' '\001' < "$dir/$last_log.out")" = "$1" ] && { [ -n "$1" ] || [ ! -s "$dir/$last_log.out" ]; }
}

# printed_first TEXT: whether the client's output begins with TEXT.
printed_first() {
	printed "$1" || [ "$(head -c "${#1}" "$dir/$last_log.out")" = "$1" ]
}

# printed_file FILE: whether the client's output is the same as FILE, byte for byte.
printed_file() {
	last
	: >> "$dir/$last_log.out"
	reason="expected $(wc -c < "$1") bytes, $who $(wc -c < "$dir/$last_log.out"): $(shown "$dir/$last_log.out")"
	cmp -s "$1" "$dir/$last_log.out"
}

# printed_line BYTES: whether the client's output is one line of BYTES bytes; the newline
# counts.
printed_line() {
	last
	: >> "$dir/$last_log.out"
	reason="$who $(wc -c < "$dir/$last_log.out") bytes, with $(wc -l < "$dir/$last_log.out") newlines, not a line of $1"
	[ "$(wc -c < "$dir/$last_log.out")" -eq "$1" ] && [ "$(wc -l < "$dir/$last_log.out")" -eq 1 ] &&
		[ -z "$(tail -c 1 "$dir/$last_log.out")" ]
}

printed_bytes() {
	last
	bytes=$(wc -c < "$dir/$last_log.out")
	reason="$who $bytes bytes, not $1"
	[ "$bytes" -eq "$1" ]
}

complained() {
	last
	reason="it $(how_it_ended "$last_status"), and printed on stderr $(shown "$dir/$last_log.err")"
	[ "$last_status" -ne 0 ] && grep -qi "${1-.}" "$dir/$last_log.err" || return
	[ $# -lt 2 ] || ! grep -qi "$2" "$dir/$last_log.err"
}

has_tried() {
	last
	reason="no connect() with $1:$2"
	called "$last_log" | grep -qxF "$1 $2"
}

# crowd_is_served N: runs N clients at once, from other ports than 40000, and returns whether
# each of them got its line back.
crowd_is_served() {
	setting client net/ipv4/ip_local_port_range '41000 41999'
	: > "$run/crowd"
	crowd=''
	for n in $(seq "$1"); do
		echo "client $n" | on client tcp_client server 9000 >> "$run/crowd" 2> "$run/alone" &
		crowd="$crowd $!"
	done
	# shellcheck disable=SC2086 # not quoted on purpose: several process ids
	wait $crowd || :
	count=$(sort -u "$run/crowd" | grep -c '^client [0-9]*$') || :
	reason="$count of $1 got their lines"
	[ "$count" -eq "$1" ]
}

gave_up() {
	last
	reason="it $(how_it_ended "$last_status")"
	[ "$last_status" -ne 124 ] || reason="it was still running after $limit s"
	[ "$last_status" -ne 0 ] && [ "$last_status" -lt 124 ]
}

succeeded() {
	last
	reason="it $(how_it_ended "$last_status")"
	[ "$last_status" -ne 124 ] || reason="it was still running after $limit s"
	[ "$last_status" -eq 0 ]
}

# end_servers: sends SIGTERM to the servers.
end_servers() {
	for server in $servers; do kill -TERM "$(cat "$run/${server%:*}.pid")" 2> /dev/null || :; done
}

# is_ready LOG: whether the calls in this log show that the program can be reached; or whether
# the program has ended.
is_ready() {
	grep -q ' listen(.*) = 0 \| connect(.*) \.\.\.\| bind(.*) = 0 \[[0-9[]' "$dir/$1.log" || is_over "$1"
}

# is_reachable LOG: whether a socket on the server listens, and not only on the server's own
# loopback interface; or whether the program with this log has called connect() to the client.
is_reachable() {
	listening server | grep -vE "$unreachable" | grep -q "$at_port" ||
		grep -q ' connect([0-9]*, \(192\.0\.2\.1\|\[2001:db8::1\]\):' "$dir/$1.log"
}

# await WHAT SECONDS COMMAND...: waits until COMMAND succeeds, like await() in common.sh, but
# with two differences. If all programs are ours, it waits for a minute, because the machine may
# be slow. If a program that is not ours does not do WHAT in time, this is reported, and the
# scene continues.
await() {
	await_what=$1
	shift
	[ -n "$others" ] || {
		shift
		set -- 60 "$@"
	}
	within "$@" && return
	[ -n "$playing" ] || die "gave up waiting for $await_what"
	echo "gave up waiting for $await_what" >> "$dir/failures"
}

# meet LOG: waits until the server can be reached. await_client LOG: waits for the client's end.
# For scripts/record, any.sh replaces both functions.
meet() {
	within 30 is_met "$1"
}

await_client() {
	if is_other "$1"; then await_end "$1" "$limit"; else await_end "$1" 60; fi
}

is_met() {
	is_reachable "$1" || is_over "$1"
}

# listening HOST: prints ADDRESS:PORT of each TCP socket of HOST that listens, and of each UDP
# socket without a peer; in hexadecimal, as in /proc/net/tcp.
listening() {
	on "$1" cat /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6 2> /dev/null |
		awk '$4 ~ /^0[7A]$/ { print $2 }'
}

# server_ports: prints the ports on which the server listens, in decimal.
server_ports() {
	listening server | sed 's/.*:/0x/' | sort -u | xargs -r printf '%d\n'
}

listens_at() {
	ports=$(server_ports | paste -sd ' ')
	if [ -z "$ports" ]; then
		echo 'it does not listen on any port'
	else
		echo "it listens on its own loopback only, port $ports"
	fi
}

# called LOG: prints "ADDRESS PORT" for each call in this log that has an address: connect(),
# sendto() and so on.
called() {
	sed -nE 's/.* (connect|send[a-z]*)\(.*[( ]([^ ]*):([0-9]+)\).*/\2 \3/p' "$dir/$1.log"
}

# hint LOG: adds lines to `failures` that explain why the client with this log may have failed.
hint() {
	ports=$(server_ports | paste -sd ' ')
	called "$1" | sort -u | while read -r address port; do
		case $address in
		127.* | 0.0.0.0 | '[::1]' | '[::]')
			case ${LOOPBACK-}$address in 1127.*) continue ;; esac
			if listening server | grep -q "$(printf ':%04X$' "$port")"; then
				echo "client: $address is the client itself, and nobody listens there: the other host is \`server\`"
			fi ;;
		esac
		case " $ports " in
		*" $port "* | '  ') ;;
		*) echo "server: it listens on port $ports, not on $port" ;;
		esac
	done >> "$dir/failures"
	! grep -q ' bind([0-9]*, 127\..*EADDRNOTAVAIL' "$dir/$1.log" ||
		echo 'client: it binds 127.0.0.1, but its segments must come from its own address: it must not bind' >> "$dir/failures"
}

# taken BYTES: waits until our client has sent BYTES bytes by one send(). Then waits until the
# server's program has read all of them, but at most 8 s.
taken() {
	await "the client to send $1 bytes" 10 has_sent "$1"
	arrived client server
	within 8 has_socket server ':2328 [0-9A-F]*:9C4[0-9A-F] 0[18] [0-9A-F]*:00000000 ' || :
}

has_sent() {
	grep -q " send([0-9]*, $1) = $1 " "$dir"/client.*.log
}

# uneven: prints lines of different lengths, which together are longer than a usual buffer. The
# last line has no newline.
uneven() {
	for length in 2 6 120 1 3000 700 5000 60; do line "$length" "$length"; done
	printf 'the end'
}

# logged client|server CALL: waits until the log of a program on this host has the text CALL.
logged() {
	await "$1's $2" 30 has_logged "$1" "$2"
}

has_logged() {
	grep -qF " $2" "$dir/$1".*.log
}

# received client|server BYTES: waits until all programs on this host together have received
# BYTES bytes by recv().
received() {
	await "$1 to receive $2 bytes" 30 has_received "$1" "$2"
}

has_received() {
	sed -n 's/.* recv([0-9]*) = \([0-9]*\) .*/\1/p' "$dir/$1".*.log |
		awk -v bytes="$2" '{ sum += $1 } END { exit sum < bytes }'
}

# new_log HOST [-d RULE]... PROGRAM...: sets $log to a new name for the program's log,
# HOST.PROGRAM.N, and makes the log.
new_log() {
	log=$1 n=1
	while [ "$2" = -d ]; do shift 2; done
	other_cast "$log"
	program=$(printf '%s\n' "${other:-$2}" | tr -s '[:space:]' ' ' | sed 's/^ //; s/ .*//; s/.*\///; s/[^A-Za-z0-9._+-]//g')
	log=$log.${program:-program}
	while [ -e "$dir/$log.$n.log" ]; do n=$((n + 1)); done
	log=$log.$n
	: > "$dir/$log.log"
	shift
	while [ "$1" = -d ]; do shift 2; done
	[ "$1" != "${PROGRAM-}" ] || {
		shift
		other="$TYPED $*"
	}
	case $other:$log in
	:*) ;;
	*:client.*) other=${CLIENT:-$other} ;;
	*) other=${SERVER:-$other} ;;
	esac
	[ -z "$other" ] || printf '%s\n' "$other" | tr '\n\t' ' ' | sed 's/^ //; s/ *$//' > "$run/$log.other"
}

# is_other LOG: whether the program with this log is not ours. If so, $run/LOG.other has its
# command as it was typed.
is_other() {
	[ -e "$run/$1.other" ]
}

# check_end LOG EXPECTED: checks whether the exit status of the program with this log is
# EXPECTED. If EXPECTED is not 0, a program that is not ours may end with any status below 124.
check_end() {
	read_status "$1"
	[ "$status" -ne "$2" ] || return 0
	how=$(how_it_ended "$status")
	[ "$status" -ne 124 ] || how="did not end within $limit s"
	if ! is_other "$1"; then
		if [ -n "$others" ]; then # it probably failed because of the other program, which is not ours
			case $1 in client.*) hint "$1" ;; esac
			return 0
		fi
		die "${1%%.*}: '$(sed -n '1s/^[^$]*\$ //p' "$dir/$1.log")' $how, not with $2
$(cat "$dir/$1.err")"
	fi
	if [ "$2" -ne 0 ] && [ "$status" -lt 124 ]; then return 0; fi
	fail "$1" "$how"
	case $1 in client.*) hint "$1" ;; esac
}

# fail LOG HOW: adds to `failures` that the program with this log has failed, and the last lines
# of its stderr. The calling script reports these failures.
fail() {
	[ ! -e "$run/$1.failed" ] || return 0
	: > "$run/$1.failed"
	printf "%s: '%s' %s" "${1%%.*}" "$(cat "$run/$1.other")" "$2"
	complaint=$(last_lines "$dir/$1.err" | sed 's/^socktrace: //')
	case $complaint in
	'') echo ;;
	*"$newline"*) printf ':\n%s\n' "$complaint" | sed '1!s/^/  /' ;;
	*) printf ': %s\n' "$complaint" ;;
	esac
} >> "$dir/failures"
newline='
'

# record HOST: starts tcpdump on HOST. It records all segments and datagrams, including the
# sentinels (see settle), and ICMP "unreachable" messages, unless these refuse a sentinel.
record() {
	on "$1" tcpdump -n -i $interface -U --immediate-mode -s 2048 -B 16384 \
		--time-stamp-precision=nano -w - "$between (tcp or udp or
		(icmp[0] = 3 and icmp[30:2] != 9) or (icmp6 and ip6[40] = 1 and ip6[90:2] != 9))" \
		> "$dir/$1.pcap" 2> "$run/$1.tcpdump" &
	recorders="$recorders $1:$!"
}

# alarm: is called again and again while the scene waits. It ends the scene if the disk is full
# or a tcpdump has ended, because then waiting is useless. broken MESSAGE: ends this process.
# Several processes may call it at once; only the first, whose mkdir succeeds, prints MESSAGE.
alarm() {
	for folder in "$dir" "$run"; do
		{ echo > "$folder/room" && : > "$folder/room"; } 2> /dev/null || broken "$folder: no room is left on its disk"
	done
	for recorder in $recorders; do
		kill -0 "${recorder#*:}" 2> /dev/null ||
			broken "the recording on ${recorder%:*} has ended: $(tail -n 1 "$run/${recorder%:*}.tcpdump")"
	done
}

broken() {
	mkdir "$run/broken" 2> /dev/null || exit 1
	die "$@"
}

recording() {
	grep -q 'listening on' "$run/$1.tcpdump" || ! kill -0 "$2"
}

# connections HOST: prints the lines in /proc/net/tcp of the TCP sockets of HOST, but not those
# in TIME_WAIT or LISTEN, and not connections of HOST to itself.
connections() {
	on "$1" cat /proc/net/tcp /proc/net/tcp6 | awk -v ours="$ours" -v own="$own" '
		$1 ~ /:$/ && $4 !~ /06|0A/ && $2 $3 ~ ours && !($2 ~ own && $3 ~ own)'
}

# connections_ended: whether no host has a connection any more. After the end of the programs,
# the kernel may still be closing their connections.
connections_ended() {
	! for host in $hosts; do connections "$host"; done | grep -q .
}

# settle: waits until all packets have arrived. For this, it sends sentinels. A sentinel is a
# datagram to port 9. It overtakes no other packet, so when it has arrived, all that was sent
# before has arrived, too. The second round of sentinels is for the packets that were sent as
# answers. A sentinel's source port is 10009: with some other ports, a decoder would take the
# datagram for another protocol.
settle() {
	for round in 1 2; do
		for sentinel in $sentinels; do
			send_sentinel "$sentinel"
		done
		for sentinel in $sentinels; do
			for host in $hosts; do
				within 3 grep -q "$sentinel, round $round" "$dir/$host.pcap" && continue
				send_sentinel "$sentinel" # the first sentinel may have been lost
				await "the sentinels on $host" 10 \
					grep -q "$sentinel, round $round" "$dir/$host.pcap"
			done
		done
	done
}

send_sentinel() {
	echo "$1, round $round" | on "${1%:*}" udp_client -o -p 10009 "${1#*:}" 9
}

# left_open LOG: whether the program with this log still has a connection open that it should
# have closed. As long as a client runs, a server should only have closed those connections that
# the client has closed.
left_open() {
	is_other "$1" && ! is_over "$1" || return
	states=.
	[ -z "$late" ] || case $1 in server.*) states=08 ;; esac # only the state CLOSE_WAIT
	connections "${1%%.*}" | awk -v states="$states" '$10 != 0 && $4 ~ states' | grep -q .
}

# say_who_is_left: prepares the end of the programs that still run. It must not look as if such
# a program had ended by itself. So if a program has not closed its connection, a line in its
# log says so. Then the recording ends, and only then the program gets a signal.
say_who_is_left() {
	for log in $performed; do
		if left_open "$log"; then
			said="$me ended the ${log%%.*} here (SIGTERM): it had not closed"
			printf '%s %s %s\n' "$(date +%T.%N | cut -c 1-15)" "${log#*.}" "$said" >> "$dir/$log.log"
			after=5
			case $log in client.*) after=$limit ;; esac
			echo "${log%%.*}: '$(cat "$run/$log.other")' was still open after $after s: $me ended it (SIGTERM)" >> "$dir/notes"
		fi
	done
}

# end_others: ends the programs that still run, by SIGTERM. Removes all lines from their logs
# that were written after this signal. Reports a server that ended before and failed, and each
# program that was killed by SIGKILL, because this script never sends SIGKILL.
end_others() {
	left=$(for log in $performed; do is_over "$log" || echo "$log"; done)
	for server in $servers; do
		! is_over "${server%:*}" || check_end "${server%:*}" 0
	done
	for log in $daemons; do
		crash=$(crash_in "$dir/$log.log")
		[ -z "$crash" ] || fail "$log" "was ${crash#*: }"
		is_traced "$log" || has_let_go "$log" || fail "$log" 'was killed with its tracer (socktrace)'
	done
	for log in $left; do cp "$dir/$log.log" "$run/$log.log"; done
	for log in $left; do kill -TERM "$(cat "$run/$log.pid")" 2> /dev/null || :; done
	for log in $left; do
		await_end "$log" 1 || :
		read_status "$log"
		[ "$status" -ne 137 ] || check_end "$log" 0
		rm "$dir/$log.log"
		cp "$run/$log.log" "$dir/$log.log"
	done
	for log in $performed; do # the log gets the command as it was typed
		! is_other "$log" ||
			printf '%s $ %s\n' "$(date '+%F %T %z')" "$(cat "$run/$log.other")" >> "$dir/$log.log"
	done
}

# is_traced LOG: whether the background processes of the daemon with this log are still traced.
is_traced() {
	grep -qsxzF -e "$dir/$1.log" /proc/[0-9]*/cmdline
}

# has_let_go LOG: whether this log of a daemon has a line that shows that its listening socket
# was closed. The first process of the daemon, which ends at once, may have had the socket, too.
has_let_go() {
	ended='^[0-9:.]* [^ ]* exit ' first=1
	! grep -q "$ended" "$dir/$1.log" || first="1,/$ended/"
	sed "${first}d" "$dir/$1.log" | grep -qE ' (close\(.*|exit .*|killed by .*) \[(LISTEN )?[^ ]+:[0-9]+\]$'
}

# finish: waits until all connections have ended, and ends the recording and the programs.
finish() {
	playing=''
	performed=$(find "$run/" -name '*.pid' -exec basename {} .pid \; | sort)
	alarm
	if [ -z "$others" ]; then
		for server in $servers; do
			await_end "${server%:*}" 60 || :
			check_end "${server%:*}" "${server#*:}"
		done
		await 'the end of the connections' 30 connections_ended
	else
		late=$(for log in $performed; do is_over "$log" || echo "$log"; done | grep ^client) || :
		[ -n "$late" ] || within 5 connections_ended || :
	fi
	settle
	rm -f "$dir/room"
	! grep -s ' wire fault(' "$run/wire" > "$run/faults" || mv "$run/faults" "$dir/wire.cable.log"
	[ -z "$others" ] || say_who_is_left
	for recorder in $recorders; do kill -INT "${recorder#*:}"; done
	for recorder in $recorders; do
		wait "${recorder#*:}"
		host=${recorder%:*}
		grep -q '^0 packets dropped by kernel' "$run/$host.tcpdump" ||
			die "the recording on $host is not whole: $(cat "$run/$host.tcpdump")"
	done
	[ -z "$others" ] || end_others
	find "$dir" \( -name '*.out' -o -name '*.err' \) -size 0 -exec rm -f {} +
	[ -z "${WHOLE-}" ] || : > "$WHOLE"
}

for host in $hosts; do record "$host"; done
for recorder in $recorders; do
	host=${recorder%:*}
	await "tcpdump's 'listening on'" 10 recording "$host" "${recorder#*:}"
	grep -q 'listening on' "$run/$host.tcpdump" ||
		die "nothing can be recorded on $host: $(cat "$run/$host.tcpdump")"
done

# shellcheck source=/dev/null
. "$recipe"
playing=$others
scene
finish
