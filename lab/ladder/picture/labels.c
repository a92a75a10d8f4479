/*
 * labels.c - where the arrows' labels stand: above their arrow, and notes
 * beneath the arrow. A label that would cover another arrow or another label
 * stands outside: beside a host's line, in the row of the arrow's end.
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"

enum { MARGIN = 14, STEP = 6, CLEAR = 14, MOST_EXTRA = 8 * CLEAR };
enum { ABOVE = 9, BELOW = 9, APART = 17 };
#define STEEPEST 0.84 /* the greatest dy / dx at which text is readable */

/* ---- their texts -------------------------------------------------------- */

static void add_line(struct arrow *a, char *text) {
	if (a->lines < MOST_LINES)
		a->line[a->lines++].text = text;
	else
		free(text);
}

/* Adds the notes "a; b; c". Each line has as many notes as fit. */
static void add_notes(struct arrow *a, const char *notes, size_t room) {
	char *line = NULL;

	while (*notes) {
		size_t n = strcspn(notes, ";");

		if (line && strlen(line) + n + 2 > room) {
			add_line(a, line);
			line = NULL;
		}
		note(&line, "%.*s", (int)n, notes);
		notes += n + (notes[n] == ';');
		notes += strspn(notes, " ");
	}
	if (line) add_line(a, line);
}

static void write_lines(struct picture *p, struct arrow *a) {
	const size_t room = (size_t)((p->channel - 3 * MARGIN) / SMALL_LETTER);
	const char *notes = a->event->note;
	char *text = NULL;

	append(&text, "%d ", a->event->number);
	if (a->original != (size_t)(a - p->arrows))
		append(&text, "again");
	else
		label(&text, a->event, p->o);
	if (p->numbered && a->event->connection &&
		!a->event->connection->any_port) {
		append(&text, " ");
		ports_of(&text, a->event->connection);
	}
	add_line(a, text);
	if (notes && a->how == AGAIN) notes += strcspn(notes, ";");
	if (notes) add_notes(a, notes + strspn(notes, "; "), room);
	if (p->o->details && a->event->detail)
		add_notes(a, a->event->detail, room);
	for (int i = 0; i < a->lines; i++) {
		const bool small = i || p->o->form == NARROW;

		a->line[i].box.half_width =
			((double)strlen(a->line[i].text) *
					(small ? SMALL_LETTER : LETTER) +
				(i ? 0 : mark_width(a)) + SLACK) /
			2;
	}
}

double mark_width(const struct arrow *a) {
	return a->mark ? 20 : 0;
}

/* ---- geometry ----------------------------------------------------------- */

/* Whether the line from a to b meets the box. */
static bool meets_line(const struct box *box, struct point a, struct point b) {
	const double ax = a.x - box->at.x, ay = a.y - box->at.y;
	const double bx = b.x - box->at.x, by = b.y - box->at.y;
	const double ux = box->along.x, uy = box->along.y;
	const double from[2] = {ax * ux + ay * uy, ay * ux - ax * uy};
	const double to[2] = {bx * ux + by * uy, by * ux - bx * uy};
	const double half[2] = {box->half_width, box->half_height};
	/* the part of the line inside the box, as fractions of its length */
	double first = 0, last = 1;

	for (int i = 0; i < 2; i++) {
		const double way = to[i] - from[i];
		double in, out;

		if (fabs(way) < 1e-9) {
			if (fabs(from[i]) > half[i]) return false;
			continue;
		}
		in = ((way > 0 ? -half[i] : half[i]) - from[i]) / way;
		out = ((way > 0 ? half[i] : -half[i]) - from[i]) / way;
		if (in > first) first = in;
		if (out < last) last = out;
	}
	return first <= last;
}

static struct point corner(const struct box *b, int right, int down) {
	const double w = right * b->half_width, h = down * b->half_height;

	return (struct point){b->at.x + w * b->along.x - h * b->along.y,
		b->at.y + w * b->along.y + h * b->along.x};
}

static bool meets_box(const struct box *a, const struct box *b) {
	static const int way[5][2] = {
		{-1, -1}, {1, -1}, {1, 1}, {-1, 1}, {-1, -1}};

	if (fabs(a->at.y - b->at.y) >
		a->half_width + a->half_height + b->half_width + b->half_height)
		return false;
	for (int i = 0; i < 4; i++)
		if (meets_line(a, corner(b, way[i][0], way[i][1]),
			    corner(b, way[i + 1][0], way[i + 1][1])))
			return true;
	return meets_line(b, a->at, a->at);
}

/* Whether the box meets the arrow as it is drawn: a lost segment's arrow ends
 * at its cross. */
static bool meets_arrow(const struct box *b, const struct arrow *a) {
	for (int i = 0; i + 1 < a->count; i++) {
		const bool ends = a->crossed && i == a->base;

		if (meets_line(b, a->point[i],
			    ends ? a->cross.at : a->point[i + 1]))
			return true;
		if (ends) break;
	}
	return false;
}

