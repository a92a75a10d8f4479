/*
 * tcp_server - sends back what comes, to many clients at once
 *
 * Shows   the passive open: socket, bind, listen, accept; then recv, send and
 *         close on a socket of the connection's own, in a child of its own.
 * Run     tcp_server 9000            here,
 *         tcpdump -ni lo port 9000   in another terminal (as root), and
 *         tcp_client 127.0.0.1 9000  in a third.
 * Watch   SYN ACK leave although accept() has not returned, or been called:
 *         TCP answers for a listening socket. accept() sends nothing.
 * See     listen(2), accept(2), tcp(7), RFC 9293 sections 3.5, 3.6
 */
#define _GNU_SOURCE
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
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
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

static const char usage[] =
	"usage: tcp_server [-46hkqru] [-A MS] [-F MS] [-R MS] [-a COUNT]\n"
	"                  [-b BACKLOG] [-f FILE] [-j COUNT] [-n COUNT]\n"
	"                  [-t MS] [-w BYTES] [HOST] PORT\n"
	"Sends every byte back to its client, until that has sent its FIN.\n"
	"HOST: where to listen (default: $LISTEN_HOST, or else loopback).\n"
	"PORT: 0 to 65535; 0 is any free one, told as the server starts.\n"
	"  -4, -6      IPv4 only, IPv6 only (default: IPv4 on loopback)\n"
	"  -A MS       pause before each accept (0)\n"
	"  -F MS       pause before close (0), say after the client's FIN\n"
	"  -R MS       pause before a connection's first recv (0)\n"
	"  -a COUNT    close first, after COUNT answers, as HTTP/1.0 does\n"
	"  -b BACKLOG  connections that may await accept (128)\n"
	"  -f FILE     answer each line with FILE, of at most 1 MiB\n"
	"  -h          print this\n"
	"  -j COUNT    most connections at once (256)\n"
	"  -k          acknowledge FIN at once, on its own (TCP_QUICKACK)\n"
	"  -n COUNT    end after COUNT connections (default: never)\n"
	"  -q          do not narrate\n"
	"  -r          abort: close sends RST, not FIN (SO_LINGER, 0 s)\n"
	"  -t MS       a connection's idle limit (60000)\n"
	"  -u          without SO_REUSEADDR\n"
	"  -w BYTES    receive buffer, and so window (SO_RCVBUF)\n"
	"MS: milliseconds, at most 86400000. Exit status: 0 done, also by SIGINT\n"
	"and SIGTERM; 1 it, or with -n a connection, failed; 2 usage.\n"
	"See listen(2), accept(2), tcp(7), RFC 9293.\n";

struct options {
	int accept_ms, fin_ms, recv_ms, idle_ms;
	int answers, backlog, most, count, window;
	bool quickack, abort, reuse;
	const char *answer; /* NULL: what came */
	size_t answer_size;
};

static volatile sig_atomic_t ended, failed; /* of the children */

static void reap(int unused) {
	const int error = errno;

	(void)unused;
	for (int status; waitpid(-1, &status, WNOHANG) > 0; ended++)
		failed |= status != 0;
	errno = error;
}

static void stop(int unused) {
	(void)unused;
	_exit(0); /* and the children with it: PR_SET_PDEATHSIG */
}

static void serve_one(int fd, const char *peer, const struct options *o) {
	static char bytes[65536];
	const struct linger now = {.l_onoff = 1, .l_linger = 0};
	const int on = 1;
	int answers = 0;
	ssize_t n;

	limit_waits(fd, o->idle_ms);
	poll(NULL, 0, o->recv_ms);
	do {
		const char *line = bytes, *end;

		tell(WAITS, fd, "recv(%d)", fd);
		do
			n = recv(fd, bytes, sizeof bytes, 0);
		while (n == -1 && errno == EINTR);
		tell(n, fd, "recv(%d)", fd);
		if (n == -1)
			errx(1, "recv from %s: %s", peer,
				errno == EAGAIN ? "idle for too long (-t)" :
						  strerror(errno));
		for (; line < bytes + n && answers != o->answers; line = end) {
			end = memchr(line, '\n', (size_t)(bytes + n - line));
			answers += end != NULL;
			if (end && o->answer &&
				!send_all(fd, o->answer, o->answer_size))
				err(1, "send to %s", peer);
			end = end ? end + 1 : bytes + n;
		}
		if (!o->answer && !send_all(fd, bytes, (size_t)(line - bytes)))
			err(1, "send to %s", peer);
	} while (n > 0 && answers != o->answers);

	if (o->quickack) /* sends the ACK that would go with our FIN */
		tell(setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on),
			fd, "setsockopt(%d, TCP_QUICKACK)", fd);
	poll(NULL, 0, o->fin_ms);
	if (o->abort)
		tell(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now),
			fd, "setsockopt(%d, SO_LINGER, 0 s)", fd);
	clock_gettime(CLOCK_REALTIME, &entered);
	/* sends FIN; or RST, to abort, or if it leaves data unread */
	tell(close(fd), -1, "close(%d)", fd);
}

