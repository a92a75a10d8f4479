/*
 * urgent - sends three bytes, the last of them urgent
 *
 * Shows   MSG_OOB: the segment has URG, and a pointer to the end of the urgent
 *         data. The server's recv() stops before the urgent byte, and a program
 *         that asks neither with MSG_OOB nor with SO_OOBINLINE does not get it.
 * Run     scripts/demo urgent; or beside a tcp_server 9000
 *         urgent 127.0.0.1 9000
 * See     send(2), tcp(7), RFC 9293 section 3.8.5; RFC 6093: new programs
 *         should not use urgent data
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

	if (argc != 3) errx(2, "usage: urgent HOST PORT");
	error = getaddrinfo(argv[1], argv[2], &hints, &server);
	if (error) errx(1, "getaddrinfo %s: %s", argv[1], gai_strerror(error));
	fd = socket(server->ai_family, SOCK_STREAM, 0);
	if (fd == -1) err(1, "socket");
	/* sends SYN; when SYN ACK arrives, sends ACK and returns */
	if (connect(fd, server->ai_addr, server->ai_addrlen) == -1)
		err(1, "connect to %s port %s", argv[1], argv[2]);
	freeaddrinfo(server);

	/* sends three bytes: URG PSH ACK */
	if (send(fd, "ab!", 3, MSG_OOB) == -1) err(1, "send");
	if (recv(fd, bytes, sizeof bytes, 0) == -1) err(1, "recv"); /* "ab" */
	close(fd); /* sends FIN */
	return 0;
}
