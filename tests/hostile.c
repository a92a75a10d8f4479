/*
 * hostile - sends frames with wrong headers out of an interface, for wire.bats
 *
 * usage: hostile IFACE COUNT
 *
 * Of every three frames, one is random, one is a TCP segment or UDP datagram
 * with some random bytes in its headers, and one is such a frame, but cut
 * short. The frames are the same each time. Needs CAP_NET_RAW.
 */
#define _GNU_SOURCE
#include <err.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int main(int argc, char *argv[]) {
	/* Ethernet's header, then IPv4's or IPv6's, then TCP's or UDP's */
	static const unsigned char four[] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1,
		8, 0, 0x45, 0, 0, 60, 0, 1, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1,
		192, 0, 2, 2, 0x9c, 0x40, 0x23, 0x28, 0, 0, 0, 0, 0, 0, 0, 0,
		0x50, 2};
	static const unsigned char six[] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1,
		0x86, 0xdd, 0x60, 0, 0, 0, 0, 40, 17, 64};
	unsigned char frame[1514];
	struct sockaddr_ll end = {.sll_family = AF_PACKET};
	int fd;

	if (argc != 3) errx(2, "usage: hostile IFACE COUNT");
	end.sll_ifindex = (int)if_nametoindex(argv[1]);
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (fd == -1 || bind(fd, (void *)&end, sizeof end))
		err(1, "%s", argv[1]);
	srandom(1);
	for (long n = atol(argv[2]); n > 0; n--) {
		size_t size = 14 + (size_t)random() % (sizeof frame - 13);

		for (size_t i = 0; i < sizeof frame; i++)
			frame[i] = (unsigned char)random();
		if (n % 3 > 0 && n % 2 > 0)
			memcpy(frame, four, sizeof four);
		else if (n % 3 > 0)
			memcpy(frame, six, sizeof six);
		for (int lies = n % 3 > 0 ? 3 : 0; lies > 0; lies--)
			frame[14 + random() % 40] = (unsigned char)random();
		if (n % 3 == 2) size = 14 + (size_t)random() % 60;
		if (send(fd, frame, size, 0) == -1) err(1, "send");
	}
	return 0;
}