int main(int argc, char *argv[]) {
	static char answer[(1 << 20) + 1];
	struct options o = {.idle_ms = 60000,
		.answers = INT_MAX,
		.backlog = 128,
		.most = 256,
		.count = INT_MAX,
		.reuse = true};
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				.ai_flags = AI_PASSIVE},
			*list;
	struct sockaddr_storage address;
	socklen_t size = sizeof address;
	const char *host = getenv("LISTEN_HOST"), *port, *path = NULL;
	FILE *file = NULL;
	const pid_t parent = getpid();
	const int on = 1;
	int fd = -1, connection, started = 0, error;

	prepare();
	for (int c;
		(c = getopt(argc, argv, "46A:F:R:a:b:f:hj:kn:qrt:uw:")) != -1;)
		switch (c) {
		case '4': hints.ai_family = AF_INET; break;
		case '6': hints.ai_family = AF_INET6; break;
		case 'A': o.accept_ms = number("-A", optarg, 0, DAY); break;
		case 'F': o.fin_ms = number("-F", optarg, 0, DAY); break;
		case 'R': o.recv_ms = number("-R", optarg, 0, DAY); break;
		case 'a': o.answers = number("-a", optarg, 1, INT_MAX); break;
		case 'b': o.backlog = number("-b", optarg, 0, 65535); break;
		case 'f': file = fopen(path = optarg, "r"); break;
		case 'h': return fputs(usage, stdout) < 0 || fflush(stdout);
		case 'j': o.most = number("-j", optarg, 1, 10000); break;
		case 'k': o.quickack = true; break;
		case 'n': o.count = number("-n", optarg, 1, INT_MAX); break;
		case 'q': quiet = true; break;
		case 'r': o.abort = true; break;
		case 't': o.idle_ms = number("-t", optarg, 1, DAY); break;
		case 'u': o.reuse = false; break;
		case 'w': o.window = number("-w", optarg, 1, INT_MAX); break;
		default: fputs(usage, stderr); return 2;
		}
	argc -= optind;
	argv += optind;
	if (argc < 1 || argc > 2) {
		fputs(usage, stderr);
		return 2;
	}
	if (argc == 2) host = argv[0];
	if (!host) host = hints.ai_family == AF_INET6 ? "::1" : "127.0.0.1";
	port = argv[argc - 1];
	number("PORT", port, 0, 65535);
	if (path) {
		o.answer_size =
			file ? fread(answer, 1, sizeof answer, file) : 0;
		if (!file || ferror(file)) err(1, "%s", path);
		if (!feof(file)) errx(1, "%s: longer than 1 MiB", path);
		o.answer = answer;
		fclose(file);
	}
	signal(SIGCHLD, reap);
	signal(SIGINT, stop);
	signal(SIGTERM, stop);

	error = getaddrinfo(host, port, &hints, &list);
	if (error) errx(1, "getaddrinfo %s: %s", host, gai_strerror(error));
	fd = socket(list->ai_family, SOCK_STREAM, 0);
	tell(fd, fd, "socket(%s, SOCK_STREAM)",
		list->ai_family == AF_INET ? "AF_INET" : "AF_INET6");
	if (fd == -1) err(1, "socket");
	if (o.reuse) /* the port, though old connections TIME_WAIT on it */
		tell(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on),
			fd, "setsockopt(%d, SO_REUSEADDR)", fd);
	if (list->ai_family == AF_INET6) /* leave IPv4 to another */
		tell(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on),
			fd, "setsockopt(%d, IPV6_V6ONLY)", fd);
	if (o.window) /* before listen: SYN ACK tells the window */
		tell(setsockopt(
			     fd, SOL_SOCKET, SO_RCVBUF, &o.window, sizeof on),
			fd, "setsockopt(%d, SO_RCVBUF, %d)", fd, o.window);
	error = bind(fd, list->ai_addr, list->ai_addrlen);
	tell(error, fd, "bind(%d, %s)", fd,
		name(list->ai_addr, list->ai_addrlen, ":"));
	if (error)
		errx(1, "bind to %s port %s: %s%s", host, port, strerror(errno),
			errno == EADDRINUSE ? " (who has it? ss -ltn)" : "");
	freeaddrinfo(list);
	error = listen(fd, o.backlog); /* from now on SYN draws SYN ACK */
	tell(error, fd, "listen(%d, %d)", fd, o.backlog);
	if (error || getsockname(fd, (void *)&address, &size)) err(1, "listen");
	fprintf(stderr, "listening on %s\n", name(&address, size, " port "));

	while (started < o.count) {
		while (poll(NULL, 0, o.accept_ms) == -1)
			continue; /* a child has ended: again */
		while (started - ended >= o.most)
			poll(NULL, 0, 10); /* or less: until reap() */
		tell(WAITS, fd, "accept(%d)", fd);
		size = sizeof address;
		connection = accept(fd, (void *)&address, &size);
		tell(connection, connection, "accept(%d)", fd);
		if (connection == -1 && errno == ECONNABORTED)
			continue; /* gone while it was queued */
		if (connection == -1 && errno != EMFILE && errno != ENFILE)
			err(1, "accept");
		switch (connection == -1 ? -1 : fork()) {
		case -1:
			warn("no room for one more connection");
			poll(NULL, 0,
				100); /* let some end, instead of spinning */
			break;
		case 0:
			signal(SIGINT, SIG_DFL);
			signal(SIGTERM, SIG_DFL);
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			if (getppid() != parent)
				return 1; /* gone before that */
			close(fd);
			serve_one(connection, name(&address, size, ":"), &o);
			return 0;
		default: started++;
		}
		close(connection); /* sends nothing: the child holds it, too */
	}
	close(fd);
	while (ended < started)
		poll(NULL, 0, 10);
	return failed;
}
