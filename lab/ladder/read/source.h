/*
 * source.h - a capture file: its bytes, and its frames
 *
 *     source.c   the bytes of a file, which may be growing
 *     child.c    or the output of a program (gzip, tcpdump) that converts it
 *     pcap.c     a pcap file -> its frames
 *     pcapng.c   a pcapng file -> its frames
 *
 * To add a format, write a file like pcap.c, and call its is_...() in
 * capture.c.
 */
#ifndef LADDER_SOURCE_H
#define LADDER_SOURCE_H

#include <stdio.h>
#include <sys/types.h>

#include "read.h"

enum { MOST_OF_FRAME = 1 << 18 }; /* bytes; libpcap has the same limit */

struct frame {
	nanoseconds time;
	uint32_t size, length; /* in bytes: captured, on the wire */
	uint32_t link;
	const uint8_t *bytes; /* valid until the next frame is read */
};

/* An interface that a capture was recorded on */
struct interface {
	uint32_t link;
	uint32_t snapshot;  /* most bytes captured of a frame; 0: no limit */
	uint8_t resolution; /* of times: N for 10^-N s, 0x80 | N for 2^-N s */
	int64_t offset;	    /* seconds to add to its times */
};

struct child {
	const char *name;
	pid_t feeder, program; /* 0 or -1: not running */
	FILE *complaints;
};

struct source {
	int fd;
	uint8_t *buffer;
	size_t begin, end, room;
	uint64_t offset;    /* of `begin` in the file */
	uint64_t skip;	    /* bytes to skip before the next one is read */
	bool grows;	    /* more may still be written to the file */
	bool ended;	    /* the last read() was at the end of the file */
	char *fault;	    /* NULL, or why no more can be read */
	const char *remedy; /* what to do about the fault; or NULL */
	char *filter;	    /* for tcpdump; or NULL */
	struct child children[2];
	int child_count;

	/* Reads the next frame; false: there is none (yet). The pointer is NULL
	 * until the format is known. */
	bool (*next)(struct source *s, struct frame *f);
	bool big;	     /* its numbers are big-endian */
	size_t record_size;  /* pcap: of the header before each frame */
	uint32_t block_size; /* pcapng: of the block that is read */
	bool in_block;	     /* pcapng: only the block's end is left */
	nanoseconds latest;
	uint32_t frames; /* so far, counted as Wireshark does */
	struct interface *interfaces;
	size_t interface_count, interface_room;
};

/* Returns an error message, which the caller frees. */
char *because(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Each returns false if the file is not in this format, or still too short. */
bool is_pcap(struct source *s);
bool is_pcapng(struct source *s);

/* Returns the next n bytes, without passing them. NULL: there are fewer. */
const uint8_t *peek(struct source *s, size_t n);
void pass(struct source *s, size_t n);
/* Adds a reason to s->fault. Returns false. */
bool fail(struct source *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
uint64_t number_at(const struct source *s, const uint8_t *at, size_t size);
nanoseconds time_of_ticks(uint64_t ticks, const struct interface *i);
void add_interface(struct source *s, struct interface i);

/* Starts this program, gives it the rest of the file, and reads its output. */
bool read_through(struct source *s, const char *const command[]);
void end_children(struct source *s);

#endif
