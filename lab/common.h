/*
 * common.h - what wire and socktrace share: numbers, names, and the clock
 *
 * Their lines begin with the time in tcpdump's format, so that the lines of all
 * three can be read side by side, and sorted by time.
 */
#ifndef LAB_COMMON_H
#define LAB_COMMON_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "messages.h"

/* Writes the local time of day, say "06:07:13.455102", into a text of 16 bytes,
 * and returns that text. */
static inline const char *clock_text(char *text, const struct timespec *t) {
	const size_t n = strftime(text, 16, "%T", localtime(&t->tv_sec));

	snprintf(text + n, 16 - n, ".%06ld", t->tv_nsec / 1000);
	return text;
}

/* Returns the monotonic clock's time in ms. */
static inline double now(void) {
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Returns the number that the text is: whole, digits only, from least to most.
 * For any other text, exits with status 2. */
static inline int whole(
	const char *what, const char *text, int least, int most) {
	const long value = strtol(text, NULL, 10);

	if (!*text || text[strspn(text, "0123456789")] || value < least ||
		value > most)
		errx(2, "%s: '%s' is not a whole number from %d to %d", what,
			text, least, most);
	return (int)value;
}

/* Whether the text is digits ("12"), or digits, a point and digits ("12.5"). */
static inline int is_decimal(const char *text) {
	static const char digits[] = "0123456789";
	const size_t integer = strspn(text, digits);
	const size_t fraction =
		text[integer] == '.' ? strspn(text + integer + 1, digits) : 0;

	return integer && !text[integer + (fraction ? fraction + 1 : 0)];
}

/* Returns the number that the text is: from least to most, and it may have a
 * fraction. For any other text, exits with status 2. */
static inline double decimal(
	const char *what, const char *text, double least, double most) {
	const double value = strtod(text, NULL);

	if (!is_decimal(text) || value < least || value > most)
		errx(2, "%s: '%s' is not a number from %.0f to %.0f", what,
			text, least, most);
	return value;
}

/* Returns a number of ms from 0 to 60000. For any other text, exits with status
 * 2. */
static inline double milliseconds(const char *what, const char *text) {
	return decimal(what, text, 0, 60000);
}

/* Returns the index of a word in a list that ends with NULL; or -1. */
static inline int find(const char *word, const char *const list[]) {
	for (int i = 0; list[i]; i++)
		if (strcmp(word, list[i]) == 0) return i;
	return -1;
}

#endif
