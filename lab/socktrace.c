/*
 * socktrace - tells the socket calls of any program, as they happen
 *
 * Shows   which call a program makes, when, with what result, and the state in
 *         which the kernel has the connection then.
 * Run     socktrace tcp_client 127.0.0.1 9000
 *         tcpdump -ni lo port 9000   beside it: the two have the same clock.
 * Watch   SYN leave after connect() was entered, and before it returns.
 * See     ptrace(2), seccomp(2), pidfd_getfd(2), tcp(7), README.md
 *
 * The program keeps its process: its parent, terminal, signals and exit status
 * are its own. The tracer is a process aside. A seccomp filter stops a task at
 * the calls that are told, and at no other; each stop goes
 *
 *     enter():  what is called, on which socket   -> line "... " if it may wait
 *     leave():  its result, and the state then    -> line "= RESULT [STATE]"
 *
 * and the state is asked of the kernel through a copy of the descriptor, held
 * for a moment only: while there is a copy, close() would send no FIN.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <elf.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common.h"

#if defined __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined __riscv && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#elif defined __powerpc64__ && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCHITECTURE AUDIT_ARCH_PPC64LE
#elif defined __s390x__
#define ARCHITECTURE AUDIT_ARCH_S390X
#endif
#ifndef ARCHITECTURE /* so the machine's others can be built */
int main(void) {
	errx(1, "it is for 64-bit machines (x86, ARM, RISC-V, POWER, s390): "
		"on this one, run the program without it");
}
#else
#ifndef SYS_pidfd_getfd /* glibc 2.31; it has one number everywhere */
#define SYS_pidfd_getfd 438
#endif

static const char usage[] =
	"usage: socktrace [-h] [-d RULE]... [-o FILE] PROGRAM [ARGUMENT]...\n"
	"Runs PROGRAM, and tells the calls on Internet sockets that it, its\n"
	"threads and its children make; a call that may wait is told when it is\n"
	"entered, too. In brackets stand the state that the kernel has the\n"
	"connection in, and its addresses, the program's own first.\n"
	"  -d RULE  hold a call back before the kernel sees it; 32 at most\n"
	"  -h       print this\n"
	"  -o FILE  append to FILE (stderr), date and command first\n"
	"RULE: CALL=MS: for so long, 0 to 60000. Or until its connection ...\n"
	"  CALL=STATE  is in this state (RFC 9293's names, say CLOSE_WAIT)\n"
	"  CALL=acked  has all that it has sent acknowledged\n"
	"  CALL=NB     has N bytes to be read, say 6B\n"
	"... which is at once where there is none. Or until a FILE is there:\n"
	"  CALL=/FILE  its whole path. In 60 s at the latest, each of these.\n"
	"With ,nth=N only the Nth such call, counted over the whole program.\n"
	"CALL: a name as it is told, say accept, recv, close.\n"
	"Exit status: PROGRAM's own; 1 FILE cannot be written, 2 usage, 126\n"
	"PROGRAM cannot be run, 127 it is not there. A RULE that never applied is\n"
	"told at the end. Where ptrace(2) is refused, PROGRAM runs on untold.\n";

/* The calls that are told: how their arguments are to be read. */
enum form {
	SOCKET,
	ADDRESS,
	LISTEN,
	ACCEPT,
	BUFFER,
	VECTOR,
	MESSAGE,
	MESSAGES,
	SENDFILE,
	SHUTDOWN,
	CLOSE,
	SETOPTION,
	GETOPTION
};
static const struct call {
	long number;
	const char *name;
	enum form form;
	enum { PROMPT, WAITS, RECEIVES } mode; /* RECEIVES: and so it waits */
} calls[] = {
	{SYS_socket, "socket", SOCKET, PROMPT},
	{SYS_bind, "bind", ADDRESS, PROMPT},
	{SYS_listen, "listen", LISTEN, PROMPT},
#ifdef SYS_accept
	{SYS_accept, "accept", ACCEPT, WAITS},
#endif
	{SYS_accept4, "accept", ACCEPT, WAITS},
	{SYS_connect, "connect", ADDRESS, WAITS},
	{SYS_sendto, "send", BUFFER, WAITS},
	{SYS_recvfrom, "recv", BUFFER, RECEIVES},
	{SYS_sendmsg, "sendmsg", MESSAGE, WAITS},
	{SYS_recvmsg, "recvmsg", MESSAGE, RECEIVES},
	{SYS_sendmmsg, "sendmmsg", MESSAGES, WAITS},
	{SYS_recvmmsg, "recvmmsg", MESSAGES, RECEIVES},
	{SYS_write, "write", BUFFER, WAITS},
	{SYS_read, "read", BUFFER, RECEIVES},
	{SYS_writev, "writev", VECTOR, WAITS},
	{SYS_readv, "readv", VECTOR, RECEIVES},
	{SYS_sendfile, "sendfile", SENDFILE, WAITS},
	{SYS_shutdown, "shutdown", SHUTDOWN, PROMPT},
	{SYS_close, "close", CLOSE, PROMPT},
	{SYS_setsockopt, "setsockopt", SETOPTION, PROMPT},
	{SYS_getsockopt, "getsockopt", GETOPTION, PROMPT},
};
enum { CALLS = sizeof calls / sizeof *calls };

