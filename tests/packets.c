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
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct end {
	uint8_t address[16];
	int size, port;
};

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

static void read_end(const char *text, struct end *e) {
	char address[64], *port;

	snprintf(address, sizeof address, "%s", text + (*text == '['));
	*e = (struct end){.size = 4};
	port = strrchr(
		address, ':'); /* an IPv6 address with one has brackets */
	if (port && (*text != '[' || port[-1] == ']')) {
		e->port = atoi(port + 1);
		*port = '\0';
	}
	address[strcspn(address, "]")] = '\0';
	if (inet_pton(AF_INET, address, e->address) == 1) return;
	e->size = 16;
	if (inet_pton(AF_INET6, address, e->address) != 1)
		errx(2, "'%s' is no address", text);
}

static unsigned checksum(size_t from, unsigned sum) {
	for (size_t i = from; i < size; i += 2)
		sum += (unsigned)frame[i] << 8 |
		       (i + 1 < size ? frame[i + 1] : 0);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

static char *next(char **rest) {
	char *word;

	do
		word = strsep(rest, " \t\n");
	while (word && !*word);
	return word;
}

int main(int argc, char *argv[]) {
	static const char letters[] = "FSRPAUEC";
	int link = 1;
	char *line = NULL;
	size_t room = 0;

	for (int c; (c = getopt(argc, argv, "l:")) != -1;)
		if (c == 'l') link = atoi(optarg);
	fwrite((const uint32_t[]){0xa1b23c4d, 4 << 16 | 2, 0, 0, 262144,
		       (uint32_t)link},
		4, 6, stdout);
	while (getline(&line, &room, stdin) > 0) {
		unsigned long seq = 0, ack = 0, win = 512, len = 0, mss = 0,
			      id = 0, ttl = 64, tos = 0, frag = 0, cut = 0,
			      type = 0, proto = 6, icmp[2] = {0, 0},
			      ts[2] = {0, 0}, sack[2] = {0, 0};
		int flags = 0, scale = -1;
		bool bad = false, more = false, zero = false, ext = false,
		     vlan = false, sackok = false, stamped = false,
		     about = false;
		char *text = NULL, *word, *rest = line;
		struct end from, to, inner[2];
		uint8_t options[40];
		size_t options_size = 0, start, ip, payload, at;
		unsigned sum = 0;
		char *seconds = strsep(&rest, " \t\n"), *dot;
		uint32_t head[4] = {0};
		char nine[10] = "000000000";

		if (!*seconds || *seconds == '#') continue;
		dot = strchr(seconds, '.');
		if (dot)
			memcpy(nine, dot + 1,
				strlen(dot + 1) < 9 ? strlen(dot + 1) : 9);
		head[0] = (uint32_t)strtoul(seconds, NULL, 10);
		head[1] = (uint32_t)strtoul(nine, NULL, 10);
#define NUMBER(name) \
	else if (strcmp(word, #name) == 0) { \
		word = next(&rest); \
		name = strtoul(word, NULL, 10); \
	}
		word = next(&rest);
		read_end(word, &from);
		word = next(&rest);
		word = next(&rest);
		read_end(word, &to);
		for (word = next(&rest); word; word = next(&rest)) {
			if (strcmp(word, "udp") == 0)
				proto = 17;
			else if (strcmp(word, "icmp") == 0) {
				proto = from.size == 4 ? 1 : 58;
				word = next(&rest);
				icmp[0] = strtoul(word, NULL, 10);
				word = next(&rest);
				icmp[1] = strtoul(word, NULL, 10);
			} else if (strcmp(word, "about") == 0) {
				about = true;
				word = next(&rest);
				read_end(word, &inner[0]);
				word = next(&rest);
				word = next(&rest);
				read_end(word, &inner[1]);
			}
			NUMBER(seq)
			NUMBER(ack)
			NUMBER(win)
			NUMBER(len) NUMBER(mss) NUMBER(id) NUMBER(ttl)
				NUMBER(tos) NUMBER(frag) NUMBER(cut) NUMBER(
					proto) else if (strcmp(word, "scale") ==
							0) {
				word = next(&rest);
				scale = atoi(word);
			}
			else if (strcmp(word, "type") == 0) {
				word = next(&rest);
				type = strtoul(word, NULL, 16);
			}
			else if (strcmp(word, "ts") == 0) {
				stamped = true;
				for (int i = 0; i < 2; i++) {
					word = next(&rest);
					ts[i] = strtoul(word, NULL, 10);
				}
			}
			else if (strcmp(word, "sack") == 0) {
				for (int i = 0; i < 2; i++) {
					word = next(&rest);
					sack[i] = strtoul(word, NULL, 10);
				}
			}
			else if (strcmp(word, "text") == 0) {
				word = next(&rest);
				text = word;
				len = strlen(text) + 1;
			}
			else if (strcmp(word, "bad") == 0) bad = true;
			else if (strcmp(word, "more") == 0) more = true;
			else if (strcmp(word, "zero") == 0) zero = true;
			else if (strcmp(word, "ext") == 0) ext = true;
			else if (strcmp(word, "vlan") == 0) vlan = true;
			else if (strcmp(word, "sackok") == 0) sackok = true;
			else for (const char *c = word; *c; c++) {
				const char *l = strchr(letters, *c);

				if (!l) errx(2, "what is '%s'?", word);
				flags |= 1 << (l - letters);
			}
		}

		size = 0;
		if (!type) type = from.size == 4 ? 0x0800 : 0x86dd;
		if (link == 1) {
			put("\2\0\0\0\0\2\2\0\0\0\0\1", 12);
			if (vlan) put_number(0x8100000a, 4);
			put_number(type, 2);
		} else if (link == 113) {
			put("\0\0\0\1\0\6\2\0\0\0\0\1\0\0", 14);
			put_number(type, 2);
		} else if (link == 276) {
			put_number(type, 2);
			put("\0\0\0\0\0\1\0\1\0\6\2\0\0\0\0\1\0\0", 18);
		} else if (link == 0)
			put(from.size == 4 ? "\2\0\0\0" : "\12\0\0\0", 4);
		ip = size;
		if (from.size == 4) {
			put_number(0x45000000 | tos << 16, 4);
			put_number(id, 2);
			put_number((more ? 0x2000 : 0) | frag / 8, 2);
			put_number(ttl << 8 | proto, 2);
			put_number(0, 2);
		} else {
			put_number(0x60000000 | tos << 20, 4);
			put_number(0, 2);
			put_number((ext ? 0 : proto) << 8 | ttl, 2);
		}
		put(from.address, (size_t)from.size);
		put(to.address, (size_t)to.size);
		if (ext) {
			put_number(proto << 8, 2);
			put("\1\4\0\0\0\0", 6);
		}
		start = size;
		if (frag) {
			/* a later fragment has no header */
		} else if (proto == 6) {
#define OPTION(...) \
	do { \
		const uint8_t more_options[] = {__VA_ARGS__}; \
		memcpy(options + options_size, more_options, \
			sizeof more_options); \
		options_size += sizeof more_options; \
	} while (0)
#define FOUR(n) \
	(uint8_t)((n) >> 24), (uint8_t)((n) >> 16), (uint8_t)((n) >> 8), \
		(uint8_t)(n)
			if (mss)
				OPTION(2, 4, (uint8_t)(mss >> 8), (uint8_t)mss);
			if (sackok) OPTION(4, 2);
			if (stamped) OPTION(8, 10, FOUR(ts[0]), FOUR(ts[1]));
			if (scale >= 0) OPTION(3, 3, (uint8_t)scale);
			if (sack[1])
				OPTION(5, 10, FOUR(sack[0]), FOUR(sack[1]));
			while (options_size % 4)
				options[options_size++] = 1;
			put_number((unsigned)from.port, 2);
			put_number((unsigned)to.port, 2);
			put_number(seq, 4);
			put_number(ack, 4);
			put_number(
				(20 + options_size) / 4 << 12 | (unsigned)flags,
				2);
			put_number(win, 2);
			put_number(0, 4);
			put(options, options_size);
		} else if (proto == 17) {
			put_number((unsigned)from.port, 2);
			put_number((unsigned)to.port, 2);
			put_number(8 + len, 2);
			put_number(0, 2);
		} else if (proto == 1 || proto == 58) {
			put_number(icmp[0] << 8 | icmp[1], 2);
			put_number(0, 6);
			if (about && from.size == 4) {
				put_number(0x4500001c, 4);
				put_number(0, 4);
				put_number(64 << 8 | 17, 2);
				put_number(0, 2);
			} else if (about) {
				put_number(0x60000000, 4);
				put_number(8, 2);
				put_number(17 << 8 | 64, 2);
			}
			if (about) {
				put(inner[0].address, (size_t)from.size);
				put(inner[1].address, (size_t)from.size);
				put_number((unsigned)inner[0].port, 2);
				put_number((unsigned)inner[1].port, 2);
				put_number(8, 4);
			}
		}
		payload = size;
		if (text) {
			put(text, strlen(text));
			put("\n", 1);
		} else {
			memset(frame + size, 'x', len);
			size += len;
		}
		if (more && proto == 17 &&
			!frag) { /* the length is the whole's */
			size = payload + len / 3 / 8 * 8;
		}
		at = start + (proto == 6 ? 16 : proto == 17 ? 6 : 2);
		if (!frag && !more && payload > start) {
			sum = (unsigned)(proto == 1 ? 0 :
						      proto + (size - start));
			for (int i = 0; proto != 1 && i < from.size; i += 2)
				sum += ((unsigned)from.address[i] << 8 |
					       from.address[i + 1]) +
				       ((unsigned)to.address[i] << 8 |
					       to.address[i + 1]);
			sum = checksum(start, sum) ^ (bad ? 1 : 0);
			frame[at] = (uint8_t)(sum >> 8);
			frame[at + 1] = (uint8_t)sum;
		}
		if (from.size == 4) {
			frame[ip + 2] = zero ? 0 : (uint8_t)((size - ip) >> 8);
			frame[ip + 3] = zero ? 0 : (uint8_t)(size - ip);
		} else {
			frame[ip + 4] =
				zero ? 0 : (uint8_t)((size - ip - 40) >> 8);
			frame[ip + 5] = zero ? 0 : (uint8_t)(size - ip - 40);
		}
		head[3] = (uint32_t)size;
		head[2] = cut && cut < size ? (uint32_t)cut : (uint32_t)size;
		fwrite(head, 4, 4, stdout);
		fwrite(frame, 1, head[2], stdout);
	}
	free(line);
	return fflush(stdout) || ferror(stdout);
}
