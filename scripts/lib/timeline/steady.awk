# In:  packets, as packets.awk tells them, of several captures that still go on,
#      and now and then a line whose event is "tick". Loaded together with sort.awk.
# Out: the same, in order of time: each packet is held back for one tick, so that
#      a capture which is told of a little later can be put before it.

# Prints what came before the last tick, and what belongs before that.
function release(    i, k, order, keep) {
	for (i = 1; i <= n; i++)
		order[i] = i
	sort(order, time, 1, n)
	for (k = n; k > 0 && order[k] > old; k--)
		keep[order[k]]
	for (i = 1; i <= k; i++)
		print line[order[i]]
	k = 0
	for (i = 1; i <= n; i++)
		if (i in keep) {
			line[++k] = line[i]
			time[k] = time[i]
		}
	old = n = k
}

BEGIN { FS = OFS = "\t" }

$3 == "tick" {
	release()
	print
	fflush()
	next
}

{
	if (latest[$2] - $1 > 43200) # midnight: times are of day
		days[$2] += 86400
	latest[$2] = $1
	line[++n] = $0
	time[n] = $1 + days[$2]
	if (days[$2])
		sub(/^[^\t]*/, sprintf("%.9f", time[n]), line[n])
}

END {
	old = n
	release()
}
