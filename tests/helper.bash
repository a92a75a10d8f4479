# Loaded by each test file. Puts the programs on the PATH, gives each test a folder of its
# own, and ends the programs that a test has started. Its functions wait until a condition
# holds, not for a fixed time.

root=$(cd "${BATS_TEST_DIRNAME}/.." && pwd)
build=${BUILD:-build}
[[ $build = /* ]] || build=$root/$build
PATH=${STAND_INS:+$STAND_INS:}$build:$PATH:/usr/sbin:/sbin
unset LISTEN_HOST
demos=${DEMOS:-$BATS_RUN_TMPDIR} # the folder in which demos.bats records the demos: see tests/run
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR"
	started=()
}

teardown() {
	local pid
	for pid in "${started[@]}"; do
		kill "$pid" 2> /dev/null || true
		kill -CONT "$pid" 2> /dev/null || true # in case the program is stopped
		wait "$pid" 2> /dev/null || true
	done
}

# start LOG COMMAND...: runs COMMAND in the background. Its stderr is written to LOG. Sets
# $pid.
start() {
	local log=$1
	shift
	: > "$log" # both now, because the child opens them later: a test must not find old lines there
	: > "$log.out"
	"$@" > "$log.out" 2> "$log" 3>&- 4>&- <&0 &
	pid=$!
	started+=("$pid")
}

# start_with_input LOG COMMAND...: does what start does, but COMMAND reads what the test
# writes to file descriptor 9. This descriptor stays open.
start_with_input() {
	mkfifo "$1.in"
	exec 9<> "$1.in"
	start "$@" < "$1.in" 9>&-
}

# serve LOG SERVER...: does what start does, and waits until SERVER listens. Also sets $port.
serve() {
	start "$@"
	listens() { grep -q '^listening on' "$1"; }
	listens_or_ended() { listens "$1" || ! kill -0 "$pid" 2> /dev/null; }
	wait_for "$1: 'listening on'" listens_or_ended "$1"
	listens "$1"
	port=$(sed -n 's/^listening on .* port //p' "$1")
}

# wait_for WHAT COMMAND...: waits until COMMAND succeeds, at most 20 s.
wait_for() {
	wait_until $((SECONDS + 20)) "$@"
}

# wait_long WHAT COMMAND...: waits until COMMAND succeeds, at most until 80 s after the time
# $began. It is for an event that happens 60 s after the start of the test file.
wait_long() {
	wait_until $((SECONDS + began + 80 - $(date +%s))) "$@"
}

wait_until() { # SECONDS WHAT COMMAND...: waits at most until the shell's variable SECONDS has this value
	local end=$1 what=$2
	shift 2
	until "$@"; do
		if [ $SECONDS -ge "$end" ]; then
			echo "waited in vain for $what"
			find . -maxdepth 1 -type f -exec tail -n 50 {} + # only files: tail would never end at a FIFO
			return 1
		fi
		sleep 0.01
	done
}

# ends PID [STATUS]: checks that the program ends within 20 s, with this exit status (0).
ends() {
	wait_for "the end of $1" eval "! kill -0 $1 2> /dev/null"
	local status=0
	wait "$1" || status=$?
	equal "$status" "${2:-0}"
}

# trickler: becomes a server that sends a byte every 0.3 s, and never reads.
trickler() {
	exec python3 -c 'import socket, sys, time
s = socket.create_server(("127.0.0.1", 0))
print("listening on 127.0.0.1 port", s.getsockname()[1], file=sys.stderr, flush=True)
c, peer = s.accept()
while True:
    c.send(b".")
    time.sleep(0.3)'
}

# remade ARGUMENT...: runs make with the flags of the build that is tested. With others, it would
# build everything anew.
remade() {
	make -s -C "$root" BUILD="$build" ${CFLAGS:+"CFLAGS=$CFLAGS"} "$@"
}

equal() {
	[ "$1" = "$2" ] || { printf 'got:      %s\nexpected: %s\n' "$1" "$2"; return 1; }
}

like() { # TEXT PATTERN: checks that TEXT matches the PATTERN of the shell
	# shellcheck disable=SC2053 # a pattern
	[[ $1 == $2 ]] || { printf 'got:  %s\nlike: %s\n' "$1" "$2"; return 1; }
}

# need TOOL...: if a tool is missing, skips the test; in CI, makes the test fail.
need() {
	local tool
	for tool; do
		command -v "$tool" > /dev/null && continue
		[ "${CI-}" != true ] || { echo "$tool is missing"; return 1; }
		skip "$tool is missing"
	done
}

# witnessed COMMAND...: runs COMMAND. Each tcpdump that COMMAND starts also records the TCP
# states that the kernel reports: see witness.c.
witnessed() {
	local tools=$BATS_RUN_TMPDIR/witness
	[ -x "$tools/tcpdump" ] || {
		mkdir -p "$tools"
		cc -o "$tools/witness.$$" "$root/tests/witness.c"
		mv "$tools/witness.$$" "$tools/witness"
		printf '#!/bin/sh\nexec "%s" record "%s" "$@"\n' "$tools/witness" "$(command -v tcpdump)" > "$tools/tcpdump.$$"
		chmod +x "$tools/tcpdump.$$"
		mv "$tools/tcpdump.$$" "$tools/tcpdump"
	}
	PATH=$tools:$PATH "$@"
}

# contradicted FOLDER...: prints those states that the kernel reported, but the ladder does
# not have. The last line says how many states were compared.
contradicted() {
	for folder; do
		"$root/scripts/ladder" --events "$folder" | "$BATS_RUN_TMPDIR/witness/witness" compare "$folder" |
			sed "s|^[^0-9].*|$folder: &|"
	done | awk '/^[0-9]+ samples/ { samples += $1; reports += $3; wrong += $5; next } { print }
		END { print samples " samples, " reports " reports, " wrong + 0 " wrong" }'
}

# make_gallery: plays all demos over IPv4 into the folder $demos/4, and makes their page. The
# output of scripts/gallery is in $demos/told. The first test file that calls this function
# makes the gallery; the other test files wait for it.
make_gallery() {
	witnessed flock "$demos/lock" sh -c '[ -e "$1/told" ] || "$2/scripts/gallery" -o "$1/4" > "$1/told" 2>&1' \
		sh "$demos" "$root" || true
}

# make_demos_6: plays all demos over IPv6 into $demos/6. The output of scripts/demo is in
# $demos/told.6.
make_demos_6() {
	witnessed flock "$demos/lock.6" sh -c '[ -e "$1/told.6" ] || "$2/scripts/demo" --all -j 4 -6 -o "$1/6" > "$1/told.6" 2>&1' \
		sh "$demos" "$root" || true
}

# as_user COMMAND...: runs COMMAND as an ordinary user.
as_user() {
	if [ "$(id -u)" -ne 0 ]; then
		"$@"
		return
	fi
	setpriv --reuid=65534 --regid=65534 --clear-groups \
		env HOME="$BATS_TEST_TMPDIR" "$@"
}

# capture FILE [-b] [-f FORMAT] [-l LINK]: writes a capture of the packets that stdin
# describes into FILE: see packets.c.
capture() {
	local file=$1
	shift
	[ -x "$BATS_RUN_TMPDIR/packets" ] || { # under another name first: another test may compile it, too
		cc -o "$BATS_RUN_TMPDIR/packets.$$" "$root/tests/packets.c"
		mv "$BATS_RUN_TMPDIR/packets.$$" "$BATS_RUN_TMPDIR/packets"
	}
	"$BATS_RUN_TMPDIR/packets" "$@" > "$file"
}

# recorded OPTIONS TALK ENOUGH: runs the commands TALK in a lab that has these OPTIONS.
# Records the client's segments in many.pcap until the command ENOUGH succeeds.
recorded() {
	timeout 120 "$root/scripts/lab" $1 sh -c '
		: > recorder
		on client tcpdump -ni eth0 -U --immediate-mode -s 96 -B 65536 -w - tcp > many.pcap 2> recorder &
		recorder=$!
		until grep -q listening recorder; do sleep 0.01; done
		eval "$1"
		until eval "$2"; do sleep 0.01; done
		kill -INT $recorder
		wait' sh "$2" "$3"
}

# many N: makes many.pcap, a capture of at least N segments, by a real run.
many() {
	recorded '-4m -d 0' '
		: > log
		on server halfclose server -n 1 9000 2> log &
		until grep -q listening log; do sleep 0.01; done
		head -c '$(($1 * 724))' /dev/zero | on client halfclose client server 9000' \
		'[ $(wc -c < many.pcap) -ge '$(($1 * 82))' ]' # 82: an ACK of 66 bytes, and the record header of 16
}

# watched [OPTION]... SCRIPT: runs SCRIPT in a lab, while scripts/watch draws into the file
# `drawn`. Then SIGINT ends watch. As if somebody typed Ctrl-C, all processes of watch get
# this signal.
watched() {
	LC_ALL=C.UTF-8 timeout 60 "$root/scripts/lab" -4 "${@:1:$#-1}" bash -c '
		set -m
		touch told drawn
		: > told
		"$1"/scripts/watch -o folder > drawn 2> told 3>&- &
		watch=$!
		until grep -q recording told; do sleep 0.01; done
		eval "$2"
		kill -INT -- -$watch
		wait $watch
		echo "status $?" >> told' bash "$root" "${*: -1}"
}
