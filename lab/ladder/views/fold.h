/*
 * fold.h - rows, of which many can be shown as one
 */
#ifndef FOLD_H
#define FOLD_H

#include "wording.h"

/* A row; or so many segments with data, of so many bytes, and what was between
 * them: then the row is of the longest. */
struct folded_row {
	struct row row;
	unsigned long segments, bytes, acks, calls;
	unsigned long omitted; /* rows before it, that are left out */
};

struct folded_rows {
	struct folded_row *at;
	size_t count, room;
	unsigned long omitted; /* behind the last */
};

/* Only what is marked, and two rows beside it; without marks, all but the calls
 * that prepare sockets. */
void be_brief(struct folded_rows *rows);
void fold(struct folded_rows *rows);

#endif
