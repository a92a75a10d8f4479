# The scene of scripts/record. $SERVER and $CLIENT are the commands of the two programs.
# In:  $LOOPBACK. If it is set, the client reaches the host `server` at 127.0.0.1.
#      $FAMILY is 4 or 6.
# Out: the file $AGAIN, if the recording must begin again, with $LOOPBACK set. If stdin is a
#      pipe, the file $AGAIN.stdin has what was read from it.
# shellcheck shell=sh disable=SC2154,SC2034

scene() {
	[ -z "${LOOPBACK-}" ] || join_loopbacks
	server any < "${SERVER_STDIN:-/dev/null}"
	if [ ! -p /dev/stdin ]; then
		client any
	else
		mkfifo "$run/stdin"
		{ feed <&9 9<&- > "$run/stdin" & } 9<&0
		client any < "$run/stdin"
	fi
}

feed() {
	if [ -e "$AGAIN" ]; then
		cat "$AGAIN.stdin" -
	else
		trap '' PIPE # so that tee also writes what the client does not read any more
		tee "$AGAIN.stdin"
	fi 2> /dev/null
}

# join_loopbacks: removes 127.0.0.1 from the client's loopback interface, and makes a
# route from the client to the server's 127.0.0.1. The server's answers also come from
# 127.0.0.1. This is not possible for ::1, because a host drops packets to ::1 that
# arrive from outside, and not for 0.0.0.0, which is always the host itself.
join_loopbacks() {
	LOOPBACK=1 unreachable='^00000000000000000000000001000000:'
	like_the_others=$(on client ip route show 192.0.2.0/24 | sed 's/.* link *//; s/ lock / /') # with the quickack and rto_min of the other routes
	# shellcheck disable=SC2086 # not quoted on purpose: the shell must split this into words
	{
		on client ip -4 address flush dev lo
		on client ip route add 127.0.0.0/8 via 192.0.2.2 src 192.0.2.1 $like_the_others
		on server ip route add 192.0.2.1/32 dev eth0 src 127.0.0.1 $like_the_others
	}
	for host in client server; do setting $host net/ipv4/conf/all/route_localnet 1; done
	grep -v '^::1' "$run/hosts" > "$run/hosts.4"
	cat "$run/hosts.4" > "$run/hosts"
	echo "The client's 127.0.0.1 is the host server here, over the cable (--loopback)" >> "$dir/notes"
}

# meet LOG: waits until the client can reach the server. If the server only listens on
# its own loopback interface, waits for 3 s, because it may listen for other hosts
# later; and then joins the loopbacks.
meet() {
	within 30 waits_for_somebody "$1" || :
	within 3 is_met "$1" && return
	if [ "$FAMILY" = 4 ] && listening server | grep -q '7F:'; then join_loopbacks; fi
	within 7 is_met "$1"
}

waits_for_somebody() {
	listening server | grep -q . || is_over "$1"
}

await_client() {
	if [ -n "${LOOPBACK-}" ]; then
		await_end "$1" "$limit"
	else
		within "$limit" is_decided "$1" || :
		! calls_itself "$1" || {
			: > "$AGAIN"
			exit 1
		}
	fi
}

is_decided() {
	is_over "$1" || calls_itself "$1"
}

# calls_itself LOG: whether the client has called connect() with a 127.x address and a
# port on which only the server listens.
calls_itself() {
	[ "$FAMILY" = 4 ] || return
	for port in $(called "$1" | sed -n 's/^127\..* //p' | sort -u); do
		port=$(printf ':%04X$' "$port")
		listening server | grep -q "$port" && ! listening client | grep -q "$port" && return
	done
	return 1
}
