/*
 * nagle-and-delayed-ack - a line in two small sends, then a wait for the answer
 *
 * Shows   Nagle's algorithm against delayed ACKs: the kernel keeps the bytes of
 *         the second send() until the first segment is acknowledged, and the
 *         server delays that ACK. With -N (TCP_NODELAY) these bytes leave at
 *         once.
 *         Three whole lines come first: Linux delays its ACKs once it has seen
 *         the program answer.
 * Run     scripts/demo nagle-and-delayed-ack nodelay; or beside a
 *         tcp_server 9000
 *         nagle-and-delayed-ack 127.0.0.1 9000
 * Watch   the time between the two segments of the last line.
 * See     tcp(7) (TCP_NODELAY), RFC 9293 sections 3.7.4, 3.8.6.3
 */
#define _GNU_SOURCE
#include <err.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void await_answer(int fd);

int main(int argc, char *argv[]) {
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	const char *const lines[] = {"1\n", "22\n", "333\n"};
	const int on = argc > 1 && strcmp(argv[1], "-N") == 0;
	struct addrinfo *server;
	int fd, error;

	argc -= on, argv += on;
	if (argc != 3) errx(2, "usage: nagle-and-delayed-ack [-N] HOST PORT");
	error = getaddrinfo(argv[1], argv[2], &hints, &server);
	if (error) errx(1, "getaddrinfo %s: %s", argv[1], gai_strerror(error));
	fd = socket(server->ai_family, SOCK_STREAM, 0);
	if (fd == -1) err(1, "socket");
	if (on &&
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == -1)
		err(1, "setsockopt TCP_NODELAY");
	/* sends SYN; when SYN ACK arrives, sends ACK and returns */
	if (connect(fd, server->ai_addr, server->ai_addrlen) == -1)
		err(1, "connect to %s port %s", argv[1], argv[2]);
	freeaddrinfo(server);

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		/* sends PSH ACK */
		if (send(fd, lines[i], strlen(lines[i]), 0) == -1)
			err(1, "send");
		await_answer(fd);
	}
	/* sends PSH ACK */
	if (send(fd, "half ", 5, 0) == -1) err(1, "send");
	/* sends nothing yet; with -N, sends PSH ACK at once */
	if (send(fd, "a line\n", 7, 0) == -1) err(1, "send");
	await_answer(fd);
	close(fd); /* sends FIN */
	return 0;
}

/* Prints the answer, up to the end of its line. */
static void await_answer(int fd) {
	char bytes[512];
	ssize_t came;

	do {
		came = recv(fd, bytes, sizeof bytes, 0);
		if (came == -1) err(1, "recv");
		if (came == 0) errx(1, "recv: closed without an answer");
		if (write(STDOUT_FILENO, bytes, (size_t)came) != came)
			err(1, "stdout");
	} while (bytes[came - 1] != '\n');
}
