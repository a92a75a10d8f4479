#!/usr/bin/env bats
# The ladder draws recorded fixtures, also as pictures.

load helper

ladder=$root/scripts/ladder
fixtures=$BATS_TEST_DIRNAME/fixtures

# segments FOLDER: prints how many segments its timeline has.
segments() {
	"$ladder" --events "$1" | grep -c ^segment
}

@test "the ladder of a recorded demo is the one that was looked at, at 80 columns" {
	for fixture in four-way-close fast-retransmit simultaneous-close; do
		LC_ALL=C.UTF-8 "$ladder" --width 80 "$fixtures/$fixture" | diff "$fixtures/$fixture.ladder" -
	done
}

@test "as many arrows are in its picture, and in Mermaid's, as segments were sent" {
	for fixture in four-way-close fast-retransmit simultaneous-close; do
		"$ladder" --svg "$fixtures/$fixture" > $fixture.svg
		"$ladder" --mermaid "$fixtures/$fixture" > $fixture.mermaid
		equal "$(grep -cE '(->>|-x)[cs]1: ' $fixture.mermaid)" "$(segments "$fixtures/$fixture")"
		equal "$(grep -c '^from the ' <(sed 's/<desc>//' $fixture.svg))" "$(segments "$fixtures/$fixture")"
		equal "$(grep -c '<g class="segment .*<title>segment [0-9]*, left at ' $fixture.svg)" "$(segments "$fixtures/$fixture")"
	done
	grep -q '^    c1-xs1: ACK seq 1449 ack 1 len 1448 (wire: lose=data,nth=2,from=client)$' fast-retransmit.mermaid
	grep -q '^    Note over c1,s1: client$ tcp_client server 9000$' fast-retransmit.mermaid
	# a call is drawn once, a state where it changes, and the picture is no taller than the text
	grep -q '^    Note left of c1: recv(3) = 133<br/>close(3) = 0<br/>(FIN_WAIT1)$' four-way-close.mermaid
	grep -q '^    c1->>s1: (1) FIN ACK seq 1467 ack 267$' four-way-close.mermaid
	[ "$(wc -l < four-way-close.mermaid)" -le "$(wc -l < "$fixtures/four-way-close.ladder")" ]
}

@test "a legend has only the signs that are in its picture" {
	capture answer.pcap <<< '1.0 192.0.2.2:9000 > 192.0.2.1:40000 SA seq 9 ack 2'
	"$ladder" --svg answer.pcap > answer.svg
	equal "$(sed -n 's/.*class="key".*>from the \(.*\)<.*/\1/p' answer.svg)" server
}

# arrows PICTURE: prints for each arrow with both ends when it left and arrived, and its heights.
arrows() {
	sed -n 's/.*<title>segment [0-9]*, left at \([-0-9.]*\) ms, arrived at \([-0-9.]*\) ms<\/title>/\1 \2/p
		s/^<path class="shaft" d="M[-0-9.]* \([-0-9.]*\)L[-0-9.]* \([-0-9.]*\)".*/\1 \2/p' "$1" |
		awk 'NF == 2 { if (text == "") text = $0; else { print text, $0; text = "" } }'
}

@test "the picture's time runs down, for both hosts alike, to scale but where that hides an event" {
	for fixture in four-way-close simultaneous-close; do
		"$ladder" --svg "$fixtures/$fixture" | sed '/<\/g>$/!b; /class="legend/q' > picture.svg
		arrows picture.svg | head -n "$(segments "$fixtures/$fixture")" > arrows
		equal "$(wc -l < arrows)" "$(segments "$fixtures/$fixture")"
		awk '{ print $1, $3; print $2, $4 }' arrows | sort -n | awk '
			$2 < y { print "not after what was before:", $0; bad = 1 }
			$2 - y + 1 < 2.6 * ($1 - t) && NR > 1 { print "smaller than to scale:", $0, t, y; bad = 1 }
			{ t = $1; y = $2 }
			END { exit bad }'
	done
}

