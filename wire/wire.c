/*
 * wire - a cable between two interfaces
 *
 * Shows   what a link does: a frame that goes in at one end comes out at the
 *         other, later, whole, and in order. It is the lab's cable; the lab's
 *         two hosts are on its ends.
 * Run     scripts/lab -d 20 starts it. By hand, with CAP_NET_RAW:
 *         wire -d 20 IFACE IFACE   between any two Ethernet interfaces
 * Watch   the same segment twice, 20 ms apart: once as it leaves its sender,
 *         once as it reaches its receiver.
 * See     packet(7), virtio_net_hdr in linux/virtio_net.h, netdevice(7)
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* The kernel's numbers that libc has no header for. */
enum {
	VNET_HDR_SIZE = 10, /* of struct virtio_net_hdr */
	SIOCETHTOOL = 0x8946,
	SET_TX_CHECKSUM = 0x17, /* linux/ethtool.h: ETHTOOL_STXCSUM */
	SET_TSO = 0x1f,		/* ETHTOOL_STSO */
	SET_GSO = 0x24,		/* ETHTOOL_SGSO */
	SET_GRO = 0x2c		/* ETHTOOL_SGRO */
};

/* What may be on its way at once, both ways: 1 Gbit/s for half a second. */
static const size_t LIMIT = 64 << 20;

static const char usage[] =
	"usage: wire [-d MS] IFACE IFACE\n"
	"       wire -o IFACE...\n"
	"Passes frames between two Ethernet interfaces, in order, each MS "
	"later.\n"
	"  -d MS  one-way delay, 0 to 60000, fractions allowed (0)\n"
	"  -h     print this\n"
	"  -o     switch the offloads of each IFACE off, and end: then what "
	"it\n"
	"         sends are real segments, with real checksums\n"
	"Up to 64 MiB are on their way at once; what is beyond is lost, and "
	"told.\n"
	"Exit status: 0 ended by SIGINT or SIGTERM, or -o; 1 it failed; 2 "
	"usage.\n"
	"Needs CAP_NET_RAW, and -o CAP_NET_ADMIN. See packet(7).\n";

struct frame {
	struct frame *next;
	long long due; /* ns, CLOCK_MONOTONIC */
	int out;       /* index of the interface it leaves by */
	size_t size;
	char bytes[]; /* struct virtio_net_hdr, then the frame itself */
};

struct queue {
	struct frame *first, **last;
	size_t size;
	unsigned long lost;
};

static long long now(void) {
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void stop(int unused) {
	(void)unused;
	_exit(0);
}

/* Milliseconds, as nanoseconds. */
static long long delay(const char *text) {
	char *end;
	const double ms = strtod(text, &end);

	if (strspn(text, "0123456789.") != strlen(text) || end == text ||
		*end || !(ms >= 0 && ms <= 60000))
		errx(2, "-d: '%s' is not a number of ms from 0 to 60000", text);
	return (long long)(ms * 1e6);
}

static void switch_offloads_off(const char *name) {
	static const unsigned settings[] = {
		SET_TX_CHECKSUM, SET_TSO, SET_GSO, SET_GRO};
	const int fd = socket(AF_INET, SOCK_DGRAM, 0);

	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		unsigned off[] = {settings[i], 0}; /* struct ethtool_value */
		struct ifreq request = {.ifr_data = (void *)off};

		snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
		if (ioctl(fd, SIOCETHTOOL, &request) == -1)
			err(1, "%s: cannot switch its offloads off", name);
	}
	close(fd);
}

/* A socket that gets each frame the interface receives, and sends out of it.
 * The virtio_net_hdr before each frame keeps what the sender left to its
 * "hardware": an unfinished checksum, the size to cut segments to. */
