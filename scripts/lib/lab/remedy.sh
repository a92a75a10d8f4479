# Sourced by other scripts. remedy REASON: prints in one line what to do if the kernel,
# unshare, ip or tcpdump has failed with the message REASON.
# shellcheck shell=sh

remedy() {
	who=user
	[ "$(id -u)" -ne 0 ] || who=root
	case $who:$1 in
	*'No space left'*)
		echo 'remedy: user namespaces are limited to none: sysctl user.max_user_namespaces=10000 as root, or run this as root' ;;
	*'packet socket'*)
		echo 'remedy: the right to record (CAP_NET_RAW) is missing: start the container with --cap-add NET_RAW' ;;
	root:*RTNETLINK*'not permitted'*)
		echo 'remedy: this root lacks the right to make networks (CAP_NET_ADMIN): start the container with --cap-add NET_ADMIN' ;;
	*uid_map* | *RTNETLINK*'not permitted'* | user:*ermission\ denied*)
		echo "remedy: AppArmor restricts user namespaces (Ubuntu): sysctl kernel.apparmor_restrict_unprivileged_userns=0 as root, or run this as root" ;;
	*'nknown device type'* | *RTNETLINK*'Operation not supported'*)
		echo 'remedy: the kernel has no veth: modprobe veth as root, or install the modules of the kernel that is running' ;;
	*'No such device'*)
		echo 'remedy: ip link lists the names of interfaces' ;;
	*'parse filter'*)
		echo 'remedy: pcap-filter(7) has the words, say: port 9000' ;;
	*'is not up'*)
		echo 'remedy: switch it on: ip link set DEVICE up as root' ;;
	*"Couldn't change to"*)
		echo 'remedy: this root is the only user in its namespace, and tcpdump cannot become another: be an ordinary user, or record in scripts/lab' ;;
	root:*permission\ to* | root:*ermission\ denied*)
		echo 'remedy: this root lacks the right to record (CAP_NET_RAW): start the container with --cap-add NET_RAW, or record in scripts/lab' ;;
	*permission* | *'(socket: '*)
		echo 'remedy: run this as root, or in scripts/lab, which needs no root' ;;
	*'not permitted'*)
		echo 'remedy: a container refuses namespaces: start it with --privileged, or with --cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt apparmor=unconfined' ;;
	*'unrecognized option'* | *'invalid option'*)
		echo 'remedy: unshare is too old or not from util-linux: version 2.35 or newer is needed (scripts/setup)' ;;
	*)
		echo 'remedy: none known; lab/troubles.md lists the refusals met so far' ;;
	esac
}
