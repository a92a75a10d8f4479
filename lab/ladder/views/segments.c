/*
 * segments.c - prints the segments in their normal form (see tell/normal.c);
 * and, for comparison, the promise: the lines that a recipe says will be seen
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "../../messages.h"
#include "../tell/normal.h"
#include "views.h"

/* Whether this line may be missing if the demo is played on lo: it is an ACK
 * without data after the handshake. The next data may carry this ACK. */
static bool is_optional_on_lo(const char *line) {
	long seq, ack;
	int end = 0;

	return is_segment(line) &&
	       sscanf(line + 1, " ACK seq %ld ack %ld%n", &seq, &ack, &end) ==
		       2 &&
	       !line[1 + end] && !(seq == 1 && ack == 1);
}

static void put_calls(FILE *to, struct lines calls[2]) {
	for (int h = CLIENT; h <= SERVER; h++) {
		for (size_t i = 0; i < calls[h].count; i++)
			fprintf(to, "%s\n", calls[h].at[i].text);
		calls[h].count = 0;
	}
}

/* Writes the lines of the promise that should have been seen. A line with "?"
 * is optional: it is written only if it was seen. Calls are written in the
 * order in which lines_of() returns them. */
static void put_expected(const struct lines *promise, const struct lines *seen,
	FILE *to, bool loopback) {
	struct lines calls[2] = {{.count = 0}, {.count = 0}};
	size_t at = 0;

	for (size_t i = 0; i < promise->count; i++) {
		char *line = bare(promise->at[i].text);
		const bool optional = line != promise->at[i].text ||
				      (loopback && is_optional_on_lo(line));

		if (!is_segment(line)) {
			if (optional &&
				count_alike(promise, i, line) >=
					count_alike(seen, seen->count, line))
				continue;
			add_line(&calls[strncmp(line, "client", 6) != 0], line,
				NULL, 0);
			continue;
		}
		while (at < seen->count && !is_segment(seen->at[at].text))
			at++;
		if (optional && (at == seen->count ||
					strcmp(seen->at[at].text, line) != 0))
			continue;
		at++;
		put_calls(to, calls);
		fprintf(to, "%s\n", line);
	}
	put_calls(to, calls);
	free(calls[0].at);
	free(calls[1].at);
}

static bool write_expected(const struct lines *promise,
	const struct lines *seen, const struct options *o) {
	FILE *to = fopen(o->expected, "we");

	if (!to) return false;
	put_expected(promise, seen, to, o->loopback);
	return fclose(to) == 0;
}

/* Returns the reason for failing if a call reports a state that the segments do
 * not allow, or if a file cannot be read or written; otherwise NULL. */
char *view_segments(const struct timeline *t, const struct options *o) {
	struct lines promise = {.count = 0}, seen;
	char *reason = NULL;

	if (o->promise && !read_promise(&promise, o->promise)) {
		append(&reason, "%s: %s", o->promise, strerror(errno));
		return reason;
	}
	seen = lines_of(t, &promise);
	for (size_t i = 0; i < seen.count; i++)
		puts(seen.at[i].text);
	if (o->expected && !write_expected(&promise, &seen, o))
		append(&reason, "%s: %s", o->expected, strerror(errno));
	for (const struct event *e = t->first; e; e = e->next)
		if (e->wrong)
			append(&reason, "%s%s: %s: %s", reason ? "\n" : "",
				host_name(e->host), e->call.text, e->note);
	free_lines(&promise);
	free_lines(&seen);
	return reason;
}
