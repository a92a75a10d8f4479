/*
 * draw.c - draws a pair of hosts, as shapes of SVG
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"

enum { CHIP = 10, MARK = 22 };
enum { WIDEST = 920, CHANNEL = 390, LEAST_CHANNEL = 280, PHONE_CHANNEL = 260 };

/* ---- hosts -------------------------------------------------------------- */

static void put_life(struct drawing *d, const struct picture *p, enum host h) {
	const double x = line_of(p, h);

	put_line(d->layer[LIVES], "life", x, p->top - 12, x, p->bottom);
	end_shape(d, LIVES, p->top - 12, p->bottom);
	for (size_t i = 1; i < p->count; i++) {
		const double y = (p->moments[i].y + p->moments[i - 1].y) / 2;

		if (!p->moments[i].folded) continue;
		for (int paper = 1; paper >= 0; paper--)
			fprintf(d->layer[ARROWS],
				"<path class=\"%s\" d=\"M%s %sl0 3l-6 3l12 6l-12 6l12 6l-6 3l0 3\"/>\n",
				paper ? "gap" : "zigzag", px(x), px(y - 15));
		end_shape(d, ARROWS, y - 15, y + 15);
	}
}

static void ports_at(const struct picture *p, enum host h, char text[64]) {
	const struct connection *one = only_one(p->t, p->pair, p->o);

	*text = '\0';
	if (one)
		end_text(&one->side[h].end, text);
	else if (p->t->pair_count)
		address_text(&p->t->pairs[p->pair - 1].end[h], text);
}

/* Writes "server 192.0.2.2:9000". */
static void head_of(const struct picture *p, enum host h, char text[128]) {
	char end[64];

	ports_at(p, h, end);
	snprintf(text, 128, "%s %s", host_name(h), end);
}

/* Draws what stands above the lines: the hosts' names, and the unit of the
 * times. */
void put_heads(FILE *to, const struct picture *p, double y) {
	for (int h = CLIENT; h <= SERVER; h++) {
		const enum host host = (enum host)h;
		const double edge = h == CLIENT ? ruler_x(p) + 12 :
						  p->channel + p->outer[SERVER];
		char text[64], both[128], class[32];

		ports_at(p, host, text);
		head_of(p, host, both);
		snprintf(class, sizeof class, "host %s", host_name(host));
		if (!is_narrow(p)) {
			put_text(to, class, line_of(p, host), y, both);
			continue;
		}
		put_text(to, class, edge, y - 14, host_name(host));
		put_text(to, class, edge, y, text);
	}
	put_text(to, "time", ruler_x(p), y, "ms");
}

/* ---- states ------------------------------------------------------------- */

static double chip_width(const struct chip *k) {
	char text[32];

	return (double)strlen(chip_text(k, text)) * SMALL_LETTER + CHIP;
}

/* Returns the width of a host's chips (states) in the row of a moment. */
static double chips_width(
	const struct picture *p, const struct moment *m, enum host h) {
	double width = 0;

	for (size_t i = 0; i < p->chip_count; i++)
		if (is_named(&p->chips[i], m, h))
			width += chip_width(&p->chips[i]) + 6;
	return width;
}

static const char *state_class(const struct chip *k, char text[64]) {
	snprintf(text, 64, "%s%s", state_names[k->state],
		k->seen ? "" : " inferred");
	return text;
}

static void put_chip(struct drawing *d, const struct picture *p, size_t i) {
	const struct chip *k = &p->chips[i];
	const int out = out_of(k->host);
	const double line = line_of(p, k->host), y = k->at->y;
	const double w = chip_width(k);
	FILE *to = d->layer[TEXTS];
	double x = line + out * beside(p, k->host);
	char text[32], class[64];

	for (size_t b = 0; b < i; b++) /* farther out than earlier chips */
		if (is_named(&p->chips[b], k->at, k->host))
			x += out * (chip_width(&p->chips[b]) + 6);
	if (out < 0) x -= w;
	fprintf(to, "<g class=\"chip %s\">", state_class(k, class));
	put_line(to, "lead", line, y, out < 0 ? x + w : x, y);
	fprintf(to,
		"<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"16\" rx=\"4\"/>",
		px(x), px(y - 8), px(w));
	put_text(to, "state", x + w / 2, y - 0.5, chip_text(k, text));
	fputs("</g>\n", to);
	end_shape(d, TEXTS, y - 8, y + 8);
}

