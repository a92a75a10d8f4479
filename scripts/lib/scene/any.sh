# The scene of scripts/record: who plays stands in $SERVER and $CLIENT. In: $LOOPBACK, if
# set, has the client's 127.0.0.1 be the host `server`; $FAMILY; $AGAIN is a file's name:
# it is made where the recording has to begin anew, with $LOOPBACK set. What has been
# read of a pipe on stdin is in $AGAIN.stdin then.
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
		trap '' PIPE # what nobody reads is kept
		tee "$AGAIN.stdin"
	fi 2> /dev/null
}

# join_loopbacks: the client has no 127.0.0.1 of its own any more, but a route there; the
# server answers from there. IPv6 has no such way: hosts drop what comes from outside
# for ::1. And 0.0.0.0 is a host's own always.
join_loopbacks() {
	LOOPBACK=1 unreachable='^00000000000000000000000001000000:'
	like_the_others=$(on client ip route show 192.0.2.0/24 | sed 's/.* link *//; s/ lock / /') # quickack, rto_min
	# shellcheck disable=SC2086 # words
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

# The server may listen on its own loopback first, for itself, and then for others.
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

# calls_itself LOG: whether it has called a port of its own loopback where nobody is,
# and the server is.
calls_itself() {
	[ "$FAMILY" = 4 ] || return
	for port in $(called "$1" | sed -n 's/^127\..* //p' | sort -u); do
		port=$(printf ':%04X$' "$port")
		listening server | grep -q "$port" && ! listening client | grep -q "$port" && return
	done
	return 1
}
