# Runs inside the lab's namespaces: makes the hosts and the cable, and runs the command.
# In:  $1 is the cable's delay in ms. $2 is the family of the addresses to which the
#      hosts' names resolve (4, 6, or 46 for both). $3 and $4 are for host.sh, which has them as
#      $2 and $3. $5 has options for the program wire. $6 is a prefix for the command: it resets
#      the signals that a background command ignores. The other arguments are the command.
# Out: the lab's own files in $LAB: client and server (the network namespaces), hosts (the
#      lab's /etc/hosts), and wire (the cable's log).
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

# make_place: mounts a file system for the lab's files on a folder of ours, so that it
# hides no file of the machine. $LAB is a path to this folder, through a descriptor of the
# lab's first process: this path is short, and contains no spaces.
make_place() {
	mount -t tmpfs tmpfs "$lib/lab/own"
}
LAB=/proc/1/fd/8
export LAB

# hosts: prints the lab's /etc/hosts. It has the names of both hosts, and all other
# names from the machine's file.
hosts() {
	echo 127.0.0.1 localhost
	[ -z "$six" ] || echo ::1 localhost
	case $family in *4*) printf '192.0.2.%s\n' '1 client' '2 server' ;; esac
	case $family$six in *6*1) printf '2001:db8::%s\n' '1 client' '2 server' ;; esac
	sed -E -e :again -e 's/([[:space:]])(localhost|client|server)([[:space:]]|$)/\1\3/' -e 'tagain' /etc/hosts
}

# profile: prints the lab's /etc/profile, which login shells read. First it runs the
# machine's own /etc/profile, which may set PATH. Then it puts the lab's folders in
# front of PATH.
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
	if [ -n "$six" ]; then # so that the ends of the cable send nothing by themselves
		echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
	fi
}

# host NUMBER NAME: makes the host NAME (see host.sh).
host() {
	: > "$LAB/$2" &&
	unshare --net="$LAB/$2" sh "$lib/lab/host.sh" "$1" "$quickack" "$tcp" "$2" 2> "$LAB/$2.log"
}

# cable_ended: ends the lab, because the program wire has ended. It is called by a
# signal, even while this script waits for something else. The message is printed on the
# script's own stderr, which is descriptor 6.
cable_ended() {
	exec 2>&6
	status=0
	wait "${wire:-$!}" 2> /dev/null || status=$?
	if [ $status -eq 2 ]; then # the delay or a rule was wrong
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

# wire keeps this FIFO open. When wire ends, `read` gets the end of file at once.
mkfifo $LAB/alive
trap cable_ended USR1
{ read -r _ || kill -USR1 $$; } < $LAB/alive &
# shellcheck disable=SC2086 # not quoted on purpose: the shell must split this into words
"$BUILD/wire" -d "$delay" $faults client server 2> $LAB/wire 7> $LAB/alive &
wire=$!
# If one end of a veth pair comes up before the other, its queue (qdisc) stays "noop" for a
# while: such a queue silently drops what is sent into this end. A kernel thread replaces it a
# little later; on a busy machine this takes time.
cable_is_ready() {
	grep -q joined "$LAB/wire" && ! ip -o link show up | grep -q ' qdisc noop '
}
await "the cable" 10 cable_is_ready
ready=1

PATH=$lib/lab/bin:$BUILD:$PATH
if [ -t 0 ] && [ -t 2 ]; then
	echo 'lab: two hosts, client and server; try: on server tcp_server 9000 &' >&2
fi
# The command runs in the background, so that the signal that comes when wire ends
# (USR1) interrupts `wait`.
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
	[ -z "$complaints" ] || {
		printf '%s\n' "$complaints" >&2
		[ "$status" -ne 0 ] || status=1
	}
	;;
*) cable_ended ;;
esac
exit "$status" # this is the first process of the namespace: all others end with it