/* Draws a state along its host's line, until the state ends. */
static void put_span(
	struct drawing *d, const struct picture *p, const struct chip *k) {
	const double x = line_of(p, k->host) + out_of(k->host) * 10 * k->lane;
	const double end = k->until ? k->until->y : p->bottom;
	char class[64], both[80];

	if (!k->spans) return;
	snprintf(both, sizeof both, "span %s", state_class(k, class));
	put_line(d->layer[LIVES], both, x, k->at->y, x, end);
	end_shape(d, LIVES, k->at->y, end);
	d->seen[k->seen ? REPORTED_STATES : INFERRED_STATES] = true;
}

/* ---- calls -------------------------------------------------------------- */

/* Returns how far from its host's line a call's text begins. */
static double text_at(const struct picture *p, const struct bar *b,
	const struct moment *m, int mark) {
	return beside(p, b->host) + chips_width(p, m, b->host) +
	       (mark ? MARK : 0);
}

/* Returns how many letters of a call's text fit. */
static int room_for(const struct picture *p, const struct bar *b,
	const struct moment *m, int mark) {
	return (int)((p->outer[b->host] - text_at(p, b, m, mark)) / LETTER);
}

/* Returns what stands beside the end of a bar: the result. Before it stands the
 * call, if the entry is hard to find (the bar is long, or other calls stand in
 * between) and there is room. */
static int shown_at_foot(const struct picture *p, const struct bar *b) {
	const struct call *c = b->call;
	const size_t least = c->name.at + c->name.size + 5 + c->result.size;
	const bool named = (b->apart || b->to->y - b->from->y > 160) &&
			   (int)least <= room_for(p, b, b->to, b->mark);

	return named ? THE_CALL | ITS_RESULT : ITS_RESULT;
}

static void put_call_text(struct drawing *d, const struct picture *p,
	const struct bar *b, const struct moment *m, int shown, int mark,
	bool failed) {
	const int out = out_of(b->host);
	const double x = line_of(p, b->host) + out * text_at(p, b, m, mark);
	FILE *to = d->layer[TEXTS];
	char class[48], fitting[CALL_TEXT], times[32], *whole = NULL;

	fit_call(b->call, shown,
		room_for(p, b, m, mark) -
			(int)strlen(times_text(b->times, b->others, times)),
		CUT, fitting);
	append(&whole, "%s%s", fitting, times);
	snprintf(class, sizeof class, "call %s%s%s", host_name(b->host),
		failed ? " failed" : "", mark ? " marked" : "");
	put_text(to, class, x, m->y, whole);
	free(whole);
	if (mark) put_mark(to, mark, x - out * 10, m->y);
	end_shape(d, TEXTS, m->y - 8, m->y + 8);
}

static void put_call(
	struct drawing *d, const struct picture *p, const struct bar *b) {
	const double x = line_of(p, b->host) +
			 out_of(b->host) * (bars_at(p, b->host) + 8 * b->lane);
	const double top = b->from->y - 4;
	const double bottom = !b->to && !b->in_one_line ?
				      p->bottom :
				      end_of_bar(b)->y + (b->to ? 0 : 4);
	const bool one_line = b->in_one_line && has_result(b);

	if (b->lane >= 0) {
		put_box(d->layer[LIVES], "bar", x - 2.5, top, 5, bottom - top);
		end_shape(d, LIVES, top, bottom);
	}
	put_call_text(d, p, b, b->from,
		one_line ? THE_CALL | ITS_RESULT : THE_CALL,
		b->to ? 0 : b->mark, b->in_one_line && b->call->failed);
	if (b->to)
		put_call_text(d, p, b, b->to, shown_at_foot(p, b), b->mark,
			b->call->failed);
	d->seen[CALLS] = true;
}

