/*
 * wording.c - texts that several views use, and the choice of what they show
 */
#include <string.h>

#include "wording.h"

void put_xml(FILE *to, const char *text) {
	for (; *text; text++)
		switch (*text) {
		case '&': fputs("&amp;", to); break;
		case '<': fputs("&lt;", to); break;
		case '>': fputs("&gt;", to); break;
		case '"': fputs("&quot;", to); break;
		case '\001': fputs("\xe2\x80\xa6", to); break;
		default: putc(*text < ' ' || *text > '~' ? '?' : *text, to);
		}
}

const char *stay_text(const struct stay *s, char text[24]) {
	*text = '\0';
	if (s && s->state)
		snprintf(text, 24, s->seen ? "%s" : "(%s)",
			state_names[s->state]);
	return text;
}

/* Whether event e changes the state `shown` of an end to s, or is the first
 * call that reports it. */
bool is_new_state(
	const struct event *e, const struct stay *s, const struct stay *shown) {
	return s && s->state &&
	       (s->state != shown->state ||
		       (e->kind == CALL && s->seen && !shown->seen));
}

/* Appends "PSH ACK seq 1 ack 1 len 733". */
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
	if (e->shows_window) append(text, " win %lld", (long long)e->window);
}

/* Writes a call, its result, or both, without the explanation in parentheses at
 * the end. `cut` is written in place of the part `left_out`. */
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
			c->result.size ? (int)end : (int)strlen(c->text),
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

/* Returns the part of a call's arguments that is left out at a step. Step 0:
 * the host, if the last argument is an address; step 1: all arguments but the
 * first; step 2: all arguments. */
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

/* Writes the text of a call into `room` columns. If the text is too long,
 * arguments are left out step by step; then its end is cut off, but if possible
 * not the result. `cut` marks the place. */
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

/* Returns the connection of this pair of hosts that is shown, if it is the only
 * one; otherwise NULL. */
const struct connection *only_one(
	const struct timeline *t, int pair, const struct options *o) {
	const struct pair *p = &t->pairs[pair - 1];
	const struct connection *c = t->pair_count ? p->connections : NULL;

	if (!o->connection) return c && p->count == 1 ? c : NULL;
	while (c && c->number != o->connection)
		c = c->sibling;
	return c;
}

/* Returns a ladder's zero, from which its times count: the time of the first
 * segment or the client's first call, whichever comes first. */
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
