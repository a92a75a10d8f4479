/*
 * scene.c - what a quiz shows: segments in the order in which they left, and
 * the calls between them; and what is known of a connection at each line
 */
#include <stdlib.h>
#include <string.h>

#include "quiz.h"

bool is_of_tcp(const struct event *e) {
	return e->kind == SEGMENT && e->packet.protocol == IPPROTO_TCP &&
	       !e->packet.about;
}

/* Whether the segment begins with its sender's next sequence number: it is
 * neither a retransmission nor a probe, and its receiver does not ignore it. */
bool is_new(const struct event *e) {
	return is_of_tcp(e) && !is_retransmission(e->analysis) &&
	       e->analysis != WINDOW_PROBE && e->analysis != KEEP_ALIVE &&
	       !e->ignored && !e->stale;
}

/* ---- the lines ----------------------------------------------------------- */

/* Whether this entry or return of a call is shown. A call that waits (accept,
 * recv) is shown when it returns. Of any other call the entry is shown, and the
 * return only if it adds something. */
static bool is_shown(const struct event *e) {
	const struct call *c = &e->call;

	switch (c->act) {
	case CONNECTS: return true;
	case SENDS:
		return c->entry || !e->entered ||
		       c->bytes != e->entered->call.bytes;
	case SHUTS_DOWN: return c->entry || c->failed || !e->entered;
	case ACCEPTS:
	case RECEIVES: return !c->entry;
	case LISTENS:
	case CLOSES:
	case COPIES:
	case SETS:
	case ENDS: return true;
	default: return false;
	}
}

static void gather(
	struct scene *s, const struct timeline *t, const struct options *o) {
	const struct connection *first = NULL;
	const nanoseconds zero = zero_of(t);

	for (const struct event *e = t->first; e; e = e->next) {
		if (e->kind == SEGMENT ? e->sent == NEVER :
					 e->kind != CALL || !is_shown(e))
			continue;
		if (!is_chosen(e, zero, o)) continue;
		s->at = enlarge(s->at, s->count, &s->room, sizeof *s->at);
		s->at[s->count++] = (struct line){.event = e,
			.call = NONE,
			.answer = NONE,
			.next_own = NONE};
		if (e->kind == CALL) s->logged[e->host] = true;
		if (e->kind != SEGMENT) continue;
		if (!first) first = e->connection;
		s->several |= first != e->connection;
	}
}

/* ---- what is known at each line ------------------------------------------ */

/* What a call makes the kernel send. */
enum effect { NO_EFFECT, OPENING, SENDING, ENDING, EFFECTS };

static enum effect effect_of_call(const struct call *c) {
	if (c->silent || c->failed) return NO_EFFECT;
	switch (c->act) {
	case CLOSES:
	case COPIES:
	case SHUTS_DOWN:
	case ENDS: return ENDING;
	case CONNECTS: return c->entry ? OPENING : NO_EFFECT;
	case SENDS: return SENDING;
	default: return NO_EFFECT;
	}
}

static enum effect effect_of_segment(const struct event *e) {
	const struct packet *p = &e->packet;

	if (p->about || p->protocol != IPPROTO_TCP)
		return p->about ? NO_EFFECT : SENDING;
	if (!is_new(e) || p->flags & RST) return NO_EFFECT;
	if (p->flags & FIN) return ENDING;
	if ((p->flags & (SYN | ACK)) == SYN) return OPENING;
	return p->len ? SENDING : NO_EFFECT;
}

/* What the lines above show about a connection. Of each host: what is known,
 * the line of the latest call with each effect, and of the latest segment. */
struct course {
	struct known known[2];
	size_t calls[2][EFFECTS], last[2];
};

static void follow_shown_call(
	struct course *c, size_t i, const struct event *e) {
	const struct call *took = &(e->returned ? e->returned : e)->call;
	struct known *k = &c->known[e->host];

	k->call = i;
	if (e->call.act == SENDS && !e->call.entry && e->entered) return;
	c->calls[e->host][effect_of_call(&e->call)] = i;
	if (effect_of_call(&e->call) == ENDING && k->ending == NONE)
		k->ending = i;
	if (effect_of_call(&e->call) == SENDING && k->asked != -1)
		k->asked = took->bytes < 0 ? -1 : k->asked + took->bytes;
}

