# Sourced. Folders of recordings. One that this suite has made has a mark in it, by whose
# first line it knows it again; what it has made is removed by name, and never a tree.
# In: $me, $mark, $out is where recordings go. Out: the functions below.
# shellcheck shell=sh disable=SC2154

# make_folder DIR: a new one, marked.
make_folder() {
	make_directory "$1"
	mark_folder "$1"
}

# make_held DIR: the same, for a recording that moves to its place once it is done.
make_held() {
	remove_left "${1%/*}"/*.[0-9]*
	make_directory "$1"
	hold "$1"
	mark_folder "$1"
}

make_directory() {
	[ ! -e "$1" ] || die "$1: exists already; choose another folder with -o"
	reason=$(mkdir -p -- "$(dirname -- "$1")" 2>&1 && mkdir -- "$1" 2>&1) || die "${reason#mkdir: }"
}

mark_folder() {
	echo "recorded by scripts/$me of Sockets on the wire" > "$1/$mark"
}

# is_ours DIR: whether this script has made it.
is_ours() {
	[ ! -L "$1" ] && [ -f "$1/$mark" ] && [ ! -L "$1/$mark" ] &&
		grep -qx "recorded by scripts/$me of Sockets on the wire" -- "$1/$mark"
}

# is_made NAME: whether a recording consists of such files.
is_made() {
	case $1 in
	"$mark" | "$mark.lock" | "$mark.new" | client.pcap | server.pcap | lo.pcap | promise | expected | \
		seen | difference | run | room | facts | failures | notes | ladder.svg | headers.html | wire.cable.log | \
		client.*.[1-9]*.log | client.*.[1-9]*.out | client.*.[1-9]*.err | \
		server.*.[1-9]*.log | server.*.[1-9]*.out | server.*.[1-9]*.err) ;;
	*) return 1 ;;
	esac
}

# empty_folder DIR: of what a recording consists of.
empty_folder() (
	cd -- "$1" || exit
	for file in * "$mark"*; do
		if is_made "$file"; then rm -f -- "$file"; fi
	done
)

# remove_folder DIR: if it is ours, and nothing else is in it.
remove_folder() {
	is_ours "$1" || { # its mark may not be there yet
		rm -f -- "$1/$mark.new" "$1/$mark.lock"
		rmdir -- "$1" 2> /dev/null || :
		return 0
	}
	within 2 is_removed "$1" || : # who writes into it may be ending
}

is_removed() {
	empty_folder "$1" && rmdir -- "$1"
}

# remove_left DIR...: of those that a script was at when it was killed.
remove_left() {
	for left; do
		! is_left "$left" || ! empty_folder "$left" || rmdir "$left" 2> /dev/null || :
	done
}

# refuse_others DIR: if it is there, and not ours, or something that is not is in it.
refuse_others() {
	[ -e "$1" ] || [ -L "$1" ] || return 0
	is_ours "$1" || die "$1: not a $me's recording; -o DIR records elsewhere"
	for file in "$1"/* "$1"/.[!.]*; do
		is_made "${file##*/}" || { [ ! -e "$file" ] && [ ! -L "$file" ]; } ||
			die "$file: not of a $me's recording, which is not replaced then; -o DIR records elsewhere"
	done
}

# replace_folder DIR NEW: NEW takes the place of DIR, which is ours or not there.
replace_folder() {
	until mv -T -- "$2" "$1" 2> /dev/null; do # another one may do so meanwhile
		refuse_others "$1"
		empty_folder "$1"
	done
	rm -f "$1/$mark.lock" # not before: without it, the folder could pass for one that was left
}

# report DIR [PROGRAM]: what stands beneath a ladder: the last lines that its programs
# (that PROGRAM) printed and complained, and what else there is to be said of them.
report() {
	for printed in "$1"/*."${2-}"*.out "$1"/*."${2-}"*.err; do
		[ -e "$printed" ] || continue
		who=${printed##*/}
		case $printed in *.out) how=printed ;; *) how='printed on stderr' ;; esac
		printf '%s %s:\n' "${who%.*.*}" "$how"
		last_lines "$printed" | sed 's/^/  /'
	done
	[ ! -e "$1/notes" ] || printable < "$1/notes"
}

# report_failures DIR: on stderr, and fails if there are any.
report_failures() {
	[ -e "$1/failures" ] || return 0
	sed "s/^\([^ ]\)/$me: \1/" "$1/failures" | printable >&2
	return 1
}