static int plug(const char *name) {
	const int on = 1, room = 16 << 20;
	struct sockaddr_ll end = {.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(name)};
	int fd;

	if (end.sll_ifindex == 0) err(1, "%s", name);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);
	if (fd == -1) err(1, "socket for %s", name);
	if (setsockopt(
		    fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) ||
		setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on))
		err(1, "setsockopt on %s", name);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	if (bind(fd, (void *)&end, sizeof end)) err(1, "bind to %s", name);
	return fd;
}

/* Takes in what has arrived at one end, to leave by the other; not all at once,
 * lest what is due has to wait. */
static void take(struct queue *q, int fd, int out, long long later) {
	static char bytes[VNET_HDR_SIZE + (1 << 17)];
	ssize_t n;

	for (int most = 64; most > 0; most--) {
		struct frame *f = NULL;

		n = recv(fd, bytes, sizeof bytes, 0);
		if (n == -1 && errno != EAGAIN && errno != EINTR)
			err(1, "recv");
		if (n <= 0) return;

		if (q->size + (size_t)n <= LIMIT)
			f = malloc(sizeof *f + (size_t)n);
		if (!f) {
			if (q->lost++ == 0)
				warnx("full: more than 64 MiB on their way; "
				      "frames are lost");
			continue;
		}
		*f = (struct frame){
			.due = now() + later, .out = out, .size = (size_t)n};
		memcpy(f->bytes, bytes, (size_t)n);
		q->size += f->size;
		*q->last = f;
		q->last = &f->next;
	}
}

/* Sends what is due. Returns the ns until the next will be; -1 if none is. */
static long long deliver(struct queue *q, const int fd[2]) {
	long long wait;

	while (q->first && q->first->due <= now()) {
		struct frame *f = q->first;

		if (send(fd[f->out], f->bytes, f->size, MSG_DONTWAIT) == -1) {
			if (errno == EAGAIN || errno == ENOBUFS)
				break; /* a full device: soon again */
			err(1, "send");
		}
		q->first = f->next;
		if (!q->first) q->last = &q->first;
		q->size -= f->size;
		free(f);
	}
	if (!q->first) return -1;
	wait = q->first->due - now();
	return wait > 0 ? wait : 100000;
}

int main(int argc, char *argv[]) {
	long long later = 0;
	bool offloads = false;
	struct queue q = {.last = &q.first};
	int fd[2];

	setvbuf(stderr, NULL, _IOLBF, 0);
	for (int c; (c = getopt(argc, argv, "d:ho")) != -1;)
		switch (c) {
		case 'd': later = delay(optarg); break;
		case 'h': return fputs(usage, stdout) < 0 || fflush(stdout);
		case 'o': offloads = true; break;
		default: fputs(usage, stderr); return 2;
		}
	argc -= optind;
	argv += optind;
	if (offloads ? argc < 1 : argc != 2) {
		fputs(usage, stderr);
		return 2;
	}
	if (offloads) {
		while (*argv)
			switch_offloads_off(*argv++);
		return 0;
	}
	/* where SIGINT is ignored, in a script's background, it stays so */
	if (signal(SIGINT, SIG_IGN) != SIG_IGN) signal(SIGINT, stop);
	signal(SIGTERM, stop);
	prctl(PR_SET_TIMERSLACK, 1UL);
	fd[0] = plug(argv[0]);
	fd[1] = plug(argv[1]);
	fprintf(stderr, "wire: %s and %s are joined, %g ms apart\n", argv[0],
		argv[1], (double)later / 1e6);

	for (;;) {
		const long long wait = deliver(&q, fd);
		const struct timespec t = {
			wait / 1000000000, wait % 1000000000};
		struct pollfd p[] = {{fd[0], POLLIN, 0}, {fd[1], POLLIN, 0}};

		if (ppoll(p, 2, wait < 0 ? NULL : &t, NULL) == -1 &&
			errno != EINTR)
			err(1, "ppoll");
		if (p[0].revents) take(&q, fd[0], 1, later);
		if (p[1].revents) take(&q, fd[1], 0, later);
	}
}
