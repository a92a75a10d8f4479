/*
 * waits.c - poll(), select() and epoll_wait() as text
 *
 * The descriptors that such a call waits for are read when the call is entered,
 * because select() then overwrites them with those that are ready. The
 * descriptors in an epoll set are read from /proc.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>

#include "socktrace.h"

/* A function of this type lists the descriptors that a call waits for; or, if
 * the call has returned, those that are ready. */
typedef void lister(const struct arguments *, struct waits *);

static void list_poll(const struct arguments *r, struct waits *w) {
	struct pollfd of[AWAITED];
	const size_t all = (unsigned)r->args[1];
	const size_t count = all < AWAITED ? all : AWAITED;
	const size_t read =
		fetch_some(r->task, r->args[0], of, count * sizeof *of) /
		sizeof *of;

	for (size_t i = 0; i < read; i++) {
		const short events =
			r->result == ENTERED ? of[i].events : of[i].revents;

		if (of[i].fd >= 0 && (r->result == ENTERED || events))
			w->of[w->count++] = (struct awaited){
				of[i].fd, (unsigned short)events, 0};
	}
	w->not_read = read < count;
	w->more = count < all;
}

static void list_select(const struct arguments *r, struct waits *w) {
	const int count =
		(int)r->args[0] < FD_SETSIZE ? (int)r->args[0] : FD_SETSIZE;
	const size_t size = ((size_t)(count > 0 ? count : 0) + 63) / 64 * 8;
	fd_set sets[3];

	for (int i = 0; i < 3; i++) {
		FD_ZERO(&sets[i]);
		if (r->args[1 + i] &&
			!fetch(r->task, r->args[1 + i], &sets[i], size)) {
			FD_ZERO(&sets[i]);
			w->not_read = true;
		}
	}
	for (int fd = 0; fd < count; fd++) {
		unsigned events = 0;

		for (int i = 0; i < 3; i++)
			if (FD_ISSET(fd, &sets[i])) events |= 1U << i;
		w->more = events && w->count == AWAITED;
		if (w->more) return;
		if (events) w->of[w->count++] = (struct awaited){fd, events, 0};
	}
}

/* Lists the descriptors in an epoll set. */
static void list_set(const struct arguments *r, struct waits *w) {
	char path[48], *line = NULL;
	unsigned long long data;
	unsigned events;
	size_t room = 0;
	FILE *set;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", r->task->pid,
		(int)r->args[0]);
	set = fopen(path, "re");
	while (set && !w->more && getline(&line, &room, set) > 0)
		if (sscanf(line, "tfd: %d events: %x data: %llx", &fd, &events,
			    &data) == 3) {
			w->more = w->count == AWAITED;
			if (!w->more)
				w->of[w->count++] = (struct awaited){fd,
					events & ~(EPOLLERR | EPOLLHUP), data};
		}
	if (set) fclose(set);
	free(line);
}

/* Lists the descriptors that epoll_wait() waits for; or, if it has returned,
 * those that are ready. A descriptor that was added to the set during the call
 * is listed as -1. */
static void list_epoll(const struct arguments *r, struct waits *w) {
	const struct waits *set = r->task->call->waits;
	struct epoll_event of[AWAITED];
	size_t count;

	if (r->result == ENTERED) {
		list_set(r, w);
		return;
	}
	w->more = r->result > AWAITED;
	count = w->more ? AWAITED : (size_t)r->result;
	w->count = fetch_some(r->task, r->args[1], of, count * sizeof *of) /
		   sizeof *of;
	w->not_read = w->count < count;
	for (size_t i = 0; i < w->count; i++) {
		w->of[i] = (struct awaited){-1, of[i].events, of[i].data.u64};
		for (size_t k = 0; k < set->count; k++)
			if (set->of[k].data == w->of[i].data)
				w->of[i].fd = set->of[k].fd;
	}
}

/* Adds the descriptors and their events: "3 POLLIN, 4 POLLIN|POLLOUT". */
static void add_waits(struct log_line *l, const struct waits *w,
	const struct named *words, size_t count) {
	const size_t shown = w->count < 16 ? w->count : 16;
	const char *comma = "";

	for (size_t i = 0; i < shown; i++) {
		add_text(l, "%s%d", comma, w->of[i].fd);
		add_flags(l, " ", w->of[i].events, words, count);
		comma = ", ";
	}
	if (w->more)
		add_text(l, ", and more");
	else if (shown < w->count)
		add_text(l, ", and %zu more", w->count - shown);
	if (w->not_read) add_text(l, "%s?", comma);
}

