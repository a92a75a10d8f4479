/*
 * basics.h - what all stages use: hosts, time, memory, and strings that grow
 */
#ifndef BASICS_H
#define BASICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef int64_t nanoseconds; /* since 1970; or a duration */
#define NEVER  INT64_MIN
#define SECOND INT64_C(1000000000)
#define MS     INT64_C(1000000)

enum host { CLIENT, SERVER, BOTH }; /* BOTH: neither, or not known */

static inline enum host other(enum host h) {
	return h == CLIENT ? SERVER : CLIENT;
}

const char *host_name(enum host h);

/* Returns the array `at`, moved if need be, with room for `count` + 1 elements
 * of `size` bytes; *room: how many fit. */
void *enlarge(void *at, size_t count, size_t *room, size_t size);
void *allocate(size_t size); /* all bytes are 0 */
__attribute__((format(printf, 2, 3))) void append(
	char **text, const char *format, ...);
__attribute__((format(printf, 2, 3))) void note(
	char **notes, const char *format, ...);
size_t line_length(const char *text, size_t room, size_t least);

#endif
