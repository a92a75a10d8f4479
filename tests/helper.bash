# Loaded by each test file: programs on the PATH, a folder of its own for each
# test, servers that end with it, and waiting for conditions, not for time.

root=$(cd "${BATS_TEST_DIRNAME}/.." && pwd)
build=${BUILD:-build}
[[ $build = /* ]] || build=$root/$build
PATH=$build:$PATH:/usr/sbin:/sbin
unset LISTEN_HOST
demos=${DEMOS:-$BATS_RUN_TMPDIR} # where demos.bats records them, see tests/run
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR"
	started=()
}

teardown() {
	local pid
	for pid in "${started[@]}"; do
		kill "$pid" 2> /dev/null || true
		wait "$pid" 2> /dev/null || true
	done
}

# start LOG COMMAND...: in the background, its stderr in LOG. Sets $pid.
start() {
	local log=$1
	shift
	: > "$log" # the child's redirection comes later: no old line is believed
	"$@" > "$log.out" 2> "$log" 3>&- 4>&- <&0 &
	pid=$!
	started+=("$pid")
}

# start_with_input LOG COMMAND...: the same, with the file descriptor 9 of the
# test for its stdin, which stays open.
start_with_input() {
	mkfifo "$1.in"
	exec 9<> "$1.in"
	start "$@" < "$1.in" 9>&-
}

# serve LOG SERVER...: the same, and waits until it listens. Sets $port, too.
serve() {
	start "$@"
	wait_for "$1: 'listening on'" grep -q '^listening on' "$1"
	port=$(sed -n 's/^listening on .* port //p' "$1")
}

# wait_for WHAT COMMAND...: until COMMAND succeeds, at most 20 s.
wait_for() {
	local what=$1 tries=2000
	shift
	until "$@"; do
		if [ $((tries -= 1)) -eq 0 ]; then
			echo "waited in vain for $what"
			tail -n 50 -- * 2> /dev/null
			return 1
		fi
		sleep 0.01
	done
}

# ends PID [STATUS]: within 20 s, with that status (0).
ends() {
	wait_for "the end of $1" eval "! kill -0 $1 2> /dev/null"
	local status=0
	wait "$1" || status=$?
	equal "$status" "${2:-0}"
}

equal() {
	[ "$1" = "$2" ] || { printf 'got:      %s\nexpected: %s\n' "$1" "$2"; return 1; }
}

like() { # TEXT PATTERN
	# shellcheck disable=SC2053 # a pattern
	[[ $1 == $2 ]] || { printf 'got:  %s\nlike: %s\n' "$1" "$2"; return 1; }
}

# need TOOL...: or the test is skipped; in CI it fails.
need() {
	local tool
	for tool; do
		command -v "$tool" > /dev/null && continue
		[ "${CI-}" != true ] || { echo "$tool is missing"; return 1; }
		skip "$tool is missing"
	done
}

# as_user COMMAND...: as an ordinary user, in a folder that they own.
as_user() {
	if [ "$(id -u)" -ne 0 ]; then
		"$@"
		return
	fi
	setpriv --reuid=65534 --regid=65534 --clear-groups \
		env HOME="$BATS_TEST_TMPDIR" "$@"
}

# many N: a capture of N segments and more, from a real run: many.pcap.
many() {
	timeout 120 "$root/scripts/lab" -4m -d 0 sh -c '
		on client tcpdump -ni eth0 -U --immediate-mode -s 96 -B 65536 -w - tcp > many.pcap 2> recorder &
		recorder=$!
		until grep -q listening recorder; do sleep 0.01; done
		on server halfclose server -q -n 1 9000 2> log &
		until grep -q listening log; do sleep 0.01; done
		head -c $(($1 * 724)) /dev/zero | on client halfclose client -q server 9000
		until [ $(wc -c < many.pcap) -ge $(($1 * 82)) ]; do sleep 0.01; done # ACKs are 66 bytes
		kill -INT $recorder
		wait' sh "$1"
}
