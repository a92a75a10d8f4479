/*
 * records.h - packets and calls, which read/ finds in captures and logs
 */
#ifndef RECORDS_H
#define RECORDS_H

#include <netinet/in.h>

#include "../../words.h"
#include "../basics.h"

/* MADE is const for the views. It is empty for the files of read/ and tell/,
 * which include read.h before this file: only they may change what the records
 * and the timeline point to. */
#ifdef READ_H
#define MADE
#else
#define MADE const
#endif

/* ---- packets ---------------------------------------------------------- */

struct end {
	uint8_t bytes[16];
	uint8_t size; /* bytes of the address, 4 or 16; 0: no address */
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

/* The blocks of a SACK option */
struct sack {
	int count;
	uint32_t from[4], to[4];
};

/* An ICMP message, and the packet that the message quotes */
struct about {
	char name[40];	     /* of the message: "port unreachable" */
	uint8_t protocol;    /* of the quoted packet; 0: none is quoted */
	struct end from, to; /* of the quoted packet */
};

struct packet {
	nanoseconds time;
	struct end from, to;
	uint32_t frame;		  /* its number in the capture, from 1 */
	uint32_t seq, ack, len;	  /* len: bytes of the payload */
	uint32_t stamp, echo;	  /* TCP timestamps: TSval, TSecr */
	uint64_t likeness;	  /* a hash, the same in both captures */
	MADE struct about *about; /* of an ICMP message; or NULL */
	MADE struct sack *sack;	  /* its SACK option; or NULL */
	MADE char *text;	  /* the first line of its payload; or NULL */
	MADE uint8_t *bytes;	  /* the whole frame, if it is kept; or NULL */
	uint32_t size;		  /* how many bytes of the frame are kept */
	uint32_t ip_at,		  /* where in the frame IP's header begins */
		carried_at;	  /* where in the frame IP's payload begins */
	char tags[8]; /* a letter for each tag: see add_tag() in decode.c */
	uint16_t win, mss; /* mss: of the option MSS; 0: it has none */
	/* fragments: how many were captured; 0: it was not fragmented */
	uint8_t protocol, flags, ttl, ecn, fragments;
	int8_t scale;  /* of the option window scale; -1: it has no such option;
			  -2: not all of its options were captured */
	bool numbered; /* it has an IP identification */
	bool partial;  /* not all of its fragments are in the capture */
	bool bad;      /* its checksum is wrong */
	bool unchecked;		/* its checksum could not be checked */
	bool stamped,		/* it has the option timestamps */
		sack_permitted; /* it has the option SACK permitted */
	bool alone; /* the other capture has no packet of its connection */
};

struct packets {
	struct packet *at;
	size_t count, room;
};

enum { REASONS = 24 };

/* How many frames are drawn, and how many are left out for which reason */
struct account {
	struct {
		const char *reason;
		unsigned long count;
	} of[REASONS];
	unsigned long drawn;
};

/* ---- calls --------------------------------------------------------------- */

/* A part of a call's text: where it begins, and how many bytes it has */
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
	enum fate fate; /* of a fault: what the cable did to the frame */
	bool entry;	/* the call has not returned yet: "recv(3) ..." */
	bool failed;	/* the call has returned -1 */
	bool aside;	/* the call is left out, unless --all is given */
	bool silent; /* the kernel sends nothing: it is shutdown(SHUT_RD), or a
			close() while another descriptor has the socket */
	int error;   /* errno, if the call failed; 0: not known */
	int descriptor; /* the call's first argument */
	int made;	/* the call's result, such as a new descriptor; or -1 */
	enum socket_option option; /* of setsockopt(), getsockopt() */
	/* how many bytes the call asks the kernel to send; if the call has
	 * returned, how many the kernel took; -1: not known */
	int64_t bytes;
	struct end own, peer; /* the ends of the socket; size 0: not known */
	enum state state;     /* the socket's state that the kernel reported; or
				 NO_STATE */
	MADE char *caller;    /* the task that calls: its log and its name */
	/* the call as the ladder shows it: "2: recv(3, MSG_PEEK) = -1 EAGAIN
	 * (Try again)". "2: " is the number of its log, if its host has several
	 * logs. */
	MADE char *text;
	/* where the text has these parts: "recv"; "3, MSG_PEEK"; "= -1 EAGAIN",
	 * or "..." if the call has not returned yet */
	struct part name, arguments, result;
};

/* ---- addresses as text --------------------------------------------------- */

bool same_address(const struct end *a, const struct end *b);
bool same_end(const struct end *a, const struct end *b);
const char *address_text(const struct end *e, char text[64]);
const char *end_text(const struct end *e, char text[64]);

#endif
