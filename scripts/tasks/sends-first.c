/*
 * sends-first - sends all of stdin, and only then reads
 *
 * Shows   a client that goes on sending after the server's FIN: that ends only
 *         the other direction. It reads when it has sent its own FIN.
 * Run     scripts/task answer-then-close PROGRAM   plays it as the client; or
 *         sends-first 127.0.0.1 9000 < FILE        beside a server.
 * See     send(2), shutdown(2), RFC 9293 section 3.6
 */
#define _GNU_SOURCE
#include <err.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[]) {
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *there;
	char bytes[65536];
	ssize_t n, sent;
	int fd, error;

	if (argc != 3) errx(2, "usage: sends-first HOST PORT");
	error = getaddrinfo(argv[1], argv[2], &hints, &there);
	if (error) errx(1, "getaddrinfo %s: %s", argv[1], gai_strerror(error));
	fd = socket(there->ai_family, SOCK_STREAM, 0);
	if (fd == -1) err(1, "socket");
	if (connect(fd, there->ai_addr, there->ai_addrlen) == -1)
		err(1, "connect to %s port %s", argv[1], argv[2]);
	freeaddrinfo(there);
	while ((n = read(STDIN_FILENO, bytes, sizeof bytes)) > 0)
		for (ssize_t from = 0; from < n; from += sent) {
			sent = send(fd, bytes + from, (size_t)(n - from),
				MSG_NOSIGNAL);
			if (sent == -1) err(1, "send"); /* RST has arrived */
		}
	if (n == -1) err(1, "stdin");
	if (shutdown(fd, SHUT_WR) == -1) err(1, "shutdown"); /* sends FIN */
	while ((n = recv(fd, bytes, sizeof bytes, 0)) > 0)   /* 0 means FIN */
		if (write(STDOUT_FILENO, bytes, (size_t)n) != n)
			err(1, "stdout");
	if (n == -1) err(1, "recv");
	close(fd);
	return 0;
}
