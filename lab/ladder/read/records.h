/*
 * records.h - what was recorded: packets and calls, as read/ hands them on
 */
#ifndef RECORDS_H
#define RECORDS_H

#include <netinet/in.h>

#include "../../words.h"
#include "../basics.h"

/* Who makes these, and the timeline, includes read.h before all others, and may
 * write into them. For a view all that they lead to is const. */
#ifdef READ_H
#define MADE
#else
#define MADE const
#endif

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
	uint32_t frame;		  /* its number in the capture, from 1 */
	uint32_t seq, ack, len;	  /* len: of the payload */
	uint32_t stamp, echo;	  /* TCP's timestamps */
	uint64_t likeness;	  /* the same at both ends */
	MADE struct about *about; /* of ICMP; or NULL */
	MADE struct sack *sack;	  /* or NULL */
	MADE char *text;	  /* the first line of its payload; or NULL */
	MADE uint8_t *bytes;	  /* the frame itself, if it is kept; or NULL */
	uint32_t size;		  /* of these */
	uint32_t ip_at, carried_at; /* where in it the headers begin */
	char tags[8]; /* what stands before TCP, a letter each: see decode.c */
	uint16_t win, mss; /* mss 0: not given */
	uint8_t protocol, flags, ttl, ecn, fragments;
	int8_t scale;	/* -1: not offered; -2: its option was not captured */
	bool numbered;	/* by IP's identification */
	bool partial;	/* not all of its fragments are in the capture */
	bool bad;	/* its checksum is wrong */
	bool unchecked; /* it could not be checked */
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

/* ---- calls --------------------------------------------------------------- */

/* A piece of a call's text. */
struct part {
	size_t at, size;
};

/* A line of a log, read once: a socket call, the end of a process, or what the
 * cable did to a frame. */
/* What a socket's option is about, where that matters to the timeline. */
enum socket_option { OTHER_OPTION, LIMIT_ON_WAITING, DEFER_ACCEPT };

struct call {
	nanoseconds time;
	enum act act;	/* UNKNOWN_ACT: of the cable */
	enum fate fate; /* of the frame, by the cable */
	bool entry;	/* "recv(3) ...": it has not returned yet */
	bool failed;
	bool aside;  /* it is left out, but with --all */
	bool silent; /* it makes the kernel send nothing: shutdown(SHUT_RD), or
			a close() of a socket that lives on elsewhere */
	int error;   /* why it failed; 0: no reason is known */
	int descriptor; /* that it is about: its first argument */
	int made; /* socket() and its like: the one that it returned, or -1 */
	enum socket_option
		option; /* setsockopt() and its like: what is set or asked */
	int64_t bytes;	/* that it asks to send, or, as it returns, that the
			   kernel took; -1: not known */
	struct end own, peer;
	enum state state;
	MADE char *caller; /* who may be in one call at a time */
	MADE char *text;   /* "2: recv(3, MSG_PEEK) = -1 EAGAIN (Try again)" */
	/* of this: "recv"; "3, MSG_PEEK"; "= -1 EAGAIN", or "..." of an entry
	 */
	struct part name, arguments, result;
};

/* ---- the same, for people --------------------------------------------------
 */

bool same_address(const struct end *a, const struct end *b);
bool same_end(const struct end *a, const struct end *b);
const char *address_text(const struct end *e, char text[64]);
const char *end_text(const struct end *e, char text[64]);

#endif
