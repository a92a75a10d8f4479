/*
 * ladder.h - what the stages of the ladder hand on to each other
 *
 *     capture.c   a capture, as a file or while it grows -> its frames
 *     decode.c    a frame -> a packet, or the reason why it is none
 *     folder.c    a folder -> its captures and logs
 *     calls.c     a log of socktrace's or wire's -> its calls
 *     clock.c     two captures -> whose is whose, and how their clocks differ
 *     follow.c    packets and calls in order of time -> the timeline: what left
 *                 with when it arrived, connection by connection
 *     states.c    and which state either end was in (RFC 9293)
 *     notes.c     and what an expert would see in it
 *     order.c     the timeline -> rows, each host's in its own order
 *
 * and then a file for each view: text.c, segments.c, events.c, mermaid.c,
 * list.c, expect.c, quiz.c, header.c; diagram.c, of many timelines; and svg.c,
 * which picture.h helps. A view reads the timeline and its rows, and nothing
 * else. main.c has the options, and hands from stage to stage; live.c does so
 * while captures grow.
 */
#ifndef LADDER_H
#define LADDER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "../words.h"

typedef int64_t nanoseconds; /* since 1970 */
#define NEVER  INT64_MIN
#define SECOND INT64_C(1000000000)
#define MS     INT64_C(1000000)

enum host { CLIENT, SERVER, BOTH }; /* BOTH: what was recorded has no end */

/* ---- packets ---------------------------------------------------------- */

struct end {
	uint8_t bytes[16];
	uint8_t size; /* of an address: 4, 16; 0: there is none */
	uint16_t port;
};

enum {
	FIN = 1,
	SYN = 2,
	RST = 4,
	PSH = 8,
	ACK = 16,
	URG = 32,
	ECE = 64,
	CWR = 128
};

struct sack {
	int count;
	uint32_t from[4], to[4];
};

struct about { /* what an ICMP message says, of a packet between these */
	char name[40];
	uint8_t protocol; /* 0: of none */
	struct end from, to;
};

struct packet {
	nanoseconds time;
	struct end from, to;
	uint32_t frame;		/* its number in the capture, from 1 */
	uint32_t seq, ack, len; /* len: of the payload */
	uint32_t stamp, echo;	/* TCP's timestamps */
	uint64_t likeness;	/* the same at both ends */
	struct about *about;	/* of ICMP; or NULL */
	struct sack *sack;	/* or NULL */
	char *text;		/* the first line of its payload; or NULL */
	uint8_t *bytes;		/* the frame itself, if it is kept; or NULL */
	uint32_t size;		/* of these */
	uint32_t ip_at, carried_at; /* where in it the headers begin */
	uint16_t win, mss;	    /* mss 0: not told */
	uint8_t protocol, flags, ttl, ecn, fragments;
	int8_t scale; /* -1: not told */
	bool bad;     /* its checksum is wrong */
	bool stamped, sack_permitted;
	bool alone; /* the other capture has nothing of its connection */
};

struct packets {
	struct packet *at;
	size_t count, room;
};

enum { REASONS = 24 };

/* Frames that are not drawn, by reason. */
struct account {
	struct {
		const char *reason;
		unsigned long count;
	} of[REASONS];
	unsigned long drawn;
};

struct capture {
	char *name;
	enum host host;
	int fd;
	int tcpdump; /* its process; 0: the file itself is read, as it grows */
	FILE *complaints;
	uint8_t *buffer;
	size_t begin, end, room;
	bool opened, swapped;
	bool keeps; /* the frames themselves, for header.c */
	nanoseconds unit;
	uint32_t link, frames;
	struct {
		uint64_t datagram;
		size_t place; /* of its first fragment's packet */
	} fragments[16];
	unsigned fragment;
};

void open_capture(struct capture *c, const char *file, const char *filter);
bool watch_capture(struct capture *c, const char *file);
bool read_packets(struct capture *c, struct packets *to, struct account *a);
void close_capture(struct capture *c);

