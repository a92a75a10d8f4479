/*
 * stress - threads, forks, execs and signals at random, from a seed
 *
 * Prints what it has done. With the same seed, the output is the same each
 * time, and a tracer must not change it. tests/socktrace.bats runs stress with
 * 20 seeds, each with and without socktrace. For more seeds:
 *
 *     SEEDS=200 bats -f 'at random' tests/socktrace.bats
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEEPEST = 3 }; /* how many programs may follow each other by exec */
static uint64_t state;
static int depth;
static char *self;
static atomic_int handled;

static unsigned below(unsigned limit) {
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % limit;
}

/* Writes a line without a buffer, because the process or thread may end at any
 * time. */
__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
	char text[128];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (write(STDOUT_FILENO, text, (size_t)n) != n) _exit(99);
}

/* Becomes the next program, by exec: stress again, with another seed. */
static void become_next(void) {
	char seed[32], deeper[16];

	snprintf(seed, sizeof seed, "%llu", (unsigned long long)state);
	snprintf(deeper, sizeof deeper, "%d", depth + 1);
	execl(self, self, seed, deeper, (char *)NULL);
	_exit(98);
}

/* Returns a socket that listens on the loopback interface, at a port that the
 * kernel chooses. */
static int listener(struct sockaddr_in *at) {
	const int l = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*at = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	if (l == -1 || bind(l, (void *)at, sizeof *at) || listen(l, 5) ||
		getsockname(l, (void *)at, &(socklen_t){sizeof *at}))
		err(1, "listener");
	return l;
}

/* Opens a connection, and stores the descriptors of its two ends. */
static void connect_pair(int pair[2]) {
	struct sockaddr_in at;
	const int l = listener(&at);

	pair[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(pair[0], (void *)&at, sizeof at)) err(1, "connect");
	pair[1] = accept4(l, NULL, NULL, SOCK_CLOEXEC);
	if (pair[1] == -1) err(1, "accept");
	close(l);
}

/* ---- what threads do ----------------------------------------------------- */

static void *nothing(void *unused) {
	return unused;
}

static void *brief(void *count) {
	const int s = socket(AF_INET, SOCK_DGRAM, 0);

	if (s != -1 && close(s) == 0) atomic_fetch_add((atomic_int *)count, 1);
	return NULL;
}

static void *receive(void *fd) {
	char byte;

	while (recv(*(int *)fd, &byte, 1, 0) == -1 && errno == EINTR)
		;
	return NULL;
}

static void *wait_in_accept(void *unused) {
	struct sockaddr_in at;

	accept(listener(&at), NULL, NULL);
	return unused;
}

