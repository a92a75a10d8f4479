/*
 * socktrace - logs the socket calls of any program, as they happen
 *
 * Shows   which call a program makes, when, with what result, and the state in
 *         which the kernel has the connection then; and how the program ends.
 * Run     socktrace tcp_client 127.0.0.1 9000
 *         tcpdump -ni lo port 9000   beside it: the two have the same clock.
 * Watch   SYN leave after connect() was entered, and before it returns.
 * See     ptrace(2), seccomp(2), pidfd_getfd(2), tcp(7), README.md
 *
 * The program keeps its process: its parent, terminal, signals and exit status
 * are its own. The tracer is a process aside. A seccomp filter stops a task at
 * the calls that are logged, and at no other; each stop goes
 *
 *     enter():  what is called, on which socket   -> line "... " if it may wait
 *     leave():  its result, and the state then    -> line "= RESULT [STATE]"
 *
 * A call may end without a return, too: exec in another thread, a jump out of a
 * signal's handler, death. forget_call() is the way out of all.
 *
 * The state is asked of the kernel through a copy of the descriptor, held for a
 * moment only: while there is a copy, close() would send no FIN.
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
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "../common.h"
#include "../words.h"

/* Not in every libc's headers, but alike on every machine. */
#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
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

static const char usage[] =
	"usage: socktrace [-hw] [-d RULE]... [-o FILE] PROGRAM [ARGUMENT]...\n"
	"Runs PROGRAM, and logs the calls on Internet sockets that it, its threads\n"
	"and its children make; a call that may wait, or that sends, is logged when\n"
	"it is entered, too. In brackets stand the state that the kernel has the\n"
	"connection in, and its addresses, the program's own first.\n"
	"The last line is how PROGRAM ended: 'exit 0', 'killed by SIGKILL'; there is\n"
	"one for each socket that was open until then.\n"
	"  -d RULE  hold a call back before the kernel sees it; 32 at most\n"
	"  -h       print this\n"
	"  -o FILE  append to FILE (stderr), date and command first\n"
	"  -w       log poll, select and epoll_wait on such sockets, too\n"
	"RULE: CALL=MS: for so long, 0 to 60000. Or until its connection ...\n"
	"  CALL=STATE  is in this state (RFC 9293's names, say CLOSE_WAIT)\n"
	"  CALL=acked  has all that it has sent acknowledged\n"
	"  CALL=NB     has N bytes to be read, say 6B; N from 0 to 60000\n"
	"... which is at once where there is none. Or until a FILE is there:\n"
	"  CALL=/FILE  its whole path. In 60 s at the latest, each of these; and\n"
	"              at once when SIGTERM, SIGINT or SIGHUP comes.\n"
	"With ,nth=N only the Nth such call, counted over the whole program.\n"
	"CALL: a name as it is logged, say accept, recv, close; poll with -w.\n"
	"Exit status: PROGRAM's own; 1 FILE cannot be written, 2 usage, 126\n"
	"PROGRAM cannot be run, 127 it is not there. A RULE that never applied is\n"
	"named at the end. If ptrace(2) is not permitted, PROGRAM runs without being\n"
	"traced. What cannot be logged, or cannot work under an observer, is\n"
	"announced: io_uring, 32-bit programs, strict seccomp, ptrace(2).\n";

/* The calls that are logged: how their arguments are to be read. */
enum form {
	SOCKET,
	ADDRESS,
	BACKLOG,
	ACCEPT,
	BUFFER,
	VECTOR,
	MESSAGE,
	MESSAGES,
	SENDFILE,
	SPLICE,
	SHUTDOWN,
	CLOSE,
	CLOSE_RANGE,
	DUP,
	SETOPTION,
	GETOPTION,
	NOTED,
	EXEC,
	CLONE,
	RESTART,
	POLL,
	SELECT,
	EPOLL
};
static const struct call {
	long number;
	const char *name;
	enum form form;
	enum act mode; /* SENDS and RECEIVES may wait */
} calls[] = {
	{SYS_socket, "socket", SOCKET, UNKNOWN_ACT},
	{SYS_bind, "bind", ADDRESS, UNKNOWN_ACT},
	{SYS_listen, "listen", BACKLOG, UNKNOWN_ACT},
#ifdef SYS_accept
	{SYS_accept, "accept", ACCEPT, RECEIVES},
#endif
	{SYS_accept4, "accept", ACCEPT, RECEIVES},
	{SYS_connect, "connect", ADDRESS, SENDS},
	{SYS_sendto, "send", BUFFER, SENDS},
	{SYS_recvfrom, "recv", BUFFER, RECEIVES},
	{SYS_sendmsg, "sendmsg", MESSAGE, SENDS},
	{SYS_recvmsg, "recvmsg", MESSAGE, RECEIVES},
	{SYS_sendmmsg, "sendmmsg", MESSAGES, SENDS},
	{SYS_recvmmsg, "recvmmsg", MESSAGES, RECEIVES},
	{SYS_write, "write", BUFFER, SENDS},
	{SYS_read, "read", BUFFER, RECEIVES},
	{SYS_writev, "writev", VECTOR, SENDS},
	{SYS_readv, "readv", VECTOR, RECEIVES},
	{SYS_pwritev2, "pwritev2", VECTOR, SENDS},
	{SYS_preadv2, "preadv2", VECTOR, RECEIVES},
	{SYS_sendfile, "sendfile", SENDFILE, SENDS},
	{SYS_splice, "splice", SPLICE, SENDS},
	{SYS_shutdown, "shutdown", SHUTDOWN, UNKNOWN_ACT},
	{SYS_close, "close", CLOSE, UNKNOWN_ACT},
	{SYS_close_range, "close_range", CLOSE_RANGE, UNKNOWN_ACT},
#ifdef SYS_dup2
	{SYS_dup2, "dup2", DUP, UNKNOWN_ACT},
	{SYS_dup3, "dup3", DUP, UNKNOWN_ACT},
#else
	{SYS_dup3, "dup2", DUP, UNKNOWN_ACT},
#endif
	{SYS_setsockopt, "setsockopt", SETOPTION, UNKNOWN_ACT},
	{SYS_getsockopt, "getsockopt", GETOPTION, UNKNOWN_ACT},
	/* not logged, but for a warning */
	{SYS_io_uring_setup, "io_uring_setup", NOTED, UNKNOWN_ACT},
	{SYS_io_submit, "io_submit", NOTED, UNKNOWN_ACT},
	{SYS_ptrace, "ptrace", NOTED, UNKNOWN_ACT},
	{SYS_prctl, "prctl", NOTED, UNKNOWN_ACT},
	{SYS_seccomp, "seccomp", NOTED, UNKNOWN_ACT},
	{SYS_execve, "execve", EXEC, UNKNOWN_ACT},
	{SYS_execveat, "execveat", EXEC, UNKNOWN_ACT},
	{SYS_clone, "clone", CLONE, UNKNOWN_ACT},
	{SYS_clone3, "clone3", CLONE, UNKNOWN_ACT},
/* with -w, calls that wait for several descriptors; the kernel has some of them
 * resumed by a call of its own after a signal */
/* clang-format off */
#define WAITS(name, form) {SYS_##name, #name, form, RECEIVES}
	/* clang-format on */
	{SYS_restart_syscall, "restart_syscall", RESTART, UNKNOWN_ACT},
#ifdef SYS_poll
	WAITS(poll, POLL),
#endif
	WAITS(ppoll, POLL),
#ifdef SYS_select
	WAITS(select, SELECT),
#endif
	{SYS_pselect6, "pselect", SELECT, RECEIVES},
#ifdef SYS_epoll_wait
	WAITS(epoll_wait, EPOLL),
#endif
	WAITS(epoll_pwait, EPOLL),
	WAITS(epoll_pwait2, EPOLL),
};
enum { CALLS = sizeof calls / sizeof *calls };
static unsigned call_count; /* of these, that are filtered */
/* how our filter's stops differ from another's */
enum { OURS = 0x50c7, OURS_32 };

static struct rule {
	const char *text, *call, *file;
	double nth, seen; /* nth 0: each */
	double amount;	  /* of ms, or of bytes */
	enum state state;
	enum { TIME_PASSES, IN_STATE, ACKED, CAME, THERE } until;
	bool applied;
} rules[32];
static int rule_count;

/* What the kernel says of a socket. Kept, by its inode, for what it no longer
 * says when the connection has ended. */
struct sock {
	struct sock *next; /* in its slot */
	ino_t inode;	   /* 0: not an Internet socket */
	int domain, type;
	enum state state;
	bool blocks;
	int unacked, unread;	/* bytes */
	char own[64], peer[64]; /* "" where it has none */
	char *withheld;		/* lines: see log_call() */
};
static struct sock *socks[1024]; /* by inode, modulo 1024 */

/* Sockets of which a call, or a process's end, closes descriptors. */
struct leaver {
	struct sock sock; /* as it was before */
	int fd;
	bool open;  /* its file, by the kernel's word */
	bool lives; /* on, by another descriptor: see settle() */
};
struct going {
	struct leaver *of;
	size_t count, room;
	int epoll; /* 0: none yet, -1: none could be made */
};

/* A descriptor that poll() or its like waits for. */
struct awaited {
	int fd;
	unsigned events;
	uint64_t data; /* by which epoll_wait() names it */
};
enum { AWAITED = 256 }; /* at most: those beyond are not logged */

/* A process or thread of the program. */
struct task {
	struct task *next;
	pid_t pid, process;
	int number;
	char name[32];
	bool ends;
	struct timespec end; /* of the process: when its last task began to end;
				going is what closes then */

