#!/usr/bin/env bats
# What the ladder draws from captures that tests/packets.c makes. Here the ladder runs under
# AddressSanitizer and UBSan.

load helper

ladder=${BATS_FILE_TMPDIR-}/ladder
setup_file() {
	cc -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all \
		-o "$BATS_FILE_TMPDIR/ladder" "$BATS_TEST_DIRNAME"/../lab/ladder/{,*/}*.c -lm
}
c='192.0.2.1:40000 > 192.0.2.2:9000' # c: from the client; s: from the server
s='192.0.2.2:9000 > 192.0.2.1:40000'

# ladder ARGUMENT...: prints what it draws, in UTF-8; also into the file `drawn`.
ladder() {
	LC_ALL=C.UTF-8 "$ladder" "$@" > drawn
	cat drawn
}

drawn() { # LINE...: checks that `drawn` has each regular expression; spaces count as one
	local line
	for line; do
		tr -s ' ' < drawn | grep -qE -- "$line" || { echo "not drawn: $line"; cat drawn; return 1; }
	done
}

# notes [FILE]...: prints the notes of each segment.
notes() {
	"$ladder" --events "$@" | awk -F '\t' '$1 == "segment" { print $13 }'
}

@test "each kind of link, and what may stand between it and TCP, is read" {
	for link in 0 1 9 50 51 101 104 113 166 204 239 276 0x24000001; do
		for order in '' -b; do
			capture one.pcap $order -l $link <<- END
			1.0 $c S seq 7
			1.1 [2001:db8::1]:40000 > [2001:db8::2]:9000 udp len 5 ext
			END
			ladder one.pcap
			drawn 'SYN seq 0 ' 'UDP len 5 '
		done
	done
	for words in vlan pppoe 'vlan pppoe' 'mpls 1' 'vlan mpls 3' llc 'vlan llc' ah 'pppoe ah'; do
		capture one.pcap <<- END
		1.0 $c S seq 7 $words
		1.1 [2001:db8::1]:40000 > [2001:db8::2]:9000 udp len 5 $words
		END
		ladder one.pcap
		drawn 'SYN seq 0 ' 'UDP len 5 '
	done
	capture one.pcap -l 113 <<< "1.0 $c S seq 7 llc"
	ladder one.pcap
	drawn 'SYN seq 0 '
}

# as_read FILE: prints frame, time, port, sequence number and length of each segment.
as_read() {
	"$ladder" --json --absolute "$1" | sed -nE \
		's/.*"sent":([0-9.]+),.*"from":"[^"]*:([0-9]+)".*"sent_frame":([0-9]+),.*"len":([0-9]+),.*"absolute_seq":([0-9]+),.*/\3 \1 \2 \5 \4/p' | sort -n
}

as_tshark_reads() {
	tshark -nr "$1" -T fields -E separator=' ' -e frame.number -e frame.time_epoch -e tcp.srcport -e tcp.seq_raw \
		-e tcp.len tcp 2> /dev/null
}

# some WORD...: prints four segments, three of IPv4 and one of IPv6, each with these words.
some() {
	printf '%s\n' "1.000000123 $c S seq 7 $*" "1.5 $s SA seq 9 ack 8 $*" \
		"2.000001 [2001:db8::1]:40000 > [2001:db8::2]:9000 A seq 70 ack 1 len 10 $*" "3 $c PA seq 8 ack 10 text hello $*"
}

# all_kinds: prints a conversation for each link type and tag, in both byte orders.
all_kinds() {
	local order link words port=40000 links=(0 1 9 50 51 101 104 113 204 239 276)
	talk() { # WORD...: each time with another port
		port=$((port + 1))
		some "$@" | sed "s/:40000/:$port/"
	}
	for order in little big; do
		echo "section $order"
		printf 'interface %d 0 9 0\n' "${links[@]}"
		for link in "${!links[@]}"; do talk on "$link"; done
		for words in vlan pppoe 'vlan pppoe' 'mpls 1' 'mpls 3' llc 'vlan llc' ah; do talk "$words on 1"; done
		talk llc on 7
	done
}

@test "what it reads of each kind of link and tag is what tshark reads" {
	need tshark
	all_kinds | capture all.pcapng -f ng
	some | capture us.pcap -f us
	some | capture patched.pcap -b -f patched
	some | capture fcs.pcap -l 0x24000001
	for file in all.pcapng *.pcap; do
		as_read $file > read
		diff read <(as_tshark_reads $file) || { echo "$file"; false; }
		equal "$file $(wc -l < read)" "$file $([ $file = all.pcapng ] && echo 160 || echo 4)"
	done
}

# pcapng FILE [LINES]: makes two sections in different byte orders, with different interfaces.
pcapng() {
	capture "$1" -f ng <<- END
	section little
	interface 1 0 6 0
	interface 101 65535 9 0
	interface 239 96 0x94 0
	block 5
	1.0 $c S seq 7 on 0
	1.5 $s SA seq 9 ack 8 on 1
	2.25 $c A seq 8 ack 10 on 2
	block 10
	section big
	interface 9 0 3 2
	interface 1 60 12 1
	interface 239 0 9 0
	3.125 $c PA seq 8 ack 10 text hello on 0
	block 9
	block 2989
	4.000001 $s A seq 10 ack 14 old on 1
	5.5 $s FA seq 10 ack 14 on 2
	$2
	END
}

@test "pcapng: each section and interface has its own byte order, link, clock and offset" {
	pcapng several.pcapng
	PATH=/nowhere "$ladder" --events several.pcapng > events
	equal "$(awk -F '\t' '$1 == "segment" { print $4, $8, $9, $11 }' events)" '1.000000000 SYN 0 0
1.500000000 SYN ACK 0 0
2.250000000 ACK 1 0
3.125000000 PSH ACK 1 6
4.000001000 ACK 1 0
5.500000000 FIN ACK 1 0'
	# a simple block has no time and no interface; the first interface's snapshot length cuts it
	capture simple.pcapng -f ng <<- END
	section big
	interface 1 60 6 0
	1 $c A seq 7 ack 1 len 10 simple cut 60
	END
	ladder --events simple.pcapng > events
	equal "$(awk -F '\t' '$1 == "segment" { print $4, $8, $11 }' events)" '0.000000000 ACK 10'
	# times too large for 64 bits of nanoseconds, and ticks shorter than a nanosecond
	for resolution in 0 9 19 20 29 30 127 0x80 0xa0 0xa1 0xc0 0xff; do
		capture times.pcapng -f ng <<- END
		section little
		interface 1 0 $resolution 1
		1 $c S seq 7
		END
		printf '\377\377\377\377' | dd of=times.pcapng bs=1 seek=92 conv=notrunc status=none # the upper half of the time
		ladder --events times.pcapng > events
		equal "$resolution $(grep -c '^segment' events)" "$resolution 1"
	done
}

@test "frames of pcapng are numbered as Wireshark numbers them, over all sections and interfaces" {
	need tshark
	pcapng several.pcapng
	diff <(as_read several.pcapng) <(as_tshark_reads several.pcapng)
}

@test "what mergecap has made of several captures is drawn" {
	need mergecap
	capture ethernet.pcap <<< "1.0 $c S seq 7"
	capture raw.pcap -l 101 <<< "1.1 $s SA seq 9 ack 8"
	mergecap -F pcapng -w both.pcapng ethernet.pcap raw.pcap
	ladder both.pcapng
	drawn 'SYN seq 0 ' 'SYN ACK seq 0 ack 1 '
	run --separate-stderr "$ladder" both.pcapng port 9000 # tcpdump cannot filter this; the remedy works
	equal "$status" 1
	like "$stderr" 'ladder: both.pcapng: tcpdump: *different from the type of the first*
remedy: try without FILTER *'
}

@test "a plain capture is read without any other program, and without a FILTER" {
	for format in us ns patched; do
		for order in '' -b; do
			some | capture one.pcap $order -f $format
			LC_ALL=C.UTF-8 PATH=/nowhere "$ladder" one.pcap > drawn
			drawn 'SYN seq 0 ' 'len 6 '
		done
	done
	LC_ALL=C.UTF-8 PATH=/nowhere "$ladder" - < one.pcap > drawn
	drawn 'SYN seq 0 '
	for filter in tcp 'port 9000'; do
		run --separate-stderr env PATH=/nowhere "$ladder" one.pcap $filter
		equal "$status $stderr" '1 ladder: one.pcap: tcpdump: No such file or directory
remedy: run scripts/setup'
	done
}

@test "what gzip has compressed is read, from a file or standard input, with a filter, too" {
	some | capture one.pcap
	pcapng several.pcapng
	gzip -k one.pcap several.pcapng
	for file in one.pcap several.pcapng; do
		diff <("$ladder" --events $file) <("$ladder" --events $file.gz)
		diff <("$ladder" --events $file) <("$ladder" --events - < $file.gz)
		diff <("$ladder" --events $file) <(cat $file.gz | "$ladder" --events -)
	done
	diff <("$ladder" --events one.pcap src port 40000) <(cat one.pcap.gz | "$ladder" --events - src port 40000)
	mkdir folder
	cp one.pcap.gz folder/client.pcap
	diff <("$ladder" --events one.pcap) <("$ladder" --events folder)
}

@test "a filter that does not apply says so at once, and leaves nothing running" {
	some | capture one.pcap
	mkfifo pipe
	{ cat one.pcap; exec sleep 60; } > pipe 3>&- &
	writer=$!
	run --separate-stderr timeout 20 "$ladder" - 'port port' < pipe
	kill $writer
	equal "$status $stderr" "1 ladder: -: tcpdump: can't parse filter expression: syntax error"
	equal "$(pgrep -P $$ -f 'ladder|tcpdump' || :)" ''
	for filter in 'port 99' 'vlan and port 9000'; do
		run --separate-stderr "$ladder" one.pcap $filter
		equal "$status $stderr" "1 ladder: one.pcap: no frame in it matches the filter '$filter'"
	done
}

