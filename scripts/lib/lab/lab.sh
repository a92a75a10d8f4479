# The lab from within: makes the hosts and the cable, runs the command. In: $1 is the
# cable's delay in ms, $2 the family of addresses that the hosts' names resolve to (4,
# 6, or 46 for both), $3 and $4 are host.sh's $2 and $3, $5 are options for the wire,
# $6 undoes what a background command has ignored, the rest is the command. It has the
# lab's own files in $LAB: client and server (their namespaces), hosts, wire (its log).
# shellcheck shell=sh
set -eu
. "${0%/*}/../common.sh"
me=lab
lib=$root/scripts/lib
delay=$1 family=$2 quickack=$3 tcp=$4 faults=$5 restore=$6
shift 6

broken() {
	die "the lab cannot be made: $*
$(. "$lib/lab/remedy.sh"; remedy "$*")"
}

# Nothing of the machine's is hidden by it: the folder it is mounted on is ours. As the
# first process's descriptor it has a name that is short, and has no spaces.
make_place() {
	mount -t tmpfs tmpfs "$lib/lab/own"
}
LAB=/proc/1/fd/8
export LAB

# The hosts' names, and those that the machine knows beside them.
hosts() {
	echo 127.0.0.1 localhost
	[ -z "$six" ] || echo ::1 localhost
	case $family in *4*) printf '192.0.2.%s\n' '1 client' '2 server' ;; esac
	case $family$six in *6*1) printf '2001:db8::%s\n' '1 client' '2 server' ;; esac
	sed -E -e :again -e 's/([[:space:]])(localhost|client|server)([[:space:]]|$)/\1\3/' -e 'tagain' /etc/hosts
}

# A login shell reads /etc/profile, which may set PATH anew.
profile() {
	echo ". $LAB/profile; LAB=$LAB; export LAB"
	printf "PATH='%s':\$PATH\n" "$(printf %s "$lib/lab/bin:$BUILD" | sed "s/'/'\\\\''/g")"
}

furnish() {
	hosts > $LAB/hosts &&
	mount --bind $LAB/hosts /etc/hosts &&
	if [ -e /etc/profile ]; then
		cat /etc/profile > $LAB/profile &&
		profile > $LAB/login &&
		mount --bind $LAB/login /etc/profile
	fi &&
	if [ -n "$six" ]; then # the cable's ends say nothing of their own
		echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
	fi
}

# host NUMBER NAME: makes it.
host() {
	: > "$LAB/$2" &&
	unshare --net="$LAB/$2" sh "$lib/lab/host.sh" "$1" "$quickack" "$tcp" "$2" 2> "$LAB/$2.log"
}

# cable_ended: at once, whatever is being waited for, and wherever that has its stderr.
cable_ended() {
	exec 2>&6
	status=0
	wait "${wire:-$!}" 2> /dev/null || status=$?
	if [ $status -eq 2 ]; then # the delay, or a rule, was wrong
		cat $LAB/wire >&2
		exit 2
	fi
	[ -n "$ready" ] || broken "$(tail -n 1 $LAB/wire)"
	how=$(how_it_ended $status)
	[ $status != 1 ] || how="$how: $(tail -n 1 $LAB/wire)"
	die "the cable (wire) $how"
}

six='' ready='' wire=''
[ ! -e /proc/sys/net/ipv6/conf/default/disable_ipv6 ] || six=1
[ "$family$six" != 6 ] || die '-6: this kernel has no IPv6 (switched off by ipv6.disable=1?); IPv4 works: leave out -6'
refusal=$(make_place 2>&1) || broken "$refusal"
exec 8< "$lib/lab/own" 6>&2
refusal=$(furnish 2>&1) || broken "$refusal"
host 1 client & client=$!
host 2 server & server=$!
wait $client || broken "$(cat $LAB/client.log)"
wait $server || broken "$(cat $LAB/server.log)"

# The wire has a pipe open: its reader learns at once when that ends.
mkfifo $LAB/alive
trap cable_ended USR1
{ read -r _ || kill -USR1 $$; } < $LAB/alive &
# shellcheck disable=SC2086 # words
"$BUILD/wire" -d "$delay" $faults client server 2> $LAB/wire 7> $LAB/alive &
wire=$!
# What is sent into a veth whose peer came up after it is dropped ("noop"), silently,
# until the kernel's link watch has run: on a busy machine that may take a while.
cable_is_ready() {
	grep -q joined "$LAB/wire" && ! ip -o link show up | grep -q ' qdisc noop '
}
await "the cable" 10 cable_is_ready
ready=1

PATH=$lib/lab/bin:$BUILD:$PATH
if [ -t 0 ] && [ -t 2 ]; then
	echo 'lab: two hosts, client and server; try: on server tcp_server 9000 &' >&2
fi
# In the background, so that the cable's end interrupts the wait for it.
{ $restore "$@" <&9 6>&- 8<&- 9<&- & } 9<&0
command=$! status=0
wait $command || status=$?
trap '' USR1
kill "$wire" 2> /dev/null || :
ended=0
wait "$wire" 2> /dev/null || ended=$?
case $ended in
0) ;;
1)
	complaints=$(sed -n '/ are joined, /d; /^wire: /p' $LAB/wire)
	# a student's program need not send what a task's rule is for
	[ "${RECORDER-}" != task ] || complaints=$(printf '%s\n' "$complaints" | sed '/: never applied$/d')
	[ -z "$complaints" ] || {
		printf '%s\n' "$complaints" >&2
		[ "$status" -ne 0 ] || status=1
	}
	;;
*) cable_ended ;;
esac
exit "$status" # the first process: all others go with it
