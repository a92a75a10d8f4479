/*
 * udp_client - one socket, any number of servers, nothing promised
 *
 * Shows   sendto and recvfrom: a datagram to each server in turn, all from
 *         one socket, and the answers as they come, in any order or not at
 *         all. With -c, connect on UDP: it sends nothing, but lets ICMP's
 *         "port unreachable" reach us as ECONNREFUSED.
 * Run     udp_server 9001 and udp_server 9002               in two terminals,
 *         tcpdump -ni lo udp or icmp                        in a third (as
 *         root), and udp_client 127.0.0.1 9001 127.0.0.1 9002 here.
 * Watch   the same source port towards every server.
 * See     sendto(2), recvfrom(2), connect(2), udp(7), RFC 768, RFC 1122 4.1.3
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
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

static const char usage[] =
	"usage: udp_client [-46chnoq] [-n COUNT] [-p PORT] [-t MS] HOST PORT\n"
	"                  [HOST PORT]...\n"
	"Sends each line of stdin, without its newline, as one datagram to each\n"
	"server in turn; then prints who answered what.\n"
	"  -4, -6    IPv4 only, IPv6 only (default: as the first HOST has it)\n"
	"  -c        connect the socket (to one server): a refusal is told to us\n"
	"  -h        print this\n"
	"  -n COUNT  end after COUNT datagrams (default: at the end of stdin)\n"
	"  -o        one way: await no answers\n"
	"  -p PORT   bind to this port first, 1 to 65535 (default: any free)\n"
	"  -q        do not narrate\n"
	"  -t MS     time limit for the answers to a line, 1 to 86400000 (1000)\n"
	"In answers, control and non-ASCII bytes are printed as \\xNN.\n"
	"Exit status: 0 all answered, or -o; 1 one was not, or it failed;\n"
	"2 usage. See sendto(2), udp(7), RFC 768.\n";

struct server {
	struct sockaddr_storage address;
	socklen_t size;
	char name[100];
	bool awaited;
};

static long long milliseconds(void) {
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* Prints "192.0.2.2:9000: text": what the network sent, made harmless. */
static void print(const char *who, const char *bytes, size_t size) {
	printf("%s: ", who);
	for (size_t i = 0; i < size; i++)
		if (bytes[i] >= ' ' && bytes[i] < 0x7f)
			putchar(bytes[i]);
		else
			printf("\\x%02x", (unsigned char)bytes[i]);
	putchar('\n');
	if (fflush(stdout)) err(1, "stdout");
}

/* Prints answers until every awaited one has come, or ms have passed, or one
 * is refused. Then says what stayed unanswered. */
static bool await_answers(int fd, struct server *servers, int count, int ms) {
	static char bytes[65536];
	const long long deadline = milliseconds() + ms;
	struct sockaddr_storage from;
	int answers = 0;

	for (int i = 0; i < count; i++)
		servers[i].awaited = true;
	while (answers < count && milliseconds() < deadline) {
		socklen_t size = sizeof from;
		const char *who = "";
		ssize_t n;
		int i = 0;

		limit_waits(fd, (int)(deadline - milliseconds()) + 1);
		tell(WAITS, fd, "recvfrom(%d)", fd);
		n = recvfrom(fd, bytes, sizeof bytes, 0, (void *)&from, &size);
		if (n != -1) who = name(&from, size, ":");
		tell(n, fd, n == -1 ? "recvfrom(%d)" : "recvfrom(%d, %s)", fd,
			who);
		if (n == -1 && errno == ECONNREFUSED) {
			warnx("recvfrom %s: Connection refused: does a server "
			      "listen there?",
				servers[0].name);
			return false;
		}
		if (n == -1 && errno != EAGAIN && errno != EINTR)
			err(1, "recvfrom");
		if (n == -1) continue;
		while (i < count && (!servers[i].awaited ||
					    strcmp(servers[i].name, who) != 0))
			i++;
		if (i == count) {
			warnx("%s: not awaited, or too late: ignored", who);
			continue;
		}
		print(who, bytes, (size_t)n);
		servers[i].awaited = false;
		answers++;
	}
	for (int i = 0; i < count; i++)
		if (servers[i].awaited)
			warnx("%s: no answer within %d ms (-t)",
				servers[i].name, ms);
	return answers == count;
}

