/*
 * expect.c - verdicts on a recording, for scripts and graders
 *
 * Each word (an expectation, such as "refused") is a row of the table below,
 * with the arguments that the word takes and the function that judges it;
 * scripts/expect -h has a line for each word. A verdict names the segment that
 * decided, by its number in the pictures, from 1. If the answer cannot be
 * known, neither the word nor its contrary, "!word", is fulfilled.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "views.h"

/* The segments or datagrams of a connection, in the order of the timeline. */
struct seen {
	const struct event **at;
	enum { COUNTS, STRAY_NUMBER, GONE } * what; /* see mark_void() */
	size_t count, room;
};

struct verdict {
	enum { NOT_SO, SO, NOT_KNOWN } answer;
	char *reason;
};

struct expectation {
	struct expectation *next;
	const struct word *word;
	bool contrary; /* "!word": the opposite is expected */
	enum host host;
	enum state state;
	long number; /* the expected number; ANY: no number was given */
	char *text;  /* word and arguments, "state client TIME_WAIT" */
};
enum { ANY = -1 };

/* ---- what a segment is --------------------------------------------------- */

static bool has(const struct event *e, int flags) {
	return e->packet.protocol == IPPROTO_TCP &&
	       (e->packet.flags & flags) == flags;
}

static bool is_from(const struct event *e, enum host host) {
	return host == BOTH || e->host == host;
}

static nanoseconds arrival_of(const struct event *e) {
	return e->received != NEVER ? e->received : e->sent;
}

/* Whether the segment arrived undamaged, and its receiver did not ignore it. */
static bool is_heeded(const struct seen *s, size_t i) {
	const struct event *e = s->at[i];

	return s->what[i] != GONE && !e->lost && !e->bad && !e->again &&
	       !e->ignored;
}

/* Whether the segment has these flags, and counts (see mark_void()). An RST
 * does not count here: find_reset() finds RSTs. */
static bool shows(const struct seen *s, size_t i, int flags) {
	return has(s->at[i], flags) && !has(s->at[i], RST) &&
	       !s->at[i]->ignored &&
	       s->what[i] <= (flags & ACK ? COUNTS : STRAY_NUMBER);
}

/* Returns the first segment from `from` on that this host sent with these
 * flags; s->count if there is none. */
static size_t find_flags(
	const struct seen *s, size_t from, int flags, enum host host) {
	while (from < s->count &&
		!(shows(s, from, flags) && is_from(s->at[from], host)))
		from++;
	return from;
}

/* Returns the first segment from `from` on by which this host acknowledges
 * exactly this number; s->count if there is none. */
static size_t find_ack(
	const struct seen *s, size_t from, enum host host, int64_t ack) {
	while (from < s->count &&
		!(shows(s, from, ACK) && s->at[from]->host == host &&
			s->at[from]->ack == ack && is_heeded(s, from)))
		from++;
	return from;
}

/* Returns the first RST from `from` on that its receiver did not ignore;
 * s->count if there is none. */
static size_t find_reset(const struct seen *s, size_t from, enum host host) {
	while (from < s->count &&
		!(has(s->at[from], RST) && is_from(s->at[from], host) &&
			is_heeded(s, from)))
		from++;
	return from;
}

/* Updates `gone` of each end: the time when an RST left this end or arrived
 * there. Since then the end has no connection, until a SYN opens a new one. */
static void follow_resets(nanoseconds gone[2], const struct event *e) {
	if (has(e, SYN) && !has(e, ACK)) {
		gone[e->host] = NEVER;
		if (!e->lost) gone[other(e->host)] = NEVER;
	}
	if (!has(e, RST) || e->ignored || e->bad || e->again) return;
	if (e->stay && e->stay->state == CLOSED) gone[e->host] = time_of(e);
	if (!e->lost) gone[other(e->host)] = arrival_of(e);
}

/* Marks the segments that do not count. GONE: its sender has no connection any
 * more; or, if it is an RST, its receiver has none. STRAY_NUMBER: it
 * acknowledges bytes that were never sent. No segment is marked STRAY_NUMBER if
 * the capture lacks bytes of the other direction. */
