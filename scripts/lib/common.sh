# Sourced by each script. Has functions for paths, usage and error messages, options,
# temporary folders, waiting for a condition, and child processes.
# In: $0, $BUILD. Out: $me, $root, $BUILD, $PATH and the functions below.
# shellcheck shell=sh

# If stdin, stdout or stderr is closed, opens /dev/null in its place. Otherwise the next
# file that is opened would get the number 0, 1 or 2.
true 2> /dev/null 9<&0 || exec < /dev/null
true 2> /dev/null 9>&1 || exec > /dev/null
true 9>&2 2> /dev/null || exec 2> /dev/null
me=${0##*/}
root=$(realpath "$0") # $0 may be a symbolic link
root=${root%/*}
root=${root%/scripts*}
unset CDPATH # with CDPATH, cd prints a line, and may change to another folder
: "${BUILD:=$root/build}"
case $BUILD in /*) ;; *) BUILD=$root/$BUILD ;; esac
PATH=$PATH:/usr/sbin:/sbin # for tcpdump and ip: the PATH of an ordinary user may lack these folders
export BUILD PATH

# When root starts tcpdump, tcpdump becomes another user. If root is the only user (with
# unshare -r, or in some containers), this is not possible. Then the script itself becomes
# another user, if the kernel permits that.
read -r first_user _ users < /proc/self/uid_map
if [ "$first_user:$users" = 0:1 ]; then
	space='--user --map-user=1000 --map-group=1000'
	# shellcheck disable=SC2086 # not quoted on purpose: the shell must split this into words
	! unshare $space true 2> /dev/null || exec unshare $space sh "$0" "$@"
fi

# printable: copies stdin, but prints ? for each control character, because a terminal would
# obey control characters.
printable() { LC_ALL=C sed 's/[[:cntrl:]]/?/g'; }

# folded: copies stdin. If stdout is a terminal, breaks the lines that are longer than the
# terminal is wide.
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

# usage: prints the comment at the beginning of the script.
usage() {
	sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
}

# misused MESSAGE: prints MESSAGE in one line, even if it contains an argument of several
# lines. Ends the script with status 2.
misused() {
	printf '%s: %s (-h for help)\n' "$me" "$*" | sed -e :more -e '$!N; s/\n/?/; t more' | printable >&2
	exit 2
}

# take_option SHORT LONG ARGUMENT...: reads the next option of these arguments, and sets
# $option to -x or --name. Fails if there are no more options. SHORT lists the letters of all
# options, LONG their words. A colon after a letter or a word means that this option takes a
# value; then $value is set to it. The caller shifts by $taken, in the loop and after it.
# Several letters may stand together (-ab). A value may stand right after its letter (-d20),
# after a word and = (--seed=1), or in the next argument.
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

# shellcheck disable=SC2034 # the caller reads these variables
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

# last_lines FILE: prints the last 8 lines of FILE without control characters, and of each
# line at most 200 bytes.
last_lines() {
	tail -n 8 "$1" | tr -d '\000-\010\013-\037\177' | cut -c 1-200
}

# built PROGRAM...: ends the script if one of these programs of ours is missing or cannot be
# run.
built() {
	for program; do
		[ -e "$BUILD/$program" ] || die "$BUILD/$program is missing: run make first"
		[ -x "$BUILD/$program" ] || die "$BUILD/$program cannot be run: $noexec"
	done
}

# check_cable -d|-f VALUE: ends the script if the cable does not accept this delay or rule.
check_cable() {
	built wire
	reason=$("$BUILD/wire" -n "$1" "$2" client server 2>&1) || {
		reason=${reason#wire: }
		misused "${reason% (see -h)}"
	}
}

# installed TOOL...: ends the script if a tool is missing.
installed() {
	for tool; do
		command -v "$tool" > /dev/null || die "$tool is missing: run scripts/setup first"
	done
}

# has_room DIR BYTES: whether BYTES bytes can be written to a file in DIR.
has_room() {
	lack=0
	head -c "$2" /dev/zero > "$1/room" 2> /dev/null || lack=1
	rm -f "$1/room"
	return $lack
}

# A script removes its temporary folders when it ends. If SIGKILL ends the script, its
# folders are left, and the next script removes them. hold FOLDER: locks a file in FOLDER;
# the lock ends with this process. is_left FOLDER: whether FOLDER was left, because no
# script has the lock any more. The file is called $mark.new until it is locked. If there is
# still a file with this name after a minute, a script was killed before it had the lock.
mark=.sockets-on-the-wire
hold() {
	exec 7> "$1/$mark.new" && flock 7 && mv -f "$1/$mark.new" "$1/$mark.lock"
}

is_left() {
	[ -O "$1" ] && [ ! -L "$1" ] || return
	set -- "$(find "$1/$mark.lock" "$1/$mark.new" ! -name "$mark.new" -o -mmin +1 2> /dev/null)"
	[ -f "$1" ] && flock -n 6 2> /dev/null 6< "$1" # < never creates the file
}

# temporary_folder: makes a folder, and sets $temporary to its name. There is 1 MiB of room
# in the folder. It is removed when the script ends.
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

# alarm: is called repeatedly while the script waits. A script can define an alarm() of its
# own, which ends the script if it would wait in vain.
alarm() { :; }

# read_clock: sets $clock to the time since boot, in hundredths of a second.
read_clock() {
	read -r clock _ < /proc/uptime
	clock=$((${clock%.*} * 100 + 1${clock#*.} - 100)) # 109 - 100: the shell would read 09 as octal
}

# within SECONDS COMMAND...: repeats COMMAND until it succeeds; fails after SECONDS.
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

# await WHAT SECONDS COMMAND...: repeats COMMAND until it succeeds; ends the script after
# SECONDS, with a message that names WHAT.
await() {
	await_what=$1
	shift
	within "$@" || die "gave up waiting for $await_what"
}

# a_processor: prints the number of one of the processors on which this script may run. Each
# processor has a queue of arriving packets, so a segment that was sent on one processor
# could overtake a segment that was sent on another. If everything runs on one processor,
# segments stay in order.
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

# Children. A script starts background programs by start_child, and waits for their end by
# wait_child. When the script ends (by itself, or by HUP, INT or TERM), the children that
# still run get the signal TERM ($end_signal), and after a second ($patience) KILL. If the
# script is killed by KILL, the kernel kills its children; but not a child that has become
# another user, as root's tcpdump does without -Z root. A program that was not started by
# start_child does not end with its parent: a script of ours continues if the shell or the
# make that started it ends.
#
#     start_child tcpdump -w - > FILE    # has the script's stdin; sets $child
#     end_child "$child"                 # ends it now; returns its status
#     run_child scripts/demo -q udp-echo # waits for its end; a signal ends both
#     clean_up() { rm -f "$half"; }      # called when the script ends
#
# The child must be a program, not a function: a function would run in another shell, and
# the program that it starts would not be killed with the script. If the child is a script
# of ours, the kernel sends it TERM instead of KILL, so that it can clean up.
children='' scripts='' child='' end_signal=TERM patience=1
clean_up() { :; }

start_child() {
	start_child_fate=KILL
	case $1:${4-}:${5-} in "$root"/scripts/*:* | taskset:sh:"$root"/scripts/lib/scene/*) start_child_fate=TERM ;; esac
	# exits if the script was killed before setpriv ran: then the parent is another
	# process, or a zombie, which has no exe
	# shellcheck disable=SC2016
	{
		setpriv --pdeathsig $start_child_fate \
			sh -c '[ "$PPID" = "$0" ] || [ -e "/proc/$0/exe" ] || exit; exec "$@"' $$ "$@" <&9 9<&- 7>&- &
	} 9<&0
	child=$!
	children="$children $child"
	[ $start_child_fate = KILL ] || scripts="$scripts $child "
}

# wait_child PID: waits for the end of this child, and returns its exit status.
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

# end_child PID [SIGNAL]: ends this child by a signal, and returns its exit status. The
# signal is sent twice, because the first one may arrive between fork and exec, when the
# child is still a shell, whose trap catches it.
end_child() {
	signal_child "$@"
	has_ended "$1" || sleep 0.01
	signal_child "$@"
	case $scripts in # a script of ours needs time, because it has to end its own children
	*" $1 "*) within 9 has_ended "$1" ;;
	*) within $patience has_ended "$1" ;;
	esac || kill -KILL "$1"
	wait_child "$1" 2> /dev/null # because the shell prints a line about the signal
}

signal_child() {
	kill "-${2:-$end_signal}" "$1" 2> /dev/null || :
}

has_ended() {
	! kill -0 "$1" 2> /dev/null
}

end_children() {
	for child in $children; do signal_child "$child"; done # so that all of them end at the same time
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
# A second signal must not end the script while it cleans up after the first signal.
end_with() {
	trap '' HUP INT TERM
	exit "$1"
}
trap 'end_with 129' HUP
trap 'end_with 130' INT
trap 'end_with 143' TERM

# how_it_ended STATUS: prints in words how a program with this exit status ended.
how_it_ended() {
	if [ "$1" -gt 128 ] && signal=$(kill -l $(($1 - 128)) 2> /dev/null); then
		echo "was killed by SIG$signal"
	else
		echo "exited with status $1"
	fi
}

# crash_in LOG...: prints the first crash that these logs of socktrace have, as
# "PROGRAM: killed by SIGSEGV"; or nothing. (The scripts themselves send other signals.)
crash_in() {
	cat "$@" | sed -nE 's/^[^ ]* ([^ ]+) (killed by SIG(ABRT|BUS|FPE|ILL|PIPE|SEGV)).*/\1: \2/p' | sed q
}
