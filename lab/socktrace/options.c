/*
 * options.c - setsockopt() and getsockopt() as text
 */
#define _GNU_SOURCE
#include <netinet/tcp.h>
#include <sys/time.h>

#include "socktrace.h"

/* clang-format off */
#define OPTION(level, name, value) {level, name, #name, value}
/* clang-format on */

static const struct option {
	int level, option;
	const char *name;
	enum { NUMBER, ERROR, TIME, LINGER, TEXT, GROUP, OTHER } value;
} options[] = {
	OPTION(SOL_SOCKET, SO_REUSEADDR, NUMBER),
	OPTION(SOL_SOCKET, SO_REUSEPORT, NUMBER),
	OPTION(SOL_SOCKET, SO_KEEPALIVE, NUMBER),
	OPTION(SOL_SOCKET, SO_BROADCAST, NUMBER),
	OPTION(SOL_SOCKET, SO_DONTROUTE, NUMBER),
	OPTION(SOL_SOCKET, SO_OOBINLINE, NUMBER),
	OPTION(SOL_SOCKET, SO_PRIORITY, NUMBER),
	OPTION(SOL_SOCKET, SO_MARK, NUMBER),
	OPTION(SOL_SOCKET, SO_RCVBUF, NUMBER),
	OPTION(SOL_SOCKET, SO_SNDBUF, NUMBER),
	OPTION(SOL_SOCKET, SO_RCVLOWAT, NUMBER),
	OPTION(SOL_SOCKET, SO_TIMESTAMP, NUMBER),
	OPTION(SOL_SOCKET, SO_BINDTODEVICE, TEXT),
	OPTION(SOL_SOCKET, SO_ATTACH_FILTER, OTHER),
	OPTION(SOL_SOCKET, SO_ERROR, ERROR),
	OPTION(SOL_SOCKET, SO_LINGER, LINGER),
	OPTION(SOL_SOCKET, SO_RCVTIMEO, TIME),
	OPTION(SOL_SOCKET, SO_SNDTIMEO, TIME),
	OPTION(IPPROTO_TCP, TCP_NODELAY, NUMBER),
	OPTION(IPPROTO_TCP, TCP_CORK, NUMBER),
	OPTION(IPPROTO_TCP, TCP_QUICKACK, NUMBER),
	OPTION(IPPROTO_TCP, TCP_USER_TIMEOUT, NUMBER),
	OPTION(IPPROTO_TCP, TCP_MAXSEG, NUMBER),
	OPTION(IPPROTO_TCP, TCP_KEEPIDLE, NUMBER),
	OPTION(IPPROTO_TCP, TCP_KEEPINTVL, NUMBER),
	OPTION(IPPROTO_TCP, TCP_KEEPCNT, NUMBER),
	OPTION(IPPROTO_TCP, TCP_SYNCNT, NUMBER),
	OPTION(IPPROTO_TCP, TCP_LINGER2, NUMBER),
	OPTION(IPPROTO_TCP, TCP_DEFER_ACCEPT, NUMBER),
	OPTION(IPPROTO_TCP, TCP_WINDOW_CLAMP, NUMBER),
	OPTION(IPPROTO_TCP, TCP_FASTOPEN, NUMBER),
	OPTION(IPPROTO_TCP, TCP_FASTOPEN_CONNECT, NUMBER),
	OPTION(IPPROTO_TCP, TCP_NOTSENT_LOWAT, NUMBER),
	OPTION(IPPROTO_TCP, TCP_CONGESTION, TEXT),
	OPTION(IPPROTO_TCP, TCP_ULP, TEXT),
	OPTION(IPPROTO_IP, IP_TOS, NUMBER),
	OPTION(IPPROTO_IP, IP_TTL, NUMBER),
	OPTION(IPPROTO_IP, IP_RECVERR, NUMBER),
	OPTION(IPPROTO_IP, IP_MTU_DISCOVER, NUMBER),
	OPTION(IPPROTO_IP, IP_FREEBIND, NUMBER),
	OPTION(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, NUMBER),
	OPTION(IPPROTO_IP, IP_PKTINFO, NUMBER),
	OPTION(IPPROTO_IP, IP_MULTICAST_TTL, NUMBER),
	OPTION(IPPROTO_IP, IP_MULTICAST_LOOP, NUMBER),
	OPTION(IPPROTO_IP, IP_ADD_MEMBERSHIP, OTHER),
	OPTION(IPPROTO_IP, MCAST_JOIN_GROUP, GROUP),
	OPTION(IPPROTO_IPV6, IPV6_JOIN_GROUP, OTHER),
	OPTION(IPPROTO_IPV6, MCAST_JOIN_GROUP, GROUP),
	OPTION(IPPROTO_IPV6, IPV6_V6ONLY, NUMBER),
	OPTION(IPPROTO_IPV6, IPV6_UNICAST_HOPS, NUMBER),
	OPTION(IPPROTO_IPV6, IPV6_MTU_DISCOVER, NUMBER),
	OPTION(IPPROTO_IPV6, IPV6_TCLASS, NUMBER),
	OPTION(IPPROTO_IPV6, IPV6_RECVERR, NUMBER),
	OPTION(IPPROTO_IPV6, IPV6_RECVPKTINFO, NUMBER),
};

