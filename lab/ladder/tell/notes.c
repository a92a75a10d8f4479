/*
 * notes.c - what an expert would see in a segment
 *
 * Each capture is analysed as Wireshark analyses it (tcp.analysis), and the
 * notes use Wireshark's words. A segment gets the analysis of its sender's
 * capture. There, segments are in the order in which they were sent, so a
 * segment with bytes below the highest number is a retransmission, and not out
 * of order. The receiver's capture can prove more: if all bytes of a
 * retransmission had arrived before, the retransmission is spurious.
 */
#include <stdlib.h>
#include <string.h>

#include "tell.h"

static struct reading *reading_of(struct tracking *s, enum host capture) {
	struct reading **v = &s->reading[capture == SERVER];

	if (!*v) {
		*v = allocate(sizeof **v);
		(*v)->scale = -2;
		(*v)->last_ack = -1;
	}
	return *v;
}

/* Returns the window in bytes, or -1 if the window scale is not known. */
static int64_t window_of(const struct packet *p, const struct reading *v,
	const struct reading *peer) {
	if (p->flags & SYN) return p->win;
	if (v->scale == -1 || peer->scale == -1) return p->win;
	if (v->scale == -2 || peer->scale == -2) return -1;
	return (int64_t)p->win << v->scale;
}

/* Returns the time when one of these bytes was last sent, or 0 if this time is
 * not known. */
static nanoseconds last_sent(
	const struct reading *v, int64_t from, int64_t to) {
	nanoseconds time = 0;

	for (unsigned i = v->first; i != v->past; i++)
		if (v->sent[i % v->room].from < to &&
			v->sent[i % v->room].to > from)
			time = v->sent[i % v->room].time;
	return time;
}

/* Whether the first SACK block reports bytes that had arrived before (D-SACK,
 * RFC 2883). */
static bool has_dsack(const struct packet *p) {
	const struct sack *s = p->sack;

	return s && s->count &&
	       ((int32_t)(s->to[0] - p->ack) <= 0 ||
		       (s->count > 1 &&
			       (int32_t)(s->from[0] - s->from[1]) >= 0 &&
			       (int32_t)(s->to[0] - s->to[1]) <= 0));
}

/* Whether a SACK block of e reports bytes that no SACK block before has
 * reported (RFC 6675). */
static bool has_news(const struct event *e, struct reading *v) {
	const struct packet *p = &e->packet;
	bool news = false;

	for (int i = has_dsack(p); p->sack && i < p->sack->count; i++)
		news |= add_block(&v->sacked,
			e->ack + (int32_t)(p->sack->from[i] - p->ack),
			e->ack + (int32_t)(p->sack->to[i] - p->ack));
	return news;
}

/* Analyses an ACK with the ACK number that its sender's last segment had. */
static enum analysis analyse_again(const struct event *e,
	const struct reading *v, const struct reading *peer, bool news) {
	const struct packet *p = &e->packet;

	if (p->win == 0) return PLAIN;
	if (news) return DUPLICATE_ACK;
	if (p->win != v->win) return WINDOW_UPDATE;
	if (peer->last == KEEP_ALIVE) return KEEP_ALIVE_ACK;
	if (!peer->valid) return DUPLICATE_ACK;
	if (has_dsack(p) || (peer->last_end && peer->last_end <= e->ack &&
				    is_retransmission(peer->last)))
		return REPEATED_ACK;
	return peer->next > e->ack ? DUPLICATE_ACK : IDLE_ACK;
}

/* Whether this ACK answers an RST that its sender has ignored (RFC 5961,
 * section 3.2). */
static bool answers_reset(const struct event *e) {
	const struct event *latest =
		e->connection->side[e->host].tracking->latest;

	return latest && latest->ignored == STRAY_RESET;
}

/* Analyses a segment without data, or a probe of one byte. Returns PLAIN for
 * any other segment. */
