/*
 * normal.h - lines in the normal form: of a promise, or of what was recorded
 */
#ifndef NORMAL_H
#define NORMAL_H

#include "timeline.h"

/* A line of a promise, or of what was recorded */
struct line {
	char *text;
	MADE struct event *event; /* of a recorded line: its event */
	int mark;		  /* of a promise: the "# 1" after the line */
};

struct lines {
	struct line *at;
	size_t count, room;
};

/* Returns a promise's line without the "?" before it, which means: a correct
 * stack may leave this segment out. */
char *bare(char *line);
bool is_segment(const char *line);
size_t count_alike(const struct lines *l, size_t n, const char *line);
void add_line(struct lines *l, char *text, MADE struct event *e, int mark);
bool read_promise(struct lines *l, const char *path); /* false: see errno */
struct lines lines_of(const struct timeline *t, const struct lines *promise);
void free_lines(struct lines *l);

#endif
