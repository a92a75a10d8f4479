# Loaded by tests that look at pages: a Chromium without a window, asked over its
# DevTools protocol, whose messages end in NUL.

# browse: starts it. What it says is in the file `said`.
browse() {
	mkfifo asked
	: > said
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$PWD/profile" \
		--remote-debugging-pipe about:blank 3< asked 4> said > chromium.log 2>&1 5>&- &
	pid=$!
	started+=("$pid")
	exec 8> asked
	session=
	ask Target.createTarget '"url":"about:blank"'
	ask Target.attachToTarget '"flatten":true,"targetId":'"$(answer targetId)"
	session=$(answer sessionId)
	ask Page.enable
	ask Runtime.enable
	ask Log.enable
}

# ask METHOD PARAMETERS: and waits for the answer.
ask() {
	message=$((${EPOCHREALTIME/[.,]/} % 2147483648)) # unique, in subshells, too
	printf '{"id":%d,%s"method":"%s","params":{%s}}\0' $message \
		"${session:+\"sessionId\":$session,}" "$1" "${2-}" >&8
	wait_for "$1" answered
}

answered() {
	tr '\0' '\n' < said | grep "^{\"id\":${message}[,}]" > answer
}

# answer NAME: the string of that name in the last answer, quoted.
answer() {
	sed -n 's/.*"'"$1"'":\("[^"]*"\).*/\1/p' answer
}

open() { # URL
	ask Page.navigate "\"url\":\"$1\""
	wait_for "$1" loaded
}

# as LIGHT MEDIA: light or dark, screen or print.
as() {
	ask Emulation.setEmulatedMedia \
		'"media":"'"$2"'","features":[{"name":"prefers-color-scheme","value":"'"$1"'"}]'
}

loaded() {
	ask Runtime.evaluate '"expression":"document.readyState + location.href.slice(0,4)"'
	[ "$(answer value)" = '"completefile"' ]
}

# told EXPRESSION: what it is in the page.
told() {
	ask Runtime.evaluate "\"expression\":\"$1\""
	answer value | tr -d '"'
}

# measured: what measure.js finds wrong with the page: a line each.
measured() {
	ask Runtime.evaluate "\"expression\":$(json < "$BATS_TEST_DIRNAME/measure.js")"
	sed -n 's/.*"value":"\([^"]*\)".*/\1/p' answer | sed 's/\\n/\n/g'
}

json() { # stdin as a JSON string
	sed 's/\\/\\\\/g; s/"/\\"/g; s/	/\\t/g' | awk '{ text = text $0 "\\n" } END { printf "\"%s\"", text }'
}

# errors: what the console was told of.
errors() {
	tr '\0' '\n' < said | grep -e '"method":"Runtime.exceptionThrown"' -e '"level":"error"' \
		-e '"type":"error"' || true
}

# screenshot FILE [WIDTH HEIGHT]
screenshot() {
	ask Page.captureScreenshot '"captureBeyondViewport":true,"clip":{"x":0,"y":0,"scale":1,"width":'"$2"',"height":'"$3"'}'
	answer data | tr -d '"' | base64 -d > "$1"
}
