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
#include <fcntl.h>
#include <limits.h>
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

/* Writes to stdout what came; for a terminal, without its control bytes. */
static void put(char *data, size_t size) {
	for (size_t i = 0; i < size && isatty(STDOUT_FILENO); i++)
		if (iscntrl((unsigned char)data[i]) && data[i] != '\n')
			data[i] = '?';
	if (fwrite(data, 1, size, stdout) != size || fflush(stdout))
		err(1, "stdout");
}

static const char usage[] =
	"usage: halfclose server [-46hq] [-F MS] [-S MS] [-n COUNT] [-t MS]\n"
	"                        [HOST] PORT\n"
	"       halfclose client [-46hmqx] [-F MS] [-t MS] HOST PORT\n"
	"The server answers a connection's input with \"lines words bytes\".\n"
	"The client sends stdin, ends its half, and prints the answer.\n"
	"HOST: the server's (its default: $LISTEN_HOST, or else loopback).\n"
	"PORT: 1 to 65535; or for the server 0, any free one.\n"
	"  -4, -6    IPv4 only, IPv6 only (either; on loopback IPv4)\n"
	"  -F MS     pause before its own FIN (0); at the server RST ends it\n"
	"  -S MS     pause before the answer (0)\n"
	"  -h        print this\n"
	"  -m        send the last data and FIN in one segment (MSG_MORE)\n"
	"  -n COUNT  end after COUNT connections (default: never)\n"
	"  -q        do not narrate\n"
	"  -t MS     how long the peer may be silent (60000)\n"
	"  -x        close instead of shutdown: the answer is lost, status 1\n"
	"MS: milliseconds, up to 86400000. Exit status: 0 done (a server: or\n"
	"SIGINT, SIGTERM), 1 it failed, 2 usage.\n"
	"See shutdown(2), tcp(7), RFC 9293.\n";

/* Counts what comes, up to the client's FIN: only then can it answer. */
static bool serve_one(int fd, const char *peer, int send_ms, int fin_ms) {
	static char bytes[65536];
	unsigned long long lines = 0, words = 0, total = 0;
	bool in_word = false;
	ssize_t n;

	do {
		tell(WAITS, fd, "recv(%d)", fd);
		do
			n = recv(fd, bytes, sizeof bytes, 0);
		while (n == -1 && errno == EINTR);
		tell(n, fd, "recv(%d)", fd);
		for (ssize_t i = 0; i < n; i++) {
			const bool space = isspace((unsigned char)bytes[i]);

			lines += bytes[i] == '\n';
			words += !in_word && !space;
			in_word = !space;
		}
		total += n > 0 ? (unsigned long long)n : 0;
	} while (n > 0);
	if (n == 0) {
		const int size = snprintf(bytes, sizeof bytes,
			"%llu %llu %llu\n", lines, words, total);

		poll(NULL, 0, send_ms);
		tell(WAITS, fd, "send(%d, %d)", fd, size);
		n = send(fd, bytes, (size_t)size, MSG_NOSIGNAL);
		tell(n, fd, "send(%d, %d)", fd, size);
	}
	if (n == -1)
		warnx("%s: %s", peer,
			errno == EAGAIN ? "silent for too long (-t)" :
					  strerror(errno));
	poll(&(struct pollfd){.fd = fd}, 1, fin_ms); /* or until RST comes */
	clock_gettime(CLOCK_REALTIME, &entered);
	/* sends FIN */
	tell(close(fd), -1, "close(%d)", fd);
	return n != -1;
}

static void stop(int unused) {
	(void)unused;
	_exit(0);
}