static void mark_void(struct seen *s) {
	nanoseconds gone[2] = {NEVER, NEVER};
	/* the number after each host's last byte; INT64_MAX: not known, as
	 * nothing, or not everything, that the host sent was captured */
	int64_t top[2] = {INT64_MAX, INT64_MAX};

	for (size_t i = 0; i < s->count; i++)
		top[s->at[i]->host] = INT64_MIN;
	for (size_t i = 0; i < s->count; i++)
		if (s->at[i]->gap) top[s->at[i]->host] = INT64_MAX;
	s->what = allocate(s->count * sizeof *s->what);
	for (size_t i = 0; i < s->count; i++) {
		const struct event *e = s->at[i];
		const enum host h = e->host;
		const int64_t sent = top[other(h)];
		const nanoseconds *end = &gone[has(e, RST) ? other(h) : h];

		if (e->packet.protocol != IPPROTO_TCP) continue;
		if (has(e, SYN)) follow_resets(gone, e);
		if (*end != NEVER && time_of(e) > *end)
			s->what[i] = GONE;
		else if (has(e, ACK) && sent > INT64_MIN && e->ack > sent)
			s->what[i] = STRAY_NUMBER;
		if (has(e, RST) && s->what[i] != GONE) follow_resets(gone, e);
		if (!e->ignored && end_of(e) > top[h]) top[h] = end_of(e);
	}
}

/* ---- verdicts ------------------------------------------------------------ */

static struct verdict unknown(const char *why) {
	return (struct verdict){NOT_KNOWN, strdup(why)};
}

/* Returns the verdict SO if `so` is true, else NOT_SO. The reason is the
 * segment at `place`; if there is no such segment, the text `otherwise`. */
static struct verdict decide(
	const struct seen *s, bool so, size_t place, const char *otherwise) {
	struct verdict v = {.answer = so ? SO : NOT_SO};
	const struct event *e;
	char text[64];

	if (place >= s->count) {
		append(&v.reason, "%s", otherwise);
		return v;
	}
	e = s->at[place];
	append(&v.reason, "segment %d: %s from the %s", e->number,
		what_of(e, text), host_name(e->host));
	if (e->packet.protocol == IPPROTO_TCP)
		append(&v.reason, ", seq %lld", (long long)e->seq);
	if (e->packet.len) append(&v.reason, ", len %u", e->packet.len);
	return v;
}

/* Returns the verdict NOT_SO. The reason is this segment, and the text `about`
 * it. */
static struct verdict blame(
	const struct seen *s, size_t place, const char *about) {
	struct verdict v = decide(s, false, place, "");

	append(&v.reason, ": %s", about);
	return v;
}

/* Returns the verdict on whether `count` is the expected number. `last` is the
 * place of the last segment that was counted. */
static struct verdict decide_count(const struct seen *s,
	const struct expectation *x, long count, size_t last) {
	struct verdict v = decide(s, count == x->number, last, "");
	char *reason = NULL;

	append(&reason, "%ld%s%s", count, *v.reason ? "; " : "", v.reason);
	free(v.reason);
	v.reason = reason;
	return v;
}

/* ---- opening ------------------------------------------------------------- */

/* Whether the segment acknowledges this SYN, perhaps with the data in the SYN's
 * segment, but nothing after that. */
static bool answers(const struct event *e, const struct event *syn) {
	return e->ack > syn->seq && e->ack <= end_of(syn);
}

/* How far the handshake has come, in both directions. */
struct opening {
	const struct event *syn[2]; /* the first SYN of each host, or NULL */
	bool acknowledged[2];	    /* whether that SYN was acknowledged */
	size_t wrong; /* the place of the last wrong ACK, if there is one */
};

/* Follows the handshake. The SYN of the opener, the host that sent SYN first,
 * is acknowledged by a SYN ACK; if both hosts open at once, by any ACK. */
static void follow_opening(
	struct opening *o, const struct seen *s, size_t i, enum host opener) {
	const struct event *e = s->at[i];
	const enum host peer = other(e->host);

	if (has(e, RST)) {
		if (is_heeded(s, i)) {
			o->syn[other(opener)] = NULL;
			o->acknowledged[0] = o->acknowledged[1] = false;
		}
		return;
	}
	if (has(e, SYN) && !o->syn[e->host]) o->syn[e->host] = e;
	if (!has(e, ACK) || !o->syn[0] || !o->syn[1] || o->acknowledged[peer])
		return;
	if (e->host != opener && !has(e, SYN) && has(o->syn[e->host], ACK))
		return;
	if (!has(e, SYN) && e->seq < end_of(o->syn[e->host])) return;
	o->acknowledged[peer] = answers(e, o->syn[peer]);
	if (!o->acknowledged[peer]) o->wrong = i;
}

