#!/usr/bin/env bats
# The lab has two hosts and a cable, and leaves nothing behind.

load helper

lab=$root/scripts/lab

leaves_nothing() { # DELAY: a delay that no other lab has
	wait_for 'the end of the wire' eval "! pgrep -f 'wire -d $1 client server' > /dev/null"
	equal "$(cat /proc/self/mountinfo)" "$mounts"
	run ! ip netns exec client true
}

setup_file() {
	mounts=$(cat /proc/self/mountinfo)
	export mounts
}

@test "on HOST runs a command there; names resolve, programs are on the PATH" {
	run --separate-stderr "$lab" -d 0 sh -c '
		on client ip -br address show eth0
		on server ip -br address show eth0
		getent ahosts server | awk "{ print \$1 }" | sort -u
		: > log
		on server tcp_server -n 1 9000 2> log &
		until grep -q "^listening" log; do :; done
		echo hello | on client tcp_client server 9000'
	equal "$status" 0
	like "${lines[0]}" 'eth0@*UP*192.0.2.1/24 2001:db8::1/64*'
	like "${lines[1]}" 'eth0@*UP*192.0.2.2/24 2001:db8::2/64*'
	equal "${lines[2]} ${lines[3]}" '192.0.2.2 2001:db8::2'
	equal "${lines[4]}" hello
}

@test "-4 and -6 choose the addresses that the names have" {
	equal "$("$lab" -4 getent ahosts server | awk '{ print $1 }' | sort -u)" 192.0.2.2
	equal "$("$lab" -6 getent ahosts server | awk '{ print $1 }' | sort -u)" 2001:db8::2
}

@test "both hosts have the textbook's TCP" {
	for host in client server; do
		run "$lab" on "$host" cat /proc/sys/net/ipv4/tcp_congestion_control \
			/proc/sys/net/ipv4/tcp_early_retrans
		equal "$output" $'reno\n0'
	done
}

@test "the cable delays each way by -d, in order" {
	"$lab" -4 -d 30.5 sh -c '
		: > log
		on server udp_server -n 20 9000 2> log &
		until grep -q "^listening" log; do :; done
		seq 20 | on client socktrace udp_client server 9000' > answers 2> narration
	equal "$(sed 's/.*: //' answers)" "$(seq 20)"
	# a round trip takes 61 ms, on a busy machine more
	awk '/sendto.* \.\.\./ { split($1, t, ":"); sent = t[1] * 3600 + t[2] * 60 + t[3] }
		/recvfrom.* = / { split($1, t, ":"); print t[1] * 3600 + t[2] * 60 + t[3] - sent }' narration |
		sort -n | awk '{ took[NR] = $1 * 1000 } END { print took[1]; exit !(took[1] >= 61) }'
}

@test "a delay that is none is refused" {
	for delay in -1 x '' 60001 1e9 nan; do
		run --separate-stderr "$lab" -d "$delay" true
		equal "$delay: $status" "$delay: 2"
		like "$stderr" "*-d: '$delay' is not a number from 0 to 60000*"
	done
}

@test "the exit status is the command's" {
	run "$lab" sh -c 'exit 7'
	equal "$status" 7
	run -127 "$lab" /nowhere
}

@test "stdin is the command's" {
	equal "$(echo hello | "$lab" cat)" hello
}

@test "without a command it is a shell, with job control, that Ctrl-C does not end" {
	need script
	mkfifo keys
	exec 9<> keys
	start log env SHELL=/bin/bash HOME="$PWD" TERM=dumb script -qfc "$lab" /dev/null < keys
	wait_for 'the hint' grep -q 'two hosts, client and server' log.out
	echo 'echo up; sleep 1077' >&9
	wait_for 'sleep' eval "grep -q '^up' log.out && pgrep -f '^sleep 1077$' > /dev/null"
	printf '\003' >&9
	wait_for 'its end' eval "! pgrep -f '^sleep 1077$' > /dev/null"
	echo 'on client ip -br address | grep -c 192.0.2.1; exit 5' >&9
	ends "$pid" 0
	grep -q '^1' log.out
}

@test "nothing is left after success, failure, and of what ran in the background" {
	"$lab" -d 7.25 sh -c 'on server tcp_server 9000 2> log & on client sleep 1093 & sleep 1093 &'
	leaves_nothing 7.25
	run ! pgrep -x sleep -a -f 'sleep 1093'
	run "$lab" -d 7.5 false
	equal "$status" 1
	leaves_nothing 7.5
}

