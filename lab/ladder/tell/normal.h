/*
 * normal.h - lines in the normal form, of a promise or of what was recorded
 */
#ifndef NORMAL_H
#define NORMAL_H

#include "timeline.h"

/* Lines, of a promise or of what was seen. */
struct line {
	char *text;
	MADE struct event *event; /* that was seen */
	int mark;		  /* of a promise: "# 1" behind the line */
};

struct lines {
	struct line *at;
	size_t count, room;
};

/* In a promise, "?" in front of a line means: a correct stack may leave it out.
 */
char *bare(char *line);
bool is_segment(const char *line);
size_t count_alike(const struct lines *l, size_t n, const char *line);
void add_line(struct lines *l, char *text, MADE struct event *e, int mark);
bool read_promise(struct lines *l, const char *path); /* false: see errno */
struct lines lines_of(const struct timeline *t, const struct lines *promise);
void free_lines(struct lines *l);

#endif
