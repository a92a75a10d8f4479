/*
 * tcp_server - sends back what it receives, to many clients at once
 *
 * Shows   the passive open: socket, bind, listen, accept. Each connection has
 *         its own socket, on which a child process calls recv, send and close.
 * Run     tcp_server 9000            here, or socktrace tcp_server 9000;
 *         tcpdump -ni lo port 9000   in another terminal (as root), and
 *         tcp_client 127.0.0.1 9000  in a third.
 * Watch   the SYN ACK leave before accept() returns, or is even called: the
 *         kernel answers for a listening socket. accept() sends nothing.
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
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

static const char usage[] =
	"usage: tcp_server [-46Khku] [-a COUNT] [-b BACKLOG] [-n COUNT]\n"
	"                  [-s BYTES] [-w BYTES] [HOST] PORT\n"
	"Sends every byte back to its client, until the client has sent its FIN.\n"
	"HOST: where to listen (default: $LISTEN_HOST, or else loopback).\n"
	"PORT: 0 to 65535; 0 asks for a free one, which is printed at the start.\n"
	"  -4, -6      IPv4 only, IPv6 only (default: IPv4 on loopback)\n"
	"  -K          send keep-alive probes to a silent client (SO_KEEPALIVE)\n"
	"  -a COUNT    close first, after COUNT lines, as HTTP/1.0 does\n"
	"  -b BACKLOG  of listen (default: 128); Linux queues one connection more\n"
	"  -h          print this\n"
	"  -k          acknowledge FIN at once, on its own (TCP_QUICKACK, Linux)\n"
	"  -n COUNT    end after COUNT connections (default: never)\n"
	"  -s BYTES    answer each line with BYTES bytes of its own, 0 to 65536\n"
	"  -u          without SO_REUSEADDR, which both the old socket and the new\n"
	"              need to bind while TIME_WAIT lasts\n"
	"  -w BYTES    receive buffer (SO_RCVBUF; Linux doubles it), of which\n"
	"              about half is the window\n"
	"A connection fails if its client sends nothing for 60 s, or does not take\n"
	"what it is sent within 60 s. Exit status: 0 done, also by SIGINT and\n"
	"SIGTERM; 1 the server, or with -n a connection, failed; 2 usage error.\n"
	"See accept(2), listen(2), tcp(7), RFC 9293.\n";

enum { NEVER = INT_MAX }; /* a count without limit */

struct options {
	struct addrinfo hints;
	const char *host, *port;
	int answers, size; /* before close(); bytes of each, or -1: echo */
	int backlog, count, window;
	bool keepalive, quickack, reuse;
};

static void serve_one(int fd, const char *peer, const struct options *o);
static void send_all(int fd, const char *peer, const char *bytes, size_t size);
static void limit(int fd, bool reads, const char *peer);
static struct options options_of(int argc, char *argv[]);
static void occupy_standard_descriptors(void);
static int number(const char *what, const char *text, int least, int most);
static const char *name(const void *address, socklen_t size);
static void reap(int), stop(int), give_up(int);

static volatile sig_atomic_t failed;  /* a child has failed */
static volatile sig_atomic_t running; /* number of children */
static pid_t children[1024];	      /* their process IDs */

