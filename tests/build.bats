#!/usr/bin/env bats
# Each source compiles alone, with every compiler, without a warning.

load helper

lessons=(tcp_server tcp_client udp_server udp_client halfclose)
programs=("${lessons[@]}" wire socktrace ladder)
played=() # programs that only a demo plays
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
	run -1 env -i PATH="$path" BUILD="$build" HALFCLOSE="$BATS_TEST_TMPDIR/mine" \
		tests/run -f '^(-m sends the last data|with -x the answer is lost)'
	like "$output" '1..2
ok 1 -m sends the last data and FIN together*
not ok 2 with -x the answer is lost, which is said, and a failure
*'
	run -2 env HALFCLOSE=nowhere tests/run
	equal "$output" 'nowhere: not a program that can be run'
	run -2 env PATH="$path" tests/run -f 'no test' tests/udp.bats
	equal "$output" 'run: -f no test: no test has such a name'
}

@test "each program compiles alone, with gcc, clang and musl, without a warning" {
	for compiler in gcc clang musl-gcc; do
		need $compiler
		for program in "${lessons[@]}" "${played[@]}" wire; do
			cp "$root"/{lab,"$program",scripts/demos}/$program.[ch] "$root"/lab/*.h . 2> /dev/null || :
			run $compiler -std=c11 -Wall -Wextra -Wpedantic -Werror -O2 $program.c -o $program
			equal "$compiler $program: $status $output" "$compiler $program: 0 "
			run $compiler $program.c -o $program # as a student would
			equal "$compiler $program: $status $output" "$compiler $program: 0 "
		done
		run $compiler -std=c11 -Wall -Wextra -Wpedantic -Werror -O2 "$root"/lab/ladder/{,*/}*.c -o ladder -lm
		equal "$compiler ladder: $status $output" "$compiler ladder: 0 "
		[ $compiler != musl-gcc ] || continue # it has no Linux headers
		run $compiler -std=c11 -Wall -Wextra -Wpedantic -Werror -O2 "$root"/lab/socktrace/*.c -o socktrace
		equal "$compiler socktrace: $status $output" "$compiler socktrace: 0 "
	done
}

@test "a program that only a demo plays says how it is called, and fails where it must" {
	for program in "${played[@]}"; do
		[ -s "$root/scripts/demos/$program.sh" ]
		run --separate-stderr "$build/$program"
		equal "$status $output $stderr" "2  $program: usage: $program ${stderr##*usage: "$program" }"
		grep -q "^ \* $program - " "$root/scripts/demos/$program.c"
	done
	for program in write-after-shutdown shut-rd-sends-nothing close-is-not-shutdown urgent nagle-and-delayed-ack; do
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

@test "the five programs build without what only Linux has" {
	for program in "${lessons[@]}"; do
		sed '/^#include <unistd.h>/s/$/\n#undef TCP_QUICKACK\n#undef TCP_USER_TIMEOUT\n#undef MSG_MORE\n#undef __linux__/' \
			"$root/$program/$program.c" > "$program.c"
		run ! grep -E 'linux/|accept4|pipe2|ppoll|signalfd|SOCK_CLOEXEC|SOCK_NONBLOCK|MSG_NOSIGNAL' "$program.c"
		cc -std=c11 -Wall -Wextra -Wpedantic -Werror "$program.c" -o "$program"
		./"$program" -h > /dev/null
	done
	run -2 ./halfclose client -m 127.0.0.1 9
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
	own='main serve_one stop options_of'
	for helper in $(cut -f 1 functions | sort | uniq -d); do
		[[ " $own " = *" $helper "* ]] && continue
		variants=$(grep "^$helper	" functions | cut -f 3 | sort -u | wc -l)
		equal "$helper: $variants" "$helper: 1"
	done
	equal "$(grep -c '^number	' functions)" 5 # the search finds functions
	equal "$(grep -c '^options_of	' functions)" 5
	for program in "${lessons[@]}"; do # socket() is called early in the file
		line=$(grep -n -m 1 ' = socket(' "$root/$program/$program.c")
		[ "${line%%:*}" -le 100 ]
	done
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
	need clang
	equal "$(make -sC "$root" BUILD="$PWD/out" CC=clang CFLAGS=-O0 2>&1)" ''
}

# Makes a copy of the sources, and a compiler that only logs its arguments.
checkout() {
	mkdir suite
	cp -r "$root"/{Makefile,lab,scripts,tests,*_server,*_client,halfclose} suite/
	cat > fake-cc <<- 'END'
		#!/bin/sh
		echo "$@" >> "${0%/*}/calls"
		case " $* " in *" $REFUSED "*) exit 1 ;; esac
		while [ "$1" != -o ]; do shift; done
		: > "$2"
		chmod +x "$2"
	END
	chmod +x fake-cc
	ln -s fake-cc other-cc
}

# compiled MAKE-ARGUMENT...: prints the sources that make compiles, without the test of flags.
compiled() {
	: > calls
	make -sC suite CC="$PWD/fake-cc" "$@"
	grep -v -e '-x c -' calls | grep -oE '[^ ]+\.c( |$)' | tr -d ' ' | sort
}

@test "make compiles each file once, again what was touched, and all of it with other flags" {
	checkout
	equal "$(compiled)" "$(cd suite && ls {*_server,*_client,halfclose}/*.c lab/{,*/,*/*/}*.c scripts/{demos,tasks}/*.c | sort)"
	equal "$(grep -c -e '-x c -' calls)" 1 # all flags were tried together
	equal "$(compiled)" ''
	touch suite/lab/ladder/views/text.c
	equal "$(compiled)" lab/ladder/views/text.c
	touch suite/lab/common.h
	equal "$(compiled)" "$(cd suite && ls lab/{,*/,*/*/}*.c | sort)" # and none of the five
	touch suite/lab/ladder/picture/picture.h
	equal "$(compiled)" "$(cd suite && ls lab/ladder/{,*/}*.c | sort)"
	all=$(compiled CFLAGS='-O3 -DSAY="a, b"')
	equal "$(wc -l <<< "$all")" "$(grep -c . <<< "$(cd suite && ls {*_server,*_client,halfclose}/*.c lab/{,*/,*/*/}*.c scripts/{demos,tasks}/*.c)")"
	equal "$(grep -vc -e ' -O3 -DSAY=a, b' calls)" 0 # for the instruments, too
	make -q -sC suite CC="$PWD/fake-cc" CFLAGS='-O3 -DSAY="a, b"'
	equal "$(compiled CC="$PWD/other-cc" CFLAGS=-O3)" "$all"
	equal "$(compiled CC="$PWD/other-cc" CFLAGS=-O3 LDFLAGS=-static)" "$all"
	equal "$(compiled CC="$PWD/other-cc" CFLAGS=-O3 LDFLAGS=-static)" ''
	REFUSED=-fcf-protection compiled > compiled.now
	equal "$(cat suite/build/flags)" "$(printf '%s\n' -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2)"
}

@test "make builds in, installs from and removes a folder with a space in its name" {
	make -sC "$root" BUILD="$PWD/out dir" CFLAGS=-O1 install DESTDIR="$PWD/stage dir" PREFIX=/usr
	equal "$(ls 'stage dir/usr/bin')" "$(printf '%s\n' "${programs[@]}" | sort)"
	equal "$(ls 'stage dir/usr/share/man/man1')" "$(printf '%s.1\n' "${programs[@]}" | sort)"
	"stage dir/usr/bin/ladder" -h > /dev/null
	make -q -sC "$root" BUILD="$PWD/out dir" CFLAGS=-O1
	BUILD="$PWD/out dir" "$root/scripts/ladder" "$root/tests/fixtures/four-way-close" > drawn
	grep -q FIN_WAIT1 drawn
	touch 'stage dir/usr/bin/mine'
	make -sC "$root" BUILD="$PWD/out dir" uninstall DESTDIR="$PWD/stage dir" PREFIX=/usr
	equal "$(cd 'stage dir' && find . -type f)" ./usr/bin/mine
	touch 'out dir/mine'
	checkout
	make -sC suite BUILD="$PWD/out dir" clean
	equal "$(ls -A 'out dir')" mine
	rm 'out dir/mine'
	make -sC suite BUILD="$PWD/out dir" clean
	[ ! -e 'out dir' ]
}

@test "make install fails if a copy failed" {
	checkout
	mkdir bin
	printf '#!/bin/sh\ncase "$*" in *tcp_server*) echo "no room" >&2; exit 1 ;; esac\n' > bin/install
	chmod +x bin/install
	make -sC suite BUILD="$PWD/out" CC="$PWD/fake-cc" > /dev/null
	PATH=$PWD/bin:$PATH run make -sC suite BUILD="$PWD/out" CC="$PWD/fake-cc" install DESTDIR="$PWD/stage"
	equal "$status" 2
	like "$output" '*no room*'
}

@test "make clean removes what demos and the gallery have recorded, and nothing that is anybody else's" {
	checkout
	mkdir -p suite/build suite/captures/{handshake,reset,echo,refused,lesson/echo,record-20260101-000000,watch-20260101-000000,task-one-line} mine
	for demo in handshake reset echo lesson/echo; do
		touch suite/captures/$demo/{client.pcap,server.pcap,server.tcp_server.1.log,wire.cable.log,promise,seen,ladder.svg,headers.html}
		printf 'title a title\nverdict ok\n' > suite/captures/$demo/run
		echo 'recorded by scripts/demo of Sockets on the wire' > suite/captures/$demo/.sockets-on-the-wire
	done
	touch suite/captures/reset/notes.txt suite/captures/{task-one-line,record-20260101-000000}/{run,facts,client.pcap}
	echo './serve' > suite/captures/refused/run # this file is a student's
	mv suite/captures/echo mine/
	ln -s "$PWD/mine/echo" suite/captures/echo
	echo '<title>Mine</title>' > suite/captures/index.html
	make -sC suite clean
	[ ! -e suite/build ]
	equal "$(ls suite/captures | paste -sd ' ')" 'echo index.html record-20260101-000000 refused reset task-one-line watch-20260101-000000'
	equal "$(ls suite/captures/reset)" notes.txt # this file is not from a demo
	equal "$(ls suite/captures/{refused,task-one-line} | paste -sd ' ')" "suite/captures/refused: run  suite/captures/task-one-line: client.pcap facts run"
	equal "$(ls -A mine/echo | wc -l)" 10
	rm -r suite/captures/*
	sed -n "s/.* page_title='\([^']*\)'$/<title>\1<\/title>/p" "$root/scripts/gallery" > suite/captures/index.html
	[ -s suite/captures/index.html ]
	make -sC suite clean
	[ ! -e suite/captures ]
}

@test "make bench measures, also a run of each only, and leaves nothing but its table" {
	mkdir bin # without the slow tools
	ln -sf /usr/local/bin/* /usr/bin/* /bin/* /usr/sbin/* /sbin/* bin/ 2> ln || true
	rm -f bin/{socat,ncat,tshark}
	here=$(realpath --relative-to="$root" "$build")
	PATH=$PWD/bin run make -sC "$root" BUILD="$here" bench BENCH="-n 1 -o $PWD/bench.csv"
	like "$status $output" '0 *ours ms*20 echoes of 1 MB *socat is not installed*a ladder of 17 segments*tshark is not installed*tcpdump*calls of 2,000 lines*'
	equal "$(sed -n 1p bench.csv)" 'task,ours ms,theirs ms,ratio,theirs'
	[ ! -e "$root/tests/build" ]
}

@test "a file of socktrace uses only what stands above it in socktrace.h" {
	cd "$build/objects/socktrace"
	defined() { nm -P "$@" | sed -n 's/^\([^ ]*\) [BDRT] .*/\1/p'; }
	mapfile -t files < <(sed -n '/^ \*\//q; s/^ \* *\([a-z]*\)\.c .*/\1.o/p' "$root/lab/socktrace/socktrace.h")
	equal "$(printf '%s\n' "${files[@]}" | sort)" "$(cd "$root/lab/socktrace" && ls -- *.c | sed 's/c$/o/')"
	while [ "${#files[@]}" -gt 1 ]; do
		below=$(defined "${files[@]:1}")
		equal "$(nm -uP "${files[0]}" | sed 's/ .*//' | grep -xF "$below")" ''
		files=("${files[@]:1}")
	done
}

