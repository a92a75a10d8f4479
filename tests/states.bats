#!/usr/bin/env bats
# scripts/states: RFC 9293's diagram of states, from the demos.

load helper

setup_file() { make_gallery; }

@test "each edge has its demos, or a reason" {
	"$root/scripts/states" "$demos/4" > told
	edge() { # FROM TO DEMO
		grep -A1 "^$1 *> $2 " told | grep -qE " $3(,| |$)" || { echo "$*"; false; }
	}
	edge SYN_SENT ESTABLISHED handshake
	edge SYN_SENT SYN_RCVD simultaneous-open
	edge SYN_SENT CLOSED refused
	edge FIN_WAIT1 CLOSING simultaneous-close
	edge CLOSING TIME_WAIT simultaneous-close
	edge FIN_WAIT1 TIME_WAIT delayed-ack
	edge ESTABLISHED CLOSED reset
	run ! grep -q 'no demo yet' told
	equal "$(tail -n 1 told)" '20 of 25 edges are taken by a demo'
	equal "$(grep -c '^ *- ' told)" 5
}

@test "the picture has each edge and each state" {
	need xmllint
	"$root/scripts/states" --svg "$demos/4" > states.svg
	xmllint --noout states.svg
	equal "$(grep -c '<rect' states.svg) $(grep -c 'class="label demo"' states.svg) $(grep -c 'class="label none"' states.svg)" '12 15 4'
}

@test "where nothing is recorded, that is told" {
	mkdir empty
	run -1 "$root/scripts/states" empty
	equal "$output" 'states: empty: no demo is recorded there: make demos'
	run -2 "$root/scripts/states" --x
	run -2 "$root/scripts/states" a b
}