/* ---- segments ----------------------------------------------------------- */

/* Prints the number, the flags and the rest of a label, each in its own
 * style. */
static void put_label_words(FILE *to, const struct arrow *a, const char *text) {
	const size_t number = strcspn(text, " ");
	const char *rest = text + number + 1;
	char flags[64];
	size_t n;

	what_of(a->event, flags);
	n = strncmp(rest, flags, strlen(flags)) == 0 ? strlen(flags) :
						       strlen(rest);
	fprintf(to, "<tspan class=\"n\">%.*s</tspan> <tspan class=\"f\">",
		(int)number, text);
	for (size_t i = 0; i < n; i++)
		put_xml(to, (char[]){rest[i], '\0'});
	fputs("</tspan>", to);
	put_xml(to, rest + n);
}

static const char *line_class(const struct arrow *a, int i) {
	return i == 0					 ? "label" :
	       strstr(a->line[i].text, "retransmission") ? "note again" :
							   "note";
}

/* Returns an attribute of SVG that turns a text into the box's direction, and
 * moves the origin to the box's middle. */
static const char *turned(const struct box *b, char text[80]) {
	const double degrees =
		round(atan2(b->along.y, b->along.x) * 1800 / acos(-1)) / 10;

	snprintf(text, 80, "transform=\"translate(%s %s)rotate(%.10g)\"",
		px(b->at.x), px(b->at.y), degrees + 0.0);
	return text;
}

static void put_inside(FILE *to, const struct arrow *a, int i) {
	const struct box *b = &a->line[i].box;
	const double shift = i ? 0 : mark_width(a) / 2;
	char where[80];

	turned(b, where);
	if (shift > 0) {
		fprintf(to, "<g %s>", where);
		put_mark(to, a->mark, 9 - b->half_width, 0);
		fprintf(to, "<text class=\"%s\" x=\"%s\" y=\"4.5\">",
			line_class(a, i), px(shift));
	} else
		fprintf(to, "<text class=\"%s\" %s y=\"4.5\">",
			line_class(a, i), where);
	if (i == 0)
		put_label_words(to, a, a->line[0].text);
	else
		put_xml(to, a->line[i].text);
	fputs(shift > 0 ? "</text></g>\n" : "</text>\n", to);
}

static void begin_outside(
	FILE *to, const char *class, enum host h, double x, double y) {
	fprintf(to, "<text class=\"%s out %s\" x=\"%s\" y=\"%s\">", class,
		host_name(h), px(x), px(y + 4.5));
}

/* Draws the lines of text that have no room at the arrow: outside, in the row
 * of the arrow's end. A thin line leads from there to them. */
static void put_outside(
	FILE *to, const struct picture *p, const struct arrow *a, double y) {
	const enum host h = side_of(a);
	const int out = out_of(h);
	const double line = line_of(p, h), x = line + out * beside(p, h);

	put_line(to, "lead", line, row_of(a)->y,
		x + out * (a->mark && a->line[0].outside ? 14 : -3), y);
	for (int i = 0; i < a->lines; i++) {
		const char *text = a->line[i].text;

		if (!a->line[i].outside) continue;
		if (i > 0) {
			begin_outside(to, line_class(a, i), h, x, y);
			put_xml(to, text);
			fputs("</text>\n", to);
			y += NOTE;
			continue;
		}
		if (a->mark) put_mark(to, a->mark, x + out * 8, y);
		for (const char *part = text; *part; part += *part == ' ') {
			const size_t n = fitting(p, a, part);
			char *line = strndup(part, n);

			begin_outside(
				to, "label", h, x + out * mark_width(a), y);
			if (part == text)
				put_label_words(to, a, line);
			else
				put_xml(to, line);
			fputs("</text>\n", to);
			free(line);
			part += n;
			y += ROW;
		}
	}
}

/* On a phone: draws a segment's number outside. The notes beneath the picture
 * name the segment by this number. */
