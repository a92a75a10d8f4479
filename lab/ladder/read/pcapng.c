/*
 * pcapng.c - a pcapng file (draft-ietf-opsawg-pcapng) -> its frames
 *
 * The file consists of blocks. A block has a type, a size, its contents, and
 * the size again. Blocks form sections. A section's first block shows the
 * section's byte order, and each section describes its own interfaces. Blocks
 * without a frame are skipped.
 */
#include "bytes.h"
#include "source.h"

enum {
	HEADER = 8, /* bytes of a block's type and size */

	INTERFACE = 1,
	OLD_PACKET = 2, /* obsolete */
	SIMPLE_PACKET = 3,
	PACKET = 6,
	JOURNAL = 9,	/* an entry of systemd's journal */
	CUSTOM = 0xbad, /* a kind of block that anyone may define */
	CUSTOM_PRIVATE = 0x40000bad, /* the same, but not to be copied */
	SECTION = 0x0a0d0d0a,

	/* options of an interface */
	RESOLUTION = 9,
	OFFSET = 14
};

/* Returns the first n bytes of the block's contents, and skips the others.
 * Returns NULL if the block has fewer bytes, or if the file does not have
 * so many yet. */
static const uint8_t *take_block(struct source *s, size_t n) {
	const uint8_t *at;

	if (s->block_size < HEADER + n + 4) {
		fail(s,
			"the block after frame %u has %u bytes, too few for its "
			"kind",
			s->frames, s->block_size);
		return NULL;
	}
	at = peek(s, HEADER + n);
	if (!at) return NULL;
	pass(s, HEADER + n);
	s->in_block = true;
	s->skip = s->block_size - HEADER - n - 4;
	return at + HEADER;
}

static bool take_section(struct source *s) {
	const uint8_t *at = take_block(s, 16);

	if (!at) return false;
	if (number_at(s, at + 4, 2) != 1)
		return fail(s, "it is pcapng of version %u, not 1",
			(unsigned)number_at(s, at + 4, 2));
	s->interface_count = 0;
	return true;
}

static bool take_interface(struct source *s) {
	struct interface i = {.resolution = 6};
	struct bytes b = {.size = s->block_size - HEADER - 4};
	const uint8_t *at;

	if (s->block_size > MOST_OF_FRAME)
		return fail(s,
			"the block of interface %zu says that it has %u bytes: "
			"at most %d are possible",
			s->interface_count, s->block_size, MOST_OF_FRAME);
	b.at = take_block(s, b.size < 8 ? 8 : b.size);
	if (!b.at) return false;
	i.link = (uint32_t)number_at(s, b.at, 2);
	i.snapshot = (uint32_t)number_at(s, b.at + 4, 4);
	take(&b, 8);
	while ((at = take(&b, 4))) {
		const uint64_t option = number_at(s, at, 2);
		const size_t size = (size_t)number_at(s, at + 2, 2);

		at = take(&b, (size + 3) & ~(size_t)3);
		if (!option || !at) break;
		if (option == RESOLUTION && size == 1) i.resolution = *at;
		if (option == OFFSET && size == 8)
			i.offset = (int64_t)number_at(s, at, 8);
	}
	add_interface(s, i);
	return true;
}

/* Reads a frame: `fixed` bytes that describe the frame, and then its bytes. */
static bool take_frame(
	struct source *s, struct frame *f, uint64_t interface, size_t fixed) {
	const uint8_t *at;

	if (interface >= s->interface_count)
		return fail(s,
			"frame %u is of interface %u, which is not "
			"described",
			s->frames + 1, (unsigned)interface);
	if (f->size > MOST_OF_FRAME)
		return fail(s,
			"frame %u says that it has %u bytes: at most %d "
			"are possible",
			s->frames + 1, f->size, MOST_OF_FRAME);
	at = take_block(s, fixed + f->size);
	if (!at) return false;
	f->link = s->interfaces[interface].link;
	f->bytes = at + fixed;
	f->time = s->latest;
	s->frames++;
	return true;
}

static bool take_packet(struct source *s, struct frame *f, bool old) {
	const uint8_t *at = peek(s, HEADER + 20);
	uint64_t interface, ticks;

	if (!at) return false;
	at += HEADER;
	interface = number_at(s, at, old ? 2 : 4);
	ticks = number_at(s, at + 4, 4) << 32 | number_at(s, at + 8, 4);
	f->size = (uint32_t)number_at(s, at + 12, 4);
	f->length = (uint32_t)number_at(s, at + 16, 4);
	if (!take_frame(s, f, interface, 20)) return false;
	f->time = time_of_ticks(ticks, &s->interfaces[interface]);
	s->latest = f->time;
	return true;
}

/* Reads a block without a time: its frame gets the time of the frame before. */
static bool take_simple_packet(struct source *s, struct frame *f) {
	const uint8_t *at = peek(s, HEADER + 4);
	const uint32_t room = s->block_size - HEADER - 4 - 4;

	if (!at) return false;
	f->length = (uint32_t)number_at(s, at + HEADER, 4);
	f->size = f->length < room ? f->length : room;
	if (s->interface_count && s->interfaces->snapshot &&
		f->size > s->interfaces->snapshot)
		f->size = s->interfaces->snapshot;
	return take_frame(s, f, 0, 4);
}

/* Reads the size at the end of the block. It must be equal to the size at the
 * beginning of the block. */
static bool end_block(struct source *s) {
	const uint8_t *at;

	if (!s->in_block) return true;
	at = peek(s, 4);
	if (!at) return false;
	if (number_at(s, at, 4) != s->block_size)
		return fail(s,
			"the block after frame %u has different sizes at its beginning and its end",
			s->frames);
	pass(s, 4);
	s->in_block = false;
	return true;
}

/* Reads the next block's type and size. Returns false if there is no block, or
 * none yet. */
static bool begin_block(struct source *s, uint32_t *type) {
	const uint8_t *at = peek(s, HEADER + 4);

	if (!at) return false;
	*type = (uint32_t)number_at(s, at, 4);
	if (*type == SECTION) { /* the same number in both byte orders */
		s->big = at[HEADER] == 0x1a;
		if (number_at(s, at + HEADER, 4) != 0x1a2b3c4d)
			return fail(s,
				"the section after frame %u is in no "
				"known byte order",
				s->frames);
	}
	s->block_size = (uint32_t)number_at(s, at + 4, 4);
	if (s->block_size < HEADER + 4 || s->block_size % 4)
		return fail(s,
			"the block after frame %u says that it has %u bytes: "
			"fewer than 12, or no multiple of 4",
			s->frames, s->block_size);
	return true;
}

static bool next_of_pcapng(struct source *s, struct frame *f) {
	uint32_t type;

	while (end_block(s) && begin_block(s, &type)) {
		bool taken;

		switch (type) {
		case PACKET:
		case OLD_PACKET: return take_packet(s, f, type == OLD_PACKET);
		case SIMPLE_PACKET: return take_simple_packet(s, f);
		case SECTION: taken = take_section(s); break;
		case INTERFACE: taken = take_interface(s); break;
		default: taken = take_block(s, 0) != NULL;
		}
		if (!taken) break;
		/* Wireshark counts these blocks as frames, too */
		if (type == JOURNAL || type == CUSTOM || type == CUSTOM_PRIVATE)
			s->frames++;
	}
	return false;
}

bool is_pcapng(struct source *s) {
	const uint8_t *at = peek(s, 4);

	if (!at || number_at(s, at, 4) != SECTION) return false;
	s->next = next_of_pcapng;
	return true;
}