	/* The call that it is in, and what hangs on it: see forget_call() */
	const struct call *call; /* or NULL */
	uint64_t args[6];
	int fd; /* of the socket that it is about */
	ino_t inode;
	bool sends, blocks;
	struct sock before; /* as the socket was when the call was entered */
	struct timespec entered;
	bool told, interrupted;	 /* its entry; and by a signal, so it may come
				    again: */
	bool returns;		 /* rt_sigreturn(2) is under way */
	uint64_t place, stack;	 /* where it is in the program */
	struct task *paused;	 /* a copy: see pause_call() */
	ino_t used;		 /* the socket of the call in which it ended */
	const struct rule *rule; /* by which it is held back, until: */
	double due;
	struct going going;
	struct awaited *awaited;
	double limit; /* of this wait, in ms: see limit_of() */
	size_t awaited_count;
};
static struct task *tasks;
static int tellers;   /* tasks that have made a call which was logged */
static pid_t program; /* its first process */

struct line {
	char text[1024];
	size_t size;
};

static int out = STDERR_FILENO;	 /* the log */
static pid_t holder;		 /* a task that has the tracer's stderr, ... */
static int held = STDERR_FILENO; /* ... and its descriptor there */
static const char *path = "stderr";

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

/* Reads size bytes of the program's memory; returns how many there were, the
 * others are 0. No piece goes over the end of a page: none is read in part. */
static size_t fetch(
	const struct task *t, uint64_t from, void *to, size_t size) {
	const size_t first = 4096 - from % 4096;
	const struct iovec here = {to, size};
	const struct iovec there[] = {
		{(void *)(uintptr_t)from, first < size ? first : size},
		{(void *)(uintptr_t)(from + first),
			first < size ? size - first : 0}};
	ssize_t n = 0;

	memset(to, 0, size);
	if (from) n = process_vm_readv(t->pid, &here, 1, there, 2, 0);
	return n > 0 ? (size_t)n : 0;
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
	struct sockaddr_storage address;
	size_t size;

	size = fetch(t, at, &address, sizeof(struct sockaddr_in6));
	if (size < offsetof(struct sockaddr_in, sin_zero) ||
		(address.ss_family == AF_INET6 &&
			size < offsetof(struct sockaddr_in6, sin6_scope_id)))
		return "?";
	name_address(text, sizeof text, &address);
	return text;
}

/* ---- the kernel's word on a socket -------------------------------------- */

/* What is kept of a socket; an empty one, if nothing is. */
static struct sock *sock_of(ino_t inode) {
	static struct sock none;
	struct sock *s = socks[inode % 1024];

	while (s && s->inode != inode)
		s = s->next;
	if (s) return s;
	none = (struct sock){.inode = 0};
	return &none;
}

static void forget_sock(ino_t inode) {
	struct sock **at = &socks[inode % 1024], *s;

	while (*at && (*at)->inode != inode)
		at = &(*at)->next;
	if (!(s = *at)) return;
	*at = s->next;
	free(s->withheld);
	free(s);
}

/* Calls that are not logged are announced, one line for each of their names. */
static void warn_of_missing(const struct task *t, int number) {
	static bool warned[CALLS + 1];
	const size_t i = t->call ? (size_t)(t->call - calls) : CALLS;
	const int error = errno;
	static bool hidden;
	char link[64], text[8] = "";

	snprintf(link, sizeof link, "/proc/%d/fd/%d", t->pid, number);
	if (readlink(link, text, sizeof text - 1) < 0 && errno == EACCES) {
		if (!hidden)
			warnx("%s may not be looked into (it is not dumpable, "
			      "or not readable): of its calls only socket() is "
			      "logged",
				t->name);
		hidden = true;
		return;
	}
	if (warned[i] || (t->call && t->call->form == SOCKET) ||
		strcmp(text, "socket:") != 0)
		return;
	warned[i] = true;
	errno = error;
	warn("%s: %s on descriptor %d is not logged, nor are later ones that "
	     "this befalls: the descriptor cannot be copied",
		t->name, t->call ? t->call->name : "the end", number);
}

/* A copy of a descriptor of the program's, or -1. It is to be closed at once:
 * while there is a copy, close() in the program sends no FIN. */
static int copy_of(const struct task *t, int number) {
	/* PIDFD_THREAD, since Linux 6.9; before, only the process can be asked,
	 * and only while its first thread has not ended */
	int task = (int)syscall(SYS_pidfd_open, t->pid, O_EXCL), copy = -1;

	if (task == -1 && errno == EINVAL)
		task = (int)syscall(SYS_pidfd_open, t->process, 0);
	if (task != -1) copy = (int)syscall(SYS_pidfd_getfd, task, number, 0);
	if (copy == -1) warn_of_missing(t, number);
	if (task != -1) close(task);
	return copy;
}

static void learn_addresses(struct sock *s, int fd) {
	struct sockaddr_storage own = {0}, peer = {0};
	char text[64];

	if (!getsockname(fd, (void *)&own, &(socklen_t){sizeof own})) {
		name_address(text, sizeof text, &own);
		if (strcmp(text + strlen(text) - 2, ":0") != 0) /* it is bound
								 */
			memcpy(s->own, text, sizeof s->own);
	}
	if (!getpeername(fd, (void *)&peer, &(socklen_t){sizeof peer}))
		name_address(s->peer, sizeof s->peer, &peer);
	else if (s->type == SOCK_DGRAM)
		*s->peer = '\0';
}

/* What there is to know of the socket behind a copy. */
static struct sock *learn(int fd) {
	struct tcp_info info = {0};
	struct stat about = {0};
	struct sock *s;
	int domain = 0, protocol = 0;

	if (fstat(fd, &about) == 0 && S_ISSOCK(about.st_mode))
		getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain,
			&(socklen_t){sizeof domain});
	if (domain != AF_INET && domain != AF_INET6) return sock_of(0);
	s = sock_of(about.st_ino);
	if (!s->inode) {
		struct sock **slot = &socks[about.st_ino % 1024];

		s = calloc(1, sizeof *s);
		if (!s) err(1, "the program has too many sockets, so it ends");
		*s = (struct sock){.inode = about.st_ino, .domain = domain};
		s->next = *slot;
		*slot = s;
	}
	getsockopt(fd, SOL_SOCKET, SO_TYPE, &s->type,
		&(socklen_t){sizeof s->type});
	getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol,
		&(socklen_t){sizeof protocol});
	if (protocol == IPPROTO_TCP)
		getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info,
			&(socklen_t){sizeof info});
	s->state = state_of_kernel(info.tcpi_state);
	if (ioctl(fd, TIOCOUTQ, &s->unacked)) s->unacked = 0;
	if (ioctl(fd, FIONREAD, &s->unread)) s->unread = 0;
	s->blocks = !(fcntl(fd, F_GETFL) & O_NONBLOCK);
	learn_addresses(s, fd);
	return s;
}

/* Asks the kernel of the socket behind a descriptor of the program's. */
static struct sock *ask(const struct task *t, int number) {
	const int copy = copy_of(t, number);
	struct sock *s = copy == -1 ? sock_of(0) : learn(copy);

	if (copy != -1) close(copy);
	return s;
}

/* ---- sockets that a call, or a process's end, closes ----------------------
 */

static void append_going(struct going *g, const struct sock *s, int number) {
	if (g->count == g->room) {
		g->room = g->room * 2 + 1;
		g->of = realloc(g->of, g->room * sizeof *g->of);
		if (!g->of) err(1, "out of memory: the program ends");
	}
	g->of[g->count++] = (struct leaver){.sock = *s, .fd = number};
}

/* An epoll set keeps a file, without a reference to it, until the last of its
 * descriptors is closed, whoever has that. So a set that is made before a call
 * knows afterwards which sockets live on: see settle(). */
static void add_going(struct task *t, int number) {
	struct going *g = &t->going;
	const int copy = copy_of(t, number);
	const struct sock *s = copy == -1 ? sock_of(0) : learn(copy);
	struct epoll_event place = {.data.u64 = g->count};

	if (s->inode && !g->epoll) g->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s->inode &&
		(epoll_ctl(g->epoll, EPOLL_CTL_ADD, copy, &place) == 0 ||
			errno != EEXIST)) { /* or it has been added */
		if (g->count == 0) t->fd = number;
		append_going(g, s, number);
	}
	if (copy != -1) close(copy);
}

/* Whether exec closes it. */
static bool closes_on_exec(const struct task *t, unsigned number) {
	char path[48], text[128] = "";
	const char *flags;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/fdinfo/%u", t->pid, number);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1) return false;
	if (read(fd, text, sizeof text - 1) < 0) *text = '\0';
	close(fd);
	flags = strstr(text, "flags:\t");
	return flags && strtoul(flags + 7, NULL, 8) & O_CLOEXEC;
}

/* All sockets from the first descriptor to the last; at exec, those that it
 * closes. */
static void add_going_range(struct task *t, unsigned first, unsigned last) {
	const bool execs = t->call && t->call->form == EXEC;
	char folder[32];
	const struct dirent *e;
	DIR *list;

	snprintf(folder, sizeof folder, "/proc/%d/fd", t->pid);
	list = opendir(folder);
	while (list && (e = readdir(list))) {
		const unsigned number = (unsigned)atoi(e->d_name);
		struct stat about;

		if (*e->d_name != '.' && number >= first && number <= last &&
			fstatat(dirfd(list), e->d_name, &about, 0) == 0 &&
			S_ISSOCK(about.st_mode) &&
			(!execs || closes_on_exec(t, number)))
			add_going(t, (int)number);
	}
	if (list) closedir(list);
}

static void forget_going(struct task *t) {
	if (t->going.epoll > 0) close(t->going.epoll);
	free(t->going.of);
	t->going = (struct going){.count = 0};
}

static struct timespec began_to_close(const struct task *t) {
	return t->ends ? t->end : t->entered;
}

/* Whether another task is closing a descriptor of this socket, too: 1 if it
 * began before, 2 if it did later; 0 if there is none. */