static struct verdict handshake_complete(
	const struct seen *s, const struct expectation *x) {
	const size_t syn = find_flags(s, 0, SYN, BOTH);
	struct opening o = {.wrong = s->count};

	(void)x;
	if (syn == s->count) return unknown("no SYN");
	for (size_t i = syn; i < s->count; i++) {
		const struct event *e = s->at[i];

		if (e->lost || e->bad || e->again || s->what[i] == GONE ||
			(e->ignored && e->ignored != STRAY_ACK))
			continue;
		follow_opening(&o, s, i, s->at[syn]->host);
		if (o.acknowledged[CLIENT] && o.acknowledged[SERVER])
			return decide(s, true, i, "");
	}
	if (o.wrong < s->count)
		return blame(s, o.wrong, "it acknowledges what was not sent");
	return decide(s, false, find_reset(s, syn, BOTH),
		find_flags(s, 0, SYN | ACK, BOTH) == s->count ?
			"no SYN ACK" :
			"no ACK of the SYN ACK");
}

static struct verdict refused(
	const struct seen *s, const struct expectation *x) {
	const size_t syn = find_flags(s, 0, SYN, CLIENT);
	const size_t rst = find_reset(s, syn, SERVER);

	(void)x;
	if (syn == s->count) return unknown("no SYN from the client");
	if (find_flags(s, 0, SYN, SERVER) < s->count)
		return decide(s, false, find_flags(s, 0, SYN, SERVER), "");
	return decide(s,
		rst < s->count && has(s->at[rst], ACK) &&
			answers(s->at[rst], s->at[syn]),
		rst, "no RST answers the SYN");
}

static struct verdict syn_retries(
	const struct seen *s, const struct expectation *x) {
	size_t last = s->count;
	long count = 0;

	for (size_t i = 0; i < s->count; i++)
		if (has(s->at[i], SYN) && !has(s->at[i], ACK) &&
			s->at[i]->host == CLIENT && !s->at[i]->again) {
			count++;
			last = i;
		}
	if (!count) return unknown("no SYN from the client");
	return decide_count(s, x, count - 1, last);
}

/* Returns the first SYN of this host that arrived, as its options are those
 * that the other host has seen. */
static size_t find_arrived_syn(const struct seen *s, enum host host) {
	size_t i = find_flags(s, 0, SYN, host);

	while (i < s->count && !is_heeded(s, i))
		i = find_flags(s, i + 1, SYN, host);
	return i;
}

/* Judges whether both SYNs have an option; if a number is expected, whether the
 * option's value is this number. */
static struct verdict offered(const struct seen *s, const struct expectation *x,
	long (*offer)(const struct packet *p)) {
	for (int h = CLIENT; h <= SERVER; h++) {
		const size_t syn = find_arrived_syn(s, h);
		const struct packet *p;
		struct verdict v;

		if (syn == s->count)
			return unknown(
				h == CLIENT ? "no SYN arrives from the client" :
					      "no SYN arrives from the server");
		p = &s->at[syn]->packet;
		if (p->scale == -2)
			return unknown("the snapshot length cut SYN's options");
		if (offer(p) != ANY &&
			(x->number == ANY || offer(p) == x->number))
			continue;
		v = decide(s, false, syn, "");
		if (offer(p) == ANY)
			append(&v.reason, ": it has no such option");
		else
			append(&v.reason, ": %ld", offer(p));
		return v;
	}
	return decide(s, true, find_arrived_syn(s, SERVER), "");
}

static long mss_of(const struct packet *p) {
	return p->mss ? p->mss : ANY;
}

static long scale_of(const struct packet *p) {
	return p->scale >= 0 ? p->scale : ANY;
}

static struct verdict mss(const struct seen *s, const struct expectation *x) {
	return offered(s, x, mss_of);
}

static struct verdict window_scale(
	const struct seen *s, const struct expectation *x) {
	return offered(s, x, scale_of);
}

/* ---- closing ------------------------------------------------------------- */

static struct verdict closed_first(
	const struct seen *s, const struct expectation *x) {
	const size_t fin = find_flags(s, 0, FIN, BOTH);
	const size_t rst = find_reset(s, 0, BOTH);

	if (rst <= fin && rst < s->count)
		return blame(s, rst, "before any FIN");
	return decide(s, fin < s->count && s->at[fin]->host == x->host, fin,
		"no FIN");
}

