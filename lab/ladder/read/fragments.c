/*
 * fragments.c - fragments of IP -> the datagram that they are parts of
 *
 * Fragments arrive in any order, mixed with fragments of other datagrams. The
 * fragment at offset 0 has the header of TCP or UDP, so the packet that it is
 * decoded to stands for the whole datagram.
 */
#include <stdlib.h>
#include <string.h>

#include "read.h"

struct datagram {
	uint64_t likeness; /* a hash: see struct fragment */
	nanoseconds time;  /* when its latest fragment was recorded */
	size_t place;	   /* the index of its packet; or NOWHERE, GONE */
	uint32_t header;   /* TCP: the size of TCP's header */
	uint32_t there,	   /* how many of its bytes were recorded so far */
		whole;	   /* how many bytes it has; 0: not known yet */
	uint8_t count;	   /* how many fragments were recorded so far */
	/* a bit for each 8 bytes of the datagram: a fragment begins there */
	uint8_t begun[1024];
};
enum { DATAGRAMS = 4096 };	/* the most that are remembered */
#define NOWHERE	 SIZE_MAX	/* its first fragment was not recorded yet */
#define GONE	 (SIZE_MAX - 1) /* its packet is in the timeline already */
#define PATIENCE (60 * SECOND)	/* how long to wait for fragments: RFC 8200 */

const char recorded_twice[] = "recorded twice";

static bool is_whole(const struct datagram *d) {
	return d->whole > 0 && d->there >= d->whole;
}

static struct datagram *datagram_of(
	struct capture *c, uint64_t likeness, nanoseconds time) {
	struct datagram *d;

	for (size_t i = c->datagram_count; i-- > 0;) {
		d = &c->datagrams[i];
		if (d->likeness == likeness &&
			time - d->time < (is_whole(d) ? MOMENT : PATIENCE))
			return d;
	}
	if (c->datagram_count == DATAGRAMS) {
		c->datagram_count /= 2;
		memmove(c->datagrams, c->datagrams + c->datagram_count,
			c->datagram_count * sizeof *d);
	}
	c->datagrams = enlarge(
		c->datagrams, c->datagram_count, &c->datagram_room, sizeof *d);
	d = &c->datagrams[c->datagram_count++];
	*d = (struct datagram){
		.likeness = likeness, .time = time, .place = NOWHERE};
	return d;
}

static void sum_up(const struct datagram *d, struct packet *p) {
	if (p->protocol == IPPROTO_TCP) p->len = d->there - d->header;
	p->fragments = d->count;
	p->partial = !is_whole(d);
}

static bool has_come(struct datagram *d, uint32_t from) {
	uint8_t *const at = &d->begun[from / 64 % sizeof d->begun];
	const uint8_t bit = (uint8_t)(1U << (from / 8 % 8)), before = *at;

	*at |= bit;
	return before & bit;
}

bool join_fragment(struct capture *c, struct packets *to, struct packet *p,
	const struct fragment *f) {
	struct datagram *d = datagram_of(c, f->likeness, p->time);

	if (has_come(d, f->from)) return false;
	d->time = p->time;
	d->there += f->size;
	if (d->count < 255) d->count++;
	if (f->last) d->whole = f->from + f->size;
	if (f->from == 0) {
		d->header = f->size - p->len;
		d->place = to->count;
		sum_up(d, p);
	} else if (d->place < to->count)
		sum_up(d, &to->at[d->place]);
	return true;
}

void hand_on_fragments(struct capture *c, struct packets *to) {
	for (size_t i = 0; i < c->datagram_count; i++) {
		struct datagram *d = &c->datagrams[i];

		if (d->place >= to->count) continue;
		/* more fragments may still arrive */
		to->at[d->place].partial = false;
		d->place = GONE;
	}
}

void end_fragments(struct capture *c, struct account *a) {
	for (size_t i = 0; i < c->datagram_count; i++)
		if (c->datagrams[i].place == NOWHERE)
			for (int n = c->datagrams[i].count; n > 0; n--)
				leave_out(a, later_fragment);
	c->datagram_count = 0;
}
