#!/usr/bin/env bats
# scripts/task prints which requirements a student's program does not meet.

load helper

task=$root/scripts/task
solutions=$BATS_TEST_DIRNAME/tasks

names() { sed 1d "$root/scripts/tasks/contents"; }

# judged NAME PROGRAM AS: judges PROGRAM in the background; the output is in the file AS.
judged() {
	"$task" -o "$PWD/recorded.$3" "$1" "$2" > "$3" 2>&1 < /dev/null 3>&- 4>&- &
}

# Judges one right program and one broken program for each task; with ALL_PROGRAMS=1, all
# programs in tests/tasks/, which takes minutes.
@test "each task: a right program is done, a broken one is told what is missing" {
	need python3 perl nc socat
	case ${ALL_PROGRAMS-} in
	'') set -- one-line/{good.pl,no-string.c} refused/{good.c,errno-overwritten.c} long-answer/{good.py,waits-for-20000.py} \
		half-close/{good.sh,reads-100.c} lost-request/{good.c,two-at-once.py} echo-server/{good.sh,no-string.c} \
		answer-then-close/{good.pl,close-at-once.c} restart/{good.c,exits.c} two-clients/{good.py,child-just-exits.c} \
		hard-life/{good.sh,sigpipe.c} ;;
	*) cd "$solutions" && set -- */* && cd "$OLDPWD" ;;
	esac
	run "$BATS_TEST_DIRNAME/judge-programs" "$PWD" "${@/#/$solutions/}"
	echo "$output"
	equal "$status" 0
}

@test "six broken programs a task and more, and a right one in three languages" {
	for name in $(names); do
		[ "$(grep -lE '^(#|/\*) missing: ' "$solutions/$name"/* | wc -l)" -ge 6 ] || { echo "$name"; false; }
		[ "$(grep -lE '^(#|/\*) good( |$)' "$solutions/$name"/* | sed 's/.*\.//' | sort -u | wc -l)" -eq 3 ] || { echo "$name"; false; }
	done
}

@test "units; the segment of each fault; what to look at; in which call it waits" {
	need python3
	judged echo-server "$solutions/echo-server/upper-case.py" 1
	judged hard-life "$solutions/hard-life/one-worker.py" 2
	judged one-line "$solutions/one-line/no-newline.py" 3
	"$task" -t 20 -o "$PWD/recorded.4" half-close "$solutions/half-close/no-shutdown.py" > 4 2> said < /dev/null 3>&- 4>&- || true
	wait
	grep -qF 'missing sends the line, and its newline, once (5 bytes, not 6; segment ' 3
	like "$(grep '^missing sends back' 1)" 'missing sends back what it gets *expected 5004 bytes, *; look at: send?? as many bytes as recv?? has returned,*'
	like "$(grep '^missing.*while one is silent' 2)" '*the client got 0 bytes, with 0 newlines, not a line of 65536; segment [0-9]*: ACK from the client, seq 1?; look at: recv?? waits *'
	like "$(grep '^ok .*after one has reset' 2)" '*segment [0-9]*: RST from the client, seq *)'
	grep -qE '^task: half-close has been playing for [0-9]+ s; python3 waits in recv\(3\) since [0-9:]{8}$' said
}

@test "TAP" {
	run -1 --separate-stderr "$task" --tap -o recorded refused "$(type -P true)"
	equal "${lines[0]}" 'TAP version 13'
	grep -qE '^not ok [0-9] - tries, and is refused # nothing was sent$' <<< "$output"
	equal "$(grep -cE '^(not )?ok [0-9] - ' <<< "$output")" "$(sed -n 's/^1\.\.//p' <<< "$output")"
	run ! grep -vE '^(TAP version 13|(not )?ok [0-9] - .*|1\.\.[0-9]+|# .*)$' <<< "$output"
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
	equal "$(tail -qn 1 1 2 | tr '\n' ';')" 'refused: done;one-line: 2 missing;'
	grep -q '^missing ends with status 0 (it exited with status [0-9]*); look at: ' 2 # it waits for the server's FIN
	grep -q '^missing ends with status 0 again (it exited' 2
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

@test "a program may have arguments; how it failed and what it printed are shown" {
	need python3
	cat > raises.py <<- 'END'
	import socket, sys
	s = socket.create_connection((sys.argv[2], int(sys.argv[3])))
	print(b"hello\n")
	raise ValueError(sys.argv[1])
	END
	run --separate-stderr -1 "$task" -o recorded one-line python3 raises.py "it's bad"
	grep -qF "missing prints the answer (expected \`hello\`, it printed \`b'hello\\n'\`); look at: " <<< "$output"
	grep -qF 'missing ends with status 0 (it exited with status 1); look at: ' <<< "$output"
	like "$stderr" "*task: client: 'python3 raises.py it's bad server 9000' exited with status 1:*ValueError: it's bad"
	printf 'int main(void) { *(volatile int *)0 = 0; }' > crash.c
	cc -w -o crash crash.c
	run --separate-stderr -1 "$task" -o recorded two-clients ./crash
	like "$stderr" "*task: server: './crash server 9000' was killed by SIGSEGV"
	run --separate-stderr -1 "$task" -o recorded refused "$(type -P true)"
	grep -qF 'missing complains on stderr, and ends with another status than 0 (it exited with status 0, and printed on stderr nothing); look at: ' <<< "$output"
}

@test "who does not close is not credited with the kernel's FIN; meanwhile progress is shown" {
	need python3
	cat > keeps.py <<- 'END'
	import socket, sys
	listener = socket.create_server((sys.argv[1], int(sys.argv[2])))
	kept = []
	while True:
	    connection, peer = listener.accept()
	    kept.append(connection)
	    while data := connection.recv(100):
	        connection.sendall(data)
	END
	run --separate-stderr -1 "$task" -o recorded echo-server python3 keeps.py
	like "$output" "*missing closes then ?never)*missing closes by itself ?it had not closed when it was ended)*server: 'python3 keeps.py server 9000' was still open after 5 s: task ended it ?SIGTERM)*echo-server: 2 missing"
	like "$stderr" 'task: echo-server has been playing for 3 s*'
}

@test "two at once on one folder; a folder whose name begins with a dash" {
	need python3
	start one "$task" -o -both refused "$solutions/refused/good.py"
	one=$pid
	start two "$task" -o -both refused "$solutions/refused/good.py"
	ends "$pid"
	ends "$one"
	equal "$(ls)" "$(printf '%s\n' -both one one.out two two.out)"
	run -0 "$root/scripts/expect" -- -both refused
}

@test "what it cannot do is told in a line" {
	for wrong in '' nothing '../x' 'one-line nowhere' 'one-line /etc/passwd' '--skeleton' '--skeleton one-line true'; do
		# shellcheck disable=SC2086 # words
		run -2 "$task" $wrong
		like "$output" 'task: *'
		equal "${#lines[@]}" 1
	done
	mkdir mine
	run -1 "$task" -o mine one-line /bin/true
	equal "$output" 'task: mine: not a task'"'"'s recording; -o DIR records elsewhere'
}

@test "where no lab can be made the status is 3" {
	mkdir bin
	printf '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2\nexit 1\n' > bin/unshare
	chmod +x bin/unshare
	run -3 --separate-stderr env PATH="$PWD/bin:$PATH" "$task" -o recorded refused "$(type -P true)"
	like "$stderr" '*lab: no namespace can be made: *'
}

@test "who writes a program's name in another way is shown how" {
	touch mine.c
	run -2 "$task" one-line mine
	equal "$output" 'task: mine: no such program (-h for help)'
	run -2 "$task" one-line 'python3 mine.py'
	like "$output" 'task: python3 mine.py: no such program ?without quotes: python3 mine.py) *'
	run -2 "$task" one-line mine.c
	like "$output" 'task: mine.c: no such program; write ./mine *'
	touch mine
	run -2 "$task" one-line mine
	like "$output" 'task: mine: no such program; write ./mine *'
}

@test "where nothing is sent, sentences say so, and no pattern or temporary name" {
	run -1 --separate-stderr "$task" --tap -o recorded refused "$(type -P true)"
	grep -qF 'and once each time # 0 sent; 1 or 2 are wanted' <<< "$output"
	[ -z "$(grep 'ladder:' <<< "$stderr")" ]
	run -1 --separate-stderr "$task" --tap -o recorded lost-request "$(type -P true)"
	grep -qF 'three times at most # 0 sent; 2 to 4 are wanted' <<< "$output"
	run -1 --separate-stderr "$task" --tap -o recorded one-line "$(type -P true)"
	grep -qF 'closes by itself # no connection was closed by it' <<< "$output"
	[ -z "$(grep 'ladder:' <<< "$stderr")" ]
}