@test "socktrace builds with glibc 2.31, which has no name for pidfd_getfd and other late calls" {
	mkdir -p old/sys
	printf '#include_next <sys/syscall.h>\n#undef SYS_pidfd_getfd\n#undef SYS_close_range\n#undef SYS_epoll_pwait2\n' > old/sys/syscall.h
	run cc -std=c11 -Wall -Wextra -Wpedantic -Werror -O2 -isystem old "$root"/lab/socktrace/*.c -o socktrace
	equal "$status" 0
	run -1 ./socktrace -o log tcp_client 127.0.0.1 1
	grep -q 'connect([0-9]*, 127.0.0.1:1) = -1 ECONNREFUSED' log
}

@test "on a 32-bit machine all is built, and socktrace says in one line that it is for 64 bits" {
	echo 'int main(void) { return 0; }' | gcc -m32 -x c - -o try 2> /dev/null || {
		[ "$(uname -m)" = x86_64 ] && need 'gcc -m32' # gcc-multilib
		skip 'no compiler for 32 bits'
	}
	equal "$(make -sC "$root" BUILD="$PWD/out" CC='gcc -m32' CFLAGS='-O2 -Werror' 2>&1)" ''
	run --separate-stderr out/socktrace -o log true
	equal "$status $output" '1 '
	equal "$(wc -l <<< "$stderr")" 1
	like "$stderr" 'socktrace: it is for 64-bit machines *'
	for form in '' --svg --events --json; do
		out/ladder $form "$root/tests/fixtures/fast-retransmit" > 32
		ladder $form "$root/tests/fixtures/fast-retransmit" > 64
		cmp 32 64
	done
	PATH=$PWD/out:$PATH
	serve log tcp_server -n 1 0
	equal "$(echo line | tcp_client 127.0.0.1 "$port")" line
	ends "$pid"
}

@test "make lint: all versions of clang-format take the sources, and what clang-tidy complains of is shown" {
	need clang-format
	checkout
	cd suite
	# versions 14 and 19 format the asterisk, and a macro with braces, differently
	run ! grep -nE '^\s*\} ?\* ?[a-z]|^\s+\{.*\}$' lab/*.[ch] lab/*/*.[ch] */*_*.c halfclose/*.c scripts/*/*.c tests/*.c
	cd ..
	for version in '' -14 -15 -16 -17 -18 -19; do
		command -v clang-format$version > /dev/null || continue
		mkdir -p bin
		ln -sf "$(command -v clang-format$version)" bin/clang-format
		for tool in clang-tidy shellcheck; do
			printf '#!/bin/sh\n' > bin/$tool
			chmod +x bin/$tool
		done
		PATH=$PWD/bin:$PATH run make -sC "$root" BUILD="$PWD/out" lint
		equal "clang-format$version: $status $output" "clang-format$version: 0 "
	done
	printf '#!/bin/sh\necho "3 warnings generated." >&2; echo "1 warning generated." >&2; echo "error: no such check" >&2; exit 1\n' > bin/clang-tidy
	PATH=$PWD/bin:$PATH run make -sC "$root" BUILD="$PWD/out" lint
	like "$status $output" '2 error: no such check*'
	run ! grep -q generated <<< "$output"
}

@test "make help names every target" {
	run make -s -C "$root" help
	for target in $(sed -n 's/^\.PHONY: all //p' "$root/Makefile"); do
		[ $target = help ] || grep -q "make $target" <<< "$output"
	done
}

@test "make man: each page is what -h tells, and mandoc finds no fault in it" {
	need mandoc
	remade man
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
	remade DESTDIR="$PWD/there" install
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
		like " ${lines[0]} |${lines[1]} |${lines[2]} " '* four-way-close *|*one-line *|*--paper *' # zsh selects the words later
		like "${lines[3]}" '*-a*-n*'
		equal "${#lines[@]}" 4 # no line for the last one
	done
}
