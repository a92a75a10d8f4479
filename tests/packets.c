/*
 * packets - makes a capture of the packets that stdin describes, for the tests
 *
 *     0.020  192.0.2.2:9000 > 192.0.2.1:40000  SA seq 9 ack 2 mss 1460 scale 7
 *
 * usage: packets [-b] [-f FORMAT] [-l LINK] > FILE
 *
 * A line is a packet: the time (in s since 1970), both ends, and words:
 *
 *     S A P F R U E C    TCP flags, in any order and number; or
 *     udp                a UDP datagram; or
 *     icmp TYPE CODE [about END > END]
 *     seq N  ack N  win N  urg N (the pointer)  mss N  scale N  sackok
 *     ts N N  sack N N  len N  text WORD  id N  ttl N  tos N
 *     bad                a wrong checksum
 *     frag OFFSET  more  a fragment; with more, not the last one
 *     zero               IP's length is 0
 *     ext                an IPv6 extension header
 *     cut N              only N bytes of the frame are captured
 *     vlan  pppoe  mpls N (labels)  llc   headers before IP
 *     ah                 an authentication header after IP
 *     type HEX           another EtherType
 *     proto N            another protocol over IP
 *
 * LINK: 1 Ethernet, 0 BSD loopback, 9 and 50 PPP, 51 PPPoE, 101 raw IP, 104
 * Cisco's HDLC, 113 and 276 Linux "cooked", 166 and 204 PPP with a direction,
 * 239 NFLOG.
 * FORMAT: ns (pcap, the default), us (pcap), patched (Kuznetzov's pcap, with 24
 * bytes before each frame), ng (pcapng). -b writes big-endian.
 *
 * With ng, there are more lines, and more words in the line of a packet:
 *
 *     section little|big the byte order of the lines that follow
 *     interface LINK SNAPSHOT RESOLUTION OFFSET
 *                        RESOLUTION: 6 is microseconds, 0x8a is 2^-10 s
 *     block TYPE         a block of another type
 *     on N               the packet's interface, from 0
 *     simple  old        the packet is in a Simple or a (former) Packet Block
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
#include <unistd.h>

struct end {
	uint8_t address[16];
	int size, port;
};

/* A packet, as a line of stdin describes it. */
struct packet {
	uint32_t seconds, nanoseconds;
	struct end from, to, about[2];
	unsigned long seq, ack, win, urg, len, mss, id, ttl, tos, frag, cut,
		proto;
	unsigned long type, icmp[2], ts[2], sack[2], scale, flags;
	unsigned long bad, more, zero, ext, vlan, sackok; /* each 0 or 1 */
	unsigned long pppoe, llc, ah, simple, old, mpls, on;
	const char *text;
};

