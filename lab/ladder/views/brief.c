/*
 * brief.c - reduces a ladder to its marked rows and the rows around them
 */
#include "fold.h"

enum { BESIDE = 2 }; /* rows shown before, and after, each marked row */

static bool is_marked(const struct folded_row *f) {
	const struct event *e = f->row.event;
	const struct event *r = e->kind == CALL ? prompt_return(e) : NULL;

	return e->mark || (r && r->mark);
}

/* Whether this call only prepares a socket, succeeded, and is not marked. */
static bool is_preparation(const struct folded_row *f) {
	const struct event *e = f->row.event;

	if (e->kind != CALL || e->call.failed || is_marked(f)) return false;
	switch (e->call.act) {
	case OPENS:
	case BINDS:
	case LISTENS:
	case SETS:
	case GETS:
	case AWAITS: return true;
	default: return false;
	}
}

static bool is_before_mark(const struct folded_rows *rows, size_t i) {
	for (size_t n = 0; n <= BESIDE && i + n < rows->count; n++)
		if (is_marked(&rows->at[i + n])) return true;
	return false;
}

static void leave_preparations_out(struct folded_rows *rows) {
	size_t kept = 0;

	for (size_t i = 0; i < rows->count; i++)
		if (!is_preparation(&rows->at[i]))
			rows->at[kept++] = rows->at[i];
	rows->count = kept;
}

void be_brief(struct folded_rows *rows) {
	size_t kept = 0, since = rows->count; /* since: rows since a mark */
	unsigned long omitted = 0;
	bool marked = false;

	leave_preparations_out(rows);
	for (size_t i = 0; i < rows->count; i++)
		marked |= is_marked(&rows->at[i]);
	for (size_t i = 0; marked && i < rows->count; i++, since++) {
		if (is_marked(&rows->at[i])) since = 0;
		if (since > BESIDE && !is_before_mark(rows, i)) {
			omitted++;
			continue;
		}
		rows->at[kept] = rows->at[i];
		rows->at[kept++].omitted = omitted;
		omitted = 0;
	}
	if (marked) rows->count = kept;
}