/* Adds the value of an option to the text, such as ", 1" or ", 10 s". In the
 * program's memory, the value is size bytes long. */
static void add_value(
	struct arguments *r, const struct option *o, size_t size) {
	const uint64_t at = r->args[3];
	union {
		int number;
		struct timeval time;
		struct linger linger;
		char text[32];
	} v = {.text = ""};
	const size_t sizes[] = {
		[NUMBER] = size < sizeof v.number ? size : sizeof v.number,
		[ERROR] = sizeof v.number,
		[TIME] = sizeof v.time,
		[LINGER] = sizeof v.linger,
		[TEXT] = size < sizeof v.text ? size : sizeof v.text};

	if (o->value == OTHER) return;
	add_text(&r->text, ", ");
	if (o->value == GROUP) {
		add_address_at(&r->text, r->task,
			at + offsetof(struct group_req, gr_group));
		return;
	}
	if (!fetch(r->task, at, &v, sizes[o->value]) ||
		(o->value == NUMBER && size == 0)) {
		add_text(&r->text, "?");
		return;
	}
	switch (o->value) {
	case ERROR:
		if (v.number) {
			add_text(&r->text, "%s", word_of_error(v.number));
			break;
		}
		/* fall through */
	case NUMBER: add_text(&r->text, "%d", v.number); break;
	case TIME:
		add_text(&r->text, "%g s",
			(double)v.time.tv_sec + (double)v.time.tv_usec / 1e6);
		break;
	case LINGER:
		add_text(&r->text, v.linger.l_onoff ? "%d s" : "off",
			v.linger.l_linger);
		break;
	case TEXT: add_string(&r->text, v.text, sizes[TEXT]); break;
	default: break;
	}
}

/* Reads the arguments of setsockopt() or getsockopt(): "3, SO_LINGER, 0 s".
 * Before getsockopt() returns, there is no value. It is logged for SO_ERROR
 * only. With SO_ERROR, a program asks how a connect() on a non-blocking socket
 * has ended. */
void read_option(struct arguments *r) {
	const uint64_t *args = r->args;

	r->left_out = r->act == GETS &&
		      (args[1] != SOL_SOCKET || args[2] != SO_ERROR);
	add_text(&r->text, "%d, ", (int)args[0]);
	for (size_t i = 0; i < COUNT(options); i++) {
		const struct option *o = &options[i];

		if (o->level != (int)args[1] || o->option != (int)args[2])
			continue;
		add_text(&r->text, "%s", o->name);
		if (r->act == SETS || r->result >= 0)
			add_value(r, o, (size_t)args[4]);
		return;
	}
	add_text(&r->text, "level %d, option %d, %zu bytes", (int)args[1],
		(int)args[2], (size_t)args[4]);
}
