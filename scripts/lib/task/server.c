#include <err.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[]) {
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *here;
	int s, e;

	if (argc != 3) errx(2, "usage: %s HOST PORT", argv[0]);
	if ((e = getaddrinfo(argv[1], argv[2], &hints, &here)) != 0)
		errx(1, "%s: %s", argv[1], gai_strerror(e));
	s = socket(here->ai_family, here->ai_socktype, 0);
	if (s == -1) err(1, "socket");
	/* here: bind(2), listen(2), accept(2), and what else the task needs */
	close(s);
	freeaddrinfo(here);
	return 0;
}