/* The places of both FINs, in the order in which they were sent, and of their
 * ACKs; s->count stands for a FIN or ACK that is missing. */
struct ending {
	size_t fin[2], ack[2];
};

static struct ending find_ending(const struct seen *s) {
	const size_t none = s->count, first = find_flags(s, 0, FIN, BOTH);
	struct ending c = {{first, none}, {none, none}};

	if (first == none) return c;
	c.fin[1] = find_flags(s, 0, FIN, other(s->at[first]->host));
	for (int i = 0; i < 2 && c.fin[i] < none; i++)
		c.ack[i] = find_ack(s, c.fin[i] + 1,
			other(s->at[c.fin[i]]->host), end_of(s->at[c.fin[i]]));
	return c;
}

/* Whether the connection was closed by two FINs, both acknowledged. If not,
 * sets *why to the verdict, with the reason. */
static bool is_close_by_fins(
	const struct seen *s, const struct ending *c, struct verdict *why) {
	const size_t rst = find_reset(s, c->fin[0], BOTH);

	if (c->fin[0] == s->count)
		*why = decide(s, false, s->count, "no FIN");
	else if (rst < c->ack[0] || rst < c->ack[1])
		*why = blame(s, rst, "after a FIN");
	else if (c->fin[1] == s->count)
		*why = decide(s, false, s->count, "only one end sent FIN");
	else if (c->ack[0] == s->count || c->ack[1] == s->count)
		*why = blame(s, c->fin[c->ack[0] < s->count],
			"nothing acknowledges it");
	else
		return true;
	return false;
}

static struct verdict four_way(
	const struct seen *s, const struct expectation *x) {
	const struct ending c = find_ending(s);
	struct verdict v;

	(void)x;
	if (!is_close_by_fins(s, &c, &v)) return v;
	return decide(s, !has(s->at[c.ack[0]], FIN), c.ack[0], "");
}

static struct verdict combined_fin_ack(
	const struct seen *s, const struct expectation *x) {
	const struct ending c = find_ending(s);
	struct verdict v;

	(void)x;
	if (!is_close_by_fins(s, &c, &v)) return v;
	return decide(s, has(s->at[c.ack[0]], FIN), c.ack[0], "");
}

/* Returns the number after the last byte that this host sent before segment
 * i. */
static int64_t sent_before(const struct seen *s, size_t i, enum host host) {
	int64_t top = INT64_MIN;

	while (i-- > 0)
		if (s->at[i]->host == host && s->what[i] != GONE &&
			!s->at[i]->ignored && end_of(s->at[i]) > top)
			top = end_of(s->at[i]);
	return top;
}

static struct verdict late_data(
	const struct seen *s, const struct expectation *x) {
	const struct ending c = find_ending(s);
	const size_t fin = c.fin[0];
	size_t data = c.ack[0];
	int64_t old;

	(void)x;
	if (fin == s->count) return decide(s, false, fin, "no FIN");
	old = sent_before(s, data, other(s->at[fin]->host));
	while (data < s->count &&
		(!s->at[data]->packet.len ||
			s->at[data]->seq + s->at[data]->packet.len <= old))
		data = find_ack(s, data + 1, other(s->at[fin]->host),
			end_of(s->at[fin]));
	if (data == s->count)
		return decide(s, false, data, "no new data after a FIN");
	for (size_t i = data + 1; i < s->count; i++) {
		const struct event *e = s->at[i];

		if (e->host != s->at[fin]->host || !is_heeded(s, i)) continue;
		if (has(e, RST)) return blame(s, i, "the answer to late data");
		if (shows(s, i, ACK) &&
			e->ack >= s->at[data]->seq + s->at[data]->packet.len)
			return decide(s, true, data, "");
	}
	return blame(s, data, "nothing acknowledges it");
}

static struct verdict fin_with_data(
	const struct seen *s, const struct expectation *x) {
	size_t i = find_flags(s, 0, FIN, BOTH);

	(void)x;
	while (i < s->count && !s->at[i]->packet.len)
		i = find_flags(s, i + 1, FIN, BOTH);
	return decide(s, i < s->count, i, "no FIN carries data");
}

static struct verdict reset_by(
	const struct seen *s, const struct expectation *x) {
	const size_t i = find_reset(s, 0, x->host);

	return decide(s, i < s->count, i, "no RST");
}

