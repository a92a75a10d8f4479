/*
 * common.h - functions that wire, socktrace and ladder share
 *
 * Each line that wire or socktrace logs begins with the time in tcpdump's
 * format. So the logs and tcpdump's output can be read side by side, and sorted
 * by time.
 */
#ifndef LAB_COMMON_H
#define LAB_COMMON_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "messages.h"

/* Writes t as local time of day, for example "06:07:13.455102", into `text`,
 * which has 16 bytes. Returns `text`. */
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

/* Returns the whole number in `text`. Exits with status 2 if `text` is not
 * digits only, or the number is below `least` or above `most`; the error
 * message then names the number as `what`. */
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

/* Like whole(), but the number may have a fraction: see is_decimal(). */
static inline double decimal(
	const char *what, const char *text, double least, double most) {
	const double value = strtod(text, NULL);

	if (!is_decimal(text) || value < least || value > most)
		errx(2, "%s: '%s' is not a number from %.0f to %.0f", what,
			text, least, most);
	return value;
}

/* Returns the number of ms in `text`, from 0 to 60000: see decimal(). */
static inline double milliseconds(const char *what, const char *text) {
	return decimal(what, text, 0, 60000);
}

/* Returns the index of `word` in the list, which ends with NULL. Returns -1 if
 * the list does not have the word. */
static inline int find(const char *word, const char *const list[]) {
	for (int i = 0; list[i]; i++)
		if (strcmp(word, list[i]) == 0) return i;
	return -1;
}

#endif