/* The kernel's states, by their number in TCP_INFO, in RFC 9293's words. */
static const char *const states[] = {"", "ESTABLISHED", "SYN_SENT", "SYN_RCVD",
	"FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSED", "CLOSE_WAIT",
	"LAST_ACK", "LISTEN", "CLOSING", "SYN_RCVD", NULL};

static struct rule {
	const char *text, *call, *file;
	double nth, seen; /* nth 0: each */
	double amount;	  /* of ms, or of bytes; or the number of a state */
	enum { TIME_PASSES, IN_STATE, ACKED, CAME, THERE } until;
	bool applied;
} rules[32];
static int rule_count;

/* What the kernel says of a socket. Kept, by its inode, for what it no longer
 * says when the connection has ended. */
struct sock {
	ino_t inode; /* 0: not an Internet socket */
	int domain, type, state;
	bool blocks;
	int unacked, unread;	/* bytes */
	char own[64], peer[64]; /* "" where it has none */
	char *withheld;		/* lines: see tell() */
};
static struct sock socks[1024];

/* A process or thread of the program. */
struct task {
	struct task *next;
	pid_t pid, process;
	int pidfd, number;
	char name[32];
	const struct call *call; /* that it is in, or NULL */
	uint64_t args[6];
	struct timespec entered;
	bool told, interrupted;	 /* its entry; and by a signal, so it may come
				    again */
	const struct rule *rule; /* by which it is held back, until: */
	double due;
	ino_t inode;
	bool shared; /* its close() leaves another descriptor of the socket */
};
static struct task *tasks;
static int tellers; /* tasks that have made a call which was told */

struct line {
	char text[1024];
	size_t size;
};

static FILE *out;
static const char *path = "stderr"; /* of out */

__attribute__((format(printf, 2, 3))) static void add(
	struct line *l, const char *format, ...) {
	const size_t room = sizeof l->text - l->size;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(l->text + l->size, room, format, args);
	va_end(args);
	l->size += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

/* ---- the program's memory ---------------------------------------------- */

/* Reads size bytes of the program's; what cannot be read is 0. */
static void fetch(const struct task *t, uint64_t from, void *to, size_t size) {
	const struct iovec here = {to, size};
	const struct iovec there = {(void *)(uintptr_t)from, size};

	memset(to, 0, size);
	if (from) process_vm_readv(t->pid, &here, 1, &there, 1, 0);
}

static void name_address(char *text, size_t room, const void *address) {
	const struct sockaddr *a = address;
	const struct sockaddr_in *four = address;
	const struct sockaddr_in6 *six = address;
	char host[INET6_ADDRSTRLEN] = "?";

	if (a->sa_family == AF_INET) {
		inet_ntop(AF_INET, &four->sin_addr, host, sizeof host);
		snprintf(text, room, "%s:%d", host, ntohs(four->sin_port));
	} else if (a->sa_family == AF_INET6) {
		const bool mapped = IN6_IS_ADDR_V4MAPPED(&six->sin6_addr);

		if (mapped) /* its packets are IPv4's */
			inet_ntop(AF_INET, six->sin6_addr.s6_addr + 12, host,
				sizeof host);
		else
			inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof host);
		snprintf(text, room, mapped ? "%s:%d" : "[%s]:%d", host,
			ntohs(six->sin6_port));
	} else
		snprintf(text, room, "%s",
			a->sa_family == AF_UNSPEC ? "AF_UNSPEC" : "?");
}

/* The address that a call names at this place of the program's memory. */
static const char *address_at(const struct task *t, uint64_t at) {
	static char text[64];
	struct sockaddr_storage address = {0};

	fetch(t, at, &address, sizeof(struct sockaddr_in6));
	name_address(text, sizeof text, &address);
	return text;
}

/* ---- the kernel's word on a socket -------------------------------------- */

/* Takes a copy of a descriptor of the program's for a moment. */
static struct sock *ask(const struct task *t, int number) {
	static struct sock none;
	const int fd = (int)syscall(SYS_pidfd_getfd, t->pidfd, number, 0);
	struct sockaddr_storage own = {0}, peer = {0};
	struct tcp_info info = {0};
	struct stat about = {0};
	struct sock *s;
	int domain = 0, type = 0, protocol = 0;

