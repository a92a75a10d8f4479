#!/usr/bin/env bats
# scripts/ladder --packet prints a packet's headers, field by field.

load helper

ladder=$root/scripts/ladder
fixture=$BATS_TEST_DIRNAME/fixtures/four-way-close

setup_file() { make_gallery; }

@test "each field of each packet of all demos, over both families, is what tshark -V and tcpdump -vv read" {
	need tshark mergecap python3
	make_demos_6
	capture kinds.pcap <<- END
	1 10.0.0.1:1 > 10.0.0.2:2 SEC seq 7 mss 1460 scale 14 sackok ts 9 0 ttl 1 tos 255
	2 10.0.0.2:2 > 10.0.0.1:1 SAE seq 4294967295 ack 8 mss 536 id 65535 ttl 255
	3 10.0.0.1:1 > 10.0.0.2:2 APUEC seq 8 ack 0 len 9 urg 65535 win 65535 sack 5 9 tos 3
	4 [2001:db8::1]:1 > [2001:db8::2]:65535 FRA seq 1 len 3 bad tos 2
	5 [2001:db8::1]:1 > [2001:db8::2]:2 udp len 1200 ttl 0
	6 10.0.0.1:1 > 10.0.0.2:2 udp len 3000 more id 7
	7 10.0.0.1:1 > 10.0.0.2:2 icmp 3 1 about 10.0.0.2:2 > 10.0.0.1:1
	END
	python3 "$BATS_TEST_DIRNAME/headers.py" "$build/ladder" kinds.pcap "$demos/4"/*/client.pcap "$demos/6"/*/server.pcap > found || {
		cat found
		false
	}
	[ "$(sed 's/ fields$//' found)" -gt 50000 ]
}

@test "a figure has each bit of its header once, and the bytes beside it" {
	"$ladder" --packet 1 "$fixture" > syn
	equal "$(sed -n 's/.*|  \([0-9a-f ]*\)$/\1/p' syn | tr -d ' \n')" \
		"$(tcpdump -xnr - -c 1 < "$fixture/client.pcap" 2> /dev/null | sed -n 's/.*:  //p' | tr -d ' \n')"
	grep -qxF '|offset | rsrvd |C|E|U|A|P|R|S|F|            window             |  a0 02 fa f0' syn
	grep -qxF '|  10   |   0   |0|0|0|0|0|0|1|0|             64240             |' syn
	grep -qxF '110       SYN                   1           my sequence numbers begin here' syn
	grep -qxF '128-143   checksum              0x'"$(tcpdump -vvnr - -c 1 < "$fixture/client.pcap" 2> /dev/null |
		sed -n 's/.*cksum 0x\([0-9a-f]*\) (correct), seq.*/\1/p')"'      right: header, data and addresses' syn
	equal "$(awk 'length > 80' syn)" ''
}

@test "UDP, ICMP, IPv6, fragments, a wrong checksum, what was cut short: told as they are" {
	"$ladder" --packet all "$demos/4/udp-refused" > packets
	grep -qxF '32-47     length                13          bytes of header and data' packets
	grep -qxF '0-7       type                  3           port unreachable' packets
	grep -qF '  hello' packets
	"$ladder" --packet all "$demos/4/udp-fragments" > packets
	grep -qF '1           more fragments follow' packets
	"$ladder" --packet all "$demos/4/udp-corrupted" > packets
	grep -qF 'right: header' packets
	capture cut.pcap <<< '1 10.0.0.1:1 > 10.0.0.2:2 S seq 7 mss 1460 cut 56'
	"$ladder" --packet 1 cut.pcap > packets
	grep -qxF 'cut short by the snapshot length' packets
	recorded -6 '
		: > log
		on server tcp_server -n 1 9000 2> log &
		server=$!
		until grep -q listening log; do sleep 0.01; done
		echo hello | on client tcp_client server 9000
		wait $server' '[ "$(tcpdump -nr - 2> /dev/null < many.pcap | grep -c F)" -ge 2 ]'
	"$ladder" --packet 1 many.pcap > packets
	grep -qxF '192-319   destination address   2001:db8::2 the server'"'"'s' packets
}

