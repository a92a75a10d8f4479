#!/usr/bin/env bats
# The ladder and the filters before it, on recorded fixtures, with every awk.

load helper

ladder=$root/scripts/ladder
fixtures=$BATS_TEST_DIRNAME/fixtures

# with_awk AWK COMMAND...: with that awk as `awk`.
with_awk() {
	mkdir -p "bin-$1"
	ln -sf "$(command -v "$1")" "bin-$1/awk"
	PATH="$PWD/bin-$1:$PATH" "${@:2}"
}

@test "the ladder of a recorded demo is the same with every awk" {
	for awk in $(every_awk); do
		for fixture in four-way-close fast-retransmit simultaneous-close; do
			LC_ALL=C.UTF-8 with_awk $awk "$ladder" --width 80 "$fixtures/$fixture" |
				diff "$fixtures/$fixture.ladder" -
		done
	done
}

@test "so are its picture and its Mermaid diagram" {
	for fixture in four-way-close fast-retransmit simultaneous-close; do
		for view in svg mermaid; do
			"$ladder" --$view "$fixtures/$fixture" > $fixture.$view
			for awk in $(every_awk); do
				with_awk $awk "$ladder" --$view "$fixtures/$fixture" | diff $fixture.$view -
			done
		done
		# as many messages and arrows as segments; the legend has two more, or three
		segments=$(sh "$root/scripts/lib/timeline/timeline.sh" "$fixtures/$fixture" | grep -c ^segment)
		equal "$(grep -cE '(->>|-x)[cs]1: ' $fixture.mermaid)" "$segments"
		equal "$(grep -c '^from the ' <(sed 's/<desc>//' $fixture.svg))" "$segments"
	done
	grep -q '^    c1-xs1: ACK seq 1449 ack 1 len 1448 (wire: lose=data,nth=2,from=client)$' fast-retransmit.mermaid
	grep -q '^    Note over c1,s1: client$ tcp_client server 9000$' fast-retransmit.mermaid
}

@test "the picture is to scale: arrows fall as far as their segments travelled" {
	for fixture in four-way-close simultaneous-close; do
		"$ladder" --svg "$fixtures/$fixture" | tr -d '\n' | sed 's/<g class="arrow/\n&/g' |
			sed -n 's/.*left at \([0-9.]*\) ms, came at \([0-9.]*\) ms<.* y1="\([-0-9.]*\)".*matrix([^)]* \([-0-9.]*\))".*/\1 \2 \3 \4/p' > arrows
		equal "$(wc -l < arrows)" "$(sh "$root/scripts/lib/timeline/timeline.sh" "$fixtures/$fixture" | grep -c ^segment)"
		awk '{
			scale = ($4 - $3) / ($2 - $1)
			if (!first) first = scale
			if (scale / first < 0.98 || scale / first > 1.02) { print "not to scale:", $0; bad = 1 }
			if (NR > 1 && ($3 - y) - ($1 - t) * first > 2) { print "nor when it leaves:", $0; bad = 1 }
			t = $1; y = $3
		} END { exit bad }' arrows
		equal "$("$ladder" --svg "$fixtures/$fixture" | sed -n 's/.*class="tick"[^>]*>\(.*\)<.*/\1/p' |
			grep -vxE -e '-?[1-9][0-9]*0|0')" '' # 0, 20, 40, ... or 0, 200, 400, ... ms
	done
}

@test "a quiet stretch is folded, and marked so" {
	# SYN, and two seconds later the last segments of the close
	tcpdump -r - -w - --time-stamp-precision=nano < "$fixtures/four-way-close/client.pcap" > a.pcap 2> /dev/null
	need editcap mergecap
	editcap -F nsecpcap -t 2 a.pcap b.pcap
	mergecap -F nsecpcap -w both.pcap a.pcap b.pcap
	"$ladder" --svg both.pcap > both.svg
	grep -q '<rect class="fold"' both.svg
	grep -qE '>1[0-9]{3} ms</text>' both.svg
	grep -q 'quiet for so long; all else is to scale' both.svg
	run ! grep -q 'class="fold"' <("$ladder" --svg "$fixtures/four-way-close" | sed '1,/<\/style>/d')
}

