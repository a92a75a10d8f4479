/*
 * basics.h - what all stages use: hosts, time, memory, and strings that grow
 */
#ifndef BASICS_H
#define BASICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef int64_t nanoseconds; /* a time (since 1970), or a duration */
#define NEVER  INT64_MIN
#define SECOND INT64_C(1000000000)
#define MS     INT64_C(1000000)

/* BOTH: not of one host alone (a capture of one machine, the cable's log), any
 * host, or not known */
enum host { CLIENT, SERVER, BOTH };

static inline enum host other(enum host h) {
	return h == CLIENT ? SERVER : CLIENT;
}

const char *host_name(enum host h);

/* Returns the array `at`, which has `count` elements of `size` bytes, with room
 * for at least one more; the array may have moved. *room becomes the number of
 * elements for which it has room. */
void *enlarge(void *at, size_t count, size_t *room, size_t size);
void *allocate(size_t size); /* all bytes are 0 */
__attribute__((format(printf, 2, 3))) void append(
	char **text, const char *format, ...);
__attribute__((format(printf, 2, 3))) void note(
	char **notes, const char *format, ...);
size_t line_length(const char *text, size_t room, size_t least);

#endif
