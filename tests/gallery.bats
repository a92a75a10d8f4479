#!/usr/bin/env bats
# The pictures and their page, as files, and as a browser shows them.

load helper
load browser

gallery=$demos/4 # made by demos.bats, if that has run
shots=$root/captures/screenshots # for people to look at
fixtures=$BATS_TEST_DIRNAME/fixtures

setup_file() { make_gallery; }

hows=('light screen' 'dark screen' 'light print' 'dark print')

# looked_at FILE: checks it on a light screen, on a dark one, and in print.
looked_at() {
	local how
	open "file://$1"
	for how in "${hows[@]}"; do
		as $how
		equal "$1 $how: $(measured)" "$1 $how: "
	done
}

# hostile FOLDER: makes a recording whose names and texts look like HTML and code.
hostile=$(printf 'W%.0s' {1..150})$'<script>alert(1)</script>"\'&;#%% \033]0;x\007 \342\200\256 \377'
hostile() {
	cp -r "$fixtures/four-way-close" "$1"
	{
		printf '2026-11-24 10:49:56 +0000 $ tcp_client %s\n' "$hostile"
		printf '10:49:56.876700 tcp_client send(3, %s) = 1 [192.0.2.1:40000 192.0.2.2:9000]\n' "$hostile"
	} >> "$1/client.tcp_client.1.log"
	printf 'title %s\nlook_for %s\nquestion %s\nanswer %s\nmyth %s\ncommand %s\nlab %s\nverdict %s\ntook %s\ndate %s\nkernel %s\n' \
		"$hostile" "$hostile" "$hostile" "$hostile" "$hostile" "$hostile" "$hostile" "$hostile" "$hostile" "$hostile" "$hostile" > "$1/run"
	printf '1\n2\n3\n%s\n' "$hostile" | tee "$1/promise" > "$1/difference"
	touch "$1/seen"
}

# harmless FILE: it is printable, and the script in it is visible text.
harmless() {
	run ! env LC_ALL=C grep -n "[$(printf '\001-\010\013-\037\177')]" "$1"
	run ! grep -n $'\342\200\256' "$1"
	grep -q '[&#]lt;script[&#]gt;alert(1)' "$1"
}

@test "each picture is well-formed, and the page valid HTML" {
	need xmllint tidy
	xmllint --noout "$gallery"/*/ladder.svg "$root"/*/*.svg
	equal "$(ls "$gallery"/*/ladder.svg | wc -l)" "$(ls "$root"/scripts/demos/*.sh | wc -l)"
	run tidy -qe "$gallery/index.html"
	equal "$status $output" '0 '
}

@test "nothing in them is loaded, and the only script is the page's own" {
	sed '/^<script>$/,/^<\/script>$/d' "$gallery/index.html" > page.html
	for file in "$gallery"/*/ladder.svg "$root"/*/*.svg page.html; do
		run ! grep -niE '<script|<link|<img|<iframe|@import|url\(| src=|javascript:| on[a-z]+=' "$file"
		# the only address is the name of SVG's namespace
		run ! grep -noE '[a-z]+://[^ "]*' <(grep -v 'xmlns="http://www.w3.org/2000/svg"' "$file")
	done
	sed -n '/^<script>$/,/^<\/script>$/p' "$gallery/index.html" | sed '1d;$d' |
		diff <(cat "$root/scripts/lib/gallery/replay.js" "$root/scripts/lib/gallery/headers.js") -
}