@test "what was lost ends in a cross, what was met on its way in two halves, and both are told" {
	run cat "$fixtures/fast-retransmit.ladder"
	like "$output" '*── ACK seq 1449 ack 1 len 1448 ─*✗*wire: lose=data,nth=2,from=client*'
	like "$output" '*(duplicate ACK 1)*(duplicate ACK 2)*(duplicate ACK 3)*(retransmission, * ms after the last)*'
	run cat "$fixtures/simultaneous-close.ladder"
	like "$output" '*FIN ACK seq 7 ack 7 ── (FIN_WAIT1)*FIN ACK seq 7 ack 7 ─*▶ (CLOSING)*CLOSING ◀ FIN ACK seq 7 ack 7 ─*╌*'
}

@test "a segment that came out of order ends nothing before its turn: FIN waits for the data" {
	# what the server saw: SYN, FIN (seq 7), then the data before it (1 to 6)
	{
		printf '%s\tclient\t%s\t%s\t1\t%s\t%s\t%s\t%s\t64\t1:2\t\t\n' \
			1 leave 1 SYN 0 '' 0 4 leave 3 'PSH ACK' 1 1 6 5 leave 4 'FIN ACK' 7 1 0
		printf '%s\tserver\t%s\t%s\t1\t%s\t%s\t%s\t%s\t64\t1:2\t\t\n' \
			2 arrive 1 SYN 0 '' 0 3 leave 2 'SYN ACK' 0 1 0 \
			6 arrive 4 'FIN ACK' 7 1 0 7 arrive 3 'PSH ACK' 1 1 6
	} | sort -n > events
	for awk in $(every_awk); do
		with_awk $awk awk -f "$root/scripts/lib/timeline/rfc9293.awk" events | cut -f 14 | tail -n 2 > states
		equal "$(cat states)" $'ESTABLISHED\nCLOSE_WAIT'
	done
}

@test "so is the normal form, and in any time zone" {
	for awk in $(every_awk); do
		TZ=Asia/Shanghai with_awk $awk sh "$root/scripts/lib/timeline/timeline.sh" "$fixtures/four-way-close" > timeline
		with_awk $awk awk -f "$root/scripts/lib/promise/segments.awk" timeline |
			diff <(grep '^[<>]' "$root/scripts/demos/four-way-close.sh") -
	done
}

@test "one capture alone has no second clock, and all states are inferred" {
	run env LC_ALL=C.UTF-8 "$ladder" "$fixtures/four-way-close/client.pcap"
	equal "$status" 0
	grep -q '(ESTABLISHED)' <<< "$output"
	like "${lines[0]}" '     ms  client 192.0.2.1:40000 *server 192.0.2.2:9000'
	equal "$(grep -c '▶\|◀' <<< "$output")" "$(grep -c '^[<>]' "$root/scripts/demos/four-way-close.sh")"
}

@test "on one address, 127.0.0.1, ports tell the ends apart" {
	"$root/scripts/lab" -4 sh -c '
		on client tcpdump -U --immediate-mode -ni lo -w - > lo.pcap 2> recorder &
		until grep -q listening recorder; do :; done
		on client tcp_server -n 1 127.0.0.1 9000 2> log &
		until grep -q listening log; do :; done
		echo hello | on client tcp_client 127.0.0.1 9000
		until tcpdump -nr lo.pcap 2> /dev/null | grep -q "Flags.*seq 7, ack 8"; do
			[ $((tries += 1)) -lt 200 ] || break
		done'
	run env LC_ALL=C "$ladder" lo.pcap
	grep -q -- '-- SYN seq 0 -*>$' <<< "$output"
	grep -q -- '(ESTABLISHED) <-* SYN ACK seq 0 ack 1 -- (SYN_RCVD)' <<< "$output"
}

@test "two captures, given by hand, have both clocks" {
	run env LC_ALL=C.UTF-8 "$ladder" "$fixtures/four-way-close/client.pcap" "$fixtures/four-way-close/server.pcap"
	equal "$status" 0
	like "${lines[0]}" '*server 192.0.2.2:9000 *ms'
}

