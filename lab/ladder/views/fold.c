/*
 * fold.c - turns the rows of a bulk transfer, or of equal calls, into one row
 */
#include <ctype.h>
#include <string.h>

#include "fold.h"

/* A bulk transfer: many segments with data in one direction and ACKs in the
 * other, without a change of state, a note or a mark. */
struct bulk {
	const struct connection *connection;
	enum host sender;
	enum state state[2];
};

static bool is_plain(const struct event *e) {
	return e->kind == SEGMENT && !e->note && !e->mark &&
	       e->packet.protocol == IPPROTO_TCP && !e->shows_window &&
	       !(e->packet.flags & ~(ACK | PSH));
}

/* Whether this is a call to send or receive, and it succeeded. */
static bool is_transfer(const struct event *e) {
	const struct event *returned = prompt_return(e);

	return e->kind == CALL && !e->call.failed &&
	       !(returned && (returned->call.failed || returned->wrong)) &&
	       (e->call.act == SENDS || e->call.act == RECEIVES);
}

static bool is_bulk(const struct event *e, const struct bulk *b) {
	if (e->connection != b->connection) return false;
	if (!is_plain(e) && !is_transfer(e)) return false;
	if (e->kind == SEGMENT && (e->packet.len > 0) != (e->host == b->sender))
		return false;
	return (!e->stay || e->stay->state == b->state[e->host]) &&
	       (!e->peer_stay ||
		       e->peer_stay->state == b->state[other(e->host)]);
}

/* Returns how many rows, from row i up to the transfer's last segment, are one
 * bulk transfer. */
static size_t bulk_from(const struct folded_rows *rows, size_t i) {
	const struct event *e = rows->at[i].row.event;
	struct bulk b = {e->connection,
		e->packet.len ? e->host : other(e->host),
		{ESTABLISHED, ESTABLISHED}};
	size_t length = 0;

	if (!is_plain(e)) return 0;
	if (e->stay) b.state[e->host] = e->stay->state;
	if (e->peer_stay) b.state[other(e->host)] = e->peer_stay->state;
	for (size_t n = 0; i + n < rows->count; n++) {
		const struct event *next = rows->at[i + n].row.event;

		if (!is_bulk(next, &b)) break;
		if (next->kind == SEGMENT) length = n + 1;
	}
	return length;
}

/* Returns one row that stands for n rows: it has the numbers of segments,
 * bytes, ACKs and calls in these rows, and shows the longest segment. */
static struct folded_row join(const struct folded_row *r, size_t n) {
	struct folded_row folded = {.row.part = WHOLE};

	for (; n--; r++) {
		const struct event *e = r->row.event;

		if (e->kind == CALL)
			folded.calls++;
		else if (r->row.part != CAME && e->packet.len) {
			folded.segments++;
			folded.bytes += e->packet.len;
		} else if (r->row.part != CAME)
			folded.acks++;
		if (e->kind == SEGMENT &&
			(!folded.row.event ||
				e->packet.len > folded.row.event->packet.len))
			folded.row.event = e;
	}
	return folded;
}

static bool waited(const struct event *e) {
	return e->entered && e->sent - e->entered->sent > 10 * MS;
}

/* Whether two texts are equal, except for the numbers in them. */
static bool differs_in_numbers(const char *a, const char *b) {
	while (*a && *b)
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			a += strspn(a, "0123456789");
			b += strspn(b, "0123456789");
		} else if (*a++ != *b++)
			return false;
	return *a == *b;
}

/* Whether the call x of event a opens or closes a socket that has no
 * connection. */
static bool are_unused(const struct call *x, const struct event *a) {
	return !a->connection && (x->act == OPENS || x->act == CLOSES);
}

bool have_one_text(const struct event *a, const struct event *b) {
	return strcmp(completed(a)->call.text, completed(b)->call.text) == 0;
}

/* Whether two events are calls of one host with the same text, and neither call
 * waited. Many such calls are shown as one row. The descriptors in the texts
 * may differ if both calls open sockets, or both close sockets, that have no
 * connection. */
bool are_alike(const struct event *a, const struct event *b) {
	const struct event *x = completed(a), *y = completed(b);

	return a->kind == CALL && b->kind == CALL && a->host == b->host &&
	       a->connection == b->connection && !x->mark && !y->mark &&
	       !x->note && !y->note && x->reported == y->reported &&
	       !waited(x) && !waited(y) &&
	       (have_one_text(a, b) ||
		       (are_unused(&x->call, a) && x->call.act == y->call.act &&
			       differs_in_numbers(x->call.text, y->call.text)));
}

const char *times_text(unsigned long times, bool others, char text[32]) {
	*text = '\0';
	if (times && others)
		snprintf(text, 32, ", and %lu more", times - 1);
	else if (times)
		snprintf(text, 32, ", %lu times", times);
	return text;
}

/* Returns how many rows from row i on show equal calls, and sets *times to the
 * number of these calls. A call that took a while has two rows: entry and
 * return. */
static size_t alike_from(
	const struct folded_rows *rows, size_t i, unsigned long *times) {
	const struct event *first = rows->at[i].row.event;
	const struct event *latest = completed(first);
	size_t n = 1;

	*times = 1;
	for (; i + n < rows->count; n++) {
		const struct event *e = rows->at[i + n].row.event;

		if (!are_alike(first, e)) break;
		*times += completed(e) != latest;
		latest = completed(e);
	}
	return n;
}

void fold(struct folded_rows *rows) {
	/* The first KEPT rows of a transfer stay; the others are folded if they
	 * are at least LEAST. */
	enum { LEAST = 12, KEPT = 2 };
	size_t kept = 0;

	for (size_t i = 0; i < rows->count;) {
		unsigned long times;
		const size_t alike = alike_from(rows, i, &times);
		size_t n = bulk_from(rows, i);
		const bool folds = n >= LEAST + KEPT;
		const size_t whole = folds ? KEPT : n ? n : 1;

		if (times >= LEAST_CALLS) {
			rows->at[kept] = rows->at[i];
			rows->at[kept].others =
				!have_one_text(rows->at[i].row.event,
					rows->at[i + alike - 1].row.event);
			rows->at[kept++].times = times;
			i += alike;
			continue;
		}
		for (size_t k = 0; k < whole; k++)
			rows->at[kept++] = rows->at[i + k];
		i += whole;
		if (!folds) continue;
		rows->at[kept++] = join(&rows->at[i], n - KEPT);
		i += n - KEPT;
	}
	rows->count = kept;
}
