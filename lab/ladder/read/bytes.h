/*
 * bytes.h - bytes that came from outside: none is read that is not there
 */
#ifndef LADDER_BYTES_H
#define LADDER_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *at;
	size_t size;   /* that were captured */
	size_t length; /* that there were */
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

/* Reads n bits, at most 32, from that bit on. False: they were not captured. */
static inline bool read_bits(
	const struct bytes *b, size_t from, size_t n, uint32_t *value) {
	if (from + n > b->size * 8) return false;
	for (*value = 0; n--; from++)
		*value = *value << 1 | (b->at[from / 8] >> (7 - from % 8) & 1);
	return true;
}

/* The next of TCP's options, with its kind and length; its last bytes may not
 * have been captured. False: there is none, or its length is impossible. */
bool take_tcp_option(struct bytes *options, struct bytes *option);

#endif
