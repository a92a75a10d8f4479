/*
 * clock.c - two captures of the same connections: which host each was taken at,
 * and how much their clocks differ
 *
 * The offset is the second capture's clock minus the first one's. For a packet
 * that both captures have, d is its time in the second capture minus its time
 * in the first:
 *
 *     d = offset + trip    if the first capture's host has sent it,
 *     d = offset - trip    if the second capture's host has sent it.
 *
 * So if there is a packet in each direction, the one with the greater d was
 * sent by the first capture's host. This shows the hosts, even if the clocks
 * differ. The mean of both d is the offset, with an uncertainty of half the
 * round trip. Therefore the smallest round trips give the best estimate.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "tell.h"

/* The recorded time has so many parts; the offset is estimated for each. */
enum { SPANS = 16 };
#define MOST  (30 * 365 * 86400 * SECOND) /* the greatest offset accepted */
#define DRIFT 0.01 /* a greater drift is taken for an error */

/* A packet that both captures have */
struct match {
	const struct packet *p; /* the packet in the first capture */
	nanoseconds d;		/* see the top of this file */
	int hops; /* its TTL in the first capture minus that in the second */
};

/* What two successive matches, one in each direction, show */
struct estimate {
	nanoseconds at,	       /* the time of the second match */
		offset, doubt; /* the offset may be wrong by `doubt` */
	bool known;
};

static int by_time(const void *a, const void *b) {
	const struct packet *p = a, *q = b;

	if (p->time != q->time) return p->time < q->time ? -1 : 1;
	return p->frame < q->frame ? -1 : p->frame > q->frame;
}

static void sort(struct packets *list) {
	for (size_t i = 1; i < list->count; i++)
		if (list->at[i].time < list->at[i - 1].time) {
			qsort(list->at, list->count, sizeof *list->at, by_time);
			return;
		}
}

/* ---- packets that both captures have ------------------------------------ */

struct seen {
	uint64_t likeness;
	const struct packet *packet;
	unsigned count[2];
};

struct table {
	struct seen *at;
	size_t mask;
};

static struct seen *find(const struct table *t, uint64_t likeness) {
	size_t i = (likeness ^ likeness >> 29) & t->mask;

	while (t->at[i].likeness != likeness && t->at[i].likeness)
		i = (i + 1) & t->mask;
	t->at[i].likeness = likeness;
	return &t->at[i];
}

/* Returns an empty hash table with room for all packets of both captures. */
static struct table new_table(const struct packets captures[2]) {
	struct table t = {.mask = 63};

	while (t.mask < 2 * (captures[0].count + captures[1].count))
		t.mask = t.mask * 2 + 1;
	t.at = allocate((t.mask + 1) * sizeof *t.at);
	return t;
}

static struct table table_of(const struct packets captures[2]) {
	struct table t = new_table(captures);

	for (int c = 0; c < 2; c++)
		for (size_t i = 0; i < captures[c].count; i++) {
			const struct packet *p = &captures[c].at[i];
			struct seen *s = find(&t, p->likeness);

			if (s->count[c]++ == 0 && c == 0) s->packet = p;
		}
	return t;
}

/* ---- the clocks ---------------------------------------------------------- */

/* The second clock minus the first: it is `offset` at the time `at` of the
 * first clock, and grows by `drift` ns each ns */
static struct {
	nanoseconds at, offset;
	double drift;
} line;

static nanoseconds offset_at(nanoseconds time) {
	return line.offset +
	       (nanoseconds)(line.drift * (double)(time - line.at));
}

/* Remembers which host each address of these matches belongs to. *all_went is
 * whether the first host sent all these packets; if all_went is NULL, d shows
 * for each packet which host sent it. */
static void place_addresses(struct timeline *t, const struct match *m, size_t n,
	const bool *all_went) {
	for (size_t i = 0; i < n; i++) {
		const bool went =
			all_went ? *all_went : m[i].d > offset_at(m[i].p->time);

		know_host(t, &m[i].p->from, went ? CLIENT : SERVER);
		know_host(t, &m[i].p->to, went ? SERVER : CLIENT);
	}
}

static int span_of(nanoseconds since, nanoseconds all) {
	const nanoseconds span = since / (all / SPANS + 1);

	return span < 0 ? 0 : span >= SPANS ? SPANS - 1 : (int)span;
}

