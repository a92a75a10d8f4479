#!/usr/bin/env bats
# Our programs, each with one fault that students make: `make test NAME=./theirs`
# finds it. mutants/PROGRAM/FAULT is a sed script that puts the fault into
# PROGRAM.c; its first line names the test that fails with it.

load helper

# judge MUTANT: prints what is wrong with the mutant, or that the tests did not find it.
judge() {
	local program=${1%/*} mine=$BATS_TEST_TMPDIR/$1 name regex
	name=$(sed -n '1s/^# caught by: //p' "$1")
	regex=$(sed 's/[].*+?(){}|^$\[]/\\&/g' <<< "$name")
	mkdir -p "$mine"
	cd "$mine"
	sed -f "$OLDPWD/$1" "$root/$program/$program.c" > $program.c
	! cmp -s "$root/$program/$program.c" $program.c || { echo "$1: changes nothing"; return; }
	cc $program.c -o $program > log 2>&1 || { echo "$1: cannot be built:"; cat log; return; }
	env -i CI="${CI-}" PATH="$path" BUILD="$build" TMPDIR="${TMPDIR:-/tmp}" "${program^^}=$mine/$program" \
		timeout 180 "$root/tests/run" -f "^$regex\$" > log 2>&1 || true
	grep -qxF "not ok 1 $name" log && return # or this machine cannot run the test
	[ "${CI-}" != true ] && grep -qF "ok 1 $name # skip" log && return
	echo "$1: not caught:"
	cat log
}

@test "a fault that students make is caught by the test that the mutant names" {
	path=$(tr : '\n' <<< "$PATH" | grep -v bats-core | paste -sd :)
	cd "$root/tests/mutants"
	# several at the same time: they mostly wait. Those that wait for 60 s come first.
	for mutant in $(grep -l '^# .* 60 s' */*) $(grep -L '^# .* 60 s' */*); do
		[ "$(jobs -rp | wc -l)" -lt 16 ] || wait -n
		judge "$mutant" >> "$BATS_TEST_TMPDIR/missed" 2>&1 3>&- 4>&- &
	done
	wait
	equal "$(cat "$BATS_TEST_TMPDIR/missed")" ''
}
