/*
 * udp-dont-fragment - a datagram that must not be fragmented
 *
 * Shows   IP_MTU_DISCOVER: packets leave with DF. If a datagram does not fit
 *         into one packet, sendto() fails with EMSGSIZE, and sends nothing. A
 *         datagram that just fits leaves in one packet.
 * Run     scripts/demo udp-dont-fragment; on Ethernet, whose packets have 1500
 *         bytes: udp-dont-fragment HOST 9000
 * See     ip(7), ipv6(7), RFC 1191, RFC 8899
 */
#define _GNU_SOURCE
#include <err.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* bytes: of a packet on Ethernet, and of the headers */
enum { PACKET = 1500, IPV4 = 20, IPV6 = 40, UDP = 8 };

int main(int argc, char *argv[]) {
	static const char bytes[PACKET];
	const struct addrinfo hints = {.ai_socktype = SOCK_DGRAM};
	const int always4 = IP_PMTUDISC_DO, always6 = IPV6_PMTUDISC_DO;
	struct addrinfo *server;
	size_t most;
	int fd, error;

	if (argc != 3) errx(2, "usage: udp-dont-fragment HOST PORT");
	error = getaddrinfo(argv[1], argv[2], &hints, &server);
	if (error) errx(1, "getaddrinfo %s: %s", argv[1], gai_strerror(error));
	fd = socket(server->ai_family, SOCK_DGRAM, 0);
	if (fd == -1) err(1, "socket");
	if (server->ai_family == AF_INET) {
		most = PACKET - IPV4 - UDP;
		setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &always4,
			sizeof always4);
	} else {
		most = PACKET - IPV6 - UDP;
		setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &always6,
			sizeof always6);
	}

	/* sends nothing: one byte too many */
	if (sendto(fd, bytes, most + 1, 0, server->ai_addr,
		    server->ai_addrlen) != -1)
		errx(1, "sendto: packets may be larger here");
	warn("sendto, %zu bytes", most + 1);
	/* sends a datagram, in one packet */
	if (sendto(fd, bytes, most, 0, server->ai_addr, server->ai_addrlen) ==
		-1)
		err(1, "sendto, %zu bytes", most);
	freeaddrinfo(server);
	close(fd); /* sends nothing */
	return 0;
}
