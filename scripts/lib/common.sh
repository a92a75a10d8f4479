# Sourced by each script: where things are, what all of them say alike, how they wait,
# and how they start and end others.
# In: $0, $BUILD. Out: $me, $root, $BUILD, $PATH and the functions below.
# shellcheck shell=sh

# Each may be closed; no other file shall get its number.
true 2> /dev/null 9<&0 || exec < /dev/null
true 2> /dev/null 9>&1 || exec > /dev/null
true 9>&2 2> /dev/null || exec 2> /dev/null
me=${0##*/}
root=$(realpath "$0") # $0 may be a symbolic link
root=${root%/*}
root=${root%/scripts*}
unset CDPATH # it makes cd print, and choose another folder
: "${BUILD:=$root/build}"
case $BUILD in /*) ;; *) BUILD=$root/$BUILD ;; esac
PATH=$PATH:/usr/sbin:/sbin # where an ordinary user may lack tcpdump and ip
export BUILD PATH

# Where root is the only user there is (unshare -r, some containers), tcpdump cannot
# become another, as it does when root starts it: so the script does, if it may.
read -r first_user _ users < /proc/self/uid_map
if [ "$first_user:$users" = 0:1 ]; then
	space='--user --map-user=1000 --map-group=1000'
	# shellcheck disable=SC2086 # words
	! unshare $space true 2> /dev/null || exec unshare $space sh "$0" "$@"
fi

# printable: from stdin, line by line; a name may have in it what a terminal would obey.
printable() { LC_ALL=C sed 's/[[:cntrl:]]/?/g'; }

# folded: from stdin, at words, to the width of the terminal, where stdout is one.
folded() {
	size=0
	[ ! -t 1 ] || { size=$(stty size <&3 2> /dev/null) || :; } 3<&1
	if [ "${size#* }" -ge 20 ]; then
		fold -s -w "${size#* }"
	else
		cat
	fi
}

die() {
	printf '%s: %s\n' "$me" "$*" | printable >&2
	exit 1
}

noexec='its file system is mounted noexec; use a copy of this folder elsewhere, say in your home'
[ ! -e "$root/scripts/lab" ] || [ -x "$root/scripts/lab" ] ||
	die "$root/scripts/lab cannot be run: $noexec"

# The comment that a script begins with is its manual.
usage() {
	sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
}

# In one line, whatever the argument is that was misused.
misused() {
	printf '%s: %s (-h for help)\n' "$me" "$*" | sed -e :more -e '$!N; s/\n/?/; t more' | printable >&2
	exit 2
}

# take_option SHORT LONG ARGUMENT...: reads the next option of these arguments: $option
# is -x or --name, $value what it was given, if it takes a value: a letter in SHORT, or
# a word of LONG, that ends with a colon does. The caller shifts by $taken, in the loop
# and behind it. A letter may stand in a cluster, a value behind its letter or behind =.
#
#     while take_option 'hd:' 'server: list' "$@"; do
#     	shift $taken
#     	case $option in ...
#     	esac
#     done
#     shift $taken
take_option() {
	take_short=$1 take_long=" help $2 "
	shift 2
	option='' value='' taken=0
	if [ -z "$cluster" ]; then
		case ${1-} in
		--) taken=1; return 1 ;;
		--*) take_long_option "$@"; return ;;
		-?*) cluster=${1#-} ;;
		*) return 1 ;;
		esac
	fi
	option=${cluster%"${cluster#?}"} cluster=${cluster#?}
	case $take_short/$option in
	*"$option:"*/[a-zA-Z0-9])
		taken=1 value=$cluster cluster=''
		[ -n "$value" ] || { [ $# -gt 1 ] && taken=2 value=$2; } || misused "-$option: no value"
		;;
	*"$option"*/[a-zA-Z0-9]) [ -n "$cluster" ] || taken=1 ;;
	*) misused "-$option: no such option" ;;
	esac
	option=-$option
}
cluster='' taken=0

# shellcheck disable=SC2034 # the caller's
take_long_option() {
	option=${1%%=*} taken=1
	case $option in *[!a-z-]*) misused "$option: no such option" ;; esac
	case $take_long in
	*" ${option#--}: "*)
		[ "$option" = "$1" ] || { value=${1#*=}; return; }
		[ $# -gt 1 ] || misused "$option: no value"
		taken=2 value=$2
		;;
	*" ${1#--} "*) ;;
	*) misused "$1: no such option" ;;
	esac
}

# last_lines FILE: as they can be shown.
last_lines() {
	tail -n 8 "$1" | tr -d '\000-\010\013-\037\177' | cut -c 1-200
}

# built PROGRAM...: ours are there, and can be run.
built() {
	for program; do
		[ -e "$BUILD/$program" ] || die "$BUILD/$program is missing: run make first"
		[ -x "$BUILD/$program" ] || die "$BUILD/$program cannot be run: $noexec"
	done
}