/* The frame's first `size` bytes of `length`; returns why it is no packet, or
 * NULL. A later fragment is none, but has its first one's number, *datagram. */
const char *decode(const uint8_t *bytes, size_t size, size_t length,
	uint32_t link, struct packet *p, uint64_t *datagram);
extern const char later_fragment[];
void free_packet(struct packet *p); /* what it points to */
const char *icmp_name(bool six, uint8_t type, uint8_t code);

/* ---- calls --------------------------------------------------------------- */

/* A piece of a call's text. */
struct part {
	size_t at, size;
};

/* A line of a log, read once: a socket call, the end of a process, or what the
 * cable did to a frame. */
struct call {
	nanoseconds time;
	enum act act;	/* UNKNOWN_ACT: of the cable */
	enum fate fate; /* of the frame, by the cable */
	bool entry;	/* "recv(3) ...": it has not returned yet */
	bool failed;
	int error; /* why it failed; 0: no reason is known */
	struct end own, peer;
	enum state state;
	char *caller; /* who may be in one call at a time */
	char *text;   /* "2: recv(3, MSG_PEEK) = -1 EAGAIN (Try again)" */
	/* of this: "recv"; "3, MSG_PEEK"; "= -1 EAGAIN", or "..." of an entry
	 */
	struct part name, arguments, result;
};

struct log {
	char *path;
	enum host host; /* BOTH: the cable */
	int number;	/* among its host's; 0: the only one */
	int fd;
	char *command; /* or NULL */
	bool serves;   /* it has accepted connections */
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
void look_into(struct folder *f, const char *filter, bool growing);
void order_folder(struct folder *f); /* client first; programs numbered */

/* ---- the timeline ------------------------------------------------------- */

struct stay { /* of one end in one state */
	enum state state;
	bool seen; /* the kernel told it meanwhile */
	unsigned users;
};

enum { BLOCKS = 32, HISTORY = 256 };

/* What a segment is, beside those before it; Wireshark's words in notes.c. */
enum verdict {
	PLAIN,
	RETRANSMISSION,
	FAST_RETRANSMISSION,
	SPURIOUS_RETRANSMISSION,
	OUT_OF_ORDER,
	DUPLICATE_ACK,
	WINDOW_PROBE,
	PROBE_ACK,
	WINDOW_UPDATE,
	KEEP_ALIVE,
	KEEP_ALIVE_ACK,
	CHALLENGE_ACK
};

static inline bool is_retransmission(enum verdict v) {
	return v >= RETRANSMISSION && v <= SPURIOUS_RETRANSMISSION;
}

struct sent {
	int64_t from, to;
	nanoseconds time;
	bool again;
};

/* What one capture tells of one direction, as notes.c needs it. */
struct reading {
	bool valid;
	int64_t next;		 /* behind the last byte that was sent */
	int64_t acknowledgeable; /* of these, all that may be acknowledged */
	int64_t last_ack;
	nanoseconds advanced, acked; /* when next and last_ack were last told */
	uint16_t win;
	int scale; /* -1: not offered; -2: its SYN is not in the capture */
	int repeated;
	enum verdict last;
	struct sent *sent;	    /* and is not acknowledged yet */
	unsigned first, past, room; /* of these, modulo room */
};

struct block {
	int64_t from, to;
};

/* One end of a connection. */
struct side {
	struct end end;
	bool based;
	uint32_t base;	   /* the sequence number that is told as 0 */
	int64_t top;	   /* behind the last byte that it sent */
	int64_t fin;	   /* its FIN's number; -1: none yet */
	int64_t heard;	   /* all bytes before this one have arrived */
	int64_t heard_fin; /* where the other's FIN is; -1: none yet */
	bool hears;
	struct block *block; /* of bytes that came before their turn */
	int blocks;
	int64_t acked; /* what it has acknowledged */
	enum state inferred;
	struct stay *stay;
	bool gone;				 /* the kernel told CLOSED */
	unsigned held, latest_held, came, since; /* sets: see states.c */
	struct event *doubtful;
	enum state told;
	int64_t told_window;
	struct reading *reading[2]; /* by capture */
	enum state shown;	    /* text.c's */
	nanoseconds shown_at;
};

struct connection {
	struct connection *next, *slot, *sibling; /* sibling: of its pair */
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
	struct event *next;
	enum { RUN, CALL, SEGMENT, FAULT } kind;
	enum host host;		       /* where it was called, or sent */
	struct connection *connection; /* or NULL */
	nanoseconds sent, received; /* of a call: sent. NEVER: not recorded */
	struct stay *stay, *peer_stay;
	char *note, *detail; /* "a; b" or NULL */

