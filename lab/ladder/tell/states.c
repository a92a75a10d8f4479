/*
 * states.c - which state either end of a connection was in, and who says so
 *
 * Inferred: RFC 9293, section 3.3.2, applied to what each end sent and to what
 * arrived there. Observed: the kernel's word, as a call tells it. A stay in a
 * state during which the kernel told it is observed, as a whole.
 *
 * A call's word must be possible: the kernel was asked between the calls before
 * and after on the same connection, so it is what held at the one before, or
 * came until the next.
 */
#include <stdlib.h>
#include <string.h>

#include "tell.h"

static void enter(struct event *e, struct stay **place, struct tracking *s,
	enum state state) {
	if (!s->stay || s->stay->state != state) {
		if (s->stay) free_stay(s->stay);
		s->stay = allocate(sizeof *s->stay);
		s->stay->state = state;
		s->stay->users = 1;
	}
	if (e && place) {
		*place = s->stay;
		s->stay->users++;
	}
}

void free_stay(struct stay *s) {
	if (s && --s->users == 0) free(s);
}

/* The segments say that this side is in this state now. */
static void infer(struct event *e, struct stay **place, struct tracking *s,
	enum state state) {
	if (state == NO_STATE) return;
	if (state == SYN_SENT || state == SYN_RCVD) s->gone = false;
	enter(e, place, s, s->gone ? CLOSED : state);
	if (state != s->inferred) {
		s->inferred = state;
		s->came |= 1U << state;
		s->since |= 1U << state;
	}
}

static enum state after_leaving(const struct event *e, struct tracking *s) {
	const int flags = e->packet.flags;

	if (flags & RST) return CLOSED;
	if (flags & SYN) return flags & ACK ? SYN_RCVD : SYN_SENT;
	if (flags & FIN && s->fin == -1) {
		s->fin = e->seq + e->packet.len + 1;
		return s->inferred == CLOSE_WAIT ? LAST_ACK : FIN_WAIT1;
	}
	return s->inferred ? s->inferred : ESTABLISHED;
}

void leave(struct event *e) {
	struct tracking *s = e->connection->side[e->host].tracking;
	const struct packet *p = &e->packet;
	const int64_t behind =
		e->seq + p->len + !!(p->flags & SYN) + !!(p->flags & FIN);

	if (p->protocol != IPPROTO_TCP) return;
	infer(e, &e->stay, s, after_leaving(e, s));
	if (behind > s->top) s->top = behind;
	if (p->flags & ACK && e->ack > s->acked) s->acked = e->ack;
}

/* ---- what has arrived -------------------------------------------------- */

/* Bytes that came before their turn wait in blocks, none touching another. */
static void keep_block(struct tracking *s, int64_t from, int64_t to) {
	int kept = 0;

	if (!s->block) s->block = allocate(BLOCKS * sizeof *s->block);
	for (int i = 0; i < s->blocks; i++) {
		const struct block b = s->block[i];

		if (b.to < from || b.from > to) {
			s->block[kept++] = b;
			continue;
		}
		if (b.from < from) from = b.from;
		if (b.to > to) to = b.to;
	}
	s->blocks = kept;
	if (kept == BLOCKS) return; /* it will be sent again, or not matter */
	s->block[s->blocks++] = (struct block){from, to};
}

/* Whether the other's FIN is in, and all before it. */
static bool is_finished(struct tracking *s, const struct event *e) {
	const int64_t from = e->seq, to = e->seq + e->packet.len;

	if (!s->hears) { /* SYN is not in the capture */
		s->hears = true;
		s->heard = from;
	}
	if (e->packet.flags & FIN) s->heard_fin = to;
	if (from <= s->heard && to > s->heard)
		s->heard = to;
	else if (from > s->heard && e->packet.len)
		keep_block(s, from, to);
	for (int i = 0; i < s->blocks; i++)
		if (s->block[i].from <= s->heard) {
			if (s->block[i].to > s->heard)
				s->heard = s->block[i].to;
			s->block[i] = s->block[--s->blocks];
			i = -1;
		}
	return s->heard_fin != -1 && s->heard >= s->heard_fin;
}

static enum state after_arrival(const struct event *e, struct tracking *s) {
	const int flags = e->packet.flags;
	enum state state = s->inferred;
	const bool opening = state == SYN_SENT || state == SYN_RCVD;

	if (flags & RST) return CLOSED;
	if (flags & SYN) {
		if (state != NO_STATE && state != CLOSED && !opening)
			return state;
		s->hears = true;
		s->heard = 1;
		if (!opening) return state; /* its answer tells if it listens */
		return flags & ACK ? ESTABLISHED : SYN_RCVD;
	}
	if (state == SYN_RCVD || state == NO_STATE) state = ESTABLISHED;
	if (s->fin != -1 && flags & ACK && e->ack >= s->fin)
		state = state == FIN_WAIT1 ? FIN_WAIT2 :
			state == CLOSING   ? TIME_WAIT :
			state == LAST_ACK  ? CLOSED :
					     state;
	if (is_finished(s, e))
		state = state == ESTABLISHED ? CLOSE_WAIT :
			state == FIN_WAIT1   ? CLOSING :
			state == FIN_WAIT2   ? TIME_WAIT :
					       state;
	return state;
}

void arrive(struct event *e) {
	struct tracking *s = e->connection->side[other(e->host)].tracking;
	const struct packet *p = &e->packet;

	if (p->protocol != IPPROTO_TCP || e->bad) return;
	e->surplus = p->len && s->hears && e->seq + p->len <= s->heard;
	infer(e, &e->peer_stay, s, after_arrival(e, s));
}

/* ---- what a call told ------------------------------------------------- */

/* TCP_INFO says CLOSE in TIME_WAIT, too; and after close or shutdown the state
 * of an end whose FIN has left, though it may wait behind data. */
static void check(struct tracking *s) {
	unsigned possible = s->held | s->came;

	if (!s->doubtful) return;
	if (possible & 1U << TIME_WAIT) possible |= 1U << CLOSED;
	if (possible & 1U << ESTABLISHED) possible |= 1U << FIN_WAIT1;
	if (possible & 1U << CLOSE_WAIT) possible |= 1U << LAST_ACK;
	s->doubtful->wrong = !(possible & 1U << s->told);
	if (s->doubtful->wrong)
		note(&s->doubtful->note,
			"the kernel told %s, which the segments do not allow",
			state_names[s->told]);
	s->doubtful = NULL;
}

void observe(struct event *e, enum state told) {
	struct tracking *s;

	e->told = told;
	if (!e->connection || !told) return;
	s = e->connection->side[e->host].tracking;
	check(s);
	s->held = s->latest_held ? s->latest_held : 1U << CLOSED;
	s->latest_held = 1U << (s->inferred ? s->inferred : CLOSED);
	s->came = s->since;
	s->since = 0;
	if (told == CLOSED && s->stay && s->stay->state == TIME_WAIT) {
		e->stay = s->stay; /* it is all that the kernel tells then */
		s->stay->users++;
		return;
	}
	enter(e, &e->stay, s, told);
	s->stay->seen = true;
	if (told == CLOSED) s->gone = true; /* what comes now reaches no one */
	if (same_end(&e->connection->side[CLIENT].end,
		    &e->connection->side[SERVER].end))
		return; /* connected to itself: no cable has its segments */
	s->doubtful = e;
	s->told = told;
}

void finish_states(struct timeline *t) {
	for (struct connection *c = t->connections; c; c = c->next)
		for (int h = CLIENT; h <= SERVER; h++)
			check(c->side[h].tracking);
}