static enum analysis analyse_silent(const struct event *e, struct reading *v,
	const struct reading *peer, int64_t size) {
	const struct packet *p = &e->packet;
	const bool news = has_news(e, v);

	if (p->flags & (SYN | FIN | RST) || !(p->flags & ACK)) return PLAIN;
	if (size <= 1 && peer->valid && peer->win == 0 &&
		(e->seq == v->next - 1 || (size == 1 && e->seq == v->next)))
		return WINDOW_PROBE;
	if (size <= 1 && e->seq == v->next - 1 &&
		(!peer->valid || peer->last_ack >= v->next))
		return KEEP_ALIVE; /* all was acknowledged */
	if (size > 0 || !v->valid) return PLAIN;
	if (e->stale || answers_reset(e)) return CHALLENGE_ACK;
	if (e->seq == v->next && p->win == 0 && v->win == 0 &&
		peer->last == WINDOW_PROBE)
		return PROBE_ACK;
	if (e->seq == v->next && e->ack == v->last_ack)
		return analyse_again(e, v, peer, news);
	return PLAIN;
}

/* Analyses a segment that begins below the highest number that its sender has
 * sent. */
static enum analysis analyse_repeated(const struct event *e,
	const struct reading *v, const struct reading *peer, int64_t size,
	nanoseconds time, bool own) {
	const int64_t behind = e->seq + size;
	const nanoseconds patience =
		e->connection->round_trip ? e->connection->round_trip : 3 * MS;

	if (!own && e->packet.len && peer->last_ack >= behind)
		return SPURIOUS_RETRANSMISSION;
	if (peer->repeated >= (own ? 3 : 2) && peer->last_ack == e->seq &&
		(own || time - peer->acked < 20 * MS))
		return FAST_RETRANSMISSION;
	if (!own && time - v->advanced < patience && v->next != behind &&
		!last_sent(v, e->seq, behind))
		return OUT_OF_ORDER;
	return RETRANSMISSION;
}

/* Removes the segments that this ACK acknowledges. Returns the time since the
 * last of them was sent; 0 if there is none, or if the last is a
 * retransmission. */
static nanoseconds acknowledge(
	struct reading *peer, int64_t ack, nanoseconds time) {
	nanoseconds took = 0;

	while (peer->first != peer->past &&
		peer->sent[peer->first % peer->room].to <= ack) {
		const unsigned i = peer->first++ % peer->room;

		took = peer->sent[i].again ? 0 : time - peer->sent[i].time;
	}
	return took;
}

static void remember(struct reading *v, int64_t from, int64_t to,
	nanoseconds time, bool again) {
	unsigned i;

	if (v->past - v->first == v->room && v->room < HISTORY) { /* full */
		const unsigned count = v->past - v->first, room = v->room * 2;
		void *wider = allocate((room ? room : 8) * sizeof *v->sent);

		for (i = 0; i < count; i++)
			memcpy((char *)wider + i * sizeof *v->sent,
				&v->sent[(v->first + i) % v->room],
				sizeof *v->sent);
		free(v->sent);
		v->sent = wider;
		v->room = room ? room : 8;
		v->first = 0;
		v->past = count;
	} else if (v->past - v->first == v->room)
		v->first++;
	i = v->past++ % v->room;
	v->sent[i].from = from;
	v->sent[i].to = to;
	v->sent[i].time = time;
	v->sent[i].again = again;
}

/* Decides whether the window has changed so much that the segment's label shows
 * the window. */
static void note_window(struct event *e, struct tracking *s) {
	const int64_t w = e->window, shown = s->shown_window;

	if (e->packet.flags & RST || w < 0) return;
	if (e->packet.flags & SYN)
		s->shown_window = w;
	else if (w < shown / 2 || w > shown * 2 || (shown == 0) != (w == 0)) {
		s->shown_window = w;
		e->shows_window = shown != 0 || w != 0;
	}
}

/* A segment, as one capture shows it. A reading is what notes.c remembers of
 * one direction: see tell.h. */
