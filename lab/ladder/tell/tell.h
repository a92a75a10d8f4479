/*
 * tell.h - packets and calls -> the timeline
 *
 *     clock.c    two captures -> the host of each, how their clocks differ
 *     copies.c   a capture -> the same without packets recorded twice
 *     follow.c   packets and calls in order of time -> events: segments that
 *                left and arrived, and calls, each in its connection
 *     states.c   adds the state of either end (RFC 9293)
 *     notes.c    adds what an expert would see in a segment
 *     order.c    events -> rows, in each host's own order
 *     normal.c   events -> lines in the normal form of promises
 *     build.c    runs all of these, one after another
 */
#ifndef TELL_H
#define TELL_H

#include "../read/read.h"
#include "timeline.h"

enum { BLOCKS = 32, HISTORY = 256 };

/* Ranges of bytes, none of which touches another */
struct blocks {
	struct block {
		int64_t from, to;
	} at[BLOCKS];
	int count;
};

/* Adds a range. Returns whether one of its bytes was in no range yet. */
bool add_block(struct blocks **b, int64_t from, int64_t to);

struct sent { /* bytes that were sent; again: a retransmission */
	int64_t from, to;
	nanoseconds time;
	bool again;
};

/* What notes.c remembers of one direction, as one capture shows it */
struct reading {
	bool valid;
	int64_t next; /* the number after the last byte that was sent */
	int64_t acknowledgeable; /* the highest ACK that the peer may send */
	int64_t last_ack;
	/* when `next` last grew; the time of the last segment */
	nanoseconds advanced, acked;
	nanoseconds opened; /* the time of the last SYN */
	uint16_t win;
	int scale;    /* -1: not offered; -2: its SYN is not in the capture */
	int repeated; /* duplicate ACKs in a row */
	enum analysis last;
	int64_t last_end; /* the number after the last segment with bytes */
	struct blocks *sacked;	    /* ranges reported by SACK; or NULL */
	struct sent *sent;	    /* a ring of what is not acknowledged yet */
	unsigned first, past, room; /* of this ring: indices, modulo room */
};

/* What the stages remember of one end of a connection */
struct tracking {
	int64_t top;	      /* the number after the last byte that it sent */
	int64_t fin;	      /* the number after its FIN; -1: none yet */
	int64_t heard;	      /* all bytes before this one have arrived */
	int64_t heard_fin;    /* the number of the peer's FIN; -1: none yet */
	bool hears;	      /* `heard` is known: a segment has arrived */
	struct blocks *early; /* bytes that arrived out of order; or NULL */
	int64_t acked;	      /* its highest ACK number; -1: none yet */
	int64_t edge; /* the highest right edge of its windows; 0: none yet */
	int scale;    /* -1: not offered; -2: its SYN is not in the capture */
	bool stamped; /* segments with timestamps have arrived */
	uint32_t recent; /* the latest timestamp: TS.Recent of RFC 7323 */
	nanoseconds unanswered; /* since when it owes an ACK; 0: it owes none */
	enum state inferred;
	struct stay *stay;
	bool gone;   /* the kernel reported CLOSED */
	bool defers; /* TCP_DEFER_ACCEPT: an ACK alone establishes nothing */
	nanoseconds offered; /* when its last SYN ACK left; 0: not known */
	/* Sets of states, a bit each. held, latest_held: its state at the last
	 * call but one, and at the last; came, since: what it has entered since
	 * the last call but one, and since the last. */
	unsigned held, latest_held, came, since;
	struct event *latest;	/* the latest segment that has arrived here */
	struct event *fin_came; /* the segment with the peer's FIN */
	struct event *doubtful; /* a call whose state is to be checked */
	struct event *early_report; /* a call that reported a state before the
				     segment arrived that leads to it */
	enum state reported;  /* the last state that the kernel reported */
	int64_t shown_window; /* the last window that a label shows */
	struct reading *reading[2]; /* one for each capture */
};

struct known { /* which host an address belongs to */
	struct end address;
	enum host host;
};

/* A socket with TCP_DEFER_ACCEPT; port 0: it has no port yet */
struct deferring {
	char *caller;
	int descriptor;
	enum host host;
	uint16_t port;
};

/* What the stages remember of a timeline while they build it */
struct workings {
	struct connection *newest;
	struct connection **slots; /* a hash table, by the two ends */
	struct likeness **likenesses;
	struct event *open_calls;
	size_t pair_room, row_room;
	int *pair_slots; /* a hash table, by addresses: pairs' numbers */
	struct known *known;
	size_t known_count, known_room;
	struct deferring *deferring;
	size_t deferring_count, deferring_room;
	bool whole; /* two captures by the lab: nothing is missing in them */
	nanoseconds begins[2], ends[2];
	struct sequence *sequence;
};

void drop_copies(struct packets *p, struct account *a);

/* Converts the second capture's times to the first one's clock. Exchanges the
 * captures if the second is the client's. named: their hosts are known. */
void find_clocks(struct packets captures[2], struct timeline *t, bool named);
void know_host(struct timeline *t, const struct end *e, enum host h);

struct timeline *new_timeline(void);
void free_timeline(struct timeline *t);
void follow_run(struct timeline *t, enum host host, const char *command);
void follow_packet(struct timeline *t, struct packet *p, enum host where);
void follow_call(struct timeline *t, enum host host, struct call *c);
void finish_following(struct timeline *t);
/* Live: later packets are not matched with any from before this time. */
void forget_before(struct timeline *t, nanoseconds time);
void free_event(struct event *e);
void forget_connections(struct timeline *t, nanoseconds before);

/* Updates the sender when e has left, the receiver when e has arrived. */
void leave(struct event *e);
void arrive(struct event *e);
/* Adds the state that the kernel has reported with call e. */
void observe(struct event *e, enum state reported);
void finish_states(struct timeline *t);
void free_stay(struct stay *s);
void forget_event(struct tracking *s, const struct event *e);

/* Analyses segment e as this capture shows it (BOTH: taken at an unknown
 * place). The event gets the analysis of its sender's capture or, if that does
 * not have the segment, of its receiver's. */
void annotate(struct event *e, enum host capture);
void add_notes(struct event *e);
void finish_notes(struct timeline *t);

/* Marks the events that a promise marks. If the promise has a line twice, the
 * first is the first such event, and the second is the second. */
struct lines;
void mark_events(struct timeline *t, const struct lines *promise);

/* Builds the timeline of a folder's captures and logs. named: the captures'
 * hosts are known; keeps: packets keep frames; all: no call is left out. */
struct timeline *build_timeline(
	struct folder *f, bool named, bool keeps, bool all);

/* tick: the smallest difference of time that is shown; two: two captures. */
struct sequence *new_sequence(nanoseconds tick, bool two);
void free_sequence(struct sequence *s);
void pass_time(struct sequence *s); /* live: another tick has passed */
void put_event(struct sequence *s, struct event *e, enum host at);
bool next_row(struct sequence *s, struct row *r, bool final);

#endif
