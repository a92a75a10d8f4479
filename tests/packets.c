/*
 * packets - makes a capture of the packets that its stdin tells, for the tests
 *
 *     0.020  192.0.2.2:9000 > 192.0.2.1:40000  SA seq 9 ack 2 mss 1460 scale 7
 *
 * usage: packets [-l LINK] > FILE.pcap
 *
 * Each line: the time (s since 1970), the ends, and words:
 *     S A P F R U E C   TCP flags, in any order and number; or
 *     udp; icmp TYPE CODE [about END > END]
 *     seq N, ack N, win N, len N, text WORD, mss N, scale N, sackok, ts N N,
 *     sack N N, id N, ttl N, tos N; bad: a wrong checksum
 *     frag OFFSET, more: a fragment; zero: IP's length is 0; ext: an IPv6
 *     extension header; cut N: only so many bytes of the frame are captured;
 *     vlan; type HEX: another EtherType; proto N: another protocol over IP
 * LINK: 1 Ethernet, 0 BSD loopback, 101 raw IP, 113 and 276 Linux "cooked".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct end {
	uint8_t address[16];
	int size, port;
};

/* What a line asks for. */
struct packet {
	uint32_t seconds, nanoseconds;
	struct end from, to, about[2];
	unsigned long seq, ack, win, len, mss, id, ttl, tos, frag, cut, proto;
	unsigned long type, icmp[2], ts[2], sack[2], scale, flags;
	unsigned long bad, more, zero, ext, vlan, sackok; /* 0 or 1 */
	const char *text;
};

static const struct {
	const char *word;
	size_t place;
} numbers[] = {{"seq", offsetof(struct packet, seq)},
	{"ack", offsetof(struct packet, ack)},
	{"win", offsetof(struct packet, win)},
	{"len", offsetof(struct packet, len)},
	{"mss", offsetof(struct packet, mss)},
	{"id", offsetof(struct packet, id)},
	{"ttl", offsetof(struct packet, ttl)},
	{"tos", offsetof(struct packet, tos)},
	{"frag", offsetof(struct packet, frag)},
	{"cut", offsetof(struct packet, cut)},
	{"proto", offsetof(struct packet, proto)},
	{"scale", offsetof(struct packet, scale)}, {NULL, 0}},
  switches[] = {{"bad", offsetof(struct packet, bad)},
	  {"more", offsetof(struct packet, more)},
	  {"zero", offsetof(struct packet, zero)},
	  {"ext", offsetof(struct packet, ext)},
	  {"vlan", offsetof(struct packet, vlan)},
	  {"sackok", offsetof(struct packet, sackok)}, {NULL, 0}};

/* ---- reading ------------------------------------------------------------ */

static char *next(char **rest) {
	char *word;

	do
		word = strsep(rest, " \t\n");
	while (word && !*word);
	return word;
}

static unsigned long number(char **rest) {
	return strtoul(next(rest), NULL, 10);
}

static struct end end(char **rest) {
	const char *text = next(rest);
	struct end e = {.size = 4};
	char address[64], *port;

	snprintf(address, sizeof address, "%s", text + (*text == '['));
	port = strrchr(
		address, ':'); /* an IPv6 address with one has brackets */
	if (port && (*text != '[' || port[-1] == ']')) {
		e.port = atoi(port + 1);
		*port = '\0';
	}
	address[strcspn(address, "]")] = '\0';
	if (inet_pton(AF_INET, address, e.address) == 1) return e;
	e.size = 16;
	if (inet_pton(AF_INET6, address, e.address) != 1)
		errx(2, "'%s' is no address", text);
	return e;
}

static unsigned long flags_of(const char *word) {
	static const char letters[] = "FSRPAUEC";
	unsigned long flags = 0;

	for (; *word; word++) {
		const char *letter = strchr(letters, *word);

		if (!letter) errx(2, "what is '%s'?", word);
		flags |= 1UL << (letter - letters);
	}
	return flags;
}

static unsigned long *place_of(
	struct packet *p, const char *word, bool of_number) {
	for (int i = 0; of_number && numbers[i].word; i++)
		if (strcmp(word, numbers[i].word) == 0)
			return (void *)((char *)p + numbers[i].place);
	for (int i = 0; !of_number && switches[i].word; i++)
		if (strcmp(word, switches[i].word) == 0)
			return (void *)((char *)p + switches[i].place);
	return NULL;
}

