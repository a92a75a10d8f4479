#!/usr/bin/env bats
# The cable does with frames what its rules say, and nothing else.

load helper

lab=$root/scripts/lab

# sent_through RULE...: sends ten datagrams of 1 to 10 bytes through a cable with these rules.
# Prints the lengths in the order in which the server received them.
sent_through() {
	local rules=() rule
	for rule; do rules+=(-f "$rule"); done
	rm -f log
	"$lab" -4 -d 5 "${rules[@]}" sh -c '
		: > log
		on server socktrace udp_server -o 9000 2> log &
		until grep -q "^listening" log; do :; done
		for line in 1 22 333 4444 55555 666666 7777777 88888888 999999999 tententent; do
			echo "$line"
		done | on client udp_client -o server 9000
		# the last datagram overtakes no other: when it arrives, all have arrived
		until grep -q "recvfrom.* = 15" log; do
			echo "this is the end" | on client udp_client -o server 9000
		done
		cp "$LAB/wire" wire.log'
	sed -n 's/.*recvfrom(.*) = \([0-9]*\) .*/\1/p' log | grep -v 15 | tr '\n' ' '
}

@test "a rule says what, which one and from whom" {
	equal "$(sent_through lose=datagram,nth=3)" '1 2 4 5 6 7 8 9 10 '
	equal "$(sent_through lose=datagram,nth=3,to=5)" '1 2 6 7 8 9 10 '
	equal "$(sent_through lose=datagram,each=4)" '1 2 3 5 6 7 9 10 '
	equal "$(sent_through twice=datagram,nth=2,from=client)" '1 2 2 3 4 5 6 7 8 9 10 '
	equal "$(sent_through lose=datagram,nth=1 lose=datagram,nth=2)" '3 4 5 6 7 8 9 10 '
	equal "$(sent_through lose=datagram,nth=4,to=9,each=2)" '1 2 3 5 7 9 10 '
}

@test "each fault is told in the narration's format and clock" {
	sent_through lose=datagram,nth=3
	grep -qE '^[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\.[0-9]{6} wire fault\(lose=datagram,nth=3\) = 45$' wire.log
	equal "$(grep -c fault wire.log)" 1
}

@test "random loss is the same each time, and another with another seed" {
	first=$(sent_through lose=datagram,chance=50)
	equal "$(sent_through lose=datagram,chance=50)" "$first"
	[ "$(sent_through lose=datagram,chance=50,seed=2)" != "$first" ]
}

@test "swapped by a rule for all, each is behind the next: in pairs" {
	equal "$(sent_through swap=datagram)" '2 1 4 3 6 5 8 7 10 9 '
}

@test "no rule counts the datagrams to port 9 by which scripts see that all has arrived, nor their refusal" {
	for family in -4 -6; do
		run --separate-stderr "$lab" $family -d 1 -f lose=datagram,nth=1 -f lose=frame,nth=12 sh -c '
			for try in 1 2 3 4 5 6; do echo | on client udp_client -c server 9; done; :'
		equal "$(grep -c "Connection refused" <<< "$stderr")" 6
		like "$stderr" '*wire: -f lose=datagram,nth=1: never applied*'
		like "$stderr" '*wire: -f lose=frame,nth=12: never applied*'
	done
}

@test "what is held is overtaken" {
	"$lab" -4 -d 5 -f hold=datagram,nth=1,by=300 sh -c '
		: > log
		on server socktrace udp_server -o -n 2 9000 2> log &
		until grep -q "^listening" log; do :; done
		printf "%s\n" one three | on client udp_client -o server 9000
		wait'
	equal "$(sed -n 's/.*recvfrom(.*) = \([0-9]*\) .*/\1/p' log | tr '\n' ' ')" '5 3 '
}

@test "cross has a segment wait for one of its kind from the other end, at any speed" {
	"$lab" -4 -d 5 -f cross=datagram sh -c '
		: > log
		on server socktrace udp_server -n 1 9000 2> log &
		until grep -q "^listening" log; do :; done
		echo never | on client udp_client -o server 9000
		on server udp_client -o -p 9001 client 9002 < /dev/null
		! grep -q "recvfrom.* = " log || exit 1
		echo meets | on server udp_client -o client 9002
		until grep -q "recvfrom.* = 5 " log; do sleep 0.01; done'
}

