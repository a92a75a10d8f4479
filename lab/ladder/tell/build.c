/*
 * build.c - a folder's captures and logs -> its timeline, stage by stage
 */
#define _GNU_SOURCE
#include <stdlib.h>

#include "tell.h"

struct timed {
	struct call call;
	enum host host;
	size_t order;
};

struct calls {
	struct timed *at;
	size_t count, room;
};

static int by_call_time(const void *a, const void *b) {
	const struct timed *c = a, *d = b;

	if (c->call.time != d->call.time)
		return c->call.time < d->call.time ? -1 : 1;
	return c->order < d->order ? -1 : c->order > d->order;
}

/* If the last of these n calls has timed out, the calls that set the time limit
 * on its descriptor are shown, too. */
static void show_timeout(struct timed *log, size_t n) {
	const struct call *last = &log[--n].call;

	if (last->error != EAGAIN && last->error != EINPROGRESS) return;
	while (n-- > 0) {
		struct call *c = &log[n].call;

		if (c->descriptor != last->descriptor) continue;
		if ((c->act == CLOSES && !c->state) || c->error == EAGAIN)
			return;
		if (c->act == SETS) c->aside = false;
	}
}

static struct calls read_calls(
	struct folder *s, struct timeline *t, nanoseconds near, bool all) {
	struct calls calls = {.count = 0};
	struct call c;

	for (size_t i = 0; i < s->log_count; i++) {
		struct log *l = &s->logs[i];
		const size_t first = calls.count;
		size_t kept = first;

		while (next_call(l, &c, near)) {
			calls.at = enlarge(calls.at, calls.count, &calls.room,
				sizeof *calls.at);
			calls.at[calls.count] =
				(struct timed){c, l->host, calls.count};
			calls.count++;
			show_timeout(calls.at + first, calls.count - first);
		}
		for (size_t k = first; k < calls.count; k++)
			if (calls.at[k].call.aside && !all)
				free_call(&calls.at[k].call);
			else
				calls.at[kept++] = calls.at[k];
		calls.count = kept;
		if (l->command) {
			char *command = NULL;

			if (l->number) append(&command, "%d: ", l->number);
			append(&command, "%s", l->command);
			follow_run(t, l->host, command);
			free(command);
		}
		close_log(l);
	}
	if (calls.count)
		qsort(calls.at, calls.count, sizeof *calls.at, by_call_time);
	return calls;
}

/* ---- the capture of one machine, which is both hosts --------------------- */

/* Assigns call n to the server, because the call's socket has the server's
 * port. If the call is bind() or listen(), also assigns the earlier calls on
 * this socket to the server. */
static void place_socket(struct calls *calls, size_t n) {
	const struct call *c = &calls->at[n].call;

	calls->at[n].host = SERVER;
	if (c->act != BINDS && c->act != LISTENS) return;
	for (size_t i = n; i-- > 0;) {
		const struct call *b = &calls->at[i].call;
		const bool opens = b->act == OPENS && b->made == c->descriptor;

		if (strcmp(b->caller, c->caller) != 0 ||
			(!opens && b->descriptor != c->descriptor))
			continue;
		calls->at[i].host = SERVER;
		if (opens) return;
	}
}

/* Assigns the calls on each listening socket to the server, if the server of a
 * captured connection has the socket's port. */
static void place_listeners(struct calls *calls, const struct packets *p) {
	bool *served = allocate(1 << 16);

	for (size_t i = 0; i < p->count; i++)
		if (p->at[i].protocol == IPPROTO_TCP && p->at[i].flags & SYN)
			served[p->at[i].flags & ACK ? p->at[i].from.port :
						      p->at[i].to.port] = true;
	for (size_t i = 0; i < calls->count; i++) {
		const struct call *c = &calls->at[i].call;

		if (c->own.size && !c->peer.size && served[c->own.port] &&
			calls->at[i].host == CLIENT)
			place_socket(calls, i);
	}
	free(served);
}

static void set_span(struct timeline *t, const struct packets *p, int c) {
	t->workings->begins[c] = p->count ? p->at[0].time : INT64_MAX;
	t->workings->ends[c] = p->count ? p->at[p->count - 1].time : NEVER;
}

/* Adds the packets of both captures and all calls to the timeline, in order of
 * time. */
static void follow_all(struct timeline *t, struct packets p[2],
	enum host where[2], struct calls *c) {
	size_t next[2] = {0, 0}, call = 0;

	for (;;) {
		const struct packet *a =
			next[0] < p[0].count ? &p[0].at[next[0]] : NULL;
		const struct packet *b =
			next[1] < p[1].count ? &p[1].at[next[1]] : NULL;
		const int from = !a || (b && b->time < a->time);
		const struct packet *best = from ? b : a;

		if (call < c->count &&
			(!best || c->at[call].call.time < best->time)) {
			follow_call(t, c->at[call].host, &c->at[call].call);
			call++;
			continue;
		}
		if (!best) break;
		follow_packet(t, &p[from].at[next[from]++],
			best->alone ? BOTH : where[from]);
	}
}

static void order_rows(struct timeline *t) {
	struct row r;

	while (next_row(t->workings->sequence, &r, true)) {
		t->rows = enlarge(t->rows, t->row_count, &t->workings->row_room,
			sizeof *t->rows);
		t->rows[t->row_count++] = r;
	}
}

struct timeline *build_timeline(
	struct folder *s, bool named, bool keeps, bool all) {
	struct timeline *t = new_timeline();
	struct packets p[2] = {{.count = 0}, {.count = 0}};
	enum host where[2] = {BOTH, BOTH};
	struct calls calls;

	for (int i = 0; i < s->capture_count; i++) {
		s->captures[i].keeps = keeps;
		s->captures[i].fault =
			read_packets(&s->captures[i], &p[i], &t->account);
	}
	t->two = s->capture_count == 2;
	if (!t->two) drop_copies(&p[0], &t->account);
	/* two captures and logs of calls: this is a recording of the lab */
	t->workings->whole = t->two && s->log_count;
	find_clocks(p, t, named);
	if (t->two) {
		where[0] = CLIENT;
		where[1] = SERVER;
	}
	for (int i = 0; i < 2; i++)
		set_span(t, &p[i], i);
	t->workings->sequence = new_sequence(MS / 10, t->two);
	calls = read_calls(s, t, p[0].count ? p[0].at[0].time : 0, all);
	if (!t->two) place_listeners(&calls, &p[0]);
	follow_all(t, p, where, &calls);
	free(p[0].at);
	free(p[1].at);
	free(calls.at);
	finish_following(t);
	finish_states(t);
	finish_notes(t);
	order_rows(t);
	return t;
}
