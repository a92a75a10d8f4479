/*
 * capture.c - a capture, as a file or while it grows -> its packets
 *
 * tcpdump reads whatever libpcap does, and writes it as a plain stream: that is
 * all that is read here, pcap(5) in nanoseconds. A capture that still grows is
 * tcpdump's own, and such a stream already.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "read.h"

enum { MOST = 1 << 18 }; /* bytes of a frame: libpcap's own limit */

/* What to do where tcpdump could not go on. */
static const char *remedy(const char *reason) {
	if (strstr(reason, "unknown file format") || strstr(reason, "bad dump"))
		return "\nremedy: tcpdump reads no such file; editcap -F pcap "
		       "may be able to convert it";
	if (strstr(reason, "different from the type of the first"))
		return "\nremedy: take one interface out: tshark -r FILE -Y "
		       "'frame.interface_id == 0' -F pcap -w ONE.pcap";
	if (strstr(reason, "different from the snapshot length"))
		return "\nremedy: editcap -F pcap FILE ONE.pcap";
	return "";
}

static void spawn(struct capture *c, int file, const char *filter) {
	int line[2];

	if (pipe2(line, O_CLOEXEC)) err(1, "pipe");
	/* in memory: no folder need be writable */
	c->complaints = fdopen(memfd_create("complaints", MFD_CLOEXEC), "w+");
	if (!c->complaints) err(1, "memfd_create");
	c->tcpdump = fork();
	if (c->tcpdump == -1) err(1, "fork");
	if (c->tcpdump == 0) {
		dup2(file, STDIN_FILENO);
		dup2(line[1], STDOUT_FILENO);
		dup2(fileno(c->complaints), STDERR_FILENO);
		execlp("tcpdump", "tcpdump", "-n", "-r", "-", "-w", "-",
			"--time-stamp-precision=nano", "--", filter,
			(char *)NULL);
		dprintf(STDERR_FILENO, "tcpdump: %s: run scripts/setup\n",
			strerror(errno));
		_exit(127);
	}
	close(line[1]);
	c->fd = line[0];
	fcntl(c->fd, F_SETPIPE_SZ, 1 << 20); /* or what it has */
}

void open_capture(struct capture *c, const char *file, const char *filter) {
	const int fd = strcmp(file, "-") == 0 ?
			       dup(STDIN_FILENO) :
			       open(file, O_RDONLY | O_CLOEXEC);
	unsigned char magic[2] = {0};

	c->name = strdup(file);
	if (fd == -1) err(1, "%s", file);
	if (pread(fd, magic, 2, 0) == 2 && magic[0] == 0x1f && magic[1] == 0x8b)
		errx(1,
			"%s: it is compressed\nremedy: gunzip -c %s | "
			"scripts/ladder -",
			file, file);
	spawn(c, fd, filter);
	close(fd);
}

bool watch_capture(struct capture *c, const char *file) {
	c->name = strdup(file);
	c->fd = open(file, O_RDONLY | O_CLOEXEC);
	return c->fd != -1;
}

/* Whether the next n bytes are in the buffer, at `begin`. */
static bool have(struct capture *c, size_t n) {
	while (c->end - c->begin < n) {
		ssize_t came;

		if (c->begin) {
			memmove(c->buffer, c->buffer + c->begin,
				c->end - c->begin);
			c->end -= c->begin;
			c->begin = 0;
		}
		while (c->room < n || c->room < 1 << 16)
			c->buffer = enlarge(c->buffer, c->room, &c->room, 1);
		came = read(c->fd, c->buffer + c->end, c->room - c->end);
		if (came == -1 && errno == EINTR) continue;
		if (came == -1) err(1, "%s", c->name);
		if (came == 0) return false;
		c->end += (size_t)came;
	}
	return true;
}

static uint32_t number(const struct capture *c, size_t at) {
	uint32_t n;

	memcpy(&n, c->buffer + c->begin + at, sizeof n);
	return c->swapped ? __builtin_bswap32(n) : n;
}