	none = (struct sock){0};
	if (fd == -1) return &none;
	if (fstat(fd, &about) == 0 && S_ISSOCK(about.st_mode))
		getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain,
			&(socklen_t){sizeof domain});
	if (domain != AF_INET && domain != AF_INET6) {
		close(fd);
		return &none;
	}
	s = &socks[about.st_ino % 1024];
	if (s->inode != about.st_ino) { /* new, or another had its place */
		free(s->withheld);
		*s = (struct sock){.inode = about.st_ino, .domain = domain};
	}
	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &(socklen_t){sizeof type});
	getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol,
		&(socklen_t){sizeof protocol});
	if (protocol == IPPROTO_TCP)
		getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info,
			&(socklen_t){sizeof info});
	s->type = type;
	s->state = info.tcpi_state < 13 ? info.tcpi_state : 0;
	if (ioctl(fd, TIOCOUTQ, &s->unacked)) s->unacked = 0;
	if (ioctl(fd, FIONREAD, &s->unread)) s->unread = 0;
	s->blocks = !(fcntl(fd, F_GETFL) & O_NONBLOCK);
	if (!getsockname(fd, (void *)&own, &(socklen_t){sizeof own})) {
		char text[64];

		name_address(text, sizeof text, &own);
		if (strcmp(text + strlen(text) - 2, ":0") !=
			0) /* it is bound */
			memcpy(s->own, text, sizeof s->own);
	}
	if (!getpeername(fd, (void *)&peer, &(socklen_t){sizeof peer}))
		name_address(s->peer, sizeof s->peer, &peer);
	else if (type == SOCK_DGRAM)
		*s->peer = '\0';
	close(fd);
	return s;
}

/* Whether this descriptor is on its way out. */
static bool is_closed(pid_t process, int fd) {
	for (const struct task *t = tasks; t; t = t->next)
		if (t->process == process && t->call &&
			t->call->form == CLOSE && !t->rule &&
			(int)t->args[0] == fd)
			return true;
	return false;
}

/* Whether the program has another descriptor of this socket. */
static bool is_shared(ino_t inode) {
	bool found = false;

	for (const struct task *t = tasks; t && !found; t = t->next) {
		char folder[32];
		DIR *list;

		snprintf(folder, sizeof folder, "/proc/%d/fd", t->process);
		list = opendir(folder);
		for (const struct dirent *e;
			list && !found && (e = readdir(list));) {
			struct stat about;

			found = fstatat(dirfd(list), e->d_name, &about, 0) ==
					0 &&
				S_ISSOCK(about.st_mode) &&
				about.st_ino == inode &&
				!is_closed(t->process, atoi(e->d_name));
		}
		if (list) closedir(list);
	}
	return found;
}

/* ---- a call, in words ------------------------------------------------- */

struct word {
	int value;
	const char *name;
};
/* Versions of clang-format differ about such braces. */
/* clang-format off */
#define WORD(name) {name, #name}
/* clang-format on */

/* "MSG_MORE|MSG_DONTWAIT", with what has no name as a number. */
static void add_flags(struct line *l, const char *before, int flags,
	const struct word *words, size_t count) {
	for (size_t i = 0; i < count && flags; i++)
		if (flags & words[i].value) {
			add(l, "%s%s", before, words[i].name);
			flags &= ~words[i].value;
			before = "|";
		}
	if (flags) add(l, "%s0x%x", before, (unsigned)flags);
}

static void add_message_flags(struct line *l, uint64_t flags) {
	static const struct word words[] = {WORD(MSG_OOB), WORD(MSG_PEEK),
		WORD(MSG_DONTROUTE), WORD(MSG_TRUNC), WORD(MSG_DONTWAIT),
		WORD(MSG_WAITALL), WORD(MSG_NOSIGNAL), WORD(MSG_MORE),
		WORD(MSG_ERRQUEUE), WORD(MSG_ZEROCOPY), WORD(MSG_FASTOPEN)};

	add_flags(l, ", ", (int)flags, words, sizeof words / sizeof *words);
}

static void add_socket(struct line *l, const uint64_t args[]) {
	static const struct word types[] = {WORD(SOCK_STREAM), WORD(SOCK_DGRAM),
		WORD(SOCK_RAW), {IPPROTO_SCTP, "IPPROTO_SCTP"}};
	static const struct word flags[] = {
		WORD(SOCK_CLOEXEC), WORD(SOCK_NONBLOCK)};
	const int type = (int)args[1] & 15;

	add(l, "%s, %s", args[0] == AF_INET ? "AF_INET" : "AF_INET6",
		type >= 1 && type <= 3 ? types[type - 1].name : "?");
	add_flags(l, "|", (int)args[1] & ~15, flags, 2);
	if (args[2])
		add(l, ", %s",
			args[2] == IPPROTO_TCP	  ? "IPPROTO_TCP" :
			args[2] == IPPROTO_UDP	  ? "IPPROTO_UDP" :
			args[2] == IPPROTO_ICMP	  ? "IPPROTO_ICMP" :
			args[2] == IPPROTO_ICMPV6 ? "IPPROTO_ICMPV6" :
			args[2] == 262		  ? "IPPROTO_MPTCP" :
						    "?");
}

/* clang-format off */
#define OPTION(level, name, value) {level, name, #name, value}
/* clang-format on */

