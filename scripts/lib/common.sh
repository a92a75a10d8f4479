# Sourced by each script: where things are, and what all of them say alike.
# In: $0, $BUILD. Out: $me, $root, $BUILD, $PATH and the functions below.
# shellcheck shell=sh

me=${0##*/}
root=$(cd "${0%/*}" && pwd)
root=${root%/scripts*}
: "${BUILD:=$root/build}"
case $BUILD in /*) ;; *) BUILD=$root/$BUILD ;; esac
PATH=$PATH:/usr/sbin:/sbin # where an ordinary user may lack tcpdump and ip
export BUILD PATH

die() {
	printf '%s: %s\n' "$me" "$*" >&2
	exit 1
}

# The comment that a script begins with is its manual.
usage() {
	sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
}

misused() {
	printf '%s: %s (-h for help)\n' "$me" "$*" >&2
	exit 2
}

# has_room DIR BYTES: whether so much can be written there.
has_room() {
	status=0
	head -c "$2" /dev/zero > "$1/room" 2> /dev/null || status=1
	rm -f "$1/room"
	return $status
}

# What makes waiting vain, a script can replace: it is asked again and again.
alarm() { :; }

# within SECONDS COMMAND...: until COMMAND succeeds; or fails, if it does not by then.
within() {
	within_tries=$(($1 * 100))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $((within_tries -= 1)) -gt 0 ] || return 1
		alarm
		sleep 0.01
	done
}

# await WHAT SECONDS COMMAND...: the same; but if it does not, this script fails.
await() {
	await_what=$1
	shift
	within "$@" || die "gave up waiting for $await_what"
}

# a_processor: one of those that this script may run on. Each has a queue of its
# own for what arrives, so that a segment sent on one could overtake a segment
# sent on another; what shall keep its order runs on one.
a_processor() {
	taskset -cp $$ | awk -v any=$$ '{
		n = split($NF, list, ",")
		for (i = 1; i <= n; i++) {
			split(list[i] "-" list[i], range, "-")
			for (cpu = range[1]; cpu <= range[2]; cpu++)
				cpus[++count] = cpu
		}
		print cpus[any % count + 1]
	}'
}
