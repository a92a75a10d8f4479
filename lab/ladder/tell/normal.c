/*
 * normal.c - segments and calls as lines in the normal form
 *
 * A promise, the part of a recipe that lists what must be recorded, has lines
 * in the same form:
 *
 *     > SYN        seq 0
 *     client connect = 0 [ESTABLISHED]
 *     > PSH ACK    seq 1    ack 1    len 1466
 *
 * The line of a segment may end with these words: "win 0" if the segment's
 * sender can receive no more bytes; "lost" if the segment did not arrive;
 * "again" if it was delivered again; "unseen" if one capture may have missed
 * it; "late" if later segments have overtaken it; "bad" if it was damaged. If
 * there are several connections, the client's port and the server's port
 * follow. In a promise, "# 1" to "# 3" at the end of a line marks what the demo
 * is about.
 *
 * Segments are in the order in which they left. Only calls that the promise
 * names have a line. A call stands after the last segment that its host had
 * sent or received before the call. If calls of both hosts stand after one
 * segment, the client's come first.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "tell.h"

#include "normal.h"

/* ---- the line of a segment, of a call ------------------------------------ */

/* Writes "SYN ACK", "UDP" or "ICMP port unreachable", for example. */
const char *what_of(const struct event *e, char text[64]) {
	static const struct {
		int flag;
		const char *name;
	} flags[] = {{SYN, "SYN"}, {FIN, "FIN"}, {RST, "RST"}, {PSH, "PSH"},
		{URG, "URG"}, {ACK, "ACK"}};
	const struct packet *p = &e->packet;

	*text = '\0';
	if (p->about)
		snprintf(text, 64, "ICMP %s", p->about->name);
	else if (p->protocol == IPPROTO_UDP)
		snprintf(text, 64, "UDP");
	else {
		size_t n = 0;

		for (size_t i = 0; i < 6; i++)
			if (p->flags & flags[i].flag)
				n += (size_t)snprintf(text + n, 64 - n, "%s%s",
					n ? " " : "", flags[i].name);
		if (!n) snprintf(text, 64, "no flag");
	}
	return text;
}

/* Appends the two ports, the client's first: "40000:9000". */
void ports_of(char **text, const struct connection *c) {
	if (c && !c->any_port)
		append(text, "%d:%d", c->side[CLIENT].end.port,
			c->side[SERVER].end.port);
}

void add_line(struct lines *l, char *text, struct event *e, int mark) {
	l->at = enlarge(l->at, l->count, &l->room, sizeof *l->at);
	l->at[l->count++] = (struct line){text, e, mark};
}

static bool has_line(const struct lines *l, const char *line) {
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->at[i].text, line) == 0) return true;
	return false;
}

bool is_segment(const char *line) {
	return *line == '>' || *line == '<';
}

static char *segment_line(const struct event *e, bool with_ports) {
	const struct packet *p = &e->packet;
	char *line = NULL, text[64];
	size_t n;

	append(&line, "%c %-10s ", e->host == CLIENT ? '>' : '<',
		what_of(e, text));
	if (p->protocol == IPPROTO_TCP) {
		append(&line, "seq %-4lld ", (long long)e->seq);
		if (p->flags & ACK)
			append(&line, "ack %-4lld ", (long long)e->ack);
	}
	if (!p->about && (p->len || p->protocol == IPPROTO_UDP))
		append(&line, "len %-4u ", p->len);
	if (p->protocol == IPPROTO_TCP && p->win == 0 && !(p->flags & RST))
		append(&line, "win 0 ");
	if (e->lost || e->unseen || e->again)
		append(&line, "%s ",
			e->lost	 ? "lost" :
			e->again ? "again" :
				   "unseen");
	if (e->late) append(&line, "late ");
	if (e->bad) append(&line, "bad ");
	if (with_ports) ports_of(&line, e->connection);
	for (n = strlen(line); n && line[n - 1] == ' '; n--)
		line[n - 1] = '\0';
	return line;
}

