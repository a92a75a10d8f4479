/*
 * halfclose - a remote wc: the answer comes after the end of the question
 *
 * Shows   shutdown(SHUT_WR): the client sends FIN, "no more from me", and
 *         reads on. Only then can the server know the count, and send it.
 * Run     halfclose server 9000                          in one terminal,
 *         tcpdump -ni lo port 9000                       in another (as root),
 *         halfclose client 127.0.0.1 9000 < /etc/passwd  here.
 * Watch   data travel to the client after the client's FIN: FIN_WAIT2 on its
 *         side and CLOSE_WAIT on the other. With -x, RST instead.
 * See     shutdown(2), wc(1), tcp(7), RFC 9293 section 3.6
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static const char usage[] =
	"usage: halfclose server [-46h] [-n COUNT] [HOST] PORT\n"
	"       halfclose client [-46Nhmx] HOST PORT\n"
	"The server answers a connection's input with \"lines words bytes\".\n"
	"The client sends stdin, ends its half, and prints the answer.\n"
	"HOST: the server's (its default: $LISTEN_HOST, or else loopback).\n"
	"PORT: 1 to 65535; or for the server 0, any free one.\n"
	"  -4, -6    IPv4 only, IPv6 only (either; on loopback IPv4)\n"
	"  -N        send small segments at once (TCP_NODELAY)\n"
	"  -h        print this\n"
	"  -m        send the last data and FIN in one segment (MSG_MORE)\n"
	"  -n COUNT  end after COUNT connections (default: never)\n"
	"  -x        close instead of shutdown: the answer is lost, status 1\n"
	"No send or recv waits for more than 60 s. Exit status: 0 done (a server:\n"
	"or SIGINT, SIGTERM), 1 it failed, 2 usage. See shutdown(2), RFC 9293.\n";

static int server(const struct addrinfo *a, int count);
static bool serve_one(int fd, const char *peer);
static int number(const char *what, const char *text, int least, int most);
static const char *name(const void *address, socklen_t size);
static void put(const char *bytes, size_t size);
static void stop(int);

static const struct timeval limit = {.tv_sec = 60};
static char bytes[65536];

static int client(
	const struct addrinfo *a, bool nodelay, int flags, bool lose) {
	size_t asked = 0, answered = 0, left;
	const int on = 1;
	const char *peer = NULL, *next;
	int fd = -1, error = -1;
	ssize_t n;

	for (; a && error; a = a->ai_next) {
		peer = name(a->ai_addr, a->ai_addrlen);
		fd = socket(a->ai_family, SOCK_STREAM, 0);
		if (fd == -1) err(1, "socket");
		if (nodelay)
			setsockopt(
				fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
		/* sends SYN; SYN ACK comes, ACK goes, and it returns */
		error = connect(fd, a->ai_addr, a->ai_addrlen);
		if (error && a->ai_next) close(fd);
	}
	if (error) err(1, "connect to %s", peer);

	while ((n = read(STDIN_FILENO, bytes, sizeof bytes)) > 0)
		for (next = bytes, left = (size_t)n; left > 0;) {
			n = send(fd, next, left, flags); /* PSH ACK, or more */
			if (n == -1 && errno == EINTR) continue;
			if (n == -1) err(1, "send to %s", peer);
			asked += (size_t)n, left -= (size_t)n, next += n;
		}
	if (n == -1) err(1, "stdin");
	if (lose) {
		close(fd); /* sends FIN; whatever comes now draws RST */
		errx(1, "the answer of %s is lost: close() ends both halves",
			peer);
	}
	/* sends FIN, and leaves the other half open: the answer can come */
	if (shutdown(fd, SHUT_WR) == -1) err(1, "shutdown");
	while ((n = recv(fd, bytes, sizeof bytes, 0)) != 0) { /* 0: FIN came */
		if (n == -1 && errno == EINTR) continue;
		if (n == -1)
			errx(1, "recv from %s: %s", peer,
				errno == EAGAIN ? "no answer in 60 s" :
						  strerror(errno));
		put(bytes, (size_t)n);
		answered += (size_t)n;
	}
	close(fd); /* sends nothing: both FINs have been sent */
	if (asked > 0 && answered == 0)
		errx(1, "recv from %s: closed without an answer", peer);
	return 0;
}