@test "where a filter does not see, the remedy is told, and it helps" {
	for words in vlan 'vlan pppoe' 'mpls 1' 'mpls 2'; do
		some "$words" | capture one.pcap
		run --separate-stderr "$ladder" one.pcap port 9000
		equal "$status" 1
		like "$stderr" "ladder: one.pcap: no frame in it matches the filter 'port 9000'
remedy: a filter looks behind a tag only if it names it: '*'"
		remedy=${stderr##*names it: \'}
		ladder one.pcap "${remedy%\'}"
		drawn 'SYN seq 0 ' 'len 6 '
		remedy=${remedy/9000*/99)}
		run --separate-stderr "$ladder" one.pcap "$remedy"
		equal "$stderr" "ladder: one.pcap: no frame in it matches the filter '$remedy'"
	done
	for words in llc ah; do
		some $words | capture one.pcap
		run --separate-stderr "$ladder" one.pcap port 9000
		like "$status $stderr" '1 *
remedy: leave FILTER out: *'
	done
	some | capture one.pcap -l 239
	run --separate-stderr "$ladder" one.pcap port 9000
	like "$status $stderr" '1 *NFLOG *not implemented
remedy: try without FILTER *'
}

@test "of a capture of which a part cannot be read that is drawn which can, the rest told, status 1" {
	some | capture whole.pcap # 24 bytes, and 16 + 54, 16 + 54, ...
	partly() { # FILE REASON
		run --separate-stderr "$ladder" "$1"
		equal "$status $stderr" "1 ladder: $1: $2"
		grep -q 'SYN ACK seq 0 ack 1 ' <<< "$output"
	}
	head -c 170 whole.pcap > short.pcap
	partly short.pcap 'truncated: it ends at byte 170, with 2 whole frames'
	cat short.pcap | partly - 'truncated: it ends at byte 170, with 2 whole frames'
	{ head -c 172 whole.pcap; printf '\1\0\4\0'; head -c 100000 /dev/zero; } > huge.pcap
	partly huge.pcap 'frame 3 says that it has 262145 bytes: at most 262144 are possible'
	{ head -c 172 whole.pcap; printf '\377\377\377\377'; } > endless.pcap
	partly endless.pcap 'truncated: it ends at byte 176, with 2 whole frames'
	gzip < whole.pcap | head -c 140 > cut.pcap.gz
	run --separate-stderr "$ladder" cut.pcap.gz
	like "$status $stderr" '1 ladder: cut.pcap.gz: truncated: *; gzip: *unexpected end of file'
	start="section little
	interface 1 0 6 0
	1.0 $c S seq 7
	1.5 $s SA seq 9 ack 8"
	capture whole.pcapng -f ng <<< "$start"
	size=$(wc -c < whole.pcapng)
	head -c $((size - 2)) whole.pcapng > end.pcapng
	partly end.pcapng "truncated: it ends at byte $((size - 2)), with 2 whole frames"
	{ cat whole.pcapng; printf '\6\0\0\0\3\0\0\0\0\0\0\0'; } > odd.pcapng
	partly odd.pcapng 'the block after frame 2 says that it has 3 bytes: fewer than 12, or no multiple of 4'
	{ cat whole.pcapng; printf '\6\0\0\0\20\0\0\0\0\0\0\0\20\0\0\0'; } > small.pcapng
	run --separate-stderr "$ladder" small.pcapng
	like "$status $stderr" '1 ladder: small.pcapng: *'
	capture nowhere.pcapng -f ng <<< "$start
	1.6 $c A seq 8 ack 10 on 1"
	partly nowhere.pcapng 'frame 3 is of interface 1, which is not described'
	{ cat whole.pcapng; head -c 80 /dev/zero; } > zero.pcapng
	partly zero.pcapng 'the block after frame 2 says that it has 0 bytes: fewer than 12, or no multiple of 4'
	head -c $((size - 4)) whole.pcapng > sizes.pcapng
	printf '\1\2\0\0' >> sizes.pcapng
	run --separate-stderr "$ladder" sizes.pcapng # all bytes are there
	equal "$status $stderr" '1 ladder: sizes.pcapng: the block after frame 2 has different sizes at its beginning and its end'
	mkdir folder
	cp short.pcap folder/client.pcap
	cp whole.pcap folder/server.pcap
	run --separate-stderr "$ladder" folder
	equal "$status $stderr" '1 ladder: folder/client.pcap: truncated: it ends at byte 170, with 2 whole frames'
}

@test "where nothing can be drawn there is a reason, and status 1" {
	nothing() { # FILE REASON
		for view in '' --json; do
			run --separate-stderr "$ladder" $view "$1"
			equal "$status $output $stderr" "1  ladder: $1: $2"
		done
	}
	: > empty.pcap
	nothing empty.pcap 'the file is empty'
	capture none.pcap < /dev/null
	nothing none.pcap 'no frame is in it'
	nothing - 'the file is empty' < /dev/null
	capture none.pcapng -f ng <<< 'section little'
	nothing none.pcapng 'no frame is in it'
	capture discard.pcap <<< '1 10.0.0.1:5 > 10.0.0.2:9 udp len 1'
	nothing discard.pcap 'only datagrams to port 9 (discard) are in it, which are left out'
	head -c 30 discard.pcap > short.pcap
	nothing short.pcap 'truncated: it ends at byte 30, with 0 whole frames'
	mkdir none few
	nothing none 'no capture is in it'
	cp none.pcap few/client.pcap
	nothing few 'no frame is in it'
	echo '2026-11-24 06:07:13 +0000 $ true' > few/client.true.1.log
	nothing few 'no frame and no call is in it'
	mkdir folder.pcap
	mkdir -p of/client.pcap
	nothing of/client.pcap 'no capture is in it'
	nothing of 'Is a directory' || like "$stderr" 'ladder: of/client.pcap: Is a directory'
}

@test "a capture that grows is drawn as it grows, in pieces of any size" {
	pcapng several.pcapng
	some | capture one.pcap
	for file in one.pcap several.pcapng; do
		mkdir $file.d
		: > $file.d/client.pcap
		start $file.log env ASAN_OPTIONS=detect_leaks=0 "$ladder" --live $file.d
		for ((at = 0; at < $(wc -c < $file); at += 17)); do
			dd if=$file bs=1 skip=$at count=17 status=none >> $file.d/client.pcap
		done
		all() { [ "$(grep -c 'seq' $file.log.out)" -ge 4 ]; }
		wait_for 'all segments' all
		kill -INT $pid
		ends $pid
		equal "$(cat $file.log)" ''
	done
	mkdir damaged
	{ cat one.pcap; head -c 16 /dev/zero | tr '\0' '\377'; } > damaged/client.pcap
	start damaged.log env ASAN_OPTIONS=detect_leaks=0 "$ladder" --live damaged
	ends $pid 1
	grep -q 'len 6' damaged.log.out
	like "$(cat damaged.log)" 'ladder: damaged/client.pcap: frame 5 says that it has 4294967295 bytes: *'
}

@test "what is not drawn is counted, by reason" {
	capture one.pcap <<- END
	1.0 $c S seq 7
	1.1 $c A type 0806
	1.2 $c A proto 47
	1.3 $c A proto 47
	1.4 192.0.2.1:5 > 192.0.2.2:4789 udp len 0
	1.5 $c A seq 8 ack 1 len 100 cut 40
	1.6 192.0.2.1:5 > 192.0.2.2:6 udp frag 800 id 9
	END
	ladder one.pcap
	drawn '^1 not drawn: ARP$' '^2 not drawn: tunnel \(GRE\)$' '^1 not drawn: cut short by the snapshot length$' \
		'^1 not drawn: later fragment, its first is not in the capture$'
	capture two.pcap <<< "1.1 $c A type 0806"
	run --separate-stderr "$ladder" two.pcap
	equal "$status $stderr" '1 ladder: two.pcap: nothing in it can be drawn: 1 ARP'
	capture three.pcap -l 195 <<< "1.0 $c S seq 7"
	run --separate-stderr "$ladder" three.pcap
	equal "$status $stderr" '1 ladder: three.pcap: nothing in it can be drawn: 1 link type that is not known here'
}

@test "a datagram in three fragments is one, IP's length 0 is segmentation offload" {
	capture one.pcap <<- END
	1.0 192.0.2.1:5 > 192.0.2.2:6 udp len 3000 more id 7
	1.1 192.0.2.1:5 > 192.0.2.2:6 udp frag 1008 more id 7 len 1000
	1.2 192.0.2.1:5 > 192.0.2.2:6 udp frag 2008 id 7 len 1000
	2.0 $c A seq 1 ack 1 len 20000 zero
	END
	ladder one.pcap
	drawn 'UDP len 3000 ' '\(in 3 fragments\)' 'ACK seq 1 ack 1 len 20000 '
	equal "$(grep -c '▶' drawn)" 2
}

@test "a segment in fragments has the bytes of all, in any order, however many are under way" {
	capture one.pcap <<- END
	1.000 $c A seq 1 ack 1 len 24 more id 1
	1.001 $c A frag 56 len 5 id 2
	1.002 $c A frag 24 more len 32 id 2
	1.003 $c A seq 29 ack 1 len 24 more id 2
	1.004 $c A frag 24 len 20 id 1
	1.010 $s A seq 1 ack 74
	1.020 $c A seq 74 ack 1 len 24 more id 3
	END
	"$ladder" --events one.pcap | awk -F '\t' '$1 == "segment" { print $9, $10, $11, $13 }' > seen
	equal "$(cat seen)" '1 1 28 in 2 fragments
29 1 45 in 3 fragments
1 74 0 
74 1 8 not all of its fragments were captured'
	for i in $(seq 40); do
		echo "1.1 $c A frag 24 len 8 id $((100 + i))"
	done > many
	for i in $(seq 40); do
		echo "1.2 $c A seq $((i * 16)) ack 1 len 24 more id $((100 + i))"
	done >> many
	capture many.pcap < many
	equal "$("$ladder" --events many.pcap | awk -F '\t' '$1 == "segment" { print $11, $13 }' | sort | uniq -c | tr -s ' ')" ' 40 16 in 2 fragments'
}

