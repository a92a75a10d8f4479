/*
 * halfclose - a remote wc: the answer comes after the end of the question
 *
 * Shows   shutdown(SHUT_WR): the client sends FIN, "no more from me", and
 *         reads on. Only then does the server know the count, and send it.
 *         And how to send and receive any amount at the same time: poll().
 * Run     halfclose server 9000                          in one terminal,
 *         tcpdump -ni lo port 9000                       in another (as root),
 *         halfclose client 127.0.0.1 9000 < /etc/passwd  here.
 * Watch   data travel to the client after the client's FIN: FIN_WAIT2 on its
 *         side and CLOSE_WAIT on the other. With -x, RST instead.
 * See     shutdown(2), poll(2), wc(1), tcp(7), RFC 9293 section 3.6
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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
	"usage: halfclose server [-46h] [-n COUNT] [HOST] PORT\n"
	"       halfclose client [-46Nhmx] HOST PORT\n"
	"The server answers a connection's input with \"lines words bytes\".\n"
	"The client sends stdin, prints what comes, and at the end of stdin ends\n"
	"its half of the connection; it ends when the server has ended its half, too.\n"
	"HOST: the server's (its default: $LISTEN_HOST, or else loopback).\n"
	"PORT: 1 to 65535; for the server 0, too, which asks for a free one.\n"
	"  -4, -6    IPv4 only, IPv6 only (default: either; on loopback IPv4)\n"
	"  -N        send small segments at once (TCP_NODELAY)\n"
	"  -h        print this\n"
	"  -m        send the last data and FIN in one segment (MSG_MORE, Linux)\n"
	"  -n COUNT  end after COUNT connections (default: never)\n"
	"  -x        never read, and close instead of shutdown: the answer is\n"
	"            lost, status 1\n"
	"Either end gives up when for 60 s it can send nothing of what it has to\n"
	"send, or gets nothing that it waits for. Exit status:\n"
	"0 done (the server also by SIGINT, SIGTERM); 1 it failed; 2 usage error.\n"
	"See poll(2), shutdown(2), RFC 9293.\n";

enum { LIMIT = 60000 /* ms */, NEVER = INT_MAX };

struct options {
	struct addrinfo hints;
	const char *host, *port;
	bool serve, nodelay, lose;
	int count, flags; /* connections to serve; flags of send() */
};

static void exchange(int fd, const char *peer, const struct options *o);
static int server(const struct addrinfo *a, const struct options *o);
static bool serve_one(int fd, const char *peer);
static struct options options_of(int argc, char *argv[]);
static int outcome_of_connect(int fd, long long deadline);
static long long now_ms(void);
static void occupy_standard_descriptors(void);
static int number(const char *what, const char *text, int least, int most);
static const char *name(const void *address, socklen_t size);
static void put(const char *bytes, size_t size);
static void stop(int);

static const struct timeval limit = {.tv_sec = LIMIT / 1000};