/* Returns the line of a call, "client NAME = 6" or "client NAME = 6 [STATE]",
 * if the promise has this line; otherwise NULL. If another process still has
 * the socket, the line of a close() must have the state, because the scheduler
 * decides whether parent or child closes the socket first. */
static char *call_line_as(const char *name, size_t size, const struct event *e,
	const struct lines *promise) {
	const struct call *c = &e->call;
	const enum state state = e->stay ? e->stay->state : e->reported;
	char *line = NULL, *with = NULL;

	append(&line, "%s %.*s", host_name(e->host), (int)size, name);
	if (c->result.size)
		append(&line, " %.*s", (int)c->result.size,
			c->text + c->result.at);
	append(&with, "%s [%s]", line, state_names[state]);
	if (has_line(promise, with)) {
		free(line);
		return with;
	}
	free(with);
	if (!(c->act == CLOSES && c->silent) && has_line(promise, line))
		return line;
	free(line);
	return NULL;
}

/* Returns the line of a call, or NULL. "send" and "recv" in a promise also
 * match other calls that send or receive, such as write() and read(). */
static char *call_line(const struct event *e, const struct lines *promise) {
	const struct call *c = &e->call;
	char *line;

	if (c->act == CLOSES && !e->connection) return NULL;
	line = call_line_as(c->text + c->name.at, c->name.size, e, promise);
	if (!line && (c->act == SENDS || c->act == RECEIVES))
		line = call_line_as(
			c->act == SENDS ? "send" : "recv", 4, e, promise);
	return line;
}

/* ---- the order of the lines ---------------------------------------------- */

/* The time when a host sent or received a segment, or made a call */
struct occasion {
	nanoseconds time;
	size_t order;
	enum host host;
	struct event *call; /* NULL if this is the time of a segment */
	size_t place;	    /* the index of the segment's place */
};

static int by_occasion(const void *a, const void *b) {
	const struct occasion *m = a, *n = b;

	if (m->time != n->time) return m->time < n->time ? -1 : 1;
	return m->order < n->order ? -1 : m->order > n->order;
}

struct occasions {
	struct occasion *at;
	size_t count, room;
};

static void add_occasion(struct occasions *m, nanoseconds time, enum host host,
	struct event *call, size_t place) {
	m->at = enlarge(m->at, m->count, &m->room, sizeof *m->at);
	m->at[m->count] = (struct occasion){time, m->count, host, call, place};
	m->count++;
}

/* A place has a segment, the copies of it that were delivered again, and the
 * calls that stand after it. The first place has no segment: its calls stand
 * before the first segment. */
struct place {
	struct event *segment;
	struct lines copies, calls[2];
};

/* Whether a connection has other ports or hosts than the first one. */
static bool needs_ports(const struct timeline *t) {
	const struct connection *first = NULL;

	for (const struct connection *c = t->connections; c; c = c->next) {
		if (!c->segments || c->any_port) continue;
		if (!first) first = c;
		if (c->pair != first->pair ||
			c->side[CLIENT].end.port !=
				first->side[CLIENT].end.port ||
			c->side[SERVER].end.port !=
				first->side[SERVER].end.port)
			return true;
	}
	return false;
}

struct places {
	struct place *at;
	size_t count, room;
};

static struct place *add_place(struct places *p, struct event *segment) {
	p->at = enlarge(p->at, p->count, &p->room, sizeof *p->at);
	p->at[p->count] = (struct place){.segment = segment};
	return &p->at[p->count++];
}

/* Adds a place for segment e. If e was delivered again, adds it to the place of
 * its original instead. */
static void place_segment(struct places *p, struct occasions *o,
	struct event *e, bool with_ports) {
	size_t i = p->count;

	if (e->again) {
		while (i-- > 1 && p->at[i].segment != e->original)
			;
		add_line(&p->at[i].copies, segment_line(e, with_ports), e, 0);
		return;
	}
	if (e->sent != NEVER) add_occasion(o, e->sent, e->host, NULL, i);
	if (e->received != NEVER)
		add_occasion(o, e->received, other(e->host), NULL, i);
	add_place(p, e);
}

