/*
 * wording.h - what views share: the options, and how things are named
 */
#ifndef WORDING_H
#define WORDING_H

#include "../tell/timeline.h"

enum form { WIDE, NARROW, SLIDE }; /* of a picture */

struct options {
	int width, connection; /* columns; the number, 0: all connections */
	bool utf8, colour, all, absolute, brief, clock, frames, details, step;
	nanoseconds from, to; /* since the ladder's zero; NEVER: no limit */
	const char *promise, *expected, *title, *look_for;
	struct expectation *expect;		    /* see expect.c */
	enum report { PLAINLY, TAP, JUNIT } report; /* form of the verdicts */
	bool loopback;
	bool picture; /* --states with --svg */
	enum form form;
	bool embedded; /* part of a page, which has style, title and legend */
	int packet;    /* the number of a segment; 0: all */
	int level, seed, most; /* of a quiz; most: number of questions */
	bool paper;
};

void put_xml(FILE *to, const char *text);
const char *stay_text(const struct stay *s, char text[24]);
bool is_new_state(
	const struct event *e, const struct stay *s, const struct stay *shown);
void label(char **text, const struct event *e, const struct options *o);
#define CUT "\001" /* one byte that stands for "..." */
/* Which parts of a call's text are shown. */
enum shown { THE_CALL = 1, ITS_RESULT = 2 };
size_t call_width(const struct call *c, int shown);
enum { CALL_TEXT = 512 }; /* the most bytes of a call's text */
void fit_call(const struct call *c, int shown, int room, const char *cut,
	char to[CALL_TEXT]);
const struct connection *only_one(
	const struct timeline *t, int pair, const struct options *o);
nanoseconds zero_of(const struct timeline *t);
bool is_chosen(
	const struct event *e, nanoseconds zero, const struct options *o);

#endif