struct look {
	struct event *e;
	/* the readings of this direction, and of the other direction */
	struct reading *v, *peer;
	bool own;	      /* the capture was taken at its sender */
	nanoseconds time;     /* when it left or arrived at this capture */
	int64_t size, behind; /* how many sequence numbers it takes, and the
				 first number after them */
	enum analysis analysis;
};

static int64_t receiver_window(const struct look *l) {
	const bool scaled = l->v->scale != -1 && l->peer->scale != -1;

	return (int64_t)l->peer->win << (scaled ? l->peer->scale : 0);
}

/* Stores the analysis in the event. The segment is not in the reading yet. */
static void describe(const struct look *l) {
	struct event *e = l->e;
	const struct packet *p = &e->packet;
	const struct reading *v = l->v, *peer = l->peer;
	const nanoseconds before = last_sent(v, e->seq, l->behind);

	e->analysis = l->analysis;
	e->window = window_of(p, v, peer);
	e->gap = v->valid && !(p->flags & RST) && e->seq > v->next ?
			 e->seq - v->next :
			 0;
	e->unseen_ack =
		p->flags & ACK && peer->valid && e->ack > peer->acknowledgeable;
	e->window_full = p->len && peer->valid && l->analysis != WINDOW_PROBE &&
			 peer->scale != -2 && v->scale != -2 &&
			 l->behind == peer->last_ack + receiver_window(l);
	e->since_last = before && (l->analysis == PLAIN ||
					  is_retransmission(l->analysis)) ?
				l->time - before :
				0;
	e->repeated = l->analysis == DUPLICATE_ACK ? v->repeated + 1 : 0;
	note_window(e, e->connection->side[e->host].tracking);
}

/* Measures the round trips that this ACK completes. */
static void measure(const struct look *l) {
	struct event *e = l->e;
	struct connection *c = e->connection;
	nanoseconds took = 0;

	if (!(e->packet.flags & ACK)) return;
	if (e->ack > l->v->last_ack)
		took = acknowledge(l->peer, e->ack, l->time);
	if (took > 0 && !l->own) e->round_trip = took;
	if (l->v->opened && !c->round_trip && e->seq == 1 && e->ack == 1)
		c->round_trip = l->time - l->v->opened;
}

/* Adds the segment to the reading of its direction. */
static void add_to_reading(const struct look *l) {
	const struct event *e = l->e;
	struct reading *v = l->v;

	if (l->analysis == DUPLICATE_ACK)
		v->repeated++;
	else if (e->ack != v->last_ack || l->size > 0)
		v->repeated = 0;
	if (l->size > 0) v->last_end = l->behind;
	if (l->size > 0)
		remember(v, e->seq, l->behind, l->time,
			is_retransmission(l->analysis));
	if (l->analysis != WINDOW_PROBE && l->analysis != KEEP_ALIVE &&
		(!v->valid ||
			(l->behind > v->next && e->ignored != STRAY_RESET))) {
		if (!v->valid || l->behind > v->acknowledgeable)
			v->acknowledgeable = l->behind;
		v->next = l->behind;
		v->advanced = l->time;
	}
	if (e->packet.flags & ACK) {
		if (e->ack > l->peer->acknowledgeable)
			l->peer->acknowledgeable = e->ack;
		v->last_ack = e->ack;
	}
	v->acked = l->time;
	if (!(e->packet.flags & RST)) v->win = e->packet.win;
	v->last = l->analysis;
	v->valid = true;
}

