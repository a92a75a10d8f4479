/*
 * tell.h - what was recorded -> the timeline
 *
 *     clock.c    two captures -> whose is whose, and how their clocks differ
 *     copies.c   a capture -> without what the recorder has twice
 *     follow.c   packets and calls in order of time -> events: what left with
 *                when it arrived, connection by connection
 *     states.c   and which state either end was in (RFC 9293)
 *     notes.c    and what an expert would see in it
 *     order.c    events -> rows, each host's in its own order
 *     normal.c   lines in the normal form of promises, and what a promise marks
 *     build.c    all of these, one after another
 */
#ifndef TELL_H
#define TELL_H

#include "../read/read.h"
#include "timeline.h"

enum { BLOCKS = 32, HISTORY = 256 };

/* Ranges of bytes, none touching another. */
struct blocks {
	struct block {
		int64_t from, to;
	} at[BLOCKS];
	int count;
};

/* Whether one of these bytes is news. */
bool add_block(struct blocks **b, int64_t from, int64_t to);

struct sent {
	int64_t from, to;
	nanoseconds time;
	bool again;
};

/* What one capture shows of one direction, as notes.c needs it. */
struct reading {
	bool valid;
	int64_t next;		 /* behind the last byte that was sent */
	int64_t acknowledgeable; /* the highest that the other may acknowledge
				  */
	int64_t last_ack;
	nanoseconds advanced, acked; /* when next and last_ack were last seen */
	nanoseconds opened;	     /* when its SYN was last sent */
	uint16_t win;
	int scale; /* -1: not offered; -2: its SYN is not in the capture */
	int repeated;
	enum analysis last;
	int64_t last_end;	    /* behind the last segment with bytes */
	struct blocks *sacked;	    /* what it has reported by SACK; or NULL */
	struct sent *sent;	    /* and is not acknowledged yet */
	unsigned first, past, room; /* of these, modulo room */
};

/* What is known of one end of a connection, while it is followed. */
struct tracking {
	int64_t top;	   /* behind the last byte that it sent */
	int64_t fin;	   /* its FIN's number; -1: none yet */
	int64_t heard;	   /* all bytes before this one have arrived */
	int64_t heard_fin; /* where the other's FIN is; -1: none yet */
	bool hears; /* it is known from where on: a segment has arrived */
	struct blocks *early; /* bytes that came before their turn; or NULL */
	int64_t acked;	      /* what it has acknowledged */
	int64_t edge; /* of the largest window that it has advertised; 0: none
		       */
	int scale;    /* -1: not offered; -2: its SYN is not in the capture */
	bool stamped; /* TCP's timestamps have come, and the latest that */
	uint32_t recent;	/* counts is this: TS.Recent of RFC 7323 */
	nanoseconds unanswered; /* since when it owes an ACK; 0: it does not */
	enum state inferred;
	struct stay *stay;
	bool gone;   /* the kernel reported CLOSED */
	bool defers; /* it has TCP_DEFER_ACCEPT: an ACK alone opens nothing */
	nanoseconds offered; /* when its SYN ACK left last; 0: not known */
	/* sets of states, a bit each: what it was in at the last call but one
	 * and at the last, and what it has entered between these and since */
	unsigned held, latest_held, came, since;
	struct event *latest;	/* that has arrived here */
	struct event *fin_came; /* that brought the other's FIN */
	struct event *doubtful; /* the call whose report the next segments must
				   confirm */
	struct event *early_word; /* the call whose report comes before the
				     segment that leads there */
	enum state told;
	int64_t told_window;
	struct reading *reading[2]; /* by capture */
};

struct known { /* whose an address is */
	struct end address;
	enum host host;
};

/* A socket with TCP_DEFER_ACCEPT; port 0: it does not listen yet. */
struct deferring {
	char *caller;
	int descriptor;
	enum host host;
	uint16_t port;
};

/* What the stages remember of a timeline while they make it. */
struct workings {
	struct connection *newest;
	struct connection **slots; /* by ends */
	struct likeness **likenesses;
	struct event *open_calls;
	size_t pair_room, row_room;
	int *pair_slots; /* by addresses: numbers */
	struct known *known;
	size_t known_count, known_room;
	struct deferring *deferring;
	size_t deferring_count, deferring_room;
	bool whole; /* two captures, in which nothing is missing */
	nanoseconds begins[2], ends[2];
	struct sequence *sequence;
};

void drop_copies(struct packets *p, struct account *a);

/* Puts the second capture's times on the first one's clock; swaps them, if need
 * be, unless their hosts are known. */
void find_clocks(struct packets captures[2], struct timeline *t, bool named);
void know_host(struct timeline *t, const struct end *e, enum host h);

struct timeline *new_timeline(void);
void free_timeline(struct timeline *t);
void follow_run(struct timeline *t, enum host host, const char *command);
void follow_packet(struct timeline *t, struct packet *p, enum host where);
void follow_call(struct timeline *t, enum host host, struct call *c);
void finish_following(struct timeline *t);
/* Live: nothing from before then is waited for, or needed, any more. */
void forget_before(struct timeline *t, nanoseconds time);
void free_event(struct event *e);
void forget_connections(struct timeline *t, nanoseconds before);

/* This segment has left, or arrived: the state of its sender, or receiver. */
void leave(struct event *e);
void arrive(struct event *e);
/* The kernel has reported this state with call e. */
void observe(struct event *e, enum state told);
void finish_states(struct timeline *t);
void free_stay(struct stay *s);
void forget_event(struct tracking *s, const struct event *e);

/* Adds segment e to what is known from this capture (BOTH: from one of unknown
 * place). What is noted is what the sender's capture has, or the receiver's
 * where only that has it. */
void annotate(struct event *e, enum host capture);
void tell_notes(struct event *e);
void finish_notes(struct timeline *t);

/* Marks the events that a promise marks. Where a line occurs twice, its first
 * occurrence is the first event. */
struct lines;
void mark_events(struct timeline *t, const struct lines *promise);

/* What is in a folder's captures and logs; keeps: the frames, too; all: the
 * calls that are left out otherwise. */
struct timeline *build_timeline(
	struct folder *f, bool named, bool keeps, bool all);

/* tick: the least time that is shown; two: there are two clocks. */
struct sequence *new_sequence(nanoseconds tick, bool two);
void free_sequence(struct sequence *s);
void pass_time(struct sequence *s); /* live: what has not come by now is late */
void put_event(struct sequence *s, struct event *e, enum host at);
bool next_row(struct sequence *s, struct row *r, bool final);

#endif
