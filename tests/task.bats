#!/usr/bin/env bats
# scripts/task: says what a student's program lacks.

load helper

task=$root/scripts/task
solutions=$BATS_TEST_DIRNAME/tasks

names() { sed 1d "$root/scripts/tasks/contents"; }

# judged NAME PROGRAM AS: in the background; what is told is in AS.
judged() {
	"$task" -o "$PWD/recorded.$3" "$1" "$2" > "$3" 2>&1 < /dev/null 3>&- 4>&- &
}

@test "each task: a good solution is done, a broken one is told what is missing" {
	need python3
	for name in $(names); do
		judged "$name" "$solutions/$name.good" "$name.good"
		judged "$name" "$solutions/$name.broken" "$name.broken"
	done
	wait
	for name in $(names); do
		equal "$(tail -n 1 "$name.good")" "$name: done"
		run ! grep -v '^ok \|: done$' "$name.good"
		like "$(tail -n 1 "$name.broken")" "$name: [1-9] missing"
	done
	grep -qx 'missing in good order (segment 8: RST ACK from the client, seq 7)' one-line.broken
	grep -qx 'missing sends it again (no segment is > UDP        len 5)' lost-request.broken
	grep -qx 'missing answers the second while the first is silent' two-clients.broken
}

@test "nc and socat solve what they can" {
	need nc socat
	printf '#!/bin/sh\nexec nc -N "$1" "$2"\n' > nc-client
	printf '#!/bin/sh\nexec socat - "TCP:$1:$2"\n' > socat-client
	printf '#!/bin/sh\nexec socat "TCP-LISTEN:$2,bind=$1,fork,reuseaddr" PIPE\n' > socat-server
	chmod +x nc-client socat-client socat-server
	judged one-line ./nc-client 1
	judged half-close ./nc-client 2
	judged half-close ./socat-client 3
	judged echo-server ./socat-server 4
	judged two-clients ./socat-server 5
	wait
	equal "$(tail -qn 1 1 2 3 4 5 | tr '\n' ';')" 'one-line: done;half-close: done;half-close: done;echo-server: done;two-clients: done;'
}

@test "curl solves what it can, and is told what it lacks" {
	need curl
	printf '#!/bin/sh\nexec curl -sSv -m 2 "telnet://$1:$2"\n' > curl-client
	chmod +x curl-client
	judged refused ./curl-client 1
	judged one-line ./curl-client 2
	wait
	equal "$(tail -qn 1 1 2 | tr '\n' ';')" 'refused: done;one-line: 1 missing;'
	grep -qx 'missing ends with status 0' 2 # it waits for the server's FIN
}

@test "each task has a text, and a skeleton that compiles, with the text in it" {
	equal "$("$task" --list | cut -d ' ' -f 1)" "$(names)"
	equal "$(names | sort)" "$(cd "$root/scripts/tasks" && ls *.sh | sed 's/\.sh$//' | sort)"
	for name in $(names); do
		[ "$("$task" "$name" | wc -l)" -gt 3 ]
		"$task" --skeleton "$name" > skeleton.c
		cc -Wall -Wextra -Wpedantic -Werror -o skeleton skeleton.c
		grep -qF "scripts/task $name ./PROGRAM" skeleton.c
		run -2 ./skeleton
		like "$output" 'skeleton: usage: ./skeleton HOST PORT'
	done
}

@test "the skeleton lacks all, and is told so" {
	"$task" --skeleton echo-server > skeleton.c
	cc -o skeleton skeleton.c
	run -1 "$task" -o recorded echo-server ./skeleton
	like "${lines[-1]}" 'echo-server: [1-9] missing'
	[ -s recorded/client.pcap ]
}

@test "what it cannot do is told in a line" {
	for wrong in '' nothing '../x' 'one-line nowhere' 'one-line /etc/passwd' 'one-line true true' '--skeleton' '--skeleton one-line true'; do
		# shellcheck disable=SC2086 # words
		run -2 "$task" $wrong
		like "$output" 'task: *'
		equal "${#lines[@]}" 1
	done
	mkdir mine
	run -1 "$task" -o mine one-line /bin/true
	equal "$output" 'task: mine: not a task'"'"'s recording; -o DIR records elsewhere'
}
