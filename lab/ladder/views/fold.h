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
};

struct folded_rows {
	struct folded_row *at;
	size_t count, room;
};

void fold(struct folded_rows *rows);

#endif
