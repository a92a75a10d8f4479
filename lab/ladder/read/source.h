/*
 * source.h - a capture file: its bytes, and its frames
 *
 *     source.c   the bytes of a file, which may be growing
 *     child.c    the same for a file that a program (gzip, tcpdump) converts
 *     pcap.c     a pcap file -> its frames
 *     pcapng.c   a pcapng file -> its frames
 *
 * To add a format, write a file like pcap.c, and call its function is_...() in
 * identify() in capture.c.
 */
#ifndef LADDER_SOURCE_H
#define LADDER_SOURCE_H

#include <stdio.h>
#include <sys/types.h>

#include "read.h"

enum { MOST_OF_FRAME = 1 << 18 }; /* bytes; libpcap has the same limit */

struct frame {
	nanoseconds time;
	uint32_t size,	      /* how many bytes were captured */
		length;	      /* how many bytes there were on the wire */
	uint32_t link;	      /* the link type: see pcap-linktype(7) */
	const uint8_t *bytes; /* valid until the next frame is read */
};

/* An interface that a capture was recorded on */
struct interface {
	uint32_t link;	    /* the link type of its frames */
	uint32_t snapshot;  /* bytes: the limit for each frame; 0: no limit */
	uint8_t resolution; /* N: times are in 10^-N s; 0x80 | N: in 2^-N s */
	int64_t offset;	    /* the seconds to add to the times of its frames */
};

/* A program that converts the file, and the program's feeder: the process that
 * writes the file to the program's stdin */
struct child {
	const char *name;
	pid_t feeder, program; /* 0 or -1: not running */
	FILE *complaints;      /* what the program printed on stderr */
};

struct source {
	int fd;
	uint8_t *buffer;
	size_t begin, end,  /* of the bytes in the buffer that come next */
		room;	    /* the size of the buffer */
	uint64_t offset;    /* how many bytes of the file are before `begin` */
	uint64_t skip;	    /* how many bytes to skip before the next one */
	bool grows;	    /* more may still be written to the file */
	bool ended;	    /* the last read() was at the end of the file */
	char *fault;	    /* NULL, or why no more can be read */
	const char *remedy; /* what to do about the fault; or NULL */
	char *filter;	    /* the filter that tcpdump applies; or NULL */
	struct child children[2];
	int child_count;

	/* Reads the next frame. Returns false if there is none, or none yet.
	 * The pointer is NULL until the format is known. */
	bool (*next)(struct source *s, struct frame *f);
	bool big;	     /* the numbers in the file are big-endian */
	size_t record_size;  /* pcap: size of the header before each frame */
	uint32_t block_size; /* pcapng: size of the block that is read now */
	bool in_block;	     /* pcapng: the end of this block is next */
	nanoseconds latest;  /* pcapng: the time of the last frame */
	uint32_t frames; /* how many were read, counted as Wireshark counts */
	struct interface *interfaces;
	size_t interface_count, interface_room;
};

/* Returns an error message, which the caller frees. */
char *because(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Each returns false if the file is not in this format, or does not have enough
 * bytes yet. */
bool is_pcap(struct source *s);
bool is_pcapng(struct source *s);

/* Returns the next n bytes, which stay the next ones until pass(). Returns NULL
 * if there are fewer. */
const uint8_t *peek(struct source *s, size_t n);
void pass(struct source *s, size_t n);
/* Adds a reason to s->fault. Returns false. */
bool fail(struct source *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
uint64_t number_at(const struct source *s, const uint8_t *at, size_t size);
nanoseconds time_of_ticks(uint64_t ticks, const struct interface *i);
void add_interface(struct source *s, struct interface i);

/* Starts this program, and gives it the rest of the file on stdin. From then
 * on, s reads the program's output instead of the file. */
bool read_through(struct source *s, const char *const command[]);
void end_children(struct source *s);

#endif
