/*
 * read.h - files -> what was recorded
 *
 *     source.h    a capture file, complete or still growing -> its frames
 *     capture.c   its frames -> packets
 *     decode.c    a frame -> a packet, or the reason why there is none
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
	enum host host;	       /* where it was recorded; BOTH: not known */
	bool keeps;	       /* each packet keeps its frame, for --packet */
	char *fault;	       /* NULL, or why not all of it could be read */
	struct source *source; /* its bytes and frames: see source.h */
	struct datagram *datagrams; /* datagrams in fragments: fragments.c */
	size_t datagram_count, datagram_room;
};

/* Each function that returns a char * returns NULL, or an error message, which
 * the caller frees: "FILE: why", and in a second line the remedy, if there is
 * one. */
char *open_capture(struct capture *c, const char *file, const char *filter);
char *watch_capture(struct capture *c, const char *file); /* a growing file */
/* Appends to `to` the packets that the capture has so far. Stops where the file
 * is damaged. */
char *read_packets(struct capture *c, struct packets *to, struct account *a);
void close_capture(struct capture *c);

/* Counts a frame that is not drawn, for this reason. */
void leave_out(struct account *a, const char *reason);

/* A fragment of a datagram */
struct fragment {
	/* a hash, the same in all fragments of one datagram; 0: the packet is
	 * not a fragment */
	uint64_t likeness;
	uint32_t from, /* its offset in the datagram, in bytes */
		size;  /* how many bytes of the datagram it has */
	bool last;     /* the datagram ends with this fragment */
};

/* Decodes a frame of `length` bytes, of which `size` were captured. Returns
 * NULL, or the reason why the frame is not drawn as a packet. The reason is
 * later_fragment if the frame has a fragment after the first of its datagram.
 * *f describes a fragment. */
const char *decode(const uint8_t *bytes, size_t size, size_t length,
	uint32_t link, struct packet *p, struct fragment *f);
extern const char later_fragment[], recorded_twice[];
#define MOMENT (2 * MS) /* the longest time between a packet and its copy */
/* Adds the fragment p, which f describes, to its datagram, and updates the
 * packet that stands for the datagram. Returns false if this fragment was
 * recorded before. */
bool join_fragment(struct capture *c, struct packets *to, struct packet *p,
	const struct fragment *f);
/* For --live: the packets in `to` are drawn now, with the fragments that they
 * have so far. */
void hand_on_fragments(struct capture *c, struct packets *to);
/* At the capture's end: counts, as left out, the fragments of each datagram
 * whose first fragment was not captured. */
void end_fragments(struct capture *c, struct account *a);
void free_packet(struct packet *p); /* frees what p points to, not p */

struct log {
	char *path;
	enum host host; /* BOTH: a log of the cable */
	/* its number among the logs of its host, from 1; 0: the only log */
	int number;
	int fd;
	char *command;	       /* the program's command line; or NULL */
	bool serves;	       /* the program has called accept() */
	uint8_t used[1 << 12]; /* a hash table of bits: see has_used() */
	char *buffer;	       /* bytes that were read, and not used yet */
	size_t size, room;     /* of the buffer: bytes in use, and in all */
	nanoseconds zone,      /* local time minus UTC */
		midnight,      /* when the day began; NEVER: not known yet */
		latest;	       /* the time of the last call; 0: none yet */
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

/* Opens those files of the folder that are not open yet. If `growing`, the
 * captures may still grow. */
char *look_into(struct folder *f, const char *filter, bool growing);
/* Puts the client's capture first, and sorts and numbers the logs. */
char *order_folder(struct folder *f);
void free_folder(struct folder *f); /* the logs must be closed before */
/* Returns the reason why there is nothing to draw. */
char *why_nothing(const struct folder *f, const struct account *a);

#endif
