/*
 * basics.h - what all stages share: hosts, time, memory and texts that grow
 */
#ifndef BASICS_H
#define BASICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef int64_t nanoseconds; /* since 1970 */
#define NEVER  INT64_MIN
#define SECOND INT64_C(1000000000)
#define MS     INT64_C(1000000)

enum host { CLIENT, SERVER, BOTH }; /* BOTH: what was recorded has no end */

static inline enum host other(enum host h) {
	return h == CLIENT ? SERVER : CLIENT;
}

const char *host_name(enum host h);

/* Room for one more than `count` of this size; *room is for how many. */
void *enlarge(void *at, size_t count, size_t *room, size_t size);
void *allocate(size_t size); /* zeros */
__attribute__((format(printf, 2, 3))) void append(
	char **text, const char *format, ...);
__attribute__((format(printf, 2, 3))) void note(
	char **notes, const char *format, ...);
size_t line_length(const char *text, size_t room, size_t least);

#endif
