/*
 * deadlock - asks its questions one after the other, and only then reads
 *
 * Shows   why you must read while you write. The server answers the first
 *         question, but this client does not read the answer. So the client's
 *         receive buffer fills, then the server's, and both wait in send().
 *         Without a time limit they wait for ever; here the limit is 500 ms.
 * Run     scripts/demo deadlock; or beside a tcp_server -s 65536 9000
 *         deadlock 127.0.0.1 9000 6 100000000
 * Watch   a window of 0 in both directions.
 * See     send(2), poll(2), socket(7) (SO_SNDTIMEO), RFC 9293 section 3.8.6;
 *         halfclose.c shows how to avoid it
 */
#define _GNU_SOURCE
#include <err.h>
#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int main(int argc, char *argv[]) {
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	const struct timeval limit = {.tv_usec = 500000};
	const int small = 4096;
	struct addrinfo *server;
	char answer[4096];
	ssize_t n;
	int fd, error;

	if (argc < 4) errx(2, "usage: deadlock HOST PORT BYTES...");
	signal(SIGPIPE, SIG_IGN);
	error = getaddrinfo(argv[1], argv[2], &hints, &server);
	if (error) errx(1, "getaddrinfo %s: %s", argv[1], gai_strerror(error));
	fd = socket(server->ai_family, SOCK_STREAM, 0);
	if (fd == -1) err(1, "socket");
	/* a small receive buffer: a few segments fill it */
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	/* sends SYN; when SYN ACK arrives, sends ACK and returns */
	if (connect(fd, server->ai_addr, server->ai_addrlen) == -1)
		err(1, "connect to %s port %s", argv[1], argv[2]);
	freeaddrinfo(server);

	for (int i = 3; i < argc; i++) { /* a question: a line of BYTES */
		const size_t size = strtoul(argv[i], NULL, 10);
		char *line = malloc(size + 1);

		if (!line) err(1, "%zu bytes", size);
		memset(line, 'x', size);
		line[size ? size - 1 : 0] = '\n';
		/* the mistake: while send() waits for room, nobody reads */
		n = send(fd, line, size, 0);
		if (n == -1) err(1, "send");
		if ((size_t)n < size)
			errx(1,
				"stuck for 500 ms with %zd of %zu bytes sent: "
				"the server waits for us to read",
				n, size);
		free(line);
	}
	shutdown(fd, SHUT_WR); /* sends FIN: no more questions */
	while ((n = recv(fd, answer, sizeof answer, 0)) > 0)
		if (write(STDOUT_FILENO, answer, (size_t)n) != n)
			err(1, "stdout");
	if (n == -1) err(1, "recv");
	close(fd);
	return 0;
}
