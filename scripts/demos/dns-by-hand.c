/*
 * dns-by-hand - a name server that knows one answer
 *
 * Shows   a question in one datagram, and its answer in another. The answer has
 *         the same ID and repeats the question; the address follows the
 *         question.
 * Run     scripts/demo dns-by-hand; or dns-by-hand 127.0.0.1 5300  and
 *         dig @127.0.0.1 -p 5300 +noedns server.example
 * See     RFC 1035 sections 4.1 and 4.2.1
 */
#define _GNU_SOURCE
#include <err.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[]) {
	static const unsigned char answer[] = {
		0xc0, 12,    /* the name: the one at byte 12, in the question */
		0, 1, 0, 1,  /* an IPv4 address (A), of the Internet (IN) */
		0, 0, 0, 60, /* valid for 60 s */
		0, 4,	     /* four bytes: */
		192, 0, 2, 2, /* 192.0.2.2 */
	};
	const struct addrinfo hints = {.ai_socktype = SOCK_DGRAM};
	struct addrinfo *own;
	struct sockaddr_storage peer;
	socklen_t size = sizeof peer;
	unsigned char message[512]; /* longer messages need TCP */
	ssize_t came;
	int fd, error;

	if (argc != 3) errx(2, "usage: dns-by-hand HOST PORT");
	error = getaddrinfo(argv[1], argv[2], &hints, &own);
	if (error) errx(1, "getaddrinfo %s: %s", argv[1], gai_strerror(error));
	fd = socket(own->ai_family, SOCK_DGRAM, 0);
	if (fd == -1) err(1, "socket");
	if (bind(fd, own->ai_addr, own->ai_addrlen) == -1)
		err(1, "bind to %s port %s", argv[1], argv[2]);
	freeaddrinfo(own);

	/* receives a question: a header of 12 bytes, a name, a type, a class */
	came = recvfrom(fd, message, sizeof message - sizeof answer, 0,
		(void *)&peer, &size);
	if (came == -1) err(1, "recvfrom");
	if (came < 17) errx(1, "%zd bytes are no question", came);
	message[2] |= 0x84; /* QR and AA: an authoritative answer */
	message[7] = 1;	    /* one answer follows the question */
	memcpy(message + came, answer, sizeof answer);
	/* sends the answer to the client */
	if (sendto(fd, message, (size_t)came + sizeof answer, 0, (void *)&peer,
		    size) == -1)
		err(1, "sendto");
	close(fd); /* sends nothing */
	return 0;
}
