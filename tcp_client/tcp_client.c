/*
 * tcp_client - a TCP conversation, line by line
 *
 * Shows   the active open: socket, connect, send, recv, close.
 * Run     tcp_server 9000            in one terminal,
 *         tcpdump -ni lo port 9000   in another (as root), and here
 *         tcp_client 127.0.0.1 9000  then type lines; Ctrl-D ends.
 * Watch   connect() return when the SYN ACK arrives; then a PSH ACK for each
 *         line, whose seq has grown by the bytes sent before; then a FIN.
 * See     connect(2), send(2), recv(2), poll(2), tcp(7),
 *         RFC 9293 sections 3.5, 3.6
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
	"usage: tcp_client [-46Nehr] [-U MS] [-p PORT] HOST PORT\n"
	"Sends a line of stdin, prints what comes until it ends with a newline,\n"
	"and so on; closes after the last. A last line without a newline gets one.\n"
	"  -4, -6   IPv4 only, IPv6 only (default: either)\n"
	"  -N       send small segments at once (TCP_NODELAY)\n"
	"  -U MS    give up what is not acknowledged MS (1 to 86400000) after the\n"
	"           first retransmission (TCP_USER_TIMEOUT, Linux only)\n"
	"  -e       after the last answer read on, until the server's FIN\n"
	"  -h       print this\n"
	"  -p PORT  bind to this port first, 1 to 65535 (default: any free one)\n"
	"  -r       abort: close sends RST, not FIN (SO_LINGER, 0 s)\n"
	"It gives up when for 10 s it can send nothing of a line, or gets nothing\n"
	"of an answer; connecting, after 10 s for each address of HOST. Exit\n"
	"status: 0 done, 1 it failed, 2 usage error. See tcp(7), RFC 9293.\n";

enum { LIMIT = 10000 }; /* ms */

struct options {
	struct addrinfo hints;
	const char *host, *port, *own_port;
	bool nodelay, to_end, resets;
	int user_ms;
};

static void converse(int fd, const struct options *o);
static struct options options_of(int argc, char *argv[]);
static size_t part_of(const char *in, size_t have);
static _Noreturn void fail(
	const struct options *o, const char *call, const char *reason);
static int outcome_of_connect(int fd, long long deadline);
static long long now_ms(void);
static void occupy_standard_descriptors(void);
static int number(const char *what, const char *text, int least, int most);
static void put(const char *bytes, size_t size);

int main(int argc, char *argv[]) {
	const struct options o = options_of(argc, argv);
	const struct timeval limit = {.tv_sec = LIMIT / 1000};
	const struct linger abort = {.l_onoff = 1, .l_linger = 0};
	const int on = 1;
	struct addrinfo hints = o.hints, *list, *a, *own;
	int fd = -1, error;

	if (fcntl(STDIN_FILENO, F_GETFD) == -1) err(1, "stdin");
	if (fcntl(STDOUT_FILENO, F_GETFD) == -1) err(1, "stdout");
	occupy_standard_descriptors();
	signal(SIGPIPE, SIG_IGN); /* if the server is gone: EPIPE, no signal */
	error = getaddrinfo(o.host, o.port, &hints, &list);
	if (error) errx(1, "getaddrinfo %s: %s", o.host, gai_strerror(error));
	for (a = list; a; a = a->ai_next) {
		const long long deadline = now_ms() + LIMIT;

		fd = socket(a->ai_family, SOCK_STREAM, 0);
		error = errno;
		if (fd == -1) continue;
		if (o.own_port) {
			hints.ai_family = a->ai_family;
			hints.ai_flags = AI_PASSIVE;
			error = getaddrinfo(NULL, o.own_port, &hints, &own);
			if (error || bind(fd, own->ai_addr, own->ai_addrlen))
				err(1, "bind to port %s", o.own_port);
			freeaddrinfo(own);
		}
		if (o.nodelay)
			setsockopt(
				fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
#ifdef TCP_USER_TIMEOUT
		if (o.user_ms)
			setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT,
				&o.user_ms, sizeof o.user_ms);
#endif
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
		/* sends SYN; when SYN ACK arrives, sends ACK and returns */
		error = connect(fd, a->ai_addr, a->ai_addrlen) ? errno : 0;
		if (error == EINTR) error = outcome_of_connect(fd, deadline);
		if (!error) break;
		close(fd);
	}
	if (!a)
		fail(&o, fd == -1 ? "socket for" : "connect to",
			error == ECONNREFUSED ?
				"Connection refused: does a server listen there?" :
			error == EINPROGRESS ? "no answer in 10 s" :
					       strerror(error));
	freeaddrinfo(list);

	converse(fd, &o);
	if (o.resets)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
	close(fd); /* sends FIN; with -r, or if data is left unread, RST */
	return 0;
}

/* Sends line by line, and prints what arrives. Only poll() waits: for
 * whatever happens next. If send() waited, this client would not read
 * meanwhile; and if the server's send() waited, too, both would wait for ever.
 */
