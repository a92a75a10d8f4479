/*
 * moments.c - turns the timeline into what each host of a pair did, one moment
 * after another
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "picture.h"

/* ---- gathering ---------------------------------------------------------- */

static void add_moment(struct picture *p, nanoseconds time, enum host host,
	int kind, const struct event *e, size_t part) {
	struct moment *m;

	p->moments = enlarge(p->moments, p->count, &p->room, sizeof *m);
	m = &p->moments[p->count];
	*m = (struct moment){.time = time,
		.order = p->count++,
		.host = host,
		.event = e,
		.part = part};
	m->kind = kind;
}

static void set_call(struct bar *b, const struct event *e) {
	b->call = &e->call;
	if (e->mark) b->mark = e->mark;
}

static void add_call(struct picture *p, const struct event *e) {
	struct bar *b;

	for (size_t i = p->bar_count; e->entered && i-- > 0;)
		if (p->bars[i].entry == e->entered) {
			add_moment(p, e->sent, e->host, RETURNED, e, i);
			return;
		}
	p->bars = enlarge(p->bars, p->bar_count, &p->bar_room, sizeof *b);
	b = &p->bars[p->bar_count];
	*b = (struct bar){.host = e->host, .entry = e};
	set_call(b, e);
	add_moment(p, e->sent, e->host, CALLED, e, p->bar_count++);
}

/* Adds this call as a bar. If it and the equal calls directly after it are at
 * least LEAST_CALLS, one bar stands for all of them. Returns the last event
 * that was added. */
static const struct event *add_calls(
	struct picture *p, const struct event *e, const struct event *until) {
	const struct event *last = e, *next = e->next;
	unsigned long times = 1;

	for (; !p->o->all && !e->entered && next != until && are_alike(e, next);
		next = next->next) {
		times += completed(next) != completed(last);
		last = next;
	}
	if (times < LEAST_CALLS) {
		add_call(p, e);
		return e;
	}
	p->bars = enlarge(p->bars, p->bar_count, &p->bar_room, sizeof *p->bars);
	p->bars[p->bar_count] = (struct bar){.host = e->host,
		.entry = completed(e),
		.times = times,
		.others = !have_one_text(e, last)};
	set_call(&p->bars[p->bar_count], completed(e));
	add_moment(p, e->sent, e->host, CALLED, completed(e), p->bar_count++);
	return last;
}

static void add_segment(struct picture *p, const struct event *e) {
	struct arrow *a;
	const size_t i = p->arrow_count++;

	p->arrows = enlarge(p->arrows, i, &p->arrow_room, sizeof *a);
	a = &p->arrows[i];
	*a = (struct arrow){.event = e, .original = i, .mark = e->mark};
	a->how = e->lost   ? LOST :
		 e->again  ? AGAIN :
		 e->unseen ? UNSEEN :
			     ARRIVES;
	for (size_t k = i; e->again && k-- > 0;)
		if (p->arrows[k].event == e->original) {
			a->original = k;
			break;
		}
	if (!p->t->two || e->sent == e->received) {
		add_moment(p, time_of(e), BOTH, AT_ONCE, e, i);
		return;
	}
	if (e->sent != NEVER) add_moment(p, e->sent, e->host, LEFT_HERE, e, i);
	if (e->received != NEVER)
		add_moment(p, e->received, other(e->host), CAME_HERE, e, i);
}

static int by_number(const void *a, const void *b) {
	const nanoseconds *m = a, *n = b;

	return *m < *n ? -1 : *m > *n;
}

static nanoseconds median(nanoseconds *of, size_t n) {
	if (!n) return 0;
	qsort(of, n, sizeof *of, by_number);
	return of[(n - 1) / 2];
}

/* Sets `flight`, the usual one-way delay in each direction; and `unit`, the
 * delay to which the picture is scaled: the mean of both. A single capture has
 * no delays: then `unit` is three times the usual time between moments. */
