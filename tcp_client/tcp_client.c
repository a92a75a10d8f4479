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
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { WAITS = -2, DAY = 86400000 }; /* a call yet to return; in ms */

static bool quiet;
static struct timespec entered; /* when the call was, or 0: tell() says now */

/* Narrates a call in one line: its result or errno, and the state of fd. */
static void tell(ssize_t result, int fd, const char *call, ...) {
#define NAME(error) [error] = #error
	static const char *const errors[200] = {NAME(EACCES), NAME(EADDRINUSE),
		NAME(EADDRNOTAVAIL), NAME(EAGAIN), NAME(EALREADY),
		NAME(ECONNREFUSED), NAME(ECONNRESET), NAME(EHOSTUNREACH),
		NAME(EMFILE), NAME(ENETUNREACH), NAME(EPIPE), NAME(ETIMEDOUT)};
	static const char *const states[16] = {NULL, "ESTABLISHED", "SYN_SENT",
		"SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE",
		"CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING"};
	const int error = errno;
	const char *symbol = errors[error] ? errors[error] : "errno";
	struct tcp_info info = {0};
	char clock[16];
	va_list args;

	if (quiet) return;
	getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &(socklen_t){sizeof info});
	if (!entered.tv_sec) clock_gettime(CLOCK_REALTIME, &entered);
	strftime(clock, sizeof clock, "%T", localtime(&entered.tv_sec));
	fprintf(stderr, "%s.%06ld %s ", clock, entered.tv_nsec / 1000,
		program_invocation_short_name);
	va_start(args, call);
	vfprintf(stderr, call, args);
	va_end(args);
	if (result == -1)
		fprintf(stderr, " = -1 %s (%s)", symbol, strerror(error));
	else if (result == WAITS)
		fputs(" ...", stderr);
	else
		fprintf(stderr, " = %zd", result);
	if (info.tcpi_state) fprintf(stderr, " [%s]", states[info.tcpi_state]);
	fputc('\n', stderr);
	entered.tv_sec = 0;
	errno = error;
}

/* Makes each line on stderr one write(2), a reader that is gone EPIPE, not a
 * signal, and 0 to 2 no socket's numbers, even where they were closed. */
static void prepare(void) {
	static char line[1024];

	setvbuf(stderr, line, _IOLBF, sizeof line);
	signal(SIGPIPE, SIG_IGN);
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1) open("/dev/null", O_PATH);
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