@test "nothing is left after SIGTERM, SIGINT and SIGHUP, which end the lab at once" {
	for signal in TERM INT HUP; do
		start log env --default-signal=INT "$lab" -d 7.75 sh -c 'echo up; on server sleep 60'
		wait_for 'the lab' grep -q up log.out
		kill -$signal "$pid"
		wait_for "the end after $signal" eval "! kill -0 $pid 2> /dev/null"
		leaves_nothing 7.75
	done
}

@test "two labs at once do not see each other" {
	start one "$lab" -4 -d 1 sh -c 'on server tcp_server -n 1 9000'
	start two "$lab" -4 -d 1 sh -c 'on server tcp_server -n 1 9000'
	wait_for one grep -q '^listening on 192.0.2.2 port 9000' one
	wait_for two grep -q '^listening on 192.0.2.2 port 9000' two
}

@test "it does not touch the machine's own network" {
	before=$(ip address; ip route; ip link)
	"$lab" true
	equal "$(ip address; ip route; ip link)" "$before"
}

@test "an ordinary user can have it, and record in it" {
	need setpriv tcpdump
	tree=$(mktemp -d)
	cp -r "$root/scripts" "$build" "$tree"
	chmod -R a+rwX "$tree"
	cd "$tree"
	# in the second, a file that appears ends a call's delay
	run as_user env BUILD="$tree/${build##*/}" scripts/demo -q -o "$tree/out" four-way-close write-after-shutdown
	rm -rf "$tree"
	equal "$status" 0
	like "$output" '*ok *four-way-close*ok *write-after-shutdown*2 of 2 kept their promise'
}

@test "a path with a space is a path" {
	mkdir 'a tree'
	cp -r "$root/scripts" 'a tree'
	cp -r "$build" 'a tree/build'
	cd 'a tree'
	run env -u BUILD scripts/demo -q udp-echo
	equal "$status" 0
	[ -s captures/udp-echo/client.pcap ]
	run scripts/ladder captures/udp-echo
	equal "$status" 0
}

@test "where namespaces are refused, the reason and the remedy are told" {
	mkdir bin
	refuse() {
		printf '#!/bin/sh\necho "%s" >&2\nexit 1\n' "$1" > bin/unshare
		chmod +x bin/unshare
		run --separate-stderr env PATH="$PWD/bin:$PATH" "$lab" true
		equal "$status" 1
		like "${stderr_lines[0]}" "lab: no namespace can be made: $1"
		like "${stderr_lines[1]}" "remedy: *$2*"
		grep -qF "$1" "$root/lab/troubles.md" # this message has a row there
	}
	refuse 'unshare: unshare failed: No space left on device' max_user_namespaces
	refuse 'unshare: unshare failed: Operation not permitted' container
	refuse 'unshare: write failed /proc/self/uid_map: Operation not permitted' AppArmor
	refuse "unshare: unrecognized option '--map-current-user'" 2.35
}

@test "without the programs or the tools it says what to run" {
	run --separate-stderr env BUILD="$PWD/nowhere" "$lab" true
	equal "$status" 1
	like "$stderr" 'lab: */nowhere/wire is missing: run make first'
	run --separate-stderr "$lab" -x
	equal "$status" 2
	run --separate-stderr "$root/scripts/lib/lab/bin/on" client true
	equal "$status $stderr" '1 on: not in a lab: run scripts/lab first'
	run --separate-stderr "$root/scripts/lib/lab/bin/on" nobody true
	equal "$status" 2
}

# a_script LINE...: makes scripts/play, which begins as each of our scripts does.
a_script() {
	mkdir -p scripts/lib
	cp "$root/scripts/lib/common.sh" scripts/lib
	printf '%s\n' 'set -eu' 'here=$(realpath "$0")' '. "${here%/*}/lib/common.sh"' "$@" > scripts/play
}