/* Finds the best estimate for each span of time. An estimate needs two
 * successive packets, one from address a and one to a. Their other addresses
 * may differ, for example if a packet to a multicast address is answered.
 * *ahead becomes positive if the packets from a have the greater d. */
static void estimate(const struct match *m, size_t n, const struct end *a,
	struct estimate of[SPANS], int *ahead) {
	const nanoseconds first = n ? m[0].p->time : 0;
	const nanoseconds all = n ? m[n - 1].p->time - first + 1 : 1;
	const struct match *before = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct packet *p = m[i].p;
		const bool went = same_address(&p->from, a);
		nanoseconds gap, offset;
		struct estimate *e;

		if (!went && !same_address(&p->to, a)) continue;
		if (before && same_address(&before->p->from, a) != went) {
			gap = went ? m[i].d - before->d : before->d - m[i].d;
			*ahead += gap > 0 ? 1 : gap < 0 ? -1 : 0;
			offset = before->d + (m[i].d - before->d) / 2;
			if (gap < 0) gap = -gap;
			e = &of[span_of(p->time - first, all)];
			if (!e->known || gap / 2 < e->doubt)
				*e = (struct estimate){
					p->time, offset, gap / 2, true};
		}
		before = &m[i];
	}
}

/* Fits `line` to the estimates. Its drift is 0, unless they prove that there is
 * a drift. Returns the best estimate. *agree becomes true if all estimates
 * allow an offset of 0. */
static struct estimate fit(const struct estimate of[SPANS], bool *agree) {
	double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0, slope = 0, rest = 0;
	struct estimate best = {.known = false};
	nanoseconds first, last;

	*agree = true;
	for (int i = 0; i < SPANS; i++)
		if (of[i].known && (!best.known || of[i].doubt < best.doubt))
			best = of[i];
	first = last = best.at;
	for (int i = 0; i < SPANS && best.known; i++) {
		const double dx = (double)(of[i].at - best.at);
		const double dy = (double)(of[i].offset - best.offset);

		if (!of[i].known) continue;
		if (of[i].offset - of[i].doubt > 0 ||
			of[i].offset + of[i].doubt < 0)
			*agree = false;
		if (of[i].at < first) first = of[i].at;
		if (of[i].at > last) last = of[i].at;
		n++, x += dx, y += dy, xx += dx * dx, yy += dy * dy,
			xy += dx * dy;
	}
	if (n > 3 && n * xx - x * x > 0) {
		slope = (n * xy - x * y) / (n * xx - x * x);
		rest = (yy - y * y / n - slope * (xy - x * y / n)) / n;
	}
	/* the drift over all of the time must exceed four standard deviations
	 * of the residuals */
	x = slope * (double)(last - first);
	line.drift = x * x > 16 * rest && slope < DRIFT && slope > -DRIFT ?
			     slope :
			     0;
	line.at = best.at;
	line.offset = best.offset;
	return best;
}

/* Finds the pair of hosts with the most matches. */
static void find_pair(
	const struct match *m, size_t n, struct end *a, struct end *b) {
	enum { PAIRS = 64 };
	struct {
		const struct packet *p;
		size_t count;
	} pairs[PAIRS] = {{NULL, 0}};
	size_t best = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < PAIRS - 1 && pairs[k].p &&
			!(same_address(&pairs[k].p->from, &m[i].p->from) &&
				same_address(&pairs[k].p->to, &m[i].p->to)) &&
			!(same_address(&pairs[k].p->from, &m[i].p->to) &&
				same_address(&pairs[k].p->to, &m[i].p->from)))
			k++;
		if (!pairs[k].p) pairs[k].p = m[i].p;
		if (++pairs[k].count > pairs[best].count) best = k;
	}
	*a = pairs[best].p->from;
	*b = pairs[best].p->to;
}

/* Returns which of the hosts a and b sent the first SYN. If there is no SYN,
 * returns a, which sent the first packet. */
static struct end opener_of(
	const struct packets *list, struct end a, struct end b) {
	for (size_t i = 0; i < list->count; i++) {
		const struct packet *p = &list->at[i];

		if ((p->flags & (SYN | ACK)) != SYN) continue;
		if (same_address(&p->from, &a)) return a;
		if (same_address(&p->from, &b)) return b;
	}
	return a;
}

