/*
 * shapes.c - prints shapes of SVG, each with its top and bottom
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../messages.h"
#include "picture.h"

/* ---- a drawing ---------------------------------------------------------- */

FILE *open_text(char **text, size_t *size) {
	FILE *to = open_memstream(text, size);

	if (!to) err(1, "memory");
	return to;
}

void begin_drawing(struct drawing *d, const struct options *o) {
	*d = (struct drawing){.o = o};
	for (int l = 0; l < LAYERS; l++)
		d->layer[l] = open_text(&d->text[l], &d->size[l]);
}

void end_drawing(struct drawing *d) {
	for (int l = 0; l < LAYERS; l++)
		if (fclose(d->layer[l])) err(1, "memory");
}

void free_drawing(struct drawing *d) {
	for (int l = 0; l < LAYERS; l++)
		free(d->text[l]);
	free(d->shapes);
}

void end_shape(struct drawing *d, enum layer l, double top, double bottom) {
	struct shape *s;

	fflush(d->layer[l]);
	d->shapes = enlarge(d->shapes, d->count, &d->room, sizeof *s);
	s = &d->shapes[d->count++];
	*s = (struct shape){l, d->begun[l], d->size[l], top, bottom};
	d->begun[l] = d->size[l];
}

/* ---- shapes ------------------------------------------------------------- */

/* Returns a length as text, rounded to a tenth. */
const char *px(double length) {
	static char texts[16][24];
	static unsigned next;
	char *text = texts[next++ % 16];

	snprintf(text, sizeof *texts, "%.10g", round(length * 10) / 10 + 0.0);
	return text;
}

void put_text(
	FILE *to, const char *class, double x, double y, const char *text) {
	fprintf(to, "<text class=\"%s\" x=\"%s\" y=\"%s\">", class, px(x),
		px(y + 4.5));
	put_xml(to, text);
	fputs("</text>\n", to);
}

void put_line(FILE *to, const char *class, double x1, double y1, double x2,
	double y2) {
	fprintf(to, "<path class=\"%s\" d=\"M%s %sL%s %s\"/>\n", class, px(x1),
		px(y1), px(x2), px(y2));
}

void put_box(
	FILE *to, const char *class, double x, double y, double w, double h) {
	fprintf(to,
		"<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>\n",
		class, px(x), px(y), px(w), px(h));
}

void put_mark(FILE *to, int mark, double x, double y) {
	fprintf(to,
		"<circle class=\"mark\" cx=\"%s\" cy=\"%s\" r=\"8\"/>"
		"<text class=\"mark\" x=\"%s\" y=\"%s\">%d</text>\n",
		px(x), px(y), px(x), px(y + 4.5), mark);
}

void put_tip(FILE *to, struct point at, struct point from) {
	const double all = hypot(at.x - from.x, at.y - from.y);
	const double dx = all > 0 ? (at.x - from.x) / all : 1;
	const double dy = all > 0 ? (at.y - from.y) / all : 0;

	fprintf(to, "<path class=\"tip\" d=\"M%s %sL%s %sL%s %sZ\"/>\n",
		px(at.x), px(at.y), px(at.x - 11 * dx - 4.5 * dy),
		px(at.y - 11 * dy + 4.5 * dx), px(at.x - 11 * dx + 4.5 * dy),
		px(at.y - 11 * dy - 4.5 * dx));
}

void put_cross(FILE *to, struct point at) {
	fprintf(to, "<path class=\"cross\" d=\"M%s %sl12 12m0-12l-12 12\"/>",
		px(at.x - 6), px(at.y - 6));
}

/* Prints the times when a segment left and arrived, since the ladder's zero. */
void put_times(FILE *to, const struct event *e, nanoseconds zero, bool two) {
	if (e->sent != NEVER)
		fprintf(to, ", left at %.1f ms", in_ms(e->sent - zero));
	if (e->received != NEVER && two)
		fprintf(to, ", arrived at %.1f ms", in_ms(e->received - zero));
	if (e->lost) fputs(", lost", to);
}

/* ---- a legend ----------------------------------------------------------- */

/* Draws a sign, 26 px wide and 16 px high, with its middle at y. */
void put_sign(FILE *to, enum sign s, double x, double y) {
	static const char *const groups[SIGNS] = {[FROM_CLIENT] = "client",
		[FROM_SERVER] = "server",
		[LOSSES] = "client",
		[REPEATS] = "client copy",
		[UNSEENS] = "client unseen"};
	const double end = s == LOSSES ? x + 18 : x + 26;

	if (groups[s]) {
		fprintf(to, "<g class=\"segment %s\">", groups[s]);
		put_line(to, "shaft", x, y, end, y);
		if (s == LOSSES)
			put_cross(to, (struct point){end, y});
		else
			put_tip(to, (struct point){end, y},
				(struct point){x, y});
		fputs("</g>\n", to);
	} else if (s == FOLDS || s == STRETCHES)
		put_box(to, s == FOLDS ? "fold" : "band", x, y - 7, 26, 14);
	else if (s == CALLS)
		put_box(to, "bar", x + 10, y - 7, 5, 14);
	else if (s == MARKS)
		put_mark(to, 1, x + 13, y);
	else
		put_line(to,
			s == REPORTED_STATES ? "span ESTABLISHED" :
					       "span ESTABLISHED inferred",
			x + 13, y - 8, x + 13, y + 8);
}
