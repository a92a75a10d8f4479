/*
 * live.c - a folder whose captures and logs still grow -> rows of a ladder
 *
 * The files are read once in each tick. A packet or call that was read is held
 * for one more tick, because an earlier one may still be read from another
 * file. Events that are older than three minutes are freed, so that the program
 * can run for days.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../messages.h"
#include "tell/tell.h"

#include "live.h"
#include "views/views.h"

#define TICK (20 * MS)
#define KEPT (180 * SECOND)

struct thing { /* a packet or a call, as it was read */
	nanoseconds time;
	size_t order;
	bool is_call;
	enum host host;
	struct packet packet;
	struct call call;
};

struct things { /* packets and calls that are held */
	struct thing *at;
	size_t count, room, order;
	nanoseconds held_to; /* the latest of their times in the last tick */
};

static volatile sig_atomic_t stopped;

static void stop(int unused) {
	(void)unused;
	stopped = 1;
}

static struct thing *add_thing(struct things *h) {
	h->at = enlarge(h->at, h->count, &h->room, sizeof *h->at);
	h->at[h->count] = (struct thing){.order = h->order++};
	return &h->at[h->count++];
}

/* Reads what is new in the files. Returns NULL, or an error message. */
static char *read_all(
	struct folder *f, struct things *h, struct timeline *t, bool all) {
	struct packets packets = {.count = 0};
	struct timespec now;
	struct call call;
	char *reason = NULL;

	clock_gettime(CLOCK_REALTIME, &now);
	for (int i = 0; !reason && i < f->capture_count; i++) {
		packets.count = 0;
		reason = read_packets(&f->captures[i], &packets, &t->account);
		for (size_t k = 0; k < packets.count; k++) {
			struct thing *x = add_thing(h);

			x->time = packets.at[k].time;
			x->host = f->captures[i].host;
			x->packet = packets.at[k];
		}
	}
	free(packets.at);
	for (size_t i = 0; i < f->log_count; i++)
		while (next_call(&f->logs[i], &call, now.tv_sec * SECOND)) {
			struct thing *x;

			if (call.aside && !all) {
				free_call(&call);
				continue;
			}
			x = add_thing(h);
			x->is_call = true;
			x->time = call.time;
			x->host = f->logs[i].host;
			x->call = call;
		}
	return reason;
}

static int by_arrival(const void *a, const void *b) {
	const struct thing *x = a, *y = b;

	if (x->time != y->time) return x->time < y->time ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Adds packets and calls to the timeline, in order of time. If `all`, adds all;
 * otherwise those up to the latest time that was read in the tick before. */
static void hand_on(struct things *h, struct timeline *t, bool all) {
	nanoseconds latest;
	size_t n = 0;

	if (!h->count) return;
	qsort(h->at, h->count, sizeof *h->at, by_arrival);
	latest = h->at[h->count - 1].time;
	for (; n < h->count && (all || h->at[n].time <= h->held_to); n++) {
		struct thing *x = &h->at[n];

		if (x->is_call)
			follow_call(t, x->host, &x->call);
		else
			follow_packet(t, &x->packet, x->host);
	}
	memmove(h->at, h->at + n, (h->count - n) * sizeof *h->at);
	h->count -= n;
	h->held_to = latest;
}

/* ---- old events are freed ------------------------------------------------ */

static bool is_waited_for(const struct timeline *t, const struct event *e) {
	if (e->kind != CALL || !e->call.entry) return false;
	for (const struct event *o = t->workings->open_calls; o; o = o->alike)
		if (o == e) return true;
	return false;
}

static void forget(struct timeline *t, nanoseconds before) {
	struct event **at = &t->first;

	/* first free the lists of equal packets: they point to these events */
	forget_before(t, before + KEPT / 2);
	t->last = NULL;
	while (*at) {
		struct event *e = *at;

		if (time_of(e) < before && !is_waited_for(t, e)) {
			*at = e->next;
			free_event(e);
			continue;
		}
		t->last = e;
		at = &e->next;
	}
	forget_connections(t, before);
}

char *watch_folder(const char *name, const struct options *o) {
	const struct timespec tick = {.tv_nsec = TICK};
	const struct sigaction on_stop = {.sa_handler = stop};
	struct folder f = {.name = name};
	struct things held = {.count = 0};
	struct timeline *t = new_timeline();
	struct text *text;
	nanoseconds forgotten = 0;
	char *reason;
	bool last = false;

	sigaction(SIGINT, &on_stop, NULL);
	sigaction(SIGTERM, &on_stop, NULL);
	reason = look_into(&f, NULL, true);
	while (!stopped && !reason && f.capture_count == 0) {
		nanosleep(&tick, NULL);
		reason = look_into(&f, NULL, true);
	}
	t->two = f.capture_count == 2 ||
		 (f.capture_count && f.captures[0].host != BOTH);
	t->workings->sequence = new_sequence(MS / 10, t->two);
	text = begin_live_text(t, o);
	while (!last) {
		struct row r;

		last = stopped;
		if (!reason) reason = look_into(&f, NULL, true);
		if (!reason) reason = read_all(&f, &held, t, o->all);
		last |= reason != NULL; /* draw what was read before */
		hand_on(&held, t, last);
		while (next_row(t->workings->sequence, &r, last)) {
			if (r.event->kind == SEGMENT && !r.event->note &&
				r.part != CAME)
				add_notes(r.event);
			put_live_row(text, &r);
		}
		if (fflush(stdout) || ferror(stdout)) err(1, "stdout");
		pass_time(t->workings->sequence);
		if (held.held_to - forgotten > 10 * SECOND) {
			forgotten = held.held_to;
			forget(t, held.held_to - KEPT);
		}
		if (!last) nanosleep(&tick, NULL);
	}
	return reason;
}
