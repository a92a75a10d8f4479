/*
 * ruler.c - the times beside a ladder, and where they are not to scale
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"

static void duration(nanoseconds time, char to[32]) {
	const double ms = in_ms(time);

	if (ms < 0.1)
		snprintf(to, 32, "%.0f us", ms * 1000);
	else if (ms < 10)
		snprintf(to, 32, "%.2g ms", ms);
	else if (ms < 999.5)
		snprintf(to, 32, "%.0f ms", ms);
	else if (ms < 100000)
		snprintf(to, 32, "%.3g s", ms / 1000);
	else if (ms < 7200000)
		snprintf(to, 32, "%.0f min", ms / 60000);
	else
		snprintf(to, 32, "%.0f h", ms / 3600000);
}

struct ruler {
	struct drawing *d;
	const struct picture *p;
	double x, width, *taken; /* taken: heights at which texts stand */
	size_t count, room;
};

static bool put_on_ruler(struct ruler *r, double y, const char *text) {
	if ((double)strlen(text) * SMALL_LETTER > r->width) return false;
	for (size_t i = 0; i < r->count; i++)
		if (fabs(r->taken[i] - y) < 15) return false;
	r->taken = enlarge(r->taken, r->count, &r->room, sizeof *r->taken);
	r->taken[r->count++] = y;
	put_text(r->d->layer[TEXTS], "time", r->x, y, text);
	end_shape(r->d, TEXTS, y - 8, y + 8);
	return true;
}

/* Whether the time before moment i is drawn longer than to scale. */
static bool is_stretched(const struct picture *p, size_t i) {
	const struct moment *m = &p->moments[i];
	const double gap = (double)(m->time - m[-1].time);

	return !m->folded && m->y - m[-1].y > gap * p->scale + 2;
}

/* Draws a band beside each time that is not to scale: folded, or stretched. */
static void put_bands(struct ruler *r) {
	const struct picture *p = r->p;
	const double west = r->x - r->width;

	for (size_t i = 1, k; i < p->count; i = k) {
		const struct moment *from = &p->moments[i - 1], *to;
		const bool folded = p->moments[i].folded;
		double top = from->y, bottom;
		char text[32];

		k = i + 1;
		if (from->time < p->zero || (!folded && !is_stretched(p, i)))
			continue;
		while (!folded && k < p->count && is_stretched(p, k))
			k++;
		to = &p->moments[k - 1];
		bottom = to->y;
		if (folded) top += AROUND, bottom -= AROUND;
		put_box(r->d->layer[BACK], folded ? "fold" : "band", west, top,
			folded ? p->channel - west : r->width + 4,
			bottom - top);
		end_shape(r->d, BACK, top, bottom);
		r->d->seen[folded ? FOLDS : STRETCHES] = true;
		duration(to->time - from->time, text);
		if (to->y - from->y > 28)
			put_on_ruler(r, (from->y + to->y) / 2, text);
	}
}

/* Draws times between the folds, in steps of 1, 2, 5, 10, ... */
static void put_ticks(struct ruler *r) {
	const struct picture *p = r->p;
	nanoseconds step = 1;

	for (int i = 0; (double)step * p->scale < 40; i++)
		step = i % 3 == 1 ? step / 2 * 5 : step * 2;
	for (size_t i = 1; i < p->count; i++) {
		const struct moment *to = &p->moments[i], *from = to - 1;
		nanoseconds time = from->time - p->zero;

		if (to->folded || time < 0 || from->time == to->time) continue;
		time = (time + step - 1) / step * step;
		for (; time <= to->time - p->zero; time += step) {
			const double part =
				(double)(time + p->zero - from->time) /
				(double)(to->time - from->time);
			const double y = from->y + part * (to->y - from->y);
			char text[32];

			snprintf(text, sizeof text, "%.10g", in_ms(time));
			if (!put_on_ruler(r, y, text)) continue;
			put_line(r->d->layer[BACK], "grid", r->x + 4, y,
				p->channel, y);
			end_shape(r->d, BACK, y, y);
		}
	}
}

void put_ruler(struct drawing *d, const struct picture *p) {
	struct ruler r = {
		.d = d, .p = p, .x = ruler_x(p), .width = ruler_width(p) - 6};

	put_bands(&r);
	put_ticks(&r);
	free(r.taken);
}
