#!/usr/bin/env bats
# Every demo keeps its promise, with real segments; and a broken promise is found.

load helper

demo=$root/scripts/demo

@test "every demo keeps its promise over IPv4, and the gallery shows it" {
	make_gallery
	run cat "$demos/told"
	echo "$output"
	count=$(ls "$root"/scripts/demos/*.sh | wc -l)
	equal "${lines[-2]}" "$count of $count kept their promise"
	equal "${lines[-1]}" "$demos/4/index.html"
	like "${lines[0]}" " 1/$count ok * *[0-9].[0-9][0-9] s"
}

@test "every demo keeps its promise over IPv6" {
	make_demos_6
	cat "$demos/told.6"
	count=$(ls "$root"/scripts/demos/*.sh | wc -l)
	skipped=$(grep -l '^needs_ipv4' "$root"/scripts/demos/*.sh | wc -l)
	equal "$(tail -n 1 "$demos/told.6")" "$((count - skipped)) of $count kept their promise, $skipped skipped"
}

@test "the seed's numbers are in the capture, by tcpdump's own reckoning" {
	for family in 4 6; do
		for host in client server; do
			tcpdump -nr "$demos/$family/four-way-close/$host.pcap" tcp 2> /dev/null |
				sed 's/.*Flags/Flags/; s/, win.*//' | tail -n 4 > close
			equal "$(cat close)" 'Flags [F.], seq 1467, ack 267
Flags [.], ack 1468
Flags [F.], seq 267, ack 1468
Flags [.], ack 268'
		done
	done
}

@test "no capture has a malformed packet, a bad checksum or a gap" {
	need tshark mergecap
	recipes=("$root"/scripts/demos/*.sh)
	equal "$(ls "$demos"/[46]/*/*.pcap | wc -l)" $((4 * ${#recipes[@]} - 2 * $(grep -l '^needs_ipv4' "${recipes[@]}" | wc -l)))
	# what must not be there, unless a rule of the cable causes it: see the recipe
	for recipe in "${recipes[@]}"; do
		name=${recipe##*/}
		wrong='_ws.malformed || ip.checksum.status == Bad'
		grep -q '^lab.* flip=datagram' "$recipe" || wrong+=' || udp.checksum.status == Bad'
		grep -qE '^lab.* (lose|hold|swap)=' "$recipe" ||
			wrong+=' || tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment'
		# Linux may write TCP's checksum 0 as 0xffff, which is also right
		grep -q '^lab.* flip=data,' "$recipe" ||
			wrong+=' || (tcp.checksum.status == Bad && tcp.checksum != 0xffff)'
		for host in client server; do
			captures=("$demos"/[46]/"${name%.sh}/$host.pcap")
			printf '%s\0' "$wrong" "${captures[0]}" "${captures[-1]}"
		done
	done | xargs -0 -n 3 -P 2 sh -c 'mergecap -w - "$2" "$3" | tshark -o ip.check_checksum:TRUE \
		-o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE -Y "$1" -r -' sh 2> err > out
	equal "$(cat out)" ''
}

@test "no state in a ladder contradicts the kernel, which was asked each millisecond; none is called reported before it was" {
	# a demo has about 2,000 samples; fewer would prove little
	compared() { # LEAST FOLDER...
		run contradicted "${@:2}"
		echo "$output"
		like "${lines[-1]}" '*, 0 wrong'
		[ "${output%% *}" -ge "$1" ]
	}
	compared 20000 "$demos"/4/*/
	compared 20000 "$demos"/6/*/
	seeds='1 2 3'
	[ -z "${ALL_DEMOS-}" ] || seeds=$(seq 30)
	for seed in $seeds; do
		witnessed timeout 120 "$demo" -q --explore -j 4 -f "lose=segment,chance=15,seed=$seed" -o "lossy-$seed" \
			half-close four-way-close simultaneous-close reset > log 2>&1 || { cat log; false; }
	done
	compared 2000 lossy-*/*/
}

@test "the kernel's witness finds a state that is wrong, and one that was not reported yet" {
	# wrong FROM TO: what it finds if the ladder of half-close has the state TO in place of FROM
	wrong() {
		"$root/scripts/ladder" --events "$demos/4/half-close" | sed "s/$1/$2/g" |
			"$BATS_RUN_TMPDIR/witness/witness" compare "$demos/4/half-close" | head -n 1
	}
	like "$(wrong FIN_WAIT2 FIN_WAIT1)" '*client.states: 192.0.2.1:40000 192.0.2.2:9000: the kernel has FIN_WAIT2 at *'
	like "$(wrong CLOSE_WAIT ESTABLISHED)" '*server.states: *: the kernel has CLOSE_WAIT at *'
	like "$(wrong '(ESTABLISHED)' 'ESTABLISHED')" '192.0.2.*: no call has reported ESTABLISHED by *'
	like "$(wrong '(CLOSE_WAIT)' 'CLOSE_WAIT')" '192.0.2.2:9000 192.0.2.1:40000: no call has reported CLOSE_WAIT by *'
}

@test "which of parent and child closes the socket last is the scheduler's choice, and no part of a promise" {
	cp -r "$demos/4/combined-fin-ack" told
	# the child closes first, and the parent's close() ends the connection
	sed -i -e 's| tcp_server/2 close(4)| child close(4)|; s| tcp_server close(4)| tcp_server/2 close(4)|' \
		-e 's| child close(4)| tcp_server close(4)|' told/server.*.log
	run "$root/scripts/ladder" --all told
	like "$output" '*close(4) = 0*close(4) = 0*'
	"$root/scripts/ladder" --segments --promise told/promise told | diff "$demos/4/combined-fin-ack/seen" -
}

@test "a state that the segments do not allow fails a demo" {
	cp -r "$demos/4/reset" told
	# as if the kernel had reported an impossible state
	sed -i 's/ recv(3) = 6 \[ESTABLISHED/ recv(3) = 6 [LAST_ACK/' told/client.*.log
	run --separate-stderr "$root/scripts/ladder" --segments told
	equal "$status" 1
	like "$stderr" 'ladder: client: recv(3) = 6: the kernel reported LAST_ACK, which the segments do not allow'
}

@test "where no lab can be made, demos that need none are played on lo" {
	need setpriv
	[ "$(id -u)" -eq 0 ] || skip 'root may record on lo'
	# as in a container: no namespace can be made, but lo can be recorded
	as_container() { setpriv --bounding-set -sys_admin,-net_admin --inh-caps -sys_admin,-net_admin "$@"; }
	run --separate-stderr as_container timeout 100 "$demo" --all -j 4 -o out
	echo "$output" "$stderr"
	equal "$status" 0
	like "$stderr" 'lab: no namespace can be made: *remedy: *demo: playing on lo the demos that need no lab*'
	like "${lines[-1]}" '21 of * kept their promise, * skipped'
	like "$output" '*skipped syn-lost *it needs a cable of its own*'
	[ -s out/handshake/lo.pcap ]
	run "$root/scripts/ladder" out/handshake
	like "$output" '*client 127.0.0.1:*server 127.0.0.2:9000*SYN seq 0*'
	run --separate-stderr as_container timeout 20 "$demo" -q -o out syn-lost
	equal "$status" 3
	# nothing is left
	equal "$(pgrep -f 'tcpdump -n -i lo ')" ''
}

@test "a demo that needs IPv4 is skipped over IPv6, which is said" {
	run --separate-stderr "$demo" -6 -q -o out broadcast
	equal "$status $output" '3 skipped broadcast                        IPv6 has no broadcast: see multicast'
	[ ! -e out/broadcast ]
	run --separate-stderr "$demo" -6 -q -o out broadcast multicast
	equal "$status ${lines[-1]}" '0 1 of 2 kept their promise, 1 skipped'
}

@test "what was asked and answered by hand is DNS, and HTTP, to others" {
	run tcpdump -nvr "$demos/4/dns-by-hand/client.pcap" port 53
	like "$output" '*4660+ A? server.example. (32)*4660* 1/0/0 server.example. A 192.0.2.2 (48)*'
	run tcpdump -nr "$demos/4/http-by-hand/client.pcap" tcp
	like "$output" '*length 18*HTTP: GET / HTTP/1.0*length 51*HTTP: HTTP/1.0 200 OK*'
}

@test "where neither is allowed, both reasons are told, each with a remedy" {
	mkdir bin
	printf '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2\nexit 1\n' > bin/unshare
	printf '#!/bin/sh\necho "tcpdump: lo: no permission" >&2\nexit 1\n' > bin/tcpdump
	chmod +x bin/*
	run --separate-stderr env PATH="$PWD/bin:$PATH" "$demo" -q handshake
	equal "$status" 1
	like "$stderr" '*lab: no namespace can be made: *remedy: *demo: lo cannot be recorded, either: lo: no permission*remedy: *'
}

@test "--brief: the demos of the lesson fit a projector, 24 lines of 80 columns, with all that is marked" {
	make_gallery
	for name in $(sed -n 's/^LESSON = //p' "$root/Makefile"); do
		LC_ALL=C.UTF-8 "$root/scripts/ladder" --width 80 --brief "$demos/4/$name" > brief
		LC_ALL=C.UTF-8 "$root/scripts/ladder" --width 80 "$demos/4/$name" > whole
		[ "$(wc -l < brief)" -le 24 ] || { cat brief; false; }
		equal "$(grep -oE '(^| )\([1-3]\) ' brief)" "$(grep -oE '(^| )\([1-3]\) ' whole)"
		equal "$(grep -c 'setsockopt\|socket(\|bind(\|listen(' brief)" 0
	done
	run "$demo" --brief -o out refused
	equal "$status ${lines[1]}" '0 client$ tcp_client server 9000'
	like "$output" '*RST ACK*Look for: *'
}

@test "--step: a row after each Enter, q draws the rest, and so does the end of stdin" {
	ladder="$root/scripts/ladder --step $BATS_TEST_DIRNAME/fixtures/four-way-close"
	$root/scripts/ladder "$BATS_TEST_DIRNAME/fixtures/four-way-close" > whole
	mkfifo keys
	exec 8<> keys
	start told $ladder < keys
	heading=$(grep -n ' ms *client' whole | cut -d : -f 1) # then the ISNs
	rows=$((heading + 2))
	for key in x x x; do
		wait_for "row $rows" eval "[ \$(wc -l < told.out) -eq $rows ]"
		echo >&8
		rows=$((rows + 1))
	done
	wait_for "row $rows" eval "[ \$(wc -l < told.out) -eq $rows ]"
	echo q >&8
	ends "$pid"
	exec 8>&-
	diff told.out whole
	$ladder < /dev/null | diff - whole
	# a terminal echoes Enter; this must not leave an empty line
	printf '\n\nq\n' | script -qec "stty cols 120; $ladder" typescript > /dev/null
	grep -q $'\e\[A\e\[K' typescript
	run --separate-stderr "$demo" --step handshake refused
	equal "$status $stderr" '2 demo: --step: with one NAME only (-h for help)'
}

@test "on a terminal, texts are folded between words" {
	script -qec "stty cols 50; '$demo' --answer refused" typescript > /dev/null
	tr -d '\r' < typescript | sed '/^Script /d; /^$/d' > told
	[ "$(wc -l < told)" -gt 3 ]
	equal "$(grep -c '.\{51\}' told || :)" 0
	equal "$(paste -sd ' ' told | tr -s ' ')" "$("$demo" --answer refused | paste -sd ' ')"
}

@test "--kernel-defaults: the promise holds, or why it cannot is told" {
	run "$demo" --kernel-defaults -o out -q handshake retransmission
	equal "$status" 0
	like "${lines[0]}" ' 1/2 ok *handshake *'
	like "${lines[1]}" 'retransmission: not checked: *(tcp_early_retrans)*'
	like "${lines[-1]}" '2 of 2 kept their promise'
}

@test "--kernel-defaults: a promise that a busy machine breaks by the kernel's RTO is not checked, and a line says so" {
	# the answers arrive after 400 ms: before the textbook's time-out (1 s), after the kernel's (200 ms)
	late='hold=segment,nth=2,to=3,by=400,from=server'
	run "$demo" --kernel-defaults -o out -q -f $late echo
	equal "$status" 0
	like "${lines[0]}" 'echo: not checked: the kernel retransmitted what had arrived already (*): *(rto_min)*(tcp_early_retrans)*'
	run "$demo" -o out -q -f $late echo
	equal "$status" 0
	like "$output" 'ok *'
	run --separate-stderr "$demo" --kernel-defaults -o out -q -f lose=FIN,nth=1,from=client echo
	equal "$status" 1 # this is not excused if the cable has lost segments
}

@test "in no demo is a row of the harness, and the third duplicate ACK is marked as such" {
	make_gallery
	make_demos_6
	equal "$(grep -l ' killed by \|EINTR' "$demos"/[46]/*/*.log)" ''
	for demo in "$demos"/[46]/{cwnd-after-loss,fast-retransmit}; do
		LC_ALL=C "$root/scripts/ladder" --all "$demo" | sed -n '/(2) ACK/{ n; p; }' | grep -qF '(duplicate ACK 3)'
	done
}

# A host can be slower than the cable: no promise may depend on a fast host.
@test "where each call takes 60 ms longer, who is first stays first" {
	mkdir slow
	ln -s "$build"/* slow/
	rm slow/socktrace
	printf '#!/bin/sh\nexec "%s/socktrace" -d accept=60 -d recv=60 -d close=60 "$@"\n' "$build" > slow/socktrace
	chmod +x slow/socktrace
	BUILD=$PWD/slow "$demo" -q -j 4 -o . delayed-ack nagle-and-delayed-ack nodelay \
		broken-pipe address-in-use stream-has-no-boundaries udp-and-tcp-on-the-same-bad-wire
}

@test "where the scene's shell is slow, no program's time is over before its cue" {
	cp -r "$root/scripts" .
	sed -i -E 's/^(has_told|has_received|is_ready|client_tells)\(\) \{/&\n\tsleep 1.1/' \
		scripts/lib/scene/scene.sh scripts/demos/*.sh
	BUILD=$build scripts/demo -q -j 4 -o . simultaneous-open nagle-and-delayed-ack nodelay \
		udp-one-client-many-servers
}

@test "a scene waits a minute for programs of ours, and for others as long as it says" {
	cp -r "$root/scripts" .
	cat > scripts/demos/late.sh <<- 'END'
	title 'x'
	scene() {
		server tcp_server -n 1 9000
		{ sleep 1; : > "$run/late"; } &
		await 'what is late' 0 [ -e "$run/late" ]
		client tcp_client server 9000 < /dev/null
	}
	promise < /dev/null
	END
	BUILD=$build run scripts/demo -q --explore -o out late
	equal "$status" 0
	BUILD=$build run scripts/demo -q --explore -o out --server 'tcp_server -n 1 9000' late
	equal "$status" 1
	like "$output" '*gave up waiting for what is late*'
}

@test "a fault of one's own is seen, and breaks the promise" {
	run --separate-stderr "$demo" -o out -f lose=FIN,nth=1,from=client four-way-close
	equal "$status" 1
	like "$stderr" '*+> FIN ACK    seq 1467 ack 267  lost*'
	like "$output" '*FIN ACK seq 1467 ack 267 *'
}

@test "a recipe can have more clients than one: each has a port of its own" {
	cp -r "$root/scripts" .
	cat > scripts/demos/two.sh <<- 'END'
	title 'x'
	scene() {
		server tcp_server -n 2 9000
		echo one | client tcp_client server 9000
		echo two | client tcp_client server 9000
	}
	promise < /dev/null
	END
	BUILD=$build run scripts/demo -q --explore -o out two
	equal "$status" 0
	equal "$(grep -o ' SYN ACK .*' out/two/seen | grep -o '4000[0-9]:9000' | tr '\n' ' ')" '40000:9000 40001:9000 '
}

@test "--explore: what differs is told, and is no failure" {
	run "$root/scripts/demo" -q --explore -o out -f lose=SYN,nth=2 syn-lost
	equal "$status" 0
	like "$output" '*+> SYN        seq 0    lost*'
	like "${lines[-1]}" 'tried   syn-lost*'
	grep -q '^verdict tried$' out/syn-lost/run
	run "$root/scripts/demo" -q --explore -o out -f lose=SYN,nth=2 syn-ack-lost
	equal "$status" 0
	like "$output" '*+> SYN        seq 0    lost*'
	# a segment that is overtaken is not retransmitted before the timer expires
	for by in 400:1 1200:2; do
		run "$root/scripts/demo" -q --explore -o out -f hold=data,nth=2,by=${by%:*} segmentation
		equal "$status" 0
		equal "$(grep -c '^> ACK        seq 1449 ack 1    len 1448' out/segmentation/seen)" "${by#*:}"
	done
}

@test "a broken promise is a difference, and status 1" {
	cp -r "$root/scripts" .
	sed -i 's/^> FIN ACK .*/> FIN ACK    seq 1466 ack 267/' scripts/demos/four-way-close.sh
	run --separate-stderr env BUILD="$build" scripts/demo -q four-way-close
	equal "$status" 1
	like "$output" 'FAILED  four-way-close *'
	grep -qF -e '-> FIN ACK    seq 1466 ack 267' <<< "$stderr"
	grep -qF -e '+> FIN ACK    seq 1467 ack 267' <<< "$stderr"
}

@test "a promised call in the wrong place is found" {
	cp -r "$root/scripts" .
	awk '/^server accept = 4/ { next } { print } /^< SYN ACK/ { print "server accept = 4 [ESTABLISHED]" }' \
		"$root/scripts/demos/handshake.sh" > scripts/demos/handshake.sh
	run --separate-stderr env BUILD="$build" scripts/demo -q handshake
	equal "$status" 1
	grep -qF -e '+server accept = 4 [ESTABLISHED]' <<< "$stderr"
}

@test "a program that ends otherwise than expected is told, with its log" {
	cp -r "$root/scripts" .
	sed -i 's/failing client/client/' scripts/demos/refused.sh
	mkdir -p captures/refused
	echo 'recorded by scripts/demo of Sockets on the wire' > captures/refused/.sockets-on-the-wire
	echo earlier > captures/refused/client.pcap
	run --separate-stderr env BUILD="$build" scripts/demo refused
	equal "$status" 1
	equal "$(cat captures/refused/client.pcap)" earlier
	equal "${#lines[@]}" 1
	like "$stderr" "*client: 'tcp_client server 9000' exited with status 1, not with 0*Connection refused*"
}

@test "an optional segment may be missing, or be there; a wrong one may not" {
	printf '%s\n' '> SYN        seq 0' '? < ACK        seq 1    ack 1' '> FIN ACK    seq 1    ack 1' > promise
	# expected [LINE]: prints what is expected by the promise, if the capture also has LINE
	expected() {
		{
			echo '1.0 192.0.2.1:40000 > 192.0.2.2:9000 S seq 99'
			echo "$1"
			echo '1.1 192.0.2.1:40000 > 192.0.2.2:9000 FA seq 100 ack 200'
		} | capture seen.pcap
		"$root/scripts/ladder" --segments --promise promise --expected expected seen.pcap > seen
	}
	expected ''
	diff expected seen
	expected '1.05 192.0.2.2:9000 > 192.0.2.1:40000 A seq 200 ack 100'
	equal "$(wc -l < seen)" 3
	diff expected seen
	expected '1.05 192.0.2.2:9000 > 192.0.2.1:40000 R seq 200'
	run ! diff expected seen
}

@test "a demo prints its title, ladder, what to look for and a question" {
	run "$demo" -o out handshake
	equal "$status" 0
	like "${lines[0]}" 'handshake: The three-way handshake: connect() returns *'
	grep -q '── SYN seq 0 ─*▶' <<< "$output" || grep -q -- '-- SYN seq 0 -*>' <<< "$output"
	grep -q '^Look for: ' <<< "$output"
	grep -q '^Often said, but wrong: accept() answers the SYN\.$' <<< "$output"
	grep -q '^Question: .*?' <<< "$output"
	run "$demo" --answer handshake fin-lost
	equal "${#lines[@]}" 4
	like "${lines[3]}" 'Answer: Nothing: *'
	for recipe in "$root"/scripts/demos/*.sh; do
		for word in title promise look_for question answer; do
			equal "${recipe##*/} $word $(grep -c "^$word " "$recipe")" "${recipe##*/} $word 1"
		done
		like "$(grep -c '^myth ' "$recipe")" '[01]'
	done
}

@test "a demo without a myth prints none, nor does its page" {
	run ! grep '^myth ' "$root/scripts/demos/syn-lost.sh"
	run "$demo" -o out syn-lost
	equal "$status" 0
	like "$output" $'*\nLook for: *\nQuestion: *'
	run ! grep 'wrong' <<< "$output"
	"$root/scripts/gallery" -n -o out || true
	sed -n '/<article id="syn-lost">/,/<\/article>/p' out/index.html > article
	grep -q '<b>Question:</b> If the second SYN' article
	run ! grep 'wrong' article
}

@test "numbers that the texts state are in the recordings" {
	make_gallery
	# notes NAME PATTERN: prints the notes of its ladder that begin with PATTERN
	notes() { "$root/scripts/ladder" --all "$demos/4/$1" | grep -oE "\($2[^)]*\)"; }
	within_ms() { # NAME FIRST LAST FROM TO: checks the time between two rows of the client
		"$root/scripts/ladder" --events "$demos/4/$1" | awk -F '\t' -v first="$2" -v last="$3" -v from="$4" -v to="$5" '
			!began && $2 == "client" && index($8, first) == 1 { began = $4; next }
			began && $2 == "client" && index($8, last) == 1 { ended = $4 }
			END { ms = 1000 * (ended - began); exit !(ms >= from && ms <= to) }' || { echo "$*"; false; }
	}
	within_ms connect-timeout 'SYN' 'connect(3, 192.0.2.2:9000) = -1' 3000 4500
	within_ms gives-up 'PSH ACK' 'recv(3) = -1 ETIMEDOUT' 2000 3500
	within_ms deadlock 'send(3, 20000) ...' 'send(3, 20000) = 7300' 500 1000
	# each wait is twice as long as the one before
	notes retransmission retransmission | grep -o '[0-9]*' | paste -sd ' ' |
		awk '{ print; exit !($1 > 1020 && $2 > 1.7 * $1 && $2 < 2.3 * $1) }'
	like "$(notes nagle-and-delayed-ack 'delayed ACK')" '(delayed ACK, [4-9][0-9] ms)'
	like "$(notes fast-retransmit 'fast')" '(fast retransmission, [0-9]*[0-9] ms after the last)'
	[ "$(notes fast-retransmit 'fast' | grep -o '[0-9]*')" -lt 500 ]
	equal "$(notes udp-and-tcp-on-the-same-bad-wire retransmission | grep -c ', 1[0-9][0-9][0-9] ms')" 2
	# the text's third duplicate ACK is the third one in the ladder
	for name in fast-retransmit cwnd-after-loss; do
		equal "$name $("$root/scripts/ladder" --all "$demos/4/$name" | grep -A 1 -E '[^a-z](\(2\)|②) ACK' | grep -o 'duplicate ACK [0-9]*')" "$name duplicate ACK 3"
	done
	# the window shrinks, almost to nothing, and opens again
	"$root/scripts/ladder" --events "$demos/4/window" | awk -F '\t' '$2 == "server" && $8 ~ /ACK/ && $8 !~ /FIN/ { print $12 }' | head -n 5 > windows
	awk 'NR <= 4 && NR > 1 && $1 >= last { bad = 1 } { last = $1 } NR == 4 && $1 > 100 { bad = 1 } NR == 5 && $1 < 1000 { bad = 1 }
		END { exit bad || NR != 5 }' windows || { cat windows; false; }
	# 5 bytes of data in a packet of 57; a full segment has 12 bytes more without timestamps
	run tcpdump -nvr "$demos/4/nodelay/client.pcap" 'tcp[tcpflags] & tcp-push != 0'
	like "$output" '*length 57)*length 5*'
	equal "$(grep -o 'len 14[46][08]' "$demos/4/segmentation/seen" "$demos/4/syn-options/seen" -h | sort -u | paste -sd ' ')" 'len 1448 len 1460'
}

@test "a peer that answers no keep-alive gets so many probes as tcp_keepalive_probes says, then RST" {
	cp -r "$root/scripts" .
	cat > scripts/demos/silent.sh <<- 'END'
	title 'x'
	lab -f lose=segment,from=server,after=600
	scene() {
		setting server net/ipv4/tcp_keepalive_time 1
		setting server net/ipv4/tcp_keepalive_intvl 1
		setting server net/ipv4/tcp_keepalive_probes 2
		failing server tcp_server -n 1 -K 9000
		logged server 'ETIMEDOUT' | client tcp_client -r server 9000
	}
	promise < /dev/null
	END
	BUILD=$build run scripts/demo -q --explore -o out silent
	equal "$status" 0
	sed 1,3d out/silent/seen > after
	equal "$(cut -c 1-12 after | head -n 3 | paste -sd ' ')" '< ACK        < ACK        < RST ACK   '
	grep -q ' recv(4) = -1 ETIMEDOUT' out/silent/server.*.log
}

# typed_recipe NAME: makes the recipe typed-NAME. Its scene runs the commands that the demo
# NAME prints, in a shell that has only what each shell in the lab has. Calls are logged as
# for scripts/watch. The shell waits for each server to start, and for all of them to end.
typed_recipe() {
	local logs='"$dir"/server.*.log'
	{
		echo "is_there=' listen[(].*= 0| connect[(].*[.]{3}| bind[(].* = 0 \[[0-9[]|[0-9] [a-z_-]+ exit '"
		echo "ready() { : \$((n += 1)); until [ \$(grep -lE \"\$is_there\" $logs 2> ls | wc -l) -ge \$n ]; do sleep 0.02; done; }"
		sed -n 's/^	//p' "$1.shown" | sed 's/^\(	*on server .*&\)\( #.*\)*$/\1 ready/'
		echo wait
	} > "$1.lines"
	{
		sed '/^lab/d; /^scene() {/,/^}/d' "$root/scripts/demos/$1.sh"
		sed -n 's/^scripts\/lab -4/lab/p' "$1.shown" | sed 's/-f/\nlab -f/g'
		cat <<- END
		scene() {
			ln -s "\$\$ \$dir" "\$LAB/watch"
			env -i dir="\$dir" LAB="\$LAB" PATH="\$PATH" sh "$PWD/$1.lines"
			rm "\$LAB/watch"
		}
		END
	} > "scripts/demos/typed-$1.sh"
}

@test "what a demo shows can be typed into a lab, and gives what it promises; or it says why not" {
	run "$demo" --commands combined-fin-ack
	equal "$output" $'scripts/lab -4 -a\n\ton server socktrace -d close=CLOSE_WAIT tcp_server -n 1 -a 1 9000 &\n\techo hello | on client tcp_client server 9000'
	"$demo" -o out combined-fin-ack > shown
	equal "$(sed -n '3,5p' shown)" "$output"
	cp -r "$root/scripts" .
	# a demo for each kind of line; with ALL_DEMOS=1 all demos
	kinds='refused handshake combined-fin-ack syn-lost four-way-close connect-before-accept many-tcp-clients
		half-open-syn syn-options udp-connected-filters multicast gives-up http-by-hand'
	[ -z "${ALL_DEMOS-}" ] || kinds=$("$demo" --list | cut -d ' ' -f 1)
	for name in $kinds; do
		"$demo" --commands "$name" > "$name.shown"
		grep -q '^To look at, not to be typed in: ..........' "$name.shown" || typed_recipe "$name"
	done
	ls scripts/demos | sed -n 's/^\(typed-.*\)\.sh$/\1/p' > typed
	BUILD=$build run timeout 600 scripts/demo -q -j 4 -o out $(cat typed)
	echo "$output"
	equal "$status ${lines[-1]}" "0 $(wc -l < typed) of $(wc -l < typed) kept their promise"
	equal "$("$demo" --commands half-open | grep -c 'on server [^#]* &')" 1 # a comment follows
	equal "$("$demo" --commands $("$demo" --list | cut -d ' ' -f 1) | grep -c '^To look at')" 1
	run ! grep -E '^	.*(logged|received|await|setting|failing|line|arrived|patient) ' <("$demo" --commands $(cat typed | sed 's/typed-//'))
}

@test "SIGTERM and SIGINT end a demo, and leave no folder and no process" {
	for signal in TERM INT; do
		start log env --default-signal=INT "$demo" -q -d 543.25 -o out handshake
		wait_for 'the cable' eval "pgrep -f 'wire -d 543.25 client server' > /dev/null"
		kill -$signal "$pid"
		wait_for "the end after $signal" eval "! kill -0 $pid 2> /dev/null"
		wait_for 'the end of the cable' eval "! pgrep -f 'wire -d 543.25 client server' > /dev/null"
		equal "$(ls out)" ''
	done
}

@test "a full disk is told by name, before the scene and in it" {
	[ "$(id -u)" -eq 0 ] || skip 'a small disk of its own takes root'
	unshare --mount sh -c '
		mkdir small
		mount -t tmpfs -o size=1300k tmpfs small
		"$1" -q -d 200 -o small handshake 2> told &
		demo=$!
		until ls small/handshake.*/server.pcap; do sleep 0.01; done > ls 2>&1
		head -c 2000000 /dev/zero > small/fill 2> head
		wait $demo
		echo $? >> told
		"$1" -q -o small handshake 2>> told
		echo $? >> told
		ls small >> told' sh "$demo" > out
	like "$(cat told)" 'demo: */small/handshake.*: no room is left on its disk
1
demo: */small: less than 1 MiB of room is left on its disk
1
fill'
}

# recorder FILE: prints the process ID of the tcpdump that writes it.
recorder() {
	local recorder
	for recorder in $(pgrep -x tcpdump); do
		[ "$(readlink "/proc/$recorder/fd/1")" != "$1" ] || echo "$recorder"
	done
}

@test "a tcpdump that dies is told by its host, at once" {
	start log "$demo" -q -d 1000 -o out handshake
	wait_for 'the recorder' eval 'found=$(recorder "$PWD/out/handshake.$pid/client.pcap"); [ -n "$found" ]'
	kill -KILL "$found"
	ends "$pid" 1
	like "$(cat log)" 'demo: *record* on client*'
	equal "$(ls out)" ''
}

@test "the same demo twice at once" {
	start one "$demo" -q -o out udp-echo
	one=$pid
	start two "$demo" -q -o out udp-echo
	ends "$pid"
	ends "$one"
	equal "$(ls out)" udp-echo
}

@test "wrong usage is told, with 2" {
	for arguments in '' nowhere -x '-d' '--al' '--all handshake' '-j 0 handshake' '-j x handshake' \
		'-d x handshake' '-f wrong handshake' '-f lose=SYN,nth=x handshake' '-f lose=SYN,from=me handshake'; do
		run --separate-stderr "$demo" $arguments
		equal "$arguments: $status" "$arguments: 2"
		like "$stderr" '*demo: *\(-h for help\)'
	done
	run "$demo" -h
	equal "$status" 0
	like "$output" '*usage: scripts/demo *'
	run "$demo" --list
	equal "${#lines[@]}" "$(ls "$root"/scripts/demos/*.sh | wc -l)"
}

@test "a link with another name finds the recordings of the script, and they are the script's" {
	ln -s "$demo" mine
	./mine -q -o out refused
	"$demo" -q -o out refused
	./mine -q -o out refused
}