static void measure_flights(struct picture *p) {
	nanoseconds *of =
		allocate((p->count + p->arrow_count + 1) * sizeof *of);
	size_t n = 0;

	for (int h = CLIENT; h <= SERVER; h++) {
		n = 0;
		for (size_t i = 0; i < p->arrow_count; i++) {
			const struct event *e = p->arrows[i].event;

			if (e->sent != NEVER && e->received != NEVER &&
				(int)e->host == h && p->t->two)
				of[n++] = e->received - e->sent;
		}
		p->flight[h] = median(of, n);
	}
	for (int h = CLIENT; h <= SERVER; h++)
		if (!p->flight[h]) p->flight[h] = p->flight[other(h)];
	p->unit = (p->flight[CLIENT] + p->flight[SERVER]) / 2;
	n = 0;
	for (size_t i = 1; p->unit < 1000 && i < p->count; i++)
		if (p->moments[i].time - p->moments[i - 1].time > 1000)
			of[n++] = 3 *
				  (p->moments[i].time - p->moments[i - 1].time);
	if (p->unit < 1000) p->unit = n ? median(of, n) : 20 * MS;
	free(of);
}

/* Returns a likely time for the end of an arrow at the host that did not record
 * the segment: the usual one-way delay after it left, or before it arrived. An
 * arrival keeps the order of the segments in its direction. */
static nanoseconds other_end(const struct picture *p, size_t i) {
	const struct event *e = p->arrows[i].event;
	const nanoseconds flight =
		p->flight[e->host] ? p->flight[e->host] : p->unit;
	nanoseconds time = e->sent + flight;

	if (e->sent == NEVER) return e->received - flight;
	for (size_t k = i; k-- > 0;) {
		const struct event *b = p->arrows[k].event;

		if (b->host != e->host || b->received == NEVER || b->again)
			continue;
		if (b->received > time) time = b->received;
		break;
	}
	for (size_t k = i + 1; k < p->arrow_count; k++) {
		const struct event *a = p->arrows[k].event;

		if (a->host != e->host || a->received == NEVER || a->again)
			continue;
		if (a->received <= time) time = a->received - 1;
		break;
	}
	return time;
}

static void add_other_ends(struct picture *p) {
	for (size_t i = 0; i < p->arrow_count; i++) {
		const struct event *e = p->arrows[i].event;

		if (!p->t->two || (e->sent != NEVER && e->received != NEVER) ||
			p->arrows[i].original != i)
			continue;
		add_moment(p, other_end(p, i),
			e->sent != NEVER ? other(e->host) : e->host, NEVER_SEEN,
			e, i);
	}
}

/* ---- in order ----------------------------------------------------------- */

static int by_time(const void *a, const void *b) {
	const struct moment *m = a, *n = b;

	if (m->time != n->time) return m->time < n->time ? -1 : 1;
	return m->order < n->order ? -1 : m->order > n->order;
}

/* Joins the return of a call to its entry if the call returned within a
 * millisecond, and meanwhile the host only sent segments. Such a call has one
 * row. */
static void join_calls(struct picture *p) {
	size_t kept = 0;

	for (size_t i = 0; i < p->count; i++) {
		struct moment *m = &p->moments[i];
		size_t k = i;

		if (m->kind != RETURNED) continue;
		while (k-- > 0 && m->time - p->moments[k].time < MS) {
			const struct moment *before = &p->moments[k];

			if (!is_of(before, m->host)) continue;
			if (before->kind == CALLED && before->part == m->part) {
				p->moments[k].event = m->event;
				m->kind = ONE_ROW;
			}
			if (before->kind != LEFT_HERE) break;
		}
	}
	for (size_t i = 0; i < p->count; i++)
		if (p->moments[i].kind != ONE_ROW)
			p->moments[kept++] = p->moments[i];
	p->count = kept;
}

/* Connects each moment with its bar or arrow. Sets `apart` of a call if the
 * host entered other calls before this call returned. */