@test "a fragment that comes twice adds nothing, and is counted" {
	for order in '1 1 2 2 3 3' '1 2 3 1 2 3' '3 3 1 2 1 2'; do
		n=0
		for piece in $order; do
			case $piece in
			1) what="seq 1 ack 1 len 24 more id 1" ;;
			2) what="frag 24 more len 32 id 1" ;;
			3) what="frag 56 len 5 id 1" ;;
			esac
			echo "1.000$((n += 1)) $c A $what"
		done | capture one.pcap
		equal "$order: $("$ladder" --events one.pcap | awk -F '\t' '$1 == "segment" { print $9, $11, $13 }')" \
			"$order: 1 45 in 3 fragments"
		ladder one.pcap
		drawn '^3 not drawn: recorded twice$'
	done
}

@test "who has refused a SYN, and accepts the next, counts from its own" {
	capture one.pcap <<- END
	1.00 $c S seq 100
	1.01 $s RA seq 0 ack 101
	2.00 $c S seq 100
	2.01 $s SA seq 5000 ack 101
	2.02 $c A seq 101 ack 5001
	2.03 $s PA seq 5001 ack 101 len 6
	END
	equal "$("$ladder" --events one.pcap | awk -F '\t' '$1 == "segment" { print $8, $9, $10 }' | tail -n 3)" 'SYN ACK 0 1
ACK 1 1
PSH ACK 1 1'
}

@test "while a capture grows, the rest of a datagram may yet come" {
	capture one.pcap <<- END
	1.0 192.0.2.1:5 > 192.0.2.2:6 udp len 3000 more id 7
	1.1 192.0.2.1:5 > 192.0.2.2:6 udp frag 2008 id 7 len 1000
	1.2 192.0.2.1:5 > 192.0.2.2:6 udp len 8
	END
	mkdir folder
	first=$((24 + 16 + $(od -A n -t u4 -j 32 -N 4 one.pcap)))
	head -c $first one.pcap > folder/capture.pcap
	start told env ASAN_OPTIONS=detect_leaks=0 "$ladder" --live folder
	wait_for 'the first fragment' grep -q 'UDP len 3000' told.out
	tail -c +$((first + 1)) one.pcap >> folder/capture.pcap
	wait_for 'the next datagram' grep -q 'UDP len 8' told.out
	kill -INT $pid
	ends $pid
	equal "$(grep -c 'fragments were captured\|not drawn' told.out) $(cat told)" '0 '
}

@test "what the recorder has twice is one segment, and no retransmission" {
	{
		for i in 1 2; do
			echo "1.000$i $c S seq 0 id 7"
			echo "1.010$i $s SA seq 0 ack 1"
			echo "1.020$i $c PA seq 1 ack 1 len 5 id 8"
			echo "1.030$i $s A seq 1 ack 6 id 9"
		done
	} | sort -n | capture twice.pcap
	ladder twice.pcap
	equal "$(grep -c '▶\|◀' drawn) $(tail -n 1 drawn)" '4 4 not drawn: recorded twice'
	equal "$(notes twice.pcap | tr -d '\n')" ''
	capture once.pcap <<- END
	1.0000 $c A seq 1 ack 1 len 5 id 8
	1.0001 $s A seq 1 ack 1
	1.0002 $s A seq 1 ack 1
	END
	ladder once.pcap
	equal "$(grep -c '▶\|◀' drawn)" 3 # without an IP identification, two segments may be equal
}

@test "a window scale that the snapshot length cuts off is not known, and so no window in bytes" {
	capture cut.pcap <<- END
	1.000 $c S seq 0 win 1000 mss 1460 scale 7 cut 54
	1.010 $s SA seq 0 ack 1 win 1000 mss 1460 scale 7 cut 54
	1.020 $c A seq 1 ack 1 win 500
	END
	"$ladder" --details cut.pcap > drawn
	drawn 'options not captured; window 1000'
	equal "$(grep -c 'window 500\|window scale' drawn || :)" 0
}

@test "time is real: days apart are days, years past 2038 are years, and the clock on request" {
	capture one.pcap <<- END
	4000000000.0 $c S seq 7
	4000000000.500000001 $s SA seq 9 ack 8
	4000000125.0 $c A seq 8 ack 10
	4000007300.0 $c A seq 8 ack 10 len 1
	4000270000.0 $s A seq 10 ack 9
	END
	ladder one.pcap
	drawn '^ 0.0 ' '^ 500.0 ' '^ 2:05.0 ' '^ 2:01:40 ' '^ 3d03h ' '\(quiet for 2 min\)' '\(quiet for 3 days\)'
	TZ=UTC0 "$ladder" --clock one.pcap > drawn
	drawn '^07:06:40.000 ' '^09:08:20.000 '
	"$ladder" --events one.pcap | cut -f 4 | grep -qx '4000000000.500000001'
}

@test "two clocks that differ are told from the segments themselves, and drift, and swapped files" {
	# 10 ms each way; the server's clock is a minute ahead, and gains 100 us in each second
	for n in $(seq 0 20); do
		echo "$((100 + 5 * n)) $((100 + 5 * n)).010 $((60 + 100 + 5 * n)).0105 $n"
	done | awk -v c="$c" -v s="$s" '{
		t = $1
		drift = (t - 100) * 0.0001
		printf "%.6f %s A seq %d ack 1 len 10 id %d\n", t, c, 1 + 10 * $4, $4 + 1 > "client"
		printf "%.6f %s A seq %d ack 1 len 10 id %d\n", t + 60.01 + drift, c, 1 + 10 * $4, $4 + 1 > "server"
		printf "%.6f %s A seq 1 ack %d id %d\n", t + 60.0101 + drift, s, 11 + 10 * $4, $4 + 1 > "server"
		printf "%.6f %s A seq 1 ack %d id %d\n", t + 0.0201, s, 11 + 10 * $4, $4 + 1 > "client"
	}'
	capture client.pcap < client
	capture server.pcap < server
	ladder client.pcap server.pcap
	drawn "^the server's clock is 600[0-9][0-9].[0-9]* ms ahead of the client's \(\+- 10.[0-9]* ms\), and gains (99|100).[0-9] us more in each second"
	equal "$(grep -c '✗\|delivered again\|not in' drawn || :)" 0
	"$ladder" --events client.pcap server.pcap |
		awk -F '\t' '$1 == "segment" { trip = $5 - $4; n++; if (trip < 0.009 || trip > 0.012) { print; bad = 1 } }
			END { exit bad || n != 42 }'
	ladder server.pcap client.pcap
	drawn '^the first capture was taken at the server, the second at the client$' "ahead of the client's" \
		'client 192.0.2.1:40000 server 192.0.2.2:9000'
}

@test "what the other capture cannot have is not called lost" {
	capture client.pcap <<- END
	1.000 $c A seq 1 ack 1 len 10 id 1
	2.000 $c A seq 11 ack 1 len 10 id 2
	2.021 $s A seq 1 ack 21 id 1
	3.000 $c A seq 21 ack 1 len 10 id 3
	4.000 $c A seq 31 ack 1 len 10 id 4
	4.021 $s A seq 1 ack 41 id 2
	9.000 $c A seq 41 ack 1 len 10 id 5
	9.500 192.0.2.1:7 > 203.0.113.9:53 udp len 9
	END
	capture server.pcap <<- END
	2.010 $c A seq 11 ack 1 len 10 id 2
	2.011 $s A seq 1 ack 21 id 1
	4.010 $c A seq 31 ack 1 len 10 id 4
	4.011 $s A seq 1 ack 41 id 2
	END
	notes client.pcap server.pcap > told # 1: capture began later; 4: dropped, but acknowledged; 7: capture ended earlier
	equal "$(grep -n "not in the server's capture" told | cut -d : -f 1 | tr '\n' ' ')" '1 4 7 '
	ladder client.pcap server.pcap
	equal "$(grep -c '✗' drawn || :)" 0
	drawn "^the server's capture begins 1.0 s after the client's$" "^the server's capture ends 5.5 s before the client's$"
	drawn 'UDP len 9 ─*▶' # the client's datagram to a third host has only one clock
}

@test "captures of different conversations, or of the same place, are told so" {
	capture a.pcap <<< "1.0 $c S seq 1"
	capture b.pcap <<< "1.0 198.51.100.1:5 > 198.51.100.2:6 S seq 1"
	ladder a.pcap b.pcap
	drawn '^the two captures have no packet in common: each is drawn by its own clock$'
	client=$BATS_TEST_DIRNAME/fixtures/four-way-close/client.pcap
	"$ladder" "$client" "$client" > twice
	"$ladder" "$client" | diff - <(grep -v '^both captures were taken at the same place: the first' twice)
}

@test "2,896 bytes at one end, and twice 1,448 at the other, are the same bytes" {
	capture client.pcap <<- END
	1.000 $c S seq 0 id 1
	1.020 $s SA seq 0 ack 1 id 1
	1.021 $c PA seq 1 ack 1 len 2896 id 2
	1.050 $s A seq 1 ack 2897 id 2
	END
	capture server.pcap <<- END
	1.010 $c S seq 0 id 1
	1.011 $s SA seq 0 ack 1 id 1
	1.031 $c A seq 1 ack 1 len 1448 id 2
	1.032 $c PA seq 1449 ack 1 len 1448 id 3
	1.033 $s A seq 1 ack 2897 id 2
	END
	ladder client.pcap server.pcap
	drawn 'ACK seq 1 ack 1 len 1448 ─*▶' 'PSH ACK seq 1449 ack 1 len 1448 ─*▶'
	equal "$(grep -c '✗\|not in\|len 2896' drawn || :)" 0
	equal "$("$ladder" --packet all client.pcap server.pcap | grep -c 'source port')" 10 # each fragment has its own bytes
}

