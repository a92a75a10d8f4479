/*
 * timeline.h - what happened, as tell/ has found out: all that a view needs
 *
 * Events are in order of time, and belong to connections. Rows are the same
 * events in each host's own order. A view can read them, but not change them.
 */
#ifndef TIMELINE_H
#define TIMELINE_H

#include "../read/records.h"

struct stay { /* the time that one end is in one state. A state that is
		 inferred first, and reported later, is two stays */
	enum state state;
	bool seen; /* the kernel has reported the state */
	unsigned users;
};

/* What a segment is, compared with those before it: ANALYSIS(name, its note in
 * Wireshark's words, whether its bytes are sent again). notes.c finds it. */
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
	bool based;
	uint32_t base; /* the sequence number that is shown as 0 */
	bool isn;      /* base is the initial sequence number */
	bool by_reset; /* base is that of an RST that refuses: it has no ISN */
	MADE struct tracking *tracking;
};

struct connection {
	MADE struct connection *next, *slot,
		*sibling; /* sibling: the next of its pair */
	int number, pair;
	uint8_t protocol;
	bool used;     /* live: some event is of this connection */
	bool any_port; /* of ICMP: it has no ports */
	bool in[2];    /* which captures have it */
	struct side side[2];
	bool syn; /* its SYN is in the capture */
	nanoseconds first, last, round_trip;
	unsigned long segments, bytes[2];
	const char *ending;
};

struct event {
	MADE struct event *next;
	enum { RUN, CALL, SEGMENT, FAULT } kind;
	enum host host;			    /* the host that called, or sent */
	MADE struct connection *connection; /* or NULL */
	nanoseconds sent, received; /* NEVER: not recorded. A call has `sent` */
	MADE struct stay *stay, *peer_stay;
	MADE char *note, *detail; /* "a; b" or NULL */

	struct packet packet;
	int64_t seq, ack;
	int64_t window; /* in bytes; -1: its scale is not known */
	uint32_t sent_frame, received_frame;
	int number;  /* from 1; 0: live, not numbered */
	bool again;  /* it arrived more often than it was sent */
	bool lost;   /* it left, and did not arrive */
	bool unseen; /* only one capture has it; the other may have missed it */
	bool late;   /* others have overtaken it */
	bool stale;  /* a newer connection has the same ports */
	bool bad;    /* it was damaged on its way */
	bool surplus;	   /* all its bytes had arrived before */
	bool shows_window; /* its window has changed enough to be shown */
	/* why its receiver drops it; HEEDED: it does not */
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
	bool unseen_ack;  /* it acknowledges what is not in the capture */
	bool window_full; /* it fills its receiver's window */
	int repeated;	  /* a duplicate ACK: the count */
	int mark;	  /* 1 to 3, if the demo is about it; or 0 */
	nanoseconds since_last; /* since its bytes were last sent; or 0 */
	nanoseconds waited;	/* an ACK: how long its sender delayed it */
	nanoseconds round_trip; /* an ACK: since what it acknowledges left */
	int64_t in_flight;
	MADE struct event *alike;    /* the next in a list of follow.c */
	MADE struct event *original; /* again: what this is a copy of */

	MADE char *command; /* of a run: its command line */
	struct call call;   /* of a call or a fault */
	bool attributed;    /* of a fault: its segment has a note about it */
	MADE struct event *entered;  /* of a return: its entry */
	MADE struct event *returned; /* of an entry: its return */
	bool prompt;	     /* a return: it is in the row of its entry */
	enum state reported; /* of a call: what the kernel reported with it */
	bool wrong; /* the segments do not allow the state `reported` */

	bool in_parts; /* order.c: it has a row for leaving, one for arriving */
	unsigned long tick; /* order.c: when it was put into its queue */
};

/* Two hosts, and the connections between them */
struct pair {
	struct end end[2];
	int slot; /* the number of the next one in its hash slot; 0: none */
	MADE struct connection *connections; /* only those that have ports */
	MADE struct connection *newest;
	int count;
};

/* LEFT and CAME: the two rows of a segment that crossed others on its way, or
 * was overtaken */
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

/* Returns how many sequence numbers a segment takes: SYN and FIN take one. */
static inline uint32_t numbers_of(const struct packet *p) {
	return p->len + !!(p->flags & SYN) + !!(p->flags & FIN);
}

/* Returns the sequence number after the segment's last one. */
static inline int64_t end_of(const struct event *e) {
	return e->seq + numbers_of(&e->packet);
}

/* Returns the time when a segment left; if that was not recorded, when it
 * arrived. */
static inline nanoseconds time_of(const struct event *e) {
	return e->sent != NEVER ? e->sent : e->received;
}

/* Returns the return that is in the row of this entry, or NULL. */
static inline const struct event *prompt_return(const struct event *e) {
	return e->returned && e->returned->prompt ? e->returned : NULL;
}

const char *what_of(const struct event *e, char text[64]);
void ports_of(char **text, const struct connection *c);
char *fault_text(const struct event *e);

#endif
