/*
 * order.c - what each host saw, in its own order -> the rows of a ladder
 *
 * Each host has a queue of what happened there. If a segment is at the head of
 * both queues, where it leaves one host and arrives at the other, the segment
 * becomes one row. If it crossed other segments on its way, or was overtaken,
 * it gets a row for leaving and a row for arriving. A tick is the smallest
 * difference of time that is shown. Items of the same tick may become rows in
 * any order.
 */
#include <stdlib.h>
#include <string.h>

#include "tell.h"

enum { REACH = 64 }; /* how many items reachable() looks at */

struct item {
	struct event *event; /* NULL: the item has become a row already */
	enum { HAPPENS, LEAVES, COMES } how;
};

struct queue {
	struct item *at;
	size_t first, past, room;
};

struct sequence {
	struct queue queue[2];
	nanoseconds tick, zero; /* zero: the time that is shown as 0 */
	bool two, begun;
	int last;	    /* the queue that the last segment was put into */
	unsigned long time; /* --live: how often pass_time() was called */
};

struct sequence *new_sequence(nanoseconds tick, bool two) {
	struct sequence *s = allocate(sizeof *s);

	s->tick = tick;
	s->two = two;
	return s;
}

void free_sequence(struct sequence *s) {
	free(s->queue[0].at);
	free(s->queue[1].at);
	free(s);
}

void pass_time(struct sequence *s) {
	s->time++;
}

static nanoseconds when(const struct item *i) {
	return i->how == COMES ? i->event->received : time_of(i->event);
}

/* Whether e is the return of a call that took less than 1 ms, with no segment
 * between entry and return. Then entry and return become one row. */
static bool is_prompt(const struct queue *q, const struct event *e) {
	const struct item *i;

	if (!e->entered || e->sent - e->entered->sent >= MS) return false;
	for (size_t n = q->past; n-- > q->first && q->past - n < 16;) {
		i = &q->at[n];
		if (i->event == e->entered) return true;
		if (!i->event || i->event->kind != CALL) return false;
	}
	return false;
}

void put_event(struct sequence *s, struct event *e, enum host at) {
	struct queue *q = &s->queue[s->two && at == SERVER];

	if (!s->begun && (e->kind == SEGMENT ||
				 (e->kind == CALL && e->host == CLIENT))) {
		s->zero = time_of(e);
		s->begun = true;
	}
	if (e->kind == FAULT) /* a fault stands after its segment */
		q = &s->queue[s->last];
	else if (e->kind == SEGMENT)
		s->last = s->two && at == SERVER;

	if (e->kind == CALL && is_prompt(q, e)) {
		e->prompt = true;
		return;
	}
	if (q->first > 1024 && q->first > q->past / 2) {
		q->past -= q->first;
		memmove(q->at, q->at + q->first, q->past * sizeof *q->at);
		q->first = 0;
	}
	q->at = enlarge(q->at, q->past, &q->room, sizeof *q->at);
	q->at[q->past++] =
		(struct item){e, e->kind != SEGMENT || e->sent == NEVER ||
						 e->sent == e->received ?
					 HAPPENS :
				 at == e->host ? LEAVES :
						 COMES};
	e->tick = s->time;
}

static struct item *head(struct queue *q) {
	while (q->first < q->past && !q->at[q->first].event)
		q->first++;
	return q->first < q->past ? &q->at[q->first] : NULL;
}

/* Returns the time in ticks, rounded as it is shown. */
static nanoseconds tick_of(const struct sequence *s, const struct item *i) {
	return (when(i) - s->zero + s->tick / 2) / s->tick;
}

/* Returns the item of segment e in the other host's queue q, if both items of e
 * can become one row: if the item in q is the head, or all items from the head
 * to this item are of the same tick. Otherwise returns NULL. */
static struct item *reachable(
	const struct sequence *s, struct queue *q, const struct event *e) {
	const struct item *first = head(q);

	for (size_t n = q->first; first && n < q->past && n - q->first < REACH;
		n++) {
		struct item *i = &q->at[n];

		if (!i->event) continue;
		if (i != first && tick_of(s, i) != tick_of(s, first))
			return NULL;
		if (i->event == e) return i;
	}
	return NULL;
}

/* Whether i, the head of its queue, can become a row now. *other_end becomes
 * the item of the same segment in the other queue, if both items become one
 * row; otherwise NULL. */
static bool is_ready(struct sequence *s, struct queue *elsewhere,
	const struct item *i, bool final, struct item **other_end) {
	const struct event *e = i->event;

	*other_end = NULL;
	if (i->how == HAPPENS || (i->how == COMES && e->in_parts)) return true;
	if (i->how == LEAVES && e->received == NEVER)
		return final || e->tick + 2 < s->time;
	*other_end = reachable(s, elsewhere, e);
	return *other_end != NULL;
}

/* Makes the next row. Returns false if there is none; unless `final`, there may
 * be one later. */
bool next_row(struct sequence *s, struct row *r, bool final) {
	struct item *best = NULL, *best_end = NULL, *stuck = NULL;
	bool waits = false;

	for (int h = CLIENT; h <= SERVER; h++) {
		struct item *i = head(&s->queue[h]), *end;

		if (!i) continue;
		if (is_ready(s, &s->queue[other(h)], i, final, &end)) {
			if (!best || when(i) < when(best))
				best = i, best_end = end;
			continue;
		}
		if (i->how == LEAVES && i->event->received == NEVER)
			waits = true;
		if (!stuck || (i->how == LEAVES && stuck->how != LEAVES) ||
			(i->how == stuck->how && when(i) < when(stuck)))
			stuck = i;
	}
	if (!best && waits) return false;
	if (!best) best = stuck;
	if (!best) return false;
	*r = (struct row){.part = WHOLE, .event = best->event};
	if (best->how != HAPPENS && !best_end) {
		if (best->how == COMES)
			r->part = CAME;
		else if (best->event->received != NEVER || !final) {
			r->part = LEFT;
			best->event->in_parts = true;
		}
	}
	best->event = NULL;
	if (best_end) best_end->event = NULL;
	return true;
}
