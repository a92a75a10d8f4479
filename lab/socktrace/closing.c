/*
 * closing.c - the sockets that a call, exec or a process's end closes
 *
 * A socket may have several descriptors, also in several processes. When the
 * last of them is closed, the kernel closes the socket, and sends FIN. So
 * before a call closes a descriptor, the descriptor's socket becomes a
 * candidate: the call may close it. After the call, settle_closing() finds out
 * which candidates are still open.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <sys/epoll.h>

#include "socktrace.h"

/* ---- before the call --------------------------------------------------- */

void add_candidate(struct closing *c, const struct sock *s, int fd) {
	if (c->count == c->room) {
		c->room = c->room * 2 + 1;
		c->of = realloc(c->of, c->room * sizeof *c->of);
		if (!c->of) err(1, "out of memory: the program ends");
	}
	c->of[c->count++] = (struct candidate){.sock = *s, .fd = fd};
}

/* Makes the socket of this descriptor a candidate, and adds the socket to an
 * epoll set of the tracer. When the last descriptor of a socket is closed, the
 * kernel removes the socket from the set. So a socket that is in the set after
 * the call is still open. */
static void add_descriptor(struct tracer *tracer, struct task *t, int fd) {
	struct closing *c = &t->closing;
	const int copy = copy_descriptor(tracer, t, fd);
	const struct sock *s = ask_of_copy(tracer, copy);
	struct epoll_event place = {.data.u64 = c->count};

	if (s->inode && !c->epoll) c->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s->inode &&
		(epoll_ctl(c->epoll, EPOLL_CTL_ADD, copy, &place) == 0 ||
			errno !=
				EEXIST)) /* the socket is a candidate already */
		add_candidate(c, s, fd);
	if (copy != -1) close(copy);
}

/* Whether exec closes this descriptor. */
static bool closes_on_exec(const struct task *t, int fd) {
	char path[48], text[128] = "";
	const char *flags;
	int file;

	snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", t->pid, fd);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file == -1) return false;
	if (read(file, text, sizeof text - 1) < 0) *text = '\0';
	close(file);
	flags = strstr(text, "flags:\t");
	return flags && strtoul(flags + 7, NULL, 8) & O_CLOEXEC;
}

static void add_descriptors(struct tracer *tracer, struct task *t,
	unsigned first, unsigned last, bool by_exec) {
	DIR *list = descriptors_of(t->pid);
	struct stat about;
	int fd;

	while ((fd = next_descriptor(list, &about)) != -1)
		if (S_ISSOCK(about.st_mode) && (unsigned)fd >= first &&
			(unsigned)fd <= last &&
			(!by_exec || closes_on_exec(t, fd)))
			add_descriptor(tracer, t, fd);
}

/* Makes candidates of the sockets of all descriptors from the first to the
 * last: a call is about to close these descriptors. */
void add_closing(
	struct tracer *tracer, struct task *t, unsigned first, unsigned last) {
	if (first == last)
		add_descriptor(tracer, t, (int)first);
	else
		add_descriptors(tracer, t, first, last, false);
}

void add_closing_by_exec(struct tracer *tracer, struct task *t) {
	add_descriptors(tracer, t, 0, UINT_MAX, true);
}

void forget_closing(struct closing *c) {
	if (c->epoll > 0) close(c->epoll);
	free(c->of);
	*c = (struct closing){.count = 0};
}

/* ---- after the call ---------------------------------------------------- */

/* Whether a task may be closing its candidates at this moment: not while a rule
 * of -d holds its call back. */
static bool is_closing(const struct task *t) {
	return !t->call || !t->call->rule;
}

static struct timespec began_to_close(const struct task *t) {
	return t->ends || !t->call ? t->end : t->call->entered;
}