@test "what a script has started is gone after success, failure, HUP, INT, TERM, and its own death" {
	own=$((1000 + $$ % 60000)) # no other run has it
	a_script 'clean_up() { echo clean; }' \
		"start_child sleep 1181.$own; start_child env --ignore-signal=TERM sleep 1181.$own" \
		"within 5 eval '[ \$(pgrep -cf \"^sleep 1181.$own\") = 2 ]'" 'eval "$1"'
	for sh in dash bash; do
		while read -r expected how; do
			run timeout 20 env --default-signal=INT $sh scripts/play "$how"
			equal "$how: $status" "$how: $expected"
			[ "$expected" = 137 ] || equal "${lines[-1]}" clean
			wait_for "the end of all after $how" eval "! pgrep -f '^sleep 1181.$own$'"
		done <<- 'END'
		0 exit 0
		3 exit 3
		1 die so
		4 run_child sh -c "exit 4"
		5 said=$(run_child sh -c "echo 5"); exit $said
		129 kill -HUP $$; sleep 9
		130 kill -INT $$; sleep 9
		143 self=$$; run_child sh -c "kill -TERM $self; sleep 9"
		137 kill -KILL $$
		END
	done
}

@test "signals that follow the first do not keep a script from cleaning up" {
	a_script 'clean_up() { rm left; }' ': > left' ': > up' 'while :; do :; done'
	for sh in dash bash; do
		for n in {1..60}; do
			rm -f up
			$sh scripts/play 3>&- &
			pid=$!
			until [ -e up ]; do :; done
			dash -c 'while kill -TERM $0; do :; done' $pid 2> err
			wait $pid || true
			[ ! -e left ] || { echo "$sh, time $n"; false; }
		done
	done
}

@test "a deadline is by the clock, on a busy machine, too" {
	a_script 'await "what never comes" 1 false'
	mkdir bin
	printf '#!/bin/sh\nexec /bin/sleep 0.3\n' > bin/sleep
	chmod +x bin/sleep
	PATH=$PWD/bin:$PATH run timeout 5 sh scripts/play
	equal "$status $output" '1 play: gave up waiting for what never comes'
}

@test "scripts run by a symbolic link, and whatever CDPATH says" {
	mkdir -p bin elsewhere/scripts elsewhere/mine
	for script in demo lab record ladder gallery watch expect quiz task states setup; do
		ln -s "$root/scripts/$script" bin/
		run "bin/$script" -h
		equal "$script: $status" "$script: 0"
		like "$output" '*usage: *'
	done
	cd "$root"
	export CDPATH=$BATS_TEST_TMPDIR/elsewhere
	equal "$(scripts/demo --list | wc -l)" "$(cd "$root" && ls scripts/demos/*.sh | wc -l)"
	mkdir "$BATS_TEST_TMPDIR/mine"
	cd "$BATS_TEST_TMPDIR"
	"$root/scripts/demo" -q -o mine udp-echo
	[ -s mine/udp-echo/client.pcap ]
}

# without_cable LOG COMMAND...: kills the cable when the server has started.
without_cable() {
	local log=$1 took
	shift
	start "$log" "$@"
	wait_for 'the server' eval "pgrep -f '^udp_server $own' > /dev/null"
	SECONDS=0
	kill -KILL "$(pgrep -f "wire -d 7.$own client server")"
	ends "$pid" 1
	took=$SECONDS
	wait_for 'the end of all' eval "! pgrep -f '^udp_server $own'"
	[ "$took" -le 10 ] # at once, even on a busy machine; an error made it take minutes
}

@test "a cable that died is reported at once, by name, by lab, record and demo" {
	own=$((2000 + $$ % 60000)) # a port and a delay that no other run has
	without_cable log "$lab" -d 7.$own on server udp_server $own
	equal "$(grep -v ^listening log)" 'lab: the cable (wire) was killed by SIGKILL'
	without_cable log "$root/scripts/record" -d 7.$own -o out --server "udp_server $own" --client 'sleep 60'
	like "$(cat log)" 'lab: the cable (wire) was killed by SIGKILL*record: *'
	[ ! -e out ]
	without_cable log "$root/scripts/demo" -q -d 7.$own -o out --server "udp_server $own" --client 'sleep 60' udp-echo
	like "$(cat log)" 'lab: the cable (wire) was killed by SIGKILL*'
	like "$(cat log.out)" 'FAILED *udp-echo*'
	run --separate-stderr "$lab" sh -c 'ip link delete client; sleep 60'
	equal "$status $stderr" '1 lab: the cable (wire) exited with status 1: wire: client: this interface is gone'
	run --separate-stderr "$lab" -d 7.$own sh -c 'kill $(pgrep -f "[w]ire -d "); sleep 60'
	equal "$status $stderr" '1 lab: the cable (wire) exited with status 0'
}