static const struct {
	const char *word;
	size_t place;
} numbers[] = {{"seq", offsetof(struct packet, seq)},
	{"ack", offsetof(struct packet, ack)},
	{"win", offsetof(struct packet, win)},
	{"urg", offsetof(struct packet, urg)},
	{"len", offsetof(struct packet, len)},
	{"mss", offsetof(struct packet, mss)},
	{"id", offsetof(struct packet, id)},
	{"ttl", offsetof(struct packet, ttl)},
	{"tos", offsetof(struct packet, tos)},
	{"frag", offsetof(struct packet, frag)},
	{"cut", offsetof(struct packet, cut)},
	{"proto", offsetof(struct packet, proto)},
	{"mpls", offsetof(struct packet, mpls)},
	{"on", offsetof(struct packet, on)},
	{"scale", offsetof(struct packet, scale)}, {NULL, 0}},
  switches[] = {{"bad", offsetof(struct packet, bad)},
	  {"more", offsetof(struct packet, more)},
	  {"zero", offsetof(struct packet, zero)},
	  {"ext", offsetof(struct packet, ext)},
	  {"vlan", offsetof(struct packet, vlan)},
	  {"pppoe", offsetof(struct packet, pppoe)},
	  {"llc", offsetof(struct packet, llc)},
	  {"ah", offsetof(struct packet, ah)},
	  {"simple", offsetof(struct packet, simple)},
	  {"old", offsetof(struct packet, old)},
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
	/* an IPv6 address that has a port stands in [] */
	port = strrchr(address, ':');
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
	next(&line); /* skips ">" */
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

/* Adds a number of so many bytes, in network byte order. */
static void put_number(unsigned long n, int bytes) {
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

/* The place in the frame of a length that is set later; or 0. */
static size_t length_at;

/* Adds the protocol number of PPP. If pppoe is set, adds the header of PPPoE
 * before it. */
static void put_ppp(const struct packet *p, bool pppoe) {
	if (pppoe) {
		put("\x11\0\0\7\0\0", 6);
		length_at = size - 2;
	}
	put_number(p->type == 0x0800 ? 0x21 : 0x57, 2);
}

/* Adds the type of the next header, as Ethernet has it; or, if cooked is set,
 * as Linux "cooked" has it. Adds the headers that follow and stand before IP,
 * too. */
static void put_type(const struct packet *p, bool cooked) {
	if (p->vlan) put_number(0x8100000a, 4);
	if (p->pppoe) {
		put_number(0x8864, 2);
		put_ppp(p, true);
		return;
	}
	if (p->mpls) {
		put_number(0x8847, 2);
		for (unsigned long n = p->mpls; n--;)
			put_number((100 + n) << 12 | !n << 8 | 64, 4);
		return;
	}
	if (p->llc) {
		put_number(cooked ? 4 : 0, 2);
		if (!cooked) length_at = size - 2;
		put("\xaa\xaa\3\0\0\0", 6);
	}
	put_number(p->type, 2);
}

/* Adds the head of an attribute of NFLOG, in the byte order of the machine that
 * recorded it. */
static void put_attribute(size_t length, int type, bool big) {
	put_number(big ? length : length % 256 << 8 | length / 256, 2);
	put_number((unsigned)(big ? type : type << 8), 2);
}

static void put_link(const struct packet *p, int link, bool big) {
	length_at = 0;
	if (link == 1) {
		put("\2\0\0\0\0\2\2\0\0\0\0\1", 12);
		put_type(p, false);
	} else if (link == 9)
		put_ppp(p, false);
	else if (link == 50 || link == 166 || link == 204) {
		if (link == 204) put_number(1, 1);
		put_number(link == 166 ? 0x0103 : 0xff03, 2);
		put_ppp(p, false);
	} else if (link == 51)
		put_ppp(p, true);
	else if (link == 104)
		put_number(0x0f000000 | p->type, 4);
	else if (link == 239) {
		put_number(p->from.size == 4 ? 0x02000005 : 0x0a000005, 4);
		put_attribute(7, 10, big);
		put("in\0\0", 4);
		/* the length of this attribute is set later */
		put_attribute(0, 9, big);
	} else if (link == 113) {
		put("\0\0\0\1\0\6\2\0\0\0\0\1\0\0", 14);
		put_type(p, true);
	} else if (link == 276) {
		put_number(p->type, 2);
		put("\0\0\0\0\0\1\0\1\0\6\2\0\0\0\0\1\0\0", 18);
	} else if (link == 0)
		put_number(
			(p->from.size == 4 ? 2UL : 30UL) << (big ? 0 : 24), 4);
}

static void put_ip(const struct packet *p) {
	const unsigned long proto = p->ah ? 51 : p->proto;

	if (p->from.size == 4) {
		put_number(0x45000000 | p->tos << 16, 4);
		put_number(p->id, 2);
		put_number(p->more << 13 | p->frag / 8, 2);
		put_number(p->ttl << 8 | proto, 2);
		put_number(0, 2);
	} else {
		put_number(0x60000000 | p->tos << 20, 4);
		put_number(0, 2);
		put_number((p->ext ? 0 : proto) << 8 | p->ttl, 2);
	}
	put(p->from.address, (size_t)p->from.size);
	put(p->to.address, (size_t)p->to.size);
	if (p->ext) {
		put_number(proto << 8, 2);
		put("\1\4\0\0\0\0", 6);
	}
	if (p->ah) { /* the last 12 bytes authenticate the sender */
		put_number(p->proto << 24 | 4 << 16, 4);
		put("\0\0\0\1\0\0\0\1proof, say..", 20);
	}
}

static void put_tcp(const struct packet *p) {
	const size_t start = size;

	put_number((unsigned)p->from.port, 2);
	put_number((unsigned)p->to.port, 2);
	put_number(p->seq, 4);
	put_number(p->ack, 4);
	put_number(p->flags, 2);
	put_number(p->win, 2);
	put_number(p->urg, 4); /* checksum (set later) and urgent pointer */
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

/* Computes and sets the checksum of the segment, datagram or ICMP message that
 * begins at start. */
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

/* Makes the frame of a packet, in `frame`. */
static void make_frame(const struct packet *p, int link, bool big) {
	size_t ip, start, payload = p->len;

	size = 0;
	put_link(p, link, big);
	ip = size;
	put_ip(p);
	start = size;
	if (!p->frag && p->proto == 6) put_tcp(p);
	if (!p->frag && p->proto == 17) put_udp(p);
	if (!p->frag && (p->proto == 1 || p->proto == 58)) put_icmp(p);
	/* the first fragment has a third of the data */
	if (p->more && !p->frag) payload = p->len / 3 / 8 * 8;
	memset(frame + size, '.', payload);
	if (p->text)
		snprintf((char *)frame + size, p->len + 1, "%s\n", p->text);
	size += payload;
	if (!p->frag && !p->more && size > start) put_checksum(p, start);
	if (p->from.size == 4)
		set_short(ip + 2, p->zero ? 0 : size - ip);
	else
		set_short(ip + 4, p->zero ? 0 : size - ip - 40);
	if (length_at) set_short(length_at, size - length_at - 2);
	if (link == 239) {
		const size_t end = size;

		size = ip - 4;
		put_attribute(end - ip + 4, 9, big);
		size = end;
	}
}

/* ---- the file ------------------------------------------------------------ */

enum format { NS, US, PATCHED, NG };
static const char *const formats[] = {"ns", "us", "patched", "ng"};

struct interface {
	int link, resolution;
	uint32_t offset;
};

static struct file {
	bool big;
	enum format format;
	struct interface interfaces[16];
	size_t count;
} file;

static void put_out(uint64_t n, int bytes) {
	for (int i = 0; i < bytes; i++)
		putchar((int)(n >> 8 * (file.big ? bytes - 1 - i : i) & 0xff));
}

static void put_bytes(size_t n, size_t padded) {
	fwrite(frame, 1, n, stdout);
	for (; n < padded; n++)
		putchar(0);
}

static void begin_pcap(int link) {
	static const uint32_t magic[] = {0xa1b23c4d, 0xa1b2c3d4, 0xa1b2cd34};

	put_out(magic[file.format], 4);
	put_out(2, 2);
	put_out(4, 2);
	put_out(0, 8);
	put_out(262144, 4);
	put_out((uint32_t)link, 4);
	file.interfaces[file.count++].link = link;
}

static void put_record(const struct packet *p, size_t captured) {
	put_out(p->seconds, 4);
	put_out(file.format == NS ? p->nanoseconds : p->nanoseconds / 1000, 4);
	put_out(captured, 4);
	put_out(size, 4);
	if (file.format == PATCHED) put_out(0, 8);
	put_bytes(captured, captured);
}

static void begin_block(uint32_t type, size_t n) {
	put_out(type, 4);
	put_out(n + 12, 4);
}

static void end_block(size_t n) {
	put_out(n + 12, 4);
}

static void put_section(const char *order) {
	file.big = strcmp(order, "big") == 0;
	file.count = 0;
	begin_block(0x0a0d0d0a, 16);
	put_out(0x1a2b3c4d, 4);
	put_out(1, 2);
	put_out(0, 2);
	put_out(UINT64_MAX, 8);
	end_block(16);
}

static void put_interface(char *rest) {
	struct interface *i = &file.interfaces[file.count++];
	uint32_t snapshot;

	i->link = (int)number(&rest);
	snapshot = (uint32_t)number(&rest);
	i->resolution = (int)strtoul(next(&rest), NULL, 0);
	i->offset = (uint32_t)number(&rest);
	begin_block(1, 40);
	put_out((uint32_t)i->link, 2);
	put_out(0, 2);
	put_out(snapshot, 4);
	put_out(2, 2); /* the option if_name, whose value does not matter */
	put_out(4, 2);
	put_out(0, 4);
	put_out(9, 2);
	put_out(1, 2);
	put_out((uint64_t)i->resolution << (file.big ? 24 : 0), 4);
	put_out(14, 2);
	put_out(8, 2);
	put_out(i->offset, 8);
	put_out(0, 4);
	end_block(40);
}

/* Returns the time of a packet in the units of its interface; or 0, if 64 bits
 * may be too few for the time. */
static uint64_t ticks(const struct packet *p, const struct interface *i) {
	const uint64_t seconds = p->seconds - i->offset;
	uint64_t unit = 1, n = p->nanoseconds;

	if ((i->resolution & 0x7f) > (i->resolution & 0x80 ? 32 : 19)) return 0;
	if (i->resolution & 0x80) {
		unit <<= i->resolution & 0x7f;
		return seconds * unit +
		       (uint64_t)((double)n * 1e-9 * (double)unit);
	}
	for (int d = 0; d < i->resolution; d++)
		unit *= 10;
	return seconds * unit + (unit > 1000000000 ? n * (unit / 1000000000) :
						     n / (1000000000 / unit));
}

static void put_packet_block(const struct packet *p, size_t captured) {
	const size_t padded = (captured + 3) & ~(size_t)3;
	const size_t n = padded + (p->simple ? 4 : 20);
	const uint64_t time = ticks(p, &file.interfaces[p->on]);

	begin_block(p->simple ? 3 : p->old ? 2 : 6, n);
	if (!p->simple) {
		put_out(p->on, p->old ? 2 : 4);
		if (p->old) put_out(0, 2);
		put_out(time >> 32, 4);
		put_out(time & 0xffffffff, 4);
		put_out(captured, 4);
	}
	put_out(size, 4);
	put_bytes(captured, padded);
	end_block(n);
}

static void put_packet(const struct packet *p) {
	size_t captured;

	make_frame(p, file.interfaces[p->on].link & 0xffff, file.big);
	if (file.interfaces[p->on].link > 0xffff) put("fcs!", 4);
	captured = p->cut && p->cut < size ? p->cut : size;
	if (file.format == NG)
		put_packet_block(p, captured);
	else
		put_record(p, captured);
}

static bool put_line_of_ng(char *line) {
	/* a block of type 9 is an entry of the systemd journal */
	static const char entry[36] = "__REALTIME_TIMESTAMP=1000000\n";
	static const char empty[sizeof entry];
	const char *word = next(&line);

	if (!word) return false;
	if (strcmp(word, "section") == 0)
		put_section(next(&line));
	else if (strcmp(word, "interface") == 0)
		put_interface(line);
	else if (strcmp(word, "block") == 0) {
		const uint32_t type = (uint32_t)number(&line);

		begin_block(type, sizeof empty);
		fwrite(type == 9 ? entry : empty, sizeof empty, 1, stdout);
		end_block(sizeof empty);
	} else
		return false;
	return true;
}

int main(int argc, char *argv[]) {
	int link = 1;
	struct packet p;
	char *line = NULL;
	size_t room = 0;

	for (int c; (c = getopt(argc, argv, "bf:l:")) != -1;)
		if (c == 'b')
			file.big = true;
		else if (c == 'f')
			while (strcmp(optarg, formats[file.format]) != 0 &&
				file.format < NG)
				file.format++;
		else
			link = (int)strtol(optarg, NULL, 0);
	if (file.format != NG) begin_pcap(link);
	while (getline(&line, &room, stdin) > 0) {
		char *copy = strdup(line);

		if ((file.format != NG || !put_line_of_ng(copy)) &&
			read_packet(&p, line))
			put_packet(&p);
		free(copy);
	}
	free(line);
	return fflush(stdout) || ferror(stdout);
}
