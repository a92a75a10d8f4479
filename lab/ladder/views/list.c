/*
 * list.c - the connections, one line for each
 */
#include <string.h>

#include "views.h"

static const char *ending(const struct connection *c) {
	if (c->protocol == IPPROTO_UDP) return "UDP";
	if (c->protocol != IPPROTO_TCP) return "ICMP";
	return c->ending ? c->ending : "open";
}

char *view_list(const struct timeline *t, const struct options *o) {
	const nanoseconds zero = zero_of(t);
	char client[64], server[64];

	(void)o;
	printf("%4s  %-26s %-26s %10s %10s %8s %11s %11s  %s\n", "#", "client",
		"server", "begins/s", "lasts/s", "segments", "bytes sent",
		"received", "end");
	for (const struct connection *c = t->connections; c; c = c->next)
		if (c->segments && c->number)
			printf("%4d  %-26s %-26s %10.3f %10.3f %8lu %11lu %11lu  %s\n",
				c->number,
				end_text(&c->side[CLIENT].end, client),
				end_text(&c->side[SERVER].end, server),
				(double)(c->first - zero) / (double)SECOND,
				(double)(c->last - c->first) / (double)SECOND,
				c->segments, c->bytes[CLIENT], c->bytes[SERVER],
				ending(c));
	return NULL;
}
