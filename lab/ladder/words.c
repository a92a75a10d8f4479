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

const char *const state_names[STATES] = {"", "CLOSED", "LISTEN", "SYN_SENT",
	"SYN_RCVD", "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "CLOSE_WAIT",
	"CLOSING", "LAST_ACK", "TIME_WAIT"};

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

/* Without the number of its program, "2: ". */
const char *call_name(const char *call) {
	return call + strspn(call, "0123456789: ");
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

/* "recv(3) = -1 EINTR (Interrupted system call)" without the words. */
void drop_errno(char *call) {
	const size_t n = strlen(call);
	char *result = strstr(call, " = "), *words;

	if (n && call[n - 1] == ')' && result && (words = strchr(result, '(')))
		words[-1] = '\0';
}

/* Leaves these bytes of a call out. */
static void leave_out(
	char call[512], const char *from, const char *to, const char *cut) {
	char rest[512];

	snprintf(rest, sizeof rest, "%s", to);
	snprintf(call + (from - call), 512 - (size_t)(from - call), "%s%s", cut,
		rest);
}

/* The text of a call, in so many columns: errno's words go first, then the host
 * of an address, arguments but the first, that too, and then what is too long;
 * `cut`, a byte, is there. */
void fit_call(const char *call, int room, const char *cut, char to[512]) {
	char *open, *close, *comma, *port;

	snprintf(to, 512, "%s", call);
	drop_errno(to);
	open = strchr(to, '(');
	close = open ? strchr(open, ')') : NULL;
	for (int tries = 0; close && (int)strlen(to) > room && tries < 3;
		tries++) {
		*close = '\0';
		comma = tries ? strstr(to, ", ") : strrchr(to, ' ');
		port = tries ? NULL : strrchr(to, ':');
		*close = ')';
		if (tries == 2)
			leave_out(to, open + 1, close, cut);
		else if (comma && (tries || (port && port > comma)))
			leave_out(to, comma + (tries ? 2 : 1),
				tries ? close : port, cut);
		close = strchr(open, ')');
	}
	if ((int)strlen(to) > room && room > 1) {
		char *result = strstr(to, " = ");
		const int rest = result ? (int)strlen(result) : 0;

		if (rest && rest + 4 < room)
			leave_out(to, to + room - rest - 1, result, cut);
		else
			snprintf(to + room - 1, 2, "%s", cut);
	}
}

/* What the cable did, by its rule: "wire: lose=SYN,nth=1". */
char *fault_text(const struct event *e) {
	const char *rule = e->what + strlen("fault(");
	char *text = NULL;

	append(&text, "wire: %.*s", (int)strcspn(rule, ")"), rule);
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
