/*
 * fold.h - rows of a ladder, and rows that stand for many
 */
#ifndef FOLD_H
#define FOLD_H

#include "wording.h"

/* A row. It can stand for many: for `segments` segments with `bytes` bytes, and
 * the ACKs and calls between them (`row` is that of the longest segment); or
 * for a call that was made `times` times, perhaps with other descriptors. */
struct folded_row {
	struct row row;
	unsigned long segments, bytes, acks, calls, times;
	bool others;
	unsigned long omitted; /* rows left out before this one */
};

struct folded_rows {
	struct folded_row *at;
	size_t count, room;
};

/* Returns the event in which a call returned; its entry if it has not
 * returned. */
static inline const struct event *completed(const struct event *e) {
	return e->returned ? e->returned : e;
}

/* At least so many equal calls become one row. */
enum { LEAST_CALLS = 4 };
bool are_alike(const struct event *a, const struct event *b);
/* Returns what follows the text of such a row: ", 121 times", ", and 29 more".
 */
const char *times_text(unsigned long times, bool others, char text[32]);
/* Leaves out calls that only prepare sockets. If rows are marked, keeps only
 * these and two rows on either side. */
void be_brief(struct folded_rows *rows);
void fold(struct folded_rows *rows);

#endif
