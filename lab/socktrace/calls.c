/*
 * calls.c - the table of the calls that are logged, and each call as text
 *
 * The rows of the table are in words.h. If a row names the reader X, the
 * function read_X() is in this file, in options.c or in waits.c. Without this
 * function, the row does not compile.
 */
#define _GNU_SOURCE
#include <sys/uio.h>

#include "socktrace.h"

/* Old versions of libc do not define these constants. Their values are the same
 * on all machines. */
#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif
#ifndef RWF_NOWAIT
#define RWF_NOWAIT 8
#endif
/* System calls that some architectures do not have. There, libc makes another
 * system call instead. */
#ifndef SYS_accept
#define SYS_accept (-1)
#endif
#ifndef SYS_dup2
#define SYS_dup2 (-1)
#endif
#ifndef SYS_poll
#define SYS_poll (-1)
#endif
#ifndef SYS_select
#define SYS_select (-1)
#endif
#ifndef SYS_epoll_wait
#define SYS_epoll_wait (-1)
#endif

/* ---- parts of several readers ------------------------------------------ */

static void add_message_flags(struct arguments *r, uint64_t flags) {
	static const struct named words[] = {WORD(MSG_OOB), WORD(MSG_PEEK),
		WORD(MSG_DONTROUTE), WORD(MSG_TRUNC), WORD(MSG_DONTWAIT),
		WORD(MSG_WAITALL), WORD(MSG_NOSIGNAL), WORD(MSG_MORE),
		WORD(MSG_ERRQUEUE), WORD(MSG_ZEROCOPY), WORD(MSG_FASTOPEN)};

	add_flags(&r->text, ", ", (unsigned)flags, words, COUNT(words));
	r->prompt = flags & MSG_DONTWAIT;
}

static void add_socket_flags(
	struct arguments *r, const char *before, uint64_t flags) {
	static const struct named words[] = {
		WORD(SOCK_CLOEXEC), WORD(SOCK_NONBLOCK)};

	add_flags(&r->text, before, (unsigned)flags, words, COUNT(words));
}

/* Adds the peer's address. A call that receives has none until it has returned.
 */
static void add_peer(struct arguments *r, uint64_t at) {
	if (!at || (r->act == RECEIVES && r->result < 0)) return;
	add_text(&r->text, ", ");
	add_address_at(&r->text, r->task, at);
}

/* Adds the total size of all buffers in the iovec array at this address: ",
 * 1448". */
static void add_room(struct arguments *r, uint64_t at, uint64_t count) {
	struct iovec list[1024]; /* the kernel accepts at most 1024 */
	size_t sum = 0;

	if (count > COUNT(list) ||
		!fetch(r->task, at, list, (size_t)count * sizeof *list)) {
		add_text(&r->text, ", ?");
		return;
	}
	for (size_t i = 0; i < count; i++)
		sum += list[i].iov_len;
	add_text(&r->text, ", %zu", sum);
}

/* ---- the readers: arguments as in the program's source --------------- */

static void read_socket(struct arguments *r) {
	static const struct named types[] = {
		WORD(SOCK_STREAM), WORD(SOCK_DGRAM), WORD(SOCK_RAW)};
	static const struct named protocols[] = {WORD(IPPROTO_TCP),
		WORD(IPPROTO_UDP), WORD(IPPROTO_ICMP), WORD(IPPROTO_ICMPV6),
		WORD(IPPROTO_SCTP), {262, "IPPROTO_MPTCP"}};
	const int domain = (int)r->args[0], kind = (int)r->args[1];
	const int protocol = (int)r->args[2];
	const char *type = word_of(kind & 15, types, COUNT(types));
	const char *name = word_of(protocol, protocols, COUNT(protocols));

	add_text(&r->text, "%s, %s", domain == AF_INET ? "AF_INET" : "AF_INET6",
		type ? type : "?");
	add_socket_flags(r, "|", (unsigned)kind & ~15U);
	if (protocol) add_text(&r->text, ", %s", name ? name : "?");
}

static void read_descriptor(struct arguments *r) {
	add_text(&r->text, "%d", (int)r->args[0]);
}

static void read_number(struct arguments *r) {
	add_text(&r->text, "%d, %d", (int)r->args[0], (int)r->args[1]);
}

static void read_address(struct arguments *r) {
	add_text(&r->text, "%d, ", (int)r->args[0]);
	add_address_at(&r->text, r->task, r->args[1]);
}