@test "a quiet stretch is folded, the longer the higher, and marked so" {
	for pause in 1 2; do
		capture fold.pcap <<- END
		1.00 192.0.2.1:1 > 192.0.2.2:2 S seq 1
		1.02 192.0.2.2:2 > 192.0.2.1:1 SA seq 1 ack 2
		1.03 192.0.2.1:1 > 192.0.2.2:2 A seq 2 ack 2
		$((pause + 1)).03 192.0.2.1:1 > 192.0.2.2:2 FA seq 2 ack 2
		END
		"$ladder" --svg fold.pcap > fold.svg
		grep -q ">$pause s</text>" fold.svg
		grep -q 'nothing happens for this time' fold.svg
		sed -n 's/^<rect class="fold".* height="\([0-9.]*\)".*/\1/p' fold.svg | head -n 1
	done > heights
	[ "$(sed -n 1p heights | cut -d . -f 1)" -lt "$(sed -n 2p heights | cut -d . -f 1)" ]
	run ! grep -q '^<rect class="fold"' <("$ladder" --svg "$fixtures/four-way-close")
}

@test "what was lost ends in a cross, what was met on its way in two halves, and both are told" {
	run cat "$fixtures/fast-retransmit.ladder"
	like "$output" '*── ACK seq 1449 ack 1 len 1448 ─*✗*wire: lose=data,nth=2,from=client*'
	like "$output" '*(duplicate ACK 1)*(duplicate ACK 2)*(duplicate ACK 3)*(fast retransmission, * ms after the last)*'
	run cat "$fixtures/simultaneous-close.ladder"
	like "$output" '*FIN ACK seq 7 ack 7 ── (FIN_WAIT1)*FIN ACK seq 7 ack 7 ─*▶ (CLOSING)*\(CLOSING\) ◀ FIN ACK seq 7 ack 7 ─*╌*recv\(3\) = 0  CLOSING*'
}

@test "the normal form is what was promised, in any time zone" {
	TZ=Asia/Shanghai "$ladder" --segments "$fixtures/four-way-close" |
		diff <(sed -n '/^[<>]/{s/  # [1-3]$//;p}' "$root/scripts/demos/four-way-close.sh") -
}

@test "one capture alone has no second clock, and all states are inferred" {
	run env LC_ALL=C.UTF-8 "$ladder" "$fixtures/four-way-close/client.pcap"
	equal "$status" 0
	grep -q '(ESTABLISHED)' <<< "$output"
	like "${lines[0]}" *'ms  client 192.0.2.1:40000 '*'server 192.0.2.2:9000'
	equal "$(grep -c '▶\|◀' <<< "$output")" "$(grep -c '^[<>]' "$root/scripts/demos/four-way-close.sh")"
}

@test "on one address, 127.0.0.1, ports tell the ends apart" {
	"$root/scripts/lab" -4 sh -c '
		: > recorder
		on client tcpdump -U --immediate-mode -ni lo -w - > lo.pcap 2> recorder &
		until grep -q listening recorder; do :; done
		: > log
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
	export TERM=xterm
	script -qec "'$ladder' '$fixtures/four-way-close'" /dev/null < /dev/null > out
	grep -q $'\033\[36m' out
	TERM=dumb script -qec "'$ladder' '$fixtures/four-way-close'" /dev/null < /dev/null > out
	run ! grep -q $'\033' out
	NO_COLOR=1 script -qec "'$ladder' '$fixtures/four-way-close'" /dev/null < /dev/null > out
	run ! grep -q $'\033' out
}

@test "no line is wider than --width, from 80 columns on" {
	for width in 80 100 120 200; do
		LC_ALL=C "$ladder" --width $width "$fixtures/four-way-close" > out
		awk -v width=$width 'length > width { print length, $0; bad = 1 } END { exit bad }' out
	done
}

@test "a narrow terminal gets the narrowest ladder, not that of no terminal" {
	need script
	"$ladder" --width 60 "$fixtures/four-way-close" > narrow
	for columns in 59 20; do
		TERM=dumb script -qec "stty cols $columns; '$ladder' '$fixtures/four-way-close'" /dev/null < /dev/null | tr -d '\r' > out
		diff narrow out
	done
}