static void converse(int fd, const struct options *o) {
	static char in[65536], bytes[65536];
	size_t have = 0;	   /* how many bytes `in` holds */
	size_t part = 0, sent = 0; /* bytes to send next, and sent of these */
	bool open = false;	   /* this part is not the end of its line */
	bool awaits = false;	   /* an answer is expected */
	bool ended = false;	   /* stdin has ended */
	long long deadline = 0, left;
	ssize_t n;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	for (;;) {
		if (sent == part && (open || !awaits)) { /* go to next part */
			have -= part;
			memmove(in, in + part, have);
			sent = 0;
			part = part_of(in, have);
			if (part > 0) {
				deadline = now_ms() + LIMIT;
				awaits |= !open;
				open = in[part - 1] != '\n';
			}
		}
		const bool sends = sent < part;
		const bool reads = !sends && (open || !awaits) && !ended;
		struct pollfd p[] = {{fd, sends ? POLLIN | POLLOUT : POLLIN, 0},
			{reads ? STDIN_FILENO : -1, POLLIN, 0}};

		if (!sends && !awaits && ended && !o->to_end) break;
		/* for the server there is a time limit, for stdin none */
		left = deadline - now_ms();
		n = poll(p, 2, reads ? -1 : left > 0 ? (int)left : 0);
		if (n == -1) err(1, "poll");
		if (n == 0)
			fail(o, sends ? "send to" : "recv from",
				sends  ? "nothing could be sent for 10 s" :
				awaits ? "no answer in 10 s" :
					 "no FIN in 10 s");
		if (p[1].revents) {
			n = read(STDIN_FILENO, in + have, sizeof in - have);
			if (n == -1 && errno != EAGAIN) err(1, "stdin");
			ended = n == 0;
			if (n > 0) have += (size_t)n;
			if (ended && (have > 0 || open)) in[have++] = '\n';
			deadline = now_ms() + LIMIT;
		}
		if (p[0].revents & ~POLLOUT) {
			n = recv(fd, bytes, sizeof bytes, 0); /* 0 means FIN */
			if (n == -1) fail(o, "recv from", strerror(errno));
			if (n == 0 && ended && have == part && !sends &&
				!awaits)
				break;
			if (n == 0)
				fail(o, "recv from",
					awaits && !sends && !open ?
						"closed before the answer" :
						"closed before the end of the input");
			put(bytes, (size_t)n);
			if (!sends) deadline = now_ms() + LIMIT;
			if (bytes[n - 1] == '\n') awaits = false;
		}
		if (p[0].revents & POLLOUT) {
			/* sends the line: PSH ACK, or several segments */
			n = send(fd, in + sent, part - sent, 0);
			if (n == -1) fail(o, "send to", strerror(errno));
			sent += (size_t)n;
			deadline = now_ms() + LIMIT;
		}
	}
}

/* Returns how many bytes to send next: a whole line, or the full buffer if the
 * line is longer. Returns 0 if no line is complete yet. */
static size_t part_of(const char *in, size_t have) {
	const char *newline = memchr(in, '\n', have);

	return newline ? (size_t)(newline - in) + 1 : have == 65536 ? have : 0;
}

static _Noreturn void fail(
	const struct options *o, const char *call, const char *reason) {
	errx(1, "%s %s port %s: %s", call, o->host, o->port, reason);
}

/* Returns the result of an interrupted connect(). The handshake goes on in the
 * kernel: poll() waits for its end, and SO_ERROR is its result. A second
 * connect() could fail with EALREADY or EISCONN, though the first succeeds. */
static int outcome_of_connect(int fd, long long deadline) {
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	const long long left = deadline - now_ms();
	int error = EINPROGRESS;
	socklen_t size = sizeof error;

	if (poll(&p, 1, left > 0 ? (int)left : 0) == 1)
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
	return error;
}

/* Returns milliseconds of a clock that is never set, unlike the time of day. */
static long long now_ms(void) {
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static struct options options_of(int argc, char *argv[]) {
	struct options o = {.hints = {.ai_socktype = SOCK_STREAM}};

	for (int c; (c = getopt(argc, argv, "46NU:ehp:r")) != -1;)
		switch (c) {
		case '4': o.hints.ai_family = AF_INET; break;
		case '6': o.hints.ai_family = AF_INET6; break;
		case 'N': o.nodelay = true; break;
		case 'U': o.user_ms = number("-U", optarg, 1, 86400000); break;
		case 'e': o.to_end = true; break;
		case 'h':
			if (fputs(usage, stdout) < 0 || fflush(stdout))
				err(1, "stdout");
			exit(0);
		case 'p': number("-p", o.own_port = optarg, 1, 65535); break;
		case 'r': o.resets = true; break;
		default: fputs(usage, stderr); exit(2);
		}
	if (argc - optind != 2) {
		fputs(usage, stderr);
		exit(2);
	}
	o.host = argv[optind];
	number("PORT", o.port = argv[optind + 1], 1, 65535);
	return o;
}

/* If descriptor 0, 1 or 2 is closed, opens /dev/null in its place. Otherwise a
 * socket could get this number, and be used as stdin or stdout. */
static void occupy_standard_descriptors(void) {
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) == -1)
			err(1, "/dev/null");
}

/* Accepts only digits, and only values from `least` to `most`. strtoll() and
 * getaddrinfo() would accept more. */
static int number(const char *what, const char *text, int least, int most) {
	const long long value = strtoll(text, NULL, 10);

	if (!*text || text[strspn(text, "0123456789")] || value < least ||
		value > most)
		errx(2, "%s: '%s' is not a number from %d to %d", what, text,
			least, most);
	return (int)value;
}

/* Writes received bytes to stdout. If stdout is a terminal, writes '?' in place
 * of control characters, also of those in UTF-8 (U+0080 to U+009F). */
static void put(const char *bytes, size_t size) {
	static unsigned char last;
	const bool harmless = !isatty(STDOUT_FILENO);

	for (size_t i = 0; i < size; i++) {
		const unsigned char c = (unsigned char)bytes[i];
		const bool c1 = last == 0xc2 && c >= 0x80 && c < 0xa0;

		last = c;
		putchar(harmless || c == '\n' || !(c1 || iscntrl(c)) ? c : '?');
	}
	if (ferror(stdout) || fflush(stdout)) err(1, "stdout");
}
