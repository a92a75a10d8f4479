#!/usr/bin/env bats
# The live ladder draws what arrives at once, and ends cleanly.

load helper

# Commands for a conversation; they wait until its last segment is drawn.
talk=': > log
	on server tcp_server -n 1 9000 2> log 3>&- &
	until grep -q listening log; do sleep 0.01; done
	echo hello | on client tcp_client server 9000 > answer
	until grep -q "ACK seq 8 ack 8 .*▶ *.*CLOSED" drawn; do sleep 0.01; done'

# arrows FILE: prints its segments in order, with the states in the same rows.
arrows() {
	grep '[▶◀]' "$1" | grep -v ICMP | sed -E 's/ #[0-9]+//; s/^ *[0-9.]+ //; s/ +[0-9.]+$//; s/[ ─()]+/ /g; s/^ //; s/ $//'
}

@test "in a lab both hosts are drawn while they talk, as the capture's ladder is" {
	watched "$talk"
	cat told
	LC_ALL=C.UTF-8 "$root/scripts/ladder" folder > ladder
	diff <(arrows ladder) <(arrows drawn)
	grep -q 'connect([0-9]*, 192.0.2.2:9000) ...  SYN_SENT' drawn
	grep -q 'LISTEN  listen([0-9]*, 128) = 0' drawn
	equal "$(sed 1d told)" "watch: the capture is in folder"$'\nstatus 0'
}

@test "what has left or come is drawn soon" {
	watched '
		on client udp_client -o server 9000 <<< first
		until grep -q "UDP len 5" drawn; do sleep 0.001; done
		before=$(date +%s%N)
		on client udp_client -o server 9000 <<< second
		until grep -q "UDP len 6 .*▶" drawn; do sleep 0.001; done
		echo $((($(date +%s%N) - before) / 1000000)) > took'
	echo "$(cat took) ms" # this includes the start of the program, and the cable's 20 ms
	[ "$(cat took)" -lt 2000 ]
}

@test "as an ordinary user, too, and nothing is left running" {
	mine=$(mktemp -d) # a folder that an ordinary user can reach
	chmod 777 "$mine"
	cd "$mine"
	as_user bash -c "$(declare -f watched); root='$root' watched '$talk'"
	equal "$(tail -n 1 told)" 'status 0'
	equal "$(arrows drawn | wc -l)" 11
	run ! pgrep -f "tcpdump .*--immediate-mode.*$PWD"
	rm -r "$mine"
}

@test "a lost segment is drawn as far as it has come, a late one again when it arrives" {
	watched -f lose=SYN,nth=1,from=client -f hold=SYN-ACK,by=300 "$talk"
	cat drawn
	grep -q '^ *[0-9]*\.[0-9] *── SYN seq 0 #1 ─*╌$' drawn
	grep -q '╌─* SYN ACK seq 0 ack 1 #1 ──' drawn
	grep -q '◀ SYN ACK seq 0 ack 1 #1 ─*╌' drawn
	grep -q '(retransmission, 1[0-9]* ms after the last)' drawn
}

@test "elsewhere it draws this machine's own: on 127.0.0.1 ports tell the ends apart, and a filter applies" {
	[ "$(id -u)" -eq 0 ] || skip "recording lo takes root"
	start told env LC_ALL=C "$root/scripts/watch" -i lo -o folder port 9009
	wait_for recording grep -q recording told
	echo no | udp_client -o 127.0.0.1 9010
	echo hello | udp_client -o 127.0.0.1 9009
	wait_for 'the datagram' grep -q 'UDP len 5 #1 "hello" -*>$' told.out
	kill "$pid"
	ends "$pid"
	grep -q '#1 is [0-9]*:9009' told.out
	run ! grep -q 9010 told.out
	like "$(tail -n 1 told)" 'watch: the capture is in folder'
	tcpdump -nr folder/capture.pcap 2> /dev/null | grep -q '127.0.0.1.9009: UDP'
}

@test "what cannot be recorded is told, in a line, and leaves nothing" {
	run --separate-stderr timeout 20 "$root/scripts/lab" "$root/scripts/watch" -i nowhere -o folder
	equal "$status $stderr" '1 watch: nothing can be recorded: nowhere: No such device exists
remedy: ip link lists the names of interfaces'
	run --separate-stderr timeout 20 "$root/scripts/lab" "$root/scripts/watch" -o folder 'no filter ('
	equal "$status" 1
	like "$stderr" 'watch: nothing can be recorded: can?t parse filter expression: *
remedy: pcap-filter(7) has *'
	mkdir mine
	run --separate-stderr "$root/scripts/watch" -o mine
	equal "$status" 1
	like "$stderr" "watch: *mine: exists already*"
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

@test "a day of connections is watched in bounded memory" {
	seq 0 7999 | awk '{
		t = 1000 + $1 * 10
		c = "192.0.2.1:" 10000 + $1 " > 192.0.2.2:80"
		s = "192.0.2.2:80 > 192.0.2.1:" 10000 + $1
		printf "%d.0 %s S seq 1\n%d.1 %s SA seq 5 ack 2\n%d.2 %s PA seq 2 ack 6 len 5\n", t, c, t, s, t, c
		printf "%d.3 %s FA seq 6 ack 7\n%d.4 %s FA seq 7 ack 7\n%d.5 %s A seq 7 ack 8\n", t, s, t, c, t, s
	}' | capture day.pcap
	mkdir folder
	head -c 24 day.pcap > folder/capture.pcap
	start told ladder --live folder
	size=$((($(wc -c < day.pcap) - 24) / 16))
	for n in $(seq 0 15); do # each part is an hour and a half
		tail -c +$((25 + n * size)) day.pcap | head -c $size >> folder/capture.pcap
		wait_for "its $((n + 1))th part" grep -q "#$((500 * (n + 1))) " told.out
		grep VmRSS "/proc/$pid/status" | tr -dc '0-9
' >> used
	done
	cat used
	[ "$(tail -n 1 used)" -lt $(($(sed -n 3p used) * 5 / 4)) ]
	kill -INT "$pid"
	ends "$pid"
	equal "$(grep -c '▶\|◀\|>\|<' told.out)" $((6 * 8000))
}

