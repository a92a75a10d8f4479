# Sourced. remedy REASON: what to do where the kernel refused, in a line.
# shellcheck shell=sh

remedy() {
	case $1 in
	*'No space left'*)
		echo 'remedy: user namespaces are limited to none: sysctl user.max_user_namespaces=10000 as root, or run this as root' ;;
	*uid_map* | *RTNETLINK*)
		echo "remedy: AppArmor restricts user namespaces (Ubuntu): sysctl kernel.apparmor_restrict_unprivileged_userns=0 as root, or run this as root" ;;
	*'not permitted'*)
		echo 'remedy: a container refuses namespaces: start it with --privileged, or with --cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt apparmor=unconfined' ;;
	*'unrecognized option'* | *'invalid option'*)
		echo 'remedy: unshare is too old or not from util-linux: version 2.35 or newer is needed (scripts/setup)' ;;
	*)
		echo 'remedy: none known; README, "When it does not work", lists the refusals met so far' ;;
	esac
}
