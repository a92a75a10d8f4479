/*
 * events.c - the timeline for scripts: one line for each event, in order of
 * time
 *
 * --events: columns separated by tabs; the first line names them.
 * --json:   one object on each line, with more fields.
 */
#include <string.h>

#include "views.h"

static void put_time(nanoseconds time) {
	if (time != NEVER)
		printf("%lld.%09lld", (long long)(time / SECOND),
			(long long)(time % SECOND));
}

static const char *kind_name(const struct event *e) {
	return e->kind == RUN	  ? "run" :
	       e->kind == CALL	  ? "call" :
	       e->kind == SEGMENT ? "segment" :
				    "wire";
}

static const char *where(const struct event *e) {
	return e->kind == FAULT ? "wire" : host_name(e->host);
}

static const char *state_of(const struct event *e, char text[24]) {
	if (e->kind == CALL && !e->stay) return state_names[e->reported];
	return stay_text(e->stay, text);
}

static const char *name_of(const struct event *e, char text[64]) {
	return e->kind == SEGMENT ? what_of(e, text) :
	       e->kind == RUN	  ? e->command :
				    e->call.text;
}

/* Returns the advertised window, in bytes if the scale is known. */
static long long window(const struct event *e) {
	return e->window >= 0 ? e->window : e->packet.win;
}

static void put_event_line(const struct event *e, bool absolute) {
	const bool tcp =
		e->kind == SEGMENT && e->packet.protocol == IPPROTO_TCP;
	char state[24], peer[24], what[64];

	printf("%s\t%s\t", kind_name(e), where(e));
	if (e->connection) printf("%d", e->connection->number);
	putchar('\t');
	put_time(e->sent);
	putchar('\t');
	put_time(e->received);
	printf("\t%s\t%s\t%s\t", state_of(e, state),
		stay_text(e->peer_stay, peer), name_of(e, what));
	if (tcp) printf("%lld", absolute ? e->packet.seq : (long long)e->seq);
	putchar('\t');
	if (tcp && e->packet.flags & ACK)
		printf("%lld", absolute ? e->packet.ack : (long long)e->ack);
	putchar('\t');
	if (e->kind == SEGMENT && !e->packet.about) printf("%u", e->packet.len);
	putchar('\t');
	if (tcp) printf("%lld", window(e));
	printf("\t%s\t", e->note ? e->note : "");
	if (e->kind == SEGMENT) printf("%d", e->number);
	putchar('\n');
}

static void put_connection(const struct connection *c) {
	char client[64], server[64];

	printf("connection\t\t%d\t\t\t\t\t%s %s\t\t\t\t\t\t\n", c->number,
		end_text(&c->side[CLIENT].end, client),
		end_text(&c->side[SERVER].end, server));
}

static void put_gap(const struct event *e) {
	printf("gap\t%s\t%d\t", where(e), e->connection->number);
	put_time(e->sent);
	putchar('\t');
	put_time(e->received);
	printf("\t\t\tnot captured\t%lld\t\t%lld\t\t\t\n",
		(long long)(e->seq - e->gap), (long long)e->gap);
}

char *view_events(const struct timeline *t, const struct options *o) {
	const nanoseconds zero = zero_of(t);

	puts("event\thost\tconnection\tsent\treceived\tstate\tpeer_state\twhat\tseq\t"
	     "ack\tlen\twin\tnote\tnumber");
	for (const struct connection *c = t->connections; c; c = c->next)
		if (!o->connection || c->number == o->connection)
			put_connection(c);
	for (const struct event *e = t->first; e; e = e->next) {
		if (!is_chosen(e, zero, o)) continue;
		if (e->kind == FAULT && e->attributed)
			continue; /* a segment's note mentions this fault */
		if (e->kind == SEGMENT && e->gap > 0) put_gap(e);
		put_event_line(e, o->absolute);
	}
	for (int i = 0; i < REASONS && t->account.of[i].reason; i++)
		printf("omitted\t\t\t\t\t\t\t%s\t\t\t%lu\t\t\t\n",
			t->account.of[i].reason, t->account.of[i].count);
	return NULL;
}

/* ---- JSON ---------------------------------------------------------------- */

static void put_string(const char *name, const char *text) {
	if (!text || !*text) return;
	printf(",\"%s\":\"", name);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\') putchar('\\');
		putchar(*text < ' ' || *text > '~' ? '?' : *text);
	}
	putchar('"');
}

static void put_number(const char *name, long long n) {
	printf(",\"%s\":%lld", name, n);
}

static void put_moment(const char *name, nanoseconds time) {
	if (time == NEVER) return;
	printf(",\"%s\":", name);
	put_time(time);
}

static void put_segment(const struct event *e) {
	const struct connection *c = e->connection;
	const struct packet *p = &e->packet;
	char text[64];

	put_string("from", end_text(&c->side[e->host].end, text));
	put_string("to", end_text(&c->side[other(e->host)].end, text));
	put_number("number", e->number);
	if (e->sent_frame) put_number("sent_frame", e->sent_frame);
	if (e->received_frame) put_number("received_frame", e->received_frame);
	if (!p->about) put_number("len", p->len);
	put_number("ttl", p->ttl);
	if (p->protocol != IPPROTO_TCP) return;
	put_number("seq", e->seq);
	if (p->flags & ACK) put_number("ack", e->ack);
	put_number("absolute_seq", p->seq);
	if (p->flags & ACK) put_number("absolute_ack", p->ack);
	put_number("win", window(e));
	if (p->mss) put_number("mss", p->mss);
	if (p->scale >= 0) put_number("window_scale", p->scale);
	if (p->stamped) put_number("timestamp", p->stamp);
	if (p->stamped) put_number("timestamp_echo", p->echo);
	if (e->in_flight > 0) put_number("in_flight", e->in_flight);
	if (e->round_trip)
		printf(",\"round_trip\":%.9f",
			(double)e->round_trip / (double)SECOND);
}

char *view_json(const struct timeline *t, const struct options *o) {
	const nanoseconds zero = zero_of(t);
	char state[24], peer[24], what[64];

	for (const struct connection *c = t->connections; c; c = c->next) {
		if (o->connection && c->number != o->connection) continue;
		printf("{\"event\":\"connection\"");
		put_number("connection", c->number);
		put_string("client", end_text(&c->side[CLIENT].end, what));
		put_string("server", end_text(&c->side[SERVER].end, what));
		puts("}");
	}
	for (const struct event *e = t->first; e; e = e->next) {
		if (!is_chosen(e, zero, o)) continue;
		if (e->kind == FAULT && e->attributed) continue;
		printf("{\"event\":\"%s\",\"host\":\"%s\"", kind_name(e),
			where(e));
		if (e->connection)
			put_number("connection", e->connection->number);
		put_moment("sent", e->sent);
		put_moment("received", e->received);
		put_string("state", state_of(e, state));
		put_string("peer_state", stay_text(e->peer_stay, peer));
		put_string("what", name_of(e, what));
		if (e->kind == SEGMENT) put_segment(e);
		if (e->kind == CALL && e->call.error)
			put_string("error", name_of_error(e->call.error));
		put_string("note", e->note);
		put_string("detail", e->detail);
		puts("}");
	}
	for (int i = 0; i < REASONS && t->account.of[i].reason; i++) {
		printf("{\"event\":\"omitted\"");
		put_string("what", t->account.of[i].reason);
		put_number("count", (long long)t->account.of[i].count);
		puts("}");
	}
	return NULL;
}