static int is_going_elsewhere(const struct task *here, ino_t inode) {
	const struct timespec own = began_to_close(here);
	int found = 0;

	for (const struct task *t = tasks; t; t = t->next)
		for (size_t i = 0; t != here && !t->rule && i < t->going.count;
			i++) {
			const struct timespec o = began_to_close(t);

			if (t->going.of[i].sock.inode != inode) continue;
			if (o.tv_sec > own.tv_sec ||
				(o.tv_sec == own.tv_sec &&
					o.tv_nsec > own.tv_nsec))
				return 2;
			found = 1;
		}
	return found;
}

/* It is this task that has closed the socket: no other has. */
static void leave_none(const struct task *here, ino_t inode) {
	for (struct task *t = tasks; t; t = t->next)
		for (size_t i = 0; t != here && i < t->going.count; i++)
			if (t->going.of[i].sock.inode == inode)
				t->going.of[i].lives = true;
}

static int count_descriptors(const struct task *closing);

/* Finds which of the sockets live on. If two tasks close the last descriptors
 * at the same time, it is the one that began last who has closed the socket. */
static void settle(struct task *t) {
	struct going *g = &t->going;
	char path[40], *line = NULL;
	unsigned long long place;
	size_t room = 0;
	FILE *set;

	if (g->count == 0) return;
	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", g->epoll);
	set = fopen(path, "re");
	for (size_t i = 0; i < g->count; i++)
		g->of[i].open = false;
	while (set && getline(&line, &room, set) > 0)
		if (sscanf(line, "tfd: %*d events: %*x data: %llx", &place) ==
				1 &&
			place < g->count)
			g->of[place].open = true;
	if (set) fclose(set);
	free(line);
	for (size_t i = 0; i < g->count; i++) {
		struct leaver *l = &g->of[i];
		const ino_t inode = l->sock.inode;
		const int others = is_going_elsewhere(t, inode);

		if (l->lives) continue; /* another has closed it */
		l->lives = others == 2 ||
			   (l->open && (others == 0 || t->inode != inode ||
					       count_descriptors(t) > 0));
		if (others == 1 && !l->lives) leave_none(t, inode);
	}
}

/* One of each process's tasks. */
static bool stands_for_process(const struct task *t) {
	for (const struct task *o = t->next; o; o = o->next)
		if (o->process == t->process && !o->ends) return false;
	return !t->ends;
}

/* How many descriptors of a task's socket the program has: a search, which a
 * rule for close() needs, before the call, or a socket that outlives its last
 * descriptor. */
static int count_descriptors(const struct task *closing) {
	int found = 0; /* less those that are about to be closed */

	for (const struct task *t = tasks; t; t = t->next) {
		char folder[32];
		const struct dirent *e;
		DIR *list;

		for (size_t i = 0; t != closing && i < t->going.count; i++)
			found -= !t->rule &&
				 t->going.of[i].sock.inode == closing->inode;
		if (!stands_for_process(t)) continue;
		snprintf(folder, sizeof folder, "/proc/%d/fd", t->pid);
		list = opendir(folder);
		while (list && (e = readdir(list))) {
			struct stat about;

			found += fstatat(dirfd(list), e->d_name, &about, 0) ==
					 0 &&
				 about.st_ino == closing->inode &&
				 S_ISSOCK(about.st_mode);
		}
		if (list) closedir(list);
	}
	return found;
}

/* ---- what poll() and its like wait for ------------------------------------
 */

static size_t read_poll(
	const struct task *t, struct awaited *list, bool before) {
	struct pollfd of[AWAITED];
	size_t count = t->args[1] < AWAITED ? (size_t)t->args[1] : AWAITED;
	size_t n = 0;

	count = fetch(t, t->args[0], of, count * sizeof *of) / sizeof *of;
	for (size_t i = 0; i < count; i++) {
		const short events = before ? of[i].events : of[i].revents;

		if (of[i].fd >= 0 && (before || events))
			list[n++] = (struct awaited){
				of[i].fd, (unsigned short)events, 0};
	}
	return n;
}

static size_t read_select(const struct task *t, struct awaited *list) {
	const int count =
		(int)t->args[0] < FD_SETSIZE ? (int)t->args[0] : FD_SETSIZE;
	size_t n = 0;
	fd_set sets[3];

	for (int i = 0; i < 3; i++)
		fetch(t, t->args[1 + i], &sets[i],
			((size_t)(count > 0 ? count : 0) + 63) / 64 * 8);
	for (int fd = 0; fd < count && n < AWAITED; fd++) {
		unsigned events = 0;

		for (int i = 0; i < 3; i++)
			if (t->args[1 + i] && FD_ISSET(fd, &sets[i]))
				events |= 1U << i;
		if (events) list[n++] = (struct awaited){fd, events, 0};
	}
	return n;
}

/* What an epoll set has, as /proc says. */
static size_t read_set(const struct task *t, struct awaited *list) {
	char path[48], *line = NULL;
	unsigned long long data;
	size_t room = 0, n = 0;
	unsigned events;
	FILE *set;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", t->pid,
		(int)t->args[0]);
	set = fopen(path, "re");
	while (set && n < AWAITED && getline(&line, &room, set) > 0)
		if (sscanf(line, "tfd: %d events: %x data: %llx", &fd, &events,
			    &data) == 3)
			list[n++] = (struct awaited){
				fd, events & ~(EPOLLERR | EPOLLHUP), data};
	if (set) fclose(set);
	free(line);
	return n;
}

/* What epoll_wait() has brought; its set may have changed meanwhile. */
static size_t read_epoll(
	const struct task *t, struct awaited *list, long long result) {
	struct epoll_event of[AWAITED];
	size_t count = result < AWAITED ? (size_t)result : AWAITED;

	count = fetch(t, t->args[1], of, count * sizeof *of) / sizeof *of;
	for (size_t i = 0; i < count; i++) {
		list[i] = (struct awaited){-1, of[i].events, of[i].data.u64};
		for (size_t k = 0; k < t->awaited_count; k++)
			if (t->awaited[k].data == list[i].data)
				list[i].fd = t->awaited[k].fd;
	}
	return count;
}

/* In ms: how long at most; -1: no limit, -2: it cannot be read. */
static double limit_of(const struct task *t) {
	const long number = t->call->number;
	const uint64_t at = t->args[t->call->form == POLL   ? 2 :
				    t->call->form == SELECT ? 4 :
							      3];
	struct timespec limit;

#ifdef SYS_poll
	if (number == SYS_poll) return (int)at < 0 ? -1 : (int)at;
#endif
#ifdef SYS_epoll_wait
	if (number == SYS_epoll_wait) return (int)at < 0 ? -1 : (int)at;
#endif
	if (number == SYS_epoll_pwait) return (int)at < 0 ? -1 : (int)at;
	if (!at) return -1;
	if (fetch(t, at, &limit, sizeof limit) < sizeof limit) return -2;
#ifdef SYS_select
	if (number == SYS_select) limit.tv_nsec *= 1000; /* a struct timeval */
#endif
	return (double)limit.tv_sec * 1e3 + (double)limit.tv_nsec / 1e6;
}

/* Whether one of them is an Internet socket; if there is no other, the line has
 * its state. */