static int server(const struct addrinfo *a, int count, int send_ms, int fin_ms,
	int idle_ms) {
	struct sockaddr_storage address;
	socklen_t size = sizeof address;
	const int on = 1;
	int fd, connection, failed = 0, error;

	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	fd = socket(a->ai_family, SOCK_STREAM, 0);
	tell(fd, fd, "socket(%s, SOCK_STREAM)",
		a->ai_family == AF_INET ? "AF_INET" : "AF_INET6");
	if (fd == -1) err(1, "socket");
	tell(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), fd,
		"setsockopt(%d, SO_REUSEADDR)", fd);
	if (a->ai_family == AF_INET6) /* leave IPv4 to another */
		tell(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on),
			fd, "setsockopt(%d, IPV6_V6ONLY)", fd);
	error = bind(fd, a->ai_addr, a->ai_addrlen);
	tell(error, fd, "bind(%d, %s)", fd,
		name(a->ai_addr, a->ai_addrlen, ":"));
	if (error)
		err(1, "bind to %s", name(a->ai_addr, a->ai_addrlen, " port "));
	error = listen(fd, 128); /* from now on SYN draws SYN ACK */
	tell(error, fd, "listen(%d, 128)", fd);
	if (error || getsockname(fd, (void *)&address, &size)) err(1, "listen");
	fprintf(stderr, "listening on %s\n", name(&address, size, " port "));
	while (count-- > 0) {
		size = sizeof address;
		tell(WAITS, fd, "accept(%d)", fd);
		connection = accept(fd, (void *)&address, &size);
		tell(connection, connection, "accept(%d)", fd);
		if (connection == -1 && errno == ECONNABORTED) continue;
		if (connection == -1) err(1, "accept");
		limit_waits(connection, idle_ms);
		failed |= !serve_one(
			connection, name(&address, size, ":"), send_ms, fin_ms);
	}
	close(fd);
	return failed;
}

/* Prints what has come, or comes: more than 0 bytes, or 0, the server's FIN. */
static size_t receive(int fd, const char *peer) {
	static char bytes[65536];
	ssize_t n;

	tell(WAITS, fd, "recv(%d)", fd);
	do
		n = recv(fd, bytes, sizeof bytes, 0);
	while (n == -1 && errno == EINTR);
	tell(n, fd, "recv(%d)", fd);
	if (n == -1)
		errx(1, "recv from %s: %s", peer,
			errno == EAGAIN ? "no answer in time (-t)" :
					  strerror(errno));
	put(bytes, (size_t)n);
	return (size_t)n;
}

/* Sends stdin to its end; meanwhile reads, too: two ends that only send would
 * wait for each other with full windows. Returns how much it sent. */
static size_t send_input(
	int fd, const char *peer, int flags, int ms, size_t *answer) {
	static char bytes[65536];
	const char *next = bytes;
	size_t left = 0, sent = 0, came;
	bool ended = false;
	ssize_t n;

	while (!ended || left > 0) {
		struct pollfd p[] = {{left > 0 ? -1 : STDIN_FILENO, POLLIN, 0},
			{fd, (short)(left > 0 ? POLLIN | POLLOUT : POLLIN), 0}};

		if (poll(p, 2, left > 0 ? ms : -1) == 0)
			errx(1, "send to %s: not read in time (-t)", peer);
		if (p[1].revents & POLLOUT) {
			clock_gettime(CLOCK_REALTIME, &entered);
			n = send(fd, next, left,
				flags | MSG_DONTWAIT | MSG_NOSIGNAL);
			tell(n, fd, "send(%d, %zu)", fd, left);
			if (n == -1) err(1, "send to %s", peer);
			next += n;
			left -= (size_t)n;
			sent += (size_t)n;
		}
		if (p[1].revents & ~POLLOUT) {
			came = receive(fd, peer);
			if (came == 0)
				errx(1, "recv from %s: closed too early", peer);
			*answer += came;
		}
		if (p[0].revents) {
			n = read(STDIN_FILENO, bytes, sizeof bytes);
			if (n == -1) err(1, "stdin");
			ended = n == 0;
			next = bytes;
			left = (size_t)n;
		}
	}
	return sent;
}

