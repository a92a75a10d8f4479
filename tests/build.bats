#!/usr/bin/env bats
# The sources: each alone, with every compiler, without a warning.

load helper

lessons=(tcp_server tcp_client udp_server udp_client halfclose)
programs=("${lessons[@]}" wire socktrace ladder)
played=() # by a demo only
for source in "$BATS_TEST_DIRNAME"/../scripts/demos/*.c; do
	source=${source##*/}
	played+=("${source%.c}")
done

@test "make test HALFCLOSE=./mine tests a program in place of ours, and says which behaviour is missing" {
	cd "$root"
	cat > "$BATS_TEST_TMPDIR/mine" <<- END
		#!/bin/sh
		for word; do # all but -x
			shift
			[ "\$word" = -x ] || set -- "\$@" "\$word"
		done
		exec $build/halfclose "\$@"
	END
	chmod +x "$BATS_TEST_TMPDIR/mine"
	path=$(tr : '\n' <<< "$PATH" | grep -v bats-core | paste -sd :)
	run -1 env -i PATH="$path" BUILD="$build" HALFCLOSE="$BATS_TEST_TMPDIR/mine" tests/run
	like "$output" '*ok 3 -m sends the last data and FIN together*not ok 4 with -x the answer is lost, which is said, and a failure*'
	run -2 env HALFCLOSE=nowhere tests/run
	equal "$output" 'nowhere: not a program that can be run'
}

@test "each program compiles alone, with gcc, clang and musl, without a warning" {
	for compiler in gcc clang musl-gcc; do
		need $compiler
		for program in "${lessons[@]}" "${played[@]}" wire socktrace; do
			# musl-gcc has no Linux headers
			[ "$compiler $program" != 'musl-gcc socktrace' ] || continue
			cp "$root"/{lab,"$program",scripts/demos}/$program.[ch] "$root/lab/common.h" . 2> /dev/null || :
			run $compiler -std=c11 -Wall -Wextra -Wpedantic -Werror -O2 $program.c -o $program
			equal "$compiler $program: $status $output" "$compiler $program: 0 "
			run $compiler $program.c -o $program # as a student would
			equal "$compiler $program: $status $output" "$compiler $program: 0 "
		done
		run $compiler -std=c11 -Wall -Wextra -Wpedantic -Werror -O2 "$root"/lab/ladder/*.c -o ladder -lm
		equal "$compiler ladder: $status $output" "$compiler ladder: 0 "
	done
}

@test "a program that only a demo plays says how it is called, and fails where it must" {
	for program in "${played[@]}"; do
		[ -s "$root/scripts/demos/$program.sh" ]
		run --separate-stderr "$build/$program"
		equal "$status $output $stderr" "2  $program: usage: $program ${stderr##*usage: "$program" }"
		grep -q "^ \* $program - " "$root/scripts/demos/$program.c"
	done
	for program in write-after-shutdown shut-rd-sends-nothing close-is-not-shutdown urgent; do
		run --separate-stderr "$build/$program" 127.0.0.1 1
		equal "$status $stderr" "1 $program: connect to 127.0.0.1 port 1: Connection refused"
		run --separate-stderr "$build/$program" nowhere.invalid 1
		like "$status $stderr" "1 $program: getaddrinfo nowhere.invalid: *"
	done
	run --separate-stderr "$build/http-by-hand" client 127.0.0.1 1 < /dev/null
	equal "$status $stderr" '1 http-by-hand: connect to 127.0.0.1 port 1: Connection refused'
	run --separate-stderr "$build/udp-truncated" 192.0.2.77 9000
	equal "$status $stderr" '1 udp-truncated: bind to 192.0.2.77 port 9000: Cannot assign requested address'
}

@test "a helper that two programs share is the same text in both" {
	# a function, from its comment or head to its closing brace
	for program in "${lessons[@]}"; do
		awk -v program=$program '
			/^static [a-z].*\(/ && !/;$/ { text = ""; inside = 1 }
			inside { text = text $0 "\n" }
			/^}/ && inside {
				name = text
				sub(/\(.*/, "", name)
				sub(/.*[ *]/, "", name)
				gsub(/\n/, "~", text)
				print name "\t" program "\t" text
				inside = 0
			}' "$root/$program/$program.c"
	done > functions
	# what both do, but each in its own way
	own='main serve_one stop'
	for helper in $(cut -f 1 functions | sort | uniq -d); do
		[[ " $own " = *" $helper "* ]] && continue
		variants=$(grep "^$helper	" functions | cut -f 3 | sort -u | wc -l)
		equal "$helper: $variants" "$helper: 1"
	done
	equal "$(grep -c '^number	' functions)" 5 # it is looked for in earnest
}

