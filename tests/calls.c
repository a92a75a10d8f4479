/*
 * calls - makes calls that few programs make, on sockets of the loopback
 * interface
 *
 *     calls WHAT...   makes them in this order; the table at the end has them
 *
 * tests/socktrace.bats checks how socktrace logs these calls. The exit status
 * is 0 if each call did what it must do.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int a, b; /* the two ends of a connection: the descriptors 3 and 4 */
static char *self;

static void must(long result, long expected, const char *what) {
	if (result != expected) err(1, "%s: %ld", what, result);
}

static void make_pair(void) {
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	const int l = socket(AF_INET, SOCK_STREAM, 0);

	bind(l, (void *)&at, sizeof at);
	listen(l, 1);
	getsockname(l, (void *)&at, &(socklen_t){sizeof at});
	a = socket(AF_INET, SOCK_STREAM, 0);
	must(connect(a, (void *)&at, sizeof at), 0, "connect");
	b = accept(l, NULL, NULL);
	dup2(a, l); /* the tests check the log from this call on */
	close(a);
	a = l;
	dup2(b, 4);
	if (b != 4) close(b);
	b = 4;
}

/* ---- ways to send and receive -------------------------------------------- */

static struct iovec *two(void) {
	static char bytes[10];
	static struct iovec v[] = {{bytes, 4}, {bytes + 4, 6}};

	return v;
}

static void by_vectors(void) {
	must(writev(a, two(), 2), 10, "writev");
	must(readv(b, two(), 2), 10, "readv");
}

static void by_vectors2(void) {
	must(pwritev2(a, two(), 2, -1, 0), 10, "pwritev2");
	must(preadv2(b, two(), 2, -1, 0), 10, "preadv2");
}

static void by_messages(void) {
	struct mmsghdr m[2] = {{{.msg_iov = two(), .msg_iovlen = 2}, 0},
		{{.msg_iov = two(), .msg_iovlen = 1}, 0}};

	must(sendmmsg(a, m, 2, MSG_NOSIGNAL), 2, "sendmmsg");
	/* the two messages have 10 and 4 bytes */
	m[1].msg_hdr.msg_iov = two() + 1;
	must(recvmmsg(b, m, 2, MSG_DONTWAIT, NULL), 2, "recvmmsg");
}

static void by_sendfile(void) {
	const int file = open(self, O_RDONLY);

	must(sendfile(a, file, NULL, 100), 100, "sendfile");
	must(recv(b, (char[100]){0}, 100, MSG_WAITALL), 100, "recv");
	close(file);
}

static void by_splice(void) {
	int ends[2];

	must(pipe(ends), 0, "pipe");
	must(write(ends[1], "hello", 5), 5, "write");
	must(splice(ends[0], NULL, a, NULL, 5, 0), 5, "splice");
	must(splice(b, NULL, ends[1], NULL, 5, 0), 5, "splice");
	close(ends[0]);
	close(ends[1]);
}

/* ---- ways to close ------------------------------------------------------- */

static void by_range(void) {
	must(syscall(SYS_close_range, 3, ~0U, 0), 0, "close_range");
}

static void by_dup(void) {
	must(dup2(STDIN_FILENO, b), b, "dup2");
}

static void by_dup3(void) {
	must(syscall(SYS_dup3, STDIN_FILENO, b, O_CLOEXEC), b, "dup3");
	must(syscall(SYS_dup3, STDIN_FILENO, a, 0), a, "dup3");
}

static void by_nothing(void) {
	exit(3);
}

static void by_kill(void) {
	raise(SIGKILL);
}

/* Exits, but a child still has copies of the descriptors. */
static void by_half(void) {
	if (fork() == 0) {
		for (int fd = 0; fd < 3; fd++)
			close(fd);
		sleep(2);
		_exit(0);
	}
	exit(4);
}

/* ---- ways to let another task make calls
 * -------------------------------------- */

static void await(pid_t child, const char *what) {
	int status;

	must(waitpid(child, &status, __WALL), child, what);
	must(status, 0, what);
}

static void by_vfork(void) {
	const pid_t child = vfork();

	if (child == 0) {
		execl(self, self, "open", (char *)NULL);
		_exit(9);
	}
	await(child, "vfork");
}

static void open_one(void) {
	const int s = socket(AF_INET, SOCK_DGRAM, 0);

	if (s == -1 || close(s)) err(1, "socket");
}

static void clone_with(uint64_t flags) {
	struct clone_args args = {.exit_signal = SIGCHLD, .flags = flags};
	const pid_t child = (pid_t)syscall(SYS_clone3, &args, sizeof args);

	if (child == 0) {
		open_one();
		_exit(0);
	}
	await(child, "clone3");
	must((long)args.flags, (long)flags, "clone3's flags");
}

static void by_clone3(void) {
	clone_with(0);
}

