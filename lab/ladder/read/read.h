/*
 * read.h - files -> what was recorded
 *
 *     source.h    a capture file, complete or still growing -> its frames
 *     capture.c   its frames -> packets
 *     decode.c    a frame -> a packet, or the reason why it is none
 *     fragments.c fragments of IP -> the datagram that they are parts of
 *     calls.c     a log of socktrace or wire -> its calls
 *     folder.c    a folder -> its captures and logs
 *     ends.c      addresses and ports, as text
 */
#ifndef READ_H
#define READ_H

#include "records.h"

struct capture {
	char *name;
	enum host host;
	bool keeps;	       /* each packet keeps its frame, for header.c */
	char *fault;	       /* NULL, or why not all of it could be read */
	struct source *source; /* its bytes and frames: see source.h */
	struct datagram *datagrams; /* those in fragments: see fragments.c */
	size_t datagram_count, datagram_room;
};

/* A function that returns a char * returns NULL, or else an error message:
 * "FILE: why", and in a second line the remedy, if there is one. The caller
 * frees it. */
char *open_capture(struct capture *c, const char *file, const char *filter);
char *watch_capture(struct capture *c, const char *file); /* a growing file */
/* Appends the packets that are there so far. It stops at a damaged place. */
char *read_packets(struct capture *c, struct packets *to, struct account *a);
void close_capture(struct capture *c);

/* Counts a frame that is not drawn, by its reason. */
void leave_out(struct account *a, const char *reason);

/* A fragment of a datagram */
struct fragment {
	uint64_t likeness; /* equal for all its fragments; 0: not fragmented */
	uint32_t from, size; /* its offset in the datagram, its size: bytes */
	bool last;
};

/* Decodes a frame of `length` bytes, of which `size` were captured. Returns
 * NULL, or why it is no packet. A fragment after the first is no packet. */
const char *decode(const uint8_t *bytes, size_t size, size_t length,
	uint32_t link, struct packet *p, struct fragment *f);
extern const char later_fragment[], recorded_twice[];
#define MOMENT (2 * MS) /* the longest time between a packet and its copy */
/* Adds fragment p to its datagram, and updates the packet that the first
 * fragment has become. False: this fragment was recorded before. */
bool join_fragment(struct capture *c, struct packets *to, struct packet *p,
	const struct fragment *f);
/* Live: the packets `to` are handed on, and wait for no more fragments. */
void hand_on_fragments(struct capture *c, struct packets *to);
/* At the capture's end: counts fragments without their first one. */
void end_fragments(struct capture *c, struct account *a);
void free_packet(struct packet *p); /* frees what p points to, not p */

struct log {
	char *path;
	enum host host; /* BOTH: a log of the cable */
	int number;	/* from 1, among its host's logs; 0: the only one */
	int fd;
	char *command;	       /* or NULL */
	bool serves;	       /* the program has called accept() */
	uint8_t used[1 << 12]; /* a hash table of bits: see has_used() */
	char *buffer;
	size_t size, room;
	nanoseconds zone, midnight, latest; /* midnight NEVER: date not known */
};

bool open_log(struct log *l, const char *path, enum host host);
bool next_call(struct log *l, struct call *c, nanoseconds near);
void free_call(struct call *c); /* frees what c points to, not c */
void close_log(struct log *l);

/* A folder with captures and logs: HOST.pcap, HOST.PROGRAM.N.log,
 * wire.cable.log */
struct folder {
	const char *name;
	struct capture captures[2];
	int capture_count;
	struct log *logs;
	size_t log_count, log_room;
};

/* Opens the files that are not open yet. growing: they are still written. */
char *look_into(struct folder *f, const char *filter, bool growing);
char *order_folder(struct folder *f); /* puts the client first, numbers logs */
void free_folder(struct folder *f);   /* once its logs are closed */
/* Returns the reason why there is nothing to draw. */
char *why_nothing(const struct folder *f, const struct account *a);

#endif
