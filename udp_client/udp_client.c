/*
 * udp_client - one socket, any number of servers, and no guarantee
 *
 * Shows   sendto and recvfrom: a datagram to each server in turn, all from
 *         one socket, and the answers as they come, in any order or not at
 *         all. With -c, connect on UDP: it sends nothing, but then the kernel
 *         reports ICMP's "port unreachable" as ECONNREFUSED.
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
#include <netdb.h>
#include <netinet/in.h>
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
	"usage: udp_client [-46cho] [-p PORT] [-t MS] HOST PORT [HOST PORT]...\n"
	"Sends each line of stdin, without its newline, as one datagram to each\n"
	"server in turn; then prints each server's answer.\n"
	"  -4, -6   IPv4 only, IPv6 only (default: as the first HOST has it)\n"
	"  -c       connect the socket (to one server): it learns of a refusal\n"
	"  -h       print this\n"
	"  -o       one way: do not wait for answers\n"
	"  -p PORT  bind to this port first, 1 to 65535 (default: any free one)\n"
	"  -t MS    wait so long for all answers to a line, 1 to 86400000 (1000)\n"
	"In answers, control and non-ASCII bytes are printed as \\xNN.\n"
	"Exit status: 0 all answered, or -o; 1 one was not, or it failed;\n"
	"2 usage error. See sendto(2), udp(7), RFC 768.\n";

struct server {
	struct sockaddr_storage address;
	socklen_t size;
	bool awaited;
};

struct options {
	struct addrinfo hints;
	const char *own_port;
	char **servers; /* HOST, PORT, HOST, PORT, ... */
	int count, ms;
	bool connected, one_way;
};

static bool await_answers(int fd, struct server *servers, int count, int ms);
static struct server *servers_of(const struct options *o, int family);
static struct options options_of(int argc, char *argv[]);
static long long now_ms(void);
static void occupy_standard_descriptors(void);
static int number(const char *what, const char *text, int least, int most);
static const char *name(const void *address, socklen_t size);
static void print(const char *who, const char *bytes, size_t size);

int main(int argc, char *argv[]) {
	const struct options o = options_of(argc, argv);
	struct addrinfo hints = o.hints, *list, *a, *own;
	struct server *servers, *to;
	char *line = NULL;
	int fd = -1, error, failed = 0;
	size_t room = 0;
	ssize_t size, n;

	if (fcntl(STDIN_FILENO, F_GETFD) == -1) err(1, "stdin");
	if (fcntl(STDOUT_FILENO, F_GETFD) == -1) err(1, "stdout");
	occupy_standard_descriptors();
	signal(SIGPIPE, SIG_IGN); /* if nobody reads stdout: EPIPE, no signal */
	error = getaddrinfo(o.servers[0], o.servers[1], &hints, &list);
	if (error)
		errx(1, "getaddrinfo %s: %s", o.servers[0],
			gai_strerror(error));
	for (a = list; a; a = a->ai_next) {
		fd = socket(a->ai_family, SOCK_DGRAM, 0);
		if (fd != -1) break;
	}
	if (!a) err(1, "socket");
	hints.ai_family = a->ai_family; /* a socket has only one family */
	freeaddrinfo(list);
	servers = servers_of(&o, hints.ai_family);
	if (o.own_port) {
		hints.ai_flags = AI_PASSIVE;
		if (getaddrinfo(NULL, o.own_port, &hints, &own) ||
			bind(fd, own->ai_addr, own->ai_addrlen))
			err(1, "bind to port %s", o.own_port);
		freeaddrinfo(own);
	}
	if (o.connected) { /* sends nothing: it only sets the peer */
		n = connect(fd, (void *)&servers->address, servers->size);
		if (n == -1)
			err(1, "connect to %s",
				name(&servers->address, servers->size));
	}
	while ((size = getline(&line, &room, stdin)) > 0) {
		size -= line[size - 1] == '\n';
		for (to = servers; to < servers + o.count; to++) {
			/* sends a datagram, which may have 0 bytes */
			n = o.connected ?
				    send(fd, line, (size_t)size, 0) :
				    sendto(fd, line, (size_t)size, 0,
					    (void *)&to->address, to->size);
			if (n == -1)
				err(1, o.connected ? "send to %s" : "sendto %s",
					name(&to->address, to->size));
		}
		if (!o.one_way && !await_answers(fd, servers, o.count, o.ms))
			failed = 1;
	}
	if (!feof(stdin)) err(1, "stdin");
	close(fd); /* sends nothing */
	free(line);
	free(servers);
	return failed;
}