# on_a_stick: runs a program on a file system mounted below /run, as USB sticks are.
on_a_stick() {
	local space='--mount'
	[ "$(id -u)" -eq 0 ] || space='--user --map-current-user --keep-caps --mount'
	unshare $space sh -c '
		mount -t tmpfs tmpfs /run
		mkdir -p /run/media/stick
		mount -t tmpfs tmpfs /run/media/stick
		printf "#!/bin/sh\nhostname -I 2> /dev/null || echo here\n" > /run/media/stick/mine
		chmod +x /run/media/stick/mine
		"$1" sh -c "ls -d /run/media; on client /run/media/stick/mine > /dev/null && echo ran"' sh "$lab"
}

@test "a lab hides nothing of the machine's" {
	equal "$(on_a_stick)" $'/run/media\nran'
	equal "$(as_user bash -c "lab='$lab'; $(declare -f on_a_stick); on_a_stick")" $'/run/media\nran'
	mounts() { awk '{ print $5 }' "${1:-/dev/stdin}" | sort; }
	diff <(mounts /proc/self/mountinfo) <("$lab" cat /proc/self/mountinfo | mounts) > difference || true
	own=$root/scripts/lib/lab/own
	equal "$(sed -n 's/^[<>] //p' difference)" \
		"$(printf '%s\n' /etc/hosts /etc/profile /proc "$own" "$own/client" "$own/server" | sort)"
	# the files that are mounted over others also have the content of these
	"$lab" cat /etc/hosts > hosts
	for name in $(sed 's/#.*//' /etc/hosts | awk '{ for (i = 2; i <= NF; i++) print $i }'); do
		grep -qwF "$name" hosts
	done
	"$lab" sh -c 'cat "$LAB/profile"' | cmp - /etc/profile
}

@test "on and the programs are found in any shell started in the lab, login or not" {
	mkdir "it's a tree"
	cp -r "$root/scripts" "it's a tree"
	cp -r "$build" "it's a tree/build"
	find_all='on client true && command -v on && command -v tcp_server'
	while read -r shell; do
		run env -u BUILD HOME="$PWD" "it's a tree/scripts/lab" $shell -c "$find_all"
		equal "$shell: $status $output" "$shell: 0 $PWD/it's a tree/scripts/lib/lab/bin/on
$PWD/it's a tree/build/tcp_server"
		run as_user "$lab" $shell -c "$find_all"
		equal "$shell: $status" "$shell: 0"
	done <<- 'END'
	sh
	bash -l
	dash -l
	env -i HOME=. bash -l
	END
}

