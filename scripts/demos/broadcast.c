/*
 * broadcast - one datagram to all hosts of a network
 *
 * Shows   sendto() a broadcast address fails with EACCES, until the socket has
 *         SO_BROADCAST. Then one datagram leaves, and each host that receives
 *         it answers from its own address.
 * Run     scripts/demo broadcast; or udp_server 0.0.0.0 9000 and
 *         broadcast 127.255.255.255 9000
 * See     socket(7), ip(7), RFC 919; IPv6 has multicast only
 */
#define _GNU_SOURCE
#include <err.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[]) {
	const struct addrinfo hints = {
		.ai_family = AF_INET, .ai_socktype = SOCK_DGRAM};
	struct addrinfo *all;
	const int on = 1;
	char bytes[512];
	int fd, error;

	if (argc != 3) errx(2, "usage: broadcast ADDRESS PORT");
	error = getaddrinfo(argv[1], argv[2], &hints, &all);
	if (error) errx(1, "getaddrinfo %s: %s", argv[1], gai_strerror(error));
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd == -1) err(1, "socket");

	/* sends nothing: SO_BROADCAST is not set yet */
	if (sendto(fd, "all?", 4, 0, all->ai_addr, all->ai_addrlen) != -1)
		errx(1, "sendto: it needed no SO_BROADCAST");
	warn("sendto %s", argv[1]);
	setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on);
	/* sends one datagram, to all hosts */
	if (sendto(fd, "all?", 4, 0, all->ai_addr, all->ai_addrlen) == -1)
		err(1, "sendto %s", argv[1]);
	freeaddrinfo(all);

	/* receives the first answer, from a host's own address */
	if (recv(fd, bytes, sizeof bytes, 0) == -1) err(1, "recv");
	close(fd); /* sends nothing */
	return 0;
}