@test "of 4,344 bytes that leave at once, the piece that does not arrive is lost, and no other" {
	for missing in 2 3 4; do
		capture client.pcap <<- END
		1.000 $c S seq 0 id 1
		1.020 $s SA seq 0 ack 1 id 1
		1.021 $c PA seq 1 ack 1 len 4344 id 2
		1.050 $s A seq 1 ack 1449 id 2
		END
		grep -v " id $missing\$" > pieces <<- END
		1.010 $c S seq 0 id 1
		1.011 $s SA seq 0 ack 1 id 1
		1.031 $c A seq 1 ack 1 len 1448 id 2
		1.032 $c A seq 1449 ack 1 len 1448 id 3
		1.033 $c PA seq 2897 ack 1 len 1448 id 4
		END
		capture server.pcap < pieces
		ladder --all client.pcap server.pcap
		equal "$missing: $(sed -n 's/.*ACK seq \([0-9]*\) ack 1 len 1448.*\([▶✗]\).*/\1\2/p' drawn | tr '\n' ' ')" \
			"$missing: $(printf '1▶ 1449▶ 2897▶ ' | sed "s/ */ /; s/^ //; s/$(((missing - 2) * 1448 + 1))▶/$(((missing - 2) * 1448 + 1))✗/")"
	done
}

@test "ICMP is told by its name, and what it is about, and changes no label beside it" {
	capture one.pcap <<- END
	1.0 192.0.2.1:5000 > 192.0.2.2:53 udp len 5
	1.1 192.0.2.2 > 192.0.2.1 icmp 3 3 about 192.0.2.1:5000 > 192.0.2.2:53
	1.2 198.51.100.9 > 192.0.2.1 icmp 11 0 about 192.0.2.1:7 > 203.0.113.9:8
	1.3 [2001:db8::2] > [2001:db8::1] icmp 1 4 about [2001:db8::1]:5000 > [2001:db8::2]:53
	1.4 192.0.2.1 > 192.0.2.2 icmp 8 0
	END
	ladder one.pcap
	drawn 'UDP len 5 ─*▶' '◀─* ICMP port unreachable ──' 'ICMP TTL expired ' \
		'\(about 192.0.2.1:7 > 203.0.113.9:8\)' '\(about \[2001:db8::1\]:5000 > \[2001:db8::2\]:53\)' \
		'ICMP echo request ' 'client 192.0.2.1:5000 server 192.0.2.2:53'
}

@test "a SYN with another number opens another connection, as Wireshark has it; each has its own numbers" {
	capture one.pcap <<- END
	1.0 $c S seq 1000
	1.1 $s SA seq 9000 ack 1001
	1.2 $c A seq 1001 ack 9001
	2.0 $c S seq 1500
	2.1 $s A seq 9001 ack 1001
	2.2 $c R seq 1001
	3.0 $c S seq 1500
	3.1 $s SA seq 9500 ack 1501
	3.2 $c PA seq 1501 ack 9501 len 5
	END
	ladder one.pcap
	drawn 'SYN seq 0 #2 ' 'ACK seq 1 ack 1 #1 ' 'RST seq 1 #1 ' 'SYN ACK seq 0 ack 1 #2 ' 'PSH ACK seq 1 ack 1 len 5 #2 '
	ladder --connection 2 one.pcap
	drawn 'ISN 1500 .*ISN 9500' '\(retransmission, 1000 ms'
	"$ladder" --absolute one.pcap > drawn
	drawn 'SYN seq 1500 ' 'SYN ACK seq 9500 ack 1501 '
}

@test "ports that are used again are another connection" {
	capture one.pcap <<- END
	1.0 $c S seq 1000
	1.1 $s SA seq 9000 ack 1001
	1.2 $c RA seq 1001 ack 9001
	2.0 $c S seq 77000
	2.1 $s SA seq 99000 ack 77001
	END
	ladder one.pcap
	drawn 'SYN seq 0 #1 ' 'SYN seq 0 #2 ' 'SYN ACK seq 0 ack 1 #2 '
	"$ladder" --list one.pcap > drawn
	drawn '^ *1 192.0.2.1:40000 192.0.2.2:9000 0.000 0.200 3 0 0 reset$' '^ *2 .* open$'
	ladder --connection 2 one.pcap
	equal "$(grep -c '▶\|◀' drawn)" 2
}

@test "a SYN ACK that acknowledges another SYN, which was not captured, is another connection; a forged one is none" {
	opened="1.0 $c S seq 1000
	1.1 $s SA seq 9000 ack 1001
	1.2 $c A seq 1001 ack 9001
	1.3 $c PA seq 1001 ack 9001 len 10"
	closed="1.4 $c FA seq 1011 ack 9001
	1.5 $s FA seq 9001 ack 1012
	1.6 $c A seq 1012 ack 9002"
	for before in "$opened" "$opened
		$closed"; do
		capture one.pcap <<- END
		$before
		99.1 $s SA seq 500 ack 77001
		99.2 $c A seq 77001 ack 501
		99.3 $c PA seq 77001 ack 501 len 5
		END
		ladder one.pcap
		drawn 'SYN ACK seq 0 ack 1 #2 ' ' ACK seq 1 ack 1 [^l]*#2 ' 'PSH ACK seq 1 ack 1 len 5 #2 '
		run ! grep -q 'not captured' drawn
	done
	capture one.pcap <<- END
	$opened
	1.4 $s SA seq 500 ack 77001
	1.5 $c A seq 1011 ack 9001
	1.6 $c PA seq 1011 ack 9001 len 5
	1.7 $s A seq 9001 ack 1016
	END
	ladder one.pcap
	drawn 'SYN ACK seq 0 ack 1 #2 ' 'PSH ACK seq 11 ack 1 len 5 #1 ' 'ACK seq 1 ack 16 #1 '
}

@test "states go by what has arrived: FIN waits for the data before it" {
	capture one.pcap <<- END
	1.0 $c S seq 0
	1.1 $s SA seq 0 ack 1
	1.2 $c FA seq 7 ack 1
	1.3 $c PA seq 1 ack 1 len 6
	END
	"$ladder" --events one.pcap | awk -F '\t' '$1 == "segment" { print $6, $7 }' > states
	equal "$(tail -n 2 states)" $'(FIN_WAIT1) (ESTABLISHED)\n(FIN_WAIT1) (CLOSE_WAIT)'
}

@test "states of a simultaneous open and close, a reset, and a start in the middle" {
	states() { "$ladder" --events one.pcap | awk -F '\t' '$1 == "segment" { print $6 $7 }' | tr '\n' ' '; }
	capture client.pcap <<- END
	1.00 $c S seq 0 id 1
	1.02 $s S seq 0 id 1
	1.03 $c SA seq 0 ack 1 id 2
	1.05 $s SA seq 0 ack 1 id 2
	2.00 $c FA seq 1 ack 1 id 3
	2.02 $s FA seq 1 ack 1 id 3
	2.03 $c A seq 2 ack 2 id 4
	2.05 $s A seq 2 ack 2 id 4
	END
	capture server.pcap <<- END
	1.01 $s S seq 0 id 1
	1.02 $c S seq 0 id 1
	1.03 $s SA seq 0 ack 1 id 2
	1.04 $c SA seq 0 ack 1 id 2
	2.01 $s FA seq 1 ack 1 id 3
	2.02 $c FA seq 1 ack 1 id 3
	2.03 $s A seq 2 ack 2 id 4
	2.04 $c A seq 2 ack 2 id 4
	END
	ladder client.pcap server.pcap
	drawn '\(SYN_SENT\) ── SYN' '\(CLOSING\)' '\(TIME_WAIT\)'
	capture one.pcap <<- END
	1.0 $c PA seq 100 ack 200 len 5
	1.1 $s R seq 200
	END
	equal "$(states)" '(ESTABLISHED)(CLOSED) (CLOSED)(CLOSED) ' # an RST as the answer means that there was no connection
}

@test "what its receiver must drop changes nothing: what is outside the window, a stray RST, an ACK of nothing" {
	opened="1.00 $c S seq 0 scale 0
		1.01 $s SA seq 0 ack 1 win 1000 scale 0
		1.02 $c A seq 1 ack 1 win 1000"
	states() { "$ladder" --events "$@" | awk -F '\t' '$1 == "segment" { print $6 $7 }' | tail -n 1; }
	for stray in 'R seq 5000' 'RA seq 1002 ack 1' 'PA seq 1002 ack 1 len 10' 'FA seq 2000 ack 1'; do
		capture one.pcap <<< "$opened
			1.03 $c $stray
			1.04 $c PA seq 1 ack 1 len 5 win 1000
			1.05 $s A seq 1 ack 6 win 1000"
		equal "$stray: $(notes one.pcap | tail -n 3)" "$stray: outside the window: ignored"
		equal "$(states one.pcap)" '(ESTABLISHED)(ESTABLISHED)'
	done
	# RFC 5961: a number in the window, but not the next one; the next one; an old one
	capture one.pcap <<< "$opened
		1.03 $c PA seq 11 ack 1 len 5
		1.04 $c R seq 6"
	equal "$(notes one.pcap | tail -n 1)" 'not the next number: ignored, a challenge ACK answers'
	equal "$(states one.pcap)" '(CLOSED)(ESTABLISHED)'
	capture one.pcap <<< "$opened
		1.03 $c R seq 100"
	equal "$(notes one.pcap | tail -n 1)" 'not the next number: ignored, a challenge ACK answers'
	equal "$(states one.pcap)" '(ESTABLISHED)(ESTABLISHED)' # its sender would know its next number: it is forged
	capture one.pcap <<< "$opened
		1.03 $c R seq 100
		1.04 $s A seq 1 ack 1
		1.05 $c FA seq 1 ack 1"
	equal "$(notes one.pcap | tail -n 2 | paste -sd ,)" 'challenge ACK,'
	equal "$(states one.pcap)" '(FIN_WAIT1)(CLOSE_WAIT)'
	capture one.pcap <<< "$opened
		1.03 $c R seq 1"
	equal "$(states one.pcap)" '(CLOSED)(CLOSED)'
	# a SYN ACK that does not acknowledge the SYN opens nothing; an RST in answer closes nothing
	capture one.pcap <<< "1.00 $c S seq 0
		1.01 $s SA seq 0 ack 4900
		1.02 $c R seq 4900"
	equal "$(notes one.pcap | tail -n 2)" 'acknowledges what was never sent: ignored'
	equal "$(states one.pcap)" '(SYN_SENT)(CLOSED)'
	capture one.pcap <<< "1.00 $c S seq 0
		1.01 $s SA seq 0 ack 1
		1.02 $c A seq 1 ack 50"
	equal "$(states one.pcap)" '(ESTABLISHED)(SYN_RCVD)'
}

