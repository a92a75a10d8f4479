# Loaded together with layout.awk: where a time is, in pixels from the top. All is
# to scale, but for stretches in which nothing happens: they are folded.

function moment(time) {
	if (time != "")
		at[++moments] = time
}

# The middle one of n numbers.
function median(number, n,    i, order) {
	for (i = 1; i <= n; i++)
		order[i] = i
	sort(order, number, 1, n)
	return number[order[int((n + 1) / 2)]]
}

# The moments in order, and how long a stretch may be before it is folded; and
# $pixels, of a second: a segment's usual flight is 80 of them.
function begin_scale(    i, n, gap, order, time) {
	flight = flights ? median(flown, flights) : 0
	for (i = 1; i <= segments; i++)
		if (comes[i] == "")
			moment(leaves[i] + flight) # when it would have come
	for (i = 1; i <= moments; i++) {
		order[i] = i
		time[i] = at[i]
	}
	sort(order, time, 1, moments)
	for (i = 1; i <= moments; i++)
		at[i] = time[order[i]]
	unit = flight
	if (unit < 1e-6) { # one clock: by the pauses between segments
		for (i = 2; i <= moments; i++)
			if (at[i] - at[i - 1] > 1e-6)
				gap[++n] = at[i] - at[i - 1]
		unit = n ? 3 * median(gap, n) : 1
	}
	pixels = 80 / unit
	patience = 2.5 * unit
}

# Nothing happens for long: not even a segment under way, unless for very long.
function quiet(from, to,    s) {
	if (to - from <= patience)
		return 0
	for (s = 1; s <= segments && to - from <= 2 * patience; s++)
		if (leaves[s] != "" && leaves[s] <= from && comes[s] >= to)
			return 0
	return 1
}

# What is where, with so many pixels to the second.
function set_scale(    i) {
	folds = 0
	top_of[1] = top
	for (i = 2; i <= moments; i++)
		if (!quiet(at[i - 1], at[i]))
			top_of[i] = top_of[i - 1] + (at[i] - at[i - 1]) * pixels
		else {
			top_of[i] = top_of[i - 1] + 40
			fold[++folds] = i
		}
}

function down(time,    low, high, middle) {
	low = 1
	high = moments
	while (high - low > 1) {
		middle = int((low + high) / 2)
		if (at[middle] <= time) low = middle; else high = middle
	}
	if (at[high] <= at[low])
		return top_of[low]
	return top_of[low] + (top_of[high] - top_of[low]) * \
		(time - at[low]) / (at[high] - at[low])
}

function duration(ms) {
	return sprintf(ms < 10 ? "%.2g ms" : "%.0f ms", ms)
}

# The folds, and the clock's ticks between them, at 1, 2, 5, 10, ... ms: kept until
# it is known how wide the picture is.
function keep_scale(    i, f, step, from, tick) {
	for (step = 1e-6; step * pixels < 56; )
		step *= ++i % 3 == 2 ? 2.5 : 2
	fold[folds + 1] = moments + 1
	from = 1
	for (f = 1; f <= folds + 1; f++) {
		i = fold[f]
		for (tick = int((at[from] - zero) / step); tick * step + zero <= at[i - 1] + 1e-9; tick++)
			if (tick * step + zero >= at[from] - 1e-9)
				keep("tick", sprintf("%.10g", tick ? tick * step * 1000 : 0), \
					down(tick * step + zero), "")
		if (f <= folds)
			keep("fold", duration((at[i] - at[i - 1]) * 1000), top_of[i - 1], top_of[i])
		from = i
	}
}

function keep(kind, text, y1, y2) {
	kept_kind[++kept] = kind
	kept_text[kept] = text
	kept_y1[kept] = y1
	kept_y2[kept] = y2
	ruler = max(ruler, length(text) * NAME)
}

function print_scale(    i) {
	west += ruler + 14
	for (i = 1; i <= kept; i++)
		if (kept_kind[i] == "tick")
			print "tick", ruler + 10 - west, east, kept_y1[i], kept_text[i]
		else
			print "fold", ruler + 10 - west, east, kept_y1[i], kept_y2[i], kept_text[i], ruler + 10
}
