/*
 * views.h - the timeline, for people and for scripts: a file each
 *
 * A view reads the timeline, which is const, and what it remembers is its own:
 * each gives the same, whatever was drawn before.
 */
#ifndef VIEWS_H
#define VIEWS_H

#include "../tell/timeline.h"

enum form { WIDE, NARROW, SLIDE }; /* of a picture */

struct options {
	int width, connection; /* connection 0: all */
	bool utf8, colour, all, absolute, clock, frames, details;
	nanoseconds from, to; /* since the ladder's zero; NEVER */
	const char *promise, *expected, *expect, *title, *look_for;
	enum { PLAINLY, TAP, JUNIT } report; /* of what is expected */
	bool loopback, states;
	enum form form;
	bool embedded; /* the page around it has a style, a title, a legend */
	int packet;    /* 0: all */
	int level, seed, most; /* of a quiz; most: how many questions */
	bool paper;
};

void view_text(const struct timeline *t, const struct options *o);
void view_events(const struct timeline *t, const struct options *o);
void view_json(const struct timeline *t, const struct options *o);
int view_segments(const struct timeline *t, const struct options *o);
int view_expect(const struct timeline *t, const struct options *o);
void view_svg(const struct timeline *t, const struct options *o);
void view_legend(const struct options *o);
void view_mermaid(const struct timeline *t, const struct options *o);
void view_list(const struct timeline *t, const struct options *o);
int view_packet(const struct timeline *t, const struct options *o);
int view_quiz(const struct timeline *t, const struct options *o);

/* Of many timelines one diagram; a name lives until it is drawn. */
void take_edges(const struct timeline *t, const char *name);
void put_diagram(bool picture);

struct text;
struct text *begin_live_text(const struct timeline *t, const struct options *o);
void put_live_row(struct text *x, const struct row *r);

/* ---- words ------------------------------------------------------------- */

const char *stay_text(const struct stay *s, char text[24]);
void label(char **text, const struct event *e, const struct options *o);
#define CUT "\001" /* stands for "...", in one letter */
/* What of a call's text is shown. */
enum shown { THE_CALL = 1, ITS_RESULT = 2 };
size_t call_width(const struct call *c, int shown);
enum { CALL_TEXT = 512 }; /* bytes of it at most */
void fit_call(const struct call *c, int shown, int room, const char *cut,
	char to[CALL_TEXT]);
const struct connection *only_one(
	const struct timeline *t, int pair, const struct options *o);
nanoseconds zero_of(const struct timeline *t);
bool is_chosen(
	const struct event *e, nanoseconds zero, const struct options *o);

#endif
