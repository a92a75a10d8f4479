# Sets up one host of the lab from within its network namespace.
# In: $1 is 1 for client, 2 for server; $2 is 1 to acknowledge each segment at
# once, 0 to leave it to the kernel's delay; $3 is "textbook" or "kernel", whose
# TCP it has; $4 is its name. Out: eth0 up, quiet, able to reach the other host
# without asking for its address; its other end, with the host's name, up in the
# network of the lab's first process.
# shellcheck shell=sh
set -eu

n=$1 other=$((3 - $1)) metrics="quickack $2"

if [ "$3" = textbook ]; then
	metrics="$metrics rto_min 1s"
	while read -r setting _; do
		case $setting in '' | \#*) continue ;; esac
		name=/proc/sys/${setting%%=*}
		[ ! -e "$name" ] || echo "${setting#*=}" > "$name"
	done < "${0%/*}/textbook-tcp"
fi

lab=/proc/1/ns/net
ip link add eth0 address "02:00:00:00:00:0$n" type veth peer name "$4" netns $lab
nsenter --net=$lab ip link set "$4" up
# No router is asked for, no address is probed, segments are of real size.
quiet='' six=''
if [ -e /proc/sys/net/ipv6/conf/eth0/router_solicitations ]; then
	echo 0 > /proc/sys/net/ipv6/conf/eth0/router_solicitations
	quiet='addrgenmode none'
	six="address add 2001:db8::$n/64 dev eth0 nodad noprefixroute
		route add 2001:db8::/64 dev eth0 $metrics
		neighbour add 2001:db8::$other lladdr 02:00:00:00:00:0$other dev eth0 nud permanent"
fi
ip -batch - <<EOF
link set lo up
link set eth0 $quiet gso_max_segs 1
link set eth0 up
address add 192.0.2.$n/24 dev eth0 noprefixroute
route add 192.0.2.0/24 dev eth0 $metrics
neighbour add 192.0.2.$other lladdr 02:00:00:00:00:0$other dev eth0 nud permanent
$six
EOF
"$BUILD/wire" -o eth0