static int server(const struct addrinfo *a, int count) {
	struct sockaddr_storage address;
	socklen_t size = sizeof address;
	const int on = 1;
	int fd, connection, failed = 0;

	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	fd = socket(a->ai_family, SOCK_STREAM, 0);
	if (fd == -1) err(1, "socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (a->ai_family == AF_INET6) /* leave IPv4 to another */
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (bind(fd, a->ai_addr, a->ai_addrlen) == -1)
		err(1, "bind to %s", name(a->ai_addr, a->ai_addrlen));
	if (listen(fd, 128) == -1) /* from now on SYN draws SYN ACK */
		err(1, "listen");
	if (getsockname(fd, (void *)&address, &size) == -1) err(1, "socket");
	fprintf(stderr, "listening on %s\n", name(&address, size));
	while (count > 0) {
		size = sizeof address;
		/* sends nothing: the handshake was the kernel's */
		connection = accept(fd, (void *)&address, &size);
		if (connection == -1 && errno == ECONNABORTED) continue;
		if (connection == -1) err(1, "accept");
		setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit,
			sizeof limit);
		setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit,
			sizeof limit);
		failed |= !serve_one(connection, name(&address, size));
		count--;
	}
	close(fd);
	return failed;
}

/* Counts what comes, up to the client's FIN: only then can it answer. */
static bool serve_one(int fd, const char *peer) {
	unsigned long long lines = 0, words = 0, total = 0;
	bool in_word = false;
	ssize_t n;

	while ((n = recv(fd, bytes, sizeof bytes, 0)) != 0) { /* 0: FIN came */
		if (n == -1 && errno == EINTR) continue;
		if (n == -1) break;
		for (ssize_t i = 0; i < n; i++) {
			const bool space = isspace((unsigned char)bytes[i]);

			lines += bytes[i] == '\n';
			words += !in_word && !space;
			in_word = !space;
		}
		total += (unsigned long long)n;
	}
	if (n == 0) {
		const int size = snprintf(bytes, sizeof bytes,
			"%llu %llu %llu\n", lines, words, total);

		n = send(fd, bytes, (size_t)size, 0); /* PSH ACK */
	}
	if (n == -1)
		warnx("%s: %s", peer,
			errno == EAGAIN ? "silent for 60 s" : strerror(errno));
	close(fd); /* sends FIN */
	return n != -1;
}

int main(int argc, char *argv[]) {
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
	const char *role = argc > 1 ? argv[1] : "";
	const char *host = getenv("LISTEN_HOST"), *port;
	const bool serve = strcmp(role, "server") == 0;
	const bool ask = strcmp(role, "client") == 0;
	int count = INT_MAX, flags = 0, error, status;
	bool nodelay = false, lose = false;

	if (serve || ask) {
		argv[1] = argv[0];
		argc--;
		argv++;
	}
	for (int c; (c = getopt(argc, argv,
			     serve ? "46hn:" :
			     ask   ? "46Nhmx" :
				     "h")) != -1;)
		switch (c) {
		case '4': hints.ai_family = AF_INET; break;
		case '6': hints.ai_family = AF_INET6; break;
		case 'N': nodelay = true; break;
		case 'h': return fputs(usage, stdout) < 0 || fflush(stdout);
		case 'm': flags = MSG_MORE; break;
		case 'n': count = number("-n", optarg, 1, INT_MAX); break;
		case 'x': lose = true; break;
		default: fputs(usage, stderr); return 2;
		}
	if ((!serve && !ask) || argc - optind > 2 ||
		argc - optind < (serve ? 1 : 2)) {
		fputs(usage, stderr);
		return 2;
	}
	number("PORT", port = argv[argc - 1], serve ? 0 : 1, 65535);
	if (argc - optind == 2) host = argv[optind];
	if (!host) host = hints.ai_family == AF_INET6 ? "::1" : "127.0.0.1";
	signal(SIGPIPE, SIG_IGN); /* a peer that is gone: EPIPE, no signal */
	error = getaddrinfo(host, port, &hints, &list);
	if (error) errx(1, "getaddrinfo %s: %s", host, gai_strerror(error));
	status = serve ? server(list, count) :
			 client(list, nodelay, flags, lose);
	freeaddrinfo(list);
	return status;
}

static void stop(int unused) {
	(void)unused;
	_exit(0);
}

/* Digits only, and within the range: strtol() and getaddrinfo() take more. */
static int number(const char *what, const char *text, int least, int most) {
	const long value = strtol(text, NULL, 10);

	if (!*text || text[strspn(text, "0123456789")] || value < least ||
		value > most)
		errx(2, "%s: '%s' is not a number from %d to %d", what, text,
			least, most);
	return (int)value;
}

/* "192.0.2.1 port 9000", "2001:db8::1 port 9000" */
static const char *name(const void *address, socklen_t size) {
	static char text[NI_MAXHOST + NI_MAXSERV + 8];
	char host[NI_MAXHOST] = "", port[NI_MAXSERV] = "";

	getnameinfo(address, size, host, sizeof host, port, sizeof port,
		NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(text, sizeof text, "%s port %s", host, port);
	return text;
}

/* Writes to stdout what came; on a terminal with '?' for control characters,
 * those of UTF-8 (C1: U+0080 to U+009F) too. */
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