	struct packet packet;
	int64_t seq, ack;
	int64_t window; /* in bytes; -1: its scale is not known */
	uint32_t sent_frame, received_frame;
	int number;   /* from 1; 0: live, none yet */
	bool again;   /* arrived, and not left: once more */
	bool lost;    /* left, and did not arrive */
	bool unseen;  /* one capture has it, and the other cannot tell */
	bool late;    /* overtaken */
	bool stale;   /* its connection's ports have opened another */
	bool bad;     /* damaged on its way */
	bool surplus; /* all its bytes had arrived before */
	bool tells_window;
	enum verdict verdict;
	int64_t gap;	  /* bytes before it that are not in the capture */
	bool unseen_ack;  /* it acknowledges what is not in the capture */
	bool window_full; /* of its receiver */
	int repeated;	  /* a duplicate ACK: how often */
	int mark;	  /* what its demo is about, 1 to 3; or 0 */
	nanoseconds since_last; /* a retransmission; 0: not known */
	nanoseconds waited;	/* an ACK, for this at its sender */
	nanoseconds round_trip; /* an ACK, since what it acknowledges left */
	int64_t in_flight;
	struct event *alike;	/* the next in follow.c's list */
	struct event *original; /* of what came again */

	char *command;		/* of a run */
	struct call call;	/* of a call, a fault */
	bool attributed;	/* of a fault: the note of its segment has it */
	struct event *entered;	/* of a return: its entry */
	struct event *returned; /* of an entry: its return, if it is no row */
	enum state told;	/* of a socket without a connection */
	bool wrong;		/* what it told, the segments do not allow */

