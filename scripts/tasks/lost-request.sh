# shellcheck shell=sh
title 'A request over UDP that survives a lost datagram'
role udp_client
lab -f lose=datagram,nth=1

text <<'END'
Send the line on stdin as one datagram to HOST and PORT, without its newline, and print
the answer. The cable loses the first datagram, and nobody reports the loss. So wait for
the answer: for 50 ms at least, as the way there and back takes 40 ms, and for a second at
most (1.5 s with all delays). Then send the datagram again, three times at most. When the
answer has arrived, send nothing more. If none arrives, print nothing on stdout, and end
with a status that is not 0. Your program is run three times: the second time nothing is
lost, the third time nobody answers.
END

scene() {
	server udp_server -n 2 9000
	printf 'hello\n' | client "$PROGRAM" server 9000
	look 'recvfrom(), and print as many bytes as it has returned'
	fact 'prints the answer' printed hello
	look 'return 0 from main() if an answer has arrived'
	fact 'ends with status 0' succeeded
	echo 'good morning' | client "$PROGRAM" server 9000
	look 'how many bytes recvfrom() has returned'
	fact 'prints an answer of another length' printed 'good morning'
	look 'return 0 from main() if an answer has arrived'
	fact 'ends with status 0 again' succeeded
	server udp_server -o 9001
	echo anybody | client "$PROGRAM" server 9001
	look 'after the last wait: a complaint, and a status that is not 0'
	fact 'ends with another status where nobody answers' gave_up
	look 'print what recvfrom() has returned, and only that; complaints go to stderr'
	fact 'prints nothing then' printed ''
}

look 'sendto(), of the 5 bytes before the newline'
seen '> UDP        len 5    lost' 'sends the request'
look 'poll() or SO_RCVTIMEO before recvfrom(); if the time is over, sendto() again'
seen '> UDP        len 5' 'sends it again'
look 'poll(), with up to 1000 ms: the answer may just be slow'
waits 45 1500 'waits for a second at most before that'
look 'whether the datagram that is sent again has the same bytes'
seen '< UDP        len 5' 'gets the answer'
look 'the second request: only the line of the second run, without its newline'
seen '> UDP        len 12' 'sends a request of another length'
look 'whether the program sends again after the answer has come, or before it has waited'
counts '> UDP' 3-3 'len \(5\|12\)' 'sends no more than it has to'
look 'a loop of four rounds: once, and three times again'
counts '> UDP' 2-4 'len 7' 'three times at most'
look 'poll() after the last datagram, too: its answer may still come'
lingers 3 45 'waits for the answer to the last one, too'
look 'recvfrom(): print only what has come'
receives 17 'has received what it prints'
