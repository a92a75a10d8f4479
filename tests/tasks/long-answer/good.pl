#!/usr/bin/perl
# good
use IO::Socket::INET;
$s = IO::Socket::INET->new("$ARGV[0]:$ARGV[1]") or die "connect: $!\n";
print $s scalar <STDIN>;
$s->flush;
print scalar <$s>;
close $s;