/* The 24 bytes that a stream begins with. */
static bool open_stream(struct capture *c) {
	if (c->opened) return true;
	if (!have(c, 24)) return false;
	c->swapped = false;
	if (number(c, 0) != 0xa1b2c3d4 && number(c, 0) != 0xa1b23c4d)
		c->swapped = true;
	c->unit = number(c, 0) == 0xa1b23c4d ? 1 : 1000;
	if (c->unit == 1000 && number(c, 0) != 0xa1b2c3d4)
		errx(1, "%s: tcpdump's stream is not pcap's", c->name);
	c->link = number(c, 20) & 0xffff;
	c->begin += 24;
	c->opened = true;
	return true;
}

/* A fragment belongs to the datagram whose first one came a little before. */
static bool join_fragment(
	struct capture *c, struct packets *to, uint64_t datagram) {
	for (unsigned i = 0; i < 16; i++) {
		const size_t place = c->fragments[i].place;

		if (c->fragments[i].datagram != datagram || !datagram ||
			place >= to->count)
			continue;
		if (to->at[place].fragments < 255) to->at[place].fragments++;
		return true;
	}
	return false;
}

static void leave_out(struct account *a, const char *reason) {
	size_t i = 0;

	while (a->of[i].reason && a->of[i].reason != reason && i < REASONS - 1)
		i++;
	a->of[i].reason = reason;
	a->of[i].count++;
}

/* scene.sh's sentinels, and what they drew, are not of the scene. */
static bool is_discard(const struct packet *p) {
	return p->protocol == IPPROTO_UDP &&
	       (p->to.port == 9 || p->from.port == 9);
}

/* Appends the packets that are there. False: no more will come. */
bool read_packets(struct capture *c, struct packets *to, struct account *a) {
	if (!open_stream(c)) return false;
	while (have(c, 16)) {
		struct packet p = {.scale = -1};
		const nanoseconds seconds = number(c, 0);
		const uint32_t size = number(c, 8), length = number(c, 12);
		uint64_t datagram = 0;
		const char *reason;

		p.time = seconds * SECOND + number(c, 4) * c->unit;
		if (size > MOST)
			errx(1, "%s: frame %u says that it has %u bytes",
				c->name, c->frames + 1, size);
		if (!have(c, 16 + (size_t)size)) break;
		p.frame = ++c->frames;
		reason = decode(c->buffer + c->begin + 16, size, length,
			c->link, &p, &datagram);
		if (c->keeps && !reason) {
			p.bytes = allocate(size);
			p.size = size;
			memcpy(p.bytes, c->buffer + c->begin + 16, size);
		}
		c->begin += 16 + (size_t)size;
		if (reason == later_fragment && join_fragment(c, to, datagram))
			continue;
		if (reason) leave_out(a, reason);
		if (reason || is_discard(&p)) {
			free_packet(&p);
			continue;
		}
		if (p.fragments) {
			c->fragments[c->fragment % 16].datagram = datagram;
			c->fragments[c->fragment++ % 16].place = to->count;
		}
		to->at = enlarge(to->at, to->count, &to->room, sizeof p);
		to->at[to->count++] = p;
		a->drawn++;
	}
	return c->tcpdump == 0;
}

/* Tells what tcpdump had to say; it must have read something. */
void close_capture(struct capture *c) {
	char line[512];
	int status = 0;

	close(c->fd);
	free(c->buffer);
	if (!c->tcpdump) return;
	waitpid(c->tcpdump, &status, 0);
	rewind(c->complaints);
	while (fgets(line, sizeof line, c->complaints)) {
		const char *text = line;

		line[strcspn(line, "\n")] = '\0';
		for (char *at = line; *at; at++)
			if (*at < ' ' || *at > '~') *at = '?';
		if (strncmp(text, "tcpdump: ", 9) == 0) text += 9;
		if (strncmp(text, "reading from", 12) == 0 || !*text) continue;
		if (!c->opened)
			errx(1, "%s: %s%s", c->name, text, remedy(text));
		warnx("%s: %s%s", c->name, text, remedy(text));
	}
	if (!c->opened) errx(1, "%s: it is empty", c->name);
	fclose(c->complaints);
}
