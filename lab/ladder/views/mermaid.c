/*
 * mermaid.c - the ladder as a Mermaid sequence diagram
 *
 * Segments are messages; the arrow of a lost segment ends in a cross. The calls
 * and states of a host between two messages are one note, with a line for each
 * call or state. What the ladder notes about a segment stands after the
 * segment's label, in parentheses.
 */
#include <stdlib.h>
#include <string.h>

#include "views.h"

/* Prints text so that no character has a meaning in Mermaid or HTML. */
static void put_plain(const char *text) {
	static const struct {
		char c;
		const char *entity;
	} entities[] = {{'#', "#35;"}, {';', "#59;"}, {'%', "#37;"},
		{'&', "#amp;"}, {'<', "#lt;"}, {'>', "#gt;"}, {'"', "#quot;"}};

	for (; *text; text++) {
		const char *entity = NULL;

		for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
			if (*text == entities[i].c) entity = entities[i].entity;
		if (entity)
			fputs(entity, stdout);
		else
			putchar(*text < ' ' || *text > '~' ? '?' : *text);
	}
}

static int pair_of(const struct event *e) {
	return e->connection ? e->connection->pair : 1;
}

/* The note that is being written. */
struct note {
	enum host host;
	int pair; /* 0: no note is open */
	/* The states that were shown last. unconnected: of each host's socket
	 * without a connection; shown: of both ends of each connection, at the
	 * index that is the connection's number. */
	enum state unconnected[2];
	struct stay (*shown)[2];
};

static void end_note(struct note *n) {
	if (n->pair) putchar('\n');
	n->pair = 0;
}

static void put_note(struct note *n, enum host h, int pair, const char *text) {
	if (n->pair == pair && n->host == h)
		fputs("<br/>", stdout);
	else {
		end_note(n);
		printf("    Note %s%d: ",
			h == CLIENT ? "left of c" : "right of s", pair);
	}
	n->host = h;
	n->pair = pair;
	put_plain(text);
}

/* Prints the state of a connection's end, or of a socket without a connection,
 * if the state has changed. */
static void put_state(struct note *n, const struct event *e, enum host h,
	const struct stay *s) {
	struct stay *shown =
		e->connection ? &n->shown[e->connection->number][h] : NULL;
	char text[24];

	if (!shown && e->reported && e->reported != n->unconnected[h]) {
		n->unconnected[h] = e->reported;
		put_note(n, h, pair_of(e), state_names[e->reported]);
	}
	if (!shown || !is_new_state(e, s, shown)) return;
	*shown = *s;
	put_note(n, h, pair_of(e), stay_text(s, text));
}

/* Whether this event is the return of a call that returned at once. Then the
 * result is shown where the call was entered. */
static bool is_joined(const struct event *e) {
	return e->prompt || (e->entered && e->call.act == SENDS &&
				    e->sent - e->entered->sent < MS);
}

static void put_call(struct note *n, const struct event *e) {
	const struct event *shown =
		e->returned && is_joined(e->returned) ? e->returned : e;
	char *text = NULL;

	if (is_joined(e)) return;
	if (shown->mark) append(&text, "(%d) ", shown->mark);
	append(&text, "%s", shown->call.text);
	put_note(n, e->host, pair_of(e), text);
	free(text);
	put_state(n, shown, e->host, shown->stay);
}

static void put_over_all(const char *before, const char *text) {
	printf("    Note over c1,s1: ");
	put_plain(before);
	put_plain(text);
	putchar('\n');
}

static void put_message(struct note *n, const struct timeline *t,
	const struct event *e, const struct options *o) {
	const char *arrow = e->received == NEVER ? "-x" :
			    e->sent == NEVER	 ? "-->>" :
						   "->>";
	char *text = NULL;

	put_state(n, e, e->host, e->stay);
	end_note(n);
	if (e->mark) append(&text, "(%d) ", e->mark);
	label(&text, e, o);
	if (t->pairs[pair_of(e) - 1].count > 1 && e->connection->number)
		append(&text, " #%d", e->connection->number);
	if (e->note) append(&text, " (%s)", e->note);
	printf("    %c%d%s%c%d: ", e->host == CLIENT ? 'c' : 's', pair_of(e),
		arrow, e->host == CLIENT ? 's' : 'c', pair_of(e));
	put_plain(text);
	putchar('\n');
	free(text);
	put_state(n, e, other(e->host), e->peer_stay);
}

char *view_mermaid(const struct timeline *t, const struct options *o) {
	const nanoseconds zero = zero_of(t);
	struct note n = {.pair = 0};

	printf("sequenceDiagram\n    title: ");
	put_plain(o->title);
	putchar('\n');
	for (int p = 0; p < t->pair_count || p == 0; p++)
		for (int h = CLIENT; h <= SERVER; h++) {
			char text[64] = "";

			if (p < t->pair_count)
				address_text(&t->pairs[p].end[h], text);
			printf("    participant %c%d as %s %s\n",
				h == CLIENT ? 'c' : 's', p + 1,
				host_name((enum host)h), text);
		}
	for (const struct event *e = t->first; e; e = e->next)
		if (e->kind == RUN)
			put_over_all(
				e->host == CLIENT ? "client$ " : "server$ ",
				e->command);
	n.shown = allocate(((size_t)t->connection_count + 1) * sizeof *n.shown);
	for (size_t i = 0; i < t->row_count; i++) {
		const struct event *e = t->rows[i].event;

		if (t->rows[i].part == CAME && e->in_parts)
			continue; /* the segment was shown when it left */
		if (e->kind == RUN || !is_chosen(e, zero, o)) continue;
		if (e->kind == FAULT && !e->attributed) {
			end_note(&n);
			put_over_all("wire: ", e->call.text);
		} else if (e->kind == CALL)
			put_call(&n, e);
		else if (e->kind == SEGMENT)
			put_message(&n, t, e, o);
	}
	end_note(&n);
	free(n.shown);
	return NULL;
}