@test "the tests' programs run clean under AddressSanitizer, UBSan and valgrind" {
	need valgrind
	make -s -C "$root" BUILD="$PWD/asan" CFLAGS='-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all'
	PATH=$PWD/asan:$PATH
	for tool in '' 'valgrind -q --error-exitcode=9 --leak-check=full --track-fds=no'; do
		[ -z "$tool" ] || PATH=$build:${PATH#"$PWD/asan:"}
		serve log $tool tcp_server -n 2 -s 5000 -w 4096 0
		echo line | $tool tcp_client -N 127.0.0.1 "$port" > out 2> err
		equal "$(wc -c < out)" 5000
		echo line | $tool halfclose client -m 127.0.0.1 "$port" > out 2> err
		equal "$(wc -c < out)" 5000
		ends "$pid"
		serve log $tool halfclose server -n 1 0
		equal "$($tool halfclose client 127.0.0.1 "$port" < "$root/LICENSE" 2> err)" \
			"$(echo $(wc < "$root/LICENSE"))"
		ends "$pid"
		serve log $tool udp_server -n 2 0
		seq 2 | $tool udp_client -c 127.0.0.1 "$port" > out 2> err
		ends "$pid"
	done
}

@test "make is quiet, and does nothing the second time" {
	run make -C "$root" BUILD="$PWD/out"
	equal "$(grep -v '^make' <<< "$output")" ''
	run make -q -C "$root" BUILD="$PWD/out"
	equal "$status" 0
}

@test "make install puts the programs where it is told" {
	run make -s -C "$root" install DESTDIR="$PWD/stage dir" PREFIX=/usr
	equal "$status" 0
	equal "$(ls 'stage dir/usr/bin' | sort | tr '\n' ' ')" "$(printf '%s\n' "${programs[@]}" | sort | tr '\n' ' ')"
}

@test "make help names every target" {
	run make -s -C "$root" help
	for target in $(sed -n 's/^\.PHONY: all //p' "$root/Makefile"); do
		[ $target = help ] || grep -q "make $target" <<< "$output"
	done
}

@test "make man: each page is what -h tells, and mandoc finds no fault in it" {
	need mandoc
	make -sC "$root" BUILD="$build" man
	equal "$(ls "$build"/man/*.1 | wc -l)" 18
	for page in "$build"/man/*.1; do
		mandoc -Tlint "$page" | grep -v mandoc.db || true
		equal "${page##*/} $(mandoc -Tlint "$page" | grep -v mandoc.db)" "${page##*/} "
		name=${page##*/}
		name=${name%.1}
		tool=$root/scripts/$name
		[ -x "$build/$name" ] && tool=$build/$name
		mandoc -Tascii "$page" | col -bx > read
		grep -q "^     $name - [a-zA-Z]" read
		"$tool" -h | grep -oE '^ +--?[a-zA-Z0-9][a-z-]*' | sort -u > options
		grep -oE '^ +--?[a-zA-Z0-9][a-z-]*' read | sort -u | sed 's/^ */  /' > told
		equal "$name $(sed 's/^ */  /' options | sort -u | comm -23 - <(sort -u told))" "$name "
		grep -q 'EXIT STATUS' read
	done
	make -sC "$root" BUILD="$build" DESTDIR="$PWD/there" install
	[ -s there/usr/local/share/man/man1/tcp_server.1 ]
}

@test "bash and zsh complete options, demos and tasks" {
	need zsh
	cd "$root"
	for shell in "bash" "zsh -f"; do
		cat > "$BATS_TEST_TMPDIR/ask" <<- 'END'
			. scripts/completion
			ask() { COMPREPLY=(); _sockets_on_the_wire "$@"; echo "${COMPREPLY[@]}"; }
			ask scripts/demo four
			ask scripts/task one
			ask scripts/quiz --pa
			ask build/tcp_server -
			ask demo four
		END
		run $shell "$BATS_TEST_TMPDIR/ask"
		like " ${lines[0]} |${lines[1]} |${lines[2]} " '* four-way-close *|*one-line *|*--paper *' # zsh takes its pick later
		like "${lines[3]}" '*-a*-n*'
		equal "${#lines[@]}" 4 # none of the last
	done
}
