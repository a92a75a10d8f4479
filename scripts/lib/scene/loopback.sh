# Sourced by scene.sh if no lab can be made. Then both hosts are this machine, with two
# addresses of its loopback interface, and only one tcpdump records.
# shellcheck shell=sh disable=SC2034,SC2154

temporary_folder
run=$temporary
hosts=lo interface=lo between='host 127.0.0.2 and' sentinels=client:server
ours=0200007F own=none # $ours matches 127.0.0.2 in /proc/net/tcp
PATH=$root/scripts/lib/scene/bin:$BUILD:$PATH

clean_up() { # in a lab, all these processes would end with the lab
	for left in $recorders $watchers $(cat "$run"/*.pid 2> /dev/null); do
		kill "${left##*:}" 2> /dev/null || :
	done
	for end in "$run"/*.end; do : <> "$end"; done # ends the shell that waits for a reader (see perform)
}