static const struct option {
	int level, option;
	const char *name;
	enum { NUMBER, TIME, LINGER, TEXT, GROUP, OTHER } value;
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
	OPTION(SOL_SOCKET, SO_ERROR, NUMBER),
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

/* "SO_LINGER, on, 0 s": args are those of setsockopt(2). */
static void add_option(struct line *l, const struct task *t) {
	const uint64_t *args = t->args;
	size_t size = (size_t)args[4];
	struct linger linger;
	struct timeval time;
	char text[32];
	int number = 0;

	if (t->call->form == GETOPTION) size = sizeof number;
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		const struct option *o = &options[i];

		if (o->level != (int)args[1] || o->option != (int)args[2])
			continue;
		add(l, ", %s", o->name);
		if (o->value == NUMBER) {
			fetch(t, args[3], &number,
				size < sizeof number ? size : sizeof number);
			add(l, ", %d", number);
		} else if (o->value == TIME) {
			fetch(t, args[3], &time, sizeof time);
			add(l, ", %g s",
				(double)time.tv_sec +
					(double)time.tv_usec / 1e6);
		} else if (o->value == LINGER) {
			fetch(t, args[3], &linger, sizeof linger);
			add(l, linger.l_onoff ? ", %d s" : ", off",
				linger.l_linger);
		} else if (o->value == TEXT) {
			fetch(t, args[3], text, sizeof text - 1);
			text[size < sizeof text - 1 ? size : sizeof text - 1] =
				'\0';
			add(l, ", \"%s\"", text);
		} else if (o->value == GROUP)
			add(l, ", %s",
				address_at(
					t, args[3] + offsetof(struct group_req,
							     gr_group)));
		return;
	}
	add(l, ", level %d, option %d, %zu bytes", (int)args[1], (int)args[2],
		size);
}

/* The bytes that an iovec at this place has room for. */
static size_t room_of(const struct task *t, uint64_t at, uint64_t count) {
	struct iovec list[64];
	size_t sum = 0;

	if (count > 64) count = 64;
	fetch(t, at, list, count * sizeof *list);
	for (uint64_t i = 0; i < count; i++)
		sum += list[i].iov_len;
	return sum;
}

/* Whether recvfrom() or recvmsg() may tell by now from whom. */
static bool filled(const struct task *t, long long result) {
	return t->call->mode != RECEIVES || result >= 0;
}

enum { ENTERED = -1000 }; /* a result that none has: the call is under way */

/* "connect(3, 192.0.2.2:9000)": what is called, as its source has it. */
static void add_call(struct line *l, const struct task *t, long long result) {
	static const char *const ways[] = {"SHUT_RD", "SHUT_WR", "SHUT_RDWR"};
	static const struct word flags[] = {
		WORD(SOCK_CLOEXEC), WORD(SOCK_NONBLOCK)};
	const struct call *c = t->call;
	const uint64_t *args = t->args;
	const bool sends = c->mode == WAITS;
	const bool plain = c->number == SYS_read || c->number == SYS_write;
	const bool named = c->form == BUFFER && !plain && args[4];
	struct mmsghdr m;

	add(l, "%s%s(", c->name, !named ? "" : sends ? "to" : "from");
	if (c->form == SOCKET)
		add_socket(l, args);
	else
		add(l, "%d", (int)args[0]);
	switch (c->form) {
	case ADDRESS: add(l, ", %s", address_at(t, args[1])); break;
	case LISTEN: add(l, ", %d", (int)args[1]); break;
	case ACCEPT:
		if (c->number == SYS_accept4)
			add_flags(l, ", ", (int)args[3], flags, 2);
		break;
	case BUFFER:
		if (sends) add(l, ", %zu", (size_t)args[2]);
		if (!plain) add_message_flags(l, args[3]);
		if (named && filled(t, result))
			add(l, ", %s", address_at(t, args[4]));
		break;
	case VECTOR:
		if (sends) add(l, ", %zu", room_of(t, args[1], args[2]));
		break;
	case MESSAGE:
	case MESSAGES: /* the first of them */
		fetch(t, args[1], &m,
			c->form == MESSAGE ? sizeof m.msg_hdr : sizeof m);
		if (c->form == MESSAGES)
			add(l, ", %d messages", (int)args[2]);
		else if (sends)
			add(l, ", %zu",
				room_of(t, (uintptr_t)m.msg_hdr.msg_iov,
					m.msg_hdr.msg_iovlen));
		add_message_flags(l, args[c->form == MESSAGE ? 2 : 3]);
		if (m.msg_hdr.msg_name && filled(t, result))
			add(l, ", %s",
				address_at(t, (uintptr_t)m.msg_hdr.msg_name));
		break;
	case SENDFILE: add(l, ", %zu", (size_t)args[3]); break;
	case SHUTDOWN: add(l, ", %s", args[1] < 3 ? ways[args[1]] : "?"); break;
	case SETOPTION:
	case GETOPTION: add_option(l, t); break;
	default: break;
	}
	add(l, ")");
}

