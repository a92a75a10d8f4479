/*
 * mermaid.c - the ladder as a Mermaid sequence diagram
 *
 * Segments are messages, a cross ends what was lost; calls, states and what
 * there is to note are notes.
 */
#include <stdlib.h>
#include <string.h>

#include "ladder.h"

/* Text, in which nothing is Mermaid's, or markup. */
static void put_escaped(const char *text) {
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

static void put_note(enum host h, int pair, const char *text) {
	printf("    Note %s%d: ", h == CLIENT ? "left of c" : "right of s",
		pair);
	put_escaped(text);
	putchar('\n');
}

static void put_state(struct event *e, enum host h, const struct stay *s) {
	struct side *side = e->connection ? &e->connection->side[h] : NULL;
	char text[24];

	if (!side && e->told) put_note(h, pair_of(e), state_names[e->told]);
	if (!side || !s || !s->state || s->state == side->shown) return;
	side->shown = s->state;
	put_note(h, pair_of(e), stay_text(s, text));
}

static void put_over_all(const char *before, const char *text) {
	printf("    Note over c1,s1: ");
	put_escaped(before);
	put_escaped(text);
	putchar('\n');
}

static void put_message(
	struct timeline *t, struct event *e, const struct options *o) {
	const char *arrow = e->received == NEVER ? "-x" :
			    e->sent == NEVER	 ? "-->>" :
						   "->>";
	char *text = NULL;

	put_state(e, e->host, e->stay);
	label(&text, e, o);
	if (t->pairs[pair_of(e) - 1].count > 1 && e->connection->number)
		append(&text, " #%d", e->connection->number);
	if (e->note) append(&text, " (%s)", e->note);
	printf("    %c%d%s%c%d: ", e->host == CLIENT ? 'c' : 's', pair_of(e),
		arrow, e->host == CLIENT ? 's' : 'c', pair_of(e));
	put_escaped(text);
	putchar('\n');
	free(text);
	put_state(e, other(e->host), e->peer_stay);
}

void view_mermaid(struct timeline *t, const struct options *o) {
	const nanoseconds zero = zero_of(t);
	struct row r;

	printf("sequenceDiagram\n    title: ");
	put_escaped(o->title);
	putchar('\n');
	for (int p = 0; p < t->pair_count || p == 0; p++)
		for (int h = CLIENT; h <= SERVER; h++) {
			char text[64] = "";

			if (p < t->pair_count)
				address_text(&t->pairs[p].end[h], text);
			printf("    participant %c%d as %s %s\n",
				h == CLIENT ? 'c' : 's', p + 1,
				h == CLIENT ? "client" : "server", text);
		}
	for (const struct event *e = t->first; e; e = e->next)
		if (e->kind == RUN)
			put_over_all(
				e->host == CLIENT ? "client$ " : "server$ ",
				e->what);
	while (next_row(t->sequence, &r, true)) {
		struct event *e = r.event;

		if (r.part == CAME && e->in_parts)
			continue; /* it was told as it left */
		if (e->kind == RUN || !is_chosen(e, zero, o)) continue;
		if (e->kind == FAULT && !e->entry)
			put_over_all("wire: ", e->what);
		else if (e->kind == CALL) {
			struct event *told = e->returned ? e->returned : e;

			put_note(e->host, pair_of(e), told->what);
			put_state(told, e->host, told->stay);
		} else if (e->kind == SEGMENT)
			put_message(t, e, o);
	}
}
