/*
 * svg.c - the ladder as a picture: a file of its own, a part of a page, or a
 * slide
 *
 * A picture has no script, font or id, and loads nothing, so it can stand in a
 * README, a page or a book. A page of scripts/gallery has its own style, title
 * and legend. For such a page, the picture is printed in pieces, each beneath
 * the hosts' names, so that a printed page can end between two pieces.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "../picture/picture.h"
#include "views.h"

/* HEAD: the room above each ladder; HEADS: the height of the hosts' names above
 * a piece, and NAMES: their y in it */
enum { HEAD = 44, HEADS = 32, NAMES = 20 };
enum { TITLE = 21, LINE = 17, PAGE = 1060, NEXT_PAGE = 1230 };
enum { SLIDE_WIDTH = 1280, SLIDE_HEIGHT = 720, SLIDE_MARGIN = 40 };
#define TITLE_LETTER 9.04 /* a letter's width, at 15 px */

/* ---- lines of words ----------------------------------------------------- */

struct sheet { /* the text above or beneath the ladder */
	FILE *to;
	double left, width, y;
};

static void put_words(struct sheet *s, const char *class, const char *text,
	double letter, double step) {
	const size_t room = (size_t)(s->width / letter);

	while (*text) {
		const size_t size = line_length(text, room, 0);
		char line[1024];

		snprintf(line, sizeof line, "%.*s", (int)size, text);
		put_text(s->to, class, s->left, s->y, line);
		s->y += step;
		text += size;
		text += strspn(text, " \n");
	}
}

static void put_commands(struct sheet *s, const struct timeline *t) {
	for (const struct event *e = t->first; e; e = e->next)
		if (e->kind == RUN) {
			char *text = NULL;

			append(&text, "%s$ %s", host_name(e->host), e->command);
			put_words(s, "run", text, SMALL_LETTER, LINE);
			free(text);
		}
}

static void put_legend(struct sheet *s, const bool seen[SIGNS]) {
	static const char *const meanings[SIGNS] = {
		[FOLDS] = "nothing happens for this time",
		[STRETCHES] = "this time, drawn larger than the scale gives",
		[FROM_CLIENT] = "from the client",
		[FROM_SERVER] = "from the server",
		[LOSSES] = "lost",
		[REPEATS] = "delivered again",
		[UNSEENS] = "one end has not recorded it",
		[CALLS] = "a call, until it returns",
		[REPORTED_STATES] = "STATE: reported by the kernel",
		[INFERRED_STATES] = "(STATE): inferred, RFC 9293",
		[MARKS] = "what to look for"};
	double x = s->left;

	for (int i = 0; i < SIGNS; i++) {
		const double w =
			52 + (double)strlen(meanings[i]) * SMALL_LETTER;

		if (!seen[i]) continue;
		if (x + w - 18 > s->left + s->width) {
			x = s->left;
			s->y += 22;
		}
		put_sign(s->to, (enum sign)i, x, s->y);
		put_text(s->to, "key", x + 34, s->y, meanings[i]);
		x += w;
	}
	s->y += 22;
}

static void put_remarks(
	struct sheet *s, const struct timeline *t, const char *remarks) {
	char *text = NULL;

	if (t->remarks) append(&text, "%s", t->remarks);
	if (remarks) append(&text, "%s", remarks);
	for (int i = 0; i < REASONS && t->account.of[i].reason; i++)
		append(&text, "%lu not drawn: %s\n", t->account.of[i].count,
			t->account.of[i].reason);
	if (!text) return;
	put_words(s, "key", text, SMALL_LETTER, LINE);
	free(text);
}

/* ---- pieces ------------------------------------------------------------- */

static void put_shapes(
	FILE *to, const struct drawing *d, double top, double bottom) {
	for (int l = 0; l < LAYERS; l++)
		for (size_t i = 0; i < d->count; i++) {
			const struct shape *s = &d->shapes[i];

			if ((int)s->layer == l && s->bottom >= top &&
				s->top <= bottom)
				fwrite(d->text[l] + s->from, 1, s->to - s->from,
					to);
		}
}