static const char *name_of_error(int error) {
	static const struct word words[] = {WORD(EACCES), WORD(EADDRINUSE),
		WORD(EADDRNOTAVAIL), WORD(EAFNOSUPPORT), WORD(EAGAIN),
		WORD(EALREADY), WORD(EBADF), WORD(ECONNABORTED),
		WORD(ECONNREFUSED), WORD(ECONNRESET), WORD(EDESTADDRREQ),
		WORD(EFAULT), WORD(EHOSTDOWN), WORD(EHOSTUNREACH),
		WORD(EINPROGRESS), WORD(EINTR), WORD(EINVAL), WORD(EIO),
		WORD(EISCONN), WORD(EMFILE), WORD(EMSGSIZE), WORD(ENETDOWN),
		WORD(ENETUNREACH), WORD(ENFILE), WORD(ENOBUFS), WORD(ENODEV),
		WORD(ENOMEM), WORD(ENOPROTOOPT), WORD(ENOTCONN),
		WORD(EOPNOTSUPP), WORD(EPERM), WORD(EPIPE), WORD(EPROTO),
		WORD(EPROTONOSUPPORT), WORD(ETIMEDOUT), WORD(ETOOMANYREFS)};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].value == error) return words[i].name;
	return "errno";
}

static void put(const char *text, size_t size) {
	static bool failed;

	if (!failed && write(fileno(out), text, size) != (ssize_t)size) {
		failed = true;
		warn("%s: the calls are not written any more", path);
	}
}

/* Puts a line: one write(2) each. The lines of a UDP socket are withheld until
 * it is used: getaddrinfo() opens and connects some that never send, to learn
 * which address is the best. */
static void tell(struct task *t, struct sock *s, const struct timespec *when,
	long long result) {
	const struct call *c = t->call;
	struct line l = {.size = 0};
	char clock[16];

	add(&l, "%s %s", clock_text(clock, when), t->name);
	if (!t->number) t->number = ++tellers;
	if (t->number > 1) add(&l, "/%d", t->number);
	add(&l, " ");
	add_call(&l, t, result);
	if (result == ENTERED)
		add(&l, " ...");
	else if (result < 0)
		add(&l, " = -1 %s (%s)", name_of_error((int)-result),
			strerror((int)-result));
	else
		add(&l, " = %lld", result);
	if (*states[s->state] || *s->own) {
		const char *gap = *states[s->state] ? " " : "";

		add(&l, " [%s", states[s->state]);
		if (*s->own) add(&l, "%s%s", gap, s->own);
		if (*s->own && *s->peer) add(&l, " %s", s->peer);
		add(&l, "]");
	}
	l.text[l.size++] = '\n'; /* add() leaves room for it, and no less */

	if (c->form == SOCKET && (t->args[1] & 15) == SOCK_DGRAM &&
		t->args[1] & SOCK_CLOEXEC && s->inode) {
		s->withheld = strndup(l.text, l.size);
	} else if (s->withheld &&
		   (c->number == SYS_connect || c->form == SETOPTION)) {
		char *both = NULL;

		if (asprintf(&both, "%s%.*s", s->withheld, (int)l.size,
			    l.text) > 0) {
			free(s->withheld);
			s->withheld = both;
		}
	} else {
		if (s->withheld && c->form != CLOSE)
			put(s->withheld, strlen(s->withheld));
		if (!s->withheld || c->form != CLOSE) put(l.text, l.size);
		free(s->withheld);
		s->withheld = NULL;
	}
}

/* ---- a call, as it is entered and as it returns ---------------------- */

/* To the end of its call; but one that a signal has interrupted comes again, or
 * its handler makes others, which are none of ours. */
static void resume(const struct task *t, int signal) {
	ptrace(t->call && !t->interrupted ? PTRACE_SYSCALL : PTRACE_CONT,
		t->pid, NULL, (void *)(intptr_t)signal);
}

/* Whether a task is still in its call: it has not stopped again. */
static bool under_way(const struct task *t) {
	siginfo_t stop = {0};

	return waitid(P_PID, (id_t)t->pid, &stop,
		       WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL) == 0 &&
	       stop.si_pid == 0;
}

/* The kernel is to see the call now. */
static void begin(struct task *t) {
	const bool connects = t->call->number == SYS_connect;
	struct sock *s = &socks[t->inode % 1024], none = {0};

	clock_gettime(CLOCK_REALTIME, &t->entered);
	t->rule = NULL;
	if (t->call->form == SOCKET) s = &none;
	/* what sends does so between its entry and its return, if it cannot
	 * wait, too */
	t->told = t->call->mode != PROMPT &&
		  (s->blocks ||
			  (t->call->mode == WAITS && t->call->form >= BUFFER &&
				  t->call->form <= SENDFILE)) &&
		  !(connects && s->type != SOCK_STREAM);
	if (connects && s->type == SOCK_STREAM)
		snprintf(s->peer, sizeof s->peer, "%s",
			address_at(t, t->args[1]));
	if (!connects && t->told) tell(t, s, &t->entered, ENTERED);
	resume(t, 0);
	if (!connects || !t->told) return;
	for (int i = 0; i < 5000; i++) {
		const bool sleeps = under_way(t);

		s = ask(t, (int)t->args[0]);
		if (!sleeps || strcmp(states[s->state], "CLOSED") != 0) break;
		nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
	}
	tell(t, s, &t->entered, ENTERED);
}