void annotate(struct event *e, enum host capture) {
	const struct packet *p = &e->packet;
	const struct side *side = e->connection->side;
	const bool own = capture == e->host;
	const bool counts =
		own || capture == BOTH || (e->sent == NEVER && !e->again);
	struct look l = {.e = e,
		.own = own,
		.time = own || capture == BOTH ? e->sent : e->received,
		.size = numbers_of(p)};

	if (p->protocol != IPPROTO_TCP || e->ignored == OUTSIDE_WINDOW) return;
	l.v = reading_of(side[e->host].tracking, capture);
	l.peer = reading_of(side[other(e->host)].tracking, capture);
	l.behind = e->seq + l.size;
	if (p->flags & SYN) {
		l.v->scale = p->scale;
		l.v->opened = l.time;
	}
	if (l.v->valid) l.analysis = analyse_silent(e, l.v, l.peer, p->len);
	if (l.analysis == PLAIN && l.v->valid && l.size > 0 &&
		e->seq < l.v->next)
		l.analysis =
			analyse_repeated(e, l.v, l.peer, l.size, l.time, own);
	if (counts) describe(&l);
	measure(&l);
	add_to_reading(&l);
	if (counts && l.size > 0 && l.peer->last_ack >= 0)
		e->in_flight = l.v->next - l.peer->last_ack;
}

/* ---- notes as text ------------------------------------------------------- */

static void note_sack(struct event *e) {
	const struct packet *p = &e->packet;
	const bool dsack = has_dsack(p);

	for (int i = 0; p->sack && i < p->sack->count; i++) {
		const int64_t from =
			e->ack + (int32_t)(p->sack->from[i] - p->ack);
		const int64_t to = e->ack + (int32_t)(p->sack->to[i] - p->ack);

		append(&e->note,
			i > dsack ? ", " :
			e->note	  ? ", %sSACK " :
				    "%sSACK ",
			!i && dsack ? "D-" : "");
		append(&e->note, "%lld-%lld%s", (long long)from, (long long)to,
			!i && dsack ? " (these had arrived)" : "");
	}
}

static void name_analysis(struct event *e) {
	enum analysis v = e->analysis;

	if ((v == RETRANSMISSION || v == FAST_RETRANSMISSION) && e->surplus &&
		e->sent != e->received)
		v = SPURIOUS_RETRANSMISSION; /* all bytes had arrived */
	if (v == DUPLICATE_ACK)
		note(&e->note, "duplicate ACK %d", e->repeated);
	else if (is_retransmission(v) && e->since_last)
		note(&e->note, "%s, %.0f ms after the last", analysis_name(v),
			(double)e->since_last / (double)MS);
	else if (v != PLAIN)
		note(&e->note, "%s", analysis_name(v));
}

static void note_options(struct event *e) {
	const struct packet *p = &e->packet;

	if (!(p->flags & SYN)) return;
	if (p->mss) note(&e->detail, "MSS %d", p->mss);
	if (p->scale == -2) note(&e->detail, "options not captured");
	if (p->scale >= 0) note(&e->detail, "window scale %d", p->scale);
	if (p->sack_permitted) note(&e->detail, "SACK permitted");
	if (p->stamped) note(&e->detail, "timestamps");
	if (p->flags & ECE) note(&e->detail, "ECN");
}