static bool awaits_sockets(struct task *t) {
	struct awaited list[AWAITED];
	size_t sockets = 0;

	t->awaited_count = t->call->form == POLL   ? read_poll(t, list, true) :
			   t->call->form == SELECT ? read_select(t, list) :
						     read_set(t, list);
	t->fd = -1;
	for (size_t i = 0; i < t->awaited_count && sockets < 2; i++) {
		const struct sock *s = ask(t, list[i].fd);

		if (!s->inode || s->inode == t->inode) continue;
		t->before = ++sockets == 1 ? *s : *sock_of(0);
		t->inode = t->before.inode;
		t->fd = sockets == 1 ? list[i].fd : -1;
	}
	t->limit = limit_of(t); /* now: select() changes it */
	t->blocks = t->limit != 0;
	if (sockets) {
		const size_t size = t->awaited_count * sizeof *list;

		t->awaited = malloc(size);
		if (!t->awaited) err(1, "out of memory: the program ends");
		memcpy(t->awaited, list, size);
	}
	return sockets > 0;
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

	add(l, "%s, %s", (int)args[0] == AF_INET ? "AF_INET" : "AF_INET6",
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

static const char *error_text(int error) {
	const char *name = name_of_error(error);

	return name ? name : "errno";
}

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

/* A string, of which no byte can end the line or look like the end of one. */
static void add_string(struct line *l, const char *text, size_t size) {
	add(l, "\"");
	for (size_t i = 0; i < size && text[i]; i++)
		if (text[i] >= ' ' && text[i] <= '~' &&
			!strchr("\\\"()[]=", text[i]))
			add(l, "%c", text[i]);
		else
			add(l, "\\x%02x", (unsigned char)text[i]);
	add(l, "\"");
}

/* ", 1", ", 10 s": the value of an option, where it is size bytes long. */
static void add_value(struct line *l, const struct task *t,
	const struct option *o, size_t size) {
	union {
		int number;
		struct timeval time;
		struct linger linger;
		char text[32];
	} v;
	const size_t sizes[] = {
		[NUMBER] = size < sizeof v.number ? size : sizeof v.number,
		[ERROR] = sizeof v.number,
		[TIME] = sizeof v.time,
		[LINGER] = sizeof v.linger,
		[TEXT] = size < sizeof v.text ? size : sizeof v.text};

	if (o->value == GROUP)
		add(l, ", %s",
			address_at(t, t->args[3] + offsetof(struct group_req,
							   gr_group)));
	if (o->value >= GROUP) return;
	memset(&v, 0, sizeof v);
	if (fetch(t, t->args[3], &v, sizes[o->value]) < sizes[o->value])
		add(l, ", ?");
	else if (o->value == NUMBER || (o->value == ERROR && !v.number))
		add(l, ", %d", v.number);
	else if (o->value == ERROR)
		add(l, ", %s", error_text(v.number));
	else if (o->value == TIME)
		add(l, ", %g s",
			(double)v.time.tv_sec + (double)v.time.tv_usec / 1e6);
	else if (o->value == LINGER)
		add(l, v.linger.l_onoff ? ", %d s" : ", off",
			v.linger.l_linger);
	else {
		add(l, ", ");
		add_string(l, v.text, sizes[TEXT]);
	}
}

/* "SO_LINGER, 0 s": args are those of setsockopt(2); or of getsockopt(2), which
 * has a value when it has returned. */
static void add_option(struct line *l, const struct task *t, long long result) {
	const uint64_t *args = t->args;

	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		const struct option *o = &options[i];

		if (o->level != (int)args[1] || o->option != (int)args[2])
			continue;
		add(l, ", %s", o->name);
		if (t->call->form == SETOPTION || result >= 0)
			add_value(l, t, o, (size_t)args[4]);
		return;
	}
	add(l, ", level %d, option %d, %zu bytes", (int)args[1], (int)args[2],
		(size_t)args[4]);
}

/* ", 1448": the bytes that an iovec at this place has room for. */
static void add_room(
	struct line *l, const struct task *t, uint64_t at, uint64_t count) {
	struct iovec list[64];
	size_t sum = 0;

	if (count > 64) count = 64;
	if (fetch(t, at, list, count * sizeof *list) < count * sizeof *list) {
		add(l, ", ?");
		return;
	}
	for (uint64_t i = 0; i < count; i++)
		sum += list[i].iov_len;
	add(l, ", %zu", sum);
}

/* Whether recvfrom() or recvmsg() has an address by now. */
static bool filled(const struct task *t, long long result) {
	return t->call->mode != RECEIVES || result >= 0;
}

enum { ENTERED = -1000 }; /* a result that none has: the call is under way */

static void add_message(
	struct line *l, const struct task *t, long long result) {
	const struct call *c = t->call;
	const bool one = c->form == MESSAGE;
	struct mmsghdr m; /* the first of them */
	const size_t size = one ? sizeof m.msg_hdr : sizeof m;
	const bool known = fetch(t, t->args[1], &m, size) == size;

	if (!one)
		add(l, ", %d messages", (int)t->args[2]);
	else if (!known)
		add(l, ", ?");
	else if (c->mode == SENDS)
		add_room(l, t, (uintptr_t)m.msg_hdr.msg_iov,
			m.msg_hdr.msg_iovlen);
	add_message_flags(l, t->args[one ? 2 : 3]);
	if (known && m.msg_hdr.msg_name && filled(t, result))
		add(l, ", %s", address_at(t, (uintptr_t)m.msg_hdr.msg_name));
}

static void add_events(struct line *l, const struct task *t, const char *before,
	unsigned events) {
	static const struct word poll_words[] = {WORD(POLLIN), WORD(POLLPRI),
		WORD(POLLOUT), WORD(POLLERR), WORD(POLLHUP), WORD(POLLNVAL),
		WORD(POLLRDHUP)};
	static const struct word epoll_words[] = {WORD(EPOLLIN), WORD(EPOLLPRI),
		WORD(EPOLLOUT), WORD(EPOLLERR), WORD(EPOLLHUP),
		WORD(EPOLLRDHUP), WORD(EPOLLONESHOT), WORD(EPOLLEXCLUSIVE),
		{(int)EPOLLET, "EPOLLET"}};
	static const struct word select_words[] = {
		{1, "read"}, {2, "write"}, {4, "except"}};

	if (t->call->form == POLL)
		add_flags(l, before, (int)events, poll_words, 7);
	else if (t->call->form == EPOLL)
		add_flags(l, before, (int)events, epoll_words, 9);
	else
		add_flags(l, before, (int)events, select_words, 3);
}

/* "3 POLLIN, 4 POLLIN|POLLOUT" */
static void add_awaited(struct line *l, const struct task *t,
	const struct awaited *list, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (i == 16) {
			add(l, ", and %zu more", count - i);
			break;
		}
		add(l, "%s%d", i ? ", " : "", list[i].fd);
		add_events(l, t, " ", list[i].events);
	}
}

/* Without a mask of signals, it is the plain function of libc. */
static const char *name_of_wait(const struct task *t) {
	const uint64_t *args = t->args;
	uint64_t mask = 0;

	switch (t->call->number) {
	case SYS_ppoll: return args[3] ? "ppoll" : "poll";
	case SYS_pselect6:
		fetch(t, args[5], &mask, sizeof mask);
		return mask ? "pselect" : "select";
	case SYS_epoll_pwait: return args[4] ? "epoll_pwait" : "epoll_wait";
	default: return t->call->name;
	}
}

/* "poll(3 POLLIN, 1000 ms)" */
static void add_wait(struct line *l, const struct task *t) {
	add(l, "%s(", name_of_wait(t));
	if (t->call->form == EPOLL) add(l, "%d: ", (int)t->args[0]);
	add_awaited(l, t, t->awaited, t->awaited_count);
	if (t->limit >= 0) add(l, ", %g ms", t->limit);
	if (t->limit == -2) add(l, ", ?");
	add(l, ")");
}

/* " (3 POLLIN)": what came of it. */
static void add_came(struct line *l, const struct task *t, long long result) {
	struct awaited list[AWAITED];
	const size_t count =
		t->call->form == POLL	? read_poll(t, list, false) :
		t->call->form == SELECT ? read_select(t, list) :
					  read_epoll(t, list, result);

	add(l, " (");
	if (count)
		add_awaited(l, t, list, count);
	else
		add(l, "?");
	add(l, ")");
}

/* "connect(3, 192.0.2.2:9000)": what is called, as its source has it. */
static void add_call(struct line *l, const struct task *t, long long result) {
	static const char *const ways[] = {"SHUT_RD", "SHUT_WR", "SHUT_RDWR"};
	static const struct word flags[] = {
		WORD(SOCK_CLOEXEC), WORD(SOCK_NONBLOCK)};
	const struct call *c = t->call;
	const uint64_t *args = t->args;
	const bool sends = c->mode == SENDS;
	const bool plain = c->number == SYS_read || c->number == SYS_write;
	const bool named = c->form == BUFFER && !plain && args[4];

	if (c->form >= POLL) {
		add_wait(l, t);
		return;
	}
	add(l, "%s%s(", c->name, !named ? "" : sends ? "to" : "from");
	if (c->form == SOCKET)
		add_socket(l, args);
	else
		add(l, "%d", (int)args[0]);
	switch (c->form) {
	case ADDRESS: add(l, ", %s", address_at(t, args[1])); break;
	case BACKLOG: add(l, ", %d", (int)args[1]); break;
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
		if (sends) add_room(l, t, args[1], args[2]);
		break;
	case MESSAGE:
	case MESSAGES: add_message(l, t, result); break;
	case SENDFILE: add(l, ", %zu", (size_t)args[3]); break;
	case SPLICE: add(l, ", %d, %zu", (int)args[2], (size_t)args[4]); break;
	case SHUTDOWN: add(l, ", %s", args[1] < 3 ? ways[args[1]] : "?"); break;
	case CLOSE_RANGE: add(l, ", %u", (unsigned)args[1]); break;
	case DUP: add(l, ", %d", (int)args[1]); break;
	case SETOPTION:
	case GETOPTION: add_option(l, t, result); break;
	default: break;
	}
	add(l, ")");
}

/* Writes to the log, all of it: where that ends up in a terminal or a pipe, the
 * program may have made it non-blocking. */
static void put(const char *text, size_t size) {
	static bool failed;

	while (size && !failed) {
		struct pollfd room = {out, POLLOUT, 0};
		const ssize_t n = write(room.fd, text, size);

		if (n >= 0) {
			text += n;
			size -= (size_t)n;
		} else if (errno == EAGAIN)
			poll(&room, 1, -1);
		else if (errno != EINTR) {
			failed = true;
			warn("%s: the calls are not logged any more", path);
		}
	}
}

/* A descriptor of a process that is this file: its number; -1: there is none;
 * -2: it is not known, as with a program that may not be looked into. */
static int find_file(pid_t pid, const struct stat *file) {
	char folder[32];
	const struct dirent *e;
	struct stat about;
	DIR *list;
	int found = -1;

	snprintf(folder, sizeof folder, "/proc/%d/fd", pid);
	list = opendir(folder);
	if (!list) return errno == EACCES ? -2 : -1;
	while (found == -1 && (e = readdir(list)))
		if (fstatat(dirfd(list), e->d_name, &about, 0) == 0 &&
			about.st_ino == file->st_ino &&
			about.st_dev == file->st_dev)
			found = atoi(e->d_name);
	closedir(list);
	return found;
}

/* The program's stderr, where the tracer logs, or announces what it must, may
 * be a socket or a pipe, whose reader waits for its end: the tracer lets it go
 * when no process of the program, but for one that has ended, has it any more.
 */
static void let_go_of_stderr(pid_t ended) {
	struct stat ours, about;
	char path[48];
	int null;

	if (fstat(STDERR_FILENO, &ours) == -1 ||
		!(S_ISSOCK(ours.st_mode) || S_ISFIFO(ours.st_mode)))
		return;
	snprintf(path, sizeof path, "/proc/%d/fd/%d", holder ? holder : program,
		held);
	if (stat(path, &about) == 0 && about.st_ino == ours.st_ino &&
		about.st_dev == ours.st_dev)
		return;
	for (const struct task *t = tasks; t; t = t->next) {
		if (t->process == ended) continue;
		held = find_file(holder = t->pid, &ours);
		if (held != -1) return;
	}
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null != -1) dup2(null, STDERR_FILENO);
	if (null != -1) close(null);
}

/* "06:07:13.455102 tcp_client/2 " */
static void begin_line(
	struct line *l, struct task *t, const struct timespec *when) {
	char clock[16];

	l->size = 0;
	add(l, "%s %s", clock_text(clock, when), t->name);
	if (!t->number) t->number = ++tellers;
	if (t->number > 1) add(l, "/%d", t->number);
	add(l, " ");
}

