# Sourced by scene.sh where no lab can be made: this machine plays both hosts, on
# its loopback interface, and there is one recorder.
# shellcheck shell=sh disable=SC2034,SC2154

run=$(temporary_folder)
hosts=lo interface=lo between='host 127.0.0.2 and' sentinels=client:server
ours=0200007F # 127.0.0.2 in /proc/net/tcp
PATH=$root/scripts/lib/scene/bin:$BUILD:$PATH

leave_nothing() { # as a lab does when it ends
	for child in $recorders $servers; do
		kill "${child##*:}" 2> /dev/null || :
	done
	rm -rf "$run"
}
trap leave_nothing EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
