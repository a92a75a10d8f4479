/*
 * sockets.c - asks the kernel about a socket
 *
 * socktrace copies the program's descriptor, asks the kernel about the copy,
 * and closes the copy at once. As long as there is a copy, the socket stays
 * open: when the program calls close(), the kernel sends no FIN.
 */
#define _GNU_SOURCE
#include <netinet/tcp.h>
#include <sys/ioctl.h>

#include "socktrace.h"

#ifndef SYS_pidfd_getfd /* glibc 2.31 has no name for it; the number is the \
			   same on all machines */
#define SYS_pidfd_getfd 438
#endif

/* Returns the pointer in a list that points to this socket; or, if the tracer
 * does not have the socket yet, the pointer at the end of the list, where it
 * can be added. */
static struct sock **place_of_socket(struct tracer *tracer, ino_t inode) {
	struct sock **slot = &tracer->sockets[inode % COUNT(tracer->sockets)];

	while (*slot && (*slot)->inode != inode)
		slot = &(*slot)->next;
	return slot;
}

/* Returns what the tracer has stored about a socket; or NULL. */
struct sock *kept_socket(struct tracer *tracer, ino_t inode) {
	return *place_of_socket(tracer, inode);
}

void forget_socket(struct tracer *tracer, ino_t inode) {
	struct sock **slot = place_of_socket(tracer, inode), *s = *slot;

	if (!s) return;
	*slot = s->next;
	free(s->withheld);
	free(s);
}

/* Announces that a call is not logged because a descriptor could not be copied,
 * and the reason. Does so only once for each system call. */
static void announce_missing(
	struct tracer *tracer, const struct task *t, int fd) {
	const struct syscall *what = t->call ? t->call->what : NULL;
	const int error = errno;
	char link[64], text[8] = "";

	snprintf(link, sizeof link, "/proc/%d/fd/%d", t->pid, fd);
	if (readlink(link, text, sizeof text - 1) < 0 && errno == EACCES)
		announce(tracer, t,
			"may not be looked into (it is not dumpable, or not "
			"readable): of its calls only socket() is logged");
	else if ((!what || what->act != OPENS) &&
		 strcmp(text, "socket:") == 0 && first_time(tracer, what)) {
		errno = error;
		warn("%s: %s on descriptor %d cannot be logged, nor can later "
		     "ones like it: the descriptor cannot be copied",
			t->name, what ? what->name : "the end", fd);
	}
}

/* Returns a copy of one of the program's descriptors, which the caller must
 * close at once. If the descriptor cannot be copied, returns -1. */
int copy_descriptor(struct tracer *tracer, const struct task *t, int fd) {
	/* O_EXCL has the value of PIDFD_THREAD (Linux 6.9). With an older
	 * kernel, a descriptor can only be copied from a process, and only
	 * until its first thread has ended. */
	int task = (int)syscall(SYS_pidfd_open, t->pid, O_EXCL), copy = -1;

	if (task == -1 && errno == EINVAL)
		task = (int)syscall(SYS_pidfd_open, t->process, 0);
	if (task != -1) copy = (int)syscall(SYS_pidfd_getfd, task, fd, 0);
	if (copy == -1) announce_missing(tracer, t, fd);
	if (task != -1) close(task);
	return copy;
}

static void ask_addresses(struct sock *s, int copy) {
	struct sockaddr_storage own = {0}, peer = {0};
	char text[64];

	if (!getsockname(copy, (void *)&own, &(socklen_t){sizeof own})) {
		name_address(text, sizeof text, &own);
		if (strcmp(text + strlen(text) - 2, ":0") != 0) /* has a port */
			memcpy(s->own, text, sizeof s->own);
	}
	if (!getpeername(copy, (void *)&peer, &(socklen_t){sizeof peer}))
		name_address(s->peer, sizeof s->peer, &peer);
	else if (s->type == SOCK_DGRAM)
		*s->peer = '\0';
}

/* Returns what the kernel reports about the socket of a copied descriptor. If
 * this is no Internet socket, all members of the result are 0. */
const struct sock *ask_of_copy(struct tracer *tracer, int copy) {
	static const struct sock none;
	struct tcp_info info = {0};
	struct stat about = {0};
	struct sock **slot, *s;
	int domain = 0, protocol = 0;

#define GET(level, option, value) \
	getsockopt(copy, level, option, value, &(socklen_t){sizeof *(value)})
	if (fstat(copy, &about) == 0 && S_ISSOCK(about.st_mode))
		GET(SOL_SOCKET, SO_DOMAIN, &domain);
	if (domain != AF_INET && domain != AF_INET6) return &none;
	slot = place_of_socket(tracer, about.st_ino);
	if (!*slot) *slot = zeroed_memory(sizeof **slot);
	s = *slot;
	s->inode = about.st_ino;
	GET(SOL_SOCKET, SO_TYPE, &s->type);
	GET(SOL_SOCKET, SO_PROTOCOL, &protocol);
	if (protocol == IPPROTO_TCP) GET(IPPROTO_TCP, TCP_INFO, &info);
#undef GET
	s->state = state_of_kernel(info.tcpi_state);
	if (ioctl(copy, TIOCOUTQ, &s->unacked)) s->unacked = 0;
	if (ioctl(copy, FIONREAD, &s->unread)) s->unread = 0;
	s->blocks = !(fcntl(copy, F_GETFL) & O_NONBLOCK);
	ask_addresses(s, copy);
	return s;
}

/* Returns what the kernel reports about the socket of one of the program's
 * descriptors. */
const struct sock *ask_socket(
	struct tracer *tracer, const struct task *t, int fd) {
	const int copy = copy_descriptor(tracer, t, fd);
	const struct sock *s = ask_of_copy(tracer, copy);

	if (copy != -1) close(copy);
	return s;
}
