/*
 * read.h - files -> what was recorded
 *
 *     source.h    a capture, as a file or while it grows -> its frames
 *     capture.c   its frames -> packets
 *     decode.c    a frame -> a packet, or the reason why it is none
 *     fragments.c fragments of IP -> the datagram that they are of
 *     calls.c     a log of socktrace's or wire's -> its calls
 *     folder.c    a folder -> its captures and logs
 *     ends.c      addresses and ports, as text
 */
#ifndef READ_H
#define READ_H

#include "records.h"

struct capture {
	char *name;
	enum host host;
	bool keeps;	       /* the frames themselves, for header.c */
	char *fault;	       /* why not all of it could be read; or NULL */
	struct source *source; /* its bytes: see source.h */
	struct datagram *datagrams; /* in fragments: see fragments.c */
	size_t datagram_count, datagram_room;
};

/* Who returns a text returns NULL, or else what failed and why: "FILE: why",
 * and in a second line the remedy, if there is one. It is the caller's. */
char *open_capture(struct capture *c, const char *file, const char *filter);
char *watch_capture(struct capture *c, const char *file); /* it is growing */
/* Appends the packets that are there, up to what cannot be read. */
char *read_packets(struct capture *c, struct packets *to, struct account *a);
void close_capture(struct capture *c);

/* Counts a frame that is not drawn. */
void leave_out(struct account *a, const char *reason);

/* A piece of a datagram, as IP cuts it. */
struct fragment {
	uint64_t likeness;   /* the same for all pieces; 0: it is whole */
	uint32_t from, size; /* of the datagram's bytes */
	bool last;
};

/* The frame's first `size` bytes of `length`; returns why it is no packet, or
 * NULL. A later fragment is none. */
const char *decode(const uint8_t *bytes, size_t size, size_t length,
	uint32_t link, struct packet *p, struct fragment *f);
extern const char later_fragment[], recorded_twice[];
#define MOMENT (2 * MS) /* the most between a packet and its copy */
/* Adds a fragment to its datagram, whose packet is, or will be, to->at[place]:
 * that says then what is known of all of them. False: it has come before, and
 * is left out. */
bool join_fragment(struct capture *c, struct packets *to, struct packet *p,
	const struct fragment *f);
/* While the capture grows: packets are handed on with what has come so far. */
void hand_on_fragments(struct capture *c, struct packets *to);
/* Counts those whose first one is not in the capture; no more will come. */
void end_fragments(struct capture *c, struct account *a);
void free_packet(struct packet *p); /* what it points to */

struct log {
	char *path;
	enum host host; /* BOTH: the cable */
	int number;	/* among its host's; 0: the only one */
	int fd;
	char *command;	       /* or NULL */
	bool serves;	       /* it has accepted connections */
	uint8_t used[1 << 12]; /* bits: of tasks and descriptors, see calls.c */
	char *buffer;
	size_t size, room;
	nanoseconds zone, midnight, latest; /* midnight NEVER: no date yet */
};

bool open_log(struct log *l, const char *path, enum host host);
bool next_call(struct log *l, struct call *c, nanoseconds near);
void free_call(struct call *c); /* what it points to */
void close_log(struct log *l);

/* A folder with both: HOST.pcap, HOST.PROGRAM.N.log, wire.cable.log. */
struct folder {
	const char *name;
	struct capture captures[2];
	int capture_count;
	struct log *logs;
	size_t log_count, log_room;
};

/* Opens what has not been opened yet; it may be growing. */
char *look_into(struct folder *f, const char *filter, bool growing);
char *order_folder(struct folder *f); /* client first; programs numbered */
void free_folder(struct folder *f);   /* once all is read */
/* Why there is nothing to draw. */
char *why_nothing(const struct folder *f, const struct account *a);

#endif