int main(int argc, char *argv[]) {
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *list;
	struct server *servers;
	struct sockaddr_in6 own = {0};
	bool connected = false, one_way = false, failed = false;
	int limit = INT_MAX, own_port = 0, ms = 1000, count, fd, error;
	char *line = NULL;
	size_t room = 0;
	ssize_t size, n;

	prepare();
	for (int c; (c = getopt(argc, argv, "46chn:op:qt:")) != -1;)
		switch (c) {
		case '4': hints.ai_family = AF_INET; break;
		case '6': hints.ai_family = AF_INET6; break;
		case 'c': connected = true; break;
		case 'h': return fputs(usage, stdout) < 0 || fflush(stdout);
		case 'n': limit = number("-n", optarg, 1, INT_MAX); break;
		case 'o': one_way = true; break;
		case 'p': own_port = number("-p", optarg, 1, 65535); break;
		case 'q': quiet = true; break;
		case 't': ms = number("-t", optarg, 1, DAY); break;
		default: fputs(usage, stderr); return 2;
		}
	argc -= optind;
	argv += optind;
	count = argc / 2;
	if (count < 1 || argc % 2 || (connected && count > 1)) {
		fputs(usage, stderr);
		return 2;
	}
	servers = calloc((size_t)count, sizeof *servers);
	if (!servers) err(1, "calloc");
	for (int i = 0; i < count; i++) {
		const char *host = argv[2 * i], *port = argv[2 * i + 1];
		number("PORT", port, 1, 65535);
		error = getaddrinfo(host, port, &hints, &list);
		if (error)
			errx(1, "getaddrinfo %s: %s", host,
				gai_strerror(error));
		memcpy(&servers[i].address, list->ai_addr, list->ai_addrlen);
		servers[i].size = list->ai_addrlen;
		strncpy(servers[i].name,
			name(list->ai_addr, list->ai_addrlen, ":"),
			sizeof servers[i].name - 1);
		hints.ai_family = list->ai_family; /* one socket, one family */
		freeaddrinfo(list);
	}

	fd = socket(hints.ai_family, SOCK_DGRAM, 0);
	tell(fd, -1, "socket(%s, SOCK_DGRAM)",
		hints.ai_family == AF_INET ? "AF_INET" : "AF_INET6");
	if (fd == -1) err(1, "socket");
	if (own_port) {
		own.sin6_family = (sa_family_t)hints.ai_family;
		own.sin6_port = htons((in_port_t)own_port);
		error = bind(fd, (const void *)&own, servers[0].size);
		tell(error, fd, "bind(%d, port %d)", fd, own_port);
		if (error) err(1, "bind to port %d", own_port);
	}
	if (connected) { /* sends nothing: it only sets the peer */
		error = connect(
			fd, (void *)&servers[0].address, servers[0].size);
		tell(error, fd, "connect(%d, %s)", fd, servers[0].name);
		if (error) err(1, "connect to %s", servers[0].name);
	}

	while (limit > 0 && (size = getline(&line, &room, stdin)) > 0) {
		int sent = 0;

		size -= line[size - 1] == '\n';
		for (; sent < count && limit > 0; sent++, limit--) {
			const struct server *to = &servers[sent];

			tell(WAITS, fd, "sendto(%d, %zd, %s)", fd, size,
				to->name);
			n = sendto(fd, line, (size_t)size, 0,
				connected ? NULL : (const void *)&to->address,
				connected ? 0 : to->size);
			tell(n, fd, "sendto(%d, %zd, %s)", fd, size, to->name);
			if (n == -1) err(1, "sendto %s", to->name);
		}
		if (!one_way && !await_answers(fd, servers, sent, ms))
			failed = true;
	}
	if (ferror(stdin)) err(1, "stdin");
	tell(close(fd), -1, "close(%d)", fd); /* sends nothing */
	free(line);
	free(servers);
	return failed;
}