/* " [ESTABLISHED 192.0.2.1:40000 192.0.2.2:9000]", and the line's end. */
static void end_line(struct line *l, const struct sock *s) {
	if (*state_names[s->state] || *s->own) {
		const char *gap = *state_names[s->state] ? " " : "";

		add(l, " [%s", state_names[s->state]);
		if (*s->own) add(l, "%s%s", gap, s->own);
		if (*s->own && *s->peer) add(l, " %s", s->peer);
		add(l, "]");
	}
	l->text[l->size++] = '\n'; /* add() leaves room for it, and no less */
}

/* Logs a call, with its socket's state: one write(2) a line. The lines of a UDP
 * socket are withheld until it is used: getaddrinfo() opens and connects some
 * that never send, to learn which address is the best. */
static void log_call(struct task *t, const struct sock *shown,
	const struct timespec *when, long long result) {
	const struct call *c = t->call;
	const bool closes = t->going.count > 0;
	struct sock *s = sock_of(shown->inode);
	struct line l;

	begin_line(&l, t, when);
	add_call(&l, t, result);
	if (result == ENTERED)
		add(&l, " ...");
	else if (result < 0)
		add(&l, " = -1 %s (%s)", error_text((int)-result),
			strerror((int)-result));
	else
		add(&l, " = %lld", result);
	if (c->form >= POLL && result > 0) add_came(&l, t, result);
	end_line(&l, shown);

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
		if (s->withheld && !closes)
			put(s->withheld, strlen(s->withheld));
		if (!s->withheld || !closes) put(l.text, l.size);
		free(s->withheld);
		s->withheld = NULL;
	}
}

/* How a process ended: "exit 0", or "killed by SIGKILL". */
static void add_end(struct line *l, const siginfo_t *end) {
	static const struct word words[] = {WORD(SIGHUP), WORD(SIGINT),
		WORD(SIGQUIT), WORD(SIGILL), WORD(SIGTRAP), WORD(SIGABRT),
		WORD(SIGBUS), WORD(SIGFPE), WORD(SIGKILL), WORD(SIGUSR1),
		WORD(SIGSEGV), WORD(SIGUSR2), WORD(SIGPIPE), WORD(SIGALRM),
		WORD(SIGTERM), WORD(SIGXCPU), WORD(SIGXFSZ), WORD(SIGSYS)};

	if (end->si_code == CLD_EXITED) {
		add(l, "exit %d", end->si_status);
		return;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].value == end->si_status) {
			add(l, "killed by %s", words[i].name);
			return;
		}
	add(l, "killed by signal %d", end->si_status);
}

/* Logs how a process ended, before its parent learns of it: a line for each
 * socket that was open until then; and one for the program itself. */
static void log_end(struct task *t, const siginfo_t *end) {
	static const struct sock none;
	bool ended = t->pid == program && tellers, logged = false;
	struct line l;

	if (out != STDERR_FILENO) let_go_of_stderr(t->process);
	if (program != 1 || t->pid != 1) settle(t); /* they are open yet */
	if (!t->end.tv_sec) clock_gettime(CLOCK_REALTIME, &t->end);
	for (size_t i = 0; i <= t->going.count; i++) {
		const bool last = i == t->going.count;
		const struct sock *s = last ? &none : &t->going.of[i].sock;

		if (last ? !ended || logged :
			   t->going.of[i].lives || sock_of(s->inode)->withheld)
			continue;
		ended = true;
		if (!last && !*s->own) continue;
		begin_line(&l, t, &t->end);
		add_end(&l, end);
		end_line(&l, s);
		put(l.text, l.size);
		logged = true;
	}
	for (size_t i = 0; i < t->going.count; i++)
		if (!t->going.of[i].lives)
			forget_sock(t->going.of[i].sock.inode);
	let_go_of_stderr(t->process);
}

/* ---- what /proc says of a task --------------------------------------- */

/* /proc/PID/status, until the next one is read; "" if there is none. */
static const char *status_of(pid_t pid) {
	static char text[8192];
	char path[32];
	ssize_t size = 0;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/status", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd != -1) size = read(fd, text, sizeof text - 1);
	if (fd != -1) close(fd);
	text[size > 0 ? size : 0] = '\0';
	return text;
}

/* What stands there behind a name, where a line begins: a program's own name
 * may look like one. */
static const char *value_of(const char *status, const char *name) {
	while (*status && strncmp(status, name, strlen(name)) != 0) {
		status += strcspn(status, "\n");
		status += *status == '\n';
	}
	return *status ? status + strlen(name) : "";
}

static uint64_t signals_of(const char *status, const char *name) {
	return strtoull(value_of(status, name), NULL, 16);
}

/* Whether a signal waits for which a call that is held back must end: one that
 * would end the program or stop it, or that asks it to end. */
static bool has_signal(pid_t pid) {
#define BIT(signal) (UINT64_C(1) << (-1 + (signal)))
	const uint64_t asks = BIT(SIGHUP) | BIT(SIGINT) | BIT(SIGQUIT) |
			      BIT(SIGTERM) | BIT(SIGTSTP);
	const uint64_t harmless =
		BIT(SIGCHLD) | BIT(SIGCONT) | BIT(SIGURG) | BIT(SIGWINCH);
	const char *status = status_of(pid);
	const uint64_t pending = signals_of(status, "SigPnd:\t") |
				 signals_of(status, "ShdPnd:\t");
	const uint64_t masked = signals_of(status, "SigBlk:\t") |
				signals_of(status, "SigIgn:\t");
	const uint64_t caught = signals_of(status, "SigCgt:\t");

	return (pending & ~masked & (asks | ~(caught | harmless))) != 0;
#undef BIT
}

/* ---- a call, as it is entered and as it returns ---------------------- */

/* To the end of its call; or, if a signal has interrupted that, to the next
 * call of the signal's handler, or the end of this. */
static void resume(const struct task *t, int signal) {
	ptrace(t->call ? PTRACE_SYSCALL : PTRACE_CONT, t->pid, NULL,
		(void *)(intptr_t)signal);
}

/* A signal's handler makes a call, while the one that the signal has
 * interrupted has not returned. */
static void pause_call(struct task *t) {
	struct task *copy = malloc(sizeof *copy);

	if (!copy) err(1, "out of memory: the program ends");
	forget_going(t); /* close() and its like do not wait */
	*copy = *t;
	t->paused = copy;
	t->awaited = NULL;
	t->call = NULL;
	t->interrupted = false;
}

/* The one way out of a call, whatever has become of it: it has returned, or its
 * task goes on with another program, or ends. */
static void forget_call(struct task *t) {
	forget_going(t);
	free(t->awaited);
	t->awaited = NULL;
	t->call = NULL;
	t->rule = NULL;
	t->told = t->interrupted = false;
	if (t->paused) {
		struct task *outer = t->paused;

		outer->next = t->next;
		outer->number = t->number;
		memcpy(t, outer, sizeof *t);
		free(outer);
	}
}

/* It has no call any more, nor any that a handler has paused. */
static void forget_calls(struct task *t) {
	do
		forget_call(t);
	while (t->call);
}

/* Whether a task is still in its call: it has not stopped again. */
static bool under_way(const struct task *t) {
	siginfo_t stop = {0};

	return waitid(P_PID, (id_t)t->pid, &stop,
		       WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL) == 0 &&
	       stop.si_pid == 0;
}

/* Awaits that connect(), which is under way, has begun, and logs its entry: in
 * SYN_SENT if it was seen so, else as it was before. */
static void log_connecting(struct task *t, const char *peer) {
	const struct sock *s = &t->before;

	for (int i = 0; i < 5000 && under_way(t); i++) {
		struct sock *seen = ask(t, t->fd);

		if (seen->state != CLOSED) {
			snprintf(seen->peer, sizeof seen->peer, "%s", peer);
			if (seen->state != ESTABLISHED) s = seen;
			break;
		}
		nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
	}
	log_call(t, s, &t->entered, ENTERED);
}

/* The kernel is to see the call now. */
static void begin(struct task *t) {
	const struct call *c = t->call;
	const bool connects =
		c->number == SYS_connect && t->before.type == SOCK_STREAM;
	char peer[64] = "";

	if (t->rule && !t->going.count) t->before = *ask(t, t->fd);
	t->rule = NULL;
	clock_gettime(CLOCK_REALTIME, &t->entered);
	/* what sends, or makes the state another, does so between its entry and
	 * its return, if it does not wait, too */
	t->told = connects ||
		  (c->form == SHUTDOWN && t->before.type == SOCK_STREAM) ||
		  (c->number != SYS_connect && c->mode != UNKNOWN_ACT &&
			  (t->sends || t->blocks));
	if (connects)
		snprintf(peer, sizeof peer, "%s", address_at(t, t->args[1]));
	if (t->told && !(connects && t->blocks))
		log_call(t, &t->before, &t->entered, ENTERED);
	resume(t, 0);
	if (connects && t->blocks) log_connecting(t, peer);
	if (connects && t->before.state == CLOSED)
		snprintf(sock_of(t->inode)->peer, sizeof peer, "%s", peer);
}

/* The rule that holds this call back, or NULL. */
static struct rule *rule_for(const struct task *t) {
	struct rule *found = NULL;
	struct line l = {.size = 0};
	bool named = false;

	for (const struct rule *r = rules; r < rules + rule_count; r++)
		named |= t->call->form >= POLL ||
			 strncmp(r->call, t->call->name,
				 strlen(t->call->name)) == 0;
	if (!named || (t->call->form == CLOSE && count_descriptors(t) > 1))
		return NULL;
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

	if (now() >= t->due || has_signal(t->pid)) return false;
	if (r->until == TIME_PASSES) return true;
	if (r->until == THERE) return access(r->file, F_OK) == -1;
	s = ask(t, t->fd);
	if (!*s->peer) return false;
	return r->until == ACKED ? s->unacked > 0 :
	       r->until == CAME	 ? s->unread < r->amount :
				   s->state != r->state;
}

