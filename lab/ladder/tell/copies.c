/*
 * copies.c - leaves out packets that were recorded twice: on lo, on the
 * interface `any`, or on two interfaces of a router
 *
 * A copy has the same IP identification, numbers and timestamps as the packet,
 * and is recorded within MOMENT after it. If two equal packets have no
 * identification (IPv6, or 0 in IPv4), the sender may also have sent both.
 * The second one is taken for a copy if most packets that have an
 * identification were recorded twice; if no packet has an identification, only
 * if each packet was recorded exactly twice.
 */
#include <stdlib.h>

#include "tell.h"

/* Returns the index of the latest packet that is equal to packet i and was
 * recorded within MOMENT before it. If there is none, returns i. */
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
	bool all, more = false; /* more: three packets or more are equal */

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
