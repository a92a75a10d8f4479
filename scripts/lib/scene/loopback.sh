# Sourced by scene.sh where no lab can be made: this machine plays both hosts, on its
# loopback interface, and there is only one recorder.
# shellcheck shell=sh disable=SC2034,SC2154

temporary_folder
run=$temporary
hosts=lo interface=lo between='host 127.0.0.2 and' sentinels=client:server
ours=0200007F own=none # 127.0.0.2 in /proc/net/tcp
PATH=$root/scripts/lib/scene/bin:$BUILD:$PATH

clean_up() { # the end of a lab would end all these
	for left in $recorders $watchers $(cat "$run"/*.pid 2> /dev/null); do
		kill "${left##*:}" 2> /dev/null || :
	done
	for end in "$run"/*.end; do : <> "$end"; done # ends the shells that wait for a reader (see perform)
}