int main(int argc, char *argv[]) {
	const struct options o = options_of(argc, argv);
	struct sockaddr_storage address;
	socklen_t size = sizeof address;
	struct addrinfo *list, *a;
	const pid_t self = getpid();
	const int on = 1;
	int fd, connection, status;
	sigset_t signals;

	occupy_standard_descriptors();
	sigemptyset(&signals); /* unblock what the parent may have blocked */
	sigprocmask(SIG_SETMASK, &signals, NULL);
	sigaddset(&signals, SIGCHLD);
	signal(SIGPIPE, SIG_IGN); /* if the client is gone: EPIPE, no signal */
	signal(SIGCHLD, reap);
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	status = getaddrinfo(o.host, o.port, &o.hints, &list);
	if (status) errx(1, "getaddrinfo %s: %s", o.host, gai_strerror(status));
	for (a = list; a; a = a->ai_next) {
		fd = socket(a->ai_family, SOCK_STREAM, 0);
		if (fd != -1) break;
	}
	if (!a) err(1, "socket");
	if (o.reuse) /* bind() succeeds even if connections are in TIME_WAIT */
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	/* another server can have the IPv4 port */
	if (a->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (o.window) /* before listen(): the SYN ACK advertises the window */
		setsockopt(
			fd, SOL_SOCKET, SO_RCVBUF, &o.window, sizeof o.window);
	if (bind(fd, a->ai_addr, a->ai_addrlen) == -1)
		err(1, "bind to %s", name(a->ai_addr, a->ai_addrlen));
	freeaddrinfo(list);
	if (listen(fd, o.backlog) == -1) /* now the kernel answers SYNs */
		err(1, "listen");
	if (getsockname(fd, (void *)&address, &size) == -1)
		err(1, "getsockname");
	fprintf(stderr, "listening on %s\n", name(&address, size));

	for (int accepted = 0; accepted < o.count;) {
		if (running == sizeof children / sizeof *children) {
			sleep(1); /* or less, if a child ends */
			continue;
		}
		size = sizeof address;
		/* sends nothing: the kernel has done the handshake */
		connection = accept(fd, (void *)&address, &size);
		if (connection == -1) {
			/* the client has reset the connection already */
			if (errno == ECONNABORTED) continue;
			if (errno != EMFILE && errno != ENFILE)
				err(1, "accept");
			warn("accept");
			sleep(1); /* or less, if a child ends */
			continue;
		}
		if (o.count != NEVER) accepted++;
		sigprocmask(SIG_BLOCK, &signals, NULL);
		switch (children[running] = fork()) {
		case -1:
			warn("fork");
			failed = 1;
			break;
		case 0:
#ifdef PR_SET_PDEATHSIG
			prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
			if (getppid() != self)
				return 1; /* no parent any more */
			signal(SIGTERM, SIG_DFL);
			signal(SIGINT, SIG_DFL);
			close(fd);
			serve_one(connection, name(&address, size), &o);
			return 0;
		default: running++;
		}
		sigprocmask(SIG_UNBLOCK, &signals, NULL);
		close(connection); /* sends nothing: the child has it open */
	}
	sigprocmask(SIG_BLOCK, &signals, NULL);
	while (running > 0) {
		waitpid(children[--running], &status, 0);
		failed |= status != 0;
	}
	close(fd);
	return failed;
}

/* Echoes what the client sends, or answers each line, until the client's FIN
 * arrives or the last answer has been sent. */
static void serve_one(int fd, const char *peer, const struct options *o) {
	static char bytes[65536], answer[65536];
	const int on = 1;
	int answers = 0;

	memset(answer, '.', sizeof answer);
	if (o->size > 0) answer[o->size - 1] = '\n';
	signal(SIGALRM, give_up);
	if (o->keepalive) /* a silent client gets probes, with an old seq */
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	while (o->answers == NEVER || answers < o->answers) {
		ssize_t came, size = 0;
		int lines = 0;

		limit(fd, true, peer);
		came = recv(fd, bytes, sizeof bytes, 0);
		if (came == -1) err(1, "recv from %s", peer);
		if (came == 0) break; /* FIN */
		while (size < came && lines < o->answers - answers)
			if (bytes[size++] == '\n') lines++;
		if (o->answers != NEVER) answers += lines;
		if (o->size == -1) send_all(fd, peer, bytes, (size_t)size);
		for (; o->size > 0 && lines > 0; lines--)
			send_all(fd, peer, answer, (size_t)o->size);
	}
#ifdef TCP_QUICKACK
	if (o->quickack) /* sends ACK now; otherwise our FIN would carry it */
		setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
#endif
	close(fd); /* sends FIN; or RST, if data is left unread */
}

static void send_all(int fd, const char *peer, const char *bytes, size_t size) {
	limit(fd, false, peer);
	while (size > 0) {
		/* sends PSH ACK, or several segments; waits if the send buffer
		 * is full */
		const ssize_t n = send(fd, bytes, size, 0);

		if (n == -1) err(1, "send to %s", peer);
		bytes += n;
		size -= (size_t)n;
	}
}

static struct {
	int fd;
	bool reads;
	char complaint[256];
} limited;

/* Gives the client 60 s; then give_up() ends the connection, and this child.
 * (With SO_SNDTIMEO, the 60 s would begin again whenever the client takes some
 * bytes.) */
static void limit(int fd, bool reads, const char *peer) {
	limited.fd = fd;
	limited.reads = reads;
	snprintf(limited.complaint, sizeof limited.complaint,
		"tcp_server: %s %s: %s\n", reads ? "recv from" : "send to",
		peer, reads ? "silent for 60 s" : "not all was taken in 60 s");
	alarm(60);
}

static void give_up(int unused) {
	char byte;

	(void)unused;
	/* data may have arrived while this child was stopped */
	if (limited.reads &&
		recv(limited.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0)
		return;
	close(limited.fd); /* before write(), which may wait */
	_exit(write(STDERR_FILENO, limited.complaint,
		      strlen(limited.complaint)) != 0);
}

static void reap(int unused) {
	const int error = errno;
	int status;

	(void)unused;
	for (int i = running - 1; i >= 0; i--)
		if (waitpid(children[i], &status, WNOHANG) > 0) {
			failed |= status != 0;
			children[i] = children[--running];
		}
	errno = error;
}

static void stop(int unused) {
	(void)unused;
	_exit(0); /* the children end, too: PR_SET_PDEATHSIG */
}

static struct options options_of(int argc, char *argv[]) {
	struct options o = {
		.hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE},
		.host = getenv("LISTEN_HOST"),
		.answers = NEVER,
		.backlog = 128,
		.count = NEVER,
		.reuse = true,
		.size = -1};

	for (int c; (c = getopt(argc, argv, "46Ka:b:hkn:s:uw:")) != -1;)
		switch (c) {
		case '4': o.hints.ai_family = AF_INET; break;
		case '6': o.hints.ai_family = AF_INET6; break;
		case 'K': o.keepalive = true; break;
		case 'a': o.answers = number("-a", optarg, 1, INT_MAX); break;
		case 'b': o.backlog = number("-b", optarg, 0, 65535); break;
		case 'h':
			if (fputs(usage, stdout) < 0 || fflush(stdout))
				err(1, "stdout");
			exit(0);
		case 'k': o.quickack = true; break;
		case 'n': o.count = number("-n", optarg, 1, INT_MAX); break;
		case 's': o.size = number("-s", optarg, 0, 65536); break;
		case 'u': o.reuse = false; break;
		case 'w': o.window = number("-w", optarg, 1, INT_MAX); break;
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

/* Returns "192.0.2.1 port 9000" or "2001:db8::1 port 9000". */
static const char *name(const void *address, socklen_t size) {
	static char text[NI_MAXHOST + NI_MAXSERV + 8];
	char host[NI_MAXHOST] = "", port[NI_MAXSERV] = "";

	getnameinfo(address, size, host, sizeof host, port, sizeof port,
		NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(text, sizeof text, "%s port %s", host, port);
	return text;
}