/* "192.0.2.1:9000", "[2001:db8::1]:9000", "2001:db8::1 port 9000" */
static const char *name(
	const void *address, socklen_t size, const char *between) {
	static char text[NI_MAXHOST + NI_MAXSERV + 8];
	char host[NI_MAXHOST] = "", port[NI_MAXSERV] = "";

	getnameinfo(address, size, host, sizeof host, port, sizeof port,
		NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(text, sizeof text,
		*between == ':' && strchr(host, ':') ? "[%s]%s%s" : "%s%s%s",
		host, between, port);
	return text;
}

/* No connect, send or recv shall wait for longer than ms. */
static void limit_waits(int fd, int ms) {
	const struct timeval limit = {ms / 1000, ms % 1000 * 1000};

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

/* Sends it all, in one call or more: a full window makes it wait. */
static bool send_all(int fd, const char *data, size_t size) {
	for (ssize_t n; size > 0; data += n, size -= (size_t)n) {
		tell(WAITS, fd, "send(%d, %zu)", fd, size);
		do
			n = send(fd, data, size, MSG_NOSIGNAL);
		while (n == -1 && errno == EINTR);
		tell(n, fd, "send(%d, %zu)", fd, size);
		if (n == -1) return false;
	}
	return true;
}

/* Writes to stdout what came; for a terminal, without its control bytes. */
static void put(char *data, size_t size) {
	for (size_t i = 0; i < size && isatty(STDOUT_FILENO); i++)
		if (iscntrl((unsigned char)data[i]) && data[i] != '\n')
			data[i] = '?';
	if (fwrite(data, 1, size, stdout) != size || fflush(stdout))
		err(1, "stdout");
}

static const char usage[] =
	"usage: tcp_client [-46Nehqr] [-F MS] [-T MS] [-U MS] [-p PORT] [-t MS]\n"
	"                  HOST PORT\n"
	"Sends a line of stdin, prints the answering line, and so on; closes\n"
	"after the last. A last line without a newline gets one.\n"
	"  -4, -6   IPv4 only, IPv6 only (default: either)\n"
	"  -F MS    pause before close (0)\n"
	"  -N       send small segments at once (TCP_NODELAY)\n"
	"  -T MS    time limit for connect (10000)\n"
	"  -U MS    give up what is not acknowledged by then (TCP_USER_TIMEOUT)\n"
	"  -e       after the last answer read on, to the server's FIN\n"
	"  -h       print this\n"
	"  -p PORT  bind to this port first, 1 to 65535 (default: any free)\n"
	"  -q       do not narrate\n"
	"  -r       abort: close sends RST, not FIN (SO_LINGER, 0 s)\n"
	"  -t MS    time limit for an answer, and for a full window (10000)\n"
	"MS: milliseconds, at most 86400000. Exit status: 0 done, 1 it failed,\n"
	"2 usage. See connect(2), tcp(7), RFC 9293.\n";

/* Prints one line of the answer; or, to the end, all up to the server's FIN. */
static void await_answer(int fd, const char *peer, bool to_end) {
	static char bytes[65536];
	static size_t size;
	char *end = NULL;
	ssize_t n;

	while (to_end || !(end = memchr(bytes, '\n', size))) {
		put(bytes, size);
		tell(WAITS, fd, "recv(%d)", fd);
		do
			n = recv(fd, bytes, sizeof bytes, 0);
		while (n == -1 && errno == EINTR);
		tell(n, fd, "recv(%d)", fd);
		if (n == -1)
			errx(1, "recv from %s: %s", peer,
				errno == EAGAIN ? "no answer in time (-t)" :
						  strerror(errno));
		if (n == 0 && to_end) return;
		if (n == 0)
			errx(1, "recv from %s: closed before the answer", peer);
		size = (size_t)n;
	}
	put(bytes, (size_t)(++end - bytes));
	size -= (size_t)(end - bytes);
	memmove(bytes, end, size);
}

int main(int argc, char *argv[]) {
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list, *a;
	int own_port = 0, fin_ms = 0, connect_ms = 10000, answer_ms = 10000;
	int user_ms = 0;
	bool nodelay = false, to_end = false, abort = false;
	const struct linger now = {.l_onoff = 1, .l_linger = 0};
	const int on = 1;
	const char *peer = NULL;
	char *line = NULL;
	size_t room = 0;
	ssize_t size;
	int fd = -1, error;

	prepare();
	for (int c; (c = getopt(argc, argv, "46F:NT:U:ehp:qrt:")) != -1;)
		switch (c) {
		case '4': hints.ai_family = AF_INET; break;
		case '6': hints.ai_family = AF_INET6; break;
		case 'F': fin_ms = number("-F", optarg, 0, DAY); break;
		case 'N': nodelay = true; break;
		case 'T': connect_ms = number("-T", optarg, 1, DAY); break;
		case 'U': user_ms = number("-U", optarg, 1, DAY); break;
		case 'e': to_end = true; break;
		case 'h': return fputs(usage, stdout) < 0 || fflush(stdout);
		case 'p': own_port = number("-p", optarg, 1, 65535); break;
		case 'q': quiet = true; break;
		case 'r': abort = true; break;
		case 't': answer_ms = number("-t", optarg, 1, DAY); break;
		default: fputs(usage, stderr); return 2;
		}
	if (argc - optind != 2) {
		fputs(usage, stderr);
		return 2;
	}
	number("PORT", argv[optind + 1], 1, 65535);
	error = getaddrinfo(argv[optind], argv[optind + 1], &hints, &list);
	if (error)
		errx(1, "getaddrinfo %s: %s", argv[optind],
			gai_strerror(error));

	for (a = list; a; a = a->ai_next) {
		const struct sockaddr_in6 own = {/* any address, IPv4's too */
			.sin6_family = (sa_family_t)a->ai_family,
			.sin6_port = htons((in_port_t)own_port)};

		fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
		tell(fd, fd, "socket(%s, SOCK_STREAM)",
			a->ai_family == AF_INET ? "AF_INET" : "AF_INET6");
		if (fd == -1) err(1, "socket");
		if (own_port) {
			error = bind(fd, (const void *)&own, a->ai_addrlen);
			tell(error, fd, "bind(%d, port %d)", fd, own_port);
			if (error) err(1, "bind to port %d", own_port);
		}
		if (nodelay)
			tell(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on,
				     sizeof on),
				fd, "setsockopt(%d, TCP_NODELAY)", fd);
		if (user_ms)
			tell(setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT,
				     &user_ms, sizeof user_ms),
				fd, "setsockopt(%d, TCP_USER_TIMEOUT, %d ms)",
				fd, user_ms);
		limit_waits(fd, connect_ms);
		peer = name(a->ai_addr, a->ai_addrlen, ":");
		clock_gettime(CLOCK_REALTIME, &entered);
		connect(fd, a->ai_addr, a->ai_addrlen); /* sends SYN */
		tell(WAITS, fd, "connect(%d, %s)", fd, peer);
		fcntl(fd, F_SETFL, 0); /* now wait: SYN ACK comes, ACK goes */
		do
			error = connect(fd, a->ai_addr, a->ai_addrlen);
		while (error && errno == EINTR);
		tell(error, fd, "connect(%d, %s)", fd, peer);
		if (!error) break;
		error = errno;
		close(fd);
	}
	if (!a)
		errx(1, "connect to %s: %s", peer,
			error == ECONNREFUSED ?
				"Connection refused: does a server listen there?" :
			error == EALREADY ? "no answer in time (-T)" :
					    strerror(error));
	freeaddrinfo(list);
	limit_waits(fd, answer_ms);

	while ((size = getline(&line, &room, stdin)) > 0) {
		if (line[size - 1] != '\n')
			line[size++] = '\n'; /* in place of the '\0' */
		if (!send_all(fd, line, (size_t)size)) /* sends PSH ACK */
			err(1, "send to %s", peer);
		await_answer(fd, peer, false);
	}
	if (ferror(stdin)) err(1, "stdin");
	free(line);
	if (to_end) await_answer(fd, peer, true);

	poll(NULL, 0, fin_ms);
	if (abort)
		tell(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now),
			fd, "setsockopt(%d, SO_LINGER, 0 s)", fd);
	clock_gettime(CLOCK_REALTIME, &entered);
	/* sends FIN; or RST, to abort, or if it leaves data unread */
	tell(close(fd), -1, "close(%d)", fd);
	return 0;
}