	bool in_parts;	    /* order.c's: its leaving and its coming are rows */
	unsigned long tick; /* since when it waits */
};

struct known { /* whose an address is */
	struct end address;
	enum host host;
};

/* Two hosts, and the connections between them. */
struct pair {
	struct end end[2];
	int slot;			/* the next in its slot; 0: none */
	struct connection *connections; /* those that have ports */
	struct connection *newest;
	int count;
};

struct timeline {
	struct event *first, *last;
	struct connection *connections, *newest;
	struct connection **slots; /* by ends */
	struct likeness **likenesses;
	struct event *open_calls;
	int connection_count, pair_count;
	struct pair *pairs;
	size_t pair_room;
	int *pair_slots; /* by addresses: numbers */
	struct known *known;
	size_t known_count, known_room;
	bool two;   /* captures, with a clock each */
	bool whole; /* and nothing is missing in them */
	nanoseconds begins[2], ends[2];
	char *remarks; /* a line each */
	struct account account;
	struct sequence *sequence;
};

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

void leave(struct event *e);
void arrive(struct event *e);
void observe(struct event *e, enum state told);
void finish_states(struct timeline *t);
void free_stay(struct stay *s);

/* What e is, as a capture has it; BOTH: one that was taken anywhere. It counts
 * where the sender's own capture has it, or if only the other has. */
void annotate(struct event *e, enum host capture);
void tell_notes(struct event *e);
void finish_notes(struct timeline *t);

/* ---- rows -------------------------------------------------------------- */

/* LEFT and CAME: a segment that met others on its way, or was overtaken. */
struct row {
	enum { WHOLE, LEFT, CAME, FOLDED } part;
	struct event *event;
	unsigned long segments, bytes, acks, calls; /* of FOLDED */
};

/* tick: the least time that is told; two: there are two clocks. */
struct sequence *new_sequence(nanoseconds tick, bool two);
void free_sequence(struct sequence *s);
void pass_time(struct sequence *s); /* live: what has not come by now is late */
void put_event(struct sequence *s, struct event *e, enum host at);
bool next_row(struct sequence *s, struct row *r, bool final);

/* ---- views --------------------------------------------------------------- */

enum form { WIDE, NARROW, SLIDE }; /* of a picture */

struct options {
	int width, connection; /* connection 0: all */
	bool utf8, colour, all, absolute, clock, frames, details;
	nanoseconds from, to; /* since the ladder's zero; NEVER */
	const char *promise, *expected, *expect, *title, *look_for;
	enum { PLAINLY, TAP, JUNIT } report; /* of what is expected */
	bool loopback;
	enum form form;
	bool embedded; /* the page around it has a style, a title, a legend */
	int packet;    /* 0: all */
	int level, seed, most; /* of a quiz; most: how many questions */
	bool paper;
};

void view_text(struct timeline *t, const struct options *o);
void view_events(struct timeline *t, const struct options *o);
void view_json(struct timeline *t, const struct options *o);
int view_segments(struct timeline *t, const struct options *o);
int view_expect(struct timeline *t, const struct options *o);
void find_marks(struct timeline *t, const char *promise);
void view_svg(struct timeline *t, const struct options *o);
void view_legend(const struct options *o);
void view_mermaid(struct timeline *t, const struct options *o);
void view_list(struct timeline *t, const struct options *o);
int view_packet(struct timeline *t, const struct options *o);
int view_quiz(struct timeline *t, const struct options *o);

/* Of many timelines one diagram; a name lives until it is drawn. */
void take_edges(const struct timeline *t, const char *name);
void put_diagram(bool picture);

struct text;
struct text *begin_live_text(const struct timeline *t, const struct options *o);
void put_live_row(struct text *x, const struct row *r);
int watch_folder(const char *folder, const struct options *o);

/* ---- words ------------------------------------------------------------- */

void *enlarge(void *at, size_t count, size_t *room, size_t size);
void *allocate(size_t size);
__attribute__((format(printf, 2, 3))) void append(
	char **text, const char *format, ...);
void note(char **notes, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static inline enum host other(enum host h) {
	return h == CLIENT ? SERVER : CLIENT;
}

const char *host_name(enum host h);
bool same_address(const struct end *a, const struct end *b);
bool same_end(const struct end *a, const struct end *b);
const char *address_text(const struct end *e, char text[64]);
const char *end_text(const struct end *e, char text[64]);
const char *what_of(const struct event *e, char text[64]);
const char *stay_text(const struct stay *s, char text[24]);
void label(char **text, const struct event *e, const struct options *o);
#define CUT "\001" /* stands for "...", in one letter */
/* What of a call's text is shown. */
enum shown { THE_CALL = 1, ITS_RESULT = 2 };
size_t call_width(const struct call *c, int shown);
enum { CALL_TEXT = 512 }; /* bytes of it at most */
void fit_call(const struct call *c, int shown, int room, const char *cut,
	char to[CALL_TEXT]);
void ports_of(char **text, const struct connection *c);
char *fault_text(const struct event *e);
size_t line_length(const char *text, size_t room, size_t least);
const struct connection *only_one(
	const struct timeline *t, int pair, const struct options *o);
nanoseconds time_of(const struct event *e);
nanoseconds zero_of(const struct timeline *t);
bool is_chosen(
	const struct event *e, nanoseconds zero, const struct options *o);

#endif
