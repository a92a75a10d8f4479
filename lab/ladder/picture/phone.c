/*
 * phone.c - notes beneath a narrow picture: the texts that it has no room for
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "picture.h"

/* Writes the name of note n: "a" to "z", then "aa" to "zz". */
static void letters(int n, char to[4]) {
	if (n < 26)
		snprintf(to, 4, "%c", 'a' + n);
	else
		snprintf(to, 4, "%c%c", 'a' + n / 26 - 1, 'a' + n % 26);
}

struct notes {
	struct drawing *d;
	const struct picture *p;
	double x, y;
	size_t room;
};

/* Draws a note, wrapped; all lines but the first are indented. */
static void put_note_line(
	struct notes *n, const char *class, const char *text) {
	bool first = true;

	while (*text) {
		const size_t room = n->room - (first ? 0 : 3);
		const size_t size = line_length(text, room, room / 2);
		char line[128];

		snprintf(line, sizeof line, "%.*s", (int)size, text);
		put_text(n->d->layer[TEXTS], class,
			n->x + (first ? 0 : 3 * SMALL_LETTER), n->y, line);
		n->y += NOTE;
		text += size;
		text += strspn(text, " \n");
		first = false;
	}
}

static double ms_of(const struct picture *p, const struct moment *m) {
	return in_ms(m->time - p->zero);
}

/* Draws a letter, or the call's mark, at the host's line; and beneath the
 * picture a note that begins with this letter and has the call's text. */
static void put_call_note(
	struct notes *n, const struct bar *b, const char *name) {
	const struct picture *p = n->p;
	char *text = NULL, call[CALL_TEXT], times[32];

	if (b->mark)
		put_mark(n->d->layer[TEXTS], b->mark,
			line_of(p, b->host) +
				out_of(b->host) * (beside(p, b->host) + 8),
			end_of_bar(b)->y);
	else {
		char class[32];

		snprintf(class, sizeof class, "key %s", host_name(b->host));
		put_text(n->d->layer[TEXTS], class,
			line_of(p, b->host) +
				out_of(b->host) * beside(p, b->host),
			b->from->y, name);
	}
	append(&text, "%s ", name);
	if (b->mark) append(&text, "(%d) ", b->mark);
	if (b->from->time >= p->zero) append(&text, "%.1f ", ms_of(p, b->from));
	fit_call(b->call, has_result(b) ? THE_CALL | ITS_RESULT : THE_CALL,
		CALL_TEXT, "", call);
	append(&text, "%s: %s%s", host_name(b->host), call,
		times_text(b->times, b->others, times));
	if (b->to) append(&text, " at %.1f", ms_of(p, b->to));
	put_note_line(n, b->call->failed ? "note failed" : "note", text);
	free(text);
}

static void put_states(struct notes *n, enum host h) {
	char *text = NULL, name[32];

	append(&text, "States of the %s:", host_name(h));
	for (size_t i = 0; i < n->p->chip_count; i++) {
		const struct chip *k = &n->p->chips[i];

		if (k->host != h) continue;
		append(&text, " %s", chip_text(k, name));
		if (k->at->time >= n->p->zero)
			append(&text, " %.1f", ms_of(n->p, k->at));
	}
	put_note_line(n, "note", text);
	free(text);
}

void put_notes(struct drawing *d, const struct picture *p) {
	const double left = ruler_x(p) - ruler_width(p) + 8;
	struct notes n = {d, p, left, p->bottom + 20,
		(size_t)((p->channel + p->outer[SERVER] - left) /
			 SMALL_LETTER)};
	char name[4];

	for (size_t i = 0; i < p->bar_count; i++) {
		letters((int)i % 700, name);
		put_call_note(&n, &p->bars[i], name);
	}
	for (size_t i = 0; i < p->arrow_count; i++) {
		const struct arrow *a = &p->arrows[i];

		for (int l = 0; l < a->lines; l++)
			if (a->line[l].outside) {
				char *text = NULL;

				if (!l && a->mark)
					append(&text, "(%d) ", a->mark);
				if (l) append(&text, "%d ", a->event->number);
				append(&text, "%s", a->line[l].text);
				put_note_line(&n, "note", text);
				free(text);
			}
	}
	for (int h = CLIENT; h <= SERVER; h++)
		put_states(&n, (enum host)h);
	end_shape(d, TEXTS, p->top, n.y);
	d->bottom = n.y;
}
