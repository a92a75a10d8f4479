# Sourced. Makes and removes folders of recordings. Each has a file $mark in it, whose
# first line names the script that made the folder. Files in it are removed by their
# names, never the whole tree: other files may be in it.
# In: $me, $mark, $out (where recordings go). Out: the functions below.
# shellcheck shell=sh disable=SC2154

# make_folder DIR: makes a new folder with the mark.
make_folder() {
	make_directory "$1"
	mark_folder "$1"
}

# make_held DIR: the same, and locks it; the recording gets its final name when it is done.
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

# is_ours DIR: whether this script has made the folder.
is_ours() {
	[ ! -L "$1" ] && [ -f "$1/$mark" ] && [ ! -L "$1/$mark" ] &&
		grep -qx "recorded by scripts/$me of Sockets on the wire" -- "$1/$mark"
}

# is_made NAME: whether a recording has a file with this name.
is_made() {
	case $1 in
	"$mark" | "$mark.lock" | "$mark.new" | client.pcap | server.pcap | lo.pcap | promise | expected | \
		seen | difference | run | room | whole | complaints | facts | failures | notes | ladder.svg | headers.html | wire.cable.log | \
		client.*.[1-9]*.log | client.*.[1-9]*.out | client.*.[1-9]*.err | \
		server.*.[1-9]*.log | server.*.[1-9]*.out | server.*.[1-9]*.err) ;;
	*) return 1 ;;
	esac
}

# empty_folder DIR: removes the files of a recording.
empty_folder() (
	cd -- "$1" || exit
	for file in * "$mark"*; do
		if is_made "$file"; then rm -f -- "$file"; fi
	done
)

# remove_folder DIR: removes it if it is ours, and if no other files are in it.
remove_folder() {
	is_ours "$1" || { # or it has no mark yet
		rm -f -- "$1/$mark.new" "$1/$mark.lock"
		rmdir -- "$1" 2> /dev/null || :
		return 0
	}
	within 2 is_removed "$1" || : # a program that ends may still write into it
}

is_removed() {
	empty_folder "$1" && rmdir -- "$1"
}

# remove_left DIR...: removes the folders that killed scripts have left.
remove_left() {
	for left; do
		! is_left "$left" || ! empty_folder "$left" || rmdir "$left" 2> /dev/null || :
	done
}

# refuse_others DIR: exits if DIR exists and is not ours, or has files that are not ours.
refuse_others() {
	[ -e "$1" ] || [ -L "$1" ] || return 0
	is_ours "$1" || die "$1: not a $me's recording; -o DIR records elsewhere"
	for file in "$1"/* "$1"/.[!.]*; do
		is_made "${file##*/}" || { [ ! -e "$file" ] && [ ! -L "$file" ]; } ||
			die "$file: not of a $me's recording, which is not replaced then; -o DIR records elsewhere"
	done
}

# replace_folder DIR NEW: renames NEW to DIR. If DIR is there, it must be ours, and is emptied first.
replace_folder() {
	until mv -T -- "$2" "$1" 2> /dev/null; do # another script may have made DIR meanwhile
		refuse_others "$1"
		empty_folder "$1"
	done
	rm -f "$1/$mark.lock" # not earlier: if this script is killed, the lock shows that NEW was left
}

# report DIR [PROGRAM]: prints what stands below a ladder: the last lines that each program
# (or only PROGRAM) printed on stdout and stderr, and the notes about the programs.
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

# report_failures DIR: prints the failures on stderr; fails if there are any.
report_failures() {
	[ -e "$1/failures" ] || return 0
	sed "s/^\([^ ]\)/$me: \1/" "$1/failures" | printable >&2
	return 1
}