static void report_clocks(struct timeline *t, const struct estimate *e) {
	const double ms = (double)e->offset / (double)MS;

	append(&t->remarks,
		"the server's clock is %.3f ms %s the client's (+- %.3f ms)",
		ms < 0 ? -ms : ms, ms < 0 ? "behind" : "ahead of",
		(double)e->doubt / (double)MS);
	if (line.drift != 0)
		append(&t->remarks, ", and %s %.1f us more in each second",
			line.drift > 0 ? "gains" : "loses",
			(line.drift < 0 ? -line.drift : line.drift) * 1e6);
	append(&t->remarks, ": all times are on the client's clock\n");
}

/* ---- segments that a network card cuts or joins -------------------------- */

struct lonely { /* a segment with data that only one capture has */
	struct packet *p;
	size_t place; /* the index of the segment in its capture's list */
};

static int by_bytes(const void *a, const void *b) {
	const struct packet *p = ((const struct lonely *)a)->p;
	const struct packet *q = ((const struct lonely *)b)->p;
	int order = memcmp(&p->from, &q->from, sizeof p->from);

	if (!order) order = memcmp(&p->to, &q->to, sizeof p->to);
	if (!order && p->seq != q->seq)
		order = (int32_t)(p->seq - q->seq) < 0 ? -1 : 1;
	if (!order && p->len != q->len) order = p->len < q->len ? -1 : 1;
	if (!order) order = p->time < q->time ? -1 : p->time > q->time;
	return order;
}

static struct lonely *lonely_in(const struct packets *list,
	const struct table *seen, int here, size_t *n) {
	struct lonely *of = NULL;
	size_t room = 0;

	*n = 0;
	for (size_t i = 0; i < list->count; i++) {
		struct packet *p = &list->at[i];

		if (p->protocol != IPPROTO_TCP || p->len == 0 ||
			find(seen, p->likeness)->count[1 - here])
			continue;
		of = enlarge(of, *n, &room, sizeof *of);
		of[(*n)++] = (struct lonely){p, i};
	}
	if (*n) qsort(of, *n, sizeof *of, by_bytes);
	return of;
}

/* Returns the part of the segment `whole` that the packet `there` of the other
 * capture has; if `there` is NULL, the bytes from seq to end, which the other
 * capture does not have. The part has the time and the number of `whole`. */
static struct packet piece_of(const struct packet *whole,
	const struct packet *there, uint32_t seq, uint32_t end) {
	const uint8_t *bytes = there ? there->bytes : whole->bytes;
	struct packet piece = there ? *there : *whole;

	piece.time = whole->time;
	piece.frame = whole->frame;
	piece.sack = NULL;
	piece.text = seq == whole->seq ? whole->text : NULL;
	piece.bad = false;
	if (!there) {
		piece.seq = seq;
		piece.len = end - seq;
		piece.likeness += seq; /* so the piece equals no packet */
		if (end != whole->seq + whole->len)
			piece.flags &= (uint8_t) ~(PSH | FIN);
	}
	if (bytes) {
		piece.bytes = allocate(piece.size);
		memcpy(piece.bytes, bytes, piece.size);
	}
	return piece;
}

static void add_piece(struct packets *to, struct packet piece) {
	to->at = enlarge(to->at, to->count, &to->room, sizeof piece);
	to->at[to->count++] = piece;
}

/* Returns the pieces of the long segment `whole`, in order: the packets that
 * the other capture has, from s[k] on, and pieces of the bytes that are missing
 * between these packets. The list is empty if there are no such packets. */
static struct packets pieces_of(const struct packet *whole,
	const struct lonely *s, size_t k, size_t count) {
	struct packets pieces = {.count = 0};
	uint32_t reached = 0; /* how many bytes are in pieces so far */

	for (; k < count && same_end(&s[k].p->from, &whole->from) &&
		same_end(&s[k].p->to, &whole->to);
		k++) {
		const uint32_t from = s[k].p->seq - whole->seq;

		if (from >= whole->len) break;
		if (from < reached || s[k].p->len > whole->len - from) continue;
		if (from > reached)
			add_piece(&pieces,
				piece_of(whole, NULL, whole->seq + reached,
					s[k].p->seq));
		add_piece(&pieces, piece_of(whole, s[k].p, s[k].p->seq, 0));
		reached = from + s[k].p->len;
	}
	if (pieces.count && reached < whole->len)
		add_piece(&pieces, piece_of(whole, NULL, whole->seq + reached,
					   whole->seq + whole->len));
	return pieces;
}

