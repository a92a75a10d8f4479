# The lab from within: makes the hosts and the cable, runs the command. In: $1 is the cable's delay in ms, $2 the family of addresses that the
# hosts' names resolve to (4, 6, or 46 for both), $3 and $4 are host.sh's $2 and
# $3, $5 are options for the wire, the rest is the command.
# shellcheck shell=sh
set -eu
. "${0%/*}/../common.sh"
me=lab
lib=$root/scripts/lib
delay=$1 family=$2 quickack=$3 tcp=$4 faults=$5
shift 5

broken() {
	die "the lab cannot be made: $*
$(. "$lib/lab/remedy.sh"; remedy "$*")"
}

make_hosts() {
	mount -t tmpfs tmpfs /run &&
	{
		printf '%s\n' '127.0.0.1 localhost' '::1 localhost'
		case $family in *4*) printf '192.0.2.%s\n' '1 client' '2 server' ;; esac
		case $family in *6*) printf '2001:db8::%s\n' '1 client' '2 server' ;; esac
	} > /run/hosts &&
	mount --bind /run/hosts /etc/hosts &&
	echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6 &&
	ip -batch - <<-EOF
	netns add client
	netns add server
	link add client type veth peer name eth0 address 02:00:00:00:00:01 netns client
	link add server type veth peer name eth0 address 02:00:00:00:00:02 netns server
	link set client up
	link set server up
	EOF
}

refusal=$(make_hosts 2>&1) || broken "$refusal"

nsenter --net=/run/netns/client sh "$lib/lab/host.sh" 1 "$quickack" "$tcp" 2> /run/client & client=$!
nsenter --net=/run/netns/server sh "$lib/lab/host.sh" 2 "$quickack" "$tcp" 2> /run/server & server=$!
# shellcheck disable=SC2086 # words
"$BUILD/wire" -d "$delay" $faults client server 2> /run/wire &
wire=$!
wait $client || broken "$(cat /run/client)"
wait $server || broken "$(cat /run/server)"
# What is sent into a veth whose peer came up after it is dropped ("noop"), silently,
# until the kernel's link watch has run: on a busy machine that may take a while.
cable_is_ready() {
	{ grep -q joined /run/wire && ! ip -o link show up | grep -q ' qdisc noop '; } || ! kill -0 "$wire"
}
await "the cable" 10 cable_is_ready
if ! kill -0 $wire 2> /dev/null; then
	cat /run/wire >&2
	wait $wire # its exit status is ours: 2, if the delay was wrong
fi

PATH=$lib/lab/bin:$BUILD:$PATH
if [ -t 0 ] && [ -t 2 ]; then
	echo 'lab: two hosts, client and server; try: on server tcp_server 9000 &' >&2
fi
status=0
"$@" || status=$?
if kill "$wire" 2> /dev/null && ! wait "$wire"; then
	sed -n '/ are joined, /d; /^wire: /p' /run/wire >&2 # its complaints
	[ "$status" -ne 0 ] || status=1
fi
exit "$status" # the first process: all others go with it