@test "a SYN in a connection that is open opens nothing, if its sender goes on" {
	capture one.pcap <<< "1.00 $c S seq 0
		1.01 $s SA seq 0 ack 1
		1.02 $c A seq 1 ack 1
		1.03 $c S seq 7
		1.04 $s A seq 1 ack 1
		1.05 $c PA seq 1 ack 1 len 5
		1.06 $s A seq 1 ack 6
		1.07 $s PA seq 1 ack 6 len 3
		1.08 $c A seq 6 ack 4"
	equal "$(notes one.pcap | paste -sd ,)" ',,,,challenge ACK,,,,'
	equal "$("$ladder" --events one.pcap | awk -F '\t' '$1 == "segment" { printf "%s", $3 }')" 111211111
}

@test "what is before the window changes nothing, nor in SYN_SENT an RST that does not acknowledge the SYN" {
	last() { "$ladder" --events one.pcap | awk -F '\t' '$1 == "segment" { state = $7 ": " $13 } END { print state }'; }
	opened="1.00 $c S seq 0
		1.01 $s SA seq 0 ack 1
		1.02 $c A seq 1 ack 1"
	for old in "$c RA seq 0 ack 1" "$c FA seq 0 ack 1" "$s R seq 0" "$s FA seq 0 ack 1"; do
		capture one.pcap <<< "$opened
			1.03 $old"
		equal "$old: $(last)" "$old: (ESTABLISHED): outside the window: ignored"
	done
	capture one.pcap <<< "$opened
		1.03 $c FA seq 1 ack 1
		1.04 $s A seq 1 ack 2
		1.05 $s FA seq 0 ack 2"
	equal "$(last)" '(FIN_WAIT2): outside the window: ignored'
	for number in 1 2; do # after a FIN, the FIN's own number is valid, too, if the RST follows at once
		capture one.pcap <<< "$opened
			1.03 $c FA seq 1 ack 1
			1.04 $s A seq 1 ack 2
			1.05 $c R seq $number"
		equal "$number: $(last)" "$number: (CLOSED): "
	done
	for answer in 'R seq 0' 'RA seq 0 ack 77' 'RA seq 0 ack 0'; do
		capture one.pcap <<< "1.00 $c S seq 0
			1.01 $s $answer"
		equal "$answer: $(last)" "$answer: (SYN_SENT): acknowledges no SYN: ignored"
	done
	capture one.pcap <<< "1.00 $c S seq 0
		1.01 $s RA seq 0 ack 1"
	like "$(last)" '(CLOSED): *'
}

@test "what comes late, with a timestamp older than the latest in order, is dropped (PAWS), and had not come" {
	capture client.pcap <<- END
	1.000 $c A seq 1 ack 1 len 10 ts 100 1 id 1
	1.001 $c A seq 11 ack 1 len 10 ts 101 1 id 2
	1.010 $c A seq 1 ack 1 len 10 ts 110 1 id 3
	2.000 $c A seq 11 ack 1 len 10 ts 2000 1 id 4
	END
	capture server.pcap <<- END
	1.100 $c A seq 1 ack 1 len 10 ts 110 1 id 3
	1.101 $s A seq 1 ack 11 ts 1 110 id 1
	1.110 $c A seq 1 ack 1 len 10 ts 111 1 id 5
	1.111 $s A seq 1 ack 11 ts 1 111 id 2
	1.120 $c A seq 11 ack 1 len 10 ts 101 1 id 2
	1.121 $s A seq 1 ack 11 ts 1 111 id 3
	2.100 $c A seq 11 ack 1 len 10 ts 2000 1 id 4
	2.101 $s A seq 1 ack 21 ts 1 2000 id 4
	END
	notes client.pcap server.pcap > told
	grep -q 'its timestamp is too old (PAWS): ignored' told
	grep -qx 'retransmission, 999 ms after the last' told # and not a spurious one
	equal "$(grep -c 'delayed ACK' told)" 0
}

@test "an end's own numbers show what it had heard, and an RST that answers what had become of it" {
	capture one.pcap <<- END
	1.00 $c S seq 0
	1.02 $s SA seq 0 ack 1
	1.03 $c A seq 1 ack 1
	2.00 $c FA seq 1 ack 1
	2.01 $s FA seq 1 ack 1
	2.02 $c A seq 2 ack 2
	2.03 $s A seq 2 ack 2
	END
	equal "$("$ladder" --events one.pcap | awk -F '\t' '$1 == "segment" && $4 > 1.9 { printf "%s", $6 $7 }')" \
		'(FIN_WAIT1)(ESTABLISHED)(CLOSING)(CLOSING)(CLOSING)(TIME_WAIT)(TIME_WAIT)(TIME_WAIT)'
	capture one.pcap <<- END
	1.00 $c S seq 0
	1.02 $s SA seq 0 ack 1
	1.03 $c A seq 1 ack 1
	2.00 $c FA seq 1 ack 1
	2.01 $s A seq 1 ack 2
	9.01 $s FA seq 1 ack 2
	9.02 $c R seq 2
	END
	equal "$("$ladder" --events one.pcap | awk -F '\t' '$1 == "segment" && $4 > 9 { printf "%s", $6 $7 }')" \
		'(LAST_ACK)(CLOSED)(CLOSED)(CLOSED)'
}

@test "what a call reports stands no earlier than the segment that leads there, and no state goes back" {
	mkdir early
	capture early/server.pcap <<- END
	10.010 $c S seq 0 id 1
	10.011 $s SA seq 0 ack 1 id 1
	10.020 $c A seq 1 ack 1 id 2
	10.040 $c FA seq 1 ack 1 id 3
	END
	capture early/client.pcap <<- END
	10.000 $c S seq 0 id 1
	10.015 $s SA seq 0 ack 1 id 1
	10.016 $c A seq 1 ack 1 id 2
	10.030 $c FA seq 1 ack 1 id 3
	END
	cat > early/server.x.1.log <<- 'END'
	1970-01-01 00:00:09 +0000 $ x
	00:00:10.039900 x accept(3) = 4 [CLOSE_WAIT 192.0.2.2:9000 192.0.2.1:40000]
	END
	equal "$("$ladder" --events early | awk -F '\t' '$8 == "FIN ACK" { print $7 } /accept/ { print $6 }')" $'CLOSE_WAIT\n(ESTABLISHED)'
	ladder early
	equal "$(grep -o 'accept.*\|FIN ACK.*' drawn | tr -s ' ' | cut -d ' ' -f 1-3)" $'accept(3) = 4\nFIN ACK seq'
	mkdir closes
	capture closes/client.pcap <<- END
	10.000 $c S seq 0 id 1
	10.015 $s SA seq 0 ack 1 id 1
	10.016 $c A seq 1 ack 1 id 2
	10.020 $c A seq 1 ack 1 len 10 id 3
	10.050 $c FA seq 11 ack 1 id 4
	END
	cat > closes/client.x.1.log <<- 'END'
	1970-01-01 00:00:09 +0000 $ x
	00:00:10.018000 x shutdown(3, SHUT_WR) = 0 [FIN_WAIT1 192.0.2.1:40000 192.0.2.2:9000]
	END
	"$ladder" --events closes | awk -F '\t' '$2 == "client" && $6 { print $6 }' | tail -n 3 > states
	equal "$(cat states)" $'FIN_WAIT1\nFIN_WAIT1\nFIN_WAIT1'
}

@test "an ACK again says why; with news by SACK it is a duplicate, whatever its window" {
	capture one.pcap <<- END
	1.000 $c S seq 0 win 1000 sackok
	1.010 $s SA seq 0 ack 1 win 1000 sackok
	1.011 $c A seq 1 ack 1 win 1000
	1.020 $c A seq 1 ack 1 len 100 win 1000
	1.021 $c A seq 101 ack 1 len 100 win 1000
	1.022 $c A seq 201 ack 1 len 100 win 1000
	1.030 $s A seq 1 ack 1 win 1100 sack 101 201
	1.031 $s A seq 1 ack 1 win 1200 sack 101 301
	1.032 $s A seq 1 ack 1 win 1300 sack 101 301
	1.040 $c A seq 1 ack 1 len 100 win 1000
	1.050 $s A seq 1 ack 301 win 1300
	1.060 $c A seq 1 ack 1 len 100 win 1000
	1.070 $s A seq 1 ack 301 win 1300 sack 1 101
	1.080 $s A seq 1 ack 301 win 1300
	END
	equal "$(notes one.pcap | sed -n '7,9p;13,14p')" 'duplicate ACK 1, SACK 101-201
duplicate ACK 2, SACK 101-301
window update, SACK 101-301
ACK again: these bytes had arrived, D-SACK 1-101 (these had arrived)
ACK again: these bytes had arrived'
	"$ladder" --details one.pcap > drawn
	drawn 'Wireshark: Dup ACK'
	capture one.pcap <<- END
	1.000 $c A seq 1 ack 1 len 100 win 1000
	1.010 $s A seq 1 ack 101 win 1000
	1.020 $s A seq 1 ack 101 win 1000
	END
	equal "$(notes one.pcap | tail -n 1)" 'ACK again, nothing outstanding'
	capture one.pcap <<- END
	1.010 $s A seq 1 ack 101 win 1000
	1.020 $s A seq 1 ack 101 win 1000
	END
	equal "$(notes one.pcap | tail -n 1)" 'duplicate ACK 1' # the capture does not have the data
}

@test "a retransmission that goes on with new bytes: their ACK acknowledges nothing unseen" {
	capture one.pcap <<- END
	1.0 $c A seq 1 ack 1 len 20
	1.1 $c A seq 17 ack 1 len 16
	1.2 $s A seq 1 ack 33
	1.3 $c A seq 33 ack 1 len 100
	1.4 $c A seq 133 ack 1 len 100
	1.7 $c A seq 83 ack 1 len 200
	1.8 $s A seq 1 ack 283
	END
	equal "$(notes one.pcap)" "$(printf '%s\n' '' 'retransmission, 100 ms after the last' '' '' '' 'retransmission, 300 ms after the last')"
}