/* Puts each call after the last segment that its host had sent or received
 * before the call. */
static void place_calls(
	struct places *p, struct occasions *o, const struct lines *promise) {
	size_t top[2] = {0, 0};

	if (o->count) qsort(o->at, o->count, sizeof *o->at, by_occasion);
	for (size_t i = 0; i < o->count; i++) {
		const struct occasion *m = &o->at[i];
		char *line;

		if (!m->call && m->place > top[m->host])
			top[m->host] = m->place;
		if (!m->call || !(line = call_line(m->call, promise))) continue;
		add_line(&p->at[top[m->host]].calls[m->host], line, m->call, 0);
	}
}

struct lines lines_of(const struct timeline *t, const struct lines *promise) {
	struct lines seen = {.count = 0};
	struct occasions occasions = {.count = 0};
	struct places places = {.count = 0};
	const bool with_ports = needs_ports(t);

	add_place(&places, NULL);
	for (struct event *e = t->first; e; e = e->next) {
		if (e->kind == CALL && !e->call.aside)
			add_occasion(&occasions, e->sent, e->host, e, 0);
		if (e->kind == SEGMENT)
			place_segment(&places, &occasions, e, with_ports);
	}
	place_calls(&places, &occasions, promise);
	for (size_t i = 0; i < places.count; i++) {
		struct place *p = &places.at[i];
		const struct lines *parts[] = {
			&p->copies, &p->calls[CLIENT], &p->calls[SERVER]};

		if (p->segment)
			add_line(&seen, segment_line(p->segment, with_ports),
				p->segment, 0);
		for (int k = 0; k < 3; k++) {
			for (size_t n = 0; n < parts[k]->count; n++)
				add_line(&seen, parts[k]->at[n].text,
					parts[k]->at[n].event, 0);
			free(parts[k]->at);
		}
	}
	free(places.at);
	free(occasions.at);
	return seen;
}

/* ---- the promise -------------------------------------------------------- */

/* Cuts the mark off a line like "> SYN        seq 0  # 1". Returns the number
 * of the mark, or 0 if there is none. */
static int take_mark(char *line) {
	char *mark = strrchr(line, '#');
	int number = 0;

	if (mark && mark > line && mark[1] == ' ' && mark[2] >= '1' &&
		mark[2] <= '3' && !mark[3]) {
		number = mark[2] - '0';
		*mark = '\0';
		while (mark-- > line && *mark == ' ')
			*mark = '\0';
	}
	return number;
}

bool read_promise(struct lines *l, const char *path) {
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	FILE *file = fopen(path, "re");

	if (!file) return false;
	while ((n = getline(&line, &room, file)) > 0) {
		int mark;

		while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == ' '))
			line[--n] = '\0';
		mark = take_mark(line);
		if (line[strspn(line, " \t")] &&
			line[strspn(line, " \t")] != '#')
			add_line(l, strdup(line), NULL, mark);
	}
	free(line);
	return fclose(file) == 0;
}

char *bare(char *line) {
	return *line == '?' ? line + 1 + strspn(line + 1, " ") : line;
}

/* Returns how many of the first n lines of l are equal to `line`. */
size_t count_alike(const struct lines *l, size_t n, const char *line) {
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += strcmp(bare(l->at[i].text), line) == 0;
	return count;
}

void free_lines(struct lines *l) {
	for (size_t i = 0; i < l->count; i++)
		free(l->at[i].text);
	free(l->at);
}

void mark_events(struct timeline *t, const struct lines *promise) {
	struct lines seen = lines_of(t, promise);

	for (size_t i = 0; i < promise->count; i++) {
		const char *line = bare(promise->at[i].text);
		size_t nth = count_alike(promise, i, line);

		if (!promise->at[i].mark) continue;
		for (size_t k = 0; k < seen.count; k++)
			if (strcmp(seen.at[k].text, line) == 0 && nth-- == 0)
				seen.at[k].event->mark = promise->at[i].mark;
	}
	free_lines(&seen);
}