/* The rule that holds this call back, or NULL. */
static struct rule *rule_for(const struct task *t) {
	struct rule *found = NULL;
	struct line l = {.size = 0};

	add_call(&l, t, ENTERED);
	for (struct rule *r = rules; r < rules + rule_count; r++)
		if (strncmp(l.text, r->call, strlen(r->call)) == 0 &&
			l.text[strlen(r->call)] == '(' &&
			(++r->seen == r->nth || r->nth == 0))
			found = r;
	return found;
}

/* Whether the call waits yet. What is no connection waits for time only. */
static bool is_held(const struct task *t) {
	const struct rule *r = t->rule;
	const struct sock *s;

	if (now() >= t->due || r->until == TIME_PASSES) return now() < t->due;
	if (r->until == THERE) return access(r->file, F_OK) == -1;
	s = ask(t, (int)t->args[0]);
	if (!*s->peer) return false;
	return r->until == ACKED ? s->unacked > 0 :
	       r->until == CAME	 ? s->unread < r->amount :
				   s->state != (int)r->amount;
}

static void enter(struct task *t, uint64_t number, const uint64_t args[6]) {
	const struct call *c = calls;
	const bool again = t->interrupted && t->call &&
			   (uint64_t)t->call->number == number &&
			   memcmp(t->args, args, sizeof t->args) == 0;
	const struct sock *s;
	struct rule *r;

	if (t->interrupted &&
		!again) /* a handler ran, and it was not resumed */
		tell(t, &socks[t->inode % 1024], &t->entered, -EINTR);
	t->interrupted = false;
	if (again) {
		resume(t, 0);
		return;
	}
	while (c < calls + CALLS && (uint64_t)c->number != number)
		c++;
	memcpy(t->args, args, sizeof t->args);
	t->call = c < calls + CALLS ? c : NULL;
	if (t->call && c->form == SOCKET) {
		if (args[0] != AF_INET && args[0] != AF_INET6) t->call = NULL;
		t->inode = 0;
	} else if (t->call) {
		s = ask(t, (int)args[0]);
		t->inode = s->inode;
		if (!s->inode ||
			(c->form == GETOPTION &&
				(args[1] != SOL_SOCKET || args[2] != SO_ERROR)))
			t->call = NULL;
		if (t->call && c->form <= MESSAGES && c->form >= BUFFER &&
			c->number != SYS_read && c->number != SYS_write &&
			c->form != VECTOR) {
			const int at = c->form == MESSAGE ? 2 : 3;

			if (args[at] & MSG_DONTWAIT)
				socks[t->inode % 1024].blocks = false;
		}
	}
	if (!t->call) {
		resume(t, 0);
		return;
	}
	t->shared = c->form == CLOSE && is_shared(t->inode);
	r = t->shared ? NULL : rule_for(t);
	t->rule = r;
	if (r) {
		r->applied = true;
		t->due = now() + (r->until == TIME_PASSES ? r->amount : 60000);
		if (is_held(t)) return;
	}
	begin(t);
}

static void leave(struct task *t, long long result) {
	const enum form form = t->call->form;
	const bool makes = form == SOCKET || form == ACCEPT;
	struct sock ended = socks[t->inode % 1024], *s = &ended;
	struct timespec when = t->entered;

	if (result <= -512 && result >= -516) { /* ERESTARTSYS and such */
		clock_gettime(CLOCK_REALTIME, &t->entered);
		t->interrupted = true;
		resume(t, 0);
		return;
	}
	if (t->told) clock_gettime(CLOCK_REALTIME, &when);
	if (form == CLOSE) {
		if (!t->shared) ended.state = 0;
	} else
		s = ask(t, (int)(makes && result >= 0 ? result :
							(long long)t->args[0]));
	if (s->inode || form == SOCKET) tell(t, s, &when, result);
	t->call = NULL;
	resume(t, 0);
}

/* ---- the tasks ------------------------------------------------------- */

/* What /proc/PID/status has behind a name. */
static void status_of(pid_t pid, const char *name, char *text, size_t room) {
	char path[32], line[256];
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/status", pid);
	file = fopen(path, "re");
	snprintf(text, room, "?");
	while (file && fgets(line, sizeof line, file))
		if (strncmp(line, name, strlen(name)) == 0)
			snprintf(text, room, "%.*s",
				(int)strcspn(line + strlen(name), "\n"),
				line + strlen(name));
	if (file) fclose(file);
}

/* Its name as the kernel has it, without what a terminal would interpret. */
static void name_task(struct task *t) {
	status_of(t->pid, "Name:\t", t->name, sizeof t->name);
	for (char *c = t->name; *c; c++)
		if (*c <= ' ' || *c >= 0x7f || *c == '/') *c = '_';
}

static struct task *task_of(pid_t pid) {
	struct task *t = tasks;
	char process[16];