# without_ipv6 COMMAND...: runs it as with ipv6.disable=1: no settings, no addresses.
without_ipv6() {
	mkdir -p bin
	cat > bin/unshare <<- 'END'
		#!/bin/bash
		while [[ $1 = --* ]]; do options+=("$1"); shift; done
		[[ $1 = true ]] || # in the lab, and on each host
			set -- sh -c 'mount -t tmpfs none /proc/sys/net/ipv6 && exec "$@"' sh "$@"
		unshare=$(PATH=${PATH#*:} command -v unshare)
		exec "$unshare" "${options[@]}" "$@"
	END
	cat > bin/ip <<- 'END'
		#!/bin/bash
		ip=$(PATH=${PATH#*:} command -v ip)
		[[ $1 = -batch ]] || exec "$ip" "$@"
		batch=$(cat)
		[[ $batch != *2001:* && $batch != *addrgenmode* ]] ||
			{ echo 'RTNETLINK answers: Address family not supported by protocol' >&2; exit 1; }
		exec "$ip" "$@" <<< "$batch"
	END
	chmod +x bin/*
	PATH=$PWD/bin:$PATH "$@"
}

@test "on a kernel without IPv6 the IPv4 demos play, and one line says why IPv6 does not" {
	run --separate-stderr without_ipv6 "$root/scripts/demo" -q -o out four-way-close
	equal "$status $stderr" '0 '
	run without_ipv6 "$lab" getent ahosts server
	like "$output" '*192.0.2.2 *'
	run ! grep -q 2001: <<< "$output"
	run --separate-stderr without_ipv6 "$lab" -6 true
	equal "$status" 1
	equal "$stderr" 'lab: -6: this kernel has no IPv6 (switched off by ipv6.disable=1?); IPv4 works: leave out -6'
	run --separate-stderr without_ipv6 "$root/scripts/demo" -6 -q -o out four-way-close
	equal "$status" 1
	like "$stderr" 'lab: -6: this kernel has no IPv6*'
}

# lacking RIGHT COMMAND...: runs it as root without this right, as in a container.
lacking() {
	[ "$(id -u)" -eq 0 ] || skip 'of root only a right can be taken'
	run --separate-stderr setpriv --bounding-set "-$1" --inh-caps "-$1" "${@:2}"
}

@test "what root or a machine lacks is named, with its own remedy" {
	need setpriv
	lacking net_raw "$lab" true
	equal "$status" 1
	like "$stderr" 'lab: *wire: client: cannot open a packet socket: Operation not permitted
remedy: *--cap-add NET_RAW'
	lacking net_raw "$root/scripts/watch" -i lo -o out
	like "$stderr" 'watch: nothing can be recorded: *permission*
remedy: this root lacks *--cap-add NET_RAW*'
	lacking net_admin "$lab" true
	equal "$status" 1
	like "$stderr" 'lab: the lab cannot be made: RTNETLINK answers: Operation not permitted
remedy: this root lacks *--cap-add NET_ADMIN'
	mkdir bin
	printf '#!/bin/sh\necho "Error: Unknown device type." >&2; exit 2\n' > bin/ip
	chmod +x bin/ip
	run --separate-stderr env PATH="$PWD/bin:$PATH" "$lab" true
	equal "$status" 1
	like "$stderr" 'lab: the lab cannot be made: Error: Unknown device type.
remedy: *modprobe veth*'
}

# elsewhere SCRIPT COMMAND...: runs it after SCRIPT, which changes mounts and networks.
elsewhere() {
	local space='--mount --net'
	[ "$(id -u)" -eq 0 ] || space="--user --map-current-user --keep-caps $space"
	run --separate-stderr unshare $space sh -c "$1"'; exec "$@"' sh "${@:2}"
}

@test "without tcpdump, with lo down, in a tree mounted noexec or with a full TMPDIR it says so, at once" {
	mkdir bin full
	for script in "demo -q -o out udp-echo" "watch -o out" "record -o out --server x --client x"; do
		elsewhere 'mount --bind /dev/null "$(command -v tcpdump)"' timeout 9 $root/scripts/$script
		equal "$script: $status $stderr" "$script: 1 ${script%% *}: tcpdump is missing: run scripts/setup first"
	done
	refuse_unshare='PATH=$PWD/bin:$PATH; printf "#!/bin/sh\necho no >&2; exit 1\n" > bin/unshare; chmod +x bin/unshare'
	elsewhere "$refuse_unshare" timeout 9 "$root/scripts/demo" -q -o out udp-echo
	equal "$status" 1
	like "$stderr" '*lo cannot be recorded, either: lo: That device is not up
remedy: switch it on: ip link set DEVICE up *'
	elsewhere "mount -t tmpfs -o size=64k tmpfs full; head -c 99999 /dev/zero > full/x 2> full/y; export TMPDIR=$PWD/full
		ip link set lo up; $refuse_unshare" timeout 9 "$root/scripts/demo" -q -o out udp-echo
	equal "$status" 1
	like "$stderr" "*demo: $PWD/full: less than 1 MiB of room is left there; TMPDIR=DIR names another place*"
	cp -r "$root/scripts" .
	cp -r "$build" built
	elsewhere 'mount --bind scripts scripts; mount -o remount,bind,noexec scripts' sh scripts/demo -q udp-echo
	equal "$status" 1
	like "$stderr" 'demo: */scripts/lab cannot be run: its file system is mounted noexec; *'
	elsewhere 'mount --bind built built; mount -o remount,bind,noexec built' env BUILD="$PWD/built" scripts/lab true
	equal "$status" 1
	like "$stderr" 'lab: */built/wire cannot be run: its file system is mounted noexec; *'
}

@test "root of a namespace with no other user can have it, and record in it" {
	out=$(mktemp -d)
	chmod 777 "$out"
	run --separate-stderr as_user unshare --user --map-root-user "$root/scripts/demo" -q -o "$out" udp-echo
	rm -rf "$out"
	equal "$status $stderr" '0 '
}
