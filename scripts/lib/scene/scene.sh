# Plays a recipe's scene in the lab, and records it on both hosts; or on the
# machine's own loopback interface, see loopback.sh.
# In:  $1 is the recipe, $2 a folder for what comes out, $3 is "lab" or "loopback".
#      $SERVER and $CLIENT, if set, are commands that play these roles in place of the
#      recipe's; $PROGRAM is a student's. $RECORDER is who asks: demo, record or task.
#      $LIMIT is how many seconds a program has, $SERVER_STDIN a file for the server's
#      stdin.
# Out: client.pcap and server.pcap, or lo.pcap; and for each program HOST.PROGRAM.N.log
#      with its calls, .out and .err with what it printed. `failures` says which of the
#      programs that are not ours have failed, and how; `notes` what else there is to be
#      said of them. A program of ours that fails ends the scene with status 1.
# shellcheck shell=sh
set -eu
. "${0%/*}/../common.sh"
me=${RECORDER:-demo} limit=${LIMIT:-60}
recipe=$1 dir=$2
others=${SERVER-}${CLIENT-}${PROGRAM-} # programs that are not ours
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- # the first socket is number 3
TZ=UTC0 # of the narration; timeline.sh has tcpdump print the same
export TZ
servers='' daemons='' recorders='' watchers='' performed='' playing=''
run=${LAB-} hosts='client server' interface=eth0 between='' ours=.
own='(^|FFFF0000)......7F:|^00000000000000000000000001000000:' # a loopback address there
unreachable=$own
sentinels='client:server server:client'
# shellcheck source=scripts/lib/scene/loopback.sh
[ "$3" = lab ] || . "${0%/*}/loopback.sh"

# What a recipe says of itself is scripts/demo's business.
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
look() { look=$1; } # what to look at, if the next is missing
by=''
shown_by() { by=$*; } # PORT WORDS: the client's port, and what shows the next fact there

# line BYTES TEXT: TEXT, and spaces, in a line of BYTES, its newline included.
line() {
	printf "%-$(($1 - 1))s\n" "$2"
}

# setting client|server NAME VALUE: of its kernel, net/ipv4/tcp_sack say.
setting() {
	echo "$3" | on "$1" tee "/proc/sys/$2" > /dev/null
}

# has_socket client|server PATTERN: whether its kernel has such a TCP socket, written as
# in /proc/net/tcp: OWN:PORT OTHER:PORT STATE, in hexadecimal.
has_socket() {
	on "$1" cat /proc/net/tcp /proc/net/tcp6 2> /dev/null | grep -q "$2"
}

# counted client|server NAME: whether its kernel has counted one, as nstat(8) reports.
counted() {
	on "$1" cat /proc/net/netstat | awk -v name="$2" '
		place { exit }
		{ for (i = 2; i <= NF; i++) if ($i == name) { place = i; getline; count = $i } }
		END { exit count == 0 }'
}

# arrived client|server HOST: goes on once all that it has sent is at HOST; by the
# refusal of a datagram that nobody is shown (port 9).
arrived() {
	echo | on "$1" udp_client -c "$2" 9 > /dev/null 2>&1 || :
}

# failing client|server PROGRAM...: it must end with status 1, not 0.
failing() {
	expected=1
	"$@"
	expected=0
}
expected=0
at_port='' # where a server is awaited, ":2328"; or anywhere

# client [-d RULE]... PROGRAM [ARGUMENT]...: runs it on the client, to its end, from
# port 40000, or the next that is free. RULE holds a call of its back: see
# socktrace -h. In its place plays $CLIENT, if set.
client() {
	new_log client "$@"
	[ -n "$between" ] || give_port
	perform client "$@"
	await_client "$log" || :
	read_status "$log"
	echo "$log $status" > "$run/last"
	check_end "$log" "$expected"
}

# give_port: the first port that no connection of an earlier client has. A program of
# ours gets this port alone. Any other may open as many sockets as it likes; its first
# TCP connection gets the port: connect() prefers ports of the parity that the range
# begins with, and all others of that parity are reserved.
give_port() {
	own_port=40000 last_port=40000
	while has_socket client ": [0-9A-F]*:$(printf %04X $own_port) "; do
		own_port=$((own_port + 1))
	done
	last_port=$own_port
	if [ -n "$other" ] || [ ! -x "$BUILD/$program" ]; then
		last_port=65535 # each number and its comma are 6 bytes, so that no write cuts one
		seq -s , $((own_port + 2)) 2 65535 | on client dd obs=3600 \
			of=/proc/sys/net/ipv4/ip_local_reserved_ports 2> /dev/null
	fi
	setting client net/ipv4/ip_local_port_range "$own_port $last_port"
}

