#!/usr/bin/env bats
# The live ladder: what comes, as it comes, and a clean end.

load helper

# A conversation, until its last segment is drawn.
talk='on server tcp_server -n 1 9000 2> log 3>&- &
	until grep -q listening log; do sleep 0.01; done
	echo hello | on client tcp_client server 9000 > answer
	until grep -q "ACK seq 8 ack 8 .*▶ *.CLOSED" drawn; do sleep 0.01; done'

# arrows FILE: its segments in their order, and the states that come with them.
arrows() {
	grep '[▶◀]' "$1" | sed -E 's/ [0-9]+:9000//; s/^ *[0-9.]+ //; s/ +[0-9.]+$//; s/[ ─]+/ /g; s/^ //; s/ $//'
}

@test "in a lab both hosts are drawn while they talk, with every awk, as the capture's ladder is" {
	for awk in $(every_awk); do
		mkdir -p "bin-$awk" "$awk"
		ln -s "$(command -v $awk)" "bin-$awk/awk"
		(cd "$awk" && PATH="$PWD/../bin-$awk:$PATH" watched "$talk")
		cat "$awk/told"
		LC_ALL=C.UTF-8 "$root/scripts/ladder" "$awk/folder" > "$awk/ladder"
		diff <(arrows "$awk/ladder") <(arrows "$awk/drawn")
		equal "$(sed 1d "$awk/told")" "watch: the capture is in folder"$'\nstatus 0'
	done
}

@test "as an ordinary user, too, and nothing is left running" {
	chmod 777 .
	as_user bash -c "$(declare -f watched); root='$root' watched '$talk'"
	equal "$(tail -n 1 told)" 'status 0'
	equal "$(arrows drawn | wc -l)" 11
	run ! pgrep -f "tcpdump .*--immediate-mode.*$PWD"
}

@test "a lost segment is drawn as far as it has come, a late one again when it arrives" {
	watched -f lose=SYN,nth=1,from=client -f hold=SYN-ACK,by=300 "$talk"
	cat drawn
	grep -q '^ *[0-9]*\.[0-9] *(SYN_SENT) ── SYN seq 0 [0-9]*:9000 ─*╌$' drawn
	grep -q '╌─* SYN ACK seq 0 ack 1 [0-9]*:9000 ──' drawn
	grep -q '◀ SYN ACK seq 0 ack 1 [0-9]*:9000 ─*╌' drawn
	grep -q '(retransmission, 1[0-9]* ms after the last)' drawn
}

@test "elsewhere it draws this machine's own: on 127.0.0.1 ports tell the ends apart, and a filter applies" {
	[ "$(id -u)" -eq 0 ] || skip "recording lo takes root"
	start told env LC_ALL=C "$root/scripts/watch" -i lo -o folder port 9009
	wait_for recording grep -q recording told
	echo no | udp_client -o 127.0.0.1 9010
	echo hello | udp_client -o 127.0.0.1 9009
	wait_for 'the datagram' grep -q 'UDP len 5 [0-9]*:9009 -*>$' told.out
	kill "$pid"
	ends "$pid"
	run ! grep -q 9010 told.out
	like "$(tail -n 1 told)" 'watch: the capture is in folder'
	tcpdump -nr folder/capture.pcap 2> /dev/null | grep -q '127.0.0.1.9009: UDP'
}

@test "what cannot be recorded is told, in a line, and leaves nothing" {
	run --separate-stderr timeout 20 "$root/scripts/lab" "$root/scripts/watch" -i nowhere -o folder
	equal "$status $stderr" '1 watch: nothing can be recorded: nowhere: No such device exists'
	run --separate-stderr timeout 20 "$root/scripts/lab" "$root/scripts/watch" -o folder 'no filter ('
	equal "$status" 1
	like "$stderr" 'watch: nothing can be recorded: can?t parse filter expression: *'
	mkdir mine
	run --separate-stderr "$root/scripts/watch" -o mine
	equal "$status" 1
	like "$stderr" "watch: *mine*: File exists"
	chmod 777 .
	run --separate-stderr as_user "$root/scripts/watch" -i lo -o folder
	equal "$status" 1
	like "$stderr" "watch: nothing can be recorded: *permission*
remedy: *scripts/lab*"
	[ ! -e folder ]
	run --separate-stderr "$root/scripts/watch" -z
	equal "$status" 2
	run "$root/scripts/watch" -h
	like "$output" '*usage: scripts/watch *'
}

@test "what is told a little later than it came is put in its place, at midnight, too" {
	{
		printf '86399.9\tclient\tpacket\ta\n'
		printf '0\t-\ttick\n'
		printf '0.1\tclient\tpacket\tc\n' # after midnight
		printf '86399.95\tserver\tpacket\tb\n'
		printf '0\t-\ttick\n'
		printf '0.12\tserver\tpacket\td\n'
	} > events
	for awk in $(every_awk); do
		[ $awk = busybox ] && set -- busybox awk || set -- $awk
		"$@" -f "$root/scripts/lib/timeline/sort.awk" -f "$root/scripts/lib/timeline/steady.awk" events > ordered
		equal "$(grep -v tick ordered | cut -f 1,4 | tr '\t\n' '  ')" \
			'86399.9 a 86399.95 b 86400.100000000 c 86400.120000000 d '
	done
}