# check_cable -d|-f VALUE: a delay or a rule that the cable does not take ends the script.
check_cable() {
	built wire
	reason=$("$BUILD/wire" -n "$1" "$2" client server 2>&1) || {
		reason=${reason#wire: }
		misused "${reason% (see -h)}"
	}
}

# installed TOOL...: others' are there.
installed() {
	for tool; do
		command -v "$tool" > /dev/null || die "$tool is missing: run scripts/setup first"
	done
}

# has_room DIR BYTES: whether so much can be written there.
has_room() {
	lack=0
	head -c "$2" /dev/zero > "$1/room" 2> /dev/null || lack=1
	rm -f "$1/room"
	return $lack
}

# What a script makes for itself, and removes at its end, stays if it is killed by KILL:
# the next one removes it. hold FOLDER: this script is at it; the lock on a file in there
# ends with this process. is_left FOLDER: nobody is at it any more. Who was killed before
# it had the lock has left the file with its first name.
mark=.sockets-on-the-wire
hold() {
	exec 7> "$1/$mark.new" && flock 7 && mv -f "$1/$mark.new" "$1/$mark.lock"
}

is_left() {
	[ -O "$1" ] && [ ! -L "$1" ] || return
	set -- "$(find "$1/$mark.lock" "$1/$mark.new" ! -name "$mark.new" -o -mmin +1 2> /dev/null)"
	[ -f "$1" ] && flock -n 6 2> /dev/null 6< "$1" # opened, not made anew if it is gone
}

# temporary_folder: makes $temporary, with room in it, for as long as this script runs.
temporary=''
temporary_folder() {
	for left in "${TMPDIR:-/tmp}/${mark#.}".*; do
		if is_left "$left"; then rm -rf "$left"; fi
		find "$left" -maxdepth 0 -empty -mmin +1 -exec rmdir {} \; 2> /dev/null || :
	done
	{ temporary=$(mktemp -d "${TMPDIR:-/tmp}/${mark#.}.XXXXXXXXXX") && hold "$temporary"; } ||
		die "no temporary folder can be made; TMPDIR=DIR names another place"
	has_room "$temporary" 1048576 ||
		die "${TMPDIR:-/tmp}: less than 1 MiB of room is left there; TMPDIR=DIR names another place"
}

# What makes waiting vain, a script can replace: it is asked again and again.
alarm() { :; }

# read_clock: $clock, in hundredths of a second since boot.
read_clock() {
	read -r clock _ < /proc/uptime
	clock=$((${clock%.*} * 100 + 1${clock#*.} - 100)) # 09 alone would be octal
}

# within SECONDS COMMAND...: until COMMAND succeeds; or fails, if it does not by then.
within() {
	read_clock
	set -- $((clock + $1 * 100)) "$@"
	until tried "$@" > /dev/null 2>&1; do
		read_clock
		[ $clock -lt "$1" ] || return 1
		alarm
		sleep 0.01
	done
}

tried() { # DEADLINE SECONDS COMMAND...
	shift 2
	"$@"
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

# Children. A script starts what runs beside it by start_child, and waits by
# wait_child; what is left is ended by TERM ($end_signal), and after a second
# ($patience) by KILL, when the script ends: by itself, by HUP, INT or TERM. If it is
# killed, the kernel ends them; but not one that has become another user, as root's
# tcpdump does without -Z root. Who was not started so does not die with its parent: a
# script of ours goes on when the shell or make that has started it is gone, as nohup's do.
#
#     start_child tcpdump -w - > FILE    # its stdin is the script's; $child
#     end_child "$child"                 # has it end, now; INT it may ignore at first
#     run_child scripts/demo -q udp-echo # to its end; a signal ends both
#     clean_up() { rm -f "$half"; }      # what else is to be done at the end
#
# COMMAND is a program, not a function, for a shell between the two would not die
# with the script. A script of ours gets TERM when its parent dies, for it cleans up.
children='' scripts='' child='' end_signal=TERM patience=1
clean_up() { :; }

start_child() {
	start_child_fate=KILL
	case $1:${4-}:${5-} in "$root"/scripts/*:* | taskset:sh:"$root"/scripts/lib/scene/*) start_child_fate=TERM ;; esac
	# the script may have died before setpriv was at it; a zombie has no exe
	# shellcheck disable=SC2016
	{
		setpriv --pdeathsig $start_child_fate \
			sh -c '[ "$PPID" = "$0" ] || [ -e "/proc/$0/exe" ] || exit; exec "$@"' $$ "$@" <&9 9<&- 7>&- &
	} 9<&0
	child=$!
	children="$children $child"
	[ $start_child_fate = KILL ] || scripts="$scripts $child "
}

# wait_child PID: its status.
wait_child() {
	set -- "$1" 0
	wait "$1" || set -- "$1" $?
	children=" $children "
	children="${children%%" $1 "*} ${children#*" $1 "}"
	return "$2"
}

run_child() {
	start_child "$@"
	wait_child "$child"
}

# end_child PID [SIGNAL]: its status. A signal may come too early, between fork and
# exec, where the shell's own trap takes it: so it is sent twice.
end_child() {
	signal_child "$@"
	has_ended "$1" || sleep 0.01
	signal_child "$@"
	case $scripts in # which has children of its own to end
	*" $1 "*) within 9 has_ended "$1" ;;
	*) within $patience has_ended "$1" ;;
	esac || kill -KILL "$1"
	wait_child "$1" 2> /dev/null # the shell's word on a signal
}

signal_child() {
	kill "-${2:-$end_signal}" "$1" 2> /dev/null || :
}

has_ended() {
	! kill -0 "$1" 2> /dev/null
}

end_children() {
	for child in $children; do signal_child "$child"; done # all at once
	for child in $children; do end_child "$child" || :; done
}

at_the_end() {
	trap '' HUP INT TERM
	alarm() { :; }
	end_children
	clean_up || :
	[ -z "$temporary" ] || rm -rf "$temporary"
}
trap at_the_end EXIT
# A second signal must not end the script while it cleans up after the first.
end_with() {
	trap '' HUP INT TERM
	exit "$1"
}
trap 'end_with 129' HUP
trap 'end_with 130' INT
trap 'end_with 143' TERM

# how_it_ended STATUS: in words.
how_it_ended() {
	if [ "$1" -gt 128 ] && signal=$(kill -l $(($1 - 128)) 2> /dev/null); then
		echo "was killed by SIG$signal"
	else
		echo "exited with status $1"
	fi
}