@test "retransmissions, duplicate ACKs and windows are told as Wireshark tells them" {
	capture one.pcap <<- END
	1.000 $c S seq 0 win 1000 mss 1460 scale 2 sackok
	1.010 $s SA seq 0 ack 1 win 1000 mss 1460 scale 0 sackok
	1.011 $c A seq 1 ack 1 win 250
	1.020 $c A seq 1 ack 1 len 100 win 250
	1.021 $c A seq 201 ack 1 len 100 win 250
	1.022 $c A seq 301 ack 1 len 100 win 250
	1.030 $s A seq 1 ack 101 win 1000
	1.031 $s A seq 1 ack 101 win 1000 sack 201 301
	1.032 $s A seq 1 ack 101 win 1000 sack 201 401
	1.034 $c A seq 101 ack 1 len 100 win 250
	1.040 $s A seq 1 ack 401 win 0
	1.240 $c A seq 400 ack 1 len 1 win 250
	1.250 $s A seq 1 ack 401 win 0
	1.260 $s A seq 1 ack 401 win 500
	1.270 $c A seq 401 ack 1 len 500 win 250
	1.280 $s A seq 1 ack 901 win 500
	1.290 $c A seq 401 ack 1 len 500 win 250
	9.000 $c A seq 900 ack 1 win 250
	9.010 $s A seq 1 ack 901 win 500
	9.020 $s A seq 1 ack 2901 win 500
	END
	notes one.pcap > told
	cat told
	equal "$(cat told)" "$(printf '%s\n' '' '' '' '' 'previous segment not captured' '' '' \
		'duplicate ACK 1, SACK 201-301' 'duplicate ACK 2, SACK 201-401' 'fast retransmission' \
		'zero window' 'window probe' 'window probe ACK' 'window update' 'window full' '' \
		'spurious retransmission' 'keep-alive' 'keep-alive ACK' 'ACK of a segment not captured')"
}

@test "a SYN that went twice makes no round trip longer: what comes late and was not seen is a retransmission" {
	capture one.pcap <<- END
	1.000 $c S seq 0
	2.000 $c S seq 0
	2.001 $s SA seq 0 ack 1
	2.011 $c A seq 1 ack 1
	2.020 $c A seq 101 ack 1 len 100
	2.060 $c A seq 1 ack 1 len 100
	2.061 $c A seq 301 ack 1 len 100
	2.065 $c A seq 201 ack 1 len 100
	END
	equal "$(notes one.pcap | tail -n 4)" 'previous segment not captured
retransmission
previous segment not captured
out of order'
}

@test "an ACK that its sender's FIN has overtaken is no keep-alive" {
	capture one.pcap <<- END
	1.000 $c A seq 1 ack 1 len 10
	1.010 $s A seq 1 ack 11
	1.020 $c FA seq 11 ack 1
	1.021 $c A seq 11 ack 1
	1.030 $s A seq 1 ack 12
	9.000 $c A seq 11 ack 1
	END
	equal "$(notes one.pcap)" "$(printf '%s\n' '' '' '' '' '' keep-alive)"
}

@test "a retransmission is spurious where the other capture proves that all had come" {
	capture client.pcap <<- END
	1.000 $c A seq 1 ack 1 len 10 id 1
	1.100 $s A seq 1 ack 1 id 1
	2.000 $c A seq 1 ack 1 len 10 id 2
	2.020 $s A seq 1 ack 11 id 3
	END
	capture server.pcap <<- END
	1.010 $c A seq 1 ack 1 len 10 id 1
	1.011 $s A seq 1 ack 11 id 2
	1.090 $s A seq 1 ack 1 id 1
	2.010 $c A seq 1 ack 1 len 10 id 2
	2.011 $s A seq 1 ack 11 id 3
	END
	ladder client.pcap server.pcap
	drawn '\(spurious retransmission, 1000 ms after the last\)' 'ACK seq 1 ack 11 ──'
	# a FIN arrives twice; but a FIN is new if only its data have arrived before
	capture client.pcap <<- END
	1.000 $c A seq 1 ack 1 len 10 id 1
	2.000 $c FA seq 1 ack 1 len 10 id 2
	3.000 $c FA seq 11 ack 1 id 3
	END
	capture server.pcap <<- END
	1.010 $c A seq 1 ack 1 len 10 id 1
	2.010 $c FA seq 1 ack 1 len 10 id 2
	3.010 $c FA seq 11 ack 1 id 3
	END
	equal "$(notes client.pcap server.pcap)" "$(printf '%s\n' '' 'retransmission, 1000 ms after the last' \
		'spurious retransmission, 1000 ms after the last')"
}

@test "a program that gives up, with ETIMEDOUT, is in CLOSED, though no segment says so" {
	mkdir out
	printf '%s\n' "10.0 $c S seq 0" "10.1 $s SA seq 0 ack 1" "10.2 $c A seq 1 ack 1" "10.3 $c A seq 1 ack 1 len 5" > talk
	capture out/client.pcap < talk
	for error in 'ETIMEDOUT (Connection timed out)' 'ECONNRESET (Connection reset by peer)'; do
		cat > out/client.x.1.log <<- END
		1970-01-01 00:00:09 +0000 $ x
		00:00:10.200000 x connect(3, 192.0.2.2:9000) = 0 [ESTABLISHED 192.0.2.1:40000 192.0.2.2:9000]
		00:00:10.300000 x send(3, 5) = 5 [ESTABLISHED 192.0.2.1:40000 192.0.2.2:9000]
		00:00:20.000000 x recv(3) = -1 $error [CLOSED 192.0.2.1:40000 192.0.2.2:9000]
		END
		"$ladder" --segments out > seen 2> wrong || :
		echo "$(grep -c 'which the segments do not allow' wrong)"
	done > count
	equal "$(cat count)" $'0\n1'
}

@test "an ACK that waited for data to go along is told as delayed" {
	capture client.pcap <<- END
	1.000 $c A seq 1 ack 1 len 10 id 1
	1.071 $s A seq 1 ack 11 id 1
	END
	capture server.pcap <<- END
	1.010 $c A seq 1 ack 1 len 10 id 1
	1.055 $s A seq 1 ack 11 id 1
	END
	equal "$(notes client.pcap server.pcap | tail -n 1)" 'delayed ACK, 45 ms'
	# when a gap is filled, the ACK is no delayed ACK, however long the bytes after it have waited
	capture client.pcap <<- END
	1.000 $c A seq 1 ack 1 len 10 id 1
	1.001 $c A seq 11 ack 1 len 10 id 2
	1.002 $c A seq 21 ack 1 len 10 id 3
	1.050 $c A seq 11 ack 1 len 10 id 4
	1.081 $s A seq 1 ack 31 id 2
	END
	capture server.pcap <<- END
	1.010 $c A seq 1 ack 1 len 10 id 1
	1.011 $s A seq 1 ack 11 id 1
	1.012 $c A seq 21 ack 1 len 10 id 3
	1.060 $c A seq 11 ack 1 len 10 id 4
	1.061 $s A seq 1 ack 31 id 2
	END
	equal "$(notes client.pcap server.pcap | grep -c delayed || :)" 0
}

@test "a call that waited stands where it began, and its return where it came back" {
	mkdir told
	capture told/client.pcap <<- END
	11.0 $c S seq 1 id 1
	12.0 $c S seq 1 id 2
	END
	capture told/server.pcap < /dev/null
	cat > told/client.x.1.log <<- 'END'
	1970-01-01 00:00:10 +0000 $ x
	00:00:10.000000 x socket(AF_INET, SOCK_STREAM) = 3 [CLOSED]
	00:00:10.999900 x connect(3, 192.0.2.2:9000) ... [SYN_SENT 192.0.2.1:40000 192.0.2.2:9000]
	00:00:13.000000 x connect(3, 192.0.2.2:9000) = -1 ETIMEDOUT (Connection timed out) [CLOSED 192.0.2.1:40000 192.0.2.2:9000]
	00:00:13.100000 x recv(3) ... [CLOSED 192.0.2.1:40000 192.0.2.2:9000]
	00:00:13.100400 x recv(3) = -1 ENOTCONN (Transport endpoint is not connected) [CLOSED 192.0.2.1:40000 192.0.2.2:9000]
	END
	ladder told
	equal "$(sed 1,3d drawn | sed '/^$/,$d' | sed 's/  */ /g; s/──*/─/g; s/ $//')" ' 0.0 socket(AF_INET, SOCK_STREAM) = 3 CLOSED
 999.9 connect(3, 192.0.2.2:9000) ... SYN_SENT
1000.0 ─ SYN seq 0 ─✗
2000.0 ─ SYN seq 0 ─✗
 (retransmission, 1000 ms after the last)
3000.0 connect(3, 192.0.2.2:9000) = -1 ETIMEDOUT CLOSED
3100.0 recv(3) = -1 ENOTCONN'
}

@test "a program that ends with its connection open is a row; one that has closed all is none" {
	mkdir ends
	capture ends/client.pcap <<- END
	11.0 $c S seq 1 id 1
	11.1 $s SA seq 1 ack 2 id 1
	11.2 $c A seq 2 ack 2 id 2
	12.0 $c FA seq 2 ack 2 id 3
	12.1 $s FA seq 2 ack 3 id 2
	12.2 $c A seq 3 ack 3 id 4
	END
	cat > ends/client.x.1.log <<- 'END'
	1970-01-01 00:00:10 +0000 $ x
	00:00:10.999900 x connect(3, 192.0.2.2:9000) ... [SYN_SENT 192.0.2.1:40000 192.0.2.2:9000]
	00:00:11.110000 x connect(3, 192.0.2.2:9000) = 0 [ESTABLISHED 192.0.2.1:40000 192.0.2.2:9000]
	00:00:11.300000 x recv(3) ... [ESTABLISHED 192.0.2.1:40000 192.0.2.2:9000]
	00:00:11.999000 x killed by SIGKILL [ESTABLISHED 192.0.2.1:40000 192.0.2.2:9000]
	END
	cat > ends/server.y.1.log <<- 'END'
	1970-01-01 00:00:10 +0000 $ y
	00:00:11.050000 y accept(3) = 4 [ESTABLISHED 192.0.2.2:9000 192.0.2.1:40000]
	00:00:12.090000 y close(4) = 0 [192.0.2.2:9000 192.0.2.1:40000]
	00:00:12.300000 y exit 0 [LISTEN 0.0.0.0:9000]
	END
	ladder ends
	drawn 'recv\(3\) \.\.\.' 'killed by SIGKILL' 'FIN ACK seq 1 ack 1'
	run ! grep -q 'exit 0' drawn
	"$root/scripts/ladder" --events ends | grep -q $'^call\tclient\t1\t.*\tESTABLISHED\t[^\t]*\tkilled by SIGKILL\t'
}

