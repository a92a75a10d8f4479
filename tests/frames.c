/*
 * frames - sends frames out of an interface, for wire.bats
 *
 * usage: frames IFACE < FRAMES, each a line of hexadecimal digits
 *
 * Needs CAP_NET_RAW.
 */
#define _GNU_SOURCE
#include <err.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <sys/socket.h>

int main(int argc, char *argv[]) {
	struct sockaddr_ll end = {.sll_family = AF_PACKET};
	const int fd = socket(AF_PACKET, SOCK_RAW, 0);
	char line[8192];

	if (argc != 2) errx(2, "usage: frames IFACE");
	end.sll_ifindex = (int)if_nametoindex(argv[1]);
	if (fd == -1 || bind(fd, (void *)&end, sizeof end))
		err(1, "%s", argv[1]);
	while (fgets(line, sizeof line, stdin)) {
		unsigned char frame[sizeof line / 2];
		size_t size = 0;

		while (sscanf(line + 2 * size, "%2hhx", &frame[size]) == 1)
			size++;
		if (send(fd, frame, size, 0) == -1) err(1, "send");
	}
	return 0;
}
