/*
 * timeline.h - the timeline: what happened, with all that a view needs
 *
 * tell/ builds the timeline. Its events are in order of time, and belong to
 * connections. Its rows are the same events in each host's own order. A view
 * can read the timeline, but not change it: see MADE in records.h.
 */
#ifndef TIMELINE_H
#define TIMELINE_H

#include "../read/records.h"

/* A stay is the time that one end is in one state. If a state is inferred first
 * and reported later, the end has two stays in it. */
struct stay {
	enum state state;
	bool seen;	/* the kernel has reported the state */
	unsigned users; /* how many pointers point to the stay */
};

/* An analysis: what a segment is, compared with the segments before it. notes.c
 * finds it. ANALYSIS(name, note in Wireshark's words, whether the segment's
 * bytes were sent before) */
#define ANALYSES(ANALYSIS) \
	ANALYSIS(PLAIN, "", false) \
	ANALYSIS(RETRANSMISSION, "retransmission", true) \
	ANALYSIS(FAST_RETRANSMISSION, "fast retransmission", true) \
	ANALYSIS(SPURIOUS_RETRANSMISSION, "spurious retransmission", true) \
	ANALYSIS(OUT_OF_ORDER, "out of order", false) \
	ANALYSIS(DUPLICATE_ACK, "duplicate ACK", false) \
	ANALYSIS(REPEATED_ACK, "ACK again: these bytes had arrived", false) \
	ANALYSIS(IDLE_ACK, "ACK again, nothing outstanding", false) \
	ANALYSIS(WINDOW_PROBE, "window probe", false) \
	ANALYSIS(PROBE_ACK, "window probe ACK", false) \
	ANALYSIS(WINDOW_UPDATE, "window update", false) \
	ANALYSIS(KEEP_ALIVE, "keep-alive", false) \
	ANALYSIS(KEEP_ALIVE_ACK, "keep-alive ACK", false) \
	ANALYSIS(CHALLENGE_ACK, "challenge ACK", false)
#define AS_ENUM(name, words, again) name,
enum analysis { ANALYSES(AS_ENUM) };
#undef AS_ENUM

static inline bool is_retransmission(enum analysis a) {
#define AS_BOOL(name, words, again) again,
	static const bool goes_again[] = {ANALYSES(AS_BOOL)};
#undef AS_BOOL

	return goes_again[a];
}

static inline const char *analysis_name(enum analysis a) {
#define AS_WORDS(name, words, again) words,
	static const char *const names[] = {ANALYSES(AS_WORDS)};
#undef AS_WORDS

	return names[a];
}

/* One end of a connection. */
struct side {
	struct end end;
	bool based;    /* `base` is known */
	uint32_t base; /* the sequence number that is shown as 0 */
	bool isn;      /* `base` is the initial sequence number (ISN) */
	bool by_reset; /* `base` is the number of an RST: this end refuses the
			  connection, and has no ISN */
	MADE struct tracking *tracking; /* only for tell/: see tell.h */
};

struct connection {
	MADE struct connection *next, /* the next connection of the timeline */
		*slot,		      /* the next one in its hash slot */
		*sibling;	      /* the next one of the same pair */
	int number,   /* its number, from 1; 0: it has no ports */
		pair; /* the number of its pair of hosts, from 1 */
	uint8_t protocol;
	bool used;     /* --live: an event of this connection is kept */
	bool any_port; /* it has no ports, because it is of ICMP */
	bool in[2];    /* for each capture: the capture has packets of it */
	struct side side[2];
	bool syn;			  /* its SYN is in the capture */
	nanoseconds first,		  /* the time of its first segment */
		last,			  /* the time of its last segment */
		round_trip;		  /* as the handshake shows it; or 0 */
	unsigned long segments, bytes[2]; /* bytes: sent by each end */
	const char *ending; /* how it ended: "reset"; NULL: it has not */
};

struct event {
	MADE struct event *next;
	enum { RUN, CALL, SEGMENT, FAULT } kind;
	enum host host;			    /* the host that called, or sent */
	MADE struct connection *connection; /* or NULL */
	/* when the segment left, or the call was logged; when the segment
	 * arrived. NEVER: this was not recorded */
	nanoseconds sent, received;
	MADE struct stay *stay, /* the state of the host that called, or sent */
		*peer_stay;	/* the state of the segment's receiver */
	MADE char *note, *detail; /* "a; b" or NULL */

