/*
 * records.h - packets and calls: what read/ makes of captures and logs
 */
#ifndef RECORDS_H
#define RECORDS_H

#include <netinet/in.h>

#include "../../words.h"
#include "../basics.h"

/* The files of read/ and tell/ include read.h first: they may change these
 * records and the timeline. For a view, all that they point to is const. */
#ifdef READ_H
#define MADE
#else
#define MADE const
#endif

/* ---- packets ---------------------------------------------------------- */

struct end {
	uint8_t bytes[16];
	uint8_t size; /* of the address: 4 or 16; 0: there is none */
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

struct about { /* an ICMP message, and the packet that it is about */
	char name[40];
	uint8_t protocol; /* of that packet; 0: it is about none */
	struct end from, to;
};

struct packet {
	nanoseconds time;
	struct end from, to;
	uint32_t frame;		  /* its number in the capture, from 1 */
	uint32_t seq, ack, len;	  /* len: bytes of the payload */
	uint32_t stamp, echo;	  /* TCP timestamps: TSval, TSecr */
	uint64_t likeness;	  /* a hash, equal in both captures */
	MADE struct about *about; /* only of ICMP; or NULL */
	MADE struct sack *sack;	  /* or NULL */
	MADE char *text;	  /* the first line of its payload; or NULL */
	MADE uint8_t *bytes;	  /* the frame itself, if it is kept; or NULL */
	uint32_t size;		  /* of `bytes` */
	uint32_t ip_at, carried_at; /* offsets in `bytes`: IP, its payload */
	char tags[8];	   /* headers before TCP, a letter each: see decode.c */
	uint16_t win, mss; /* mss 0: it has no such option */
	uint8_t protocol, flags, ttl, ecn, fragments;
	int8_t scale;	/* -1: not offered; -2: the option was not captured */
	bool numbered;	/* it has an IP identification */
	bool partial;	/* not all of its fragments are in the capture */
	bool bad;	/* its checksum is wrong */
	bool unchecked; /* its checksum could not be checked */
	bool stamped, sack_permitted;
	bool alone; /* the other capture has no packet of its connection */
};

struct packets {
	struct packet *at;
	size_t count, room;
};

enum { REASONS = 24 };

/* Frames that are not drawn, by reason */
struct account {
	struct {
		const char *reason;
		unsigned long count;
	} of[REASONS];
	unsigned long drawn;
};

/* ---- calls --------------------------------------------------------------- */

/* A part of a call's text */
struct part {
	size_t at, size;
};

/* Socket options that matter to the timeline */
enum socket_option { OTHER_OPTION, LIMIT_ON_WAITING, DEFER_ACCEPT };

/* A line of a log: a socket call, the end of a process, or what the cable did
 * to a frame */
struct call {
	nanoseconds time;
	enum act act;	/* UNKNOWN_ACT: for example a fault of the cable */
	enum fate fate; /* what the cable did to the frame */
	bool entry;	/* "recv(3) ...": the call has not returned yet */
	bool failed;
	bool aside;  /* left out, unless --all is given */
	bool silent; /* the kernel sends nothing: it is shutdown(SHUT_RD), or a
			close() while another descriptor has the socket */
	int error;   /* errno, if the call failed; 0: not known */
	int descriptor; /* the call's first argument */
	int made;	/* its result, such as a new descriptor; or -1 */
	enum socket_option option; /* of setsockopt(), getsockopt() */
	int64_t bytes; /* of an entry: to send; of a return: that the kernel
			  took; -1: not known */
	struct end own, peer;
	enum state state;
	MADE char *caller; /* the task that calls: its log and its name */
	MADE char *text;   /* "2: recv(3, MSG_PEEK) = -1 EAGAIN (Try again)" */
	/* parts of the text: "recv"; "3, MSG_PEEK"; "= -1 EAGAIN", or for an
	 * entry "..." */
	struct part name, arguments, result;
};

/* ---- addresses as text --------------------------------------------------- */

bool same_address(const struct end *a, const struct end *b);
bool same_end(const struct end *a, const struct end *b);
const char *address_text(const struct end *e, char text[64]);
const char *end_text(const struct end *e, char text[64]);

#endif