/* Returns the line of the call that sent this segment: the host's latest call
 * of this effect, if it was made at most 2 ms before the segment left; else
 * NONE. */
static size_t call_of(const struct scene *s, const struct course *c, size_t i) {
	const struct event *e = s->at[i].event;
	const size_t call = c->calls[e->host][effect_of_segment(e)];

	if (effect_of_segment(e) == NO_EFFECT || call == NONE ||
		e->sent - s->at[call].event->sent > 2 * MS)
		return NONE;
	return call;
}

static bool arrives_well(const struct event *e) {
	return !e->lost && !e->bad && !e->ignored && !e->stale;
}

/* Updates the number that the receiver k expects, and the segment that it
 * misses, after the segment on line i has left. */
static void follow_arrival(struct known *k, size_t i, const struct event *e) {
	const int64_t end = end_of(e);

	if (end == e->seq || e->seq > k->heard || end <= k->heard) return;
	if (!arrives_well(e)) {
		k->missing = i;
		return;
	}
	k->heard = end;
	k->heard_by = i;
	k->missing = NONE;
}

static void follow_shown_segment(
	struct scene *s, struct course *c, size_t i, const struct event *e) {
	struct known *own = &c->known[e->host], *peer = &c->known[!e->host];
	const int64_t end = end_of(e);

	if (c->last[e->host] != NONE) s->at[c->last[e->host]].next_own = i;
	c->last[e->host] = i;
	if (e->packet.flags & ACK && e->ack > own->heard) {
		own->heard = e->ack; /* no line shows what is acknowledged */
		own->heard_by = own->missing = NONE;
	}
	if (e->packet.flags & ACK && arrives_well(e) && e->ack > peer->acked) {
		peer->acked = e->ack;
		peer->acked_by = i;
		if (own->heard_by != NONE && own->heard == e->ack)
			s->at[own->heard_by].answer = i;
	}
	if (end > own->sent) {
		own->sent = end;
		own->by = i;
	}
	own->finished |= !!(e->packet.flags & FIN);
	follow_arrival(peer, i, e);
}

/* Returns the connection of an event, or NULL. The first call of a UDP socket
 * has a connection only when the call returns. */
static const struct connection *opened_by(const struct event *e) {
	return e->connection || !e->returned ? e->connection :
					       e->returned->connection;
}

static void follow_lines(struct scene *s, int connections) {
	struct course *courses =
		allocate(((size_t)connections + 1) * sizeof *courses);

	for (int n = 0; n <= connections; n++)
		for (int h = CLIENT; h <= SERVER; h++) {
			courses[n].last[h] = NONE;
			for (int f = 0; f < EFFECTS; f++)
				courses[n].calls[h][f] = NONE;
			courses[n].known[h] = (struct known){.sent = -1,
				.heard = -1,
				.asked = -1,
				.by = NONE,
				.heard_by = NONE,
				.acked_by = NONE,
				.missing = NONE,
				.call = NONE,
				.ending = NONE};
		}
	for (size_t i = 0; i < s->count; i++) {
		struct line *l = &s->at[i];
		const struct event *e = l->event;
		struct course *c;

		if (e->kind == CALL && e->call.act == LISTENS &&
			s->listens[e->host] == NONE)
			s->listens[e->host] = i;
		if (!opened_by(e)) continue;
		c = &courses[opened_by(e)->number];
		if (opened_by(e)->syn && c->last[0] == NONE &&
			c->last[1] == NONE)
			for (int h = CLIENT; h <= SERVER; h++) {
				c->known[h].heard = 0;
				if (c->known[h].asked == -1)
					c->known[h].asked = 1;
			}
		memcpy(l->known, c->known, sizeof l->known);
		if (e->kind == CALL) follow_shown_call(c, i, e);
		if (e->kind == SEGMENT) l->call = call_of(s, c, i);
		if (is_of_tcp(e)) follow_shown_segment(s, c, i, e);
	}
	free(courses);
}

