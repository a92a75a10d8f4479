/*
 * words.c - what the views call things, and memory
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "ladder.h"

/* Room for one more than `count`. */
void *enlarge(void *at, size_t count, size_t *room, size_t size) {
	if (count < *room) return at;
	*room = *room ? *room * 2 : 8;
	at = realloc(at, *room * size);
	if (!at) err(1, "memory");
	return at;
}

void *allocate(size_t size) {
	void *at = calloc(1, size);

	if (!at) err(1, "memory");
	return at;
}

static void append_list(char **text, const char *format, va_list args) {
	char *more, *both;

	if (vasprintf(&more, format, args) < 0) err(1, "memory");
	if (!*text) {
		*text = more;
		return;
	}
	if (asprintf(&both, "%s%s", *text, more) < 0) err(1, "memory");
	free(*text);
	free(more);
	*text = both;
}

void append(char **text, const char *format, ...) {
	va_list args;

	va_start(args, format);
	append_list(text, format, args);
	va_end(args);
}

/* Notes are told one after another: "a; b". */
void note(char **notes, const char *format, ...) {
	va_list args;

	if (*notes) append(notes, "; ");
	va_start(args, format);
	append_list(notes, format, args);
	va_end(args);
}

const char *host_name(enum host h) {
	return h == CLIENT ? "client" : "server";
}

