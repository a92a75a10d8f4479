/*
 * copies.c - leaves out packets that were recorded twice: on lo, on the
 * interface `any`, or on two interfaces of a router
 *
 * A copy has the same IP identification, numbers and timestamps as the packet,
 * and is recorded within MOMENT. Without an identification (IPv6, or 0 in IPv4)
 * two equal packets may be different ones. They are copies if most packets that
 * have an identification were recorded twice; if none has one, they are copies
 * if each packet was recorded exactly twice.
 */
#include <stdlib.h>

#include "tell.h"

/* Returns the latest packet before i, within MOMENT, that is equal; or i. */
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
	bool all, more = false; /* more: than two packets are equal */

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
