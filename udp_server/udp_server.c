/*
 * udp_server - sends each datagram back to whoever sent it
 *
 * Shows   one socket for all clients: socket, bind, recvfrom, sendto. No
 *         listen, no accept, no connection; each datagram stands alone.
 * Run     udp_server 9000              here,
 *         tcpdump -ni lo udp port 9000 in another terminal (as root), and
 *         udp_client 127.0.0.1 9000    in a third.
 * Watch   one datagram each way and nothing else: no handshake, no ACK.
 * See     recvfrom(2), sendto(2), udp(7), RFC 768, RFC 862
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

static const char usage[] =
	"usage: udp_server [-46hoq] [-S MS] [-n COUNT] [-s BYTES] [HOST] PORT\n"
	"Sends each datagram back to whoever sent it.\n"
	"HOST: where to receive (default: $LISTEN_HOST, or else loopback).\n"
	"PORT: 0 to 65535; 0 is any free one, told as the server starts.\n"
	"  -4, -6    IPv4 only, IPv6 only (default: IPv4 on loopback)\n"
	"  -S MS     pause before each answer, 0 to 86400000 (0)\n"
	"  -h        print this\n"
	"  -n COUNT  end after COUNT datagrams (default: never)\n"
	"  -o        one way: answer nothing\n"
	"  -q        do not narrate\n"
	"  -s BYTES  size of the buffer, 1 to 65535 (2048); of a longer\n"
	"            datagram the rest is lost, and that is told\n"
	"Datagrams from ports below 1024, and from this server's own port\n"
	"number, are not answered: two echo servers would never end (RFC 862).\n"
	"Exit status: 0 done, also by SIGINT and SIGTERM; 1 it failed; 2 usage.\n"
	"See recvfrom(2), sendto(2), udp(7), RFC 768.\n";

static void stop(int unused) {
	(void)unused;
	_exit(0);
}

/* The port of an address of either family: it stands in the same place. */
static int port_of(const struct sockaddr_storage *address) {
	return ntohs(((const struct sockaddr_in *)address)->sin_port);
}

int main(int argc, char *argv[]) {
	static char bytes[65535];
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *list;
	struct sockaddr_storage own, peer;
	socklen_t size = sizeof own;
	const char *host = getenv("LISTEN_HOST");
	bool one_way = false;
	int count = INT_MAX, room = 2048, send_ms = 0, failed = 0, fd, error;
	const int on = 1;

	prepare();
	for (int c; (c = getopt(argc, argv, "46S:hn:oqs:")) != -1;)
		switch (c) {
		case '4': hints.ai_family = AF_INET; break;
		case '6': hints.ai_family = AF_INET6; break;
		case 'S': send_ms = number("-S", optarg, 0, DAY); break;
		case 'h': return fputs(usage, stdout) < 0 || fflush(stdout);
		case 'n': count = number("-n", optarg, 1, INT_MAX); break;
		case 'o': one_way = true; break;
		case 'q': quiet = true; break;
		case 's': room = number("-s", optarg, 1, sizeof bytes); break;
		default: fputs(usage, stderr); return 2;
		}
	argc -= optind;
	argv += optind;
	if (argc < 1 || argc > 2) {
		fputs(usage, stderr);
		return 2;
	}
	number("PORT", argv[argc - 1], 0, 65535);
	if (argc == 2) host = argv[0];
	if (!host) host = hints.ai_family == AF_INET6 ? "::1" : "127.0.0.1";
	signal(SIGINT, stop);
	signal(SIGTERM, stop);

	error = getaddrinfo(host, argv[argc - 1], &hints, &list);
	if (error) errx(1, "getaddrinfo %s: %s", host, gai_strerror(error));
	fd = socket(list->ai_family, SOCK_DGRAM, 0);
	tell(fd, -1, "socket(%s, SOCK_DGRAM)",
		list->ai_family == AF_INET ? "AF_INET" : "AF_INET6");
	if (fd == -1) err(1, "socket");
	if (list->ai_family == AF_INET6) /* leave IPv4 to another */
		tell(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on),
			fd, "setsockopt(%d, IPV6_V6ONLY)", fd);
	error = bind(fd, list->ai_addr, list->ai_addrlen);
	tell(error, fd, "bind(%d, %s)", fd,
		name(list->ai_addr, list->ai_addrlen, ":"));
	if (error || getsockname(fd, (void *)&own, &size))
		err(1, "bind to %s",
			name(list->ai_addr, list->ai_addrlen, " port "));
	freeaddrinfo(list);
	fprintf(stderr, "listening on %s\n", name(&own, size, " port "));

	for (; count > 0; count--) {
		ssize_t came, n;
		size_t answer;

		tell(WAITS, fd, "recvfrom(%d)", fd);
		size = sizeof peer;
		/* MSG_TRUNC: the datagram's own length, even if not all fits */
		came = recvfrom(fd, bytes, (size_t)room, MSG_TRUNC,
			(void *)&peer, &size);
		tell(came, fd, came == -1 ? "recvfrom(%d)" : "recvfrom(%d, %s)",
			fd, name(&peer, size, ":"));
		if (came == -1) err(1, "recvfrom");
		if (came > room)
			warnx("a datagram of %zd bytes from %s: %d fit (-s)",
				came, name(&peer, size, ":"), room);
		if (one_way) continue;
		if (port_of(&peer) < 1024 || port_of(&peer) == port_of(&own)) {
			warnx("%s may be an echo server: not answered",
				name(&peer, size, ":"));
			continue;
		}
		answer = (size_t)(came < room ? came : room);
		poll(NULL, 0, send_ms);
		tell(WAITS, fd, "sendto(%d, %zu, %s)", fd, answer,
			name(&peer, size, ":"));
		n = sendto(fd, bytes, answer, 0, (void *)&peer, size);
		tell(n, fd, "sendto(%d, %zu, %s)", fd, answer,
			name(&peer, size, ":"));
		if (n == -1) warn("sendto %s", name(&peer, size, ":"));
		failed |= n == -1;
	}
	close(fd);
	return failed;
}
