/*
 * fold.h - rows of a ladder, and folded rows: each stands for many rows
 */
#ifndef FOLD_H
#define FOLD_H

#include "wording.h"

/* A row, or a folded row. A folded row stands for `segments` segments with
 * `bytes` bytes, and for `acks` ACKs and `calls` calls between them; then `row`
 * is the row of the longest segment. Or it stands for a call that was made
 * `times` times; `others`: not on the same descriptor each time. */
struct folded_row {
	struct row row;
	unsigned long segments, bytes, acks, calls, times;
	bool others;
	unsigned long omitted; /* how many rows before this one are left out */
};

struct folded_rows {
	struct folded_row *at;
	size_t count, room;
};

/* Returns the event in which a call returned; the entry of the call if it has
 * not returned. */
static inline const struct event *completed(const struct event *e) {
	return e->returned ? e->returned : e;
}

/* The least number of equal calls that become one row. */
enum { LEAST_CALLS = 4 };
bool are_alike(const struct event *a, const struct event *b);
/* Whether the texts of two calls, with their results, are the same. */
bool have_one_text(const struct event *a, const struct event *b);
/* Returns the end of the text of a row that stands for several calls:
 * ", 121 times"; or, if `others` is true, ", and 29 more". */
const char *times_text(unsigned long times, bool others, char text[32]);
/* Leaves out calls that only prepare sockets. If some rows are marked, keeps
 * only the marked rows and two rows before and after each of them. */
void be_brief(struct folded_rows *rows);
void fold(struct folded_rows *rows);

#endif