static void begin_svg(const char *class, double left, double top, double width,
	double height, const char *title) {
	printf("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ladder %s\"%s width=\"%.0f\" height=\"%.0f\" viewBox=\"%s %s %s %s\">\n",
		class, title ? " role=\"img\"" : " aria-hidden=\"true\"", width,
		height, px(left), px(top), px(width), px(height));
	if (!title) return;
	fputs("<title>", stdout);
	put_xml(stdout, title);
	puts("</title>");
}

static const char *class_of(const struct drawing *d, char text[32]) {
	snprintf(text, 32, "%s%s",
		d->o->form == NARROW ? "narrow" :
		d->o->form == SLIDE  ? "slide" :
				       "wide",
		d->seen[MARKS] ? " emphatic" : "");
	return text;
}

/* Whether the picture can be cut at height y: no shape of the layer `first`, or
 * of a layer in front of it, lies across y. */
static bool is_quiet(const struct drawing *d, double y, enum layer first) {
	for (size_t i = 0; i < d->count; i++)
		if (d->shapes[i].layer >= first && d->shapes[i].top < y &&
			d->shapes[i].bottom > y)
			return false;
	return true;
}

/* Returns the height at which a printed page ends: as far down as there is
 * room, but higher if an arrow, or at least a text, would be cut there. */
static double page_end(const struct drawing *d, double from, double room) {
	if (from + room >= d->bottom) return d->bottom;
	for (enum layer first = ARROWS; first <= TEXTS; first++)
		for (int less = 0; less < room * 2 / 3; less += 2)
			if (is_quiet(d, from + room - less, first))
				return from + room - less;
	return from + room;
}

/* Prints a comment for scripts/gallery, which shows a part of the picture as a
 * miniature: the height at which this part begins. */
static void put_emphasis(const struct drawing *d, double top, double bottom) {
	enum { MINIATURE = 460 };
	const double middle =
		d->seen[MARKS] ? (d->emphasis[0] + d->emphasis[1]) / 2 : 0;
	double from = middle - MINIATURE / 2.0;

	if (from > bottom - MINIATURE) from = bottom - MINIATURE;
	if (from < top) from = top;
	if (middle < bottom && (middle >= top || top < HEAD))
		printf("<!-- emphasis %.0f -->\n", from - top);
}

static void put_pieces(
	const struct drawing *d, const struct picture *p, const char *title) {
	const double width = d->right - d->left;
	double top = p ? HEADS : 0, room = PAGE, bottom;
	char class[32], heads[64];

	class_of(d, class);
	for (bool first = true; top < d->bottom; first = false) {
		bottom =
			d->o->form == WIDE ? page_end(d, top, room) : d->bottom;
		if (p) {
			snprintf(heads, sizeof heads, "%s heads%s", class,
				first ? "" : " again");
			begin_svg(heads, d->left, 0, width, HEADS, NULL);
			put_heads(stdout, p, NAMES);
			puts("</svg>");
		}
		put_emphasis(d, top, bottom);
		begin_svg(class, d->left, top, width, bottom - top,
			first ? title : NULL);
		put_shapes(stdout, d, top, bottom);
		puts("</svg>");
		top = bottom;
		room = NEXT_PAGE;
	}
}

/* ---- a file of its own -------------------------------------------------- */

/* Prints the drawn segments in words, for readers who cannot see the
 * picture. */
static void put_description(const struct timeline *t, const struct options *o,
	const struct event *until) {
	const nanoseconds zero = zero_of(t);
	bool any = false;

	fputs("<desc>", stdout);
	for (const struct event *e = t->first; e != until; e = e->next) {
		char *text = NULL;

		if (e->kind != SEGMENT || !is_chosen(e, zero, o)) continue;
		any = true;
		append(&text, "from the %s: ", host_name(e->host));
		label(&text, e, o);
		if (e->connection && !e->connection->any_port &&
			t->pairs[e->connection->pair - 1].count > 1) {
			append(&text, " ");
			ports_of(&text, e->connection);
		}
		put_xml(stdout, text);
		free(text);
		put_times(stdout, e, zero, t->two);
		putchar('\n');
	}
	puts(any ? "</desc>" : "no segments</desc>");
}

