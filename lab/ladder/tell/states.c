/*
 * states.c - the state of either end of a connection, inferred or reported
 *
 * A state is inferred by RFC 9293, section 3.3.2, from the segments that the
 * end has sent and received. A state that the kernel reports with a call counts
 * as reported from this call on, until the end enters another state.
 *
 * A reported state is checked. When exactly the kernel reported it is not
 * known: after the previous call, and before the next one on the same
 * connection. So the segments must allow the state at some time between these
 * two calls.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tell.h"

static void enter(struct event *e, struct stay **place, struct tracking *s,
	enum state state, bool seen) {
	if (!s->stay || s->stay->state != state || (seen && !s->stay->seen)) {
		if (s->stay) free_stay(s->stay);
		s->stay = allocate(sizeof *s->stay);
		*s->stay = (struct stay){state, seen, 1};
	}
	if (e && place) {
		*place = s->stay;
		s->stay->users++;
	}
}

void free_stay(struct stay *s) {
	if (s && --s->users == 0) free(s);
}

/* Returns the state to show. If the program has closed the socket, but the
 * kernel must send data before FIN, the kernel already reports the state after
 * FIN. */
static enum state closing(enum state reported, enum state inferred) {
	if (reported == FIN_WAIT1 && inferred == ESTABLISHED) return FIN_WAIT1;
	if (reported == FIN_WAIT1 && inferred == CLOSE_WAIT) return CLOSING;
	if (reported == LAST_ACK && inferred == CLOSE_WAIT) return LAST_ACK;
	return inferred;
}

/* Enters a state that follows from the segments. */
static void infer(struct event *e, struct stay **place, struct tracking *s,
	enum state state) {
	enum state shown;
	bool seen;

	if (state == NO_STATE) return;
	if (state == SYN_SENT || state == SYN_RCVD) s->gone = false;
	shown = s->gone ? CLOSED : closing(s->reported, state);
	seen = s->early_report && shown == s->early_report->reported;
	enter(e, place, s, shown, seen);
	if (seen) s->early_report = NULL;
	if (state != s->inferred) {
		s->inferred = state;
		s->came |= 1U << state;
		s->since |= 1U << state;
	}
}

/* Corrects the state that e's receiver had after the arrival of e. */
static void correct_arrival(
	struct event *e, struct tracking *s, enum state state) {
	if (e->peer_stay) free_stay(e->peer_stay);
	enter(e, &e->peer_stay, s, state, false);
}

/* ---- segments that are ignored ------------------------------------------ */

/* Moves the right edge of the window that the end s has advertised: its segment
 * e may advertise more. */
static void move_edge(struct tracking *s, const struct tracking *peer,
	const struct event *e) {
	const struct packet *p = &e->packet;
	const bool unknown = s->scale == -2 || peer->scale == -2;
	const bool scaled =
		!(p->flags & SYN) && s->scale != -1 && peer->scale != -1;
	const int64_t edge = e->ack + ((int64_t)p->win << (!scaled ? 0 :
							   unknown ? 14 :
								     s->scale));

	if (p->flags & ACK && !(p->flags & RST) && edge > s->edge)
		s->edge = edge;
}

/* Whether this segment begins beyond its receiver's window, or is a FIN before
 * the window. The receiver drops such a segment (RFC 9293, 3.10.7.4). It is
 * probably forged, because the true sender knows the window. */
static bool is_outside_window(const struct event *e) {
	const struct tracking *to =
		e->connection->side[other(e->host)].tracking;
	const int flags = e->packet.flags;

	if (flags & SYN) return false;
	if (to->edge && e->seq > to->edge) return true;
	return (flags & (FIN | RST)) == FIN && to->hears &&
	       e->seq + e->packet.len < to->heard;
}

/* Whether the segment acknowledges nothing, or more than the end s has sent. */
static bool is_void_ack(const struct event *e, const struct tracking *s) {
	return e->ack > s->top || e->ack < 1;
}

/* Whether this is an RST with a number before the window. After a FIN has
 * arrived, Linux also accepts the number of the FIN, which is then s->heard. */
static bool is_old_reset(const struct event *e, const struct tracking *s) {
	return e->packet.flags & RST && s->hears && s->inferred != SYN_SENT &&
	       e->seq < s->heard && e->seq < s->acked;
}