static void read_waits(struct arguments *r, double limit, lister *list,
	const struct named *words, size_t count) {
	struct pending *c = r->task->call;

	if (!c->waits) {
		c->waits = zeroed_memory(sizeof *c->waits);
		c->waits->limit = limit;
		list(r, c->waits);
	}
	add_waits(&r->text, c->waits, words, count);
	if (c->waits->limit == LIMIT_NOT_READ)
		add_text(&r->text, ", ?");
	else if (c->waits->limit != NO_LIMIT)
		add_text(&r->text, ", %g ms", c->waits->limit);
	r->prompt = c->waits->limit == 0;
	if (r->result > 0) {
		struct waits came = {.count = 0};

		list(r, &came);
		add_text(&r->came, " (");
		add_waits(&r->came, &came, words, count);
		if (!came.count && !came.not_read) add_text(&r->came, "?");
		add_text(&r->came, ")");
	}
}

/* ---- limits, in ms ----------------------------------------------------- */

static double limit_of_number(uint64_t ms) {
	return (int)ms < 0 ? NO_LIMIT : (int)ms;
}

static double limit_of_timespec(const struct arguments *r, uint64_t at) {
	struct timespec limit;

	if (!at) return NO_LIMIT;
	if (!fetch(r->task, at, &limit, sizeof limit)) return LIMIT_NOT_READ;
	return (double)limit.tv_sec * 1e3 + (double)limit.tv_nsec / 1e6;
}

static double limit_of_timeval(const struct arguments *r, uint64_t at) {
	struct timeval limit;

	if (!at) return NO_LIMIT;
	if (!fetch(r->task, at, &limit, sizeof limit)) return LIMIT_NOT_READ;
	return (double)limit.tv_sec * 1e3 + (double)limit.tv_usec / 1e3;
}

/* ---- the readers ------------------------------------------------------- */

static void read_polled(struct arguments *r, double limit) {
	static const struct named words[] = {WORD(POLLIN), WORD(POLLPRI),
		WORD(POLLOUT), WORD(POLLERR), WORD(POLLHUP), WORD(POLLNVAL),
		WORD(POLLRDHUP)};

	read_waits(r, limit, list_poll, words, COUNT(words));
}

void read_poll(struct arguments *r) {
	read_polled(r, limit_of_number(r->args[2]));
}

/* The system call ppoll is logged as ppoll() if it has a signal mask. Without a
 * mask it is logged as poll(), because the poll() of libc may make this system
 * call. */
void read_ppoll(struct arguments *r) {
	r->full = r->args[3] != 0;
	read_polled(r, limit_of_timespec(r, r->args[2]));
}

static void read_selected(struct arguments *r, double limit) {
	static const struct named words[] = {
		{1, "read"}, {2, "write"}, {4, "except"}};

	read_waits(r, limit, list_select, words, COUNT(words));
}

void read_select(struct arguments *r) {
	read_selected(r, limit_of_timeval(r, r->args[4]));
}

/* The last argument of pselect6 points to two values: the address of the signal
 * mask, and its size. */
void read_pselect(struct arguments *r) {
	uint64_t mask;

	r->full = r->args[5] &&
		  (!fetch(r->task, r->args[5], &mask, sizeof mask) || mask);
	read_selected(r, limit_of_timespec(r, r->args[4]));
}

static void read_epoll(struct arguments *r, double limit) {
	static const struct named words[] = {WORD(EPOLLIN), WORD(EPOLLPRI),
		WORD(EPOLLOUT), WORD(EPOLLERR), WORD(EPOLLHUP),
		WORD(EPOLLRDHUP), WORD(EPOLLONESHOT), WORD(EPOLLEXCLUSIVE),
		{(int)EPOLLET, "EPOLLET"}};

	add_text(&r->text, "%d: ", (int)r->args[0]);
	read_waits(r, limit, list_epoll, words, COUNT(words));
}

void read_epoll_wait(struct arguments *r) {
	read_epoll(r, limit_of_number(r->args[3]));
}

void read_epoll_pwait(struct arguments *r) {
	r->full = r->args[4] != 0;
	read_epoll_wait(r);
}

void read_epoll_pwait2(struct arguments *r) {
	read_epoll(r, limit_of_timespec(r, r->args[3]));
}

/* Whether the call waits for an Internet socket. If it waits for only one, the
 * lines of the call show the state of this socket. */
bool awaits_sockets(struct tracer *tracer, struct task *t) {
	struct pending *c = t->call;
	size_t sockets = 0;

	c->fd = -1;
	for (size_t i = 0; i < c->waits->count && sockets < 2; i++) {
		const struct sock *s =
			ask_socket(tracer, t, c->waits->of[i].fd);

		if (!s->inode || s->inode == c->inode) continue;
		sockets++;
		c->before = sockets == 1 ? *s : (struct sock){.inode = 0};
		c->inode = c->before.inode;
		c->fd = sockets == 1 ? c->waits->of[i].fd : -1;
	}
	return sockets > 0;
}
