# timeline.sh DIR|FILE.pcap [FILE.pcap]: what happened, an event a line.
# In:  a demo's folder; or a capture; or two, taken at the client's and at the
#      server's end of the same conversation.
# Out: see order.awk; but the last column has notes.awk's word.
# shellcheck shell=sh
set -eu
. "${0%/*}/../common.sh"
me=${TIMELINE_FOR:-timeline}
lib=${0%/*}
LC_ALL=C # bytes are bytes: all awks agree
export LC_ALL

# packets HOST FILE: decoded by tcpdump, but for scene.sh's sentinels.
packets() {
	{ tcpdump -tt -n -vv -S --nano -r - 'not (udp and port 9)' < "$2" 2>&1 >&3 |
		grep -v '^reading from' | sed "s|^|$me: $2: |" >&2; } 3>&1 |
		awk -v host="$1" -f "$lib/packets.awk"
}

# calls HOST DIR: told by the programs themselves.
calls() {
	set -- "$1" "$2/$1".*.log
	[ -e "$2" ] || return 0
	host=$1 who=''
	shift
	for log; do
		[ $# -eq 1 ] || who=$((who + 1))
		awk -v host="$host" -v who="$who" -f "$lib/calls.awk" "$log"
	done
}

events() {
	if [ -d "$1" ]; then
		for host in client server wire; do
			calls $host "$1"
		done
		for capture in "$1"/*.pcap; do
			host=${capture##*/} host=${host%.pcap}
			case $host in client | server) ;; *) host=- ;; esac # both, as on lo
			packets "$host" "$capture"
		done
	elif [ $# -eq 2 ]; then
		packets client "$1"
		packets server "$2"
	else
		packets - "$1"
	fi
}

# Times are of day: where the evening was recorded, too, the morning comes later.
past_midnight() {
	awk 'BEGIN { FS = OFS = "\t" }
		$1 > 0 && $1 < 21600 && !later { morning[++n] = $0; next }
		$1 > 0 && !later {
			later = 1
			evening = $1 > 64800
			for (i = 1; i <= n && !evening; i++)
				print morning[i]
		}
		{ print }
		END {
			for (i = 1; i <= n && (evening || !later); i++) {
				$0 = morning[i]
				if (evening)
					$1 = sprintf("%.9f", $1 + 86400)
				print
			}
		}'
}

events "$@" | sort -s -n -k 1,1 | past_midnight |
	awk -f "$lib/follow.awk" | awk -f "$lib/rfc9293.awk" |
	awk -v calls="$([ ! -d "$1" ] || echo 1)" -f "$lib/states.awk" |
	awk -f "$lib/order.awk" | awk -f "$lib/notes.awk"