# handshake_at CLIENT SERVER: makes these two captures of a handshake.
handshake_at() {
	printf '11.0 %s S seq 1 id 1\n11.1 %s SA seq 1 ack 2 id 1\n11.2 %s A seq 2 ack 2 id 2\n' "$c" "$s" "$c" | capture "$1"
	printf '11.05 %s S seq 1 id 1\n11.06 %s SA seq 1 ack 2 id 1\n11.25 %s A seq 2 ack 2 id 2\n' "$c" "$s" "$c" | capture "$2"
}

@test "a program that is killed once it has sent FIN is a row, too" {
	mkdir orphan
	handshake_at orphan/client.pcap orphan/server.pcap
	cat > orphan/client.x.1.log <<- 'END'
	1970-01-01 00:00:10 +0000 $ x
	00:00:11.300000 x shutdown(3, SHUT_WR) = 0 [FIN_WAIT1 192.0.2.1:40000 192.0.2.2:9000]
	00:00:11.310000 x killed by SIGKILL [FIN_WAIT1 192.0.2.1:40000 192.0.2.2:9000]
	00:00:11.400000 x/2 exit 0
	END
	ladder orphan
	drawn 'killed by SIGKILL'
	run ! grep -q 'exit 0' drawn
}

@test "a state has no parentheses from the moment when a call reports it, and not before" {
	mkdir reported
	handshake_at reported/client.pcap reported/server.pcap
	cat > reported/client.x.1.log <<- 'END'
	1970-01-01 00:00:10 +0000 $ x
	00:00:11.210000 x connect(3, 192.0.2.2:9000) = 0 [ESTABLISHED 192.0.2.1:40000 192.0.2.2:9000]
	END
	ladder reported
	drawn '^ *100.0 \(ESTABLISHED\) ◀' '^ *210.0 connect\(3, 192.0.2.2:9000\) = 0 ESTABLISHED$'
	"$ladder" --svg reported > reported.svg # a thin bar, and a broad one from then on; the state is named once
	equal "$(grep -oE 'class="span ESTABLISHED[^"]*"' reported.svg | head -n 2 | paste -sd ' ')" \
		'class="span ESTABLISHED inferred" class="span ESTABLISHED"'
	"$ladder" --mermaid reported | grep -q 'connect(3, 192.0.2.2:9000) = 0<br/>ESTABLISHED'
}

@test "with TCP_DEFER_ACCEPT an ACK alone establishes nothing; a SYN cookie's sender keeps nothing" {
	mkdir defers
	late='12.5 %s A seq 2 ack 2 len 6 id 3\n'
	handshake_at defers/client.pcap defers/server.pcap
	cp -r defers cookie
	cat > defers/server.y.1.log <<- 'END'
	1970-01-01 00:00:10 +0000 $ y
	00:00:10.000000 y setsockopt(3, TCP_DEFER_ACCEPT, 10) = 0 [CLOSED]
	00:00:10.100000 y listen(3, 128) = 0 [LISTEN 0.0.0.0:9000]
	END
	states_of_server() { "$ladder" --events "$1" | awk -F '\t' '$1 == "segment" { print $2 == "server" ? $6 : $7 }' | paste -sd ' '; }
	equal "$(states_of_server defers)" ' (SYN_RCVD) (SYN_RCVD)'
	sed -i 's/DEFER_ACCEPT, 10/NODELAY, 1/' defers/server.y.1.log
	equal "$(states_of_server defers)" ' (SYN_RCVD) (ESTABLISHED)'
	# the ACK is lost, but the server does not retransmit the SYN ACK after a second: it does not
	# wait in SYN_RCVD (a SYN cookie)
	printf '11.05 %s S seq 1 id 1\n11.06 %s SA seq 1 ack 2 id 1\n12.55 %s A seq 2 ack 2 len 6 id 3\n' "$c" "$s" "$c" |
		capture cookie/server.pcap
	printf '11.0 %s S seq 1 id 1\n11.1 %s SA seq 1 ack 2 id 1\n11.2 %s A seq 2 ack 2 id 2\n12.5 %s A seq 2 ack 2 len 6 id 3\n' \
		"$c" "$s" "$c" "$c" | capture cookie/client.pcap
	equal "$(states_of_server cookie)" '   (ESTABLISHED)'
}

@test "what calls are left out is a rule, and --all shows them: who has used a socket is seen to close it" {
	mkdir fork
	handshake_at fork/client.pcap fork/server.pcap
	cat > fork/server.y.1.log <<- 'END'
	1970-01-01 00:00:10 +0000 $ y
	00:00:11.300000 y accept(3) = 4 [ESTABLISHED 192.0.2.2:9000 192.0.2.1:40000]
	00:00:11.310000 y setsockopt(4, SO_SNDTIMEO, 9 s) = 0 [ESTABLISHED 192.0.2.2:9000 192.0.2.1:40000]
	00:00:11.320000 y setsockopt(4, SO_RCVTIMEO, 1 s) = 0 [ESTABLISHED 192.0.2.2:9000 192.0.2.1:40000]
	00:00:11.330000 y close(4) = 0 [ESTABLISHED 192.0.2.2:9000 192.0.2.1:40000]
	00:00:11.340000 y/2 close(3) = 0 [LISTEN 0.0.0.0:9000]
	00:00:11.350000 y/2 recv(4) = 6 [ESTABLISHED 192.0.2.2:9000 192.0.2.1:40000]
	00:00:11.360000 y/2 close(4) = 0 [ESTABLISHED 192.0.2.2:9000 192.0.2.1:40000]
	00:00:11.400000 y/2 exit 0
	END
	calls_of() { "$ladder" "${@:1}" --events fork | awk -F '\t' '$1 == "call" { print $8 }' | paste -sd ' '; }
	equal "$(calls_of)" 'accept(3) = 4 recv(4) = 6 close(4) = 0'
	equal "$("$ladder" --events fork | awk -F '\t' '/close/ { sub(/.*[.]/, "", $4); print $4 }')" 360000000
	equal "$(calls_of --all)" 'accept(3) = 4 setsockopt(4, SO_SNDTIMEO, 9 s) = 0 setsockopt(4, SO_RCVTIMEO, 1 s) = 0 close(4) = 0 close(3) = 0 recv(4) = 6 close(4) = 0 exit 0'
	# if recv() fails with EAGAIN, these options are drawn
	sed -i 's/recv(4) = 6/recv(4) = -1 EAGAIN (x)/' fork/server.y.1.log
	equal "$(calls_of)" 'accept(3) = 4 setsockopt(4, SO_SNDTIMEO, 9 s) = 0 setsockopt(4, SO_RCVTIMEO, 1 s) = 0 recv(4) = -1 EAGAIN (x) close(4) = 0'
}

@test "equal calls are one row, with how often, and so are sockets that have no connection; --all has each, and so have --events and --json" {
	mkdir loops
	handshake_at loops/client.pcap loops/server.pcap
	{
		echo '1970-01-01 00:00:10 +0000 $ x'
		for n in $(seq 10 39); do echo "00:00:10.1000$n x socket(AF_INET6, SOCK_STREAM) = $n [CLOSED]"; done
		for n in $(seq 100 219); do
			echo "00:00:11.300$n x recv(3) ... [ESTABLISHED 192.0.2.1:40000 192.0.2.2:9000]"
			echo "00:00:11.300$n x recv(3) = 0 [ESTABLISHED 192.0.2.1:40000 192.0.2.2:9000]"
		done
		for n in 1 2 3; do echo "00:00:11.40000$n x send(3, 1) = 1 [ESTABLISHED 192.0.2.1:40000 192.0.2.2:9000]"; done
		for n in $(seq 10 39); do echo "00:00:11.5000$n x close($n) = 0"; done
	} > loops/client.x.1.log
	ladder loops
	drawn 'recv\(3\) = 0, 120 times'
	drawn 'socket\(AF_INET6, SOCK_STREAM\) = 10, and 29 more' 'close\(10\) = 0, and 29 more'
	equal "$(grep -c 'recv(' drawn) $(grep -c 'send(' drawn) $(grep -c 'socket(' drawn) $(grep -c 'close(' drawn)" '1 3 1 1'
	equal "$("$ladder" --svg loops | grep -o '>close(10)[^<]*')" '>close(10) = 0, and 29 more'
	equal "$("$ladder" --svg loops | grep -o '>recv(3)[^<]*')" '>recv(3) = 0, 120 times'
	ladder --all loops
	equal "$(grep -c 'recv(3) = 0' drawn) $(grep -c 'socket(' drawn)" '120 30'
	equal "$("$ladder" --events loops | grep -c 'recv(3) = 0')" 120
}

@test "on one machine all calls of what listens are the server's; a host's talk with itself stays at that host" {
	mkdir one
	handshake_at one/lo.pcap unused
	cat > one/client.x.1.log <<- 'END'
	1970-01-01 00:00:10 +0000 $ x
	00:00:10.000000 server socket(AF_INET, SOCK_STREAM) = 3 [CLOSED]
	00:00:10.010000 server bind(3, 0.0.0.0:9000) = 0 [CLOSED 0.0.0.0:9000]
	00:00:10.020000 server listen(3, 128) = 0 [LISTEN 0.0.0.0:9000]
	00:00:10.030000 server accept(3) ... [LISTEN 0.0.0.0:9000]
	00:00:10.040000 client/2 socket(AF_INET, SOCK_STREAM) = 3 [CLOSED]
	00:00:11.210000 client/2 connect(3, 192.0.2.2:9000) = 0 [ESTABLISHED 192.0.2.1:40000 192.0.2.2:9000]
	00:00:11.220000 server accept(3) = 4 [ESTABLISHED 192.0.2.2:9000 192.0.2.1:40000]
	00:00:11.300000 server close(3) = 0 [0.0.0.0:9000]
	END
	equal "$("$ladder" --events one | awk -F '\t' '$1 == "call" { sub(/[(].*/, "", $8); print $2, $8 }' | paste -sd ,)" \
		'server socket,server bind,server listen,server accept,client socket,client connect,server accept,server close'
	mkdir proxy
	handshake_at proxy/client.pcap proxy/server.pcap
	cat > proxy/server.y.1.log <<- 'END'
	1970-01-01 00:00:10 +0000 $ y
	00:00:11.300000 y connect(5, 127.0.0.1:9001) = 0 [ESTABLISHED 127.0.0.1:41000 127.0.0.1:9001]
	00:00:11.310000 y/2 accept(3) = 4 [ESTABLISHED 127.0.0.1:9001 127.0.0.1:41000]
	00:00:11.320000 y close(5) = 0 [127.0.0.1:41000 127.0.0.1:9001]
	END
	equal "$("$ladder" --events proxy | awk -F '\t' '$1 == "call" { print $2 $3, $6 }' | paste -sd ,)" \
		'server ESTABLISHED,server ESTABLISHED,server '
}

@test "ECN, SYN's options, round trips, windows and a first line are told on request" {
	capture one.pcap <<- END
	1.000 $c SEC seq 0 win 1000 mss 1460 scale 7 sackok ts 1 0
	1.010 $s SAE seq 0 ack 1 win 500 mss 1400
	1.011 $c PA seq 1 ack 1 text GET/HTTP win 10 tos 3
	1.020 $s AE seq 1 ack 10 win 500
	END
	ladder one.pcap
	drawn 'PSH ACK seq 1 ack 1 len 9 win 10 "GET/HTTP" ─' # the text is drawn if there is room for it
	"$ladder" --details --frames one.pcap > drawn
	"$ladder" --json one.pcap | grep -q '"detail":"MSS 1460; window scale 7; SACK permitted; timestamps; ECN; window 1000"'
	drawn 'MSS 1460; window scale 7; SACK permitted' '"GET/HTTP"' 'RTT 9.0 ms' 'frame 3' \
		'congestion experienced \(ECN\)' 'ECN echo' '9 bytes in flight'
}

@test "bulk is folded, unless --all; --from and --to, a filter and standard input are obeyed" {
	for n in $(seq 0 29); do
		echo "$((1 + n)).0 $c A seq $((1 + 100 * n)) ack 1 len 100"
		echo "$((1 + n)).1 $s A seq 1 ack $((101 + 100 * n))"
	done | capture bulk.pcap
	ladder bulk.pcap
	drawn '29 segments, 2,900 bytes, 29 ACKs ' # the first segment and its ACK are drawn separately
	ladder --all bulk.pcap
	equal "$(grep -c '▶\|◀' drawn)" 60
	ladder --all --from 1000 --to 3050 bulk.pcap
	equal "$(grep -c '▶\|◀' drawn)" 5
	ladder --all bulk.pcap src host 192.0.2.1
	equal "$(grep -c '▶' drawn) $(grep -c '◀' drawn || :)" '30 0'
	ladder --all - < bulk.pcap
	equal "$(grep -c '▶\|◀' drawn)" 60
}

@test "--json is an object a line, with all that is known" {
	need python3
	capture one.pcap <<- END
	1.000 $c S seq 7 win 1000 mss 1460 scale 7
	1.010 $s SA seq 9 ack 8 win 500
	1.020 $c A type 0806
	END
	"$ladder" --json one.pcap > lines
	python3 - <<- 'END'
	import json
	connection, syn, syn_ack, omitted = (json.loads(line) for line in open("lines"))
	assert connection == {"event": "connection", "connection": 1, "client": "192.0.2.1:40000", "server": "192.0.2.2:9000"}
	assert omitted == {"event": "omitted", "what": "ARP", "count": 1}
	assert syn["what"] == "SYN" and syn["absolute_seq"] == 7 and syn["mss"] == 1460 and syn["window_scale"] == 7
	assert syn_ack["from"] == "192.0.2.2:9000" and syn_ack["ack"] == 1 and abs(syn_ack["round_trip"] - 0.01) < 1e-9
	END
}

@test "--absolute is for both numbers; only what SYN began with is an ISN; a SYN's window of 0 is none that closes" {
	capture one.pcap <<- END
	1.000 $c S seq 700 win 0
	1.010 $s RA seq 0 ack 701
	END
	ladder one.pcap
	drawn 'ISN 700 *$' 'SYN seq 0 '
	equal "$(grep -c 'zero window' drawn || :)" 0
	equal "$("$ladder" --events --absolute one.pcap | awk -F '\t' '$1 == "segment" { print $9, $10 }')" $'700 \n0 701'
}

@test "the timeline is in order, each segment once, and its numbers are tcpdump's" {
	for demo in "$BATS_TEST_DIRNAME"/fixtures/*/ "$demos"/4/*/; do
		[ -e "$demo/client.pcap" ] || continue
		"$ladder" --events "$demo" > events
		awk -F '\t' '$1 == "segment" || $1 == "call" || $1 == "wire" {
				time = $4 == "" ? $5 : $4
				if (time < last) { print "out of order:", $0; bad = 1 }
				last = time
			}
			END { exit bad }' events
		"$ladder" --events --absolute "$demo" > events
		for host in client server; do
			awk -F '\t' -v host=$host '$1 == "segment" && $8 ~ /SYN|ACK|RST/ {
				time = $2 == host ? $4 : $5
				if (time != "") print time, $9, $11
			}' events | sort > told
			tcpdump -S -tt --nano -nr "$demo/$host.pcap" tcp 2> /dev/null | # tcpdump prints no sequence number if there are no bytes
				sed -nE 's/^([0-9.]+) .*, seq ([0-9]+).*, length ([0-9]+).*/\1 \2 \3/p; t
					s/^([0-9.]+) .*, length ([0-9]+).*/\1 - \2/p' | sort > decoded
			join told decoded | awk '$4 != "-" && $2 != $4 || $3 != $5 { print; bad = 1 } END { exit bad }'
			equal "$demo $host $(wc -l < told)" "$demo $host $(wc -l < decoded)"
		done
	done
}