/* ---- states -------------------------------------------------------------- */

/* Returns the line that shows this event, or NONE. */
static size_t line_of(const struct scene *s, const struct event *e) {
	size_t from = 0, to = s->count;

	while (from < to) {
		const size_t middle = (from + to) / 2;

		if (time_of(s->at[middle].event) < time_of(e))
			from = middle + 1;
		else
			to = middle;
	}
	while (from < s->count && time_of(s->at[from].event) == time_of(e))
		if (s->at[from++].event == e) return from - 1;
	return NONE;
}

struct current {
	enum state state;
	size_t since;
};

/* Stores an end's new state, after the event on line i; i is NONE if no line
 * shows the event. */
static void change_state(struct scene *s, size_t i, struct current now[2],
	enum host host, const struct stay *stay) {
	const enum state state = stay ? stay->state : NO_STATE;

	if (!state) return;
	if (i != NONE)
		s->at[i].change[host] = (struct change){
			now[host].state, state, now[host].since};
	if (state != now[host].state) now[host] = (struct current){state, i};
}

/* Sets the states on all lines. Goes through the rows, because rows (unlike
 * events) are in each host's own order. */
static void follow_states(struct scene *s, const struct timeline *t) {
	struct current(*now)[2] =
		allocate(((size_t)t->connection_count + 1) * sizeof *now);

	for (size_t r = 0; r < t->row_count; r++) {
		const struct event *e = t->rows[r].event;
		const size_t i = line_of(s, e);

		if ((e->kind != CALL && e->kind != SEGMENT) || !e->connection)
			continue;
		if (t->rows[r].part != CAME)
			change_state(s, i, now[e->connection->number], e->host,
				e->stay);
		if (t->rows[r].part != LEFT && e->received != NEVER)
			change_state(s, i, now[e->connection->number],
				other(e->host), e->peer_stay);
	}
	free(now);
}

struct scene *new_scene(const struct timeline *t, const struct options *o) {
	struct scene *s = allocate(sizeof *s);

	s->listens[CLIENT] = s->listens[SERVER] = NONE;
	gather(s, t, o);
	follow_lines(s, t->connection_count);
	follow_states(s, t);
	return s;
}

void free_scene(struct scene *s) {
	free(s->at);
	free(s);
}

/* ---- a line as it is shown ----------------------------------------------- */

static void append_field(
	char **text, const char *name, bool hidden, int64_t value) {
	if (hidden)
		append(text, " %s %-6s", name, "?");
	else
		append(text, " %s %-6lld", name, (long long)value);
}

/* Appends the line of a segment. `hidden` has a bit for each part that is
 * hidden: see hidden_of() in quiz.c. */
void append_segment(
	char **text, const struct scene *s, size_t i, unsigned hidden) {
	const struct event *e = s->at[i].event;
	const struct packet *p = &e->packet;
	char *all = NULL, what[64];
	size_t n;

	append(&all, "%c %-9s",
		hidden & 1U << WHO ? '?' :
		e->host == CLIENT  ? '>' :
				     '<',
		hidden & 1U << FLAGS ? "?" : what_of(e, what));
	if (is_of_tcp(e)) append_field(&all, "seq", hidden & 1U << SEQ, e->seq);
	if (is_of_tcp(e) && p->flags & ACK)
		append_field(&all, "ack", hidden & 1U << ACKED, e->ack);
	if (!p->about && (p->len || !is_of_tcp(e)))
		append_field(&all, "len", hidden & 1U << LEN, p->len);
	if (s->several) append(&all, " #%d", e->connection->number);
	if (e->lost) append(&all, " lost");
	if (is_of_tcp(e) && !is_new(e) && e->analysis != PLAIN)
		append(&all, " (%s)", analysis_name(e->analysis));
	for (n = strlen(all); all[n - 1] == ' ';)
		n--;
	append(text, "%.*s", (int)n, all);
	free(all);
}
