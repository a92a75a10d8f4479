# Sourced by other scripts. Makes and removes folders of recordings. Each folder has the file
# $mark in it, whose first line names the script that made the folder. When a folder is
# removed, only the files of a recording are removed, by their names: other files may be in it.
# In: $here (the script, without symbolic links), $me, $mark, $out (the folder in which
# recordings are made). Out: the functions below.
# shellcheck shell=sh disable=SC2154

# make_folder DIR: makes the new folder DIR, with the file $mark in it.
make_folder() {
	make_directory "$1"
	mark_folder "$1"
}

# make_held DIR: makes the new folder DIR, too, but also locks it (see hold in common.sh).
# When the recording is complete, replace_folder gives the folder its final name.
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
	echo "recorded by scripts/${here##*/} of Sockets on the wire" > "$1/$mark"
}

# is_ours DIR: whether this script has made the folder.
is_ours() {
	[ ! -L "$1" ] && [ -f "$1/$mark" ] && [ ! -L "$1/$mark" ] &&
		grep -qx "recorded by scripts/${here##*/} of Sockets on the wire" -- "$1/$mark"
}

# is_made NAME: whether a recording can have a file with this name.
is_made() {
	case $1 in
	"$mark" | "$mark.lock" | "$mark.new" | client.pcap | server.pcap | lo.pcap | promise | expected | \
		seen | difference | run | room | whole | complaints | facts | failures | notes | ladder.svg | headers.html | wire.cable.log | \
		client.*.[1-9]*.log | client.*.[1-9]*.out | client.*.[1-9]*.err | \
		server.*.[1-9]*.log | server.*.[1-9]*.out | server.*.[1-9]*.err) ;;
	*) return 1 ;;
	esac
}

# empty_folder DIR: removes the files of a recording from DIR, and no other files.
empty_folder() (
	cd -- "$1" 2> /dev/null || exit # another script may have removed it meanwhile
	for file in * "$mark"*; do
		if is_made "$file"; then rm -f -- "$file"; fi
	done
)

# remove_folder DIR: removes the files of a recording from DIR if DIR is ours, and then DIR,
# if no other files are in it.
remove_folder() {
	is_ours "$1" || { # not ours, or without its mark yet
		rm -f -- "$1/$mark.new" "$1/$mark.lock"
		rmdir -- "$1" 2> /dev/null || :
		return 0
	}
	within 2 is_removed "$1" || : # a program that is ending may still write into DIR
}

is_removed() {
	empty_folder "$1" && rmdir -- "$1"
}

# remove_left DIR...: removes those of these folders that were left by a script that was
# killed.
remove_left() {
	for left; do
		! is_left "$left" || ! empty_folder "$left" || rmdir "$left" 2> /dev/null || :
	done
}

# refuse_others DIR: ends the script if DIR exists and is not ours, or if it has files that
# are not of a recording.
refuse_others() {
	[ -e "$1" ] || [ -L "$1" ] || return 0
	is_ours "$1" || die "$1: not a ${here##*/}'s recording; -o DIR records elsewhere"
	for file in "$1"/* "$1"/.[!.]*; do
		is_made "${file##*/}" || { [ ! -e "$file" ] && [ ! -L "$file" ]; } ||
			die "$file: not of a $me's recording, which is not replaced then; -o DIR records elsewhere"
	done
}

# replace_folder DIR NEW: renames the folder NEW to DIR. If DIR exists, it must be ours, and
# is emptied before.
replace_folder() {
	until mv -T -- "$2" "$1" 2> /dev/null; do # repeated, as another script may make DIR meanwhile
		refuse_others "$1"
		empty_folder "$1"
	done
	rm -f "$1/$mark.lock" # not earlier: if this script is killed, the file shows that NEW was left
}

# report DIR [PROGRAM]: prints the text that stands below a ladder: the last lines that each
# program (or only PROGRAM) printed on stdout and stderr, and the notes about the programs.
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

# report_failures DIR: prints on stderr which programs failed; returns 1 if any did.
report_failures() {
	[ -e "$1/failures" ] || return 0
	sed "s/^\([^ ]\)/$me: \1/" "$1/failures" | printable >&2
	return 1
}