static struct verdict no_reset(
	const struct seen *s, const struct expectation *x) {
	size_t i = 0;

	(void)x;
	while (i < s->count && !has(s->at[i], RST))
		i++;
	return decide(s, i == s->count, i, "no RST");
}

static struct verdict in_state(
	const struct seen *s, const struct expectation *x) {
	for (size_t i = 0; i < s->count; i++) {
		const struct event *e = s->at[i];
		const struct stay *stay =
			e->host == x->host ? e->stay : e->peer_stay;

		if (stay && stay->state == x->state && s->what[i] != GONE)
			return decide(s, true, i, "");
	}
	return decide(s, false, s->count, "never");
}

/* ---- data ---------------------------------------------------------------- */

/* Counts the bytes from a host, each once. A FIN takes a sequence number, but
 * is not a byte. */
static struct verdict bytes_from(
	const struct seen *s, const struct expectation *x) {
	const size_t fin = find_flags(s, 0, FIN, x->host);
	size_t last = s->count;
	int64_t top = 1;

	for (size_t i = 0; i < s->count; i++) {
		const struct event *e = s->at[i];
		int64_t end = e->seq + has(e, SYN) + e->packet.len;

		if (fin < i && end >= end_of(s->at[fin])) end--;
		if (e->host != x->host || !e->packet.len || end <= top ||
			e->ignored || has(e, RST) || s->what[i] == GONE)
			continue;
		top = end;
		last = i;
	}
	return decide_count(s, x, (long)top - 1, last);
}

static struct verdict max_segment(
	const struct seen *s, const struct expectation *x) {
	size_t longest = s->count;
	uint32_t most = 0;
	struct verdict v;

	for (size_t i = 0; i < s->count; i++)
		if (s->at[i]->packet.len > most) {
			most = s->at[i]->packet.len;
			longest = i;
		}
	v = decide_count(s, x, (long)most, longest);
	v.answer = (long)most <= x->number ? SO : NOT_SO;
	return v;
}

/* Whether, before segment `by`, the other end had acknowledged everything
 * before the number `past`. */
static bool is_acknowledged(const struct seen *s, size_t by, int64_t past) {
	for (size_t i = 0; i < by; i++)
		if (s->at[i]->host != s->at[by]->host && shows(s, i, ACK) &&
			s->at[i]->ack >= past)
			return true;
	return false;
}

/* Whether a byte of this segment was sent before, in a window probe just before
 * this segment, and was not acknowledged yet. */
static bool is_probed(const struct seen *s, size_t by) {
	const struct event *e = s->at[by];

	for (size_t i = by; e->packet.len && i-- > 0;) {
		const struct event *probe = s->at[i];

		if (probe->host != e->host || !probe->packet.len) continue;
		if (probe->analysis != WINDOW_PROBE) return false;
		if (probe->seq < e->seq + e->packet.len &&
			end_of(probe) > e->seq)
			return !is_acknowledged(s, by, end_of(probe));
	}
	return false;
}

/* Whether the segment's bytes were sent before. A segment that repeats only the
 * last byte looks like a keep-alive; but a keep-alive repeats a byte that was
 * acknowledged. */
static bool is_sent_again(const struct seen *s, size_t i) {
	const struct event *e = s->at[i];

	if (e->again || s->what[i] == GONE) return false;
	return is_retransmission(e->analysis) || is_probed(s, i) ||
	       (e->analysis == KEEP_ALIVE && e->packet.len &&
		       !is_acknowledged(s, i, end_of(e)));
}

static struct verdict retransmissions(
	const struct seen *s, const struct expectation *x) {
	size_t last = s->count;
	long count = 0;

	for (size_t i = 0; i < s->count; i++)
		if (is_sent_again(s, i)) {
			count++;
			last = i;
		}
	return decide_count(s, x, count, last);
}

static struct verdict no_retransmission(
	const struct seen *s, const struct expectation *x) {
	size_t i = 0;

	(void)x;
	while (i < s->count && !is_sent_again(s, i))
		i++;
	return decide(s, i == s->count, i, "none");
}

static int earlier_there(const void *a, const void *b) {
	const struct event *const *e = a, *const *f = b;
	const nanoseconds d = arrival_of(*e) - arrival_of(*f);

	return d ? d < 0 ? -1 : 1 : (*e)->number - (*f)->number;
}

/* Returns the first segment that arrived before bytes that precede it in the
 * stream; NULL if there is none. */
