/*
 * normal.h - lines in the normal form: of a promise, or of what was recorded
 */
#ifndef NORMAL_H
#define NORMAL_H

#include "timeline.h"

/* A line of a promise, or of what was recorded */
struct line {
	char *text;
	MADE struct event *event; /* what was recorded; NULL in a promise */
	int mark; /* in a promise: 1 to 3 for "# 1" to "# 3"; 0: no mark */
};

struct lines {
	struct line *at;
	size_t count, room;
};

/* Returns a promise's line without the "?" at its beginning. The "?" means that
 * a correct stack may leave this segment out. */
char *bare(char *line);
bool is_segment(const char *line);
size_t count_alike(const struct lines *l, size_t n, const char *line);
void add_line(struct lines *l, char *text, MADE struct event *e, int mark);
/* Returns false if the file cannot be read: see errno. */
bool read_promise(struct lines *l, const char *path);
struct lines lines_of(const struct timeline *t, const struct lines *promise);
void free_lines(struct lines *l);

#endif
