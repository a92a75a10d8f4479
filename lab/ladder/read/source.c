/*
 * source.c - the bytes of a capture file, which may be growing
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../messages.h"
#include "source.h"

char *because(const char *format, ...) {
	char *text;
	va_list all;

	va_start(all, format);
	if (vasprintf(&text, format, all) < 0) err(1, "memory");
	va_end(all);
	return text;
}

bool fail(struct source *s, const char *format, ...) {
	char text[256];
	va_list all;

	va_start(all, format);
	vsnprintf(text, sizeof text, format, all);
	va_end(all);
	append(&s->fault, s->fault ? "; %s" : "%s", text);
	return false;
}

/* Reads more bytes into the buffer. Returns false if there are no more. */
static bool refill(struct source *s) {
	ssize_t came;

	if (s->begin) {
		memmove(s->buffer, s->buffer + s->begin, s->end - s->begin);
		s->end -= s->begin;
		s->begin = 0;
	}
	while (s->room - s->end < 1 << 16)
		s->buffer = enlarge(s->buffer, s->room, &s->room, 1);
	do
		came = read(s->fd, s->buffer + s->end, s->room - s->end);
	while (came == -1 && errno == EINTR);
	if (came == -1) fail(s, "%s", strerror(errno));
	if (came > 0) s->end += (size_t)came;
	s->ended = came == 0;
	return came > 0;
}

/* Skips s->skip bytes. Returns false if the file ends before that, or does not
 * have so many bytes yet. */
static bool skip(struct source *s) {
	while (s->skip) {
		const size_t there = s->end - s->begin;
		const size_t n = s->skip < there ? (size_t)s->skip : there;

		pass(s, n);
		s->skip -= n;
		if (s->skip && !refill(s)) return false;
	}
	return true;
}

const uint8_t *peek(struct source *s, size_t n) {
	if (s->fault || !skip(s)) return NULL;
	while (s->end - s->begin < n)
		if (!refill(s)) return NULL;
	return s->buffer + s->begin;
}

void pass(struct source *s, size_t n) {
	s->begin += n;
	s->offset += n;
}

uint64_t number_at(const struct source *s, const uint8_t *at, size_t size) {
	uint64_t n = 0;

	for (size_t i = 0; i < size; i++)
		n = n << 8 | at[s->big ? i : size - 1 - i];
	return n;
}

void add_interface(struct source *s, struct interface i) {
	s->interfaces = enlarge(s->interfaces, s->interface_count,
		&s->interface_room, sizeof i);
	s->interfaces[s->interface_count++] = i;
}

/* ---- time ---------------------------------------------------------------- */

static uint64_t power_of_ten(int n) {
	uint64_t power = 1;

	while (n-- > 0)
		power *= 10;
	return power;
}

/* Converts ticks of 2^-n s. Returns the whole seconds; *rest becomes the
 * nanoseconds that remain. */
static uint64_t binary(uint64_t ticks, int n, uint64_t *rest) {
	const uint64_t part = n < 64 ? ticks & ((UINT64_C(1) << n) - 1) : ticks;

	/* first, *rest is in units of 2^-32 s, each less than 1 ns */
	if (n > 32)
		*rest = n - 32 < 64 ? part >> (n - 32) : 0;
	else
		*rest = part << (32 - n);
	*rest = *rest * SECOND >> 32;
	return n < 64 ? ticks >> n : 0;
}

/* Does the same for ticks of 10^-n s. If n >= 20, there is no whole second,
 * because 10^20 ticks do not fit in 64 bits. */
static uint64_t decimal(uint64_t ticks, int n, uint64_t *rest) {
	const uint64_t second = n < 20 ? power_of_ten(n) : 0;
	const uint64_t part = second ? ticks % second : ticks;

	if (n <= 9)
		*rest = part * power_of_ten(9 - n);
	else
		*rest = n - 9 < 20 ? part / power_of_ten(n - 9) : 0;
	return second ? ticks / second : 0;
}

nanoseconds time_of_ticks(uint64_t ticks, const struct interface *i) {
	const int64_t most = INT64_C(9200000000); /* seconds: the year 2261 */
	const int n = i->resolution & 0x7f;
	uint64_t rest;
	int64_t seconds =
		(int64_t)(i->resolution & 0x80 ? binary(ticks, n, &rest) :
						 decimal(ticks, n, &rest));

	if (seconds < 0 || seconds > most) seconds = most;
	if (i->offset > -most && i->offset < most) seconds += i->offset;
	if (seconds < 0) seconds = 0;
	if (seconds > most) seconds = most;
	return seconds * SECOND + (nanoseconds)rest;
}