static int client(
	const struct addrinfo *a, int flags, bool lose, int fin_ms, int ms) {
	const char *peer = NULL;
	size_t sent, answer = 0, came;
	int fd = -1, error;

	do {
		fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
		tell(fd, fd, "socket(%s, SOCK_STREAM)",
			a->ai_family == AF_INET ? "AF_INET" : "AF_INET6");
		if (fd == -1) err(1, "socket");
		limit_waits(fd, ms);
		peer = name(a->ai_addr, a->ai_addrlen, ":");
		clock_gettime(CLOCK_REALTIME, &entered);
		connect(fd, a->ai_addr, a->ai_addrlen); /* sends SYN */
		tell(WAITS, fd, "connect(%d, %s)", fd, peer);
		fcntl(fd, F_SETFL, 0); /* now wait: SYN ACK comes, ACK goes */
		do
			error = connect(fd, a->ai_addr, a->ai_addrlen);
		while (error && errno == EINTR);
		tell(error, fd, "connect(%d, %s)", fd, peer);
		if (error && a->ai_next) close(fd);
	} while (error && (a = a->ai_next));
	if (error)
		errx(1, "connect to %s: %s", peer,
			errno == EALREADY ? "no answer in time (-t)" :
					    strerror(errno));

	sent = send_input(fd, peer, flags, ms, &answer);
	poll(NULL, 0, fin_ms);
	clock_gettime(CLOCK_REALTIME, &entered);
	if (lose) {
		/* sends FIN; whatever comes now draws RST */
		tell(close(fd), -1, "close(%d)", fd);
		errx(1, "the answer of %s is lost: close() ends both halves",
			peer);
	}
	/* sends FIN, and leaves the other half open: the answer can come */
	tell(shutdown(fd, SHUT_WR), fd, "shutdown(%d, SHUT_WR)", fd);
	while ((came = receive(fd, peer)) > 0)
		answer += came;
	tell(close(fd), -1, "close(%d)", fd); /* sends nothing more */
	if (sent > 0 && answer == 0)
		errx(1, "recv from %s: closed without an answer", peer);
	return 0;
}

int main(int argc, char *argv[]) {
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
	const char *role = argc > 1 ? argv[1] : "",
		   *host = getenv("LISTEN_HOST");
	const bool serve = strcmp(role, "server") == 0;
	const bool ask = strcmp(role, "client") == 0;
	int count = INT_MAX, send_ms = 0, fin_ms = 0, ms = 60000, flags = 0,
	    error, status;
	bool lose = false;

	prepare();
	if (serve || ask) {
		argv[1] = argv[0];
		argc--;
		argv++;
	}
	for (int c; (c = getopt(argc, argv,
			     serve ? "46F:S:hn:qt:" :
			     ask   ? "46F:hmqt:x" :
				     "h")) != -1;)
		switch (c) {
		case '4': hints.ai_family = AF_INET; break;
		case '6': hints.ai_family = AF_INET6; break;
		case 'F': fin_ms = number("-F", optarg, 0, DAY); break;
		case 'S': send_ms = number("-S", optarg, 0, DAY); break;
		case 'h': return fputs(usage, stdout) < 0 || fflush(stdout);
		case 'm': flags = MSG_MORE; break;
		case 'n': count = number("-n", optarg, 1, INT_MAX); break;
		case 'q': quiet = true; break;
		case 't': ms = number("-t", optarg, 1, DAY); break;
		case 'x': lose = true; break;
		default: fputs(usage, stderr); return 2;
		}
	argc -= optind;
	argv += optind;
	if ((!serve && !ask) || argc > 2 || argc < (serve ? 1 : 2)) {
		fputs(usage, stderr);
		return 2;
	}
	number("PORT", argv[argc - 1], serve ? 0 : 1, 65535);
	if (argc == 2) host = argv[0];
	if (!host) host = hints.ai_family == AF_INET6 ? "::1" : "127.0.0.1";
	error = getaddrinfo(host, argv[argc - 1], &hints, &list);
	if (error) errx(1, "getaddrinfo %s: %s", host, gai_strerror(error));
	status = serve ? server(list, count, send_ms, fin_ms, ms) :
			 client(list, flags, lose, fin_ms, ms);
	freeaddrinfo(list);
	return status;
}
