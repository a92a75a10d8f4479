#!/usr/bin/perl
# good
use IO::Socket::INET;
$l = IO::Socket::INET->new(LocalAddr => $ARGV[0], LocalPort => $ARGV[1], Listen => 5, ReuseAddr => 1) or die "$!\n";
$c = $l->accept;
print $c scalar <$c>;
close $c;
