/*
 * fold.h - rows, of which many can be shown as one
 */
#ifndef FOLD_H
#define FOLD_H

#include "wording.h"

/* A row; or so many segments with data, of so many bytes, and what was between
 * them: then the row is of the longest; or a call that was made so many times.
 */
struct folded_row {
	struct row row;
	unsigned long segments, bytes, acks, calls, times;
	unsigned long omitted; /* rows before it, that are left out */
};

struct folded_rows {
	struct folded_row *at;
	size_t count, room;
};

/* A call as it returned, if it has. */
static inline const struct event *completed(const struct event *e) {
	return e->returned ? e->returned : e;
}

/* So many alike calls become one. */
enum { LEAST_CALLS = 4 };
bool are_alike(const struct event *a, const struct event *b);
/* Only what is marked, and two rows beside it; without marks, all but the calls
 * that prepare sockets. */
void be_brief(struct folded_rows *rows);
void fold(struct folded_rows *rows);

#endif