static void read_word(struct packet *p, const char *word, char **rest) {
	unsigned long *place = place_of(p, word, true);

	if (place)
		*place = number(rest);
	else if ((place = place_of(p, word, false)))
		*place = 1;
	else if (strcmp(word, "udp") == 0)
		p->proto = 17;
	else if (strcmp(word, "type") == 0)
		p->type = strtoul(next(rest), NULL, 16);
	else if (strcmp(word, "icmp") == 0) {
		p->proto = p->from.size == 4 ? 1 : 58;
		p->icmp[0] = number(rest);
		p->icmp[1] = number(rest);
	} else if (strcmp(word, "about") == 0) {
		p->about[0] = end(rest);
		next(rest);
		p->about[1] = end(rest);
	} else if (strcmp(word, "ts") == 0) {
		p->ts[0] = number(rest);
		p->ts[1] = number(rest);
	} else if (strcmp(word, "sack") == 0) {
		p->sack[0] = number(rest);
		p->sack[1] = number(rest);
	} else if (strcmp(word, "text") == 0) {
		p->text = next(rest);
		p->len = strlen(p->text) + 1;
	} else
		p->flags |= flags_of(word);
}

static bool read_packet(struct packet *p, char *line) {
	char *time = next(&line), *word, nine[] = "000000000", *dot;

	if (!time || *time == '#') return false;
	*p = (struct packet){.win = 512, .ttl = 64, .proto = 6, .scale = 255};
	p->seconds = (uint32_t)strtoul(time, &dot, 10);
	if (*dot) memcpy(nine, dot + 1, strnlen(dot + 1, 9));
	p->nanoseconds = (uint32_t)strtoul(nine, NULL, 10);
	p->from = end(&line);
	next(&line); /* ">" */
	p->to = end(&line);
	p->type = p->from.size == 4 ? 0x0800 : 0x86dd;
	while ((word = next(&line)))
		read_word(p, word, &line);
	return true;
}

/* ---- writing ------------------------------------------------------------ */

static uint8_t frame[70000];
static size_t size;

static void put(const void *bytes, size_t n) {
	memcpy(frame + size, bytes, n);
	size += n;
}

static void put_number(unsigned long n, int bytes) { /* as the network has it */
	while (bytes--)
		frame[size++] = (uint8_t)(n >> 8 * bytes);
}

static void set_short(size_t at, size_t n) {
	frame[at] = (uint8_t)(n >> 8);
	frame[at + 1] = (uint8_t)n;
}

static unsigned sum(const uint8_t *bytes, size_t n) {
	unsigned all = 0;

	for (size_t i = 0; i < n; i++)
		all += i % 2 ? bytes[i] : (unsigned)bytes[i] << 8;
	return all;
}

static void put_link(const struct packet *p, int link) {
	if (link == 1) {
		put("\2\0\0\0\0\2\2\0\0\0\0\1", 12);
		if (p->vlan) put_number(0x8100000a, 4);
		put_number(p->type, 2);
	} else if (link == 113) {
		put("\0\0\0\1\0\6\2\0\0\0\0\1\0\0", 14);
		put_number(p->type, 2);
	} else if (link == 276) {
		put_number(p->type, 2);
		put("\0\0\0\0\0\1\0\1\0\6\2\0\0\0\0\1\0\0", 18);
	} else if (link == 0)
		put(p->from.size == 4 ? "\2\0\0\0" : "\12\0\0\0", 4);
}

static void put_ip(const struct packet *p) {
	if (p->from.size == 4) {
		put_number(0x45000000 | p->tos << 16, 4);
		put_number(p->id, 2);
		put_number(p->more << 13 | p->frag / 8, 2);
		put_number(p->ttl << 8 | p->proto, 2);
		put_number(0, 2);
	} else {
		put_number(0x60000000 | p->tos << 20, 4);
		put_number(0, 2);
		put_number((p->ext ? 0 : p->proto) << 8 | p->ttl, 2);
	}
	put(p->from.address, (size_t)p->from.size);
	put(p->to.address, (size_t)p->to.size);
	if (!p->ext) return;
	put_number(p->proto << 8, 2);
	put("\1\4\0\0\0\0", 6);
}