bool same_address(const struct end *a, const struct end *b) {
	return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

bool same_end(const struct end *a, const struct end *b) {
	return a->port == b->port && same_address(a, b);
}

const char *address_text(const struct end *e, char text[64]) {
	if (!e->size)
		snprintf(text, 64, "?");
	else
		inet_ntop(
			e->size == 4 ? AF_INET : AF_INET6, e->bytes, text, 64);
	return text;
}

/* "192.0.2.1:40000", "[2001:db8::1]:40000"; without a port, an address. */
const char *end_text(const struct end *e, char text[64]) {
	char address[64];

	address_text(e, address);
	if (!e->port) {
		snprintf(text, 64, "%s", address);
		return text;
	}
	snprintf(text, 64, e->size == 16 ? "[%.45s]:%d" : "%.45s:%d", address,
		e->port);
	return text;
}

/* "SYN ACK", "UDP", "ICMP port unreachable". */
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

const char *stay_text(const struct stay *s, char text[24]) {
	*text = '\0';
	if (s && s->state)
		snprintf(text, 24, s->seen ? "%s" : "(%s)",
			state_names[s->state]);
	return text;
}

/* "PSH ACK seq 1 ack 1 len 733". */
void label(char **text, const struct event *e, const struct options *o) {
	const struct packet *p = &e->packet;
	char what[64];

	append(text, "%s", what_of(e, what));
	if (p->protocol == IPPROTO_TCP) {
		append(text, " seq %lld",
			o && o->absolute ? (long long)p->seq :
					   (long long)e->seq);
		if (p->flags & ACK)
			append(text, " ack %lld",
				o && o->absolute ? (long long)p->ack :
						   (long long)e->ack);
	}
	if (p->protocol == IPPROTO_UDP || (p->len > 0 && !p->about))
		append(text, " len %u", p->len);
	if (e->tells_window) append(text, " win %lld", (long long)e->window);
}

/* The text of a call, or of its result, without what stands in parentheses
 * behind that; in place of these bytes of it stands `cut`. */
static void write_call(const struct call *c, int shown, struct part left_out,
	const char *cut, char to[CALL_TEXT]) {
	const size_t end = c->arguments.at + c->arguments.size + 1;
	const char *between = "";
	int n = 0;

	*to = '\0';
	if (shown & THE_CALL && left_out.size)
		n = snprintf(to, CALL_TEXT, "%.*s%s%.*s", (int)left_out.at,
			c->text, cut, (int)(end - left_out.at - left_out.size),
			c->text + left_out.at + left_out.size);
	else if (shown & THE_CALL)
		n = snprintf(to, CALL_TEXT, "%.*s",
			c->arguments.at ? (int)end : (int)strlen(c->text),
			c->text);
	if (n) between = " ";
	if (shown & ITS_RESULT && c->result.size && n < CALL_TEXT)
		snprintf(to + n, (size_t)(CALL_TEXT - n), "%s%.*s", between,
			(int)c->result.size, c->text + c->result.at);
}

size_t call_width(const struct call *c, int shown) {
	char text[CALL_TEXT];

	write_call(c, shown, (struct part){0, 0}, "", text);
	return strlen(text);
}

/* What of a call's arguments is left out first: the host of its last one, an
 * address; then all but the first; then all. */
static struct part dispensable(const struct call *c, int step) {
	const char *from = c->text + c->arguments.at;
	const char *end = from + c->arguments.size, *comma = from, *port = end;

	if (step == 0) {
		for (comma = end; comma > from && comma[-1] != ' ';)
			comma--;
		while (port > comma && *port != ':')
			port--;
		return (struct part){
			(size_t)(comma - c->text), (size_t)(port - comma)};
	}
	if (step == 1)
		for (comma = from; comma < end && comma[-1] != ' ';)
			comma++;
	return (struct part){(size_t)(comma - c->text), (size_t)(end - comma)};
}

/* The text of a call, in so many columns: what is dispensable goes first, then
 * what is too long, but for the result; `cut`, a byte, is there. */
void fit_call(const struct call *c, int shown, int room, const char *cut,
	char to[CALL_TEXT]) {
	int rest = c->entry ? 0 : (int)c->result.size + 1;

	write_call(c, shown, (struct part){0, 0}, cut, to);
	for (int step = 0; shown & THE_CALL && c->arguments.size &&
			   (int)strlen(to) > room && step < 3;
		step++)
		write_call(c, shown, dispensable(c, step), cut, to);
	if ((int)strlen(to) <= room || room < 2) return;
	if (shown != (THE_CALL | ITS_RESULT) || rest == 1 || rest + 4 >= room)
		rest = 0;
	snprintf(to + room - rest - 1, (size_t)(CALL_TEXT - room + rest + 1),
		rest ? "%s %.*s" : "%s", cut, (int)c->result.size,
		c->text + c->result.at);
}

/* What the cable did, by its rule: "wire: lose=SYN,nth=1". */
char *fault_text(const struct event *e) {
	const struct call *c = &e->call;
	char *text = NULL;

	append(&text, "wire: %.*s", (int)c->arguments.size,
		c->text + c->arguments.at);
	return text;
}

/* How much of a text is a line of so many columns: to a space, but for one that
 * would leave `least` columns or less. */
size_t line_length(const char *text, size_t room, size_t least) {
	size_t n = strcspn(text, "\n");

	if (n <= room) return n;
	for (n = room; n > least && text[n] != ' ';)
		n--;
	return n > least ? n : room;
}

/* The only connection that is told of this pair of hosts, or NULL. */
const struct connection *only_one(
	const struct timeline *t, int pair, const struct options *o) {
	const struct pair *p = &t->pairs[pair - 1];
	const struct connection *c = t->pair_count ? p->connections : NULL;

	if (!o->connection) return c && p->count == 1 ? c : NULL;
	while (c && c->number != o->connection)
		c = c->sibling;
	return c;
}

/* "40000:9000", the client's first. */
void ports_of(char **text, const struct connection *c) {
	if (c && !c->any_port)
		append(text, "%d:%d", c->side[CLIENT].end.port,
			c->side[SERVER].end.port);
}

/* When it is told: as it left, or as it came, if that is all there is. */
nanoseconds time_of(const struct event *e) {
	return e->sent != NEVER ? e->sent : e->received;
}

/* What a ladder's times are counted from: the client's first. */
nanoseconds zero_of(const struct timeline *t) {
	const struct event *first = NULL;

	for (const struct event *e = t->first; e; e = e->next) {
		if (e->kind == SEGMENT ||
			(e->kind == CALL && e->host == CLIENT))
			return time_of(e);
		if (e->kind == CALL && !first) first = e;
	}
	return first ? time_of(first) : 0;
}

bool is_chosen(
	const struct event *e, nanoseconds zero, const struct options *o) {
	if (o->connection &&
		(!e->connection || e->connection->number != o->connection))
		return e->kind == RUN;
	return e->kind == RUN ||
	       ((o->from == NEVER || time_of(e) - zero >= o->from) &&
		       (o->to == NEVER || time_of(e) - zero <= o->to));
}