static void untraced(void) {
	pid_t child =
		(pid_t)syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0);

	if (child == 0) {
		open_one();
		_exit(0);
	}
	await(child, "clone");
	clone_with(CLONE_UNTRACED);
}

static void *exec(void *unused) {
	execl(self, self, "open", (char *)NULL);
	return unused;
}

static void by_thread(void) {
	pthread_t t;

	pthread_create(&t, NULL, exec, NULL);
	pause();
}

/* brief_threads() starts many threads, which end before the tracer has seen
 * that they started. */
static void *nothing(void *unused) {
	return unused;
}

static void brief_threads(void) {
	for (int i = 0; i < 2000; i++) {
		pthread_attr_t detached;
		pthread_t t;

		pthread_attr_init(&detached);
		pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
		while (pthread_create(&t, &detached, nothing, NULL))
			sched_yield();
	}
}

/* ---- arguments that are hard to log ------------------------------------ */

static void odd_options(void) {
	static const char forged[] = "x\") = 0 [LISTEN]\n00:00";

	setsockopt(a, SOL_SOCKET, SO_BINDTODEVICE, forged, sizeof forged);
	setsockopt(a, IPPROTO_TCP, TCP_CONGESTION, "a\\\033[1m", 7);
	setsockopt(a, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
}

static void bad_memory(void) {
	void *volatile bad = (void *)8;

	setsockopt(a, SOL_SOCKET, SO_KEEPALIVE, bad, 4);
	setsockopt(a, SOL_SOCKET, SO_LINGER, bad, sizeof(struct linger));
	connect(a, bad, sizeof(struct sockaddr_in));
	sendmsg(a, bad, 0);
	writev(a, bad, 2);
}

/* Makes calls whose arguments are in memory of which only a part can be read.
 */
static void partly_bad_memory(void) {
	char *const page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct pollfd *const last = (void *)(page + 4096 - sizeof *last);
	struct iovec many[100];
	void *volatile bad = (void *)8;
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	const int s = socket(AF_INET, SOCK_STREAM, 0);
	struct timespec none = {0};
	fd_set set;

	munmap(page + 4096, 4096);
	*last = (struct pollfd){a, POLLOUT, 0};
	syscall(SYS_ppoll, last, 2UL, &none, NULL, 8UL);
	FD_ZERO(&set);
	FD_SET(a, &set);
	syscall(SYS_pselect6, a + 1, bad, &set, NULL, &none, NULL);
	syscall(SYS_pselect6, a + 1, NULL, &set, NULL, &none, bad);
	sendmmsg(a, bad, 2, 0);
	setsockopt(a, SOL_SOCKET, SO_KEEPALIVE, page, 0);
	for (int i = 0; i < 100; i++)
		many[i] = (struct iovec){page, 1};
	must(writev(a, many, 100), 100, "writev");
	bind(s, (void *)&at, sizeof at);
	connect(s, bad, sizeof at);
	listen(s, 1);
}

static void mapped(void) {
	struct sockaddr_in6 at = {.sin6_family = AF_INET6,
		.sin6_port = htons(9),
		.sin6_addr = {{{[10] = 0xff, 0xff, 127, 0, 0, 1}}}};
	const int s = socket(AF_INET6, SOCK_DGRAM, 0);

	must(connect(s, (void *)&at, sizeof at), 0, "connect");
	send(s, "x", 1, 0);
	close(s);
}

static void refused(void) {
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_port = htons(1),
		.sin_addr = {htonl(INADDR_LOOPBACK)}};
	const int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int error;

	for (int i = 0; i < 2; i++) {
		if (i) must(connect(s, (void *)&at, sizeof at), -1, "connect");
		getsockopt(s, SOL_SOCKET, SO_ERROR, &error,
			&(socklen_t){sizeof error});
	}
	close(s);
}

static void on_signal(int number) {
	(void)number;
	_exit(5);
}

static void handle(void) {
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	signal(SIGHUP, on_signal);
}

static void handle_not(void) {
	/* otherwise a background job of a shell ignores SIGINT */
	signal(SIGINT, SIG_DFL);
}

static void listen_once(void) {
	must(listen(socket(AF_INET, SOCK_STREAM, 0), 1), 0, "listen");
}

static void ring(void) {
	char parameters[120] = {0};

	for (int i = 0; i < 2; i++)
		if (syscall(SYS_io_uring_setup, 1, parameters) == -1) exit(77);
}

/* ---- calls that fail under a tracer, or cannot be logged
 * ------------------------ */

static void ask_a_tracer(void) {
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog filter = {4, code};

	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0, "prctl");
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), 0, "prctl");
	must(syscall(SYS_getppid), -1, "getppid");
	must(errno, ENOSYS, "getppid's error");
}

static void strict(void) {
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
	syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 0, NULL);
}