static void put_style(void) {
	puts("<style>");
	for (int i = 0; picture_style[i]; i++)
		puts(picture_style[i]);
	puts("</style>");
}

static void put_file(const struct timeline *t, const struct drawing *d,
	const struct event *until, const char *remarks) {
	char *above = NULL, *below = NULL, class[32];
	size_t sizes[2];
	struct sheet s = {.left = d->left + 10, .y = 20};
	double height, top;
	double width = d->right - d->left;

	if (width < 400 && d->o->form != NARROW) width = 400;
	s.width = width - 20;
	s.to = open_text(&above, &sizes[0]);
	put_words(&s, "title", d->o->title, TITLE_LETTER, TITLE);
	put_commands(&s, t);
	fclose(s.to);
	top = s.y - 4;
	s.y = 20;
	s.to = open_text(&below, &sizes[1]);
	put_remarks(&s, t, remarks);
	if (d->count)
		put_legend(&s, d->seen);
	else
		put_words(
			&s, "key", "nothing was recorded", SMALL_LETTER, LINE);
	fclose(s.to);
	height = top + d->bottom + s.y;
	begin_svg(class_of(d, class), d->left, 0, width, height, d->o->title);
	put_description(t, d->o, until);
	put_style();
	put_box(stdout, "paper", d->left, 0, width, height);
	printf("%s<g transform=\"translate(0 %s)\">\n", above, px(top));
	put_shapes(stdout, d, 0, d->bottom);
	printf("</g>\n<g transform=\"translate(0 %s)\">\n%s</g>\n</svg>\n",
		px(top + d->bottom), below);
	free(above);
	free(below);
}

/* ---- a slide ------------------------------------------------------------ */

/* Begins a part of the drawing, with a place and a scale of its own. */
static void begin_part(const struct drawing *d, double y, double top,
	double height, double scale) {
	const double width = d->right - d->left;

	printf("<svg x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" viewBox=\"%s %s %s %s\">\n",
		px((SLIDE_WIDTH - width * scale) / 2), px(y), px(width * scale),
		px(height * scale), px(d->left), px(top), px(width),
		px(height));
}

/* Prints a slide, 16:9, that shows the marked part of the picture as large as
 * possible; if nothing is marked, the picture's beginning. */
static void put_slide(const struct drawing *d, const struct picture *p) {
	const double large = 1.8, small = 1.5, heads = HEADS;
	const double width = SLIDE_WIDTH - 2 * SLIDE_MARGIN;
	struct sheet title = {stdout, SLIDE_MARGIN / large, width / large, 24};
	struct sheet foot = {stdout, SLIDE_MARGIN / small, width / small, 0};
	const char *look_for = d->o->look_for ? d->o->look_for : "";
	const int lines = (int)((double)strlen(look_for) * SMALL_LETTER /
				  (foot.width - 60)) +
			  1;
	double top = heads, bottom = d->bottom, scale, room, from;
	char class[32];

	begin_svg(class_of(d, class), 0, 0, SLIDE_WIDTH, SLIDE_HEIGHT,
		d->o->title);
	put_style();
	put_box(stdout, "paper", 0, 0, SLIDE_WIDTH, SLIDE_HEIGHT);
	printf("<g transform=\"scale(%s)\">\n", px(large));
	put_words(&title, "title", d->o->title, TITLE_LETTER, TITLE);
	from = title.y * large - 20;
	foot.y = SLIDE_HEIGHT / small - lines * LINE;
	room = foot.y * small - 20 - from;
	if (d->seen[MARKS]) {
		top = d->emphasis[0] - ROW;
		bottom = d->emphasis[1] + ROW;
	}
	scale = room / (bottom - top + heads);
	if (scale > SLIDE_WIDTH / (d->right - d->left))
		scale = SLIDE_WIDTH / (d->right - d->left);
	/* the marked part stands in the middle */
	top -= (room / scale - heads - (bottom - top)) / 2;
	if (top < heads) top = heads;
	bottom = top + room / scale - heads;
	printf("</g>\n<g transform=\"scale(%s)\">\n", px(small));
	put_words(&foot, "run", look_for, SMALL_LETTER, LINE);
	puts("</g>");
	begin_part(d, from, 0, heads, scale);
	put_heads(stdout, p, NAMES);
	puts("</svg>");
	begin_part(d, from + heads * scale, top, bottom - top, scale);
	put_shapes(stdout, d, top, bottom);
	puts("</svg>\n</svg>");
}