static void read_accept4(struct arguments *r) {
	read_descriptor(r);
	add_socket_flags(r, ", ", r->args[3]);
}

static void read_bytes(struct arguments *r) {
	read_descriptor(r);
	if (r->act == SENDS) add_text(&r->text, ", %zu", (size_t)r->args[2]);
}

static void read_buffer(struct arguments *r) {
	read_bytes(r);
	add_message_flags(r, r->args[3]);
	add_peer(r, r->args[4]);
	r->full = r->args[4] != 0;
}

static void read_vector(struct arguments *r) {
	read_descriptor(r);
	if (r->act == SENDS) add_room(r, r->args[1], r->args[2]);
}

static void read_vector2(struct arguments *r) {
	read_vector(r);
	r->prompt = r->args[5] & RWF_NOWAIT;
}

static void read_message(struct arguments *r) {
	struct msghdr m;
	const bool known = fetch(r->task, r->args[1], &m, sizeof m);

	read_descriptor(r);
	if (!known)
		add_text(&r->text, ", ?");
	else if (r->act == SENDS)
		add_room(r, (uintptr_t)m.msg_iov, m.msg_iovlen);
	add_message_flags(r, r->args[2]);
	if (known) add_peer(r, (uintptr_t)m.msg_name);
}

/* Of several messages, only the address of the first one is read. */
static void read_messages(struct arguments *r) {
	const unsigned count = (unsigned)r->args[2];
	struct mmsghdr m;
	const bool known =
		count > 0 && fetch(r->task, r->args[1], &m, sizeof m);

	add_text(&r->text, "%d, %u messages", (int)r->args[0], count);
	if (count > 0 && !known) add_text(&r->text, ", ?");
	add_message_flags(r, r->args[3]);
	if (known) add_peer(r, (uintptr_t)m.msg_hdr.msg_name);
}

static void read_sendfile(struct arguments *r) {
	add_text(&r->text, "%d, %zu", (int)r->args[0], (size_t)r->args[3]);
}

/* The socket may be the input or the output of splice(). */
static void read_splice(struct arguments *r) {
	r->target = (int)r->args[2];
	r->prompt = r->args[5] & SPLICE_F_NONBLOCK;
	add_text(&r->text, "%d, %d, %zu", (int)r->args[0], r->target,
		(size_t)r->args[4]);
}

static void read_shutdown(struct arguments *r) {
	static const struct named ways[] = {
		WORD(SHUT_RD), WORD(SHUT_WR), WORD(SHUT_RDWR)};
	const char *way = word_of((int)r->args[1], ways, COUNT(ways));

	add_text(&r->text, "%d, %s", (int)r->args[0], way ? way : "?");
}

static void closes(struct arguments *r, uint64_t first, uint64_t last) {
	r->closes_first = (unsigned)first;
	r->closes_last = (unsigned)last;
}

static void read_close(struct arguments *r) {
	read_descriptor(r);
	closes(r, r->args[0], r->args[0]);
}

static void read_close_range(struct arguments *r) {
	add_text(&r->text, "%d, %u", (int)r->args[0], (unsigned)r->args[1]);
	if (!(r->args[2] & CLOSE_RANGE_CLOEXEC))
		closes(r, r->args[0], r->args[1]);
}

/* On newer architectures, libc implements dup2() by dup3() without flags. */
static void read_dup(struct arguments *r) {
	read_number(r);
	r->full = r->args[2] != 0;
	if (r->args[0] != r->args[1]) closes(r, r->args[1], r->args[1]);
}

/* ---- the table --------------------------------------------------------- */

#define AS_ROW(call, name, full, reader, act) \
	{SYS_##call, name, full, read_##reader, act, NULL, NULL},
const struct syscall logged_calls[] = {SOCKET_CALLS(AS_ROW){.name = NULL}};
#undef AS_ROW

void read_call(struct arguments *r, struct task *t, long long result) {
	const struct pending *c = t->call;

	*r = (struct arguments){.task = t,
		.args = c->args,
		.act = c->what->act,
		.result = result,
		.fd = (int)c->args[0],
		.target = -1,
		.closes_first = 1};
	c->what->read(r);
}

/* Returns the name that the call probably has in the program's source. For
 * example, the system call sendto is "sendto" if it has an address, and "send"
 * if it has none. */
const char *name_of_call(const struct pending *c) {
	return c->full && *c->what->full ? c->what->full : c->what->name;
}
