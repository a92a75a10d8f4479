/*
 * close-is-not-shutdown - only the last close() of a socket sends FIN
 *
 * Shows   after fork() two processes share one socket. The first close() sends
 *         nothing; the last sends FIN. shutdown() would send FIN at once.
 * Run     scripts/demo close-is-not-shutdown; or beside a tcp_server 9000
 *         close-is-not-shutdown 127.0.0.1 9000
 * See     fork(2), close(2), shutdown(2)
 */
#define _GNU_SOURCE
#include <err.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[]) {
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *server;
	char bytes[512];
	int fd, error;
	pid_t child;

	if (argc != 3) errx(2, "usage: close-is-not-shutdown HOST PORT");
	error = getaddrinfo(argv[1], argv[2], &hints, &server);
	if (error) errx(1, "getaddrinfo %s: %s", argv[1], gai_strerror(error));
	fd = socket(server->ai_family, SOCK_STREAM, 0);
	if (fd == -1) err(1, "socket");
	/* sends SYN; when SYN ACK arrives, sends ACK and returns */
	if (connect(fd, server->ai_addr, server->ai_addrlen) == -1)
		err(1, "connect to %s port %s", argv[1], argv[2]);
	freeaddrinfo(server);

	child = fork();
	if (child == -1) err(1, "fork");
	if (child == 0) {
		/* sends four bytes, as the connection is still open */
		if (send(fd, "one\n", 4, 0) == -1) err(1, "send");
		if (recv(fd, bytes, sizeof bytes, 0) == -1) err(1, "recv");
		close(fd); /* sends FIN: this is the last close() */
		return 0;
	}
	close(fd); /* sends nothing: the child still has the socket */
	if (waitpid(child, &error, 0) == -1) err(1, "waitpid");
	return error != 0;
}
