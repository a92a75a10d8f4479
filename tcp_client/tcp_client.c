/*
 * tcp_client - a TCP conversation, line by line
 *
 * Shows   the active open: socket, connect, send, recv, close.
 * Run     tcp_server 9000            in one terminal,
 *         tcpdump -ni lo port 9000   in another (as root), and here
 *         tcp_client 127.0.0.1 9000  then type lines; Ctrl-D ends.
 * Watch   connect() return as SYN ACK arrives; a PSH ACK for each line, its
 *         seq grown by the bytes sent before; a FIN at the end.
 * See     connect(2), send(2), recv(2), tcp(7), RFC 9293 sections 3.5, 3.6
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <err.h>
#include <errno.h>
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
	"usage: tcp_client [-46Nehr] [-U MS] [-p PORT] HOST PORT\n"
	"Sends a line of stdin, prints what comes until it ends with a newline,\n"
	"and so on; closes after the last. A last line without a newline gets one.\n"
	"  -4, -6   IPv4 only, IPv6 only (default: either)\n"
	"  -N       send small segments at once (TCP_NODELAY)\n"
	"  -U MS    give up what is not acknowledged, 1 to 86400000 after the\n"
	"           first time-out (TCP_USER_TIMEOUT, as Linux counts it)\n"
	"  -e       after the last answer read on, to the server's FIN\n"
	"  -h       print this\n"
	"  -p PORT  bind to this port first, 1 to 65535 (default: any free)\n"
	"  -r       abort: close sends RST, not FIN (SO_LINGER, 0 s)\n"
	"No connect, send or recv waits for more than 10 s. Exit status: 0 done,\n"
	"1 it failed, 2 usage. See connect(2), tcp(7), RFC 9293.\n";

static int number(const char *what, const char *text, int least, int most);
static void put(const char *bytes, size_t size);

int main(int argc, char *argv[]) {
	static char bytes[65536];
	const struct timeval limit = {.tv_sec = 10};
	const struct linger abort = {.l_onoff = 1, .l_linger = 0};
	const char *own_port = NULL, *host, *port;
	const int on = 1;
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list, *a, *own;
	bool nodelay = false, to_end = false, resets = false;
	int user_ms = 0, fd = -1, error;
	char *line = NULL;
	size_t room = 0;
	ssize_t size, n = 0;

	for (int c; (c = getopt(argc, argv, "46NU:ehp:r")) != -1;)
		switch (c) {
		case '4': hints.ai_family = AF_INET; break;
		case '6': hints.ai_family = AF_INET6; break;
		case 'N': nodelay = true; break;
		case 'U': user_ms = number("-U", optarg, 1, 86400000); break;
		case 'e': to_end = true; break;
		case 'h': return fputs(usage, stdout) < 0 || fflush(stdout);
		case 'p': number("-p", own_port = optarg, 1, 65535); break;
		case 'r': resets = true; break;
		default: fputs(usage, stderr); return 2;
		}
	if (argc - optind != 2) {
		fputs(usage, stderr);
		return 2;
	}
	host = argv[optind];
	number("PORT", port = argv[optind + 1], 1, 65535);

	signal(SIGPIPE, SIG_IGN); /* a server that is gone: EPIPE, no signal */
	error = getaddrinfo(host, port, &hints, &list);
	if (error) errx(1, "getaddrinfo %s: %s", host, gai_strerror(error));
	for (a = list; a; a = a->ai_next) {
		fd = socket(a->ai_family, SOCK_STREAM, 0);
		if (fd == -1) err(1, "socket");
		if (own_port) {
			hints.ai_family = a->ai_family;
			hints.ai_flags = AI_PASSIVE;
			error = getaddrinfo(NULL, own_port, &hints, &own);
			if (error || bind(fd, own->ai_addr, own->ai_addrlen))
				err(1, "bind to port %s", own_port);
			freeaddrinfo(own);
		}
		if (nodelay)
			setsockopt(
				fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		if (user_ms)
			setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_ms,
				sizeof user_ms);
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
		/* sends SYN; SYN ACK comes, ACK goes, and it returns */
		if (connect(fd, a->ai_addr, a->ai_addrlen) == 0) break;
		error = errno;
		close(fd);
	}
	if (!a)
		errx(1, "connect to %s port %s: %s", host, port,
			error == ECONNREFUSED ?
				"Connection refused: does a server listen there?" :
			error == EINPROGRESS ? "no answer in 10 s" :
					       strerror(error));
	freeaddrinfo(list);

	while ((size = getline(&line, &room, stdin)) > 0) {
		if (line[size - 1] != '\n')
			line[size++] = '\n'; /* in place of the '\0' */
		for (ssize_t sent = 0; sent < size; sent += n) {
			/* sends the line: PSH ACK, or more segments than one */
			n = send(fd, line + sent, (size_t)(size - sent), 0);
			if (n == -1 && errno != EINTR)
				err(1, "send to %s port %s", host, port);
			if (n == -1) n = 0;
		}
		do {
			n = recv(fd, bytes, sizeof bytes, 0); /* 0: FIN came */
			if (n == -1 && errno == EINTR) continue;
			if (n < 1) break;
			put(bytes, (size_t)n);
		} while (n == -1 || bytes[n - 1] != '\n');
		if (n < 1)
			errx(1, "recv from %s port %s: %s", host, port,
				n == 0		? "closed before the answer" :
				errno == EAGAIN ? "no answer in 10 s" :
						  strerror(errno));
	}
	if (ferror(stdin)) err(1, "stdin");
	free(line);
	while (to_end) {
		n = recv(fd, bytes, sizeof bytes, 0);
		if (n == 0) break;
		if (n == -1 && errno != EINTR)
			err(1, "recv from %s port %s", host, port);
		if (n > 0) put(bytes, (size_t)n);
	}

	if (resets) setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
	close(fd); /* sends FIN; or RST, to abort, or if it leaves data unread
		    */
	return 0;
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