static void put_number(
	FILE *to, const struct picture *p, const struct arrow *a) {
	const enum host h = side_of(a);
	const double y = row_of(a)->y, line = line_of(p, h);
	const double x = line + out_of(h) * beside(p, h);

	put_line(to, "lead", line, y, x - 3 * out_of(h), y);
	if (a->mark) {
		put_mark(to, a->mark, x + out_of(h) * 8, y);
		return;
	}
	begin_outside(to, "label", h, x, y);
	fprintf(to, "<tspan class=\"n\">%d</tspan></text>\n", a->event->number);
}

static void put_shaft(FILE *to, const struct arrow *a) {
	for (int i = 0; i + 1 < a->count; i++) {
		const bool ends = a->crossed && i == a->base;
		const struct point end = ends ? a->cross.at : a->point[i + 1];

		put_line(to, a->broken[i] ? "shaft broken" : "shaft",
			a->point[i].x, a->point[i].y, end.x, end.y);
		if (ends) break;
	}
}

static void put_loss(FILE *to, const struct arrow *a) {
	char where[80];

	put_cross(to, a->cross.at);
	fprintf(to, "<text class=\"lost\" %s y=\"4.5\">lost</text>\n",
		turned(&a->word, where));
}

static void emphasise(struct drawing *d, double top, double bottom) {
	if (!d->seen[MARKS] || top < d->emphasis[0]) d->emphasis[0] = top;
	if (!d->seen[MARKS] || bottom > d->emphasis[1]) d->emphasis[1] = bottom;
	d->seen[MARKS] = true;
}

static void put_segment(
	struct drawing *d, const struct picture *p, const struct arrow *a) {
	static const char *const hows[] = {"", "", " copy", " unseen"};
	static const enum sign signs[] = {
		[LOST] = LOSSES, [AGAIN] = REPEATS, [UNSEEN] = UNSEENS};
	const struct point *last = &a->point[a->count - 1];
	const struct moment *row = row_of(a);
	const double y =
		row->y +
		(is_news(p, row, side_of(a)) && !is_narrow(p) ? ROW : 0);
	double top = fmin(a->point[0].y, last->y) - 6;
	double bottom = fmax(a->point[0].y, last->y) + 6;
	FILE *to = d->layer[ARROWS];
	bool outside = false;

	fprintf(to, "<g class=\"segment %s%s%s\"", host_name(a->event->host),
		hows[a->how], a->mark ? " marked" : "");
	if (p->o->embedded) {
		fprintf(to, " data-n=\"%d\">", a->event->number);
	} else {
		fprintf(to, "><title>segment %d", a->event->number);
		put_times(to, a->event, p->zero, p->t->two);
		fputs("</title>\n", to);
	}
	put_shaft(to, a);
	if (a->how == LOST)
		put_loss(to, a);
	else
		put_tip(to, *last, last[-1]);
	for (int i = 0; i < a->lines; i++) {
		const struct box *b = &a->line[i].box;
		const double half = b->half_width * fabs(b->along.y) + 8;

		if (a->line[i].outside) {
			outside |= !is_narrow(p) || i == 0;
			bottom = fmax(bottom, y + NOTE * (a->lines + 1));
			continue;
		}
		put_inside(to, a, i);
		top = fmin(top, b->at.y - half);
		bottom = fmax(bottom, b->at.y + half);
	}
	if (outside && is_narrow(p))
		put_number(to, p, a);
	else if (outside)
		put_outside(to, p, a, y);
	fputs("</g>\n", to);
	end_shape(d, ARROWS, top, bottom);
	if (a->mark) emphasise(d, top, bottom);
	if (a->how != ARRIVES) d->seen[signs[a->how]] = true;
	d->seen[a->event->host == CLIENT ? FROM_CLIENT : FROM_SERVER] = true;
}

/* ---- a pair of hosts ---------------------------------------------------- */

static double longest_call(const struct picture *p, enum host h) {
	double most = 0;

	for (size_t i = 0; i < p->bar_count; i++) {
		const struct bar *b = &p->bars[i];
		char times[32];
		double w;

		if (b->host != h) continue;
		w = (double)(call_width(b->call, has_result(b) ?
							 THE_CALL | ITS_RESULT :
							 THE_CALL) +
			     strlen(times_text(b->times, b->others, times)));
		w = w * LETTER + text_at(p, b, b->from, b->mark) - beside(p, h);
		most = fmax(most, w);
	}
	return most;
}

