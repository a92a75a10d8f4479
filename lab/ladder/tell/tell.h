/*
 * tell.h - packets and calls -> the timeline
 *
 *     clock.c    two captures -> the host of each, how their clocks differ
 *     copies.c   a capture -> the same, but each packet only once
 *     follow.c   packets and calls in order of time -> events: segments that
 *                left and arrived, and calls, each in its connection
 *     states.c   adds the states of both ends to each event (RFC 9293)
 *     notes.c    adds to each segment what an expert would see in it
 *     order.c    events -> rows, in each host's own order
 *     normal.c   events -> lines in the normal form of promises
 *     build.c    runs all of these, one after another
 */
#ifndef TELL_H
#define TELL_H

#include "../read/read.h"
#include "timeline.h"

/* BLOCKS: the most ranges in a set; HISTORY: the most segments in a reading */
enum { BLOCKS = 32, HISTORY = 256 };

/* A set of ranges of bytes. No range touches another. */
struct blocks {
	struct block {
		int64_t from, to; /* the bytes `from` to `to` - 1 */
	} at[BLOCKS];
	int count;
};

/* Adds a range to the set. Returns whether the range has a byte that was not in
 * the set before. */
bool add_block(struct blocks **b, int64_t from, int64_t to);

/* A segment that was sent, with the sequence numbers `from` to `to` - 1 */
struct sent {
	int64_t from, to;
	nanoseconds time;
	bool again; /* it is a retransmission */
};

/* What notes.c remembers of one direction, as one capture shows it */
struct reading {
	bool valid;   /* the capture has a segment of this direction */
	int64_t next; /* the number after the last byte that was sent */
	int64_t acknowledgeable; /* the highest ACK number that the peer may
				    send */
	int64_t last_ack;	 /* the ACK number of the last segment */
	nanoseconds advanced,	 /* when `next` last grew */
		acked;		 /* the time of the last segment */
	nanoseconds opened;	 /* the time of the last SYN */
	uint16_t win;		 /* the window field of the last segment */
	int scale; /* the window scale; -1: the SYN does not offer it; -2: the
		      SYN is not in the capture */
	int repeated;	    /* how many duplicate ACKs came in a row */
	enum analysis last; /* the analysis of the last segment */
	int64_t last_end;   /* the number after the last segment with bytes */
	struct blocks *sacked; /* the ranges that SACK has reported; or NULL */
	struct sent *sent;     /* a ring of the segments not acknowledged yet */
	unsigned first,	       /* the index of the ring's first segment */
		past,	       /* the index after its last segment */
		room; /* the ring's size; all indices are modulo `room` */
};

/* What the stages remember of one end of a connection */
struct tracking {
	int64_t top;	      /* the number after the last byte that it sent */
	int64_t fin;	      /* the number after its FIN; -1: none sent yet */
	int64_t heard;	      /* all bytes before this number have arrived */
	int64_t heard_fin;    /* the number of the peer's FIN; -1: none yet */
	bool hears;	      /* `heard` is known: a segment has arrived */
	struct blocks *early; /* bytes that arrived out of order; or NULL */
	int64_t acked;	      /* the highest ACK number that it sent; or -1 */
	int64_t edge; /* the highest right edge of its windows; 0: none yet */
	int scale; /* the window scale; -1: its SYN does not offer it; -2: its
		      SYN is not in the capture */
	bool stamped;	 /* segments with timestamps have arrived */
	uint32_t recent; /* the latest timestamp: TS.Recent of RFC 7323 */
	nanoseconds unanswered; /* since when it owes an ACK; 0: it owes none */
	enum state inferred;	/* its state, as the segments show it */
	struct stay *stay;	/* its state, as the ladder shows it */
	bool gone;		/* the kernel reported CLOSED */
	bool defers; /* TCP_DEFER_ACCEPT: an ACK alone establishes nothing */
	nanoseconds offered; /* when its last SYN ACK left; 0: not known */
	/* the next four are sets of states, with a bit for each state */
	unsigned held,	     /* its inferred state at the last call but one */
		latest_held, /* its inferred state at the last call */
		came,  /* the states entered since the last call but one */
		since; /* the states entered since the last call */
	struct event *latest;	/* the latest segment that has arrived here */
	struct event *fin_came; /* the segment with the peer's FIN */
	struct event *doubtful; /* a call whose state is to be checked */
	struct event *early_report; /* a call that reported a state before the
				     segment that leads to it arrived */
	enum state reported;  /* the last state that the kernel reported */
	int64_t shown_window; /* the last window that a label shows */
	struct reading *reading[2]; /* what each capture shows of it */
};