/* Prints answers until every server has answered, or `ms` milliseconds have
 * passed; then prints which servers have not answered. Returns false if an
 * answer is missing; if a datagram is refused, returns false at once. */
static bool await_answers(int fd, struct server *servers, int count, int ms) {
	static char bytes[65535];
	const long long deadline = now_ms() + ms;
	struct server *s;
	int answers = 0;

	for (s = servers; s < servers + count; s++)
		s->awaited = true;
	for (long long left = ms; answers < count && left > 0;
		left = deadline - now_ms()) {
		const struct timeval limit = {left / 1000, left % 1000 * 1000};
		struct sockaddr_storage from;
		socklen_t size = sizeof from;
		ssize_t n;

		/* lets recvfrom() wait only for what is left of `ms` */
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
		/* receives a datagram, from anyone */
		n = recvfrom(fd, bytes, sizeof bytes, 0, (void *)&from, &size);
		if (n == -1 && errno == EINTR) continue;
		if (n == -1 && errno == EAGAIN) break; /* time is up */
		if (n == -1) { /* perhaps an ICMP message arrived */
			warn("recvfrom %s",
				name(&servers->address, servers->size));
			return false;
		}
		for (s = servers; s < servers + count; s++)
			if (s->awaited && !memcmp(&s->address, &from, size))
				break;
		if (s == servers + count) {
			warnx("%s: not awaited, or too late: ignored",
				name(&from, size));
			continue;
		}
		print(name(&from, size), bytes, (size_t)n);
		s->awaited = false;
		answers++;
	}
	for (s = servers; s < servers + count; s++)
		if (s->awaited)
			warnx("%s: no answer in %d ms (-t)",
				name(&s->address, s->size), ms);
	return answers == count;
}

/* Returns the addresses of HOST PORT [HOST PORT]... */
static struct server *servers_of(const struct options *o, int family) {
	struct server *servers = calloc((size_t)o->count, sizeof *servers);
	struct addrinfo hints = o->hints, *list;

	if (!servers) err(1, "calloc");
	hints.ai_family = family;
	for (int i = 0; i < o->count; i++) {
		const char *host = o->servers[2 * i];
		const int error =
			getaddrinfo(host, o->servers[2 * i + 1], &hints, &list);

		if (error)
			errx(1, "getaddrinfo %s: %s", host,
				gai_strerror(error));
		memcpy(&servers[i].address, list->ai_addr, list->ai_addrlen);
		servers[i].size = list->ai_addrlen;
		freeaddrinfo(list);
	}
	return servers;
}

static struct options options_of(int argc, char *argv[]) {
	struct options o = {.hints = {.ai_socktype = SOCK_DGRAM}, .ms = 1000};

	for (int c; (c = getopt(argc, argv, "46chop:t:")) != -1;)
		switch (c) {
		case '4': o.hints.ai_family = AF_INET; break;
		case '6': o.hints.ai_family = AF_INET6; break;
		case 'c': o.connected = true; break;
		case 'h':
			if (fputs(usage, stdout) < 0 || fflush(stdout))
				err(1, "stdout");
			exit(0);
		case 'o': o.one_way = true; break;
		case 'p': number("-p", o.own_port = optarg, 1, 65535); break;
		case 't': o.ms = number("-t", optarg, 1, 86400000); break;
		default: fputs(usage, stderr); exit(2);
		}
	o.servers = argv + optind;
	o.count = (argc - optind) / 2;
	if (o.count < 1 || (argc - optind) % 2 ||
		(o.connected && o.count > 1)) {
		fputs(usage, stderr);
		exit(2);
	}
	for (int i = 0; i < o.count; i++)
		number("PORT", o.servers[2 * i + 1], 1, 65535);
	return o;
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

/* Prints "192.0.2.2 port 9000: text"; an unprintable byte becomes \xNN. */
static void print(const char *who, const char *bytes, size_t size) {
	printf("%s: ", who);
	for (size_t i = 0; i < size; i++)
		if (bytes[i] >= ' ' && bytes[i] < 0x7f)
			putchar(bytes[i]);
		else
			printf("\\x%02x", (unsigned char)bytes[i]);
	putchar('\n');
	if (ferror(stdout) || fflush(stdout)) err(1, "stdout");
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