static const struct event *find_early(
	const struct event *const *arrived, size_t count) {
	int64_t next[2] = {0, 0};
	bool known[2] = {false, false};

	for (size_t i = 0; i < count; i++) {
		const struct event *e = arrived[i];

		if (e->lost || e->bad || e->ignored || has(e, RST)) continue;
		if (known[e->host] && e->seq > next[e->host]) return e;
		if (!known[e->host] || end_of(e) > next[e->host])
			next[e->host] = end_of(e);
		known[e->host] = true;
	}
	return NULL;
}

static struct verdict in_order(
	const struct seen *s, const struct expectation *x) {
	const struct event **arrived = allocate(s->count * sizeof *arrived);
	const struct event *early;
	size_t count = 0, i = 0;

	(void)x;
	for (size_t k = 0; k < s->count; k++)
		if (s->what[k] != GONE) arrived[count++] = s->at[k];
	qsort(arrived, count, sizeof *arrived, earlier_there);
	early = find_early(arrived, count);
	free(arrived);
	if (!early) return decide(s, true, s->count, "each came in its turn");
	while (i < s->count && s->at[i] != early)
		i++;
	return blame(s, i, "bytes before it had not arrived");
}

static struct verdict zero_window(
	const struct seen *s, const struct expectation *x) {
	size_t i = find_flags(s, 0, ACK, BOTH);

	(void)x;
	while (i < s->count && (has(s->at[i], SYN) || s->at[i]->packet.win))
		i = find_flags(s, i + 1, ACK, BOTH);
	return decide(s, i < s->count, i, "no window was closed");
}

/* Whether this is a keep-alive: a segment on an open connection, whose sequence
 * number the other end had acknowledged before. An ordinary ACK never has such
 * a number. */
static bool is_keepalive(const struct seen *s, size_t i) {
	const struct event *e = s->at[i];
	size_t own = find_flags(s, 0, ACK, e->host);

	while (own < i && has(s->at[own], SYN))
		own = find_flags(s, own + 1, ACK, e->host);
	return own < i && e->analysis == KEEP_ALIVE && shows(s, i, ACK) &&
	       !e->again && is_acknowledged(s, i, e->seq + 1);
}

static struct verdict keepalive(
	const struct seen *s, const struct expectation *x) {
	size_t i = 0;

	(void)x;
	while (i < s->count && !is_keepalive(s, i))
		i++;
	return decide(s, i < s->count, i, "no keep-alive");
}

/* ---- UDP ----------------------------------------------------------------- */

static struct verdict datagrams(
	const struct seen *s, const struct expectation *x) {
	size_t last = s->count;
	long count = 0;

	for (size_t i = 0; i < s->count; i++)
		if (!s->at[i]->again) {
			count++;
			last = i;
		}
	return decide_count(s, x, count, last);
}

static struct verdict answered(
	const struct seen *s, const struct expectation *x) {
	size_t last = s->count, i;

	(void)x;
	for (i = 0; i < s->count; i++)
		if (s->at[i]->host == CLIENT && !s->at[i]->again) last = i;
	if (last == s->count) return unknown("no datagram from the client");
	for (i = last + 1; i < s->count; i++)
		if (s->at[i]->host == SERVER && is_heeded(s, i))
			return decide(s, true, i, "");
	return decide(s, false, last, "no datagram answers it");
}

/* ---- the words ----------------------------------------------------------- */

enum takes { ALONE, NUMBER, PERHAPS_NUMBER, HOST, HOST_AND_STATE };