@test "swap delivers a frame right behind the next of its kind, at any speed; with by so much later" {
	for rule in swap=datagram,nth=2 swap=datagram,nth=2,by=30; do
		"$lab" -4 -d 5 -f $rule,from=client sh -c '
			: > log
			on server socktrace -o calls udp_server -o -n 3 9000 2> log &
			until grep -q "^listening" log; do :; done
			printf "%s\n" one three | on client udp_client -o server 9000
			until [ "$(grep -c "recvfrom.* = " calls)" -eq 1 ]; do sleep 0.01; done
			echo eleven | on client udp_client -o server 9000
			until [ "$(grep -c "recvfrom.* = " calls)" -eq 3 ]; do sleep 0.01; done'
		equal "$(sed -n 's/.*recvfrom(.*) = \([0-9]*\) .*/\1/p' calls | tr '\n' ' ')" '3 6 5 '
		rm calls
	done
	run --separate-stderr "$lab" -4 -d 0 -f swap=datagram sh -c '
		echo hello | on client udp_client -o server 7
		until grep -q fault "$LAB/wire"; do sleep 0.01; done'
	equal "$status $stderr" '1 wire: -f swap=datagram: no frame came after it'
}

@test "for and after count from the first frame, or from the first of the kind" {
	# the cable loses the first SYN; the next one is sent after 1 s
	"$lab" -4 -d 5 -f lose=segment,for=500 sh -c '
		: > log
		on server tcp_server -n 1 9000 2> log &
		until grep -q "^listening" log; do :; done
		echo hello | on client tcp_client server 9000 > answer
		cp "$LAB/wire" wire.log'
	equal "$(cat answer)" hello
	equal "$(grep -c fault wire.log)" 1
	# in the first second, the cable loses nothing: that is enough for this connection
	run --separate-stderr "$lab" -4 -d 5 -f lose=frame,after=1000,for=60000 sh -c '
		: > log
		on server tcp_server -n 1 9000 2> log &
		until grep -q "^listening" log; do :; done
		echo hello | on client tcp_client server 9000'
	equal "$output" hello
}

@test "a rule that never applied is told at the end, and a failure" {
	run --separate-stderr "$lab" -4 -f lose=SYN,nth=7 true
	equal "$status $stderr" '1 wire: -f lose=SYN,nth=7: never applied'
	run --separate-stderr "$root/scripts/demo" -q -o out -f lose=RST handshake
	equal "$status" 1
	like "$stderr" '*wire: -f lose=RST: never applied*'
}

@test "a frame that waited in vain to cross another is reported at the end, and a failure" {
	run --separate-stderr "$lab" -4 -d 0 -f cross=datagram sh -c '
		echo hello | on client udp_client -o server 7
		until grep -q fault "$LAB/wire"; do sleep 0.01; done'
	equal "$status $stderr" '1 wire: -f cross=datagram: no such frame came from the other end'
}

@test "a rule that is none is refused, and the place named" {
	while read -r rule place; do
		run --separate-stderr wire -f "$rule" a b
		equal "$rule: $status" "$rule: 2"
		like "$stderr" "wire: *$place*"
	done <<- 'END'
	lose=SIN 'SIN'
	drop=SYN 'drop=SYN'
	lose 'lose'
	lose=SYN,nth=x nth: 'x'
	lose=SYN,nth=-1 nth: '-1'
	lose=SYN,nth=99999 nth: '99999'
	lose=SYN,nth=1.5 nth: '1.5' is not a whole number
	lose=SYN,each=0.5 each: '0.5' is not a whole number
	hold=SYN,by=1.2.3 by: '1.2.3' is not a number
	hold=SYN,by=1. by: '1.' is not a number
	lose=SYN,from=nowhere from: 'nowhere'
	lose=SYN,lose=FIN 'lose=FIN'
	lose=SYN,every 'every'
	hold=SYN hold without by
	cross=SYN,by=3 by without hold or swap
	lose=SYN,by=3 by without hold or swap
	nth=3 no fault
	lose=SYN,nth=1,nth=2 'nth=2': nth is given twice
	lose=SYN,from=a,from=b 'from=b': from is given twice
	lose=SYN,for=1,for=1 'for=1': for is given twice
	lose=SYN,to=3 to without nth
	lose=SYN,nth=3,to=2 to=2 is before nth=3
	lose=SYN,seed=3 seed without chance
	lose=SYN,chance=101 chance: '101' is not a whole number from 1 to 100
	lose=SYN,chance=0 chance: '0' is not a whole number from 1 to 100
	lose=SYN,nth=0 nth: '0' is not a whole number from 1
	lose=SYN,each=0 each: '0' is not a whole number from 1
	lose=SYN,for=0 for: '0' is not more than 0
	hold=SYN,by=0.0 by: '0.0' is not more than 0
	lose=SYN, nothing after the last comma
	lose=SYN,,nth=1 '' is wrong
	lose=SYN,from=c from: 'c'
	lose=SYN,from= from: ''
	END
	run --separate-stderr wire a a
	equal "$status $stderr" '2 wire: a: cannot be both ends of the cable (see -h)'
	run --separate-stderr "$lab" -f 'lose=SYN;true' true
	equal "$status" 2
	run --separate-stderr "$lab" -f lose=SIN true
	equal "$status" 2
	like "$stderr" "*'SIN'*"
}

