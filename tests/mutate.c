/*
 * mutate - damages a file, for the tests; with the same SEED in the same way
 *
 * usage: mutate SEED < FILE > DAMAGED
 *
 * Up to 16 times, does one of these at random: changes a byte, inverts a bit,
 * repeats some bytes, copies some bytes to another place, removes some bytes,
 * or sets some bytes to 0xff (as if a length were huge). Sometimes it also
 * removes the end of the file.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 1 << 20 };

static uint64_t state;

/* Returns a random number below n (xorshift64). */
static size_t below(size_t n) {
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return n ? (size_t)(state >> 16) % n : 0;
}

int main(int argc, char *argv[]) {
	static uint8_t bytes[2 * MOST], piece[4096];
	size_t size = fread(bytes, 1, MOST, stdin), n;

	state = UINT64_C(0x9e3779b97f4a7c15) ^
		(strtoul(argc > 1 ? argv[1] : "1", NULL, 10) << 20);
	for (size_t times = 1 + below(16); times-- && size > 8;) {
		const size_t at = below(size), to = below(size);

		n = 1 + below(size - at < 200 ? size - at : 200);
		switch (below(6)) {
		case 0: bytes[at] = (uint8_t)below(256); break;
		case 1: bytes[at] ^= (uint8_t)(1U << below(8)); break;
		case 2: /* repeats n bytes */
			if (size + n > MOST) break;
			memmove(bytes + at + n, bytes + at, size - at);
			size += n;
			break;
		case 3: /* copies n bytes to another place */
			memcpy(piece, bytes + at, n);
			memcpy(bytes + to, piece,
				to + n > size ? size - to : n);
			break;
		case 4: /* removes n bytes */
			memmove(bytes + at, bytes + at + n, size - at - n);
			size -= n;
			break;
		default: memset(bytes + at, 0xff, n < 4 ? n : 4);
		}
	}
	if (below(8) == 0) size = below(size);
	return fwrite(bytes, 1, size, stdout) != size;
}
