# shellcheck shell=sh
title 'A client that says why it could not connect'
role client

text <<'END'
Connect to HOST and PORT, where nobody listens. Say so on stderr, with the reason that
the kernel gives, and end with a status that is not 0. Nothing goes to stdout.
END

scene() {
	client "$PROGRAM" server 9000 < /dev/null
	fact 'complains on stderr, and ends with another status than 0' complained
	fact 'tells the reason' complained refused
	fact 'prints nothing' printed ''
}

must refused 'tries, and is refused'