static double longest_chip(const struct picture *p, enum host h) {
	double most = 0;

	for (size_t i = 0; i < p->chip_count; i++)
		if (p->chips[i].host == h)
			most = fmax(most, chips_width(p, p->chips[i].at, h));
	return most;
}

static double longest_outside(const struct picture *p, enum host h) {
	double most = 0;

	for (size_t i = 0; i < p->arrow_count; i++) {
		const struct arrow *a = &p->arrows[i];

		for (int l = 0; l < a->lines; l++) {
			const double w = 2 * a->line[l].box.half_width;

			if (!a->line[l].outside || side_of(a) != h) continue;
			most = fmax(
				most, l ? w : fmin(w, OUTER - beside(p, h)));
		}
	}
	return most;
}

/* Sets the widths of the columns beside the hosts' lines. */
static void set_columns(struct picture *p) {
	for (int h = CLIENT; h <= SERVER; h++) {
		const enum host host = (enum host)h;
		double texts = 70;
		char head[128];

		if (is_narrow(p)) {
			p->outer[h] = beside(p, host) + 18;
			continue;
		}
		texts = fmax(texts,
			fmin(longest_call(p, host), OUTER - beside(p, host)));
		texts = fmax(texts, longest_chip(p, host));
		texts = fmax(texts, longest_outside(p, host));
		head_of(p, host, head);
		p->outer[h] = fmax(beside(p, host) + texts,
			((double)strlen(head) * LETTER + SLACK) / 2);
	}
}

static void put_faults(struct drawing *d, const struct picture *p) {
	for (size_t i = 0; i < p->count; i++) {
		const struct moment *m = &p->moments[i];
		char *text;

		if (m->kind != ON_THE_WIRE) continue;
		text = fault_text(m->event);
		put_text(d->layer[TEXTS], "note out client", -beside(p, CLIENT),
			m->y, text);
		end_shape(d, TEXTS, m->y - 8, m->y + 8);
		free(text);
	}
}

void draw_pair(struct drawing *d, struct picture *p) {
	double width;

	p->channel = is_narrow(p) ? PHONE_CHANNEL : CHANNEL;
	write_labels(p);
	lay_out(p);
	set_columns(p);
	width = p->channel + p->outer[CLIENT] + p->outer[SERVER] +
		ruler_width(p) + 2 * EDGE;
	if (width > WIDEST) { /* labels outside can be so long */
		p->channel -= width - WIDEST;
		if (p->channel < LEAST_CHANNEL) p->channel = LEAST_CHANNEL;
		lay_out(p);
		set_columns(p);
	}
	put_ruler(d, p);
	put_heads(d->layer[TEXTS], p, p->top - 24);
	end_shape(d, TEXTS, p->top - 50, p->top - 16);
	for (int h = CLIENT; h <= SERVER; h++)
		put_life(d, p, (enum host)h);
	for (size_t i = 0; i < p->chip_count; i++)
		put_span(d, p, &p->chips[i]);
	for (size_t i = 0; i < p->arrow_count; i++)
		put_segment(d, p, &p->arrows[i]);
	for (size_t i = 0; i < p->bar_count; i++)
		if (p->bars[i].mark)
			emphasise(d, end_of_bar(&p->bars[i])->y - ROW,
				end_of_bar(&p->bars[i])->y + ROW);
	if (is_narrow(p))
		put_notes(d, p);
	else {
		for (size_t i = 0; i < p->chip_count; i++)
			if (!p->chips[i].goes_on) put_chip(d, p, i);
		for (size_t i = 0; i < p->bar_count; i++)
			put_call(d, p, &p->bars[i]);
		put_faults(d, p);
		d->bottom = p->bottom;
	}
	d->left = fmin(d->left, ruler_x(p) - ruler_width(p));
	d->right = fmax(d->right, p->channel + p->outer[SERVER] + EDGE);
}
