# Plays a recipe's scene in the lab, and records it on both hosts; or on the
# machine's own loopback interface, see loopback.sh.
# In:  $1 is the recipe, $2 a folder for what comes out: client.pcap and
#      server.pcap, or lo.pcap; and HOST.PROGRAM.N.log with the narration of each
#      program; $3 is "lab" or "loopback". $PROGRAM, if set, is a student's: how a
#      program ends is no failure of the scene's then.
# shellcheck shell=sh
set -eu
. "${0%/*}/../common.sh"
me=demo
recipe=$1 dir=$2
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- # the first socket is number 3
TZ=UTC0 # of the narration; timeline.sh has tcpdump tell the same
export TZ
servers='' recorders=''
run=${LAB-} hosts='client server' interface=eth0 between='' ours=.
sentinels='client:server server:client'
# shellcheck source=scripts/lib/scene/loopback.sh
[ "$3" = lab ] || . "${0%/*}/loopback.sh"

# What a recipe says of itself is scripts/demo's business.
title() { :; }
lab() { :; }
differs() { :; }
needs_lab() { :; }
needs_ipv4() { :; }
show() { :; }
promise() { :; }
look_for() { :; }
question() { :; }
answer() { :; }
myth() { :; }
text() { :; }
role() { :; }
must() { :; }
seen() { :; }

# line BYTES TEXT: TEXT, and spaces, in a line of BYTES, its newline included.
line() {
	printf "%-$(($1 - 1))s\n" "$2"
}

# setting client|server NAME VALUE: of its kernel, net/ipv4/tcp_sack say.
setting() {
	echo "$3" | on "$1" tee "/proc/sys/$2" > /dev/null
}

# has_socket client|server PATTERN: whether its kernel has such a TCP socket, told as
# in /proc/net/tcp: OWN:PORT OTHER:PORT STATE, in hexadecimal.
has_socket() {
	on "$1" cat /proc/net/tcp /proc/net/tcp6 2> /dev/null | grep -q "$2"
}

# counted client|server NAME: whether its kernel has counted one, as nstat(8) tells.
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

# client [-d RULE]... PROGRAM [ARGUMENT]...: runs it on the client, to its end, from
# port 40000, or the next that is free. RULE holds a call of its back: see
# socktrace -h. In its place plays $CLIENT, if set.
client() {
	new_log client "$@"
	[ -n "$between" ] || give_port
	status=0
	(actor client "$@") > "$run/$log.out" 2> "$run/$log" || status=$?
	echo "$log $status" > "$run/last"
	[ -n "${CLIENT-}${PROGRAM-}" ] || check_end "$log" "$expected" $status
}

# The first port that no connection of an earlier client has.
give_port() {
	own_port=40000
	while has_socket client ": [0-9A-F]*:$(printf %04X $own_port) "; do
		own_port=$((own_port + 1))
	done
	echo $own_port $own_port | on client tee /proc/sys/net/ipv4/ip_local_port_range > /dev/null
}

# server [-d RULE]... PROGRAM [ARGUMENT]...: starts it on the server, and goes on once
# it can be reached, or has called connect. It must end by itself before the scene
# does; but for $SERVER, which plays in its place, if set.
server() {
	new_log server "$@"
	{ actor server "$@" <&9 9<&- > /dev/null 2> "$run/$log" & } 9<&0
	servers="$servers $log:$expected:$!"
	await "listen() or its like in $log" 10 is_ready "$log" $!
}

# actor HOST [-d RULE]... PROGRAM [ARGUMENT]...: becomes it.
actor() {
	host=$1 rules=''
	shift
	while [ "$1" = -d ]; do
		rules="$rules -d $2"
		shift 2
	done
	other_cast "$host"
	set -f
	# shellcheck disable=SC2086 # words
	case $other in
	'') ;;
	*[\'\"\\\$\`\|\;\&\<\>\(\)\*\?\~]*) set -- sh -c "$other" ;;
	*) set -- $other ;;
	esac
	# shellcheck disable=SC2086
	exec on "$host" timeout -k 5 60 socktrace $rules -o "$dir/$log.log" "$@"
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

# fact WHAT COMMAND...: whether a student's program does so.
fact() {
	what=$1 verdict=ok
	shift
	"$@" > /dev/null 2>&1 || verdict=missing
	printf '%-7s %s\n' $verdict "$what" >> "$dir/facts"
}

# printed TEXT, printed_bytes N, complained [PATTERN], succeeded: what the client has
# done that was the last to end.
last() {
	read -r last_log last_status < "$run/last"
}

