# Turns the scene of a recipe into commands that can be typed into a lab. In: the
# recipe. Out: the commands. Each command runs until it ends, or in the background (&).
# Where the scene waits for an event, there is a sleep: for half a second, or for as
# long as a comment in the recipe says ("# 2 s").
/^scene\(\) \{/,/^\}/!d
/^[s}]/d
/^	(needs_|patient )/d

# each function that waits for an event becomes a sleep
s/^(	+)(logged|received|await|client_has|arrived) [^|]*([|] .*)# ([0-9.]+) s$/\1sleep \4 \3/
s/^(	+)(logged|received|await|client_has|arrived) [^|]*# ([0-9.]+) s$/\1sleep \3/
s/^(	+)(logged|received|await|client_has|arrived) [^|]*([|] .*)?$/\1sleep 0.5 \3/

# a recipe uses functions of scene.sh; these become what can be typed
s/failing //
s/end_servers/kill $!/
s/\<line ([0-9]+) /printf "%-$((\1 - 1))s\\n" /g
s/\<line \$\(\((.*)\)\) /printf "%-$((\1 - 1))s\\n" /
s/"([a-z]+=)\$\{?run(:\?)?\}?(\/[^"]*)"/\1$LAB\3/g
s/"\$\{?run(:\?)?\}?(\/[^"]*)"/$LAB\2/g
s/: > \$LAB/touch $LAB/
/\<setting /{
	s/ *#.*//
	s/setting ([$a-z]+) ([^ ]+) (.*)/on \1 sysctl -qw \2=\3/
	:dots
	s/(-qw [^ =]*)\//\1./
	t dots
}

# the functions client and server become `on client` and `on server`
s/(^	+|[|] |do )server ([^#]*[^# ])( *#.*)?$/\1on server \2 \&\3/
s/(^	+|[|] |do )client /\1on client /
s/(on (server|client)) -d /\1 socktrace -d /
s/ +$//