	/* for SEGMENT: "it" is the segment */
	struct packet packet;
	int64_t seq, ack; /* as they are shown: from 0 or 1 */
	int64_t window;	  /* in bytes; -1: the window scale is not known */
	/* its frame numbers in its sender's and in its receiver's capture; 0:
	 * the capture does not have it */
	uint32_t sent_frame, received_frame;
	int number;  /* the segment's number, from 1; 0 with --live */
	bool again;  /* it is a copy of a segment that had arrived before */
	bool lost;   /* it left, and did not arrive */
	bool unseen; /* only one capture has it; the other may have missed it */
	bool late;   /* later segments have overtaken it */
	bool stale;  /* a newer connection has the same ports */
	bool bad;    /* it was damaged on its way */
	bool surplus;	   /* all its bytes had arrived before */
	bool shows_window; /* its window has changed enough to be shown */
	/* why its receiver drops it; HEEDED: its receiver does not drop it */
	enum {
		HEEDED,
		OUTSIDE_WINDOW,
		STRAY_RESET,
		NO_ANSWER,
		STRAY_ACK,
		TOO_OLD
	} ignored;
	enum analysis analysis;
	int64_t gap;	  /* bytes before it that are not in the capture */
	bool unseen_ack;  /* it acknowledges bytes that its capture lacks */
	bool window_full; /* it fills its receiver's window */
	int repeated; /* if it is a duplicate ACK: which one, from 1; or 0 */
	int mark;     /* 1 to 3 if the promise marks it ("# 1"); or 0 */
	nanoseconds since_last; /* time since its bytes were last sent; or 0 */
	nanoseconds waited; /* how long its sender has delayed this ACK; or 0 */
	/* if it is an ACK: the time since the segment that it acknowledges
	 * left; or 0 */
	nanoseconds round_trip;
	int64_t in_flight; /* bytes not acknowledged yet, its own included */
	/* the next event in one of two lists of follow.c: of equal packets on
	 * their way, or of calls that have not returned */
	MADE struct event *alike;
	MADE struct event *original; /* if `again`: the event it is a copy of */

	/* for RUN, CALL and FAULT */
	MADE char *command; /* the command line of a run */
	struct call call;   /* the call, or the fault */
	bool attributed;    /* the fault's segment has a note about the fault */
	/* if a call returns here: the event of its entry; or NULL */
	MADE struct event *entered;
	/* if a call is entered here ("recv(3) ..."): the event of its return;
	 * or NULL */
	MADE struct event *returned;
	bool prompt;	     /* this return is in the same row as its entry */
	enum state reported; /* what the kernel reported with this call */
	bool wrong; /* the segments do not allow the state `reported` */

	/* for order.c */
	bool in_parts;	    /* it has a row for leaving, and one for arriving */
	unsigned long tick; /* how often pass_time() was called before */
};

/* Two hosts, and the list of those connections between them that have ports */
struct pair {
	struct end end[2];
	int slot; /* the number of the next pair in its hash slot; 0: none */
	MADE struct connection *connections; /* the first of the list */
	MADE struct connection *newest;	     /* the last of the list */
	int count; /* how many connections are in the list */
};

/* An event has one row, WHOLE. But a segment that crossed others on its way, or
 * was overtaken, has two: LEFT and CAME. */
struct row {
	enum { WHOLE, LEFT, CAME } part;
	MADE struct event *event;
};

struct timeline {
	MADE struct event *first, *last;
	MADE struct connection *connections;
	int connection_count, pair_count;
	MADE struct pair *pairs;
	MADE struct row *rows;
	size_t row_count;
	bool two; /* there are two captures, each with a clock of its own */
	MADE char *remarks; /* lines above the ladder; or NULL */
	struct account account;
	MADE struct workings *workings;
};

/* Returns how many sequence numbers a segment takes: one for each byte, and one
 * each for SYN and FIN. */
static inline uint32_t numbers_of(const struct packet *p) {
	return p->len + !!(p->flags & SYN) + !!(p->flags & FIN);
}

/* Returns the first sequence number after the segment. */
static inline int64_t end_of(const struct event *e) {
	return e->seq + numbers_of(&e->packet);
}

/* Returns the time when a segment left; if that was not recorded, when it
 * arrived. */
static inline nanoseconds time_of(const struct event *e) {
	return e->sent != NEVER ? e->sent : e->received;
}

/* Returns the event of the call's return if it is in the same row as the entry
 * e; otherwise NULL. */
static inline const struct event *prompt_return(const struct event *e) {
	return e->returned && e->returned->prompt ? e->returned : NULL;
}

const char *what_of(const struct event *e, char text[64]);
void ports_of(char **text, const struct connection *c);
char *fault_text(const struct event *e);

#endif