struct known { /* an address, and the host that has it */
	struct end address;
	enum host host;
};

/* A socket with TCP_DEFER_ACCEPT */
struct deferring {
	char *caller;
	int descriptor;
	enum host host;
	uint16_t port; /* 0: the socket has no port yet */
};

/* What the stages remember of a timeline while they build it */
struct workings {
	struct connection *newest; /* the last one in the list of connections */
	struct connection **slots; /* a hash table, by the two ends */
	struct likeness **likenesses; /* a hash table of equal packets */
	struct event *open_calls; /* entries of calls that have not returned */
	size_t pair_room, row_room;
	int *pair_slots; /* a hash table, by addresses: the numbers of pairs */
	struct known *known;
	size_t known_count, known_room;
	struct deferring *deferring;
	size_t deferring_count, deferring_room;
	bool whole; /* the lab made both captures: they have every segment */
	nanoseconds begins[2], /* when each capture begins */
		ends[2];       /* when each capture ends */
	struct sequence *sequence;
};

void drop_copies(struct packets *p, struct account *a);

/* Converts the second capture's times to the first one's clock. Exchanges the
 * captures if the second is the client's. named: the captures' hosts are known,
 * so they need not be found out. */
void find_clocks(struct packets captures[2], struct timeline *t, bool named);
/* Remembers that the address of e belongs to host h. */
void know_host(struct timeline *t, const struct end *e, enum host h);

struct timeline *new_timeline(void);
void free_timeline(struct timeline *t);
void follow_run(struct timeline *t, enum host host, const char *command);
void follow_packet(struct timeline *t, struct packet *p, enum host where);
void follow_call(struct timeline *t, enum host host, struct call *c);
void finish_following(struct timeline *t);
/* For --live: forgets which packets came before this time. A later packet no
 * longer counts as the arrival, or as a copy, of one of them. */
void forget_before(struct timeline *t, nanoseconds time);
void free_event(struct event *e);
void forget_connections(struct timeline *t, nanoseconds before);

/* leave() updates the state of e's sender, because e has left; arrive() updates
 * the state of e's receiver, because e has arrived. */
void leave(struct event *e);
void arrive(struct event *e);
/* Adds the state that the kernel has reported with call e. */
void observe(struct event *e, enum state reported);
void finish_states(struct timeline *t);
void free_stay(struct stay *s);
void forget_event(struct tracking *s, const struct event *e);

/* Analyses segment e as the capture of this host shows it (BOTH: it is not
 * known where the capture was taken). The event gets the analysis of its
 * sender's capture; if that capture does not have the segment, the analysis of
 * its receiver's capture. */
void annotate(struct event *e, enum host capture);
void add_notes(struct event *e);
void finish_notes(struct timeline *t);

/* Marks the events whose lines have a mark in the promise. If the promise has
 * the same line twice, the first stands for the first event with this line, and
 * the second for the second event. */
struct lines;
void mark_events(struct timeline *t, const struct lines *promise);

/* Builds the timeline of a folder's captures and logs. named: the captures'
 * hosts are known; keeps: each packet keeps its frame; all: no call is left
 * out. */
struct timeline *build_timeline(
	struct folder *f, bool named, bool keeps, bool all);

/* tick: the smallest difference of time that is shown; two: there are two
 * captures. */
struct sequence *new_sequence(nanoseconds tick, bool two);
void free_sequence(struct sequence *s);
/* For --live: the files were read once more. */
void pass_time(struct sequence *s);
void put_event(struct sequence *s, struct event *e, enum host at);
bool next_row(struct sequence *s, struct row *r, bool final);

#endif
