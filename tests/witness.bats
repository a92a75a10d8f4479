#!/usr/bin/env bats
# Compares the ladder with what other programs read from the same captures.

load helper

# witness NAME...: compares the ladder's numbers, notes and counts with those of tshark.
witness() {
	need tshark python3
	python3 "$BATS_TEST_DIRNAME/witness.py" "$build/ladder" "$@" > found 2> errors || {
		cat errors
		grep '^?' found
		false
	}
}

# lossy SEED: records a transfer over a cable that loses frames, in a folder of its own; by
# SEED with the textbook's TCP or the kernel's, over IPv4 or IPv6, in one direction or both.
lossy() {
	options=-6
	[ $(($1 % 3)) -eq 0 ] || options=-4
	[ $(($1 % 2)) -eq 0 ] || options="$options -k"
	case $(($1 % 4)) in
	0 | 1) also="twice=segment,chance=5,seed=$(($1 + 100))" ;;
	*) also="hold=segment,by=12,chance=8,seed=$(($1 + 200))" ;;
	esac
	mkdir "$1"
	cd "$1"
	timeout 100 "$root/scripts/lab" $options -d 5 -f "lose=segment,chance=10,seed=$1" -f "$also" sh -c '
		for host in client server; do
			on $host tcpdump -ni eth0 -U --immediate-mode -s 200 -B 16384 --time-stamp-precision=nano \
				-w - tcp > $host.pcap 2> $host.recorder &
			recorders="$recorders $!"
		done
		until grep -q listening client.recorder && grep -q listening server.recorder; do sleep 0.01; done
		if [ $(($1 % 5)) -gt 2 ]; then
			program=tcp
			seq 1 5 60
		else
			program=halfclose
			head -c 24000 /dev/zero
		fi > input
		case $program in
		tcp) on server tcp_server -n 1 9000 2> log & ;;
		*) on server halfclose server -n 1 9000 2> log & ;;
		esac
		server=$!
		until grep -q listening log; do sleep 0.01; done
		case $program in
		tcp) on client tcp_client server 9000 ;;
		*) on client halfclose client server 9000 ;;
		esac < input > output
		wait $server
		while on client ss -Htan state connected exclude time-wait | grep -q .; do sleep 0.01; done
		while on server ss -Htan state connected exclude time-wait | grep -q .; do sleep 0.01; done
		kill -INT $recorders
		wait' sh "$1" > out 2>&1 || true # a rule that never applied is no failure here
}

# explained: checks that lab/README.md has the reason for each class of difference found.
explained() {
	sed -n 's/^ *[0-9]*  //p' found | sed '$d' > classes
	while read -r class; do grep -qF "| $class |" "$root/lab/README.md" || echo "$class"; done < classes > unexplained
	equal "$(cat unexplained)" ''
}

@test "numbers, notes and counts are tshark's, in every demo over both families" {
	make_gallery
	make_demos_6
	witness "$demos"/[46]/*/
	explained
}

@test "they are on 30 bad cables, too, with the textbook's TCP and the kernel's" {
	export root PATH
	export -f lossy
	seq 30 | xargs -P 6 -I SEED bash -c 'lossy SEED'
	for name in {1..30}/{client,server}.pcap; do [ -s "$name" ]; done
	witness {1..30}
	explained
}

@test "they are where a segment is rejected, belongs to another, comes in pieces, twice, or with bytes that had come" {
	c='192.0.2.1:40000 > 192.0.2.2:9000'
	s='192.0.2.2:9000 > 192.0.2.1:40000'
	opened="1.00 $c S seq 0 scale 0
		1.01 $s SA seq 0 ack 1 win 1000 scale 0
		1.02 $c A seq 1 ack 1 win 1000"
	closed="2.00 $c FA seq 6 ack 1 win 1000
		2.01 $s A seq 1 ack 7 win 1000
		2.02 $s FA seq 1 ack 7 win 1000
		2.03 $c A seq 7 ack 2 win 1000"
	# differs_by CLASS: checks that the packets on stdin have differences of this class only
	differs_by() {
		capture one.pcap
		witness one.pcap
		explained
		equal "$(cat classes)" "$1"
	}
	differs_by '' <<< "$opened
		1.10 $c A seq 1 ack 1 len 24 win 1000 ts 1 1 more id 2
		1.11 $c A frag 40 len 10 id 2
		1.12 $c A seq 19 ack 1 len 24 win 1000 ts 1 1 more id 3
		1.13 $c A frag 72 len 5 id 3
		1.14 $c A frag 40 more len 32 id 3
		1.20 $s A seq 1 ack 64 win 1000"
	differs_by 'ports used again' <<< "$opened
		9000.0 $c S seq 70000
		9000.1 $s SA seq 30000 ack 70001
		9000.2 $c A seq 70001 ack 30001"
	differs_by ignored <<< "$opened
		1.03 $c R seq 5000 win 1000
		1.04 $c PA seq 1 ack 1 len 5 win 1000
		1.05 $s A seq 1 ack 6 win 1000
		$closed"
	differs_by ignored <<< "1.00 $c S seq 0
		1.01 $s SA seq 0 ack 4900
		1.02 $c R seq 4900"
	differs_by ignored <<< "1.00 $c S seq 0
		1.01 $s SA seq 0 ack 1
		1.02 $c A seq 1 ack 50"
	differs_by '' <<< "$opened
		1.10 $c FA seq 1 ack 1 win 1000
		1.11 $s FA seq 1 ack 1 win 1000
		1.12 $c A seq 2 ack 2 win 1000
		1.13 $s A seq 2 ack 2 win 1000"
	differs_by 'RST of a closed port' <<< "1.00 $c S seq 0
		1.01 $s RA seq 0 ack 1 win 0"
	differs_by 'seen after all' <<< "$opened
		1.10 $s PA seq 1 ack 1 len 20 win 1000
		1.40 $s PA seq 17 ack 1 len 16 win 1000
		1.50 $c A seq 1 ack 33 win 1000"
	differs_by keep-alive <<< "$opened
		1.10 $c FA seq 1 ack 1 win 1000
		1.11 $c A seq 1 ack 1 win 1000"
	differs_by 'window probe' <<< "$opened
		1.10 $c A seq 1 ack 1 len 5 win 1000
		1.11 $s A seq 1 ack 6 win 0
		1.40 $c A seq 5 ack 1 win 1000
		1.41 $s A seq 1 ack 6 win 0
		1.50 $s A seq 1 ack 6 win 1000"
	differs_by '' <<< "1.0 $c S seq 0 scale 7 cut 56
		1.1 $s SA seq 0 ack 1 scale 7 cut 56
		1.2 $c A seq 1 ack 1 win 200
		1.3 $c PA seq 1 ack 1 len 1016 win 200 cut 60"
	# without the copies, the ladder agrees with tshark
	{
		for i in 1 2; do
			printf '%s\n' "1.000$i $c S seq 0 id 7" "1.010$i $s SA seq 0 ack 1" \
				"1.020$i $c PA seq 1 ack 1 len 5 id 8" "1.030$i $s A seq 1 ack 6 id 9"
		done
	} | sort -n > twice
	differs_by 'recorded twice' < twice
	grep -q 'ladder has 4 segments, tshark 8' found
	differs_by '' < <(grep '1 192' twice)
}
