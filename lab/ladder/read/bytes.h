/*
 * bytes.h - reads bytes from outside: only those that were captured
 */
#ifndef LADDER_BYTES_H
#define LADDER_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *at;
	size_t size;   /* how many were captured */
	size_t length; /* how many were on the wire */
};

/* Takes the next n bytes. NULL: they were not captured. */
static inline const uint8_t *take(struct bytes *b, size_t n) {
	const uint8_t *at = b->at;

	if (n > b->size) return NULL;
	b->at += n;
	b->size -= n;
	b->length -= n < b->length ? n : b->length;
	return at;
}

/* Reads n <= 32 bits, from bit `from` on. False: they were not captured. */
static inline bool read_bits(
	const struct bytes *b, size_t from, size_t n, uint32_t *value) {
	if (from + n > b->size * 8) return false;
	for (*value = 0; n--; from++)
		*value = *value << 1 | (b->at[from / 8] >> (7 - from % 8) & 1);
	return true;
}

/* Takes the next TCP option, with its kind and length. Its last bytes may not
 * have been captured. False: there is none, or its length is impossible. */
bool take_tcp_option(struct bytes *options, struct bytes *option);

#endif