/* Sets, in a call that is being entered, its first argument; or, with number
 * -1, has the kernel skip it, with this result. */
static bool set_registers(pid_t pid, int number, uint64_t value) {
#if defined __x86_64__ || defined __aarch64__
	struct user_regs_struct registers;
	struct iovec all = {&registers, sizeof registers};

	if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &all) == -1)
		return false;
#if defined __x86_64__
	if (number == -1) {
		registers.orig_rax = (unsigned long long)-1;
		registers.rax = value;
	} else
		registers.rdi = value;
#else
	struct iovec one = {&number, sizeof number};

	if (number == -1 && ptrace(PTRACE_SETREGSET, pid,
				    (void *)NT_ARM_SYSTEM_CALL, &one) == -1)
		return false;
	registers.regs[0] = value;
#endif
	return ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &all) == 0;
#else
	(void)pid, (void)number, (void)value;
	return false;
#endif
}

/* Sets the flags of clone(2) or clone3(2), whose call is being entered. */
static bool set_clone_flags(const struct task *t, uint64_t flags) {
	if (t->call->number == SYS_clone3)
		return ptrace(PTRACE_POKEDATA, t->pid,
			       (void *)(uintptr_t)t->args[0],
			       (void *)(uintptr_t)flags) == 0;
	return set_registers(t->pid, 0, flags);
}

/* A filter of the program's own asks a tracer of its own. There is none: the
 * call fails as it does without socktrace. */
static void refuse_call(const struct task *t) {
	static pid_t warned;

	if (!set_registers(t->pid, -1, (uint64_t)-ENOSYS) &&
		warned != t->process) {
		warned = t->process;
		warnx("%s has a seccomp filter that asks a tracer: its calls "
		      "are let through, run it without socktrace",
			t->name);
	}
}

/* A child that is not to be traced (CLONE_UNTRACED) would have this filter, but
 * no tracer: each call that is filtered would fail with ENOSYS. So it is
 * traced. Returns whether the flags are to be set again. */
static bool has_its_child_traced(struct task *t) {
	static pid_t warned;
	uint64_t flags = t->args[0];
	bool traced;

	if (t->call->number == SYS_clone3 &&
		fetch(t, t->args[0], &flags, sizeof flags) != sizeof flags)
		return false;
	if (!(flags & CLONE_UNTRACED)) return false;
	t->args[1] = flags;
	traced = set_clone_flags(t, flags & ~(uint64_t)CLONE_UNTRACED);
	if (warned != t->process)
		warnx("%s clones a child with CLONE_UNTRACED: %s", t->name,
			traced ? "it is traced nevertheless, or its calls "
				 "would fail" :
				 "its calls will fail with ENOSYS, run it "
				 "without socktrace");
	warned = t->process;
	return true;
}

/* The socket that a call is about, or an empty one; of splice(2), either end
 * may be one. */
static const struct sock *ask_of_call(struct task *t) {
	const struct sock *s;

	switch (t->call->form) {
	case CLOSE:
	case CLOSE_RANGE:
	case DUP: return t->going.count ? &t->going.of[0].sock : sock_of(0);
	case SPLICE:
		s = ask(t, t->fd);
		t->sends = !s->inode;
		return t->sends ? ask(t, t->fd = (int)t->args[2]) : s;
	default: return ask(t, t->fd);
	}
}

/* Whether the call does not wait, though its socket is a blocking one. */
static bool is_nonblocking(const struct task *t) {
	const uint64_t *args = t->args;

	switch (t->call->form) {
	case BUFFER:
		return t->call->number != SYS_read &&
		       t->call->number != SYS_write && args[3] & MSG_DONTWAIT;
	case MESSAGE: return args[2] & MSG_DONTWAIT;
	case MESSAGES: return args[3] & MSG_DONTWAIT;
	case VECTOR:
		return (t->call->number == SYS_preadv2 ||
			       t->call->number == SYS_pwritev2) &&
		       args[5] & RWF_NOWAIT;
	case SPLICE: return args[5] & SPLICE_F_NONBLOCK;
	default: return false;
	}
}

/* Whether one of the first requests to io_submit(2) is for an Internet socket.
 */
static bool submits_to_socket(const struct task *t) {
	uint64_t list[8];
	uint32_t request[6]; /* struct iocb: the sixth is the descriptor */
	size_t count = t->args[1] < 8 ? (size_t)t->args[1] : 8;

	count = fetch(t, t->args[2], list, count * sizeof *list) / sizeof *list;
	for (size_t i = 0; i < count; i++)
		if (fetch(t, list[i], request, sizeof request) ==
				sizeof request &&
			ask(t, (int)request[5])->inode)
			return true;
	return false;
}

/* Whether the call may close the descriptor that the tracer's stderr is. */
static bool may_close_stderr(const struct task *t) {
	const unsigned number = (unsigned)held;
	const uint64_t *args = t->args;

	switch (t->call->form) {
	case CLOSE: return (unsigned)args[0] == number;
	case DUP: return (unsigned)args[1] == number;
	case CLOSE_RANGE:
		return (unsigned)args[0] <= number &&
		       number <= (unsigned)args[1];
	default: return false;
	}
}

/* Whether the call is one of those that are logged: on an Internet socket. */
static bool is_of_interest(struct task *t) {
	const uint64_t *args = t->args;
	const struct sock *s;

	t->fd = (int)args[0];
	t->inode = 0;
	t->before = (struct sock){.inode = 0};
	t->sends = t->call->mode == SENDS;
	switch (t->call->form) {
	case SOCKET: return (int)args[0] == AF_INET || (int)args[0] == AF_INET6;
	case CLONE: return has_its_child_traced(t);
	case EXEC: add_going_range(t, 0, UINT_MAX); return t->going.count > 0;
	case NOTED:
		return t->call->number != SYS_io_submit || submits_to_socket(t);
	case RESTART: return false;
	case POLL:
	case SELECT:
	case EPOLL: return awaits_sockets(t);
	case CLOSE: add_going(t, t->fd); break;
	case CLOSE_RANGE:
		if (!(args[2] & CLOSE_RANGE_CLOEXEC))
			add_going_range(
				t, (unsigned)args[0], (unsigned)args[1]);
		break;
	case DUP:
		if (args[0] != args[1]) add_going(t, (int)args[1]);
		break;
	case GETOPTION:
		if (args[1] != SOL_SOCKET || args[2] != SO_ERROR) return false;
		break;
	default: break;
	}
	s = ask_of_call(t);
	t->before = *s;
	t->inode = s->inode;
	t->blocks = s->blocks && !is_nonblocking(t);
	return s->inode != 0 || may_close_stderr(t);
}

/* Whether the call that a signal has interrupted comes again; if not, it is the
 * handler's, or one after a jump out of the handler, to where the stack had
 * less on it. */
static bool comes_again(
	struct task *t, const struct __ptrace_syscall_info *info) {
	const uint64_t number = info->seccomp.nr;
	const uint64_t freed = info->stack_pointer - t->stack;

	if (freed == 0 && (number == SYS_restart_syscall ||
				  ((uint64_t)t->call->number == number &&
					  memcmp(t->args, info->seccomp.args,
						  sizeof t->args) == 0)))
		return true;
	if (freed > 0 && freed < 1 << 20)
		forget_calls(t);
	else
		pause_call(t);
	return false;
}

static void enter(struct task *t, const struct __ptrace_syscall_info *info) {
	const uint64_t number = info->seccomp.nr;
	const struct call *c = calls;

	if (t->call && !t->interrupted) forget_call(t);
	if (t->call && comes_again(t, info)) {
		t->interrupted = false;
		resume(t, 0);
		return;
	}
	while (c < calls + call_count && (uint64_t)c->number != number)
		c++;
	memcpy(t->args, info->seccomp.args, sizeof t->args);
	t->call = c < calls + call_count ? c : NULL;
	if (!t->call || !is_of_interest(t)) {
		forget_call(t);
		resume(t, 0);
		return;
	}
	if (c->form == CLONE || c->form == NOTED || c->form == EXEC ||
		(!t->inode && may_close_stderr(t))) {
		resume(t, 0);
		return;
	}
	t->rule = rule_for(t);
	if (t->rule) {
		struct rule *r = &rules[t->rule - rules];

		r->applied = true;
		t->due = now() + (r->until == TIME_PASSES ? r->amount : 60000);
		if (is_held(t)) return;
	}
	begin(t);
}

/* A line for each socket that the call has closed a descriptor of. */
static void log_closed(struct task *t, long long result) {
	if (out != STDERR_FILENO)
		let_go_of_stderr(0); /* it may be one of them */
	settle(t);
	for (size_t i = 0; i < t->going.count; i++) {
		struct sock *s = &t->going.of[i].sock;

		if (!t->going.of[i].lives) s->state = NO_STATE;
		log_call(t, s, &t->entered, result);
		if (!t->going.of[i].lives) forget_sock(s->inode);
	}
}

/* The state and the time of a line belong together. setsockopt(), which may
 * have the kernel send, stands before that, as things were then; a call that is
 * not logged when it is entered stands after what it received. */
static void log_return(struct task *t, long long result) {
	const enum form form = t->call->form;
	const bool makes = (form == SOCKET || form == ACCEPT) && result >= 0;
	const bool early = form == SETOPTION;
	struct timespec when = t->entered;
	struct sock s = *ask(t, makes ? (int)result : t->fd);

	if (!makes && t->inode && s.inode != t->inode) {
		s = t->before; /* its descriptor has been closed meanwhile */
		s.state = NO_STATE;
	}
	if (early && s.inode) s.state = t->before.state;
	if (!early) clock_gettime(CLOCK_REALTIME, &when);
	if (s.inode || form == SOCKET || form >= POLL)
		log_call(t, &s, &when, result);
}

