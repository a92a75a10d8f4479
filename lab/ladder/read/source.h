/*
 * source.h - a capture's file: its bytes as they come, and its frames
 *
 *     source.c   the bytes of a file, which may be growing
 *     child.c    or what another program (gzip, tcpdump) makes of them
 *     pcap.c     a pcap file -> its frames
 *     pcapng.c   a pcapng file -> its frames
 *
 * A new format is a file like these two, and its is_...() in capture.c.
 */
#ifndef LADDER_SOURCE_H
#define LADDER_SOURCE_H

#include <stdio.h>
#include <sys/types.h>

#include "read.h"

enum { MOST_OF_FRAME = 1 << 18 }; /* bytes: libpcap's limit, too */

struct frame {
	nanoseconds time;
	uint32_t size, length; /* captured, and on the wire */
	uint32_t link;
	const uint8_t *bytes; /* until the next one is read */
};

/* What a capture was recorded on. */
struct interface {
	uint32_t link;
	uint32_t snapshot;  /* most bytes of a frame; 0: no limit */
	uint8_t resolution; /* of time: N for 10^-N s, 0x80 | N for 2^-N s */
	int64_t offset;	    /* seconds to add */
};

struct child {
	const char *name;
	pid_t feeder, program; /* 0: there is none */
	FILE *complaints;
};

struct source {
	int fd;
	uint8_t *buffer;
	size_t begin, end, room;
	uint64_t offset;    /* of `begin` in the file */
	uint64_t skip;	    /* bytes to pass over before the next is read */
	bool grows;	    /* what is missing yet may still come */
	bool ended;	    /* and there is no more */
	char *fault;	    /* why no more can be read; or NULL */
	const char *remedy; /* or NULL */
	char *filter;	    /* for tcpdump; or NULL */
	struct child children[2];
	int child_count;

	/* Reads the next frame; false: there is none, yet. NULL: the format is
	 * not known yet. */
	bool (*next)(struct source *s, struct frame *f);
	bool big;	     /* its numbers are big-endian */
	size_t record_size;  /* pcap: of what stands before each frame */
	uint32_t block_size; /* pcapng: of the block that is being read */
	bool in_block;	     /* all but its end has been taken */
	nanoseconds latest;
	uint32_t frames; /* as Wireshark numbers them */
	struct interface *interfaces;
	size_t interface_count, interface_room;
};

/* Why something failed: a text of the caller's own. */
char *because(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Each false: it is not in this format, or has not so many bytes yet. */
bool is_pcap(struct source *s);
bool is_pcapng(struct source *s);

/* The next n bytes, which stay; NULL: there are not so many, yet. */
const uint8_t *peek(struct source *s, size_t n);
void pass(struct source *s, size_t n);
bool fail(struct source *s, const char *format, ...) /* returns false */
	__attribute__((format(printf, 2, 3)));
uint64_t number_at(const struct source *s, const uint8_t *at, size_t size);
nanoseconds time_of_ticks(uint64_t ticks, const struct interface *i);
void add_interface(struct source *s, struct interface i);

/* Reads on from what this program makes of all that is left. */
bool read_through(struct source *s, const char *const command[]);
void end_children(struct source *s);

#endif