/* Whether this is an RST that does not acknowledge the SYN, although in
 * SYN_SENT it must (RFC 9293, 3.10.7.3). */
static bool is_no_answer(const struct event *e, const struct tracking *s) {
	return e->packet.flags & RST && s->inferred == SYN_SENT &&
	       (!(e->packet.flags & ACK) || is_void_ack(e, s));
}

/* Whether this is an RST that does not have the next expected number, although
 * it must (RFC 5961, section 3.2). Linux also accepts the number of a FIN that
 * has arrived, and the number after the last range that SACK has reported. In
 * SYN_RCVD, it accepts any number in the window. */
static bool is_stray_reset(const struct event *e, const struct tracking *s) {
	int64_t last = s->heard;

	if (!(e->packet.flags & RST) || !s->hears || s->inferred == SYN_SENT ||
		s->inferred == SYN_RCVD)
		return false;
	for (int i = 0; s->early && i < s->early->count; i++)
		if (s->early->at[i].to > last) last = s->early->at[i].to;
	return e->seq != s->acked && e->seq != s->heard && e->seq != last &&
	       !(s->heard == s->heard_fin && e->seq == s->heard + 1);
}

/* Whether this ACK arrives during the handshake, but acknowledges what was
 * never sent. */
static bool is_stray_ack(const struct event *e, const struct tracking *s) {
	return e->packet.flags & ACK && !(e->packet.flags & RST) &&
	       (s->inferred == SYN_SENT || s->inferred == SYN_RCVD) &&
	       is_void_ack(e, s);
}

/* ---- a state that is corrected afterwards -------------------------------- */

/* Removes the state SYN_RCVD if it was wrong. A server sends a SYN ACK again if
 * it is not acknowledged after a second (RFC 6298, 2.1). If it did not do so,
 * it uses SYN cookies, and keeps no state of the connection. */
static void forget_opening(const struct event *e, struct tracking *s) {
	if (s->inferred == SYN_RCVD && !s->defers && s->offered &&
		e->received - s->offered > SECOND + SECOND / 5)
		s->stay->state = NO_STATE;
}

/* ---- what leaves --------------------------------------------------------- */

/* Whether this RST answers the latest segment that has arrived at its sender:
 * then the RST's number is the ACK number of that segment. The RST's sender had
 * no connection when that segment arrived. */
static bool is_answer(const struct event *e, const struct tracking *s) {
	return s->latest && !(e->packet.flags & ACK) &&
	       s->latest->packet.flags & ACK && s->latest->ack == e->seq;
}

/* Whether this is an RST whose number is above the next number of its sender.
 * Such an RST is forged, or the capture does not have all that its sender has
 * sent. */
static bool is_blind_reset(const struct event *e, const struct tracking *s) {
	return e->packet.flags & RST && s->top && e->seq > s->top &&
	       s->inferred != SYN_SENT && !is_answer(e, s);
}

static enum state after_leaving(const struct event *e, struct tracking *s) {
	const int flags = e->packet.flags;

	if (flags & RST) {
		if (!is_answer(e, s)) return CLOSED;
		if (s->inferred == SYN_SENT) return SYN_SENT;
		correct_arrival(s->latest, s, CLOSED);
		return CLOSED;
	}
	if (flags & SYN) return flags & ACK ? SYN_RCVD : SYN_SENT;
	if (flags & FIN && s->fin == -1) {
		s->fin = e->seq + e->packet.len + 1;
		if (s->inferred != CLOSE_WAIT) return FIN_WAIT1;
		if (e->ack > s->heard_fin || !s->fin_came) return LAST_ACK;
		/* the peer's FIN had not arrived yet: the FINs have crossed */
		correct_arrival(s->fin_came, s, ESTABLISHED);
		return CLOSING;
	}
	if (s->inferred == SYN_RCVD && e->packet.len) return ESTABLISHED;
	return s->inferred ? s->inferred : ESTABLISHED;
}