static const struct word {
	const char *name;
	struct verdict (*judge)(
		const struct seen *s, const struct expectation *x);
	enum takes takes;
	int protocol;
	enum host host; /* the host of the word, unless HOST is an argument */
	enum state state;
} words[] = {
	{"handshake-complete", handshake_complete, ALONE, IPPROTO_TCP, 0, 0},
	{"refused", refused, ALONE, IPPROTO_TCP, 0, 0},
	{"syn-retries", syn_retries, NUMBER, IPPROTO_TCP, 0, 0},
	{"mss", mss, NUMBER, IPPROTO_TCP, 0, 0},
	{"window-scale", window_scale, PERHAPS_NUMBER, IPPROTO_TCP, 0, 0},
	{"client-closed-first", closed_first, ALONE, IPPROTO_TCP, CLIENT, 0},
	{"server-closed-first", closed_first, ALONE, IPPROTO_TCP, SERVER, 0},
	{"four-way", four_way, ALONE, IPPROTO_TCP, 0, 0},
	{"combined-fin-ack", combined_fin_ack, ALONE, IPPROTO_TCP, 0, 0},
	{"half-closed-with-late-data", late_data, ALONE, IPPROTO_TCP, 0, 0},
	{"fin-with-data", fin_with_data, ALONE, IPPROTO_TCP, 0, 0},
	{"reset-by-client", reset_by, ALONE, IPPROTO_TCP, CLIENT, 0},
	{"reset-by-server", reset_by, ALONE, IPPROTO_TCP, SERVER, 0},
	{"no-reset", no_reset, ALONE, IPPROTO_TCP, 0, 0},
	{"state", in_state, HOST_AND_STATE, IPPROTO_TCP, 0, 0},
	{"time-wait", in_state, HOST, IPPROTO_TCP, 0, TIME_WAIT},
	{"bytes-from-client", bytes_from, NUMBER, IPPROTO_TCP, CLIENT, 0},
	{"bytes-from-server", bytes_from, NUMBER, IPPROTO_TCP, SERVER, 0},
	{"max-segment", max_segment, NUMBER, IPPROTO_TCP, 0, 0},
	{"retransmissions", retransmissions, NUMBER, IPPROTO_TCP, 0, 0},
	{"no-retransmission", no_retransmission, ALONE, IPPROTO_TCP, 0, 0},
	{"in-order", in_order, ALONE, IPPROTO_TCP, 0, 0},
	{"zero-window", zero_window, ALONE, IPPROTO_TCP, 0, 0},
	{"keepalive", keepalive, ALONE, IPPROTO_TCP, 0, 0},
	{"datagrams", datagrams, NUMBER, IPPROTO_UDP, 0, 0},
	{"answered", answered, ALONE, IPPROTO_UDP, 0, 0},
};

/* ---- reading the words --------------------------------------------------- */

static const struct word *word_called(const char *name) {
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].name, name) == 0) return &words[i];
	return NULL;
}

/* Copies the next word into `text`, and returns `text`; NULL if there is no
 * next word. `rest` still begins with this word. */
static char *peek(const char *rest, char text[64]) {
	const size_t space = strspn(rest, " \t\n");
	const size_t n = strcspn(rest + space, " \t\n");

	snprintf(text, 64, "%.*s", n < 64 ? (int)n : 63, rest + space);
	return *text ? text : NULL;
}

static bool is_number(const char *text) {
	return text && strlen(text) < 10 && !text[strspn(text, "0123456789")];
}

static char *complaint(const char *about, const char *what) {
	char *text = NULL;

	append(&text, "--expect: %s: %s", about, what);
	return text;
}

/* Reads the number that the word takes. Returns an error message, or NULL. */
static char *read_number(struct expectation *x, char **rest) {
	char text[64];
	const char *value = peek(*rest, text);

	x->number = ANY;
	if (x->word->takes == PERHAPS_NUMBER && !is_number(value)) return NULL;
	if (!value) return complaint(x->text, "a number must follow it");
	if (!is_number(value))
		return complaint(x->text,
			"a whole number from 0 to 999999999 must follow it");
	x->number = strtol(strtok_r(*rest, " \t\n", rest), NULL, 10);
	append(&x->text, " %ld", x->number);
	return NULL;
}

static char *read_host(struct expectation *x, char **rest) {
	const char *value = strtok_r(*rest, " \t\n", rest);

	if (value && strcmp(value, "client") == 0)
		x->host = CLIENT;
	else if (value && strcmp(value, "server") == 0)
		x->host = SERVER;
	else
		return complaint(
			x->text, "`client` or `server` must follow it");
	append(&x->text, " %s", value);
	if (x->word->takes == HOST) return NULL;
	value = strtok_r(*rest, " \t\n", rest);
	x->state = value ? state_of_name(value, strlen(value)) : NO_STATE;
	if (!x->state)
		return complaint(x->text,
			"a state must follow it (RFC 9293's, say TIME_WAIT)");
	append(&x->text, " %s", value);
	return NULL;
}

/* Reads a word and its arguments. A space may stand after "!": bash expands
 * "!word", but not "! word". */