static void *spin(void *unused) {
	for (;;)
		close(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
	return unused;
}

static void *exec_now(void *unused) {
	become_next();
	return unused;
}

static void *exit_now(void *code) {
	exit(*(int *)code);
}

static pthread_t begin(void *(*what)(void *), void *with) {
	pthread_t t;

	if (pthread_create(&t, NULL, what, with)) errx(1, "pthread_create");
	return t;
}

/* ---- signals ------------------------------------------------------------- */

static void on_signal(int number) {
	const int error = errno;

	close(socket(AF_INET, SOCK_DGRAM, number == SIGUSR2));
	atomic_fetch_add(&handled, 1);
	errno = error;
}

static void on_exec(int number) {
	(void)number;
	become_next();
}

static void handle(int number, void (*how)(int), int flags) {
	struct sigaction action = {.sa_flags = flags};

	action.sa_handler = how;
	sigaction(number, &action, NULL);
}

struct sender {
	pthread_t to;
	int number, fd, times;
};

/* Interrupts a waiting thread several times by a signal. Then sends a byte, so
 * that the thread stops waiting. */
static void *interrupt(void *with) {
	const struct sender *s = with;

	for (int i = 0; i < s->times; i++) {
		const int before = handled;

		pthread_kill(s->to, s->number);
		while (handled == before)
			sched_yield();
	}
	if (send(s->fd, "x", 1, 0) != 1) err(1, "send");
	return NULL;
}

/* ---- what a process does --------------------------------------------------
 */

static void act(void);

static void await(pid_t child, const char *what) {
	int status;

	if (child == -1 || waitpid(child, &status, __WALL) == -1)
		err(1, "%s", what);
	say("%s %s %d\n", what, WIFEXITED(status) ? "exit" : "signal",
		WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

static void talk(void) {
	static char bytes[20000];
	size_t size = 1 + below(sizeof bytes), got = 0;
	int pair[2];

	connect_pair(pair);
	for (size_t n = size; n;) {
		const ssize_t sent = send(pair[0], bytes, n, 0);

		if (sent == -1) err(1, "send");
		n -= (size_t)sent;
	}
	shutdown(pair[0], SHUT_WR);
	for (ssize_t n; (n = read(pair[1], bytes, sizeof bytes)) > 0;)
		got += (size_t)n;
	close(pair[0]);
	close(pair[1]);
	say("talk %zu\n", got);
}

static void have_threads(void) {
	pthread_t of[24];
	const unsigned n = 1 + below(24);
	atomic_int count = 0;

	for (unsigned i = 0; i < n; i++)
		of[i] = begin(i % 3 ? brief : nothing, &count);
	for (unsigned i = 0; i < n; i++)
		pthread_join(of[i], NULL);
	say("threads %d\n", (int)count);
}

static void be_interrupted(void) {
	struct sender s = {pthread_self(), below(2) ? SIGUSR1 : SIGUSR2, 0,
		1 + (int)below(5)};
	int pair[2];
	pthread_t t;
	char byte;
	ssize_t n;

	connect_pair(pair);
	s.fd = pair[0];
	handle(s.number, on_signal, below(2) ? SA_RESTART : 0);
	t = begin(interrupt, &s);
	do
		n = recv(pair[1], &byte, 1, 0);
	while (n == -1 && errno == EINTR);
	pthread_join(t, NULL);
	close(pair[0]);
	close(pair[1]);
	say("interrupted %zd\n", n);
}

/* Makes a child, in one of five ways. */
static void have_child(void) {
	const volatile unsigned way = below(5), code = below(50);
	struct clone_args args = {
		.exit_signal = SIGCHLD, .flags = below(2) ? CLONE_UNTRACED : 0};
	pid_t child;

	switch (way) {
	case 0: child = fork(); break;
	case 1: child = (pid_t)syscall(SYS_clone3, &args, sizeof args); break;
	case 2:
		child = (pid_t)syscall(
			SYS_clone, SIGCHLD | args.flags, 0, 0, 0, 0);
		break;
	case 3: /* here the child shares its parent's memory, and must not write
		 */
		child = vfork();
		if (child == 0) {
			execl(self, self, "1", "9", (char *)NULL);
			_exit(97);
		}
		break;
	default:
		child = fork();
		if (child == 0) raise(SIGSTOP);
	}
	if (child == 0) {
		if (way % 4 == 0 && depth < DEEPEST &&
			below(2)) { /* only if the child was made by fork() */
			depth++;
			act();
		}
		if (close(socket(AF_INET, SOCK_STREAM, 0)) == -1) _exit(96);
		if (below(4) == 0) raise(below(2) ? SIGTERM : SIGKILL);
		_exit((int)code);
	}
	if (way == 4) {
		int status;

		if (waitpid(child, &status, WUNTRACED) != child ||
			!WIFSTOPPED(status))
			say("not stopped\n");
		kill(child, SIGCONT);
	}
	await(child, (const char *[]){"fork", "clone3", "clone", "vfork",
			     "stopped"}[way]);
}

static void move_descriptors(void) {
	int pair[2], copy;

	connect_pair(pair);
	copy = dup(pair[0]);
	close(pair[0]);
	dup2(copy, pair[1]);
	say("moved %d\n", syscall(SYS_close_range, 3, ~0U, 0) == 0);
}

/* Ends the program in one of six ways, while other threads wait or run. */
static void end(void) {
	const unsigned way = below(6);
	static int pair[2], code;
	struct sender s = {pthread_self(), SIGUSR1, 0, 1};

	code = (int)below(100);
	connect_pair(pair);
	for (unsigned n = below(4); n--;)
		begin((void *(*[])(void *)){receive, wait_in_accept,
			      spin}[below(3)],
			&pair[1]);
	if (depth >= DEEPEST || way == 0) exit(code);
	say("end %u\n", way);
	switch (way) {
	case 1: become_next(); break;
	case 2: /* exec in the handler of a signal that interrupts recv() */
		handle(SIGUSR1, on_exec, below(2) ? SA_RESTART : 0);
		begin(interrupt, &s);
		for (;;)
			receive(&pair[0]);
	case 3:
		begin(exec_now, NULL);
		receive(&pair[1]);
		pause();
		break;
	case 4:
		begin(exit_now, &code);
		wait_in_accept(NULL);
		break;
	case 5: begin(exec_now, NULL); pthread_exit(NULL);
	}
	pause();
}

static void act(void) {
	for (unsigned n = 1 + below(4); n--;)
		(void (*[])(void)){talk, have_threads, be_interrupted,
			have_child, have_child, move_descriptors}[below(6)]();
}

int main(int argc, char *argv[]) {
	sigset_t none;

	if (argc < 2 || *argv[0] != '/') errx(2, "usage: /PATH/stress SEED");
	self = argv[0];
	/* if exec was called in a signal's handler, this signal is still
	 * blocked */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	state = strtoull(argv[1], NULL, 10) * 2654435761 + 88172645463325252;
	depth = argc > 2 ? atoi(argv[2]) : 0;
	if (depth == 9) return 9;
	say("program %d\n", depth);
	act();
	end();
}