static bool meets_texts(const struct box *b, const struct arrow *a) {
	for (int i = 0; i < a->lines; i++)
		if (a->line[i].placed && meets_box(b, &a->line[i].box))
			return true;
	return a->crossed &&
	       (meets_box(b, &a->cross) || meets_box(b, &a->word));
}

/* The arrows near an arrow; a label must not meet these or their texts. */
struct crowd {
	const struct arrow **at;
	size_t count;
};

static void range_of(const struct arrow *a, double *from, double *to) {
	*from = fmin(a->point[0].y, a->point[a->count - 1].y);
	*to = fmax(a->point[0].y, a->point[a->count - 1].y);
}

static void find_crowd(
	const struct picture *p, const struct arrow *a, struct crowd *c) {
	double from, to, top, bottom;

	range_of(a, &from, &to);
	c->count = 0;
	for (size_t i = 0; i < p->arrow_count; i++) {
		range_of(&p->arrows[i], &top, &bottom);
		if (&p->arrows[i] != a && bottom > from - 80 && top < to + 80)
			c->at[c->count++] = &p->arrows[i];
	}
}

static bool is_free(const struct box *b, const struct crowd *c) {
	for (size_t i = 0; i < c->count; i++)
		if (meets_arrow(b, c->at[i]) || meets_texts(b, c->at[i]))
			return false;
	return true;
}

/* Returns the length of the arrow's piece along which the labels lie. */
static double length_of(const struct arrow *a) {
	const struct point from = a->point[a->base], to = a->point[a->base + 1];

	return hypot(to.x - from.x, to.y - from.y);
}

/* Returns 1 if the arrow points to the right, else -1. */
static double way_of(const struct arrow *a) {
	return a->point[a->base + 1].x > a->point[a->base].x ? 1 : -1;
}

/* Returns the direction of the piece along which the labels lie, from left to
 * right. */
static struct point direction(const struct arrow *a) {
	const struct point from = a->point[a->base], to = a->point[a->base + 1];
	const double way = way_of(a), all = length_of(a);

	return (struct point){
		(to.x - from.x) * way / all, (to.y - from.y) * way / all};
}

/* Returns a box along the piece along which the labels lie. The box's middle is
 * `on` px from the piece's tail, and `above` px above the line. */
static struct box box_on(
	const struct arrow *a, double on, double above, double w, double h) {
	const double way = way_of(a);
	struct box b = {.along = direction(a),
		.half_width = w / 2,
		.half_height = h / 2};

	b.at.x = a->point[a->base].x + way * on * b.along.x + above * b.along.y;
	b.at.y = a->point[a->base].y + way * on * b.along.y - above * b.along.x;
	return b;
}

/* ---- places ------------------------------------------------------------- */

/* Puts the cross at two thirds of the arrow's length, or at the nearest free
 * place, with the word "lost" after or beside the cross. Returns false if no
 * place is free; then the cross covers something. */
static bool place_cross(struct arrow *a, const struct crowd *c) {
	const double all = length_of(a);

	for (int i = 0; i < 52; i++) { /* tries 0.667, 0.687, 0.647, ... */
		const double part =
			2.0 / 3 + (i % 2 ? 0.02 : -0.02) * ((i + 1) / 2);
		const double on = all * part;

		if (part < 0.15 || part > 0.85) continue;
		a->cross = box_on(a, on, 0, 2 * CLEAR, 2 * CLEAR);
		if (!is_free(&a->cross, c)) continue;
		for (int beside = 0; beside < 3; beside++) {
			a->word = box_on(a, on + (beside ? 0 : 28),
				beside == 1 ? 15 :
				beside == 2 ? -15 :
					      0,
				4 * LETTER, 13);
			if (is_free(&a->word, c)) return a->crossed = true;
		}
	}
	a->cross = box_on(a, all * 2 / 3, 0, 2 * CLEAR, 2 * CLEAR);
	a->word = box_on(a, all * 2 / 3 + 28, 0, 4 * LETTER, 13);
	a->crossed = true;
	return false;
}

/* Places a text along the arrow, at the free place nearest to the arrow's
 * middle. Returns false if no place is free. */
static bool place_line(
	struct arrow *a, int i, double above, const struct crowd *c) {
	struct line_of_text *l = &a->line[i];
	const double width = 2 * l->box.half_width;
	const struct point along = direction(a);
	double all = length_of(a), room;

	if (fabs(along.y) > STEEPEST * fabs(along.x)) return false;
	if (a->how == LOST && i == 0)
		all = hypot(a->cross.at.x - a->point[a->base].x,
			      a->cross.at.y - a->point[a->base].y) +
		      MARGIN - 8;
	room = (all - width) / 2 - MARGIN;
	/* tries 0, 6, -6, 12, ... px from the middle */
	for (int n = 0; (n + 1) / 2 * STEP <= room; n++) {
		const int off = (n + 1) / 2 * (n % 2 ? STEP : -STEP);

		l->box = box_on(a, all / 2 + off, above, width,
			i	? 12 :
			a->mark ? 17 :
				  13);
		if (a->how == LOST && meets_box(&l->box, &a->word)) continue;
		if (is_free(&l->box, c)) return true;
	}
	return false;
}