	while (t && t->pid != pid)
		t = t->next;
	if (t) return t;
	t = calloc(1, sizeof *t);
	if (!t) err(1, "the program has too many tasks, so it ends");
	status_of(pid, "Tgid:\t", process, sizeof process);
	*t = (struct task){
		.next = tasks,
		.pid = pid,
		.process = atoi(process),
	};
	t->pidfd = (int)syscall(SYS_pidfd_open, t->process, 0);
	if (t->pidfd == -1) warn("a process cannot be asked for its sockets");
	name_task(t);
	return tasks = t;
}

static void forget(pid_t pid) {
	struct task **at = &tasks;

	while (*at && (*at)->pid != pid)
		at = &(*at)->next;
	if (*at) {
		struct task *t = *at;

		*at = t->next;
		close(t->pidfd);
		free(t);
	}
}

/* What an observer takes from a program, or cannot see of it, is told. */
static void warn_of_program(const struct task *t) {
	char path[32], privileges[8];
	unsigned char head[EI_NIDENT] = {0};
	struct stat about;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/exe", t->pid);
	status_of(t->pid, "NoNewPrivs:\t", privileges, sizeof privileges);
	if (stat(path, &about) == 0 && about.st_mode & (S_ISUID | S_ISGID) &&
		strcmp(privileges, "1") == 0)
		warnx("%s is set-user-ID or set-group-ID: under an observer it "
		      "runs without these privileges",
			t->name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd != -1 && read(fd, head, sizeof head) == sizeof head &&
		head[EI_CLASS] != (sizeof(long) == 8 ? ELFCLASS64 : ELFCLASS32))
		warnx("%s is of another architecture: its calls are not told",
			t->name);
	if (fd != -1) close(fd);
}

static void warn_of_rules(void) {
	static bool told;

	for (const struct rule *r = rules; !told && r < rules + rule_count; r++)
		if (!r->applied) warnx("-d %s: never applied", r->text);
	told = true;
}

static void handle(pid_t pid, int status) {
	const int signal = WSTOPSIG(status), event = status >> 16;
	struct __ptrace_syscall_info info;
	unsigned long message;
	struct task *t;

	if (!WIFSTOPPED(status)) {
		forget(pid);
		return;
	}
	t = task_of(pid);
	switch (event) {
	case PTRACE_EVENT_SECCOMP:
		if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) >
			0)
			enter(t, info.seccomp.nr, info.seccomp.args);
		return; /* or it has been killed */
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE: /* it has sockets before it has stopped */
		ptrace(PTRACE_GETEVENTMSG, pid, NULL, &message);
		task_of((pid_t)message);
		break;
	case PTRACE_EVENT_STOP:
		if (signal == SIGTRAP) break;
		ptrace(PTRACE_LISTEN, pid, NULL,
			NULL); /* as job control has it */
		return;
	case PTRACE_EVENT_EXEC:
		ptrace(PTRACE_GETEVENTMSG, pid, NULL, &message);
		if ((pid_t)message != pid) forget((pid_t)message);
		t->call = NULL;
		name_task(t);
		warn_of_program(t);
		break;
	case PTRACE_EVENT_EXIT:
		if (!tasks->next) warn_of_rules(); /* the parent waits still */
		break;
	case 0:
		if (signal != (SIGTRAP | 0x80)) {
			resume(t, signal); /* it is the program's own */
			return;
		}
		if (t->call && ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info,
				       &info) > 0) {
			leave(t, info.exit.rval);
			return;
		}
		break;
	default: break;
	}
	resume(t, 0);
}

/* Follows the program until its last task has ended. */
static void follow(void) {
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (;;) {
		const struct timespec soon = {.tv_nsec = 1000000};
		bool holds = false;
		int status;
		const pid_t pid = waitpid(-1, &status, __WALL | WNOHANG);

		if (pid > 0) {
			handle(pid, status);
			continue;
		}
		if (pid == -1) break;
		for (struct task *t = tasks; t; t = t->next) {
			if (t->rule && !is_held(t)) begin(t);
			holds |= t->rule != NULL;
		}
		if (holds)
			sigtimedwait(&child, NULL, &soon);
		else
			sigwaitinfo(&child, NULL);
	}
	warn_of_rules();
}

/* ---- how the two come apart ------------------------------------------ */

/* Has the kernel stop this task at the calls that are told. */
static bool install_filter(void) {
	struct sock_filter code[6 + CALLS + 2] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 0, CALLS + 1),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, nr)),
	};
	const struct sock_fprog program = {CALLS + 5, code};

	for (unsigned i = 0; i < CALLS; i++)
		code[3 + i] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i].number,
			(unsigned char)(CALLS - i), 0);
	code[3 + CALLS] = (struct sock_filter)BPF_STMT(
		BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	code[4 + CALLS] = (struct sock_filter)BPF_STMT(
		BPF_RET | BPF_K, SECCOMP_RET_TRACE);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0)
		return true; /* with CAP_SYS_ADMIN, as in the lab */
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* The tracer: seizes the program, says so (0, or errno), follows it. */
static _Noreturn void trace(pid_t program, int line) {
	const long wanted = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD |
			    PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
			    PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
			    PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL;
	int word = getpid();
	sigset_t all;

	setsid(); /* no terminal's signals: they are for the program */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	if (write(line, &word, sizeof word) < 0 ||
		read(line, &word, sizeof word) <= 0)
		_exit(1); /* the program has been killed already */
	word = ptrace(PTRACE_SEIZE, program, NULL, (void *)wanted) ? errno : 0;
	if (write(line, &word, sizeof word) < 0 || word) _exit(1);
	close(line);
	close(STDIN_FILENO); /* whoever reads from the program sees its end */
	close(STDOUT_FILENO);
	follow();
	_exit(0);
}