@test "without UTF-8 it is ASCII; never a byte that a terminal could obey" {
	cp -r "$fixtures/four-way-close" hostile
	printf '06:07:13.000001 tcp_client recv(3\033[31m\233\n' >> hostile/client.tcp_client.1.log
	printf '2026-11-24 06:07:13 +0000 $ tcp_client \033]0;title\007 \342\200\256\n' >> hostile/client.tcp_client.1.log
	LC_ALL=C "$ladder" hostile > out
	run ! env LC_ALL=C grep -q '[^ -~]' out
	LC_ALL=C.UTF-8 "$ladder" hostile > out
	run ! env LC_ALL=C grep -q "[$(printf '\001-\010\013-\037\177')]" out
	grep -q 'tcp_client ?\]0;title? ???$' out
}

@test "colour is for terminals" {
	need script
	run "$ladder" "$fixtures/four-way-close"
	run ! grep -q $'\033' <<< "$output"
	script -qec "'$ladder' '$fixtures/four-way-close'" /dev/null < /dev/null > out
	grep -q $'\033\[36m' out
	NO_COLOR=1 script -qec "'$ladder' '$fixtures/four-way-close'" /dev/null < /dev/null > out
	run ! grep -q $'\033' out
}

@test "no line is wider than --width, from 80 columns on" {
	for width in 80 100 120 200; do
		LC_ALL=C "$ladder" --width $width "$fixtures/four-way-close" > out
		awk -v width=$width 'length > width { print length, $0; bad = 1 } END { exit bad }' out
	done
}

@test "what cannot be read is told" {
	run --separate-stderr "$ladder" nowhere
	equal "$status $stderr" '1 ladder: nowhere: no such file or folder'
	echo 'not a capture' > text.pcap
	run --separate-stderr "$ladder" text.pcap
	equal "$status" 1
	like "$stderr" 'ladder: text.pcap: *'
	for arguments in '' '--svg' '--width' '--width 10 x' '--width x x' '-z x' 'a b c'; do
		run --separate-stderr "$ladder" $arguments
		equal "$arguments: $status" "$arguments: 2"
	done
	run "$ladder" -h
	like "$output" '*usage: scripts/ladder *'
}

@test "a capture cut short is drawn as far as it goes, and told" {
	head -c 1000 "$fixtures/four-way-close/client.pcap" > short.pcap
	run --separate-stderr "$ladder" short.pcap
	grep -q 'SYN seq 0' <<< "$output"
	like "$stderr" 'ladder: short.pcap: *truncated*'
}

@test "neither midnight nor six in the morning between two segments turns the ladder upside down" {
	need editcap # shifts the fixture: its SYN leaves 30 ms before
	first=$(tcpdump -tt -nr "$fixtures/four-way-close/client.pcap" -c 1 2> /dev/null | cut -d ' ' -f 1)
	for time in 86400 21600; do
		shift=$(awk -v first="$first" -v time=$time 'BEGIN { printf "%.6f", time - 0.03 - first % 86400 }')
		for host in client server; do
			editcap -F nsecpcap -t "$shift" "$fixtures/four-way-close/$host.pcap" $host.pcap
		done
		for awk in $(every_awk); do
			with_awk $awk sh "$root/scripts/lib/timeline/timeline.sh" client.pcap server.pcap > timeline
			with_awk $awk awk -f "$root/scripts/lib/promise/segments.awk" timeline |
				diff <(grep '^[<>]' "$root/scripts/demos/four-way-close.sh") -
			awk -F '\t' -v time=$time '$1 == "segment" && $4 > time' timeline | grep -q .
		done
	done
}

@test "a signal ends its filters, too" {
	many 20000
	for signal in TERM INT HUP; do
		start told env --default-signal=INT "$ladder" many.pcap
		wait_for 'its filters' eval "pgrep -f '$PWD/many.pcap|ladder.*many.pcap|follow.awk' > /dev/null"
		kill -$signal "$pid"
		wait_for "the end after $signal" eval "! kill -0 $pid 2> /dev/null"
		wait_for 'the end of its filters' eval "! pgrep -f 'scripts/ladder .*-- many.pcap' > /dev/null"
	done
}
