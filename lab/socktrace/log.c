/*
 * log.c - the lines of the log
 *
 * Each line is written by one write(2), and begins with the time in tcpdump's
 * format.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <sys/wait.h>

#include "../common.h"
#include "socktrace.h"

/* ---- the file of the log ---------------------------------------------- */

/* Writes a text to the log. If the log is a terminal or a pipe, the program may
 * have made it non-blocking. Then this function waits until there is room. */
static void write_log(struct tracer *tracer, const char *text, size_t size) {
	while (size && !tracer->log.failed) {
		struct pollfd room = {tracer->log.fd, POLLOUT, 0};
		const ssize_t n = write(room.fd, text, size);

		if (n >= 0) {
			text += n;
			size -= (size_t)n;
		} else if (errno == EAGAIN)
			poll(&room, 1, -1);
		else if (errno != EINTR) {
			tracer->log.failed = true;
			warn("%s: the calls are not logged any more",
				tracer->log.path);
		}
	}
}

static bool is_same_file(const struct stat *a, const struct stat *b) {
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

/* find_file() returns NONE if the process does not have the file open, and
 * NOT_KNOWN if socktrace may not look into the process. */
enum { NONE = -1, NOT_KNOWN = -2 };

static int find_file(pid_t pid, const struct stat *file) {
	DIR *list = descriptors_of(pid);
	struct stat about;
	int fd, found = NONE;

	if (!list) return errno == EACCES ? NOT_KNOWN : NONE;
	while ((fd = next_descriptor(list, &about)) != -1)
		if (is_same_file(&about, file)) found = fd;
	return found;
}

/* Whether the tracer's stderr is a socket or a pipe, from which somebody may
 * read until the end of file. */
static bool has_reader(struct stat *ours) {
	return fstat(STDERR_FILENO, ours) == 0 &&
	       (S_ISSOCK(ours->st_mode) || S_ISFIFO(ours->st_mode));
}

static bool is_file(pid_t pid, int fd, const struct stat *file) {
	struct stat about;
	char path[48];

	snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd);
	return stat(path, &about) == 0 && is_same_file(&about, file);
}

/* Whether the call that a task enters may close a descriptor of the same file
 * as the tracer's stderr. */
bool may_close_stderr(const struct task *t) {
	const struct pending *c = t->call;
	struct stat ours;

	return c->closes_first <= c->closes_last && has_reader(&ours) &&
	       (c->closes_first < c->closes_last ||
		       is_file(t->pid, (int)c->closes_first, &ours));
}

/* If the tracer's stderr is a socket or a pipe, and no process of the program
 * has this file open any more, closes it: somebody may read from it until the
 * end of file. `ended` is a process that has just ended, or 0; its descriptors
 * do not count. */
void let_go_of_stderr(struct tracer *tracer, pid_t ended) {
	struct stat ours;
	int null;

	if (!has_reader(&ours) || is_file(tracer->stderr_holder.task,
					  tracer->stderr_holder.fd, &ours))
		return;
	for (const struct task *t = tracer->tasks; t; t = t->next) {
		if (t->process == ended) continue;
		tracer->stderr_holder.task = t->pid;
		tracer->stderr_holder.fd = find_file(t->pid, &ours);
		if (tracer->stderr_holder.fd != NONE) return;
	}
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null != -1) dup2(null, STDERR_FILENO);
	if (null != -1) close(null);
}

/* ---- a line ------------------------------------------------------------ */

/* Begins a line with the time and the task: "06:07:13.455102 tcp_client/2 ". */
static void begin_line(struct tracer *tracer, struct log_line *l,
	struct task *t, const struct timespec *when) {
	char clock[16];

	l->size = 0;
	if (!t->number) t->number = ++tracer->numbered;
	add_text(l, "%s %s", clock_text(clock, when), t->name);
	if (t->number > 1) add_text(l, "/%d", t->number);
	add_text(l, " ");
}

/* Ends a line with the socket's state and addresses: " [ESTABLISHED
 * 192.0.2.1:40000 192.0.2.2:9000]". */
