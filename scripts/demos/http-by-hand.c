/*
 * http-by-hand - an HTTP request and its response, as typed
 *
 * Shows   that HTTP is text in a stream: the client sends its stdin, a request
 *         that ends with an empty line; the server waits for that line, and
 *         sends its own stdin, a response that ends with FIN.
 * Run     scripts/demo http-by-hand; or
 *         echo hello | http-by-hand server 127.0.0.1 8080  and
 *         printf 'GET / HTTP/1.0\r\n\r\n' | http-by-hand client 127.0.0.1 8080
 * See     RFC 1945 (HTTP/1.0) sections 4.1 and 7.2.2; RFC 9112
 */
#define _GNU_SOURCE
#include <err.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char text[65536]; /* what stdin contains */
static size_t size;

static int client(const struct addrinfo *, char *argv[]);
static int server(const struct addrinfo *, char *argv[]);

int main(int argc, char *argv[]) {
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *a;
	int error;

	if (argc != 4 ||
		(strcmp(argv[1], "client") && strcmp(argv[1], "server")))
		errx(2, "usage: http-by-hand client|server HOST PORT");
	error = getaddrinfo(argv[2], argv[3], &hints, &a);
	if (error) errx(1, "getaddrinfo %s: %s", argv[2], gai_strerror(error));
	size = fread(text, 1, sizeof text, stdin);
	return *argv[1] == 'c' ? client(a, argv) : server(a, argv);
}

static int client(const struct addrinfo *a, char *argv[]) {
	char bytes[4096];
	const int fd = socket(a->ai_family, SOCK_STREAM, 0);
	ssize_t came;

	if (fd == -1) err(1, "socket");
	/* sends SYN; when SYN ACK arrives, sends ACK and returns */
	if (connect(fd, a->ai_addr, a->ai_addrlen) == -1)
		err(1, "connect to %s port %s", argv[2], argv[3]);
	if (send(fd, text, size, 0) == -1) err(1, "send"); /* the request */
	while ((came = recv(fd, bytes, sizeof bytes, 0)) > 0)
		if (write(STDOUT_FILENO, bytes, (size_t)came) != came)
			err(1, "stdout");
	if (came == -1) err(1, "recv");
	close(fd); /* sends FIN, after the server's */
	return 0;
}

static int server(const struct addrinfo *a, char *argv[]) {
	char request[4096];
	const int on = 1, listener = socket(a->ai_family, SOCK_STREAM, 0);
	size_t got = 0;
	ssize_t came;
	int fd;

	if (listener == -1) err(1, "socket");
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(listener, a->ai_addr, a->ai_addrlen) == -1)
		err(1, "bind to %s port %s", argv[2], argv[3]);
	if (listen(listener, 1) == -1) err(1, "listen");
	fd = accept(listener, NULL, NULL); /* sends nothing */
	if (fd == -1) err(1, "accept");
	do { /* until the empty line; the request may be several segments */
		came = recv(fd, request + got, sizeof request - got, 0);
		if (came == -1) err(1, "recv");
		if (came == 0) errx(1, "the request has no end");
		got += (size_t)came;
	} while (!memmem(request, got, "\r\n\r\n", 4));
	if (send(fd, text, size, 0) == -1) err(1, "send"); /* the response */
	close(fd); /* sends FIN: the end of the response */
	return 0;
}