static int client(const struct addrinfo *a, const struct options *o) {
	const char *peer = NULL;
	const int on = 1;
	int fd = -1, error = -1;

	for (; a && error; a = a->ai_next) {
		const long long deadline = now_ms() + LIMIT;

		peer = name(a->ai_addr, a->ai_addrlen);
		fd = socket(a->ai_family, SOCK_STREAM, 0);
		error = errno;
		if (fd == -1) continue;
		if (o->nodelay)
			setsockopt(
				fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
		/* sends SYN; when SYN ACK arrives, sends ACK and returns */
		error = connect(fd, a->ai_addr, a->ai_addrlen) ? errno : 0;
		if (error == EINTR) error = outcome_of_connect(fd, deadline);
		if (error) close(fd);
	}
	if (error)
		errx(1, "%s %s: %s", fd == -1 ? "socket for" : "connect to",
			peer,
			error == ECONNREFUSED ?
				"Connection refused: does a server listen there?" :
			error == EINPROGRESS ? "no answer in 60 s" :
					       strerror(error));
	exchange(fd, peer, o);
	return 0;
}

/* Reads while it writes. If both ends wrote without reading, their buffers
 * would fill, and both would wait in send() for ever (scripts/demo deadlock).
 * So here only poll() waits: until something can be sent or has arrived. */
static void exchange(int fd, const char *peer, const struct options *o) {
	static char out[65536], in[65536];
	const char *next = out;
	size_t left = 0, answered = 0, asked = 0; /* left: bytes to send */
	bool ended = false;			  /* stdin has ended */
	long long deadline = 0, wait;
	ssize_t n;

	fcntl(fd, F_SETFL, O_NONBLOCK); /* send() does not wait for room */
	for (;;) {
		const short events =
			(o->lose ? 0 : POLLIN) | (left ? POLLOUT : 0);
		const bool more = !ended && left == 0;
		struct pollfd p[] = {{events ? fd : -1, events, 0},
			{more ? STDIN_FILENO : -1, POLLIN, 0}};

		/* for the peer there is a time limit, for stdin none */
		wait = deadline - now_ms();
		n = poll(p, 2, more ? -1 : wait > 0 ? (int)wait : 0);
		if (n == -1) err(1, "poll");
		if (n == 0)
			errx(1,
				left ? "send to %s: nothing could be sent for 60 s" :
				       "recv from %s: no answer in 60 s",
				peer);
		if (p[1].revents) {
			n = read(STDIN_FILENO, out, sizeof out);
			if (n == -1 && errno == EAGAIN) continue;
			if (n == -1) err(1, "stdin");
			next = out;
			left = (size_t)n;
			asked += left;
			ended = n == 0;
			deadline = now_ms() + LIMIT;
			if (ended && o->lose) break;
			/* sends FIN, but leaves the other half open for the
			 * answer */
			if (ended && shutdown(fd, SHUT_WR) == -1)
				err(1, "shutdown");
		}
		if (p[0].revents & POLLIN) {
			n = recv(fd, in, sizeof in, 0); /* 0 means FIN */
			if (n == -1) err(1, "recv from %s", peer);
			if (n == 0) break;
			put(in, (size_t)n);
			answered += (size_t)n;
			if (!left) deadline = now_ms() + LIMIT;
		}
		if (p[0].revents & POLLOUT) {
			/* sends PSH ACK, or several segments */
			n = send(fd, next, left, o->flags);
			if (n == -1) err(1, "send to %s", peer);
			next += n;
			left -= (size_t)n;
			deadline = now_ms() + LIMIT;
		}
	}
	close(fd); /* sends FIN, if shutdown() has not; data now gets RST */
	if (o->lose)
		errx(1, "the answer of %s is lost: close() ends both halves",
			peer);
	if (!ended)
		errx(1, "recv from %s: closed before the end of the input",
			peer);
	if (asked > 0 && answered == 0)
		errx(1, "recv from %s: closed without an answer", peer);
}

static int server(const struct addrinfo *a, const struct options *o) {
	struct sockaddr_storage address;
	socklen_t size = sizeof address;
	const int on = 1;
	int fd, connection, failed = 0;

	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	while ((fd = socket(a->ai_family, SOCK_STREAM, 0)) == -1 && a->ai_next)
		a = a->ai_next;
	if (fd == -1) err(1, "socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	/* another server can have the IPv4 port */
	if (a->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (bind(fd, a->ai_addr, a->ai_addrlen) == -1)
		err(1, "bind to %s", name(a->ai_addr, a->ai_addrlen));
	if (listen(fd, 128) == -1) /* now the kernel answers SYNs */
		err(1, "listen");
	if (getsockname(fd, (void *)&address, &size) == -1)
		err(1, "getsockname");
	fprintf(stderr, "listening on %s\n", name(&address, size));
	for (int served = 0; served < o->count;) {
		size = sizeof address;
		/* sends nothing: the kernel has done the handshake */
		connection = accept(fd, (void *)&address, &size);
		if (connection == -1 && errno == ECONNABORTED) continue;
		if (connection == -1) err(1, "accept");
		failed |= !serve_one(connection, name(&address, size));
		if (o->count != NEVER) served++;
	}
	close(fd);
	return failed;
}

/* Counts what arrives, up to the client's FIN, and then sends the answer. The
 * count is not known earlier. */
static bool serve_one(int fd, const char *peer) {
	static char bytes[65536];
	struct pollfd p = {.fd = fd, .events = POLLIN};
	unsigned long long lines = 0, words = 0, total = 0;
	bool in_word = false;
	ssize_t n;

	do {
		if (poll(&p, 1, LIMIT) == 0) {
			warnx("recv from %s: silent for 60 s", peer);
			close(fd); /* sends FIN */
			return false;
		}
		n = recv(fd, bytes, sizeof bytes, 0); /* 0 means FIN */
		for (ssize_t i = 0; i < n; i++) {
			const bool space = isspace((unsigned char)bytes[i]);

			lines += bytes[i] == '\n';
			words += !in_word && !space;
			in_word = !space;
		}
		if (n > 0) total += (unsigned long long)n;
	} while (n > 0);
	if (n == -1)
		warn("recv from %s", peer);
	else {
		const int size = snprintf(bytes, sizeof bytes,
			"%llu %llu %llu\n", lines, words, total);

		n = send(fd, bytes, (size_t)size, 0); /* PSH ACK */
		if (n == -1) warn("send to %s", peer);
	}
	close(fd); /* sends FIN */
	return n != -1;
}

int main(int argc, char *argv[]) {
	const struct options o = options_of(argc, argv);
	struct addrinfo *list;
	int status;

	if (!o.serve && fcntl(STDIN_FILENO, F_GETFD) == -1) err(1, "stdin");
	if (!o.serve && fcntl(STDOUT_FILENO, F_GETFD) == -1) err(1, "stdout");
	occupy_standard_descriptors();
	signal(SIGPIPE, SIG_IGN); /* if the peer is gone: EPIPE, no signal */
	status = getaddrinfo(o.host, o.port, &o.hints, &list);
	if (status) errx(1, "getaddrinfo %s: %s", o.host, gai_strerror(status));
	status = o.serve ? server(list, &o) : client(list, &o);
	freeaddrinfo(list);
	return status;
}

static void stop(int unused) {
	(void)unused;
	_exit(0);
}

static struct options options_of(int argc, char *argv[]) {
	struct options o = {.hints = {.ai_socktype = SOCK_STREAM},
		.host = getenv("LISTEN_HOST"),
		.count = NEVER};
	const char *role = argc > 1 ? argv[1] : "";
	const bool ask = strcmp(role, "client") == 0;

	o.serve = strcmp(role, "server") == 0;
	if (o.serve || ask) {
		argv[1] = argv[0];
		argc--;
		argv++;
	}
	for (int c; (c = getopt(argc, argv,
			     o.serve ? "46hn:" :
			     ask     ? "46Nhmx" :
				       "h")) != -1;)
		switch (c) {
		case '4': o.hints.ai_family = AF_INET; break;
		case '6': o.hints.ai_family = AF_INET6; break;
		case 'N': o.nodelay = true; break;
		case 'h':
			if (fputs(usage, stdout) < 0 || fflush(stdout))
				err(1, "stdout");
			exit(0);
#ifdef MSG_MORE
		case 'm': o.flags = MSG_MORE; break;
#endif
		case 'n': o.count = number("-n", optarg, 1, INT_MAX); break;
		case 'x': o.lose = true; break;
		default: fputs(usage, stderr); exit(2);
		}
	if ((!o.serve && !ask) || argc - optind > 2 ||
		argc - optind < (o.serve ? 1 : 2)) {
		fputs(usage, stderr);
		exit(2);
	}
	o.port = argv[argc - 1];
	number("PORT", o.port, o.serve ? 0 : 1, 65535);
	if (argc - optind == 2) o.host = argv[optind];
	if (!o.host || !*o.host)
		o.host = o.hints.ai_family == AF_INET6 ? "::1" : "127.0.0.1";
	return o;
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

/* Returns "192.0.2.1 port 9000" or "2001:db8::1 port 9000". */
static const char *name(const void *address, socklen_t size) {
	static char text[NI_MAXHOST + NI_MAXSERV + 8];
	char host[NI_MAXHOST] = "", port[NI_MAXSERV] = "";

	getnameinfo(address, size, host, sizeof host, port, sizeof port,
		NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(text, sizeof text, "%s port %s", host, port);
	return text;
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