@test "a field that was not captured is told as such, never as zeros; a checksum that was not checked, too" {
	cut() { # WORDS: a TCP segment, whose options begin at byte 54
		capture cut.pcap <<< "1 10.0.0.1:1 > 10.0.0.2:2 $1"
		timeout 2 "$ladder" --packet 1 cut.pcap > packet
		grep -qxF 'cut short by the snapshot length' packet
		sed -n '/^144-159 /,/^$/p' packet | tail -n +2
	}
	equal "$(cut 'A ack 1 sack 5 9 len 100 cut 55')" '160-167   kind                  5           SACK
168-175   length                not captured
176-255   more options          not captured'
	tail -n 2 packet | diff - <(printf 'Data: 100 bytes\nnot captured\n')
	grep -q 'checksum .* not checked: not all of it was captured' packet
	equal "$(cut 'A ack 1 sack 5 9 cut 59')" '160-167   kind                  5           SACK
168-175   length                10          bytes of this option in all
176-207   left edge             not captured
208-239   right edge            not captured
240-255   more options          not captured'
	equal "$(cut 'S mss 1460 scale 7 cut 57')" '160-167   kind                  2           maximum segment size
168-175   length                4           bytes of this option in all
176-191   MSS                   not captured
192-223   more options          not captured'
	capture cut.pcap <<< '1 10.0.0.1:1 > 10.0.0.2:2 A ack 1 sack 5 9 cut 57'
	printf '\0' | dd of=cut.pcap bs=1 seek=95 conv=notrunc status=none # an impossible length
	timeout 2 "$ladder" --packet 1 cut.pcap > packet
	grep -qx '160-255  *no option  *not captured' packet
	capture cut.pcap <<< '1 10.0.0.1:1 > 10.0.0.2:2 A ack 1 len 100 cut 64'
	"$ladder" --packet 1 cut.pcap | tail -n 3 | diff - <(printf '%s\n' 'Data: 100 bytes' \
		'0         2e 2e 2e 2e 2e 2e 2e 2e 2e 2e                    ..........' 'and 90 more, not captured')
	capture none.pcap <<< '1 10.0.0.1:1 > 10.0.0.2:2 udp len 10'
	printf '\0\0' | dd of=none.pcap bs=1 seek=80 conv=notrunc status=none # no checksum was computed
	"$ladder" --packet 1 none.pcap > packet
	grep -qx '48-63     checksum              0x0000      not computed: UDP may leave it out' packet
	capture ah.pcap <<< '1 10.0.0.1:1 > 10.0.0.2:2 S ah'
	"$ladder" --packet 1 ah.pcap > packet
	grep -qx '160-351   authentication (AH)               24 bytes' packet
	grep -q 'checksum .* right: header, data and addresses' packet
}

@test "what a field means goes by the segment: ECN in a SYN, an echo before there is one, urgent data, hops" {
	meaning() { # FIELD WORDS: prints this field of a packet
		capture one.pcap <<< "1 10.0.0.1:1 > 10.0.0.2:2 ${*:2}"
		"$ladder" --packet 1 one.pcap | sed -n "s/^[0-9][0-9-]*  *$1  *//p" | tr -s ' '
	}
	equal "$(meaning ECE SEC)/$(meaning CWR SEC)" '1 with the other: offers ECN/1 with the other: offers ECN'
	equal "$(meaning ECE SAE)/$(meaning CWR SAE)" '1 accepts ECN/0'
	equal "$(meaning ECE AE)/$(meaning CWR AC)" "1 packets from the other end met congestion/1 congestion window reduced"
	equal "$(meaning 'timestamp echo reply' S ts 7 0)" '0 without ACK not valid yet'
	equal "$(meaning 'timestamp echo reply' SA ts 7 6)" "6 the other's clock, as last heard"
	equal "$(meaning 'urgent pointer' AU seq 1 len 5 urg 3)" '3 an offset: urgent data ends before 4'
	equal "$(meaning 'urgent pointer' A urg 3)" '3 does not count'
	equal "$(meaning 'time to live' S ttl 64)" '64 it may pass 63 more routers'
	equal "$(meaning 'time to live' S ttl 2)" '2 it may pass 1 more router'
	capture one.pcap <<< '1 [2001:db8::1]:1 > [2001:db8::2]:2 S ttl 1'
	"$ladder" --packet 1 one.pcap | grep -qx '56-63  *hop limit  *1  *it may pass 0 more routers'
}

@test "which packet there is not, is told" {
	run -1 "$ladder" --packet 99 "$fixture"
	equal "$output" 'ladder: --packet: there is no segment 99; the last is 15'
	for wrong in 0 x 1.5; do
		run -2 "$ladder" --packet $wrong "$fixture"
		like "$output" "ladder: --packet: '$wrong' is not a *"
	done
}

@test "a segment in the gallery leads to its headers" {
	need tidy chromium
	load browser
	for page in "$demos/4"/*/headers.html; do
		equal "$(tidy -qe "$page" 2>&1)" ''
		demo=${page%/headers.html}
		sed -n "/<article id=\"${demo##*/}\">/,/<\/article>/p" "$demos/4/index.html" | grep -o 'data-n="[0-9]*"' |
			tr -dc '0-9\n' | sort -nu | diff - <(sed -n 's/^<h2 id="segment-\([0-9]*\)".*/\1/p' "$page")
		equal "$(sed -n 's/^<h2 id="segment-\([0-9]*\)".*/\1/p' "$page")" "$(seq "$(grep -c '^<h2' "$page")")"
	done
	browse
	open "file://$demos/4/index.html"
	told "document.querySelector('#echo .wide .segment').dispatchEvent(new MouseEvent('click', {bubbles: true}))"
	led() { [ "$(told 'location.hash')" = '#segment-1' ]; }
	wait_for 'the page of headers' led
	equal "$(told "document.querySelector(':target').textContent.slice(0, 30)")" 'Segment 1: SYN from the client'
	equal "$(errors)" ''
}