/* l: the n segments with data that only this capture (`list`) has; s: those
 * that only the other capture has. If segments of s are parts of a segment of
 * l, cuts this one into these parts, and its `place` in l becomes SIZE_MAX. */
static void cut(struct packets *list, struct lonely *l, size_t n,
	const struct lonely *s, size_t count) {
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		const struct packet whole = list->at[l[i].place];
		struct packet least = whole;
		const struct lonely key = {&least, 0};
		struct packets pieces;

		least.len = 0;
		while (k < count && by_bytes(&s[k], &key) < 0)
			k++;
		pieces = pieces_of(&whole, s, k, count);
		if (pieces.count > 1) {
			list->at[l[i].place] = pieces.at[0];
			l[i].place = SIZE_MAX;
			for (size_t p = 1; p < pieces.count; p++)
				add_piece(list, pieces.at[p]);
		} else if (pieces.count)
			free(pieces.at[0].bytes);
		free(pieces.at);
	}
}

static void cut_alike(struct packets captures[2], const struct table *seen) {
	size_t n[2];
	struct lonely *l[2];
	struct packet *copies[2];

	for (int c = 0; c < 2; c++) {
		l[c] = lonely_in(&captures[c], seen, c, &n[c]);
		copies[c] = allocate((n[c] + 1) * sizeof *copies[c]);
		for (size_t i = 0; i < n[c]; i++)
			copies[c][i] = *l[c][i].p;
		for (size_t i = 0; i < n[c]; i++)
			l[c][i].p = &copies[c][i]; /* cut() may move the list */
	}
	for (int c = 0; c < 2; c++)
		cut(&captures[c], l[c], n[c], l[1 - c], n[1 - c]);
	for (int c = 0; c < 2; c++) {
		for (size_t i = 0; i < n[c]; i++)
			if (l[c][i].place == SIZE_MAX) {
				/* its first piece has the text now */
				l[c][i].p->text = NULL;
				free_packet(l[c][i].p);
			}
		free(l[c]);
		free(copies[c]);
		sort(&captures[c]);
	}
}

/* Finds the packets of connections that only one capture has. Such packets are
 * drawn as if there was only that capture. */
static void find_alone(struct packets captures[2]) {
	struct table t = new_table(captures);

	for (int pass = 0; pass < 2; pass++)
		for (int c = 0; c < 2; c++)
			for (size_t i = 0; i < captures[c].count; i++) {
				struct packet *p = &captures[c].at[i];
				uint64_t sum = 1 + p->from.port * UINT64_C(31) +
					       p->to.port * UINT64_C(31);
				struct seen *s;

				for (int b = 0; b < 16; b++)
					sum = sum * UINT64_C(0x100000001b3) +
					      p->from.bytes[b] + p->to.bytes[b];
				s = find(&t, sum);
				if (pass == 0)
					s->count[c]++;
				else
					p->alone =
						!p->about && !s->count[1 - c];
			}
	free(t.at);
}

/* ---- stage by stage ---------------------------------------------------- */

/* Matches packets that occur equally often in both captures. Of packets with
 * the same likeness, only the first in each capture is matched. */
static struct match *matches_of(
	struct packets captures[2], const struct table *seen, size_t *n) {
	struct match *m = NULL;
	size_t room = 0;

	*n = 0;
	for (size_t i = 0; i < captures[1].count; i++) {
		const struct packet *p = &captures[1].at[i];
		struct seen *s = find(seen, p->likeness);

		if (!s->packet || s->count[0] != s->count[1] ||
			p->time - s->packet->time > MOST ||
			s->packet->time - p->time > MOST)
			continue;
		m = enlarge(m, *n, &room, sizeof *m);
		m[(*n)++] = (struct match){s->packet, p->time - s->packet->time,
			s->packet->ttl - p->ttl};
		s->packet = NULL;
	}
	return m;
}

/* Exchanges the captures. */
static void turn(struct packets captures[2], struct match *m, size_t n,
	struct timeline *t) {
	const struct packets first = captures[0];

	captures[0] = captures[1];
	captures[1] = first;
	for (size_t i = 0; i < n; i++) {
		m[i].d = -m[i].d;
		m[i].hops = -m[i].hops;
	}
	line.offset = -line.offset;
	line.drift = -line.drift;
	append(&t->remarks, "the first capture was taken at the server, the "
			    "second at the client\n");
}