@test "a flipped bit is what the checksum is for" {
	"$root/scripts/demo" -q -o out corrupted-segment
	equal "$(tcpdump -vnr out/corrupted-segment/client.pcap 2> /dev/null | grep -c incorrect)" 0
	equal "$(tcpdump -vnr out/corrupted-segment/server.pcap 2> /dev/null | grep -c incorrect)" 1
}

@test "10,000 hostile frames pass untouched, and the rules' eyes survive them" {
	cc -std=c11 -Wall -Wextra -Wpedantic -Werror -o hostile "$BATS_TEST_DIRNAME/hostile.c"
	make -s -C "$root" BUILD="$PWD/asan" "$PWD/asan/wire" \
		CFLAGS='-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all'
	for rules in '' '-f flip=frame,chance=50 -f twice=data -f hold=FIN,by=1 -f lose=datagram,each=2 -f lose=SYN-ACK -f twice=RST'; do
		BUILD=$PWD/asan timeout 60 "$lab" -4 -d 1 $rules sh -c '
			frames() { on $1 ip -s link show eth0 | awk "/$2:/ { getline; print \$2 }"; }
			# from here on the client sends no IPv6 packet by itself, and all that it sent has arrived
			echo 1 | on client tee /proc/sys/net/ipv6/conf/eth0/disable_ipv6 > /dev/null
			echo | on client udp_client -c -t 500 server 9 2> /dev/null
			from=$(frames client TX) to=$(frames server RX)
			on client ./hostile eth0 10000
			tries=100
			until sent=$(($(frames client TX) - from)) came=$(($(frames server RX) - to))
				[ $came -eq $sent ] || [ $((tries -= 1)) -eq 0 ]; do
				sleep 0.01
			done
			echo $((sent >= 10000)) $((sent - came)) > missing' 2> lab.log || true
		equal "$(grep -E 'runtime error|Sanitizer' lab.log)" ''
		[ -n "$rules" ] || equal "$(cat missing)" '1 0'
	done
}

@test "VLAN tags come through the cable, and its rules see what is behind one" {
	cc -o frames "$BATS_TEST_DIRNAME/frames.c"
	ends=020000000002020000000001 datagram=0800450000210001000040110000c0000201c00002029c400007000d0000
	cat > sent <<- END
		${ends}${datagram}68656c6c6f
		${ends}8100a02a${datagram}68656c6c6f
		${ends}88a8e0078100002a${datagram}68656c6c6f
		${ends}8100000a${datagram}68656c6c6f
		${ends}8100002a88b568656c6c6f
	END
	timeout 20 "$lab" -4 -d 0 -f flip=datagram,nth=2,to=3 sh -ec '
		: > recorder
		on server tcpdump -ni eth0 -Q in --immediate-mode -c 5 -w - ether src 02:00:00:00:00:01 and \
			"(ip or vlan or ether proto 0x88a8)" > came.pcap 2> recorder &
		until grep -q listening recorder; do sleep 0.01; done
		on client ./frames eth0 < sent
		wait
		cp "$LAB/wire" wire.log'
	tcpdump -nr came.pcap -xxt 2> /dev/null | sed 's/^[^\t].*/@/; s/^\t0x....://; s/ //g' | tr -d '\n' | tr @ '\n' > came
	equal "$(sed 1d came)" "$(sed '2s/f$/e/; 4s/f$/e/' sent)"
	equal "$(sed -n 's/.*fault.* = //p' wire.log | tr '\n' ' ')" '51 51 '
}

@test "a frame too long for the other side is lost, which is reported at the end, and the cable lives on" {
	run --separate-stderr timeout 30 "$lab" -4 -d 0 sh -ec '
		ip link set server mtu 576
		: > log
		on server tcp_server -n 1 9000 2> log &
		until grep -q "^listening" log; do :; done
		head -c 1000 /dev/zero | on client udp_client -o server 9
		echo hello | on client tcp_client server 9000'
	equal "$status $output $stderr" \
		'1 hello wire: 1 frame lost without a RULE: too long for the interface that they leave by (its MTU)'
}