static void finish_line(struct log_line *l, const struct sock *s) {
	if (s->state || *s->own) {
		add_text(l, " [%s", state_names[s->state]);
		if (*s->own) add_text(l, "%s%s", s->state ? " " : "", s->own);
		if (*s->own && *s->peer) add_text(l, " %s", s->peer);
		add_text(l, "]");
	}
	l->text[l->size++] = '\n'; /* add_text() leaves room for the newline */
}

/* Stores a line with its socket, until the program uses the socket. */
static void withhold(struct sock *s, const struct log_line *l) {
	const char *before = s->withheld ? s->withheld : "";
	char *both = NULL;

	if (asprintf(&both, "%s%.*s", before, (int)l->size, l->text) < 0)
		return;
	free(s->withheld);
	s->withheld = both;
}

/* Whether getaddrinfo() may have made this call. To find the best address,
 * getaddrinfo() opens and connects UDP sockets, but never sends from them. */
static bool may_only_look(const struct pending *c, const struct sock *s) {
	if (c->what->act == OPENS)
		return s->type == SOCK_DGRAM && c->args[1] & SOCK_CLOEXEC;
	return s->withheld &&
	       (c->what->act == CONNECTS || c->what->act == SETS);
}

/* Logs a call, with the given state of its socket. If getaddrinfo() may have
 * opened the socket, the lines about the socket are withheld until the program
 * uses the socket. If the program never uses it, these lines are not logged. */
void log_call(struct tracer *tracer, struct task *t, const struct sock *shown,
	const struct timespec *when, long long result) {
	struct sock *s = kept_socket(tracer, shown->inode);
	struct arguments r;
	struct log_line l;

	read_call(&r, t, result);
	begin_line(tracer, &l, t, when);
	add_text(&l, "%s(%s)", name_of_call(t->call), r.text.text);
	if (result == ENTERED)
		add_text(&l, " ...");
	else if (result < 0)
		add_text(&l, " = -1 %s (%s)", word_of_error((int)-result),
			strerror((int)-result));
	else
		add_text(&l, " = %lld%s", result, r.came.text);
	finish_line(&l, shown);

	if (s && may_only_look(t->call, s)) {
		withhold(s, &l);
		return;
	}
	if (s && s->withheld) {
		if (t->closing.count == 0)
			write_log(tracer, s->withheld, strlen(s->withheld));
		free(s->withheld);
		s->withheld = NULL;
		if (t->closing.count > 0) return;
	}
	write_log(tracer, l.text, l.size);
}

/* ---- sockets that are closed ------------------------------------------- */

/* Logs a line for each socket of which the call has closed a descriptor. */
void log_closed(struct tracer *tracer, struct task *t, long long result) {
	if (tracer->log.fd != STDERR_FILENO)
		let_go_of_stderr(tracer, 0); /* see may_close_stderr() */
	settle_closing(tracer, t);
	for (size_t i = 0; i < t->closing.count; i++) {
		struct candidate *c = &t->closing.of[i];

		if (!c->lives) c->sock.state = NO_STATE;
		log_call(tracer, t, &c->sock, &t->call->entered, result);
		if (!c->lives) forget_socket(tracer, c->sock.inode);
	}
}

static bool is_withheld(struct tracer *tracer, const struct sock *s) {
	const struct sock *kept = kept_socket(tracer, s->inode);

	return kept && kept->withheld;
}

/* Logs a line for each socket that exec has closed: for such a socket, the
 * kernel sends FIN or RST. */
void log_exec(struct tracer *tracer, struct task *t) {
	struct log_line l;

	if (t->closing.count == 0) return;
	if (tracer->log.fd != STDERR_FILENO) let_go_of_stderr(tracer, 0);
	settle_closing(tracer, t);
	for (size_t i = 0; i < t->closing.count; i++) {
		struct candidate *c = &t->closing.of[i];
		struct timespec when;

		if (c->lives) continue;
		c->sock.state = NO_STATE;
		clock_gettime(CLOCK_REALTIME, &when);
		begin_line(tracer, &l, t, &when);
		add_text(&l, "close-on-exec(%d) = 0", c->fd);
		finish_line(&l, &c->sock);
		if (!is_withheld(tracer, &c->sock))
			write_log(tracer, l.text, l.size);
		forget_socket(tracer, c->sock.inode);
	}
}