/* Announces, once, what such a call means for the log, or for the program. */
static void note(const struct task *t, long long result) {
	static bool told[5];
	const long number = t->call->number;
	const bool filters = number == SYS_seccomp ?
				     t->args[0] == SECCOMP_SET_MODE_FILTER :
				     t->args[0] == PR_SET_SECCOMP &&
					     t->args[1] == SECCOMP_MODE_FILTER;
	const bool strict = number == SYS_seccomp ?
				    t->args[0] == SECCOMP_SET_MODE_STRICT :
				    t->args[0] == PR_SET_SECCOMP &&
					    t->args[1] == SECCOMP_MODE_STRICT;
	const char *text = NULL;
	int i = 0;

	if (number == SYS_io_uring_setup && result >= 0)
		i = 0, text = "has set up an io_uring: what it calls through "
			      "that is not logged";
	else if (number == SYS_io_submit && result > 0)
		i = 1, text = "uses io_submit on a socket: that is not logged";
	else if (number == SYS_ptrace && result == -EPERM)
		i = 2, text = "uses ptrace(2) on a task that socktrace traces: "
			      "that fails, run it without socktrace";
	else if (number != SYS_ptrace && strict && result == -EINVAL)
		i = 3, text = "asks for strict seccomp: under an observer that "
			      "fails, run it without socktrace";
	else if (number != SYS_ptrace && filters && result == 0)
		i = 4, text = "has a seccomp filter of its own: calls that "
			      "this refuses are not logged";
	if (text && !told[i]) warnx("%s %s", t->name, text);
	if (text) told[i] = true;
}

/* The program has this result. */
static void finish(struct task *t, long long result) {
	const enum form form = t->call->form;

	if (form == CLONE) {
#ifdef __aarch64__ /* its first register has the result by now */
		if (t->call->number == SYS_clone3)
#endif
			set_clone_flags(t, t->args[1]);
	} else if (form == NOTED)
		note(t, result);
	else if (form == EXEC) /* it has failed */
		;
	else if (t->going.count)
		log_closed(t, result);
	else
		log_return(t, result);
	if (may_close_stderr(t)) let_go_of_stderr(0);
	forget_call(t);
}

/* A call enters or returns while another is interrupted: at the end of the
 * signal's handler, the program is behind that (it has failed with EINTR), or
 * before it (so it is to come again). */
static void watch_handler(
	struct task *t, const struct __ptrace_syscall_info *info) {
	if (info->op == PTRACE_SYSCALL_INFO_ENTRY)
		t->returns = info->entry.nr == SYS_rt_sigreturn;
	else if (t->returns && info->stack_pointer == t->stack &&
		 info->instruction_pointer == t->place)
		finish(t, -EINTR);
}

static void leave(struct task *t, const struct __ptrace_syscall_info *info) {
	const enum form form = t->call->form;
	const long long result = info->exit.rval;
	const bool restarts = result <= -512 && result >= -516;

	if (t->interrupted)
		watch_handler(t, info);
	else if (restarts && form != CLONE && form != NOTED && form != EXEC) {
		t->interrupted = true; /* ERESTARTSYS and such */
		t->returns = false;
		t->place = info->instruction_pointer;
		t->stack = info->stack_pointer;
	} else
		finish(t, result);
	resume(t, 0);
}

/* ---- the tasks ------------------------------------------------------- */

/* Its name as the kernel has it, without what a terminal would interpret. */
static void name_task(struct task *t) {
	const char *name = value_of(status_of(t->pid), "Name:\t");

	if (!strcspn(name, "\n")) name = "?"; /* prctl(PR_SET_NAME, "") */
	snprintf(t->name, sizeof t->name, "%.*s", (int)strcspn(name, "\n"),
		name);
	for (char *c = t->name; *c; c++)
		if (*c <= ' ' || *c >= 0x7f || *c == '/') *c = '_';
}

static struct task *task_of(pid_t pid) {
	struct task *t = tasks;

	while (t && t->pid != pid)
		t = t->next;
	if (t) return t;
	t = calloc(1, sizeof *t);
	if (!t) err(1, "the program has too many tasks, so it ends");
	*t = (struct task){
		.next = tasks,
		.pid = pid,
		.process = atoi(value_of(status_of(pid), "Tgid:\t")),
	};
	name_task(t);
	return tasks = t;
}

static void forget_task(pid_t pid) {
	struct task **at = &tasks;

	while (*at && (*at)->pid != pid)
		at = &(*at)->next;
	if (*at) {
		struct task *t = *at;

		forget_calls(t);
		*at = t->next;
		free(t);
	}
}

/* A socket whose descriptor was closed while a call on it waited is closed when
 * that ends. */
static void add_used(struct task *t, ino_t inode) {
	const struct sock *s = sock_of(inode);

	for (size_t i = 0; i < t->going.count; i++)
		if (t->going.of[i].sock.inode == inode) return;
	t->inode = inode;
	if (s->inode && count_descriptors(t) == 0)
		append_going(&t->going, s, -1);
}

/* A task begins to end. If it is the last one of its process, that ends, and
 * what it has open is remembered by its first task: the kernel has that wait
 * until the end. */
static void begin_end(struct task *t) {
	struct task *first = NULL;

	t->used = t->call ? t->inode : 0;
	forget_calls(t);
	t->ends = true;
	for (struct task *o = tasks; o; o = o->next) {
		if (o->process != t->process) continue;
		if (!o->ends) return;
		if (o->pid == o->process) first = o;
	}
	add_going_range(t, 0, UINT_MAX);
	for (struct task *o = tasks; o; o = o->next)
		if (o->process == t->process && o->used) add_used(t, o->used);
	if (!first) return;
	clock_gettime(CLOCK_REALTIME, &first->end);
	if (first != t) {
		forget_going(first);
		first->going = t->going;
		t->going = (struct going){.count = 0};
	}
}

/* A program of another architecture is announced when it begins, a call by
 * int 0x80 when it is made: not again in a program of the former sort. */
static void warn_of_other_calls(const struct task *t, bool called) {
	static bool warned;

	if (!called)
		warnx("%s is of another architecture: its calls are not logged",
			t->name);
	else if (!warned)
		warnx("%s makes 32-bit calls: these are not logged", t->name);
	warned = true;
}

/* Warns of what an observer takes from a program, or cannot see of it. */
static void warn_of_program(const struct task *t) {
	char path[32];
	unsigned char head[EI_NIDENT] = {0};
	struct stat about;
	bool limited;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/exe", t->pid);
	limited = *value_of(status_of(t->pid), "NoNewPrivs:\t") == '1';
	if (limited && getxattr(path, "security.capability", NULL, 0) > 0)
		warnx("%s has file capabilities: under an observer it runs "
		      "without these privileges",
			t->name);
	if (limited && stat(path, &about) == 0 &&
		about.st_mode & (S_ISUID | S_ISGID))
		warnx("%s is set-user-ID or set-group-ID: under an observer it "
		      "runs without these privileges",
			t->name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd != -1 && read(fd, head, sizeof head) == sizeof head &&
		head[EI_CLASS] != (sizeof(long) == 8 ? ELFCLASS64 : ELFCLASS32))
		warn_of_other_calls(t, false);
	if (fd != -1) close(fd);
}

/* A line for each socket that exec has closed: the kernel sends FIN. */
static void log_exec(struct task *t) {
	struct line l;

	if (!t->call || t->call->form != EXEC) return;
	if (out != STDERR_FILENO) let_go_of_stderr(0);
	settle(t);
	for (size_t i = 0; i < t->going.count; i++) {
		struct sock *s = &t->going.of[i].sock;
		struct timespec when;

		if (t->going.of[i].lives) continue;
		s->state = NO_STATE;
		clock_gettime(CLOCK_REALTIME, &when);
		begin_line(&l, t, &when);
		add(&l, "close-on-exec(%d) = 0", t->going.of[i].fd);
		end_line(&l, s);
		if (!sock_of(s->inode)->withheld) put(l.text, l.size);
		forget_sock(s->inode);
	}
}

/* Another program runs in a task now: in all its process, the others are gone,
 * and the first task's number is that of the one that has called exec. */
static void begin_program(struct task *t, pid_t caller) {
	for (struct task *o = tasks; o; o = o->next)
		if (o->pid == caller) log_exec(o);
	if (caller != t->pid) forget_task(caller);
	forget_calls(t);
	t->ends = false;
	name_task(t);
	let_go_of_stderr(0); /* it may have been closed by exec */
	warn_of_program(t);
}

static void warn_of_rules(void) {
	static bool told;

	for (const struct rule *r = rules; !told && r < rules + rule_count; r++)
		if (!r->applied) warnx("-d %s: never applied", r->text);
	told = true;
}

/* The program is PID 1: when its last task ends, the kernel kills all others in
 * its namespace before it says so, and the tracer is one of them. */
static void end_namespace(int status) {
	const bool killed = WIFSIGNALED(status);
	const siginfo_t end = {.si_code = killed ? CLD_KILLED : CLD_EXITED,
		.si_status = killed ? WTERMSIG(status) : WEXITSTATUS(status)};
	struct task *first = NULL;

	for (struct task *t = tasks; t; t = t->next) {
		if (t->process == 1 && !t->ends) return;
		if (t->pid == 1) first = t;
	}
	if (!first) return;
	log_end(first, &end);
	forget_going(first);
	warn_of_rules();
}