void leave(struct event *e) {
	struct tracking *s = e->connection->side[e->host].tracking;
	const struct packet *p = &e->packet;
	const int64_t behind = end_of(e);

	if (p->protocol != IPPROTO_TCP) return;
	if (is_outside_window(e))
		e->ignored = OUTSIDE_WINDOW;
	else if (is_blind_reset(e, s))
		e->ignored = STRAY_RESET;
	infer(e, &e->stay, s, e->ignored ? s->inferred : after_leaving(e, s));
	if (e->ignored) return;
	if (behind > s->top) s->top = behind;
	if (p->flags & SYN) {
		s->scale = p->scale;
		s->offered = e->received == NEVER ? e->sent : 0;
		/* the SYN ACK is sent again although an ACK has arrived:
		 * TCP_DEFER_ACCEPT is over, so the next ACK is enough */
		if (s->latest && !(s->latest->packet.flags & SYN))
			s->defers = false;
	}
	move_edge(s, e->connection->side[other(e->host)].tracking, e);
	if (p->flags & ACK && e->ack > s->acked) {
		s->acked = e->ack;
		if (s->unanswered && e->received == NEVER)
			e->waited = e->sent - s->unanswered;
		s->unanswered = 0;
	}
}

/* ---- what has arrived -------------------------------------------------- */

bool add_block(struct blocks **set, int64_t from, int64_t to) {
	struct blocks *b = *set ? *set : (*set = allocate(sizeof **set));
	int kept = 0;

	for (int i = 0; i < b->count; i++)
		if (b->at[i].from <= from && b->at[i].to >= to) return false;
	for (int i = 0; i < b->count; i++) {
		const struct block o = b->at[i];

		if (o.to < from || o.from > to) {
			b->at[kept++] = o;
			continue;
		}
		if (o.from < from) from = o.from;
		if (o.to > to) to = o.to;
	}
	b->count = kept;
	if (kept < BLOCKS) /* if the set is full, the range is left out */
		b->at[b->count++] = (struct block){from, to};
	return true;
}

/* Adds the segment to what has arrived. Returns whether the peer's FIN, and all
 * bytes before this FIN, have arrived. */
