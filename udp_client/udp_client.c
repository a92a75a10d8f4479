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
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static const char usage[] =
	"usage: udp_client [-46cho] [-p PORT] [-t MS] HOST PORT [HOST PORT]...\n"
	"Sends each line of stdin, without its newline, as one datagram to each\n"
	"server in turn; then prints who answered what.\n"
	"  -4, -6   IPv4 only, IPv6 only (default: as the first HOST has it)\n"
	"  -c       connect the socket (to one server): a refusal is told to us\n"
	"  -h       print this\n"
	"  -o       one way: await no answers\n"
	"  -p PORT  bind to this port first, 1 to 65535 (default: any free)\n"
	"  -t MS    longest wait for an answer, 1 to 86400000 (1000)\n"
	"In answers, control and non-ASCII bytes are printed as \\xNN.\n"
	"Exit status: 0 all answered, or -o; 1 one was not, or it failed;\n"
	"2 usage. See sendto(2), udp(7), RFC 768.\n";

struct server {
	struct sockaddr_storage address;
	socklen_t size;
	bool awaited;
};

static bool await_answers(int fd, struct server *servers, int count);
static struct server *servers_of(
	char *argv[], int count, struct addrinfo *hints);
static int number(const char *what, const char *text, int least, int most);
static const char *name(const void *address, socklen_t size);
static void print(const char *who, const char *bytes, size_t size);

int main(int argc, char *argv[]) {
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *own;
	struct server *servers, *to;
	const char *own_port = NULL;
	bool connected = false, one_way = false, failed = false;
	struct timeval limit;
	int ms = 1000, count, fd;
	char *line = NULL;
	size_t room = 0;
	ssize_t size, n;

	for (int c; (c = getopt(argc, argv, "46chop:t:")) != -1;)
		switch (c) {
		case '4': hints.ai_family = AF_INET; break;
		case '6': hints.ai_family = AF_INET6; break;
		case 'c': connected = true; break;
		case 'h': return fputs(usage, stdout) < 0 || fflush(stdout);
		case 'o': one_way = true; break;
		case 'p': number("-p", own_port = optarg, 1, 65535); break;
		case 't': ms = number("-t", optarg, 1, 86400000); break;
		default: fputs(usage, stderr); return 2;
		}
	count = (argc - optind) / 2;
	if (count < 1 || (argc - optind) % 2 || (connected && count > 1)) {
		fputs(usage, stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN); /* a stdout that is gone: EPIPE, no signal */
	servers = servers_of(argv + optind, count, &hints);

	fd = socket(hints.ai_family, SOCK_DGRAM, 0);
	if (fd == -1) err(1, "socket");
	if (own_port) {
		hints.ai_flags = AI_PASSIVE;
		if (getaddrinfo(NULL, own_port, &hints, &own) ||
			bind(fd, own->ai_addr, own->ai_addrlen))
			err(1, "bind to port %s", own_port);
		freeaddrinfo(own);
	}
	limit = (struct timeval){ms / 1000, ms % 1000 * 1000};
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	if (connected) { /* sends nothing: it only sets the peer */
		n = connect(fd, (void *)&servers->address, servers->size);
		if (n == -1) err(1, "connect");
	}
	while ((size = getline(&line, &room, stdin)) > 0) {
		size -= line[size - 1] == '\n';
		for (to = servers; to < servers + count; to++) {
			/* sends a datagram, of 0 bytes, too */
			n = connected ? send(fd, line, (size_t)size, 0) :
					sendto(fd, line, (size_t)size, 0,
						(void *)&to->address, to->size);
			if (n == -1)
				err(1, "sendto %s",
					name(&to->address, to->size));
		}
		if (!one_way && !await_answers(fd, servers, count))
			failed = true;
	}
	if (ferror(stdin)) err(1, "stdin");
	close(fd); /* sends nothing */
	free(line);
	free(servers);
	return failed;
}

/* Prints answers until every server's has come, or none comes any more, or one
 * is refused. Then says what stayed unanswered. */
static bool await_answers(int fd, struct server *servers, int count) {
	static char bytes[65535];
	struct server *s;
	int answers = 0;

	for (s = servers; s < servers + count; s++)
		s->awaited = true;
	while (answers < count) {
		struct sockaddr_storage from;
		socklen_t size = sizeof from;
		/* takes a datagram, whoever sent it */
		const ssize_t n = recvfrom(
			fd, bytes, sizeof bytes, 0, (void *)&from, &size);

		if (n == -1 && errno == EINTR) continue;
		if (n == -1 && errno == EAGAIN) break; /* time is up */
		if (n == -1) { /* ICMP may have said so */
			warn("recvfrom");
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
			warnx("%s: no answer in time (-t)",
				name(&s->address, s->size));
	return answers == count;
}

/* The addresses of HOST PORT [HOST PORT]...; one socket has one family. */
static struct server *servers_of(
	char *argv[], int count, struct addrinfo *hints) {
	struct server *servers = calloc((size_t)count, sizeof *servers);
	struct addrinfo *list;

	if (!servers) err(1, "calloc");
	for (int i = 0; i < count; i++, argv += 2) {
		int error;

		number("PORT", argv[1], 1, 65535);
		error = getaddrinfo(argv[0], argv[1], hints, &list);
		if (error)
			errx(1, "getaddrinfo %s: %s", argv[0],
				gai_strerror(error));
		memcpy(&servers[i].address, list->ai_addr, list->ai_addrlen);
		servers[i].size = list->ai_addrlen;
		hints->ai_family = list->ai_family;
		freeaddrinfo(list);
	}
	return servers;
}

/* Prints "192.0.2.2 port 9000: text": what the network sent, made harmless. */
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