/* Writes the note and the detail of e. */
void add_notes(struct event *e) {
	static const char *const reasons[] = {
		[OUTSIDE_WINDOW] = "outside the window: ignored",
		[STRAY_RESET] = "not the next number: ignored, a challenge ACK "
				"answers",
		[NO_ANSWER] = "acknowledges no SYN: ignored",
		[STRAY_ACK] = "acknowledges what was never sent: ignored",
		[TOO_OLD] = "its timestamp is too old (PAWS): ignored"};
	const struct packet *p = &e->packet;
	char from[64], to[64];

	if (p->about && p->about->from.port && e->connection->any_port)
		note(&e->note, "about %s > %s", end_text(&p->about->from, from),
			end_text(&p->about->to, to));
	if (e->ignored) note(&e->note, "%s", reasons[e->ignored]);
	name_analysis(e);
	if (p->sack) note_sack(e);
	if (p->protocol == IPPROTO_TCP && !p->win &&
		!(p->flags & (SYN | RST)) && e->analysis != PROBE_ACK)
		note(&e->note, "zero window");
	if (e->gap > 0) note(&e->note, "previous segment not captured");
	if (e->unseen_ack && !e->ignored)
		note(&e->note, "ACK of a segment not captured");
	if (e->window_full) note(&e->note, "window full");
	if (p->ecn == 3) note(&e->note, "congestion experienced (ECN)");
	if (p->flags & ECE && !(p->flags & SYN)) note(&e->note, "ECN echo");
	if (p->flags & CWR && !(p->flags & SYN))
		note(&e->note, "congestion window reduced");
	if (p->fragments > 1) note(&e->note, "in %d fragments", p->fragments);
	if (p->partial)
		note(&e->note, "not all of its fragments were captured");
	if (e->waited >= 20 * MS && p->len == 0 &&
		!(p->flags & (SYN | FIN | RST)))
		note(&e->note, "delayed ACK, %.0f ms",
			(double)e->waited / (double)MS);
	if (e->again) note(&e->note, "delivered again");
	if (e->unseen)
		note(&e->note, "not in the %s's capture",
			host_name(e->sent == NEVER ? e->host : other(e->host)));
	if (e->bad) note(&e->note, "its checksum is wrong");
	note_options(e);
	if (e->analysis == REPEATED_ACK || e->analysis == IDLE_ACK)
		note(&e->detail, "Wireshark: Dup ACK");
	if (p->text) note(&e->detail, "\"%s\"", p->text);
	if (e->round_trip)
		note(&e->detail, "RTT %.1f ms",
			(double)e->round_trip / (double)MS);
	if (e->in_flight > 0 && p->len)
		note(&e->detail, "%lld bytes in flight",
			(long long)e->in_flight);
	if (e->window >= 0 && !e->shows_window && !(p->flags & RST))
		note(&e->detail, "window %lld", (long long)e->window);
}

/* ---- what the cable has logged ------------------------------------------ */

static enum fate fate_of_event(const struct event *e) {
	if (e->kind == SEGMENT)
		return e->lost	? VANISHES :
		       e->again ? DOUBLES :
		       e->bad	? CHANGES :
		       e->late	? WAITS :
				  UNKNOWN_FATE;
	return e->kind == FAULT ? e->call.fate : UNKNOWN_FATE;
}

/* If the cable's log has as many lost frames as there are lost segments, each
 * lost segment gets the cable's rule as a note. The same is
 * done for each other kind of fault. If the numbers differ, the lines of the
 * log stay events of their own. */
static void note_fates(struct timeline *t) {
	unsigned long logged[FATES] = {0}, seen[FATES] = {0};
	struct event *fault[FATES];

	for (struct event *e = t->first; e; e = e->next)
		++*(e->kind == FAULT ? &logged[fate_of_event(e)] :
				       &seen[fate_of_event(e)]);
	for (int f = 0; f < FATES; f++)
		fault[f] = t->first;
	for (struct event *e = t->first; e; e = e->next) {
		const enum fate f = fate_of_event(e);
		char *text;

		if (e->kind != SEGMENT || !f || logged[f] != seen[f]) continue;
		while (fault[f]->kind != FAULT || fate_of_event(fault[f]) != f)
			fault[f] = fault[f]->next;
		text = fault_text(fault[f]);
		note(&e->note, "%s", text);
		free(text);
		fault[f]->attributed = true;
		fault[f] = fault[f]->next;
	}
}

/* Returns the rule that has caused a fault: "wire: lose=SYN,nth=1". */
char *fault_text(const struct event *e) {
	const struct call *c = &e->call;
	char *text = NULL;

	append(&text, "wire: %.*s", (int)c->arguments.size,
		c->text + c->arguments.at);
	return text;
}

void finish_notes(struct timeline *t) {
	for (struct event *e = t->first; e; e = e->next)
		if (e->kind == SEGMENT) add_notes(e);
	note_fates(t);
}
