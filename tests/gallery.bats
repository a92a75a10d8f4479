#!/usr/bin/env bats
# The pictures and their page: as files, and as a browser shows them.

load helper
load browser

gallery=$demos/4 # made by demos.bats, if that has run
shots=$root/captures/screenshots # for people to look at
fixtures=$BATS_TEST_DIRNAME/fixtures

setup_file() {
	[ -e "$demos/4/index.html" ] ||
		"$BATS_TEST_DIRNAME/../scripts/gallery" -o "$demos/4"
}

hows=('light screen' 'dark screen' 'light print' 'dark print')

# looked_at FILE: in light, dark and print, nothing is wrong with it.
looked_at() {
	local how
	open "file://$1"
	for how in "${hows[@]}"; do
		as $how
		equal "$1 $how: $(measured)" "$1 $how: "
	done
}

# hostile FOLDER: a recording whose names and texts would rather be something else.
hostile=$(printf 'W%.0s' {1..150})$'<script>alert(1)</script>"\'&;#%% \033]0;x\007 \342\200\256 \377'
hostile() {
	cp -r "$fixtures/four-way-close" "$1"
	{
		printf '2026-11-24 10:49:56 +0000 $ tcp_client %s\n' "$hostile"
		printf '10:49:56.876700 tcp_client send(3, %s) = 1 [192.0.2.1:40000 192.0.2.2:9000]\n' "$hostile"
	} >> "$1/client.tcp_client.1.log"
	printf 'title %s\nlook_for %s\nquestion %s\ncommand %s\nlab %s\nverdict %s\ntook %s\ndate %s\nkernel %s\n' \
		"$hostile" "$hostile" "$hostile" "$hostile" "$hostile" "$hostile" "$hostile" "$hostile" "$hostile" > "$1/run"
	echo "$hostile" | tee "$1/promise" "$1/difference" > /dev/null
	touch "$1/seen"
}

# harmless FILE: printable, and the script is text, which can be seen.
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

@test "nothing in them is loaded, and nothing is a script" {
	for file in "$gallery"/*/ladder.svg "$root"/*/*.svg "$gallery/index.html"; do
		run ! grep -niE '<script|<link|<img|<iframe|@import|url\(| src=|javascript:| on[a-z]+=' "$file"
		# the only address is the name of SVG's namespace
		run ! grep -noE '[a-z]+://[^ "]*' <(grep -v 'xmlns="http://www.w3.org/2000/svg"' "$file")
	done
}

@test "each picture in a README shows what its demo promises now: or make figures" {
	for figure in "$root"/*/*.svg; do
		name=${figure##*/}
		grep -qF "](${name})" "${figure%/*}/README.md"
		sed -n 's/^<desc>//; s/^from the \(client\|server\): \(.*\)/\1 \2/p' "$figure" |
			sed 's/, left at [0-9.]* ms//; s/, came at [0-9.]* ms//; s/,//' > shown
		sed -n 's/^>/client/p; s/^</server/p' "$gallery/${name%.svg}/seen" | tr -s ' ' |
			sed 's/ win 0//; s/ late//' > promised
		[ -s shown ]
		diff promised shown
	done
	grep -qF '](tcp_server/four-way-close.svg)' "$root/README.md"
}

@test "the page has every demo, in the order of the story, with its question, commands, promise and files" {
	equal "$(grep -o '<article id="[^"]*"' "$gallery/index.html" | cut -d '"' -f 2)" \
		"$("$root/scripts/demo" --list | cut -d ' ' -f 1)"
	sed -n '/<article id="fin-lost">/,/<\/article>/p' "$gallery/index.html" > article
	for line in 'kept</span> its promise on 20' 'Look for:</b> close returned long ago' \
		'Question:</b> What has the server noticed so far?' 'scripts/lab -4 -f lose=FIN,nth=1,from=client' \
		'client$ tcp_client server 9000' '&gt; FIN ACK    seq 7    ack 7    lost' \
		'<a href="fin-lost/client.pcap" download>'; do
		grep -qF "$line" article || { echo "$line"; false; }
	done
	sed -n 's/.*<a href="\([^"#]*\)" download>.*/\1/p' "$gallery/index.html" > files
	[ -s files ]
	while read -r file; do
		[ -s "$gallery/$file" ] || { echo "$file"; false; }
	done < files
}

@test "a promise that was not kept is told on the page, with the difference, and so is a demo that was not played" {
	mkdir some
	cp -r "$gallery/echo" "$gallery/reset" some
	sed -i 's/^verdict .*/verdict FAILED/' some/echo/run
	printf '1\n2\n3\n-> SYN\n+> RST\n' > some/echo/difference
	run "$root/scripts/gallery" -n -o some
	equal "$output" "some/index.html"
	sed -n '/<article id="echo">/,/<\/article>/p' some/index.html > article
	grep -q 'class="verdict failed">not kept</span> its promise' article
	grep -q '^<pre tabindex="0">-&gt; SYN' article
	grep -q 'class="verdict failed">not played' some/index.html
	run -2 "$root/scripts/gallery" -j x
	run -2 "$root/scripts/gallery" echo
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

@test "each picture, in light, dark and print: no text overlaps another, is cut off or hard to read" {
	need chromium
	browse
	for svg in "$gallery"/*/ladder.svg "$root"/*/*.svg; do
		looked_at "$svg"
	done
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
		"$root/scripts/ladder" --svg $count.pcap > $count.svg
		looked_at "$PWD/$count.svg"
	done
	equal "$(grep -c 'class="shaft"' 200.svg)" 202 # two more in the legend
	grep -q 'Cut off here, at [0-9.]* ms: 400 of 1000 segments are drawn, the last of them is at [0-9.]* ms' 1000.svg
	equal "$(errors)" ''
}

@test "so it is with 30 connections at once, and what is not drawn then is told" {
	need chromium
	recorded -4 '
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

@test "the page, wide and narrow, in light, dark and print: the same" {
	need chromium
	mkdir -p "$shots"
	browse
	for width in 1280 390; do
		ask Emulation.setDeviceMetricsOverride "\"width\":$width,\"height\":800,\"deviceScaleFactor\":1,\"mobile\":false"
		looked_at "$gallery/index.html"
		for how in "${hows[@]:0:3}"; do
			as $how
			screenshot "$shots/gallery-${how/ /-}-$width.png" $width 5000
		done
	done
	equal "$(errors)" ''
}

@test "a replay hides what is yet to come, by the keyboard, too; and not where motion is unwanted" {
	need chromium
	browse
	open "file://$gallery/index.html"
	curtain="getComputedStyle(document.querySelector('#handshake .sweep')).display"
	equal "$(told "$curtain")" none
	told "document.getElementById('replay-handshake').focus()"
	for type in keyDown keyUp; do
		ask Input.dispatchKeyEvent "\"type\":\"$type\",\"key\":\" \",\"code\":\"Space\",\"text\":\" \",\"windowsVirtualKeyCode\":32"
	done
	equal "$(told "$curtain")" inline
	equal "$(told "getComputedStyle(document.querySelector('#handshake .sweep')).animationName")" sweep
	ask Emulation.setEmulatedMedia '"features":[{"name":"prefers-reduced-motion","value":"reduce"}]'
	equal "$(told "$curtain")" none
	equal "$(told "getComputedStyle(document.querySelector('#replay-handshake')).display")" none
}