static bool is_finished(struct tracking *s, const struct event *e) {
	const int64_t from = e->seq, to = e->seq + e->packet.len;

	if (!s->hears) { /* the SYN is not in the capture */
		s->hears = true;
		s->heard = from;
	}
	if (e->packet.flags & FIN) s->heard_fin = to;
	if (from <= s->heard && to > s->heard)
		s->heard = to;
	else if (from > s->heard && e->packet.len)
		add_block(&s->early, from, to);
	for (int i = 0; s->early && i < s->early->count; i++)
		if (s->early->at[i].from <= s->heard) {
			if (s->early->at[i].to > s->heard)
				s->heard = s->early->at[i].to;
			s->early->at[i] = s->early->at[--s->early->count];
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
		if (!opening) return state; /* the answer will show the state */
		return flags & ACK ? ESTABLISHED : SYN_RCVD;
	}
	if (state == SYN_RCVD && s->defers && !e->packet.len && !(flags & FIN))
		return state;
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

/* Whether the packet's timestamp is older than TS.Recent (RFC 7323, section 5).
 * A difference of 1 is allowed, as in Linux. */
static bool is_too_old(const struct packet *p, const struct tracking *s) {
	return p->stamped && s->stamped && p->len && !(p->flags & SYN) &&
	       (int32_t)(s->recent - p->stamp) > 1;
}

static void keep_stamp(const struct event *e, struct tracking *s) {
	const struct packet *p = &e->packet;

	if (!p->stamped ||
		(s->stamped && (e->seq > s->acked ||
				       (int32_t)(p->stamp - s->recent) < 0)))
		return;
	s->stamped = true;
	s->recent = p->stamp;
}

static int why_ignored(const struct event *e, const struct tracking *s) {
	return is_outside_window(e) || is_old_reset(e, s) ? OUTSIDE_WINDOW :
	       is_no_answer(e, s)			  ? NO_ANSWER :
	       is_stray_reset(e, s)			  ? STRAY_RESET :
	       is_stray_ack(e, s)			  ? STRAY_ACK :
	       is_too_old(&e->packet, s)		  ? TOO_OLD :
							    HEEDED;
}

void arrive(struct event *e) {
	struct tracking *s = e->connection->side[other(e->host)].tracking;
	const struct packet *p = &e->packet;

	if (p->protocol != IPPROTO_TCP || e->bad) return;
	s->latest = e;
	if (!e->ignored) e->ignored = why_ignored(e, s);
	if (!e->ignored && (p->flags & (ACK | SYN | RST)) == ACK)
		forget_opening(e, s);
	e->surplus = !e->ignored && s->hears && e->seq + p->len <= s->heard &&
		     (p->flags & FIN ? s->fin_came != NULL : p->len > 0);
	infer(e, &e->peer_stay, s,
		e->ignored ? s->inferred : after_arrival(e, s));
	if (e->ignored) return;
	keep_stamp(e, s);
	if (p->flags & FIN && !s->fin_came) s->fin_came = e;
	if (s->hears && !s->unanswered &&
		(s->heard > s->acked ||
			(s->heard == s->heard_fin && s->acked == s->heard)))
		s->unanswered = e->received;
}

/* ---- what a call reports ----------------------------------------------- */

/* Checks the state that was reported with the last call. In TIME_WAIT, TCP_INFO
 * reports CLOSED. After close() or shutdown() it reports the state after FIN,
 * even if the kernel must still send data before FIN. */
static void check(struct tracking *s) {
	unsigned possible = s->held | s->came;

	if (!s->doubtful) return;
	if (possible & 1U << TIME_WAIT) possible |= 1U << CLOSED;
	if (possible & 1U << ESTABLISHED) possible |= 1U << FIN_WAIT1;
	if (possible & 1U << CLOSE_WAIT) possible |= 1U << LAST_ACK;
	if (s->doubtful->call.error == ETIMEDOUT) /* the kernel gave up */
		possible |= 1U << CLOSED;
	s->doubtful->wrong = !(possible & 1U << s->reported);
	if (s->doubtful->wrong)
		note(&s->doubtful->note,
			"the kernel reported %s, which the segments do not allow",
			state_names[s->reported]);
	s->doubtful = NULL;
}

/* Whether only a segment from the other end can lead to the reported state, and
 * no such segment has arrived yet. */
static bool is_early(enum state reported, enum state inferred) {
	const unsigned opening = 1U << SYN_SENT | 1U << SYN_RCVD;
	const unsigned open = opening | 1U << ESTABLISHED;
	const unsigned from = reported == ESTABLISHED ? opening :
			      reported == CLOSE_WAIT  ? open :
			      reported == FIN_WAIT2   ? open | 1U << FIN_WAIT1 :
			      reported == CLOSING     ? open | 1U << FIN_WAIT1 :
							0;

	return from >> inferred & 1;
}

/* Enters a state that was reported before the segment that leads to it arrived,
 * if this segment has still not arrived: the capture does not have it. */
static void settle_report(struct tracking *s) {
	if (!s->early_report) return;
	free_stay(s->early_report->stay);
	enter(s->early_report, &s->early_report->stay, s,
		s->early_report->reported, true);
	s->early_report = NULL;
}

void observe(struct event *e, enum state reported) {
	struct tracking *s;

	e->reported = reported;
	if (!e->connection || !reported) return;
	s = e->connection->side[e->host].tracking;
	check(s);
	settle_report(s);
	s->held = s->latest_held ? s->latest_held : 1U << CLOSED;
	s->latest_held = 1U << (s->inferred ? s->inferred : CLOSED);
	s->came = s->since;
	s->since = 0;
	if (s->stay &&
		(is_early(reported, s->inferred) ||
			(reported == CLOSED && s->stay->state == TIME_WAIT))) {
		/* the segment that leads to this state has not arrived yet; or
		 * the kernel reports TIME_WAIT as CLOSED */
		e->stay = s->stay;
		s->stay->users++;
		if (reported != CLOSED) s->early_report = e;
		if (reported == CLOSED) return;
	} else {
		enter(e, &e->stay, s, reported, true);
	}
	if (reported == CLOSED)
		s->gone = true; /* the connection has no socket any more */
	/* a socket that is connected to itself sends nothing over the cable */
	if (same_end(&e->connection->side[CLIENT].end,
		    &e->connection->side[SERVER].end))
		return;
	s->doubtful = e;
	s->reported = reported;
}

void finish_states(struct timeline *t) {
	for (struct connection *c = t->connections; c; c = c->next)
		for (int h = CLIENT; h <= SERVER; h++) {
			check(c->side[h].tracking);
			settle_report(c->side[h].tracking);
		}
}

/* For --live: removes the pointers to an event that will be freed. */
void forget_event(struct tracking *s, const struct event *e) {
	if (s->doubtful == e) s->doubtful = NULL;
	if (s->early_report == e) s->early_report = NULL;
	if (s->latest == e) s->latest = NULL;
	if (s->fin_came == e) s->fin_came = NULL;
}
