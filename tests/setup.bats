#!/usr/bin/env bats
# scripts/setup: what it reports as missing, and which commands it runs.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	mkdir bin
	# a machine that has only a shell and the usual tools
	for tool in sh bash cat grep sed awk cut sort uname id env dirname realpath; do
		ln -s "$(command -v $tool)" bin/
	done
	cp -r "$root/scripts" . # must not search this machine's sbin
	sed -i 's|^PATH=\$PATH:/usr/sbin:/sbin.*||' scripts/lib/common.sh
}

fake() { # TOOL OUTPUT: makes a TOOL that prints OUTPUT, and logs how it was called
	printf '#!/bin/sh\necho "%s $*" >> %s/calls\necho "%s"\n' "$1" "$PWD" "${2-}" > "bin/$1"
	chmod +x "bin/$1"
}

bare_setup() { PATH=$PWD/bin sh "$PWD/scripts/setup" "$@"; }

@test "where all is there it says and does nothing" {
	run "$root/scripts/setup"
	equal "$status $output" '0 '
	run "$root/scripts/setup" --check
	equal "$status $output" '0 '
}

@test "each package manager is asked for its own packages" {
	while IFS=: read -r manager call; do
		rm -f calls bin/apt-get bin/dnf bin/apk bin/pacman bin/zypper
		fake "$manager"
		fake sudo
		run bare_setup
		equal "$status" 1 # the packages are still missing
		if [ "$(id -u)" -eq 0 ]; then
			grep -qx "$call" calls
		else
			grep -qx "sudo .*$call" calls
		fi
		like "$output" '*still missing after the installation: a C compiler*'
	done <<- 'END'
	apt-get:apt-get install -qy --no-install-recommends bats gcc libc6-dev iproute2 linux-libc-dev make procps tcpdump util-linux
	dnf:dnf install -y bats gcc glibc-devel iproute kernel-headers make procps-ng tcpdump util-linux
	apk:apk add bats flock gcc musl-dev iproute2 linux-headers make procps setpriv tcpdump util-linux util-linux-misc
	pacman:pacman -Sy --noconfirm --needed bats gcc iproute2 linux-api-headers make procps-ng tcpdump util-linux
	zypper:zypper --non-interactive install bats gcc glibc-devel iproute2 linux-glibc-devel make procps tcpdump util-linux
	END
}

@test "--check names what is missing, and does nothing" {
	fake apt-get
	run bare_setup --check
	equal "$status" 1
	for what in 'a C compiler' "Linux's headers" tcpdump 'setpriv (util-linux)' 'flock (util-linux)'; do
		like "$output" "*setup: $what is missing*"
	done
	fake setpriv 'BusyBox v1.36: setpriv [OPTIONS]' # this one lacks --pdeathsig
	fake flock
	run bare_setup --check
	like "$output" '*setup: setpriv (util-linux) is missing*'
	run ! grep flock <<< "$output"
	[ ! -e calls ] || run ! grep apt-get calls
}

@test "a bats older than 1.5 is named, and stops make test only" {
	for version in 0.4.0 1.2.1 1.4.9; do
		fake bats "Bats $version"
		run bare_setup --check
		like "$output" '*setup: bats (1.5 or newer) is missing*'
	done
	for version in 1.5.0 1.10.0 1.11.1 2.0; do
		fake bats "Bats $version"
		run bare_setup --check
		run ! grep bats <<< "$output"
	done
	rm bin/* # everything is there, but bats is old
	ln -sf /usr/local/bin/* /usr/bin/* /bin/* /usr/sbin/* /sbin/* bin/ 2> ln || true
	rm bin/bats
	fake bats 'Bats 1.2.1'
	for manager in apt-get sudo; do
		rm -f bin/$manager
		fake $manager
	done
	run bare_setup
	equal "$status ${lines[-1]}" "0 setup: bats (1.5 or newer) is not in this system's packages: make test needs it, and nothing else does"
}

@test "--dev asks for col, and on 64-bit x86 for a compiler of 32 bits" {
	fake apt-get
	fake sudo
	run bare_setup --dev
	like "$(cat calls)" '* install *bsdextrautils*'
	[ "$(uname -m)" != x86_64 ] || like "$(cat calls)" '* install *gcc-multilib*'
}

@test "without a package manager it names what is missing" {
	fake sudo
	run bare_setup
	equal "$status" 1
	like "$output" '*none of apt, dnf, apk, pacman and zypper is here; missing:*tcpdump*'
	run bare_setup --chekc
	equal "$status" 2
}

@test "tests/run needs bats 1.5, and says so in one line" {
	for version in 'Bats 1.2.1' 'Bats 1.4.9' ''; do
		printf '#!/bin/sh\necho "%s"\n' "$version" > bin/bats
		chmod +x bin/bats
		run --separate-stderr env PATH="$PWD/bin" sh "$root/tests/run" -f setup
		equal "$status $output" '1 '
		equal "$stderr" "run: bats 1.5 or newer is needed, and this is ${version:-none}: scripts/setup, or a newer system"
	done
}

@test "-h and --help print a script's manual, without anything built, and long options are read alike" {
	for script in setup lab demo record gallery watch expect quiz task states; do
		for option in -h --help; do
			run --separate-stderr env BUILD=/nowhere "$root/scripts/$script" $option
			equal "$script $option: $status $stderr" "$script $option: 0 "
			like "$output" '*usage: *'
		done
		run --separate-stderr env BUILD=/nowhere "$root/scripts/$script" --nosuch
		equal "$status $stderr" "2 $script: --nosuch: no such option (-h for help)"
	done
}
