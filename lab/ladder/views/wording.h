/*
 * wording.h - what views share: what is asked for, and what things are called
 */
#ifndef WORDING_H
#define WORDING_H

#include "../tell/timeline.h"

enum form { WIDE, NARROW, SLIDE }; /* of a picture */

struct options {
	int width, connection; /* connection 0: all */
	bool utf8, colour, all, absolute, brief, clock, frames, details, step;
	nanoseconds from, to; /* since the ladder's zero; NEVER */
	const char *promise, *expected, *title, *look_for;
	struct expectation *expect;		    /* see expect.c */
	enum report { PLAINLY, TAP, JUNIT } report; /* of what is expected */
	bool loopback;
	bool picture; /* --states with --svg */
	enum form form;
	bool embedded; /* the page around it has a style, a title, a legend */
	int packet;    /* 0: all */
	int level, seed, most; /* of a quiz; most: how many questions */
	bool paper;
};

void put_xml(FILE *to, const char *text);
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