@test "the page weighs less than 32 KB a demo" {
	[ "$(wc -c < "$gallery/index.html")" -lt $((32000 * $(ls "$root"/scripts/demos/*.sh | wc -l))) ]
}

@test "each picture in a README shows what its demo promises now: or make figures" {
	for figure in "$root"/*/*.svg; do
		name=${figure##*/}
		grep -qF "](${name})" "${figure%/*}/README.md"
		sed -n 's/^<desc>//; s/^from the \(client\|server\): \(.*\)/\1 \2/p' "$figure" |
			sed 's/, left at [0-9.]* ms//; s/, arrived at [0-9.]* ms//; s/,//' > shown
		sed -n 's/^>/client/p; s/^</server/p' "$gallery/${name%.svg}/seen" | tr -s ' ' |
			sed 's/ win 0//; s/ late//' > promised
		[ -s shown ]
		diff promised shown
	done
	grep -qF '](tcp_client/handshake.svg)' "$root/README.md"
}

@test "the page has every demo, in the order of the story, with its question, commands, promise and files" {
	for place in '<article id="' '<a class="card" href="#'; do
		equal "$(grep -o "${place}[^\"]*\"" "$gallery/index.html" | sed 's/"$//; s/.*["#]//')" \
			"$("$root/scripts/demo" --list | cut -d ' ' -f 1)"
	done
	count=$("$root/scripts/demo" --list | wc -l)
	equal "$(grep -c "$count of $count kept their promise" "$gallery/index.html")" 1
	sed -n '/<article id="fin-lost">/,/<\/article>/p' "$gallery/index.html" > article
	for line in 'promise kept</span>' '</span> on 20' 'Look for:</b> close() <b class="mark">1</b> returned long ago' \
		'Question:</b> What has the server noticed before' '<p>Nothing: for the server' 'wrong:</b> After close()' 'scripts/lab -4 -f lose=FIN,nth=1,from=client' \
		'client$ tcp_client server 9000' '&gt; FIN ACK    seq 7    ack 7    lost  <b class="mark">2</b>' \
		'<a href="fin-lost/client.pcap" download>' '<figcaption>Figure 34. The FIN is lost:' \
		'<a href="#reset">&larr; reset</a>' '<a href="#last-ack-lost">last-ack-lost &rarr;</a>' '<details>'; do
		grep -qF "$line" article || { echo "$line"; false; }
	done
	sed -n 's/.*<a href="\([^"#]*\)" download>.*/\1/p' "$gallery/index.html" > files
	[ -s files ]
	while read -r file; do
		[ -s "$gallery/$file" ] || { echo "$file"; false; }
	done < files
}

@test "make lesson is a page of the lesson's demos, in its order; others are refused" {
	remade lesson
	page=$root/captures/lesson/index.html
	equal "$(grep -o '<article id="[a-z-]*"' "$page" | cut -d '"' -f 2 | paste -sd ' ')" \
		"$(sed -n 's/^LESSON = //p' "$root/Makefile")"
	grep -q '8 of 8 kept their promise' "$page"
	for wrong in 'nothing' '../echo' 'echo echo'; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr "$root/scripts/gallery" -o out $wrong
		equal "$status" 2
		like "$stderr" "gallery: ${wrong%% *}: *-h for help*"
	done
}

@test "a promise that was not kept is told on the page, with the difference, and so is a demo that was not played" {
	mkdir some
	cp -r "$gallery/echo" "$gallery/reset" some
	sed -i 's/^verdict .*/verdict FAILED/' some/echo/run
	printf '1\n2\n3\n-> SYN\n+> RST\n' > some/echo/difference
	run "$root/scripts/gallery" -n -o some
	equal "$output" "some/index.html"
	sed -n '/<article id="echo">/,/<\/article>/p' some/index.html > article
	grep -q 'class="verdict failed">promise not kept</span>' article
	grep -q '^<pre>-&gt; SYN' article
	grep -q 'class="verdict failed">not played' some/index.html
	grep -q "1 of $(ls "$root"/scripts/demos/*.sh | wc -l) kept their promise" some/index.html
	run -2 "$root/scripts/gallery" -j x
	run -2 "$root/scripts/gallery" nowhere
	run -1 "$root/scripts/gallery" -n -o nowhere
}

@test "hostile text comes out harmless, and can be seen: in text, SVG, HTML and Mermaid" {
	mkdir page
	hostile page/echo
	hostile_name=${hostile//\//}
	ln -s page/echo "$hostile_name"
	LC_ALL=C.UTF-8 "$root/scripts/ladder" page/echo > text
	run ! env LC_ALL=C grep -n "[$(printf '\001-\010\013-\037\177')]" text
	grep -qF '<script>alert(1)</script>"' text
	for view in svg mermaid; do
		"$root/scripts/ladder" --$view "$hostile_name" > $view
		harmless $view
	done
	cp svg hostile.svg
	"$root/scripts/gallery" -n -o page
	harmless page/index.html
	need xmllint tidy chromium
	xmllint --noout hostile.svg
	equal "$(tidy -qe page/index.html 2>&1)" ''
	browse
	looked_at "$PWD/hostile.svg"
	looked_at "$PWD/page/index.html"
	equal "$(errors)" ''
}

# together FILE...: makes a page of these pictures.
together() {
	printf '<!DOCTYPE html>\n<html lang="en"><meta charset="utf-8"><title>pictures</title><style>svg { max-width: 100%% }</style>\n'
	cat "$@"
}

@test "each picture, wide and narrow, in light, dark and print: nothing hides another, is cut off or hard to read" {
	need chromium
	browse
	for demo in "$gallery"/*/seen; do
		"$root/scripts/ladder" --svg --narrow "${demo%/seen}"
	done > narrow.svg
	together "$gallery"/*/ladder.svg narrow.svg "$root"/*/*.svg > all.html
	looked_at "$PWD/all.html"
	equal "$(told "String(document.querySelectorAll('svg').length)")" \
		$((2 * $(ls "$gallery"/*/seen | wc -l) + $(ls "$root"/*/*.svg | wc -l)))
	equal "$(errors)" ''
}

# made_up SEED [LOST]: makes client.pcap and server.pcap with random segments: bursts, segments
# that cross, losses, copies, pauses. Every third seed has up to six connections.
made_up() {
	awk -v seed="$1" -v lost="${2:-0.1}" 'BEGIN {
		srand(seed)
		connections = 1 + int(rand() * 6) * (seed % 3 == 0)
		time = 1
		for (i = 0; i < 10 + 40 * rand(); i++) {
			time += rand() < 0.6 ? 0.0002 * rand() : rand() < 0.9 ? 0.03 * rand() : rand()
			port = 40000 + int(rand() * connections)
			client = "192.0.2.1:" port " > 192.0.2.2:9000"
			server = "192.0.2.2:9000 > 192.0.2.1:" port
			east = rand() < 0.6
			len = rand() < 0.5 ? 0 : int(1 + 1448 * rand())
			told = sprintf("%s %s seq %d ack %d len %d id %d", east ? client : server, \
				i < 2 * connections && i % 2 == 0 ? "S" : "PA", \
				1 + sent[port, east], 1 + sent[port, !east], len, i)
			sent[port, east] += len
			came = time + 0.02 + (seed % 2 ? 0.01 * rand() : 0)
			printf "%s %.6f %s\n", east ? "client" : "server", time, told
			if (rand() > lost) printf "%s %.6f %s\n", east ? "server" : "client", came, told
			if (rand() < 0.05) printf "%s %.6f %s\n", east ? "server" : "client", came + 0.003, told
		}
	}' | sort -k 2 > lines
	for host in client server; do
		sed -n "s/^$host //p" lines | capture $host.pcap
	done
}

@test "so it is in pictures of 50 made-up pairs of captures, and of one of each alone" {
	need chromium
	for seed in $(seq 50) 1112 1318 1484 1525 1675; do
		made_up "$seed" "$([ "$seed" -le 50 ] || echo 0.3)"
		for files in 'client.pcap server.pcap' client.pcap; do
			for form in '' --narrow; do
				# shellcheck disable=SC2086 # words
				"$root/scripts/ladder" --svg $form $files
			done
		done
	done > all.svg
	together all.svg > all.html
	browse
	open "file://$PWD/all.html"
	equal "$(measured)" ''
	equal "$(told "String(document.querySelectorAll('svg').length)")" 220
	equal "$(told "String(document.querySelectorAll('.cross').length > 100)")" true
	equal "$(errors)" ''
}

@test "so it is at 2 segments, at 200, at none, and in a picture that is cut" {
	need chromium
	many 1000
	browse
	head -c 24 many.pcap > 0.pcap
	for count in 0 2 200 1000; do
		[ $count -eq 0 ] ||
			tcpdump -r - -c $count -w - < many.pcap > $count.pcap 2> /dev/null
		# an empty capture also has a picture, which says why it is empty
		"$root/scripts/ladder" --svg $count.pcap > $count.svg 2> reason || equal "$count $(cat reason)" '0 ladder: 0.pcap: no frame is in it'
		looked_at "$PWD/$count.svg"
	done
	equal "$(grep -c 'class="shaft"' 200.svg)" 202 # the legend has two more
	grep -q 'Cut off here, at [0-9.]* ms: 400 of 1000 segments are drawn; the last of all' 1000.svg
	equal "$(errors)" ''
}

@test "so it is over IPv6, whose addresses are long, with few calls beside them" {
	need chromium
	"$root/scripts/demo" -6 -q -j 2 -o six refused self-connect
	browse
	for name in refused self-connect; do
		"$root/scripts/ladder" --svg "six/$name" > $name.svg
		looked_at "$PWD/$name.svg"
	done
	equal "$(errors)" ''
}

@test "so it is with 30 connections at once, and what is not drawn then is told" {
	need chromium
	recorded -4 '
		: > log
		on server tcp_server -n 30 9000 2> log &
		server=$!
		until grep -q listening log; do sleep 0.01; done
		clients=
		for n in $(seq 30); do
			echo hello | on client tcp_client server 9000 > answer &
			clients="$clients $!"
		done
		wait $server $clients' \
		'[ "$(tcpdump -nr - 2> /dev/null < many.pcap | grep -c F)" -ge 60 ]'
	"$root/scripts/ladder" --svg many.pcap > many.svg
	grep -q 'The states of more than 4 connections at once are not drawn' many.svg
	browse
	looked_at "$PWD/many.svg"
	equal "$(errors)" ''
}

@test "the page, from wide to narrow, in light, dark and print: the same" {
	need chromium
	mkdir -p "$shots"
	browse
	for width in 1280 900 390; do
		ask Emulation.setDeviceMetricsOverride "\"width\":$width,\"height\":800,\"deviceScaleFactor\":1,\"mobile\":false"
		open "file://$gallery/index.html"
		for how in "${hows[@]:0:3}"; do
			as $how
			equal "$width $how: $(measured)" "$width $how: "
		done
		as light screen
		screenshot "$shots/gallery-$width.png" $width 5000
	done
	equal "$(errors)" ''
}

@test "on paper no letter is smaller than 7 points, and the hosts' names are on each page of a picture" {
	need chromium pdftotext
	chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer --print-to-pdf="$PWD/page.pdf" \
		"file://$gallery/index.html" > /dev/null 2>&1
	pdftotext -f 4 -bbox page.pdf page.xml
	awk -F '"' '/<page/ { width = $2 } /<word/ { if ($4 < 0 || $6 > width) { print; bad = 1 } } END { exit bad }' page.xml
	# 12 px of a picture 920 px wide, on paper of 210 mm with margins of 9.5 mm
	run awk 'BEGIN { print (12 * (210 - 19) / 25.4 * 72 / 926 > 7) }'
	equal "$output" 1
	[ "$(pdftotext -layout page.pdf - | grep -cE 'client +[0-9.:]+ +server ')" -gt \
		"$(grep -c '<article' "$gallery/index.html")" ]
}

# visible WHAT: prints how many of these are visible in the picture of handshake.
visible() {
	told "String([...document.querySelectorAll('#handshake .wide $1')].filter((e) => getComputedStyle(e).visibility === 'visible').length)"
}

@test "a replay goes event by event, by the keyboard, too, and shows no answer before it happened" {
	need chromium
	browse
	open "file://$gallery/index.html"
	all=$(visible .segment)
	equal "$(told "[...document.querySelectorAll('#handshake button:not([hidden])')].map((b) => b.textContent).join()")" Replay,Step
	told "document.querySelectorAll('#handshake .replay button')[1].focus()"
	step() { # presses a key
		for type in keyDown keyUp; do
			ask Input.dispatchKeyEvent "\"type\":\"$type\",\"key\":\" \",\"code\":\"Space\",\"text\":\" \",\"windowsVirtualKeyCode\":32"
		done
	}
	step
	equal "$(visible .segment)" 0
	equal "$(visible .call)" 1
	for event in $(seq 7); do step; done
	equal "$(visible .segment)" 1 # SYN has left
	run told "[...document.querySelectorAll('#handshake .wide .call')].filter((e) => getComputedStyle(e).visibility === 'visible').map((e) => e.textContent).join(';')"
	like "$output" '*connect(3, 192.0.2.2:9000)*'
	run ! grep -q 'connect.* = 0' <<< "$output"
	told "document.querySelectorAll('#handshake .replay button')[2].click()" # show all
	equal "$(visible .segment)" "$all"
	equal "$(told "String(document.querySelectorAll('.curtain').length)")" 0
	told "document.querySelectorAll('#handshake .replay button')[0].click()"
	syn_left() { [ "$(visible .segment)" = 1 ]; }
	wait_for 'the first segment of the replay' syn_left
	told "document.querySelectorAll('#handshake .replay button')[0].click()" # pause
	equal "$(told "document.querySelector('#handshake .replay button').textContent")" 'Go on'
	ask Emulation.setEmulatedMedia '"features":[{"name":"prefers-reduced-motion","value":"reduce"}]'
	calm() { [ "$(told "String(document.querySelector('#handshake .replay button').hidden)")" = true ]; }
	wait_for 'no motion where it is unwanted' calm
	equal "$(errors)" ''
}

@test "a slide is 16:9, and has what the demo is about" {
	need xmllint
	"$root/scripts/ladder" --svg --slide "$gallery/fin-lost" > slide.svg
	xmllint --noout slide.svg
	grep -q 'viewBox="0 0 1280 720"' slide.svg
	equal "$(grep -c 'circle class="mark"' slide.svg)" 3
	grep -q 'Nevertheless the kernel sends the lost FIN (2)' slide.svg
	run -2 "$root/scripts/ladder" --slide "$gallery/fin-lost"
}
