/*
 * common.h - what the instruments have in common: numbers, names, and the clock
 *
 * wire.c and socktrace.c write their lines as tcpdump does, so that they can
 * be read side by side and sorted by their first word.
 */
#ifndef LAB_COMMON_H
#define LAB_COMMON_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "messages.h"

/* "06:07:13.455102", the local time of day, into a text of 16 bytes. */
static inline const char *clock_text(char *text, const struct timespec *t) {
	const size_t n = strftime(text, 16, "%T", localtime(&t->tv_sec));

	snprintf(text + n, 16 - n, ".%06ld", t->tv_nsec / 1000);
	return text;
}

/* ms since some time, by a clock that is never set. */
static inline double now(void) {
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* A whole number, digits only, from least to most; exits with 2 otherwise. */
static inline int whole(
	const char *what, const char *text, int least, int most) {
	const long value = strtol(text, NULL, 10);

	if (!*text || text[strspn(text, "0123456789")] || value < least ||
		value > most)
		errx(2, "%s: '%s' is not a whole number from %d to %d", what,
			text, least, most);
	return (int)value;
}

/* Whether all of this is digits, and a point with more digits. */
static inline int is_decimal(const char *text) {
	static const char digits[] = "0123456789";
	const size_t integer = strspn(text, digits);
	const size_t fraction =
		text[integer] == '.' ? strspn(text + integer + 1, digits) : 0;

	return integer && !text[integer + (fraction ? fraction + 1 : 0)];
}

/* A number with or without a fraction; exits with 2 otherwise. */
static inline double decimal(
	const char *what, const char *text, double least, double most) {
	const double value = strtod(text, NULL);

	if (!is_decimal(text) || value < least || value > most)
		errx(2, "%s: '%s' is not a number from %.0f to %.0f", what,
			text, least, most);
	return value;
}

/* Milliseconds, 0 to 60000; exits with 2 otherwise. */
static inline double milliseconds(const char *what, const char *text) {
	return decimal(what, text, 0, 60000);
}

/* The place of a word in a list that ends with NULL; -1 if it is not there. */
static inline int find(const char *word, const char *const list[]) {
	for (int i = 0; list[i]; i++)
		if (strcmp(word, list[i]) == 0) return i;
	return -1;
}

#endif
