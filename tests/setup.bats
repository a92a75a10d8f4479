#!/usr/bin/env bats
# scripts/setup: what it finds missing, and what it would run.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	mkdir bin
	# a machine that has a shell and the usual tools, and no more
	for tool in sh bash cat grep sed awk cut id env dirname realpath; do
		ln -s "$(command -v $tool)" bin/
	done
	cp -r "$root/scripts" . # which shall not look into this one's sbin
	sed -i 's|^PATH=\$PATH:/usr/sbin:/sbin.*||' scripts/lib/common.sh
}

fake() { # TOOL OUTPUT: which also tells how it was called
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
		equal "$status" 1 # the packages are not there now, either
		if [ "$(id -u)" -eq 0 ]; then
			grep -qx "$call" calls
		else
			grep -qx "sudo .*$call" calls
		fi
		like "$output" '*installed, and yet missing: a C compiler*'
	done <<- 'END'
	apt-get:apt-get install -qy --no-install-recommends gcc libc6-dev make tcpdump bats iproute2 util-linux procps
	dnf:dnf install -y gcc glibc-devel make tcpdump bats iproute util-linux procps-ng
	apk:apk add gcc musl-dev make tcpdump bats iproute2 util-linux util-linux-misc procps
	pacman:pacman -Sy --noconfirm --needed gcc make tcpdump bats iproute2 util-linux procps-ng
	zypper:zypper --non-interactive install gcc glibc-devel make tcpdump bats iproute2 util-linux procps
	END
}

@test "--check tells what is missing, and does nothing" {
	fake apt-get
	run bare_setup --check
	equal "$status" 1
	like "$output" '*setup: tcpdump is missing*'
	[ ! -e calls ]
}

@test "without a package manager it names what is missing" {
	fake sudo
	run bare_setup
	equal "$status" 1
	like "$output" '*none of apt, dnf, apk, pacman and zypper is here; missing:*tcpdump*'
	run bare_setup --chekc
	equal "$status" 2
}
