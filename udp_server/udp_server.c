/*
 * udp_server - sends each datagram back to whoever sent it
 *
 * Shows   one socket for all clients: socket, bind, recvfrom, sendto. No
 *         listen, no accept, no connection; each datagram stands alone.
 * Run     udp_server 9000              here, or socktrace udp_server 9000;
 *         tcpdump -ni lo udp port 9000 in another terminal (as root), and
 *         udp_client 127.0.0.1 9000    in a third.
 * Watch   one datagram each way, and nothing else: no handshake, no ACK.
 * See     recvfrom(2), sendto(2), udp(7), RFC 768, RFC 862
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char usage[] =
	"usage: udp_server [-46ho] [-n COUNT] [-w BYTES] [HOST] PORT\n"
	"Sends each datagram back to whoever sent it.\n"
	"HOST: where to receive (default: $LISTEN_HOST, or else loopback).\n"
	"PORT: 0 to 65535; 0 asks for a free one, which is printed at the start.\n"
	"  -4, -6    IPv4 only, IPv6 only (default: IPv4 on loopback)\n"
	"  -h        print this\n"
	"  -n COUNT  end after COUNT datagrams (default: never)\n"
	"  -o        one way: answer nothing\n"
	"  -w BYTES  receive buffer (SO_RCVBUF; Linux doubles it)\n"
	"Datagrams from ports below 1024, and from this server's own port number,\n"
	"are not answered: two echo servers would never end. But two of these on\n"
	"different ports would, too, after one datagram with a forged source: so\n"
	"leave them on loopback, which nobody else can reach.\n"
	"Exit status: 0 done, also by SIGINT and SIGTERM; 1 it failed; 2 usage\n"
	"error. See recvfrom(2), sendto(2), udp(7), RFC 768.\n";

enum { NEVER = INT_MAX };

struct options {
	struct addrinfo hints;
	const char *host, *port;
	int count, room;
	bool one_way;
};

static struct options options_of(int argc, char *argv[]);
static void occupy_standard_descriptors(void);
static int number(const char *what, const char *text, int least, int most);
static const char *name(const void *address, socklen_t size);
static void stop(int);

int main(int argc, char *argv[]) {
	static char bytes[65535]; /* the longest datagram fits */
	const struct options o = options_of(argc, argv);
	/* an IPv4 address fits, too, and has its port at the same place */
	struct sockaddr_in6 own = {0}, peer = {0};
	socklen_t size = sizeof own;
	struct addrinfo *list, *a;
	const int on = 1;
	int failed = 0, fd, error, from;
	ssize_t came;

	occupy_standard_descriptors();
	signal(SIGPIPE, SIG_IGN); /* if nobody reads stderr: EPIPE, no signal */
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	error = getaddrinfo(o.host, o.port, &o.hints, &list);
	if (error) errx(1, "getaddrinfo %s: %s", o.host, gai_strerror(error));
	for (a = list; a; a = a->ai_next) {
		fd = socket(a->ai_family, SOCK_DGRAM, 0);
		if (fd != -1) break;
	}
	if (!a) err(1, "socket");
	/* another server can have the IPv4 port */
	if (a->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (o.room)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &o.room, sizeof o.room);
	if (bind(fd, a->ai_addr, a->ai_addrlen) == -1)
		err(1, "bind to %s", name(a->ai_addr, a->ai_addrlen));
	freeaddrinfo(list);
	if (getsockname(fd, (void *)&own, &size) == -1) err(1, "getsockname");
	fprintf(stderr, "listening on %s\n", name(&own, size));

	for (int count = o.count; count > 0; count -= o.count != NEVER) {
		size = sizeof peer;
		/* receives a datagram, from anyone; it may have 0 bytes */
		came = recvfrom(
			fd, bytes, sizeof bytes, 0, (void *)&peer, &size);
		if (came == -1) err(1, "recvfrom");
		if (o.one_way) continue;
		from = ntohs(peer.sin6_port);
		if (from < 1024 || peer.sin6_port == own.sin6_port) {
			warnx("%s may be an echo server: not answered",
				name(&peer, size));
			continue;
		}
		/* sends a datagram; nobody reports whether it arrives */
		if (sendto(fd, bytes, (size_t)came, 0, (void *)&peer, size) ==
			-1) {
			warn("sendto %s", name(&peer, size));
			failed = 1;
		}
	}
	close(fd); /* sends nothing */
	return failed;
}

static void stop(int unused) {
	(void)unused;
	_exit(0);
}

static struct options options_of(int argc, char *argv[]) {
	struct options o = {.hints = {.ai_socktype = SOCK_DGRAM},
		.host = getenv("LISTEN_HOST"),
		.count = NEVER};

	for (int c; (c = getopt(argc, argv, "46hn:ow:")) != -1;)
		switch (c) {
		case '4': o.hints.ai_family = AF_INET; break;
		case '6': o.hints.ai_family = AF_INET6; break;
		case 'h':
			if (fputs(usage, stdout) < 0 || fflush(stdout))
				err(1, "stdout");
			exit(0);
		case 'n': o.count = number("-n", optarg, 1, INT_MAX); break;
		case 'o': o.one_way = true; break;
		case 'w': o.room = number("-w", optarg, 1, 1 << 30); break;
		default: fputs(usage, stderr); exit(2);
		}
	if (argc - optind < 1 || argc - optind > 2) {
		fputs(usage, stderr);
		exit(2);
	}
	o.port = argv[argc - 1];
	number("PORT", o.port, 0, 65535);
	if (argc - optind == 2) o.host = argv[optind];
	if (!o.host || !*o.host)
		o.host = o.hints.ai_family == AF_INET6 ? "::1" : "127.0.0.1";
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

/* Returns the address as text: "192.0.2.1 port 9000" or "2001:db8::1 port
 * 9000". */
static const char *name(const void *address, socklen_t size) {
	static char text[NI_MAXHOST + NI_MAXSERV + 8];
	char host[NI_MAXHOST] = "", port[NI_MAXSERV] = "";

	getnameinfo(address, size, host, sizeof host, port, sizeof port,
		NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(text, sizeof text, "%s port %s", host, port);
	return text;
}