static void put_tcp(const struct packet *p) {
	const size_t start = size;

	put_number((unsigned)p->from.port, 2);
	put_number((unsigned)p->to.port, 2);
	put_number(p->seq, 4);
	put_number(p->ack, 4);
	put_number(p->flags, 2);
	put_number(p->win, 2);
	put_number(0, 4);
	if (p->mss) put_number(0x02040000 | p->mss, 4);
	if (p->sackok) put_number(0x0402, 2);
	if (p->ts[0]) {
		put_number(0x080a, 2);
		put_number(p->ts[0], 4);
		put_number(p->ts[1], 4);
	}
	if (p->scale != 255) put_number(0x030300 | p->scale, 3);
	if (p->sack[1]) {
		put_number(0x050a, 2);
		put_number(p->sack[0], 4);
		put_number(p->sack[1], 4);
	}
	while ((size - start) % 4)
		put_number(1, 1);
	frame[start + 12] = (uint8_t)((size - start) / 4 << 4);
}

static void put_udp(const struct packet *p) {
	put_number((unsigned)p->from.port, 2);
	put_number((unsigned)p->to.port, 2);
	put_number(8 + p->len, 2);
	put_number(0, 2);
}

static void put_icmp(const struct packet *p) {
	put_number(p->icmp[0] << 8 | p->icmp[1], 2);
	put_number(0, 6);
	if (!p->about[0].size) return;
	put_ip(&(struct packet){.from = p->about[0],
		.to = p->about[1],
		.proto = 17,
		.ttl = 64});
	put_udp(&(struct packet){.from = p->about[0], .to = p->about[1]});
}

/* Of a whole segment, datagram or message, at start. */
static void put_checksum(const struct packet *p, size_t start) {
	const size_t at = start + (p->proto == 6 ? 16 : p->proto == 17 ? 6 : 2);
	unsigned all = sum(frame + start, size - start);

	if (p->proto != 1)
		all += sum(p->from.address, 16) + sum(p->to.address, 16) +
		       (unsigned)p->proto + (unsigned)(size - start);
	while (all >> 16)
		all = (all & 0xffff) + (all >> 16);
	set_short(at, (~all & 0xffff) ^ (unsigned)p->bad);
}

static void put_frame(const struct packet *p, int link) {
	size_t ip, start, payload = p->len;

	size = 0;
	put_link(p, link);
	ip = size;
	put_ip(p);
	start = size;
	if (!p->frag && p->proto == 6) put_tcp(p);
	if (!p->frag && p->proto == 17) put_udp(p);
	if (!p->frag && (p->proto == 1 || p->proto == 58)) put_icmp(p);
	if (p->more && !p->frag) payload = p->len / 3 / 8 * 8; /* a third */
	memset(frame + size, '.', payload);
	if (p->text)
		snprintf((char *)frame + size, p->len + 1, "%s\n", p->text);
	size += payload;
	if (!p->frag && !p->more && size > start) put_checksum(p, start);
	if (p->from.size == 4)
		set_short(ip + 2, p->zero ? 0 : size - ip);
	else
		set_short(ip + 4, p->zero ? 0 : size - ip - 40);
	payload = p->cut && p->cut < size ? p->cut : size;
	fwrite((const uint32_t[]){p->seconds, p->nanoseconds, (uint32_t)payload,
		       (uint32_t)size},
		4, 4, stdout);
	fwrite(frame, 1, payload, stdout);
}

int main(int argc, char *argv[]) {
	const bool linked = argc == 3 && strcmp(argv[1], "-l") == 0;
	const int link = linked ? atoi(argv[2]) : 1;
	struct packet p;
	char *line = NULL;
	size_t room = 0;

	fwrite((const uint32_t[]){0xa1b23c4d, 4 << 16 | 2, 0, 0, 262144,
		       (uint32_t)link},
		4, 6, stdout);
	while (getline(&line, &room, stdin) > 0)
		if (read_packet(&p, line)) put_frame(&p, link);
	free(line);
	return fflush(stdout) || ferror(stdout);
}
