# Sets up one host of the lab. Runs in the network namespace of this host.
# In:  $1 is 1 for the client, 2 for the server. If $2 is 1, the host acknowledges each segment
#      at once; if 0, the kernel may delay ACKs. $3 is the host's TCP: "textbook" or "kernel".
#      $4 is the host's name.
# Out: eth0 is up, sends nothing by itself, and reaches the other host without ARP or
#      neighbour discovery. The other end of this veth pair has the host's name, and is up in
#      the network namespace of the lab's first process.
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
# Makes eth0 send no router solicitation and no probe for its own address, and no packet
# that is larger than the MTU.
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
