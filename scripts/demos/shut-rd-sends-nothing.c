/*
 * shut-rd-sends-nothing - the other half of shutdown
 *
 * Shows   shutdown(SHUT_RD) sends nothing, so the server does not notice it.
 *         What the server sends is acknowledged, and on Linux recv() even
 *         returns these bytes. If nothing has arrived, recv() returns 0, though
 *         the server has not sent FIN.
 * Run     scripts/demo shut-rd-sends-nothing; or beside a tcp_server 9000
 *         shut-rd-sends-nothing 127.0.0.1 9000
 * See     shutdown(2), recv(2); RFC 9293 has no such call
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
	int fd, error;

	if (argc != 3) errx(2, "usage: shut-rd-sends-nothing HOST PORT");
	error = getaddrinfo(argv[1], argv[2], &hints, &server);
	if (error) errx(1, "getaddrinfo %s: %s", argv[1], gai_strerror(error));
	fd = socket(server->ai_family, SOCK_STREAM, 0);
	if (fd == -1) err(1, "socket");
	/* sends SYN; when SYN ACK arrives, sends ACK and returns */
	if (connect(fd, server->ai_addr, server->ai_addrlen) == -1)
		err(1, "connect to %s port %s", argv[1], argv[2]);
	freeaddrinfo(server);

	shutdown(fd, SHUT_RD);			    /* sends nothing */
	if (recv(fd, bytes, sizeof bytes, 0) == -1) /* 0 at once, without FIN */
		err(1, "recv");
	/* sends four bytes: PSH ACK; the server's answer is acknowledged */
	if (send(fd, "one\n", 4, 0) == -1) err(1, "send");
	if (recv(fd, bytes, sizeof bytes, 0) == -1) /* 4 bytes */
		err(1, "recv");
	close(fd); /* sends FIN */
	return 0;
}
