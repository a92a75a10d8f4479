# The scene of scripts/record: who plays stands in $SERVER and $CLIENT.
# shellcheck shell=sh

scene() {
	server any
	client any
}
