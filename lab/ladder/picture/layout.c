/*
 * layout.c - how far down each moment is, and where the arrows run
 *
 * A time has the same height at both hosts. The heights are to scale, with two
 * exceptions: a host's moments are at least a row apart, so that none hides
 * another; and a long pause is folded, so that its height grows only with the
 * logarithm of its time.
 */
#include <math.h>
#include <string.h>

#include "picture.h"

enum { FLIGHT = 52, FOLD = 26, DOUBLING = 9, INSET = 5 };

static double fold_height(const struct picture *p, nanoseconds time) {
	return FOLD + 2 * AROUND +
	       DOUBLING * log2((double)time / (double)p->unit);
}

static void set_heights(struct picture *p) {
	double least[2] = {p->top, p->top}, y = p->top;

	p->scale = FLIGHT / (double)p->unit;
	for (size_t i = 0; i < p->count; i++) {
		struct moment *m = &p->moments[i];
		const struct moment *before = i ? m - 1 : m;
		const nanoseconds gap = m->time - before->time;

		if (m->folded)
			y += fold_height(p, gap);
		else if (before->time >= p->zero)
			y += (double)gap * p->scale;
		for (int h = CLIENT; h <= SERVER; h++)
			if (is_of(m, (enum host)h)) y = fmax(y, least[h]);
		m->y = y;
		for (int h = CLIENT; h <= SERVER; h++)
			if (is_of(m, (enum host)h))
				least[h] = y + ROW + m->below;
	}
	p->bottom = fmax(y + ROW, fmax(least[CLIENT], least[SERVER]));
}

/* ---- arrows ------------------------------------------------------------- */

static void add_point(struct arrow *a, double x, double y) {
	if (a->count < MOST_POINTS) a->point[a->count++] = (struct point){x, y};
}

/* Sets the points of an arrow: straight from end to end, but broken where it
 * goes through a fold. */
static void bend(struct arrow *a, double x1, double x2) {
	const double flight = (double)(a->to->time - a->from->time);
	const struct moment *m = a->from;

	a->count = 0;
	memset(a->broken, 0, sizeof a->broken);
	add_point(a, x1, a->from->y);
	while (++m <= a->to && flight > 0) {
		const struct moment *before = m - 1;
		double from, to;

		if (!m->folded) continue;
		if (a->count + 3 > MOST_POINTS) break;
		from = (double)(before->time - a->from->time) / flight;
		to = (double)(m->time - a->from->time) / flight;
		add_point(a, x1 + (x2 - x1) * from, before->y + AROUND);
		a->broken[a->count - 1] = true;
		add_point(a, x1 + (x2 - x1) * to, m->y - AROUND);
	}
	add_point(a, x2, a->to->y);
	a->base = 0;
	for (int i = 1; i + 1 < a->count; i++)
		if (!a->broken[i] && fabs(a->point[i + 1].x - a->point[i].x) >
					     fabs(a->point[a->base + 1].x -
						     a->point[a->base].x))
			a->base = i;
}

static struct point between(struct point a, struct point b, double part) {
	return (struct point){
		a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part};
}

static void place_arrow(struct picture *p, struct arrow *a) {
	const bool east = a->event->host == CLIENT;
	const double x1 = east ? INSET : p->channel - INSET;
	const double x2 = p->channel - x1;

	if (a->how == AGAIN && a->original != (size_t)(a - p->arrows)) {
		const struct arrow *o = &p->arrows[a->original];
		const struct point fork =
			between(o->point[o->base], o->point[o->base + 1], 0.5);

		a->count = 0;
		add_point(a, fork.x, fork.y);
		add_point(a, x2, a->to->y);
		a->base = 0;
		return;
	}
	bend(a, x1, x2);
}

void lay_out(struct picture *p) {
	for (int again = 0; again < 20; again++) {
		set_heights(p);
		for (size_t i = 0; i < p->arrow_count; i++)
			place_arrow(p, &p->arrows[i]);
		if (place_labels(p)) break;
	}
}
