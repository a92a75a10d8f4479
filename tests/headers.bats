#!/usr/bin/env bats
# scripts/ladder --packet: a packet's headers, field by field.

load helper

ladder=$root/scripts/ladder
fixture=$BATS_TEST_DIRNAME/fixtures/four-way-close

setup_file() { make_gallery; }

# fields NAME...: their values, a segment a line, by name.
fields() {
	"$ladder" --packet all "$recorded" | awk -v want="$*" '
		BEGIN { n = split(want, names, ",") }
		function put(  i) {
			for (i = 1; i <= n; i++) printf "%s%s", value[names[i]], i < n ? " " : "\n"
			delete value
		}
		/^Segment/ { if (seen++) put() }
		/^[0-9]/ { name = substr($0, 11, 21); sub(/ +$/, "", name); value[name] = substr($0, 33, 11); sub(/ +$/, "", value[name]) }
		END { put() }'
}

# read_by_tcpdump PATTERN: of each segment that was sent and has it, sorted.
read_by_tcpdump() {
	sed -n "s/.*$1.*/\1/p" read | sort
}

@test "what it tells of each segment is what tcpdump reads" {
	for demo in four-way-close syn-options flow-control; do
		recorded=$demos/4/$demo
		for host in client:40000 server:9000; do
			tcpdump -Snvr - tcp src port "${host#*:}" < "$recorded/${host%:*}.pcap" 2> /dev/null
		done | grep -o 'Flags .*' > read
		[ "$(wc -l < read)" -gt 5 ]
		equal "$(fields window | wc -l)" "$(wc -l < read)"
		diff <(fields window | sort) <(read_by_tcpdump ' win \([0-9]*\)')
		diff <(fields MSS | grep . | sort) <(read_by_tcpdump 'mss \([0-9]*\)')
		diff <(fields shift | grep . | sort) <(read_by_tcpdump 'wscale \([0-9]*\)')
		diff <(fields 'timestamp value' | grep . | sort) <(read_by_tcpdump 'TS val \([0-9]*\)')
		diff <(fields 'timestamp echo reply' | grep . | sort) <(read_by_tcpdump 'ecr \([0-9]*\)')
		fields 'sequence number' | sort -u > told
		sed -n 's/.* seq \([0-9]*\).*/\1/p' read | sort -u > seqs
		[ -s seqs ]
		equal "$(comm -23 seqs told)" ''
		equal "$(fields PSH,RST,SYN,FIN | sort)" "$(sed -n 's/Flags \[\([^]]*\)\].*/\1/p' read |
			awk '{ print /P/ + 0, /R/ + 0, /S/ + 0, /F/ + 0 }' | sort)"
	done
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
		on server tcp_server -n 1 9000 2> log &
		server=$!
		until grep -q listening log; do sleep 0.01; done
		echo hello | on client tcp_client server 9000
		wait $server' '[ "$(tcpdump -nr - 2> /dev/null < many.pcap | grep -c F)" -ge 2 ]'
	"$ladder" --packet 1 many.pcap > packets
	grep -qxF '192-319   destination address   2001:db8::2 the server'"'"'s' packets
}

@test "a field that was not captured is told as such, never as zeros; a checksum that was not checked, too" {
	cut() { # WORDS: of a TCP segment, whose options begin at byte 54
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
168-175   length                10          bytes of this option, all told
176-207   left edge             not captured
208-239   right edge            not captured
240-255   more options          not captured'
	equal "$(cut 'S mss 1460 scale 7 cut 57')" '160-167   kind                  2           maximum segment size
168-175   length                4           bytes of this option, all told
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
	printf '\0\0' | dd of=none.pcap bs=1 seek=80 conv=notrunc status=none # none was computed
	"$ladder" --packet 1 none.pcap > packet
	grep -qx '48-63     checksum              0x0000      not computed: UDP may leave it out' packet
	capture ah.pcap <<< '1 10.0.0.1:1 > 10.0.0.2:2 S ah'
	"$ladder" --packet 1 ah.pcap > packet
	grep -qx '160-351   authentication (AH)               24 bytes' packet
	grep -q 'checksum .* right: header, data and addresses' packet
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