static void handle(pid_t pid, int status) {
	const int signal = WSTOPSIG(status), event = status >> 16;
	struct __ptrace_syscall_info info;
	unsigned long message = 0;
	struct task *t;

	if (!WIFSTOPPED(status)) {
		forget_task(pid);
		return;
	}
	t = task_of(pid);
	switch (event) {
	case PTRACE_EVENT_SECCOMP:
		if (ptrace(PTRACE_GETEVENTMSG, pid, NULL, &message) == 0 &&
			message != OURS) {
			if (message == OURS_32)
				warn_of_other_calls(t, true);
			else
				refuse_call(t);
			break;
		}
		if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) >
			0)
			enter(t, &info);
		return; /* or it has been killed */
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE: /* the child may not have stopped yet; or it
				    has ended, and is no task any more */
		if (ptrace(PTRACE_GETEVENTMSG, pid, NULL, &message) == 0 &&
			waitid(P_PID, (id_t)message, &(siginfo_t){0},
				WEXITED | WSTOPPED | WNOHANG | WNOWAIT |
					__WALL) == 0)
			task_of((pid_t)message);
		break;
	case PTRACE_EVENT_STOP:
		if (signal == SIGTRAP) break;
		ptrace(PTRACE_LISTEN, pid, NULL,
			NULL); /* as job control has it */
		return;
	case PTRACE_EVENT_EXEC:
		if (ptrace(PTRACE_GETEVENTMSG, pid, NULL, &message) == 0)
			begin_program(t, (pid_t)message);
		break;
	case PTRACE_EVENT_EXIT:
		ptrace(PTRACE_GETEVENTMSG, pid, NULL, &message);
		begin_end(t);
		if (program == 1) end_namespace((int)message);
		if (!tasks->next) warn_of_rules(); /* the parent waits still */
		break;
	case 0:
		if (signal != (SIGTRAP | 0x80)) {
			resume(t, signal); /* it is the program's own */
			return;
		}
		if (t->call && ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info,
				       &info) > 0) {
			leave(t, &info);
			return;
		}
		break;
	default: break;
	}
	resume(t, 0);
}

/* Handles the next stop or end of a task: 1; or 0: there is none now; -1: all
 * have ended. */
static int handle_next(void) {
	siginfo_t next = {0};
	struct task *t = tasks;
	int status;
	pid_t pid;

	/* the parent of a process learns of its end once this has waited */
	if (waitid(P_ALL, 0, &next,
		    WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL) == -1)
		return -1;
	if (!next.si_pid) return 0;
	while (t && t->pid != next.si_pid)
		t = t->next;
	if (t && t->pid == t->process &&
		(next.si_code == CLD_EXITED || next.si_code == CLD_KILLED ||
			next.si_code == CLD_DUMPED))
		log_end(t, &next);
	pid = waitpid(next.si_pid, &status, WNOHANG | __WALL);
	if (pid > 0) handle(pid, status);
	return 1;
}

/* Follows the program until its last task has ended. */
static void follow(void) {
	sigset_t child;
	int next;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while ((next = handle_next()) != -1) {
		const struct timespec soon = {.tv_nsec = 1000000};
		bool holds = false;

		if (next) continue;
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

/* Has the kernel stop this task at the calls that are logged. */
static bool install_filter(void) {
	const unsigned n = call_count;
	struct sock_filter code[CALLS + 11] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 0, n + 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, nr)),
	};
	/* socketcall(2) and socket(2) by int 0x80, for an announcement */
	const struct sock_filter others[] = {
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_I386, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 102, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 359, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | OURS_32),
	};
	const struct sock_fprog filter = {(unsigned short)(n + 11), code};

	for (unsigned i = 0; i < n; i++)
		code[3 + i] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i].number,
			(unsigned char)(n - i), 0);
	code[3 + n] = (struct sock_filter)BPF_STMT(
		BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	code[4 + n] = (struct sock_filter)BPF_STMT(
		BPF_RET | BPF_K, SECCOMP_RET_TRACE | OURS);
	memcpy(code + 5 + n, others, sizeof others);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0)
		return true; /* with CAP_SYS_ADMIN, as in the lab */
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

/* Whoever reads from the program, from whichever descriptor, sees its end: the
 * tracer keeps none. It has no use for 0 to 2 but for stderr; whatever else it
 * opens must not get their place. */
static void keep_only_the_log(void) {
	const struct dirent *e;
	DIR *list = opendir("/proc/self/fd");
	int null;

	while (list && (e = readdir(list))) {
		const int fd = atoi(e->d_name);

		if (*e->d_name != '.' && fd != dirfd(list) &&
			fd != STDERR_FILENO && fd != out)
			close(fd);
	}
	if (list) closedir(list);
	do
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (null != -1 && null <= STDERR_FILENO);
	if (null != -1) close(null);
}

/* The program's limits are not to end the tracer, and the program with it. */
static void raise_limits(void) {
	const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
	const int kinds[] = {RLIMIT_AS, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_FSIZE,
		RLIMIT_NOFILE, RLIMIT_STACK};
	struct rlimit limit;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!getrlimit(kinds[i], &limit)) {
			limit.rlim_cur = limit.rlim_max;
			setrlimit(kinds[i], &limit);
		}
	setrlimit(RLIMIT_CPU, &none); /* with CAP_SYS_RESOURCE */
}

/* The tracer: seizes the program, says so (0, or errno), follows it. */
static _Noreturn void trace(int line) {
	const long wanted = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD |
			    PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
			    PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
			    PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL;
	int word;
	sigset_t all;

	raise_limits();
	setsid(); /* no terminal's signals: they are for the program */
	if (chdir("/") == -1) _exit(1);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	signal(SIGCHLD, SIG_DFL); /* ignored, as the program's may be, it would
				     not come */
	if (read(line, &word, sizeof word) <= 0)
		_exit(1); /* the program has been killed already */
	word = ptrace(PTRACE_SEIZE, program, NULL, (void *)wanted) ? errno : 0;
	if (write(line, &word, sizeof word) < 0 || word) _exit(1);
	keep_only_the_log();
	follow();
	_exit(0);
}

/* The same descriptor at a number above stderr's: if the program has been given
 * no stdin, stdout or stderr, it is to have none. */
static int off_standard(int fd) {
	const int higher = fd > STDERR_FILENO ? fd :
						fcntl(fd, F_DUPFD_CLOEXEC,
							STDERR_FILENO + 1);

	if (higher != fd) close(fd);
	return higher;
}

/* Has a tracer follow this process. It is a child that sends no signal at its
 * end, and that no wait() sees but one with __WALL or __WCLONE: as an orphan,
 * it would become a child of the program if that is PID 1, or a subreaper. */
static bool be_traced(void) {
	int line[2], word = -1;
	pid_t tracer;
	bool traced;

	program = getpid();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line))
		return false;
	line[0] = off_standard(line[0]);
	line[1] = off_standard(line[1]);
	tracer = (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
	if (tracer == 0) {
		close(line[0]);
		trace(line[1]);
	}
	close(line[1]);
	prctl(PR_SET_PTRACER, (unsigned long)tracer, 0, 0, 0); /* for Yama */
	traced = tracer != -1 &&
		 send(line[0], &word, sizeof word, MSG_NOSIGNAL) > 0 &&
		 read(line[0], &word, sizeof word) == sizeof word && word == 0;
	close(line[0]);
	if (!traced && tracer != -1) waitpid(tracer, NULL, __WALL);
	if (word > 0) errno = word;
	return traced && install_filter();
}

/* Reads a RULE: see usage. */
static void parse(struct rule *r, const char *text) {
	char *copy = strdup(text), *value = strchr(copy, '='), *nth, *unit;
	bool known = false;

	r->text = text;
	r->call = copy;
	if (!value) errx(2, "-d %s: no '=' in it (see -h)", text);
	*value++ = '\0';
	nth = *value == '/' ? strstr(value, ",nth=") : strchr(value, ',');
	if (nth) {
		*nth++ = '\0';
		if (strncmp(nth, "nth=", 4) != 0)
			errx(2, "-d %s: '%s' is not nth=N (see -h)", text, nth);
		r->nth = whole("-d: nth", nth + 4, 1, 60000);
	}
	for (const struct call *c = calls; c < calls + CALLS; c++)
		known |= c->form != NOTED && c->form != CLONE &&
			 c->form != EXEC && c->form != RESTART &&
			 strcmp(copy, c->name) == 0;
	known |= strcmp(copy, "sendto") == 0 || strcmp(copy, "recvfrom") == 0;
	if (!known)
		errx(2, "-d %s: '%s' is no call that is logged", text, copy);
	for (enum state s = CLOSED; s < STATES; s++)
		if (strcmp(value, state_names[s]) == 0) r->state = s;
	unit = value[0] ? value + strlen(value) - 1 : value;
	if (r->state)
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

/* Whether a rule's call is one of those that only -w has logged. */
static bool waits_for_several(const char *name) {
	for (const struct call *c = calls; c < calls + CALLS; c++)
		if (c->form >= POLL && strcmp(name, c->name) == 0) return true;
	return false;
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
	void (*size)(int);

	while (calls[call_count].form != RESTART)
		call_count++;
	for (int c; (c = getopt(argc, argv, "+d:ho:w")) != -1;)
		switch (c) {
		case 'd':
			if (rule_count == 32) errx(2, "-d: too many");
			parse(&rules[rule_count++], optarg);
			break;
		case 'h':
			if (fputs(usage, stdout) < 0 || fflush(stdout))
				err(1, "stdout");
			return 0;
		case 'o': path = file = optarg; break;
		case 'w': call_count = CALLS; break;
		default: fputs(usage, stderr); return 2;
		}
	argv += optind;
	if (!*argv) {
		fputs(usage, stderr);
		return 2;
	}
	for (const struct rule *r = rules; r < rules + rule_count; r++)
		if (call_count < CALLS && waits_for_several(r->call))
			errx(2, "-d %s: '%s' is logged with -w only", r->text,
				r->call);
	if (file) {
		out = open(
			file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
		if (out == -1) err(1, "%s", file);
		out = off_standard(out);
		size = signal(SIGXFSZ, SIG_IGN); /* a notice is enough */
		put_heading(argv);
		signal(SIGXFSZ, size);
	}
	if (!be_traced())
		warn("%s runs without being traced: ptrace(2) or seccomp(2) is "
		     "not permitted",
			*argv);
	execvp(*argv, argv);
	err(errno == ENOENT ? 127 : 126, "%s", *argv);
}
#endif