/* Adds how a process ended: "exit 0", or "killed by SIGKILL". */
static void add_end(struct log_line *l, const siginfo_t *end) {
	static const struct named words[] = {WORD(SIGHUP), WORD(SIGINT),
		WORD(SIGQUIT), WORD(SIGILL), WORD(SIGTRAP), WORD(SIGABRT),
		WORD(SIGBUS), WORD(SIGFPE), WORD(SIGKILL), WORD(SIGUSR1),
		WORD(SIGSEGV), WORD(SIGUSR2), WORD(SIGPIPE), WORD(SIGALRM),
		WORD(SIGTERM), WORD(SIGXCPU), WORD(SIGXFSZ), WORD(SIGSYS)};
	const char *name = word_of(end->si_status, words, COUNT(words));

	if (end->si_code == CLD_EXITED)
		add_text(l, "exit %d", end->si_status);
	else if (name)
		add_text(l, "killed by %s", name);
	else
		add_text(l, "killed by signal %d", end->si_status);
}

static void log_end_line(struct tracer *tracer, struct task *t,
	const siginfo_t *end, const struct sock *s) {
	struct log_line l;

	begin_line(tracer, &l, t, &t->end);
	add_end(&l, end);
	finish_line(&l, s);
	write_log(tracer, l.text, l.size);
}

/* Logs how a process ended, before its parent gets the exit status. There is a
 * line for each socket that was still open and had an address. If there was no
 * such socket, one line without a socket is logged in two cases: for the first
 * process of the program, and for a process with an open socket that had no
 * address. */
void log_end(struct tracer *tracer, struct task *t, const siginfo_t *end) {
	static const struct sock none;
	bool ended = t->pid == tracer->program && tracer->numbered;
	bool logged = false;

	if (tracer->log.fd != STDERR_FILENO)
		let_go_of_stderr(tracer, t->process);
	/* if the program is PID 1, its end is logged while its sockets are
	 * still open */
	if (tracer->program != 1 || t->pid != 1) settle_closing(tracer, t);
	if (!t->end.tv_sec) clock_gettime(CLOCK_REALTIME, &t->end);
	for (size_t i = 0; i < t->closing.count; i++) {
		const struct candidate *c = &t->closing.of[i];

		if (c->lives || is_withheld(tracer, &c->sock)) continue;
		ended = true;
		if (!*c->sock.own) continue;
		log_end_line(tracer, t, end, &c->sock);
		logged = true;
	}
	if (ended && !logged) log_end_line(tracer, t, end, &none);
	for (size_t i = 0; i < t->closing.count; i++)
		if (!t->closing.of[i].lives)
			forget_socket(tracer, t->closing.of[i].sock.inode);
	let_go_of_stderr(tracer, t->process);
}

/* ---- the first line ---------------------------------------------------- */

/* Logs the date and the command: "2026-11-24 06:07:13 +0000 $ tcp_client server
 * 9000". */
void log_heading(struct tracer *tracer, char *const argv[]) {
	struct log_line l = {.size = 0};
	const time_t t = time(NULL);

	l.size = strftime(l.text, sizeof l.text, "%F %T %z $", localtime(&t));
	for (size_t i = 0; i < tracer->rule_count; i++)
		add_text(&l, "%s -d %s", i == 0 ? " socktrace" : "",
			tracer->rules[i].text);
	for (; *argv; argv++) {
		const bool plain =
			**argv &&
			!(*argv)[strspn(*argv,
				"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				"0123456789%+,-./:=@_[]")];

		add_text(&l, plain ? " %s" : " '%s'", *argv);
	}
	for (size_t i = 0; i < l.size; i++)
		if (l.text[i] < ' ' || l.text[i] == 0x7f) l.text[i] = '?';
	l.text[l.size++] = '\n';
	write_log(tracer, l.text, l.size);
}