# live: runs two hosts, scripts/watch and tshark, each in a window of tmux. tmux starts login
# shells.
live() {
	SHELL=/bin/bash HOME=$PWD TMUX_TMPDIR=$PWD LC_ALL=C.UTF-8 timeout 60 "$root/scripts/lab" -4 tmux -L lab -f /dev/null \
		new-session -d -x 150 -y 50 -n server \; wait-for end > tmux.log 2>&1 3>&- &
	lab=$!
	typed() { # WINDOW LINE UNTIL
		wait_for "$1" eval "tmux -L lab send-keys -t '$1' '' 2> /dev/null"
		tmux -L lab send-keys -t "$1" "$2" Enter
		wait_for "$3 in $1" eval "tmux -L lab capture-pane -p -t '$1' 2> /dev/null | tee '$1' | grep -q '$3'"
	}
	export TMUX_TMPDIR=$PWD
	typed server 'on server tcp_server -n 1 9000' 'listening on 192.0.2.2'
	for window in watch tshark client; do tmux -L lab new-window -n $window; done
	typed watch "'$root/scripts/watch' -o folder" 'recording into'
	typed tshark 'on client tcpdump -ni eth0 -U -w - | tshark -l -i -' 'Capturing on'
	typed client 'echo hello | on client tcp_client server 9000' '^hello'
	typed tshark '' '192.0.2.1 . 192.0.2.2 *TCP .*\[FIN, ACK\]'
	typed watch '' 'ACK seq 8 ack 8 .*▶'
	grep -q 'connect([0-9]*, 192.0.2.2:9000)' watch
	tmux -L lab send-keys -t watch C-c
	wait_for 'the end of watch' eval "tmux -L lab capture-pane -p -t watch | grep -q 'the capture is in folder'"
	tmux -L lab wait-for -S end
	wait $lab
}

@test "live mode as README has it: a lab in tmux, watch beside it, and tcpdump into tshark" {
	need tmux tshark
	live
	mine=$(mktemp -d)
	chmod 777 "$mine"
	cd "$mine"
	as_user bash -c "$(declare -f live wait_for wait_until); root='$root' live"
	rm -r "$mine"
}

# signalled MARK READY COMMAND...: sends COMMAND each signal at five moments, from its start
# until its output has READY. Checks that no process with MARK is left soon after.
signalled() {
	local mark=$1 ready=$2 script=$3 signal moment
	shift 2
	mkdir -p tmp
	for signal in HUP INT TERM KILL; do
		for moment in 0 0.02 0.05 0.1 ready; do
			rm -rf folder
			TMPDIR=$PWD/tmp start told env --default-signal=INT "$@"
			# before, SIGINT is ignored, as in a shell's background job
			wait_for 'the script' eval '[[ $(tr "\0" " " < /proc/$pid/cmdline) = "/bin/sh $script"* ]]'
			[ $moment != ready ] || wait_for "$ready" grep -q "$ready" told told.out
			[ $moment = ready ] || sleep $moment
			kill -$signal "$pid"
			SECONDS=0
			wait_for "the end after $signal at $moment" eval "! pgrep -f '$mark'"
			[ $SECONDS -le 4 ] # enough for a busy machine
			wait "$pid" 2> /dev/null || true
			equal "$signal $moment: $(ls -A tmp)" "$signal $moment: "
		done
	done
}

@test "a signal, or the death of a script, leaves nothing running: watch on an interface, and in a lab; and the lab" {
	local own=$((1000 + $$ % 60000)) # no other run has it
	[ "$(id -u)" -ne 0 ] || signalled "portrange 9-$own|live $PWD" recording \
		"$root/scripts/watch" -i lo -o "$PWD/folder" portrange 9-$own
	signalled "portrange 9-$own|$PWD/folder|wire -d 6.$own " recording \
		"$root/scripts/lab" -d 6.$own "$root/scripts/watch" -o "$PWD/folder" portrange 9-$own
	signalled "sleep 1179.$own|wire -d 6.$own " up \
		"$root/scripts/lab" -d 6.$own sh -c "echo up >&2; on client sleep 1179.$own & sleep 1179.$own"
}

@test "a watch that was killed is not in the way of the next one, nor traced for" {
	run --separate-stderr timeout 30 "$root/scripts/lab" sh -c '
		: > told; "$1" -o one 2> told & until grep -q recording told; do sleep 0.01; done
		kill -KILL $!; wait
		on client true; ls one
		: > told; "$1" -o two 2> told & until grep -q recording told; do sleep 0.01; done
		"$1" -o three || kill $!; wait' sh "$root/scripts/watch"
	equal "$(grep -c log <<< "$output")" 0
	like "$stderr" '*another one watches this lab'
}