/* ---- stage by stage ----------------------------------------------------- */

/* Returns the first segment that is not drawn because there are too many, and
 * adds the reason to *remarks; NULL if all segments are drawn. */
static const struct event *cut_off(
	const struct timeline *t, const struct options *o, char **remarks) {
	const nanoseconds zero = zero_of(t);
	const struct event *until = NULL, *last = NULL, *end = NULL;
	unsigned long all = 0;

	for (const struct event *e = t->first; e; e = e->next) {
		if (e->kind != SEGMENT || !is_chosen(e, zero, o)) continue;
		if (all == MOST_SEGMENTS) until = e;
		if (all < MOST_SEGMENTS) last = e;
		end = e;
		all++;
	}
	if (until)
		append(remarks,
			"Cut off here, at %.1f ms: %d of %lu segments are drawn; the last of all is at %.1f ms\n",
			in_ms(time_of(last) - zero), MOST_SEGMENTS, all,
			in_ms(time_of(end) - zero));
	return until;
}

char *view_svg(const struct timeline *t, const struct options *o) {
	const int pairs = t->pair_count ? t->pair_count : 1;
	struct picture *all = allocate((size_t)pairs * sizeof *all);
	struct picture *first = NULL; /* the first that is not empty */
	struct drawing d;
	char *remarks = NULL; /* lines about what is not drawn */
	const struct event *until = cut_off(t, o, &remarks);
	int drawn = 0, not_drawn = 0;
	bool hidden = false;

	begin_drawing(&d, o);
	for (int i = 0; i < pairs; i++) {
		struct picture *p = &all[i];

		*p = (struct picture){.t = t, .o = o, .pair = i + 1};
		p->top = d.bottom + HEAD;
		p->numbered = !only_one(t, i + 1, o);
		gather(p, until);
		if (!p->count) continue;
		draw_pair(&d, p);
		hidden |= p->hidden;
		not_drawn += p->not_drawn;
		if (!drawn++) first = p;
	}
	end_drawing(&d);
	if (hidden)
		append(&remarks,
			"The states of more than %d connections at once are not drawn\n",
			LANES);
	if (not_drawn)
		append(&remarks, "%d more calls are not drawn\n", not_drawn);
	if (o->form == SLIDE && drawn)
		put_slide(&d, first);
	else if (o->embedded)
		put_pieces(&d, drawn == 1 ? first : NULL, o->title);
	else
		put_file(t, &d, until, remarks);
	for (int i = 0; i < pairs; i++)
		free_picture(&all[i]);
	free(all);
	free_drawing(&d);
	free(remarks);
	return NULL;
}

/* Prints all signs, with their meanings. */
void view_legend(const struct options *o) {
	const double width = o->form == NARROW ? 380 : 880;
	bool seen[SIGNS];
	char *text = NULL;
	size_t size;
	struct sheet s = {.left = 10, .width = width - 20, .y = 16};

	for (int i = 0; i < SIGNS; i++)
		seen[i] = true;
	s.to = open_text(&text, &size);
	put_legend(&s, seen);
	fclose(s.to);
	begin_svg("legend", 0, 0, width, s.y, "what the signs mean");
	if (!o->embedded) put_style();
	printf("%s</svg>\n", text);
	free(text);
}