static void tie(struct picture *p) {
	struct bar *latest[2] = {NULL, NULL};

	for (size_t i = 0; i < p->count; i++) {
		struct moment *m = &p->moments[i];
		struct bar *b = &p->bars[m->part];
		struct arrow *a = &p->arrows[m->part];

		switch (m->kind) {
		case CALLED:
			b->from = m;
			latest[b->host] = b;
			b->in_one_line = has_result(b) || !m->event->call.entry;
			if (!m->event->entered) break;
			set_call(b, m->event);
			b->in_one_line = true;
			break;
		case RETURNED:
			b->to = m;
			b->apart = latest[b->host] != b;
			set_call(b, m->event);
			break;
		case LEFT_HERE: a->from = m; break;
		case CAME_HERE: a->to = m; break;
		case AT_ONCE: a->from = a->to = m; break;
		case NEVER_SEEN: *(a->from ? &a->to : &a->from) = m; break;
		default: break;
		}
	}
}

/* Whether the pause before moment i is folded: it is long and no segment
 * travels meanwhile, or it is very long. */
static bool is_fold(const struct picture *p, size_t i) {
	const nanoseconds from = p->moments[i - 1].time;
	const nanoseconds to = p->moments[i].time;

	if (2 * (to - from) <= 5 * p->unit || from < p->zero) return false;
	if (to - from > 5 * p->unit) return true;
	for (size_t a = 0; a < p->arrow_count; a++)
		if (p->arrows[a].from && p->arrows[a].to &&
			p->arrows[a].from->time <= from &&
			p->arrows[a].to->time >= to)
			return false;
	return true;
}

/* ---- lanes -------------------------------------------------------------- */

/* Puts calls of a host that overlap in time into lanes, side by side. */
static void place_bars(struct picture *p) {
	nanoseconds busy[2][LANES];

	for (int h = CLIENT; h <= SERVER; h++)
		for (int l = 0; l < LANES; l++)
			busy[h][l] = NEVER;
	for (size_t i = 0; i < p->count; i++) {
		const struct moment *m = &p->moments[i];
		struct bar *b = &p->bars[m->part];
		int l = 0;

		if (m->kind != CALLED) continue;
		while (l < LANES && busy[b->host][l] >= m->time)
			l++;
		b->lane = l < LANES ? l : -1;
		if (l == LANES) continue;
		busy[b->host][l] = b->to	  ? b->to->time :
				   b->in_one_line ? m->time :
						    INT64_MAX;
		if (l >= p->bar_lanes[b->host]) p->bar_lanes[b->host] = l + 1;
	}
}

/* Returns the latest state of this connection at a host; if c is NULL, of the
 * host's socket without a connection. */
static struct chip *last_chip(
	struct picture *p, enum host h, const struct connection *c) {
	for (size_t i = p->chip_count; i-- > 0;)
		if (p->chips[i].host == h && p->chips[i].connection == c)
			return &p->chips[i];
	return NULL;
}

static bool is_taken(const struct picture *p, enum host h, int lane) {
	for (size_t i = 0; i < p->chip_count; i++)
		if (p->chips[i].host == h && !p->chips[i].until &&
			p->chips[i].spans && p->chips[i].lane == lane)
			return true;
	return false;
}

static bool is_listening_host(const struct picture *p, enum host h) {
	for (size_t i = 0; i < p->count; i++)
		if (p->moments[i].event->kind == CALL &&
			p->moments[i].event->host == h &&
			p->moments[i].event->reported == LISTEN)
			return true;
	return false;
}

/* Returns a free lane beside the host's line; LANES if there is none. If the
 * host listens, lane 1 is for the listening socket. */
static int lane_of(const struct picture *p, enum host h,
	const struct connection *c, bool listens) {
	int l = c || !listens ? 0 : 1;

	while (l < LANES && (is_taken(p, h, l) || (c && listens && l == 1)))
		l++;
	return l;
}

static void enter(struct picture *p, struct moment *m, enum host h,
	const struct connection *c, enum state state, bool seen, bool listens) {
	struct chip *before = last_chip(p, h, c), *k;
	struct chip *socket = last_chip(p, h, NULL);
	const bool goes_on = before && before->state == state;
	int lane;

	if (!state || (goes_on && (before->seen || !seen))) return;
	if (!before && socket && socket->state == CLOSED)
		socket->until = m; /* now the socket has a connection */
	if (before && !before->until) before->until = m;
	lane = before && before->spans ? before->lane :
					 lane_of(p, h, c, listens);
	if (lane == LANES) {
		p->hidden = true;
		return;
	}
	p->chips = enlarge(p->chips, p->chip_count, &p->chip_room, sizeof *k);
	k = &p->chips[p->chip_count++];
	*k = (struct chip){.host = h,
		.at = m,
		.connection = c,
		.state = state,
		.seen = seen,
		.goes_on = goes_on,
		.lane = lane,
		.spans = state != CLOSED || !before};
	if (!k->spans) k->until = m; /* only the state's name is drawn */
	if (lane >= p->lanes[h]) p->lanes[h] = lane + 1;
}

