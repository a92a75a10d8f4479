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
