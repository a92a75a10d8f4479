#!/usr/bin/env bats
# The pictures and their page, as a browser shows them.

load helper
load browser

gallery=$BATS_RUN_TMPDIR/4 # made by demos.bats, if that has run
shots=$root/captures/screenshots

setup_file() {
	[ -e "$BATS_RUN_TMPDIR/4/index.html" ] ||
		"$BATS_TEST_DIRNAME/../scripts/gallery" -o "$BATS_RUN_TMPDIR/4"
}

@test "each picture, in light, dark and print: no text overlaps another, is cut off or hard to read" {
	need chromium
	browse
	for svg in "$gallery"/*/ladder.svg; do
		open "file://$svg"
		for how in 'light screen' 'dark screen' 'light print' 'dark print'; do
			as $how
			equal "$svg $how: $(measured)" "$svg $how: "
		done
	done
	equal "$(errors)" ''
}

@test "the page, wide and narrow, light, dark and printed: the same; and all its links lead somewhere" {
	need chromium
	browse
	mkdir -p "$shots"
	open "file://$gallery/index.html"
	for width in 1280 390; do
		ask Emulation.setDeviceMetricsOverride "\"width\":$width,\"height\":800,\"deviceScaleFactor\":1,\"mobile\":false"
		for how in 'light screen' 'dark screen' 'light print' 'dark print'; do
			as $how
			screenshot "$shots/gallery $how $width.png" $width 4000
			equal "$how $width: $(measured)" "$how $width: "
		done
	done
	equal "$(errors)" ''
	while read -r file; do
		[ -s "$gallery/$file" ] || { echo "$file"; false; }
	done < <(sed -n 's/.*<a href="\([^"#]*\)" download>.*/\1/p' "$gallery/index.html")
}