@test "no row of a host is before the one above it" {
	for demo in "$BATS_TEST_DIRNAME"/fixtures/*/ "$demos"/[46]/*/; do
		[ -e "$demo/client.pcap" ] || continue
		LC_ALL=C.UTF-8 "$ladder" --width 120 "$demo" | awk -v demo="$demo" '
			/^ *ms / { left = right = 0; next }
			/^ *[0-9]+\.[0-9] / { if ($1 + 0 < left) { print demo, $0; bad = 1 } left = $1 + 0 }
			/ [0-9]+\.[0-9]$/ { if ($NF + 0 < right) { print demo, $0; bad = 1 } right = $NF + 0 }
			END { exit bad }'
	done
}

@test "times are rounded in one way: what is at the edge of a tenth, too" {
	for n in $(seq 0 99); do
		printf '1.%06d %s A seq 1 ack 1\n' $((n * 50)) "$c"
	done | capture one.pcap
	"$ladder" --all one.pcap | sed -n 's/^ *\([0-9.]*\) .*ACK seq 1 ack 1 .*/\1/p' > told
	seq 0 99 | awk '{ printf "%d.%d\n", int(($1 + 1) / 2) / 10, int(($1 + 1) / 2) % 10 }' | diff - told
}

@test "options that contradict each other are refused, with 2" {
	for options in '--svg --json' '--packet 1 --list' '--expect no-reset --tap --junit' '--step --svg' '--narrow' '--tap' '--paper'; do
		run --separate-stderr "$ladder" $options "$BATS_TEST_DIRNAME/fixtures/refused"
		equal "$options: $status $output" "$options: 2 "
		like "$stderr" 'ladder: *-h for help?'
	done
	"$ladder" --svg --svg "$BATS_TEST_DIRNAME/fixtures/refused" > picture
}

@test "two views of one timeline show what each shows alone, in any order" {
	cd "$root"
	cc -std=c11 -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -o "$BATS_TEST_TMPDIR/views" \
		tests/views.c lab/ladder/basics.c lab/ladder/{read,tell,views,picture}/*.c -lm
	for folder in tests/fixtures/{four-way-close,fast-retransmit,simultaneous-close}; do
		"$BATS_TEST_TMPDIR/views" $folder
	done
}

@test "damaged captures and logs: no crash, no hang, no leak, no control byte" {
	cc -O1 -o mutate "$root/tests/mutate.c"
	cp -r "$BATS_TEST_DIRNAME/fixtures/four-way-close" whole
	for seed in $(seq ${FUZZ:-40}); do
		rm -rf damaged
		cp -r whole damaged
		for file in client.pcap client.tcp_client.1.log; do
			./mutate $seed < whole/$file > damaged/$file
		done
		for view in --all --events '--packet all' '--svg --details' '--svg --narrow' '--quiz 3' --states; do
			status=0
			# shellcheck disable=SC2086 # words
			timeout 20 "$ladder" $view damaged < /dev/null > out 2> err || status=$?
			[ $status -le 1 ]
			run ! env LC_ALL=C grep -n "[$(printf '\001-\010\013-\037\177')]\|runtime error" out err
		done
	done
	all_kinds | capture whole.pcapng -f ng
	for n in $(seq 40); do
		echo "$n $c A seq 1 ack 1 sack $n 99 ts 4 5 len 10 cut $((50 + n))"
	done | capture whole.pcap
	for seed in $(seq $((${FUZZ:-40} / 2))); do
		for file in whole.pcapng whole.pcap; do
			./mutate $seed < $file > file
			status=0
			timeout 20 "$ladder" --packet all file > out 2> err || status=$?
			[ $status -le 1 ]
			run ! env LC_ALL=C grep -n "[$(printf '\001-\010\013-\037\177')]\|runtime error" out err
		done
	done
}