static bool is_later(struct timespec a, struct timespec b) {
	return a.tv_sec > b.tv_sec ||
	       (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

/* Whether another task is closing a descriptor of the same socket, too, and
 * whether the other task began to close it before this task or later. (If there
 * are several other tasks: whether one of them began later than this task.) */
enum other { NO_OTHER, OTHER_BEGAN_BEFORE, OTHER_BEGAN_LATER };

static enum other other_that_closes(
	const struct tracer *tracer, const struct task *here, ino_t inode) {
	const struct timespec own = began_to_close(here);
	enum other found = NO_OTHER;

	for (const struct task *t = tracer->tasks; t; t = t->next)
		for (size_t i = 0;
			t != here && is_closing(t) && i < t->closing.count;
			i++) {
			if (t->closing.of[i].sock.inode != inode) continue;
			if (is_later(began_to_close(t), own))
				return OTHER_BEGAN_LATER;
			found = OTHER_BEGAN_BEFORE;
		}
	return found;
}

/* Only the lines of task `here` may show that it has closed this socket. In the
 * lines of all other tasks that close a descriptor of it, it counts as still
 * open. */
static void claim_closed(
	struct tracer *tracer, const struct task *here, ino_t inode) {
	for (struct task *t = tracer->tasks; t; t = t->next)
		for (size_t i = 0; t != here && i < t->closing.count; i++)
			if (t->closing.of[i].sock.inode == inode)
				t->closing.of[i].lives = true;
}

/* Finds out which of the candidates are still in the epoll set. */
static void find_open(struct closing *c) {
	char path[40], *line = NULL;
	unsigned long long place;
	size_t room = 0;
	FILE *set;

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", c->epoll);
	set = fopen(path, "re");
	for (size_t i = 0; i < c->count; i++)
		c->of[i].open = false;
	while (set && getline(&line, &room, set) > 0)
		if (sscanf(line, "tfd: %*d events: %*x data: %llx", &place) ==
				1 &&
			place < c->count)
			c->of[place].open = true;
	if (set) fclose(set);
	free(line);
}

/* Finds out which of the candidates are still open. If two tasks close the last
 * two descriptors of a socket at the same time, the task that began later
 * counts as the one that has closed the socket. */
void settle_closing(struct tracer *tracer, struct task *t) {
	if (t->closing.count == 0) return;
	find_open(&t->closing);
	for (size_t i = 0; i < t->closing.count; i++) {
		struct candidate *c = &t->closing.of[i];
		const ino_t inode = c->sock.inode;
		const enum other other = other_that_closes(tracer, t, inode);

		if (c->lives) continue; /* another task has closed it */
		c->lives = other == OTHER_BEGAN_LATER ||
			   (c->open && (other == NO_OTHER ||
					       count_descriptors(
						       tracer, t, inode) > 0));
		if (other == OTHER_BEGAN_BEFORE && !c->lives)
			claim_closed(tracer, t, inode);
	}
}

/* Whether this task is the last one in the list of tasks that belongs to its
 * process and is not ending. Each process that is not ending has exactly one
 * such task. */
static bool stands_for_process(const struct task *t) {
	for (const struct task *o = t->next; o; o = o->next)
		if (o->process == t->process && !o->ends) return false;
	return !t->ends;
}

/* Returns how many descriptors of a socket all processes of the program
 * together have, without the descriptors that other tasks are about to close.
 * This function searches all processes, so it is called only where the epoll
 * set does not help: before a call that a rule of -d may hold back; if two
 * tasks close the same socket; and for a socket without a descriptor. */
int count_descriptors(
	const struct tracer *tracer, const struct task *here, ino_t inode) {
	int found = 0;

	for (const struct task *t = tracer->tasks; t; t = t->next) {
		struct stat about;
		DIR *list;

		for (size_t i = 0; t != here && i < t->closing.count; i++)
			found -= is_closing(t) &&
				 t->closing.of[i].sock.inode == inode;
		if (!stands_for_process(t)) continue;
		list = descriptors_of(t->pid);
		while (next_descriptor(list, &about) != -1)
			found += about.st_ino == inode &&
				 S_ISSOCK(about.st_mode);
	}
	return found;
}