static char *read_expectation(struct expectation *x, char *name, char **rest) {
	x->contrary = *name == '!';
	name += x->contrary;
	if (!*name) name = strtok_r(*rest, " \t\n", rest);
	x->word = name ? word_called(name) : NULL;
	if (!x->word)
		return complaint(name ? name : "!", "no such expectation");
	x->host = x->word->host;
	x->state = x->word->state;
	append(&x->text, "%s%s", x->contrary ? "!" : "", name);
	switch (x->word->takes) {
	case NUMBER:
	case PERHAPS_NUMBER: return read_number(x, rest);
	case HOST:
	case HOST_AND_STATE: return read_host(x, rest);
	default: return NULL;
	}
}

void free_expectations(struct expectation *x) {
	while (x) {
		struct expectation *next = x->next;

		free(x->text);
		free(x);
		x = next;
	}
}

char *read_expectations(const char *text, struct expectation **to) {
	char *all = strdup(text), *rest = all, *name, *wrong = NULL;

	while (*to) /* --expect was given before */
		to = &(*to)->next;
	while (!wrong && (name = strtok_r(rest, " \t\n", &rest))) {
		*to = allocate(sizeof **to);
		wrong = read_expectation(*to, name, &rest);
		to = &(*to)->next;
	}
	if (rest == all && !wrong)
		wrong = strdup("--expect: nothing is expected");
	free(all);
	return wrong;
}

/* ---- judging ------------------------------------------------------------- */

/* Collects the segments of the chosen connection, or of the first connection of
 * this protocol. */
static struct seen segments_of(
	const struct timeline *t, const struct options *o, int protocol) {
	const struct connection *connection = NULL;
	struct seen s = {.at = NULL};

	for (const struct event *e = t->first; e; e = e->next) {
		if (e->kind != SEGMENT || e->packet.protocol != protocol ||
			(o->connection &&
				e->connection->number != o->connection))
			continue;
		if (!connection) connection = e->connection;
		if (e->connection != connection) continue;
		s.at = enlarge(s.at, s.count, &s.room, sizeof *s.at);
		s.at[s.count++] = e;
	}
	mark_void(&s);
	return s;
}

static void free_seen(struct seen *s) {
	free(s->at);
	free(s->what);
}

static struct verdict verdict_on(
	const struct seen *s, const struct expectation *x) {
	struct verdict v;

	if (s->count)
		v = x->word->judge(s, x);
	else
		v = unknown(x->word->protocol == IPPROTO_UDP ?
				    "no UDP datagram is in it" :
				    "no TCP connection is in it");
	if (x->contrary && v.answer != NOT_KNOWN)
		v.answer = v.answer == SO ? NOT_SO : SO;
	return v;
}

static void put_verdict(enum report form, int number,
	const struct expectation *x, const struct verdict *v) {
	const bool kept = v->answer == SO;

	if (form == JUNIT) {
		printf("  <testcase name=\"%s\">", x->text);
		if (!kept) {
			fputs("<failure message=\"", stdout);
			put_xml(stdout, v->reason);
			fputs("\"/>", stdout);
		}
		puts("</testcase>");
	} else if (form == TAP) {
		printf("%sok %d - %s # %s\n", kept ? "" : "not ", number,
			x->text, v->reason);
	} else {
		printf("%-6s %s: %s\n", kept ? "ok" : "NOT", x->text,
			v->reason);
	}
}

char *view_expect(const struct timeline *t, const struct options *o) {
	struct seen tcp = segments_of(t, o, IPPROTO_TCP);
	struct seen udp = segments_of(t, o, IPPROTO_UDP);
	struct verdict *verdicts = NULL;
	size_t room = 0, count = 0, place = 0;
	int failed = 0;

	for (const struct expectation *x = o->expect; x; x = x->next) {
		verdicts = enlarge(verdicts, count, &room, sizeof *verdicts);
		verdicts[count] = verdict_on(
			x->word->protocol == IPPROTO_UDP ? &udp : &tcp, x);
		failed += verdicts[count++].answer != SO;
	}
	if (o->report == TAP) printf("TAP version 13\n1..%zu\n", count);
	if (o->report == JUNIT) {
		puts("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
		printf("<testsuite name=\"expect\" tests=\"%zu\" failures=\"%d\">\n",
			count, failed);
	}
	for (const struct expectation *x = o->expect; x; x = x->next) {
		put_verdict(o->report, (int)place + 1, x, &verdicts[place]);
		free(verdicts[place++].reason);
	}
	if (o->report == JUNIT) puts("</testsuite>");
	free(verdicts);
	free_seen(&tcp);
	free_seen(&udp);
	return failed ? strdup("") : NULL;
}
