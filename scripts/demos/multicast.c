/*
 * multicast - a member of a group, which receives what is sent to the group
 *
 * Shows   join, bind() to the group's address and port, recv(). Several sockets
 *         may do so: each gets a copy of each datagram. The sender sends a
 *         datagram only once, and need not be a member.
 * Run     scripts/demo multicast; or, in one or more terminals,
 *         multicast 239.255.0.1 9000 IFACE, and in another
 *         udp_client -o 239.255.0.1 9000. IFACE is the interface by which the
 *         datagram leaves: that of the default route (ip route).
 * See     ip(7), ipv6(7), socket(7); RFC 1112, RFC 3493 section 5.2
 */
#define _GNU_SOURCE
#include <err.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[]) {
	const struct addrinfo hints = {.ai_socktype = SOCK_DGRAM};
	struct group_req join = {0};
	struct addrinfo *group;
	const int on = 1;
	char bytes[512];
	int fd, error;

	if (argc != 4) errx(2, "usage: multicast GROUP PORT INTERFACE");
	error = getaddrinfo(argv[1], argv[2], &hints, &group);
	if (error) errx(1, "getaddrinfo %s: %s", argv[1], gai_strerror(error));
	fd = socket(group->ai_family, SOCK_DGRAM, 0);
	if (fd == -1) err(1, "socket");
	/* other sockets may bind to the same address and port */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	join.gr_interface = if_nametoindex(argv[3]);
	memcpy(&join.gr_group, group->ai_addr, group->ai_addrlen);
	/* sends a report to routers (IGMP, MLD): this host is a member now */
	if (setsockopt(fd,
		    group->ai_family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6,
		    MCAST_JOIN_GROUP, &join, sizeof join) == -1)
		err(1, "join %s on %s", argv[1], argv[3]);
	if (bind(fd, group->ai_addr, group->ai_addrlen) == -1)
		err(1, "bind to %s port %s", argv[1], argv[2]);
	freeaddrinfo(group);

	/* receives this socket's copy of a datagram */
	if (recv(fd, bytes, sizeof bytes, 0) == -1) err(1, "recv");
	close(fd); /* leaves the group */
	return 0;
}