@test "it draws where no folder can be written to" {
	space='--mount'
	[ "$(id -u)" -eq 0 ] || space="--user --map-current-user --keep-caps $space"
	unshare $space sh -c 'mount --bind /tmp /tmp && mount -o remount,bind,ro /tmp && exec "$@"' sh \
		"$ladder" "$fixtures/four-way-close" > out
	diff <("$ladder" "$fixtures/four-way-close") out
}

@test "what cannot be read is told" {
	run --separate-stderr "$ladder" nowhere
	equal "$status $stderr" '1 ladder: nowhere: no such file or folder'
	echo 'not a capture' > text.pcap
	run --separate-stderr "$ladder" text.pcap
	equal "$status" 1
	like "$stderr" 'ladder: text.pcap: *'
	for arguments in '' '--svg' '--width' '--width 10 x' '--width x x' '-z x' '--connection 0 x' '--from -1 x'; do
		run --separate-stderr "$ladder" $arguments
		equal "$arguments: $status" "$arguments: 2"
	done
	run "$ladder" -h
	like "$output" 'usage: ladder *--svg*'
}

# conversation KIND: prints 20,000 segments of such a connection, for capture.
conversation() {
	awk -v kind="$1" 'BEGIN {
		client = "192.0.2.1:40000 > 192.0.2.2:9000 A"
		server = "192.0.2.2:9000 > 192.0.2.1:40000 A"
		for (i = 0; i < 20000; i++) {
			if (kind == "gap" && i == 6) continue
			data = 1 + 1000 * (kind == "again" ? 0 : kind == "backwards" ? 20000 - i : kind == "holes" ? 2 * i : i / 2)
			if (kind == "whole" || kind == "gap")
				told = i % 2 == 0 ? client " seq " data " ack 1 len 1000" : \
					server " seq 1 ack " (kind == "gap" && i > 6 ? 3001 : data + 500)
			else
				told = client " seq " data " ack 1 len 1000"
			printf "%.4f %s\n", 1 + i / 10000, told
		}
	}'
}

@test "what is missing, came twice or came backwards costs no more than it does to tell" {
	for kind in whole gap holes again backwards; do
		conversation $kind | capture $kind.pcap
		for run in 1 2 3; do
			TIMEFORMAT=%U bash -c 'time "$@" > /dev/null' - "$ladder" --all $kind.pcap 2>> $kind.seconds
		done
	done
	for kind in gap holes again backwards; do # 1.3 to 1.8 times on an idle machine; quadratic time was 500 times
		awk '{ if (!(FILENAME in least) || $1 < least[FILENAME]) least[FILENAME] = $1 }
			END { exit !(least[ARGV[2]] < 2.5 * least[ARGV[1]]) }' whole.seconds $kind.seconds ||
			{ head *.seconds; false; }
	done
}

@test "a capture in a format that is neither pcap nor pcapng is tcpdump's, or told with its remedy" {
	echo 'not a capture' > text.pcap
	run --separate-stderr "$ladder" text.pcap
	equal "$status $stderr" '1 ladder: text.pcap: tcpdump: unknown file format
remedy: it is neither pcap nor pcapng; editcap -F pcap may be able to convert it'
	run --separate-stderr env PATH=/nowhere "$build/ladder" text.pcap
	equal "$status $stderr" '1 ladder: text.pcap: tcpdump: No such file or directory
remedy: run scripts/setup'
	capture old.pcap <<< '1.0 192.0.2.1:5 > 192.0.2.2:6 udp len 5'
	printf '\3\0' | dd of=old.pcap bs=1 seek=6 conv=notrunc status=none # of version 2.3
	"$ladder" old.pcap | grep -q UDP
}

@test "no instrument's message has a control character of a name in it" {
	name=$(printf 'a\033[31mb\177')
	for command in ladder 'ladder --width' 'ladder --expect' wire\ -d socktrace 'socktrace -d'; do
		run ! "$build/"$command "$name" "$fixtures/four-way-close"
		like "$output" '*a[?]\[31mb[?]*'
		equal "$(printf '%s' "$output" | LC_ALL=C tr -cd '\001-\011\013-\037\177')" ''
	done
}
