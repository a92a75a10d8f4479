/*
 * bytes.h - reads the bytes of a frame, but never more than were captured
 */
#ifndef LADDER_BYTES_H
#define LADDER_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *at;
	size_t size;   /* how many of them were captured */
	size_t length; /* how many of them there were on the wire */
};

/* Returns the next n bytes, and moves b past them. Returns NULL if not all of
 * them were captured. */
static inline const uint8_t *take(struct bytes *b, size_t n) {
	const uint8_t *at = b->at;

	if (n > b->size) return NULL;
	b->at += n;
	b->size -= n;
	b->length -= n < b->length ? n : b->length;
	return at;
}

/* Reads n bits, at most 32, from bit number `from` on. Returns false if not all
 * of them were captured. */
static inline bool read_bits(
	const struct bytes *b, size_t from, size_t n, uint32_t *value) {
	if (from + n > b->size * 8) return false;
	for (*value = 0; n--; from++)
		*value = *value << 1 | (b->at[from / 8] >> (7 - from % 8) & 1);
	return true;
}

/* Sets *option to the bytes of the next TCP option, from its kind on, and moves
 * *options past them. The last bytes of the option may not have been captured.
 * Returns false if there is no option, or its length is impossible. */
bool take_tcp_option(struct bytes *options, struct bytes *option);

#endif
