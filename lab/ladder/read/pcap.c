/*
 * pcap.c - a pcap file (pcap-savefile(5)) -> its frames
 *
 * The file has a header of 24 bytes, and then for each frame a header and the
 * frame's bytes. Numbers are in the byte order of the machine that recorded the
 * capture.
 */
#include "source.h"

static bool next_of_pcap(struct source *s, struct frame *f) {
	const struct interface *i = s->interfaces;
	const uint8_t *at = peek(s, s->record_size);
	nanoseconds fraction;

	if (!at) return false;
	f->size = (uint32_t)number_at(s, at + 8, 4);
	f->length = (uint32_t)number_at(s, at + 12, 4);
	if (f->size > MOST_OF_FRAME)
		return fail(s,
			"frame %u says that it has %u bytes: at most %d "
			"are possible",
			s->frames + 1, f->size, MOST_OF_FRAME);
	at = peek(s, s->record_size + f->size);
	if (!at) return false;
	fraction = (nanoseconds)number_at(s, at + 4, 4);
	f->time = (nanoseconds)number_at(s, at, 4) * SECOND +
		  fraction * (i->resolution == 9 ? 1 : 1000);
	f->link = i->link;
	f->bytes = at + s->record_size;
	pass(s, s->record_size + f->size);
	s->frames++;
	return true;
}

/* Recognises a pcap file of version 2.4, the only version of this century.
 * tcpdump converts older versions. */
bool is_pcap(struct source *s) {
	static const struct {
		uint32_t magic;
		uint8_t resolution;
		size_t record_size;
	} kinds[] = {{0xa1b2c3d4, 6, 16}, {0xa1b23c4d, 9, 16},
		{0xa1b2cd34, 6, 24}}; /* written by a patched libpcap of 1999 */
	const uint8_t *at = peek(s, 24);

	for (size_t i = 0; at && i < 2 * sizeof kinds / sizeof *kinds; i++) {
		s->big = i % 2;
		if (number_at(s, at, 4) != kinds[i / 2].magic ||
			number_at(s, at + 4, 2) != 2 ||
			number_at(s, at + 6, 2) < 4)
			continue;
		s->record_size = kinds[i / 2].record_size;
		/* only the lower 16 bits are the link type: the upper ones
		 * describe the frame check sequence */
		add_interface(
			s, (struct interface){
				   .resolution = kinds[i / 2].resolution,
				   .link = number_at(s, at + 20, 4) & 0xffff});
		s->next = next_of_pcap;
		pass(s, 24);
		return true;
	}
	return false;
}
