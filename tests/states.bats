#!/usr/bin/env bats
# scripts/states draws RFC 9293's state diagram from the demos.

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
	# by RST, by an ACK, or because nothing arrives
	by() { grep -A1 "^$1 *> CLOSED *$2" told | grep -qE " $3(,| |$)" || { echo "$*"; false; }; }
	by SYN_SENT 'nothing comes' connect-timeout
	by ESTABLISHED 'nothing comes' gives-up
	by FIN_WAIT2 'nothing comes' fin-wait-2
	by FIN_WAIT2 'RST comes' close-loses-the-answer
	by LAST_ACK 'RST comes' fin-wait-2
	by LAST_ACK 'ACK of FIN' handshake
	run ! grep -qE '^ *- no demo$|not recorded' told
	equal "$(tail -n 1 told)" '23 of 33 edges are taken by a demo'
	equal "$(grep -c '^ *- ' told)" 10
}

@test "what is not recorded is named, and told apart from what no demo shows" {
	mkdir some
	ln -s "$demos/4/handshake" some
	"$root/scripts/states" some > told
	equal "$(grep -A1 '^FIN_WAIT1 *> CLOSING' told | tail -n 1 | sed 's/^ *//')" '- none of the recorded demos'
	equal "$(grep -A1 '^LISTEN *> SYN_SENT' told | tail -n 1 | sed 's/^ *//')" '- sockets have no such call: connect() on one fails'
	grep -q '^not recorded: .*simultaneous-close' told
	run ! grep -q '^not recorded: .*handshake,' told
	"$root/scripts/states" --svg some | grep -q '>not recorded<'
}

@test "the picture has each edge and each state" {
	need xmllint
	"$root/scripts/states" --svg "$demos/4" > states.svg
	xmllint --noout states.svg
	equal "$(grep -c '<rect' states.svg) $(grep -c 'class="label demo"' states.svg) $(grep -c 'class="label none"' states.svg)" '12 15 4'
}

@test "a recording that cannot be read is named, and the others are drawn" {
	mkdir some
	cp -r "$demos/4/handshake" "$demos/4/refused" "$demos/4/echo" some
	: > some/refused/client.pcap
	: > some/refused/server.pcap
	rm some/echo/*.pcap some/echo/*.log
	run -1 --separate-stderr "$root/scripts/states" some
	like "$stderr" '*some/refused/client.pcap: the file is empty*some/echo*'
	grep -q '^not recorded: .* echo, ' <<< "$output" # refused is still recorded: its logs of calls
	equal "$(grep -A1 '^CLOSED *> LISTEN' <<< "$output" | tail -n 1 | sed 's/^ *//')" handshake
}

@test "where nothing is recorded, that is told" {
	mkdir empty
	run -1 "$root/scripts/states" empty
	equal "$output" 'states: empty: no demo is recorded there: make demos'
	run -2 "$root/scripts/states" --x
	run -2 "$root/scripts/states" a b
}
