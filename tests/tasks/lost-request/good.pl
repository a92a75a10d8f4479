#!/usr/bin/perl
# good
use IO::Socket::INET; use IO::Select;
$s = IO::Socket::INET->new(Proto => "udp", PeerAddr => $ARGV[0], PeerPort => $ARGV[1]);
chomp($line = <STDIN>);
for (1 .. 4) {
	$s->send($line);
	next unless IO::Select->new($s)->can_read(1);
	$s->recv($answer, 2000);
	print "$answer\n";
	exit 0;
}
exit 1;