static void trace_me(void) {
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static void submit(void) {
	struct iocb send = {.aio_lio_opcode = IOCB_CMD_PWRITE,
		.aio_fildes = (unsigned)a,
		.aio_buf = (uintptr_t) "x",
		.aio_nbytes = 1};
	struct iocb *list[] = {&send};
	aio_context_t context = 0;

	if (syscall(SYS_io_setup, 1, &context)) exit(77);
	must(syscall(SYS_io_submit, context, 1, list), 1, "io_submit");
}

static void open_odd(void) {
	must(syscall(SYS_socket, 0x7700000000L | AF_INET, SOCK_DGRAM, 0), 3,
		"socket");
}

/* Calls socket(AF_INET, SOCK_DGRAM) twice, in the way of a 32-bit program. */
static void open_by_gate(void) {
#ifdef __x86_64__
	for (int i = 0; i < 2; i++) {
		long result = 359;

		__asm__ volatile("int $0x80"
				 : "+a"(result)
				 : "b"(AF_INET), "c"(SOCK_DGRAM), "d"(0)
				 : "memory", "r8", "r9", "r10", "r11");
		/* this machine may have no 32-bit calls */
		if (result != 3 + i) exit(77);
	}
#else
	exit(77);
#endif
}

static void nameless(void) {
	prctl(PR_SET_NAME, "");
	untraced(); /* the children begin with the empty name, too */
}

static void hide(void) {
	make_pair();
	prctl(PR_SET_DUMPABLE, 0);
	send(a, "x", 1, 0);
	send(a, "x", 1, 0);
}

/* Runs another program. Of the two sockets, exec closes only the second. */
static void exec_closes(void) {
	make_pair();
	fcntl(b, F_SETFD, FD_CLOEXEC);
	execl(self, self, (char *)NULL);
}

static void *receive(void *unused) {
	recv(b, &unused, 1, 0);
	return unused;
}

/* Closes a descriptor while a thread waits in recv() on it. If byte is 0, the
 * thread waits until the program ends; otherwise, until a byte arrives. */
static void close_in_use(int byte) {
	pthread_t t;

	make_pair();
	pthread_create(&t, NULL, receive, NULL);
	usleep(100000); /* after this time, the thread waits in recv() */
	close(b);
	if (!byte) return;
	send(a, "x", 1, 0);
	pthread_join(t, NULL);
}

static void close_in_recv(void) {
	close_in_use(0);
}

static void close_before_byte(void) {
	close_in_use(1);
}

static int rounds;

static void on_alarm(int number) {
	(void)number;
	open_one();
	if (++rounds == 2) send(a, "x", 1, 0);
	if (rounds < 2) ualarm(20000, 0);
}

/* Calls recv(), which signals interrupt twice. After the second signal there is
 * a byte, so recv() returns. */
static void interrupt(int flags) {
	const struct sigaction how = {
		.sa_handler = on_alarm, .sa_flags = flags};
	char byte;

	make_pair();
	sigaction(SIGALRM, &how, NULL);
	ualarm(20000, 0);
	while (recv(b, &byte, 1, 0) == -1)
		must(errno, EINTR, "recv");
	must(rounds, 2, "alarms");
}

static void interrupt_for_good(void) {
	interrupt(0);
}

static void interrupt_and_restart(void) {
	interrupt(SA_RESTART);
}

int main(int argc, char *argv[]) {
	static const struct {
		const char *name;
		void (*make)(void);
	} ways[] = {{"pair", make_pair}, {"vectors", by_vectors},
		{"vectors2", by_vectors2}, {"messages", by_messages},
		{"sendfile", by_sendfile}, {"splice", by_splice},
		{"range", by_range}, {"dup", by_dup}, {"dup3", by_dup3},
		{"exit", by_nothing}, {"kill", by_kill}, {"half", by_half},
		{"open", open_one}, {"vfork", by_vfork}, {"clone3", by_clone3},
		{"untraced", untraced}, {"thread", by_thread},
		{"brief", brief_threads}, {"options", odd_options},
		{"bad", bad_memory}, {"part", partly_bad_memory},
		{"mapped", mapped}, {"refused", refused}, {"ring", ring},
		{"handle", handle}, {"die", handle_not},
		{"listen", listen_once}, {"ask", ask_a_tracer},
		{"strict", strict}, {"traceme", trace_me}, {"submit", submit},
		{"odd", open_odd}, {"nameless", nameless},
		{"gate", open_by_gate}, {"hide", hide}, {"exec", exec_closes},
		{"inuse", close_in_recv}, {"byte", close_before_byte},
		{"eintr", interrupt_for_good},
		{"restart", interrupt_and_restart}};

	self = argv[0];
	for (int i = 1; i < argc; i++)
		for (size_t k = 0; k < sizeof ways / sizeof *ways; k++)
			if (strcmp(argv[i], ways[k].name) == 0) ways[k].make();
	return 0;
}