@test "an interface may be down for a while; if it is gone, that ends the cable" {
	for down in server client; do
		run --separate-stderr timeout 30 "$lab" -4 -d 0 sh -ec '
			: > log
			on server tcp_server -n 2 9000 2> log &
			until grep -q "^listening" log; do :; done
			echo before | on client tcp_client server 9000
			ip link set "$1" down
			if [ "$1" = server ]; then # its host has no carrier now, so the datagram is lost
				echo lost | on client udp_client -o server 9
			fi
			ip link set "$1" up
			echo after | on client tcp_client server 9000' sh $down
		equal "$output" $'before\nafter'
		[ $down = client ] || like "$status $stderr" \
			'1 wire: [1-9] frame* lost without a RULE: the interface that they leave by was down'
	done
	run --separate-stderr timeout 30 "$lab" -4 -d 0 sh -c '
		ip link delete server
		sleep 60'
	equal "$status" 1
	like "$stderr" 'lab: the cable (wire) exited with status 1: wire: server: this interface is gone'
}

@test "a rule costs a frame no more where many are on their way, and one waits behind them" {
	timeout 60 "$lab" -4m -d 60000 -f hold=frame,nth=1,by=60000 -f lose=datagram,nth=30000 sh -c '
		until grep -q nth=30000 "$LAB/wire"; do
			seq 2000 | on client udp_client -o server 7
		done
		cut -d " " -f 14,15 "/proc/$(pgrep -x wire)/stat"' > ticks
	echo "$(cat ticks) ticks of $(getconf CLK_TCK) a second"
	[ $(($(tr ' ' + < ticks))) -lt $(($(getconf CLK_TCK) * 2)) ]
}

@test "a bulk transfer loses nothing" {
	run --separate-stderr "$lab" -m -4 -a -d 0 bash -c '
		: > log
		on server halfclose server -n 1 9000 2> log &
		until grep -q "^listening" log; do :; done
		head -c 250000000 /dev/zero | { TIMEFORMAT=%R; time on client halfclose client server 9000; } 2> took'
	echo "$(awk '{ printf "%.0f Mbit/s", 2000 / $1 }' took) $stderr"
	equal "$status ${lines[0]}" '0 0 1 250000000'
}

# The exercises in lab/README.md.
@test "the cable's exercises show what they ask about" {
	sent() { # DIR FAULTS BYTES: records a transfer; later its events are in DIR.events
		start "$1.log" timeout 100 "$root/scripts/record" $2 -t 90 -o "$1" --server 'halfclose server -n 1 9000' \
			--client "head -c $3 /dev/zero | halfclose client server 9000"
	}
	sent one '-f lose=data,chance=1' 300000
	sent five '-f lose=data,chance=5' 300000
	sent at0 '-d 0' 100
	sent at200 '-d 200' 100000
	for n in 0 1 2 3; do
		wait_until $((SECONDS + 90)) 'the end of a transfer' eval '! kill -0 "${started[n]}" 2> /dev/null'
		wait "${started[n]}"
	done
	for name in one five at0 at200; do
		"$root/scripts/ladder" --events "$name" > "$name.events"
	done
	# took NAME CALL: prints the ms from the entry of the client's connect() to the return of CALL
	took() {
		awk -F '\t' -v call="$2" '/connect\(.*\.\.\./ { began = $4 } index($8, call) == 1 { printf "%d", 1000 * ($4 - began); exit }' "$1.events"
	}
	# 1. connect() returns after a round trip, accept() after half a round trip more
	[ "$(took at0 'connect(3, 192.0.2.2:9000) = 0')" -lt 400 ]
	[ "$(took at200 'connect(3, 192.0.2.2:9000) = 0')" -ge 400 ]
	[ "$(took at200 'accept(3) = 4')" -ge 600 ]
	# 2. ten segments are the initial congestion window
	equal "$(awk -F '\t' '$1 == "segment" && $2 == "server" && $9 == 1 && !first { first = $5 }
		$1 == "segment" && $2 == "client" && $11 > 0 && (!first || $4 < first) { n++; bytes += $11 }
		END { print n, bytes }' <(sort -s -t $'\t' -k 2,2r at200.events))" '10 14480'
	# 3. the time grows with the number of time-outs (a second or more), not of losses
	like "$(cat one/client.head.*.out)" '* 300000'
	like "$(cat five/client.head.*.out)" '* 300000'
	for name in one five; do
		awk -F '\t' '
			$1 == "segment" { last = $5 > last ? $5 : last; if (!began) began = $4 }
			/\tretransmission, 1[0-9][0-9][0-9] ms/ { # one time-out may retransmit two segments
				if ($4 - latest > 0.5) late++
				latest = $4
			}
			/\tfast retransmission/ { fast++ }
			END { print last - began, late + 0, fast + 0; exit last - began < late }' $name.events > $name.sum
	done
	[ "$(wc -l < five/wire.cable.log)" -gt "$(wc -l < one/wire.cable.log)" ]
	awk '{ exit $3 < 1 }' five.sum # there is a fast retransmission, which costs only a round trip
}