/* Has a tracer, not a child of this process, follow it. */
static bool be_traced(void) {
	const pid_t program = getpid();
	int line[2], word = 0;
	pid_t between;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line))
		return false;
	between = fork();
	if (between == 0) {
		close(line[0]);
		if (fork() == 0) trace(program, line[1]);
		_exit(0);
	}
	close(line[1]);
	if (between == -1 || waitpid(between, NULL, 0) == -1 ||
		read(line[0], &word, sizeof word) != sizeof word)
		return false;
	prctl(PR_SET_PTRACER, (unsigned long)word, 0, 0, 0); /* for Yama */
	if (send(line[0], &word, sizeof word, MSG_NOSIGNAL) < 0 ||
		read(line[0], &word, sizeof word) != sizeof word)
		return false;
	close(line[0]);
	errno = word;
	return word == 0 && install_filter();
}

/* Reads a RULE: see usage. */
static void parse(struct rule *r, const char *text) {
	char *copy = strdup(text), *value = strchr(copy, '='), *nth, *unit;
	bool known = false;

	r->text = text;
	r->call = copy;
	if (!value) errx(2, "-d %s: no '=' in it (see -h)", text);
	*value++ = '\0';
	nth = strchr(value, ',');
	if (nth) {
		*nth++ = '\0';
		if (strncmp(nth, "nth=", 4) != 0)
			errx(2, "-d %s: '%s' is not nth=N (see -h)", text, nth);
		r->nth = whole("-d: nth", nth + 4, 1, 60000);
	}
	for (int i = 0; i < CALLS; i++)
		known |= strcmp(copy, calls[i].name) == 0;
	known |= strcmp(copy, "sendto") == 0 || strcmp(copy, "recvfrom") == 0;
	if (!known) errx(2, "-d %s: '%s' is no call that is told", text, copy);
	r->amount = find(value, states);
	unit = value[0] ? value + strlen(value) - 1 : value;
	if (r->amount > 0)
		r->until = IN_STATE;
	else if (strcmp(value, "acked") == 0)
		r->until = ACKED;
	else if (*value == '/') {
		r->until = THERE;
		r->file = value;
	} else {
		r->until = *unit == 'B' ? CAME : TIME_PASSES;
		if (*unit == 'B') {
			*unit = '\0';
			r->amount = whole("-d", value, 0, 60000);
		} else
			r->amount = milliseconds("-d", value);
	}
}

/* "2026-11-24 06:07:13 +0000 $ tcp_client server 9000" */
static void put_heading(char *const argv[]) {
	struct line l = {.size = 0};
	const time_t t = time(NULL);

	l.size = strftime(l.text, sizeof l.text, "%F %T %z $", localtime(&t));
	for (const struct rule *r = rules; r < rules + rule_count; r++)
		add(&l, "%s -d %s", r == rules ? " socktrace" : "", r->text);
	for (; *argv; argv++) {
		const bool plain =
			**argv &&
			!(*argv)[strspn(*argv,
				"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				"0123456789%+,-./:=@_[]")];

		add(&l, plain ? " %s" : " '%s'", *argv);
	}
	for (size_t i = 0; i < l.size; i++)
		if (l.text[i] < ' ' || l.text[i] == 0x7f) l.text[i] = '?';
	l.text[l.size++] = '\n';
	put(l.text, l.size);
}

int main(int argc, char *argv[]) {
	const char *file = NULL;

	for (int c; (c = getopt(argc, argv, "+d:ho:")) != -1;)
		switch (c) {
		case 'd':
			if (rule_count == 32) errx(2, "-d: too many");
			parse(&rules[rule_count++], optarg);
			break;
		case 'h': return fputs(usage, stdout) < 0 || fflush(stdout);
		case 'o': path = file = optarg; break;
		default: fputs(usage, stderr); return 2;
		}
	argv += optind;
	if (!*argv) {
		fputs(usage, stderr);
		return 2;
	}
	out = file ? fopen(path, "ae") : stderr;
	if (!out) err(1, "%s", path);
	if (file) put_heading(argv);

	if (!be_traced())
		warn("%s runs untold: it cannot be traced (ptrace, seccomp)",
			*argv);
	execvp(*argv, argv);
	err(errno == ENOENT ? 127 : 126, "%s", *argv);
}
#endif