# server [-d RULE]... PROGRAM [ARGUMENT]...: starts it on the server, and goes on once
# it can be reached, or has called connect. It must end by itself before the scene
# does. In its place plays $SERVER, if set, which may serve for ever; a program that
# is not ours and that nobody can reach ends the scene.
server() {
	new_log server "$@"
	perform server "$@"
	servers="$servers $log:$expected"
	if ! is_other "$log" || [ -n "$between" ]; then
		await "listen() or its like in $log" 10 is_ready "$log"
		return
	fi
	meet "$log" || :
	if is_over "$log"; then # as a daemon's first process does
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
	[ -z "${PROGRAM-}" ] || # what else is wanted of it cannot be seen
		printf 'missing|can be reached|%s|%s|\n' "$(sed q "$dir/failures" | tr '|' '!')" 'bind() to HOST (its first argument), and listen()' >> "$dir/facts"
	finish
	exit
}

# perform HOST [-d RULE]... PROGRAM [ARGUMENT]...: starts it. Once it has ended, its
# exit status stands in $run/LOG.status, and whoever reads $run/LOG.end goes on.
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
			: > "$run/$log.end" & # once somebody reads it
		} &
	} 9<&0
	watchers="$watchers $!"
}

# await_end LOG SECONDS: whether it ends within this time.
await_end() {
	is_over "$1" && return
	timeout "$2" cat "$run/$1.end" &
	wait $! # which a signal interrupts
}

is_over() {
	[ -e "$run/$1.status" ]
}

# read_status LOG: $status; 124 if it has not ended in its time, as timeout(1) has it.
read_status() {
	status=124
	! is_over "$1" || read -r status < "$run/$1.status"
}

# actor HOST [-d RULE]... PROGRAM [ARGUMENT]...: becomes it.
actor() {
	host=$1 rules=''
	shift
	[ "${PROGRAM-}" != "$1" ] || rules=-w # so that one sees what it waits in
	while [ "$1" = -d ]; do
		rules="$rules -d $2"
		shift 2
	done
	other_cast "$host"
	set -f
	# shellcheck disable=SC2086 # words
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

# other_cast HOST: who plays there instead ($other), less rules of theirs, which
# join $rules.
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

# fact WHAT COMMAND...: whether a student's program does so, and if not, what it did.
fact() {
	what=$1 verdict=ok reason=''
	shift
	"$@" > /dev/null 2>&1 || verdict=missing
	[ $verdict != ok ] || reason=''
	printf '%s|%s|%s|%s|%s\n' $verdict "$what" "$(printf %s "$reason" | tr '|' '!')" "$look" "$by" >> "$dir/facts"
	look='' by=''
}

# printed TEXT, printed_bytes N, complained [PATTERN [NOT]], has_tried ADDRESS PORT, succeeded: what the client has
# done that was the last to end; $reason is what it did.
last() {
	read -r last_log last_status < "$run/last"
	who='the client got'
	! is_other "$last_log" || who='it printed'
}

# shown FILE: its beginning, in a line.
# shellcheck disable=SC2016 # backquotes as such
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
	# a shell drops NULs, and newlines at the end
	[ "$(tr '\000' '\001' < "$dir/$last_log.out")" = "$1" ] && { [ -n "$1" ] || [ ! -s "$dir/$last_log.out" ]; }
}

