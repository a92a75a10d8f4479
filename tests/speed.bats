#!/usr/bin/env bats
# What must be fast: run alone, when nothing else runs.

load helper

demo=$root/scripts/demo

@test "a demo takes at most 0.5 s more than its cable" {
	for round in 1 2 3; do
		"$demo" -q -o out four-way-close > verdict
		# from the client's first call to the last arrival
		cable=$(awk -F '\t' '$1 == "segment" { if (!from) from = $4; to = $5 } END { print to - from }' out/four-way-close/timeline)
		took=$(awk '{ print $(NF - 1) }' verdict)
		echo "$took s, of which $cable s on the cable"
		awk -v took="$took" -v cable="$cable" 'BEGIN { exit !(took - cable <= 0.5) }' && return
	done
	return 1
}

ladder=$root/scripts/ladder

# middle COMMAND...: the median of 9 runs, in ms.
middle() {
	for round in 1 2 3 4 5 6 7 8 9; do
		from=$EPOCHREALTIME
		"$@" > /dev/null
		echo $(((${EPOCHREALTIME/./} - ${from/./}) / 1000))
	done | sort -n | sed -n 5p
}

@test "the ladder of a small capture takes less than 50 ms" {
	took=$(middle "$ladder" "$BATS_TEST_DIRNAME/fixtures/four-way-close/client.pcap")
	echo "$took ms"
	[ "$took" -lt 50 ]
}

@test "that of 100,000 segments less than 5 s and 200 MB, growing in a straight line" {
	many 100000
	for count in 25000 50000 100000; do
		tcpdump -r - -c $count -w - < many.pcap > $count.pcap 2> /dev/null
		from=$EPOCHREALTIME
		setsid "$ladder" $count.pcap > $count.ladder &
		while kill -0 $! 2> /dev/null; do
			ps -o rss= -s $! | awk '{ sum += $1 } END { print sum + 0 }' >> $count.memory
			sleep 0.05
		done
		took=$(((${EPOCHREALTIME/./} - ${from/./}) / 1000))
		memory=$(sort -n $count.memory | tail -n 1)
		echo "$count segments: $took ms, $memory KB"
		equal "$(grep -c 'ack' $count.ladder)" $((count - 1)) # but for the first SYN
		eval "took_$count=$took"
	done
	[ "$took" -lt 5000 ]
	[ "$memory" -lt 200000 ]
	[ "$took" -lt $((took_25000 * 6)) ] # 4 times as much, and the noise of a machine
}

@test "the live ladder draws a segment within 100 ms, the cable's 20 ms included" {
	watched '
		for port in 9001 9002 9003 9004 9005 9006 9007 9008 9009; do
			from=$EPOCHREALTIME
			echo hello | on client udp_client -o server $port
			until grep -q ":$port ──* *[0-9.]*$\|:$port ─*▶" drawn; do :; done
			echo $(((${EPOCHREALTIME/./} - ${from/./}) / 1000))
		done > latency'
	cat latency
	[ "$(sort -n latency | sed -n 5p)" -le 100 ]
}
