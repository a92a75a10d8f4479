/*
 * udp-truncated - a receiver whose buffer is too small
 *
 * Shows   recvfrom() returns what fits into its buffer, and drops the rest of
 *         the datagram. With MSG_PEEK the datagram stays in the queue; with
 *         MSG_TRUNC (Linux) recvfrom() returns the datagram's whole length.
 * Run     scripts/demo udp-truncated; or udp-truncated 127.0.0.1 9000 and
 *         seq 1000000007 1000000008 | udp_client 127.0.0.1 9000
 * See     recv(2), udp(7), RFC 768
 */
#define _GNU_SOURCE
#include <err.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[]) {
	const struct addrinfo hints = {.ai_socktype = SOCK_DGRAM};
	struct addrinfo *own;
	struct sockaddr_storage peer;
	socklen_t size = sizeof peer;
	char bytes[4];
	ssize_t came;
	int fd, error;

	if (argc != 3) errx(2, "usage: udp-truncated HOST PORT");
	error = getaddrinfo(argv[1], argv[2], &hints, &own);
	if (error) errx(1, "getaddrinfo %s: %s", argv[1], gai_strerror(error));
	fd = socket(own->ai_family, SOCK_DGRAM, 0);
	if (fd == -1) err(1, "socket");
	if (bind(fd, own->ai_addr, own->ai_addrlen) == -1)
		err(1, "bind to %s port %s", argv[1], argv[2]);
	freeaddrinfo(own);

	/* returns the first datagram's length; the datagram stays queued */
	came = recv(fd, bytes, sizeof bytes, MSG_PEEK | MSG_TRUNC);
	if (came == -1) err(1, "recv");
	for (int i = 0; i < 2; i++) {
		/* receives a datagram: four bytes; the rest is lost */
		came = recvfrom(
			fd, bytes, sizeof bytes, 0, (void *)&peer, &size);
		if (came == -1) err(1, "recvfrom");
		/* sends these bytes back */
		if (sendto(fd, bytes, (size_t)came, 0, (void *)&peer, size) ==
			-1)
			err(1, "sendto");
	}
	close(fd); /* sends nothing */
	return 0;
}