/* Estimates the offset if all packets went in the same direction. *went becomes
 * true if the first capture's host has sent them: the TTL shows this or, if the
 * TTL is the same in both captures, d does. The offset is 0, unless a packet
 * seems to arrive before it left. */
static struct estimate one_way(const struct match *m, size_t n, bool *went) {
	struct estimate e = {.known = true};
	nanoseconds least = m[0].d;

	for (size_t i = 0; i < n; i++)
		if (m[i].d < least) least = m[i].d;
	*went = m[0].hops ? m[0].hops > 0 : m[0].d >= 0;
	if (*went ? least < 0 : least > 0) e.offset = least;
	line.offset = e.offset;
	return e;
}

static void correct(struct packets *p) {
	for (size_t i = 0; i < p->count; i++)
		p->at[i].time -= offset_at(p->at[i].time - line.offset);
}

/* Compares the clocks of two captures. m are the n packets that both have. */
static void compare(struct packets captures[2], struct match *m, size_t n,
	struct timeline *t, bool named) {
	struct estimate of[SPANS] = {{0}}, best;
	bool went_first, agree, both_ways;
	struct end a, b, opener;
	int ahead = 0;

	find_pair(m, n, &a, &b);
	estimate(m, n, &a, of, &ahead);
	best = fit(of, &agree);
	went_first = ahead >= 0; /* a is the first capture's host */
	both_ways = best.known;
	if (!both_ways) {
		best = one_way(m, n, &went_first);
		if (!named)
			append(&t->remarks,
				"all packets that both captures have went the same way: "
				"how long they took is not known\n");
	}
	if (both_ways && best.doubt == 0) { /* the round trip took no time */
		append(&t->remarks,
			"both captures were taken at the same place: "
			"the first of them is drawn\n");
		t->two = false;
		return;
	}
	if (both_ways && agree) line.offset = 0; /* the clocks may be equal */
	if (both_ways && agree) line.drift = 0;
	opener = opener_of(&captures[0], a, b);
	if (!named && same_address(&opener, went_first ? &a : &b) == false) {
		turn(captures, m, n, t);
		went_first = true;
		best.offset = -best.offset;
	}
	place_addresses(t, m, n, both_ways ? NULL : &went_first);
	if (line.offset == 0) return;
	report_clocks(t, &best);
	correct(&captures[1]);
}

/* Reports if one capture began or ended more than a second after the other. */
static void report_overlap(
	const struct packets captures[2], struct timeline *t) {
	nanoseconds begin[2], end[2];

	for (int c = 0; c < 2; c++) {
		begin[c] = captures[c].at[0].time;
		end[c] = captures[c].at[captures[c].count - 1].time;
	}
	for (int c = 0; c < 2; c++) {
		if (begin[c] - begin[1 - c] > SECOND)
			append(&t->remarks,
				"the %s's capture begins %.1f s after the %s's\n",
				host_name((enum host)c),
				(double)(begin[c] - begin[1 - c]) / SECOND,
				host_name((enum host)(1 - c)));
		if (end[1 - c] - end[c] > SECOND)
			append(&t->remarks,
				"the %s's capture ends %.1f s before the %s's\n",
				host_name((enum host)c),
				(double)(end[1 - c] - end[c]) / SECOND,
				host_name((enum host)(1 - c)));
	}
}

static void drop(struct packets *list) {
	while (list->count)
		free_packet(&list->at[--list->count]);
}

void find_clocks(struct packets captures[2], struct timeline *t, bool named) {
	struct table seen;
	struct match *m;
	size_t n;

	sort(&captures[0]);
	sort(&captures[1]);
	if (!t->two) return;
	seen = table_of(captures);
	m = matches_of(captures, &seen, &n);
	line.offset = 0;
	line.drift = 0;
	if (n > 0) {
		compare(captures, m, n, t, named);
		if (!t->two) drop(&captures[1]);
		free(seen.at);
		seen = table_of(captures);
		cut_alike(captures, &seen);
		if (t->two && !named) report_overlap(captures, t);
	} else if (captures[0].count && captures[1].count && !named)
		append(&t->remarks,
			"the two captures have no packet in common: "
			"each is drawn by its own clock\n");
	if (!named) find_alone(captures);
	free(seen.at);
	free(m);
}
