/* What each of these programs in C begins with: a socket that is connected to
 * HOST and PORT, or one that listens there. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

__attribute__((unused)) static struct addrinfo *find(char *argv[], int type) {
	struct addrinfo hints = {.ai_socktype = type}, *a;

	if (getaddrinfo(argv[1], argv[2], &hints, &a)) errx(1, "getaddrinfo");
	return a;
}

__attribute__((unused)) static int connected(char *argv[]) {
	struct addrinfo *a = find(argv, SOCK_STREAM);
	int s = socket(a->ai_family, SOCK_STREAM, 0);

	if (connect(s, a->ai_addr, a->ai_addrlen)) err(1, "connect");
	return s;
}

__attribute__((unused)) static int listening(char *argv[], int reuse) {
	struct addrinfo *a = find(argv, SOCK_STREAM);
	int s = socket(a->ai_family, SOCK_STREAM, 0);

	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
	if (bind(s, a->ai_addr, a->ai_addrlen)) err(1, "bind");
	if (listen(s, 9)) err(1, "listen");
	return s;
}
