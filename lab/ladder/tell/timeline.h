/*
 * timeline.h - what happened, as tell/ has it: all that a view needs
 *
 * Events stand in order of time, and belong to connections; rows are the same
 * in each host's own order. A view reads them, and cannot write.
 */
#ifndef TIMELINE_H
#define TIMELINE_H

#include "../read/records.h"

struct stay { /* of one end in one state; what is inferred, and then reported,
		 is two */
	enum state state;
	bool seen; /* the kernel has reported it */
	unsigned users;
};

/* What a segment is, beside those before it: ANALYSIS(name, in Wireshark's
 * words, whether its bytes go again). notes.c finds out which it is. */
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
	bool isn;      /* and it is the initial one */
	bool by_reset; /* it is of an RST that refuses: no number of its own */
	MADE struct tracking *tracking;
};

struct connection {
	MADE struct connection *next, *slot,
		*sibling; /* sibling: of its pair */
	int number, pair;
	uint8_t protocol;
	bool used;     /* by an event that is kept */
	bool any_port; /* of ICMP on its own */
	bool in[2];    /* which captures have it */
	struct side side[2];
	bool syn; /* was seen */
	nanoseconds first, last, round_trip;
	unsigned long segments, bytes[2];
	const char *ending;
};

struct event {
	MADE struct event *next;
	enum { RUN, CALL, SEGMENT, FAULT } kind;
	enum host host;			    /* where it was called, or sent */
	MADE struct connection *connection; /* or NULL */
	nanoseconds sent, received; /* of a call: sent. NEVER: not recorded */
	MADE struct stay *stay, *peer_stay;
	MADE char *note, *detail; /* "a; b" or NULL */

	struct packet packet;
	int64_t seq, ack;
	int64_t window; /* in bytes; -1: its scale is not known */
	uint32_t sent_frame, received_frame;
	int number;   /* from 1; 0: live, none yet */
	bool again;   /* arrived, and not left: once more */
	bool lost;    /* left, and did not arrive */
	bool unseen;  /* one capture has it, and the other would not show it */
	bool late;    /* overtaken */
	bool stale;   /* its connection's ports have opened another */
	bool bad;     /* damaged on its way */
	bool surplus; /* all its bytes had arrived before */
	bool tells_window;
	/* its receiver drops it, whatever it says */
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
	bool window_full; /* of its receiver */
	int repeated;	  /* a duplicate ACK: how often */
	int mark;	  /* what its demo is about, 1 to 3; or 0 */
	nanoseconds since_last; /* a retransmission; 0: not known */
	nanoseconds waited;	/* an ACK, for this at its sender */
	nanoseconds round_trip; /* an ACK, since what it acknowledges left */
	int64_t in_flight;
	MADE struct event *alike;    /* the next in follow.c's list */
	MADE struct event *original; /* of what came again */

	MADE char *command; /* of a run */
	struct call call;   /* of a call, a fault */
	bool attributed;    /* of a fault: the note of its segment has it */
	MADE struct event *entered;  /* of a return: its entry */
	MADE struct event *returned; /* of an entry: its return */
	bool prompt;	 /* a return: it stands in the row of its entry */
	enum state told; /* of a socket without a connection */
	bool wrong;	 /* what it reported, the segments do not allow */

	bool in_parts;	    /* order.c's: its leaving and its coming are rows */
	unsigned long tick; /* since when it waits */
};

/* Two hosts, and the connections between them. */
struct pair {
	struct end end[2];
	int slot;			     /* the next in its slot; 0: none */
	MADE struct connection *connections; /* those that have ports */
	MADE struct connection *newest;
	int count;
};

/* LEFT and CAME: a segment that met others on its way, or was overtaken. */
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
	bool two;	    /* captures, with a clock each */
	MADE char *remarks; /* a line each */
	struct account account;
	MADE struct workings *workings;
};

/* As it left, or as it came, if that is all there is. */
/* How many sequence numbers a segment takes: SYN and FIN count as one each. */
static inline uint32_t numbers_of(const struct packet *p) {
	return p->len + !!(p->flags & SYN) + !!(p->flags & FIN);
}

/* The number behind its last. */
static inline int64_t end_of(const struct event *e) {
	return e->seq + numbers_of(&e->packet);
}

static inline nanoseconds time_of(const struct event *e) {
	return e->sent != NEVER ? e->sent : e->received;
}

/* The return that stands in the row of this entry, or NULL. */
static inline const struct event *prompt_return(const struct event *e) {
	return e->returned && e->returned->prompt ? e->returned : NULL;
}

const char *what_of(const struct event *e, char text[64]);
void ports_of(char **text, const struct connection *c);
char *fault_text(const struct event *e);

#endif
