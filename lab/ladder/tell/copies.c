/*
 * copies.c - packets that the recorder has twice: of lo, of the interface any,
 * of a router that has two
 *
 * A copy has the identification, the numbers and the time stamps of the packet,
 * and comes within a moment. Where IP's identification is 0, as IPv6 has none,
 * two packets may be alike and not the same: there it is a copy if those with
 * an identification come twice, too, or if none has one and each comes twice.
 */
#include <stdlib.h>

#include "tell.h"

/* The latest packet shortly before this one that is equal to it; or `i`. */
static size_t original_of(const struct packets *p, size_t i) {
	const struct packet *c = &p->at[i];

	for (size_t k = i; k-- > 0 && c->time - p->at[k].time < MOMENT;)
		if (p->at[k].likeness == c->likeness &&
			p->at[k].flags == c->flags && p->at[k].len == c->len)
			return k;
	return i;
}

void drop_copies(struct packets *p, struct account *a) {
	bool *copy = allocate(p->count + 1);
	size_t numbered = 0, twice = 0, alike = 0, kept = 0;
	bool all, more = false; /* than two are alike */

	for (size_t i = 0; i < p->count; i++) {
		const size_t k = original_of(p, i);

		numbered += p->at[i].numbered;
		if (k == i) continue;
		more |= copy[k];
		copy[i] = true;
		alike++;
		twice += p->at[i].numbered;
	}
	all = numbered ? twice * 3 > numbered : !more && alike * 2 == p->count;
	for (size_t i = 0; i < p->count; i++) {
		if (copy[i] && (all || p->at[i].numbered)) {
			leave_out(a, recorded_twice);
			a->drawn--;
			free_packet(&p->at[i]);
		} else
			p->at[kept++] = p->at[i];
	}
	p->count = kept;
	free(copy);
}