/* Whether the host's next segment, sent within 1 ms, causes the state that this
 * call reports. Then the state is drawn at the segment, not at the call. */
static bool is_the_next_ones(
	const struct picture *p, size_t i, const struct stay *stay) {
	const struct moment *m = &p->moments[i];

	for (size_t k = i + 1;
		k < p->count && k < i + 4 && p->moments[k].time - m->time < MS;
		k++)
		if (p->moments[k].kind == LEFT_HERE &&
			p->moments[k].host == m->host)
			return p->moments[k].event->stay == stay;
	return false;
}

static void place_states(struct picture *p) {
	const bool listens[2] = {
		is_listening_host(p, CLIENT), is_listening_host(p, SERVER)};

	for (size_t i = 0; i < p->count; i++) {
		struct moment *m = &p->moments[i];
		const struct event *e = m->event;

		for (int h = CLIENT; h <= SERVER; h++) {
			const bool own = (int)e->host == h;
			const struct stay *s = own ? e->stay : e->peer_stay;

			if (m->kind == NEVER_SEEN || !is_of(m, (enum host)h))
				continue;
			if (e->kind == CALL && !e->connection)
				enter(p, m, (enum host)h, NULL, e->reported,
					true, listens[h]);
			else if (s && e->connection &&
				 !(e->kind == CALL &&
					 is_the_next_ones(p, i, s)))
				enter(p, m, (enum host)h, e->connection,
					s->state, s->seen, listens[h]);
		}
	}
}

const char *chip_text(const struct chip *k, char text[32]) {
	snprintf(text, 32, k->seen ? "%s" : "(%s)", state_names[k->state]);
	return text;
}

/* Whether the name of the state k is drawn at this moment of this host. */
bool is_named(const struct chip *k, const struct moment *m, enum host h) {
	return k->at == m && k->host == h && !k->goes_on;
}

bool is_news(const struct picture *p, const struct moment *m, enum host h) {
	for (size_t i = 0; i < p->chip_count; i++)
		if (is_named(&p->chips[i], m, h)) return true;
	return false;
}

/* ---- stage by stage ----------------------------------------------------- */

void gather(struct picture *p, const struct event *until) {
	int calls = 0;

	p->zero = zero_of(p->t);
	for (const struct event *e = p->t->first; e != until; e = e->next) {
		const int pair = e->connection ? e->connection->pair : 1;

		if (e->kind == RUN || pair != p->pair ||
			!is_chosen(e, p->zero, p->o))
			continue;
		if (e->kind == SEGMENT)
			add_segment(p, e);
		else if (e->kind == CALL && calls < MOST_CALLS)
			calls++, e = add_calls(p, e, until);
		else if (e->kind == CALL)
			p->not_drawn++;
		else if (e->kind == FAULT && !e->attributed)
			add_moment(p, e->sent, BOTH, ON_THE_WIRE, e, 0);
	}
	if (!p->count) return;
	qsort(p->moments, p->count, sizeof *p->moments, by_time);
	join_calls(p);
	measure_flights(p);
	add_other_ends(p);
	qsort(p->moments, p->count, sizeof *p->moments, by_time);
	tie(p);
	for (size_t i = 1; i < p->count; i++)
		p->moments[i].folded = is_fold(p, i);
	place_bars(p);
	place_states(p);
}

void free_picture(struct picture *p) {
	for (size_t i = 0; i < p->arrow_count; i++)
		for (int l = 0; l < p->arrows[i].lines; l++)
			free(p->arrows[i].line[l].text);
	free(p->moments);
	free(p->arrows);
	free(p->bars);
	free(p->chips);
}
