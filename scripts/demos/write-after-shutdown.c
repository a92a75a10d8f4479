/*
 * write-after-shutdown - a send() after the FIN
 *
 * Shows   after shutdown(SHUT_WR) a send() fails at once, with EPIPE, and no
 *         segment leaves. What the server still sends can be read.
 * Run     scripts/demo write-after-shutdown; or beside a tcp_server 9000
 *         write-after-shutdown 127.0.0.1 9000
 * See     send(2), shutdown(2), RFC 9293 section 3.10.2
 */
#define _GNU_SOURCE
#include <err.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[]) {
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *server;
	char bytes[512];
	ssize_t came;
	int fd, error;

	if (argc != 3) errx(2, "usage: write-after-shutdown HOST PORT");
	error = getaddrinfo(argv[1], argv[2], &hints, &server);
	if (error) errx(1, "getaddrinfo %s: %s", argv[1], gai_strerror(error));
	fd = socket(server->ai_family, SOCK_STREAM, 0);
	if (fd == -1) err(1, "socket");
	/* sends SYN; when SYN ACK arrives, sends ACK and returns */
	if (connect(fd, server->ai_addr, server->ai_addrlen) == -1)
		err(1, "connect to %s port %s", argv[1], argv[2]);
	freeaddrinfo(server);

	/* sends four bytes: PSH ACK */
	if (send(fd, "one\n", 4, 0) == -1) err(1, "send");
	shutdown(fd, SHUT_WR); /* sends FIN */
	/* sends nothing; without MSG_NOSIGNAL, SIGPIPE would end the program */
	if (send(fd, "two\n", 4, MSG_NOSIGNAL) != -1)
		errx(1, "send: it succeeded after shutdown");
	warn("send after shutdown");

	while ((came = recv(fd, bytes, sizeof bytes, 0)) > 0)
		if (write(STDOUT_FILENO, bytes, (size_t)came) != came)
			err(1, "stdout");
	if (came == -1) err(1, "recv");
	close(fd); /* sends nothing: FIN has been sent */
	return 0;
}