printed() {
	last
	[ "$(cat "$run/$last_log.out")" = "$1" ]
}

printed_bytes() {
	last
	[ "$(wc -c < "$run/$last_log.out")" -eq "$1" ]
}

complained() {
	last
	[ "$last_status" -ne 0 ] && grep -qi "${1-.}" "$run/$last_log"
}

succeeded() {
	last
	[ "$last_status" -eq 0 ]
}

# end_servers: as a signal does that asks them to.
end_servers() {
	for server in $servers; do kill -TERM "${server##*:}" 2> /dev/null || :; done
}

# By the calls that it has made; or it is gone.
is_ready() {
	grep -q ' listen(.*) = 0 \| connect(.*) \.\.\.\| bind(.*) = 0 \[[0-9[]' "$dir/$1.log" || ! kill -0 "$2"
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

# new_log HOST [-d RULE]... PROGRAM...: a name for what it tells, HOST.PROGRAM.N.
new_log() {
	log=$1 n=1
	while [ "$2" = -d ]; do shift 2; done
	other_cast "$log"
	program=${other:-$2}
	program=${program%% *}
	log=$log.${program##*/}
	while [ -e "$dir/$log.$n.log" ]; do n=$((n + 1)); done
	log=$log.$n
	: > "$dir/$log.log"
}

# check_end LOG EXPECTED STATUS
check_end() {
	[ "$3" = "$2" ] && return
	[ "$3" -ne 124 ] || set -- "$1" "$2" '124: it did not end within 60 s'
	die "${1%%.*}: $(sed -n '1s/^[^$]*\$ //p' "$dir/$1.log"): ended with status $3, not $2
$(cat "$run/$1")"
}

# One recorder a host. The filter: the programs' segments and datagrams, ICMP's
# "unreachable" unless it is about a sentinel, and the sentinels themselves.
record() {
	on "$1" tcpdump -n -i $interface -U --immediate-mode -s 2048 -B 16384 \
		--time-stamp-precision=nano -w - "$between (tcp or udp or
		(icmp[0] = 3 and icmp[30:2] != 9) or (icmp6 and ip6[40] = 1 and ip6[90:2] != 9))" \
		> "$dir/$1.pcap" 2> "$run/$1.tcpdump" &
	recorders="$recorders $1:$!"
}

# What is not recorded is not waited for; told once, whoever waits.
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

# Whether no host has TCP sockets but in TIME_WAIT and LISTEN: programs may be gone,
# and their kernel still at it.
connections_ended() {
	! for host in $hosts; do
		on "$host" cat /proc/net/tcp /proc/net/tcp6
	done | awk -v ours="$ours" '$1 ~ /:$/ && $4 !~ /06|0A/ && $2 $3 ~ ours' | grep -q .
}

# A sentinel is a datagram that overtakes nothing: once it has arrived, so has
# all that was sent before. It draws out what that drew, so it goes twice; from a
# port by which no decoder takes it for what it is not (47000 is HCrt's, say).
settle() {
	for round in 1 2; do
		for sentinel in $sentinels; do
			echo "$sentinel, round $round" |
				on "${sentinel%:*}" udp_client -o -p 10009 "${sentinel#*:}" 9
		done
		for sentinel in $sentinels; do
			for host in $hosts; do
				await "the sentinels on $host" 10 \
					grep -q "$sentinel, round $round" "$dir/$host.pcap"
			done
		done
	done
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
scene
alarm
if [ -n "${SERVER-}${PROGRAM-}" ]; then # it may serve for ever
	within 5 connections_ended || :
	end_servers
fi
for server in $servers; do
	log=${server%%:*} expected=${server#*:}
	status=0
	wait "${server##*:}" 2> /dev/null || status=$?
	[ -n "${SERVER-}${PROGRAM-}" ] || check_end "$log" "${expected%:*}" $status
done
await 'the end of the connections' 30 connections_ended
settle
rm -f "$dir/room"
! grep -s ' wire fault(' "$run/wire" > "$run/faults" || mv "$run/faults" "$dir/wire.cable.log"
for recorder in $recorders; do kill -INT "${recorder#*:}"; done
for recorder in $recorders; do
	wait "${recorder#*:}"
	host=${recorder%:*}
	grep -q '^0 packets dropped by kernel' "$run/$host.tcpdump" ||
		die "the recording on $host is not whole: $(cat "$run/$host.tcpdump")"
done