# What it has printed begins with TEXT.
printed_first() {
	printed "$1" || [ "$(head -c "${#1}" "$dir/$last_log.out")" = "$1" ]
}

# What it has printed is what FILE has, to the byte.
printed_file() {
	last
	: >> "$dir/$last_log.out"
	reason="expected $(wc -c < "$1") bytes, $who $(wc -c < "$dir/$last_log.out"): $(shown "$dir/$last_log.out")"
	cmp -s "$1" "$dir/$last_log.out"
}

# It has printed a line of so many bytes, its newline included.
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

# So many clients come at once, from ports of their own, and each gets its line back.
crowd_is_served() {
	setting client net/ipv4/ip_local_port_range '41000 41999'
	: > "$run/crowd"
	crowd=''
	for n in $(seq "$1"); do
		echo "client $n" | on client tcp_client server 9000 >> "$run/crowd" 2> "$run/alone" &
		crowd="$crowd $!"
	done
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

# end_servers: as a signal does that asks them to.
end_servers() {
	for server in $servers; do kill -TERM "$(cat "$run/${server%:*}.pid")" 2> /dev/null || :; done
}

# is_ready LOG: by the calls that it has made; or it is gone.
is_ready() {
	grep -q ' listen(.*) = 0 \| connect(.*) \.\.\.\| bind(.*) = 0 \[[0-9[]' "$dir/$1.log" || is_over "$1"
}

# is_reachable LOG: whether the client can reach a socket on the server, other than by
# the server's own loopback; or LOG's program has called the client.
is_reachable() {
	listening server | grep -vE "$unreachable" | grep -q "$at_port" ||
		grep -q ' connect([0-9]*, \(192\.0\.2\.1\|\[2001:db8::1\]\):' "$dir/$1.log"
}

# await WHAT SECONDS COMMAND...: as common.sh has it; but a program of ours has a minute, as
# it does it sooner or later, on the slowest machine; and what another does not do is
# reported, and the scene goes on.
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

# How long is waited for whom; scripts/record has more to see to.
meet() {
	within 30 is_met "$1"
}

await_client() {
	if is_other "$1"; then await_end "$1" "$limit"; else await_end "$1" 60; fi
}

is_met() {
	is_reachable "$1" || is_over "$1"
}

# listening HOST: its sockets that wait for somebody, ADDRESS:PORT a line, in hexadecimal
# as in /proc/net/tcp.
listening() {
	on "$1" cat /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6 2> /dev/null |
		awk '$4 ~ /^0[7A]$/ { print $2 }'
}

# server_ports: in decimal.
server_ports() {
	listening server | sed 's/.*:/0x/' | sort -u | xargs -r printf '%d\n'
}

listens_at() {
	ports=$(server_ports | paste -sd ' ')
	if [ -z "$ports" ]; then
		echo 'it listens nowhere'
	else
		echo "it listens on its own loopback only, port $ports"
	fi
}

# called LOG: "ADDRESS PORT" of each that the program has called or sent to.
called() {
	sed -nE 's/.* (connect|send[a-z]*)\(.*[( ]([^ ]*):([0-9]+)\).*/\2 \3/p' "$dir/$1.log"
}

# hint LOG: why a client may have failed.
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

# taken SENT: goes on once the client's program of ours has sent so many bytes at once, and
# the server's program has read them, or does not.
taken() {
	await "the client to send $1 bytes" 10 has_sent "$1"
	arrived client server
	within 8 has_socket server ':2328 [0-9A-F]*:9C4[0-9A-F] 0[18] [0-9A-F]*:00000000 ' || :
}

has_sent() {
	grep -q " send([0-9]*, $1) = $1 " "$dir"/client.*.log
}

# uneven: lines of different lengths, in all more than a buffer has; the last one has no
# newline.
uneven() {
	for length in 2 6 120 1 3000 700 5000 60; do line "$length" "$length"; done
	printf 'the end'
}

# told client|server CALL: goes on once a program there has told it.
told() {
	await "$1's $2" 30 has_told "$1" "$2"
}

has_told() {
	grep -qF " $2" "$dir/$1".*.log
}

# received client|server BYTES: goes on once the programs there have received so many
# bytes from TCP, in all.
received() {
	await "$1 to receive $2 bytes" 30 has_received "$1" "$2"
}

has_received() {
	sed -n 's/.* recv([0-9]*) = \([0-9]*\) .*/\1/p' "$dir/$1".*.log |
		awk -v bytes="$2" '{ sum += $1 } END { exit sum < bytes }'
}

# new_log HOST [-d RULE]... PROGRAM...: a name for its log, HOST.PROGRAM.N.
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
	[ -z "$other" ] || printf '%s\n' "$other" | tr -s '\n\t' ' ' | sed 's/^ //; s/ *$//' > "$run/$log.other"
}

# is_other LOG: whether it is of a program that is not ours; the command, as it was
# typed, stands in $run/LOG.other.
is_other() {
	[ -e "$run/$1.other" ]
}

# check_end LOG EXPECTED: how it has ended. For a program that is not ours any status
# but 0 will do where ours fails.
check_end() {
	read_status "$1"
	[ "$status" -ne "$2" ] || return 0
	how=$(how_it_ended "$status")
	[ "$status" -ne 124 ] || how="did not end within $limit s"
	if ! is_other "$1"; then
		if [ -n "$others" ]; then # the other program's fault
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

# fail LOG HOW: for scripts/demo and its like to report; with the end of what it
# has complained.
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

# One recorder a host. The filter: the programs' segments and datagrams, ICMP's
# "unreachable" unless it is about a sentinel, and the sentinels themselves.
record() {
	on "$1" tcpdump -n -i $interface -U --immediate-mode -s 2048 -B 16384 \
		--time-stamp-precision=nano -w - "$between (tcp or udp or
		(icmp[0] = 3 and icmp[30:2] != 9) or (icmp6 and ip6[40] = 1 and ip6[90:2] != 9))" \
		> "$dir/$1.pcap" 2> "$run/$1.tcpdump" &
	recorders="$recorders $1:$!"
}

# What is not recorded is not waited for; reported once, whoever waits.
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

# connections HOST: its TCP sockets but in TIME_WAIT and LISTEN, as /proc/net/tcp lists them
# them; less those by which it talks to itself.
connections() {
	on "$1" cat /proc/net/tcp /proc/net/tcp6 | awk -v ours="$ours" -v own="$own" '
		$1 ~ /:$/ && $4 !~ /06|0A/ && $2 $3 ~ ours && !($2 ~ own && $3 ~ own)'
}

# Programs may be gone, and their kernel still at it.
connections_ended() {
	! for host in $hosts; do connections "$host"; done | grep -q .
}

# A sentinel is a datagram that overtakes nothing: once it has arrived, so has
# all that was sent before. It draws out what that drew, so it goes twice; from a
# port by which no decoder takes it for what it is not (47000 is HCrt's, say).
settle() {
	for round in 1 2; do
		for sentinel in $sentinels; do
			send_sentinel "$sentinel"
		done
		for sentinel in $sentinels; do
			for host in $hosts; do
				within 3 grep -q "$sentinel, round $round" "$dir/$host.pcap" && continue
				send_sentinel "$sentinel" # a rule may have lost the first datagram
				await "the sentinels on $host" 10 \
					grep -q "$sentinel, round $round" "$dir/$host.pcap"
			done
		done
	done
}

send_sentinel() {
	echo "$1, round $round" | on "${1%:*}" udp_client -o -p 10009 "${1#*:}" 9
}

# left_open LOG: whether it is for its program to close a connection: to a client that is
# still there a server may hold on.
left_open() {
	is_other "$1" && ! is_over "$1" || return
	states=.
	[ -z "$late" ] || case $1 in server.*) states=08 ;; esac # CLOSE_WAIT
	connections "${1%%.*}" | awk -v states="$states" '$10 != 0 && $4 ~ states' | grep -q .
}

# The recorder never passes for a program: where one has not ended its connection, that
# is said in its log, the recording ends, and only then the program, unseen.
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

# end_others: what their logs say thereafter is of our signal, and forgotten. How a
# server ended before is reported, and a SIGKILL always: it is never ours.
end_others() {
	left=$(for log in $performed; do is_over "$log" || echo "$log"; done)
	for server in $servers; do
		! is_over "${server%:*}" || check_end "${server%:*}" 0
	done
	for log in $daemons; do
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
	for log in $performed; do # as it was typed
		! is_other "$log" ||
			printf '%s $ %s\n' "$(date '+%F %T %z')" "$(cat "$run/$log.other")" >> "$dir/$log.log"
	done
}

# is_traced LOG: whether what a daemon has left behind still is.
is_traced() {
	grep -qsxzF -e "$dir/$1.log" /proc/[0-9]*/cmdline
}

# has_let_go LOG: whether it is known how that has let its socket go.
has_let_go() {
	sed '1,/ exit /d' "$dir/$1.log" | grep -qE ' (close\(.*|exit .*|killed by .*) \[(LISTEN )?[^ ]+:[0-9]+\]$'
}

# finish: the end of the connections, of the recording, and of the programs.
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