/* Returns the end of the arrow in whose row the labels outside stand: the tail,
 * if the segment was recorded there; otherwise the head. */
struct moment *row_of(const struct arrow *a) {
	return a->from && a->from->kind != NEVER_SEEN ? a->from : a->to;
}

enum host side_of(const struct arrow *a) {
	const struct moment *m = row_of(a);

	return m->host == BOTH ? a->event->host : m->host;
}

size_t fitting(
	const struct picture *p, const struct arrow *a, const char *part) {
	const double width = OUTER - beside(p, side_of(a)) - mark_width(a);
	const size_t room = width > 12 * LETTER ? (size_t)(width / LETTER) : 12;

	return line_length(part, room, 0);
}

static double outside_height(const struct picture *p, const struct arrow *a) {
	const char *part = a->line[0].text;
	double height = 0;

	while (*part) {
		part += fitting(p, a, part);
		part += *part == ' ';
		height += ROW;
	}
	return height;
}

/* Makes the host's row before m higher, too: by `extra`, if a cross has found
 * no free place. */
static void make_room_above(
	struct picture *p, const struct moment *m, double extra) {
	for (struct moment *above = &p->moments[m - p->moments];
		above-- > p->moments;)
		if (is_of(above, m->host)) {
			if (above->below < extra) above->below = extra;
			return;
		}
}

/* Sets the height that the arrow's ends need beyond a row: room for the texts
 * above and beneath the arrow. */
static void make_room(struct picture *p, struct arrow *a) {
	struct moment *ends[] = {a->from, a->to};
	struct moment *row = row_of(a);
	double inside = 0, outside = 0;
	/* until the arrow is laid out, its direction is a guess */
	const struct point along =
		a->count ? direction(a) : (struct point){0.9, 0};

	for (int i = 0; i < a->lines; i++)
		if (a->line[i].outside)
			outside += i ? NOTE : outside_height(p, a);
		else if (i)
			inside += NOTE;
	if (a->how == LOST) inside += (inside > 0 ? 5 : 15) + a->extra;
	inside = (inside + APART) / fmax(fabs(along.x), 0.5) - ROW;
	if (inside < 2) inside = 2;
	for (int i = 0; i < 2; i++) {
		if (!ends[i]) continue;
		if (ends[i]->below < inside) ends[i]->below = inside;
		make_room_above(p, ends[i], a->extra);
	}
	if (outside == 0) return;
	if (!is_news(p, row, side_of(a))) outside -= ROW;
	if (row->below < outside) row->below = outside;
}

static void make_all_room(struct picture *p) {
	for (size_t i = 0; i < p->count; i++)
		p->moments[i].below = 0;
	for (size_t i = 0; i < p->arrow_count; i++)
		make_room(p, &p->arrows[i]);
}

/* Writes the labels, and makes room for them as if none stood outside. */
void write_labels(struct picture *p) {
	for (size_t i = 0; i < p->arrow_count; i++)
		write_lines(p, &p->arrows[i]);
	make_all_room(p);
}

/* Places all labels. Returns false if the heights of rows have changed: then
 * the caller must lay out the whole picture again. */
bool place_labels(struct picture *p) {
	struct crowd crowd = {
		allocate((p->arrow_count + 1) * sizeof(struct arrow *)), 0};
	double *below = allocate((p->count + 1) * sizeof *below);
	bool settled = true;

	for (size_t i = 0; i < p->arrow_count; i++) {
		p->arrows[i].crossed = false;
		for (int l = 0; l < p->arrows[i].lines; l++)
			p->arrows[i].line[l].placed = false;
	}
	for (size_t i = 0; i < p->arrow_count; i++)
		if (p->arrows[i].how == LOST) {
			find_crowd(p, &p->arrows[i], &crowd);
			if (!place_cross(&p->arrows[i], &crowd) &&
				p->arrows[i].extra < MOST_EXTRA) {
				p->arrows[i].extra += CLEAR;
				settled = false;
			}
		}
	for (size_t i = 0; i < p->arrow_count; i++) {
		struct arrow *a = &p->arrows[i];
		int beneath = 0;

		find_crowd(p, a, &crowd);
		for (int l = 0; l < a->lines; l++) {
			struct line_of_text *t = &a->line[l];
			const double above =
				!l ? ABOVE :
				     -BELOW - NOTE * beneath -
						(a->how == LOST ? 5 : 0);

			if (!t->outside)
				t->placed = place_line(a, l, above, &crowd);
			t->outside = !t->placed;
			beneath += l && t->placed;
		}
	}
	for (size_t i = 0; i < p->count; i++)
		below[i] = p->moments[i].below;
	make_all_room(p);
	for (size_t i = 0; i < p->count; i++)
		settled &= fabs(p->moments[i].below - below[i]) < 2;
	free(below);
	free(crowd.at);
	return settled;
}
