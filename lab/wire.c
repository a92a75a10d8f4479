/*
 * wire - a cable between two interfaces, with faults on demand
 *
 * Shows   what a link does: a frame that enters at one end leaves at the other
 *         end, later, whole, and in order. Rules make it lose frames, deliver
 *         them twice or later than others, or damage them.
 * Run     scripts/lab -d 20 -f lose=SYN,nth=1,from=client starts wire.
 * Watch   each segment twice, 20 ms apart: when it leaves its sender, and when
 *         it reaches its receiver. A lost segment is seen only once.
 * See     packet(7), netdevice(7), README.md beside this file
 */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common.h"
#include "messages.h"
#include "words.h"

/* the most rules; the most bytes in the cable at one time */
enum { RULES = 32, LIMIT = 64 << 20 };

static const char usage[] =
	"usage: wire [-n] [-d MS] [-f RULE]... IFACE IFACE, or wire -o IFACE...\n"
	"Passes frames between two Ethernet interfaces, in order, MS later.\n"
	"  -d MS    one-way delay, 0 to 60000, fractions allowed (0)\n"
	"  -f RULE  a fault, logged each time; at most 32\n"
	"  -h       print this\n"
	"  -n       only check MS and each RULE\n"
	"  -o       switch off each IFACE's offloads (checksums, TSO, GSO, GRO)\n"
	"RULE: lose=KIND, twice=KIND, flip=KIND (its last bit), hold=KIND,by=MS (it\n"
	"is delivered MS later), swap=KIND (it is delivered right after the next one\n"
	"from the same end; with by=MS, MS later) or cross=KIND (it waits in the cable\n"
	"for one from the other end). Then, after commas, each at most once:\n"
	"  from=IFACE      only frames that enter the cable there\n"
	"  nth=N           only the Nth; nth=3,to=5: the third to the fifth\n"
	"  each=N          only the Nth, 2Nth, 3Nth, ...\n"
	"  chance=PERCENT  only this share, at random; seed=N chooses other frames\n"
	"  after=MS        only from MS after the first TCP segment or UDP datagram\n"
	"  for=MS          for MS from then; without after, from the first that counts\n"
	"KIND: frame, segment (TCP), SYN, SYN-ACK, ACK (alone), data, FIN, RST,\n"
	"datagram (UDP). A RULE counts the frames that enter the cable, except datagrams\n"
	"to or from port 9, which scripts use, and their refusals. N: 1 to 60000.\n"
	"More than 64 MiB on their way are lost. Exit status: 0 SIGINT, SIGTERM,\n"
	"-o, -n; 1 it failed, a RULE never applied, a frame waited in vain for\n"
	"another, or frames were lost without a RULE; 2 usage.\n"
	"Needs CAP_NET_RAW; -o CAP_NET_ADMIN. See packet(7).\n";

#define AS_KIND(kind, name) kind,
enum { KINDS(AS_KIND) };
#define AS_KIND_NAME(kind, name) name,
static const char *const kinds[] = {KINDS(AS_KIND_NAME) NULL};
/* The keys in a rule (a rule is a list of KEY=VALUE): first the faults, then
 * the keys that may stand after a fault. */
#define AS_KEY(fault, fate) FAULT_##fault,
enum { FAULTS(AS_KEY) FROM, NTH, TO, EACH, CHANCE, SEED, AFTER, FOR, BY, KEYS };
#define AS_NAME(fault, fate) #fault,
static char *const keys[] = {FAULTS(AS_NAME) "from", "nth", "to", "each",
	"chance", "seed", "after", "for", "by", NULL};

static struct rule {
	char *text;
	/* value: 0 for a key that is not in the rule; began: the time
	 * when the period of FOR began, in ms */
	double value[KEYS], began;
	unsigned given; /* a bit for each key that is in the rule */
	unsigned long long seen, applied, random;
	int fault, kind, from;
	/* only for cross: the frame from the other end has arrived, so the rule
	 * is done */
	bool met;
} rules[RULES];
static int rule_count;

struct frame {
	struct frame *next, *before;
	double due;
	/* the rule by which it waits for another frame; or NULL */
	const struct rule *waits;
	/* the end at which the frame leaves the cable: 0 or 1 */
	int out;
	size_t size;
	char bytes[];
};
/* the frames in the cable, sorted by due */
static struct frame line = {&line, &line, -1, NULL, 0, 0};

static size_t under_way; /* bytes in the cable */
enum { CROWDED, TOO_LONG, DOWN, REASONS };
static size_t lost[REASONS]; /* frames lost without a rule */
static const char *const reasons[] = {"too many at once",
	"too long for the interface that they leave by (its MTU)",
	"the interface that they leave by was down"};
static volatile sig_atomic_t ended;

static void stop(int unused) {
	(void)unused;
	ended = 1;
}

static int known(const char *what, const char *s, const char *const list[]) {
	const int place = find(s, list);

	if (place < 0) errx(2, "-f: %s: '%s' is not known (see -h)", what, s);
	return place;
}

/* Returns the value of a key that takes a number. The number must be more than
 * 0, except for seed and after. */
static double number(int key, const char *value) {
	const int most = key == CHANCE ? 100 : 60000;
	const double ms = key >= AFTER ? milliseconds(keys[key], value) : 0;

	if (key < AFTER) return whole(keys[key], value, key != SEED, most);
	if (ms == 0 && key != AFTER)
		errx(2, "-f: %s: '%s' is not more than 0 (ms)", keys[key],
			value);
	return ms;
}

/* Exits with status 2 if a rule contradicts itself, or if a key in it lacks
 * another key that it needs. */
static void check(const struct rule *r) {
	static const struct {
		int key, needed;
	} pairs[] = {{TO, NTH}, {SEED, CHANCE}, {FAULT_hold, BY}};

	if (r->fault < 0)
		errx(2, "-f %s: no fault, say lose=SYN (see -h)", r->text);
	for (int i = 0; i < 3; i++)
		if (r->given >> pairs[i].key & 1 &&
			!(r->given >> pairs[i].needed & 1))
			errx(2, "-f %s: %s without %s (see -h)", r->text,
				keys[pairs[i].key], keys[pairs[i].needed]);
	if (r->given >> BY & 1 && r->fault != FAULT_hold &&
		r->fault != FAULT_swap)
		errx(2, "-f %s: by without hold or swap (see -h)", r->text);
	if (r->given >> TO & 1 && r->value[TO] < r->value[NTH])
		errx(2, "-f %s: to=%g is before nth=%g", r->text, r->value[TO],
			r->value[NTH]);
}

/* Reads a RULE, which the usage text above explains. */
static void parse(struct rule *r, const char *const ends[]) {
	char *const copy = strdup(r->text), *rest = copy, *value;

	r->fault = r->from = -1;
	if (*rest && rest[strlen(rest) - 1] == ',')
		errx(2, "-f %s: nothing after the last comma", r->text);
	while (*rest) {
		const char *at = rest;
		const int key = getsubopt(&rest, keys, &value);

		if (key < 0 || !value || (key < FROM && r->fault >= 0))
			errx(2, "-f %s: '%s' is wrong (see -h)", r->text, at);
		if (r->given >> key & 1)
			errx(2, "-f %s: '%s': %s is given twice", r->text, at,
				keys[key]);
		r->given |= 1U << key;
		if (key == FROM)
			r->from = known("from", value, ends);
		else if (key > FROM)
			r->value[key] = number(key, value);
		else
			r->kind = known(keys[r->fault = key], value, kinds);
	}
	free(copy);
	check(r);
	if (!(r->given >> TO & 1)) r->value[TO] = r->value[NTH];
	r->random = (unsigned long long)r->value[SEED];
}

static void switch_offloads_off(const char *name) {
	/* ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO and ETHTOOL_SGRO of
	 * linux/ethtool.h. 0x8946 below is SIOCETHTOOL. */
	static const unsigned settings[] = {0x17, 0x1f, 0x24, 0x2c};
	const int fd = socket(AF_INET, SOCK_DGRAM, 0);

	for (int i = 0; i < 4; i++) {
		/* like struct ethtool_value */
		unsigned off[] = {settings[i], 0};
		struct ifreq request = {.ifr_data = (void *)off};

		snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
		if (ioctl(fd, 0x8946, &request) == -1)
			err(1, "%s: cannot switch its offloads off", name);
	}
}

/* Returns a socket that receives each frame that arrives at the interface, and
 * sends frames out of the interface. */
static int plug(const char *name) {
	const int on = 1, room = 16 << 20;
	struct sockaddr_ll end = {.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(name)};
	const int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);

	if (fd == -1) err(1, "%s: cannot open a packet socket", name);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on);
	setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof on);
	if (end.sll_ifindex == 0 || bind(fd, (void *)&end, sizeof end))
		err(1, "%s: cannot be plugged in", name);
	return fd;
}

/* Exits with status 1 if the interface does not exist any more. If the
 * interface is only down, it may come up again, so wire continues. */
static void check_is_there(int fd, const char *name) {
	struct sockaddr_ll end = {0};
	socklen_t size = sizeof end;

	if (getsockname(fd, (void *)&end, &size) || end.sll_ifindex <= 0)
		errx(1, "%s: this interface is gone", name);
}

static size_t u16(const unsigned char *p) {
	return (size_t)p[0] << 8 | p[1];
}

/* The discard port. A sentinel of the scripts is a datagram to this port: when
 * it has arrived, all that was sent before has arrived, too. */
enum { SENTINEL = 9 };

/* Whether this ICMP message reports that nobody listens at the port of a
 * sentinel. */
static bool is_refusal(bool four, const unsigned char *icmp, size_t size) {
	const unsigned char *ip = icmp + 8;
	size_t head = four ? 20 : 40;

	if (size < 8 + head || icmp[0] != (four ? 3 : 1)) return false;
	if (four) head = (ip[0] & 15) * 4U;
	return ip[four ? 9 : 6] == IPPROTO_UDP && size >= 8 + head + 4 &&
	       u16(ip + head + 2) == SENTINEL;
}

/* Returns the kinds of a frame, as one bit for each, and stores where its IP
 * packet ends. A frame that has no IP packet, is cut short, or has wrong
 * lengths is only of the kind FRAME. Sentinels, and the ICMP messages that
 * refuse sentinels, are of no kind, so that no rule counts them. */
static unsigned kinds_of(const unsigned char *f, size_t size, size_t *end) {
	const unsigned char *ip = f + ETH_HLEN, *tcp;
	const bool four = size >= ETH_HLEN + 20 && u16(f + 12) == ETHERTYPE_IP;
	const bool six = size >= ETH_HLEN + 40 && u16(f + 12) == ETHERTYPE_IPV6;
	const size_t whole = four ? u16(ip + 2) : six ? 40 + u16(ip + 4) : 0;
	size_t head = four ? (ip[0] & 15) * 4U : 40;
	int protocol = four ? ip[9] : six ? ip[6] : -1;
	unsigned is = 1 << FRAME;

	*end = size;
	if (ETH_HLEN + whole > size || whole < head + 8 ||
		(four && u16(ip + 6) & 0x1fff))
		return is; /* also for an IP fragment that is not the first */
	if (protocol == IPPROTO_FRAGMENT) { /* a fragment of IPv6 */
		if (whole < head + 16 || u16(ip + head + 2) & 0xfff8) return is;
		protocol = ip[head];
		head += 8;
	}
	*end = ETH_HLEN + whole;
	tcp = ip + head;
	if (protocol == (four ? IPPROTO_ICMP : IPPROTO_ICMPV6))
		return is_refusal(four, tcp, whole - head) ? 0 : is;
	if (protocol == IPPROTO_UDP)
		return u16(tcp) == SENTINEL || u16(tcp + 2) == SENTINEL ?
			       0 :
			       is | 1 << DATAGRAM;
	if (protocol != IPPROTO_TCP || whole < head + 20 ||
		whole < (head += (tcp[12] >> 4) * 4U))
		return is;
	if (whole > head) is |= 1 << DATA;
	if (tcp[13] & TH_FIN) is |= 1 << FIN;
	if (tcp[13] & TH_RST) is |= 1 << RST;
	if (tcp[13] & TH_SYN) is |= 1 << (tcp[13] & TH_ACK ? SYN_ACK : SYN);
	return is | 1 << SEGMENT | (is == 1 << FRAME) << ACK;
}

/* Whether the rule applies to a frame of these kinds that enters the cable at
 * the end `from` at time t. If the rule is for such frames, counts the frame.
 */
static bool applies(struct rule *r, unsigned is, int from, double t) {
	static double start;
	const double *v = r->value;

	if (start == 0 && is > 1 << FRAME) start = t;
	if (!(is >> r->kind & 1) || r->met || (r->from >= 0 && r->from != from))
		return false;
	if (v[AFTER] > 0 && (start == 0 || t < start + v[AFTER])) return false;
	if (r->seen == 0) r->began = v[AFTER] > 0 ? start + v[AFTER] : t;
	if (v[FOR] > 0 && t >= r->began + v[FOR]) return false;
	r->seen++;
	r->random = r->random * 6364136223846793005 + 1442695040888963407;
	if (v[NTH] > 0 && (r->seen < v[NTH] || r->seen > v[TO])) return false;
	if (v[EACH] > 0 && r->seen % (unsigned)v[EACH] > 0) return false;
	return v[CHANCE] == 0 || (r->random >> 33) % 100 < v[CHANCE];
}

/* Logs a fault in the format of socktrace's log. */
static void report(const struct rule *r, size_t size) {
	struct timespec t;
	char clock[16];

	clock_gettime(CLOCK_REALTIME, &t);
	fprintf(stderr, "%s wire fault(%s) = %zu\n", clock_text(clock, &t),
		r->text, size);
}

/* Puts a frame into the queue `line`, which is sorted by `due`. Among frames
 * with the same `due`, the new one is the last. Most frames belong at the end
 * of the queue, so the search begins there. */
static void put_in_line(struct frame *f) {
	f->before = line.before;
	while (f->before->due > f->due)
		f->before = f->before->before;
	f->next = f->before->next;
	f->before->next = f->next->before = f;
}

static void take_out_of_line(struct frame *f) {
	f->before->next = f->next;
	f->next->before = f->before;
}

/* Puts a copy of a frame into the queue, where it stays until it is due. */
static void keep(const void *bytes, size_t size, const struct frame *head) {
	struct frame *f = NULL;

	if (under_way + size <= LIMIT) f = malloc(sizeof *f + size);
	if (!f) lost[CROWDED]++;
	if (!f) return;
	*f = *head;
	f->size = size;
	memcpy(f->bytes, bytes, size);
	under_way += size;
	put_in_line(f);
}

/* Ends the wait of the frames that, because of this rule, have waited for the
 * frame that has now arrived. Those that leave the cable at the end `out` leave
 * at the time `due`. Returns whether there were any. */
static bool release(const struct rule *r, int out, double due) {
	bool any = false;

	for (struct frame *f = line.next, *next; f != &line; f = next) {
		next = f->next;
		if (f->waits != r || f->out != out) continue;
		take_out_of_line(f);
		f->due = due;
		f->waits = NULL;
		put_in_line(f);
		any = true;
	}
	return any;
}

/* What the kernel reports about a frame, like struct tpacket_auxdata of
 * linux/if_packet.h. The kernel removes a VLAN tag from a frame, and reports
 * the tag here. */
struct about {
	unsigned status, sizes[2];
	/* tag: its contents (TCI), and its protocol */
	unsigned short starts[2], tag[2];
};
/* HAS_TAG is a bit of status, TAG the size of a tag */
enum { HAS_TAG = 1 << 4, TAG = 4 };

/* Reads the next frame that has arrived, without its VLAN tag. Returns the size
 * of the frame; 0 if no frame has arrived. */
static ssize_t receive(int fd, unsigned char *f, size_t room, struct about *a) {
	union { /* the union is there for the alignment */
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof *a)];
	} control;
	struct iovec part = {f, room};
	struct msghdr m = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control};
	const ssize_t n = recvmsg(fd, &m, 0);

	*a = (struct about){0};
	if (n > 0 && CMSG_FIRSTHDR(&m))
		memcpy(a, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof *a);
	if (n == -1 && errno != EAGAIN && errno != EINTR && errno != ENETDOWN)
		err(1, "recv");
	return n > 0 ? n : 0;
}

/* Puts the VLAN tag back into a frame. Then the frame begins earlier in the
 * buffer; returns by how many bytes. */
static size_t put_tag_back(unsigned char *f, const struct about *a) {
	const unsigned short tag[] = {htons(a->tag[1]), htons(a->tag[0])};

	if (!(a->status & HAS_TAG)) return 0;
	memmove(f - TAG, f, 2 * ETH_ALEN);
	memcpy(f - TAG + 2 * ETH_ALEN, tag, TAG);
	return TAG;
}

/* A frame that enters the cable. The functions below change it, each for one
 * fault. Its IP packet ends at `end`. */
struct passage {
	struct frame *head;
	int copies;
	unsigned char *end;
};

static void lose(struct passage *p, const struct rule *r) {
	(void)r;
	p->copies = 0;
}

static void twice(struct passage *p, const struct rule *r) {
	(void)r;
	p->copies *= 2;
}

static void flip(struct passage *p, const struct rule *r) {
	(void)r;
	p->end[-1] ^= 1;
}

static void hold(struct passage *p, const struct rule *r) {
	p->head->due += r->value[BY];
}

static void swap(struct passage *p, const struct rule *r) {
	p->head->waits = r;
	p->head->due = HUGE_VAL;
}

static void cross(struct passage *p, const struct rule *r) {
	swap(p, r); /* it waits, too, but for a frame from the other end: see
		       end_waits() */
}

/* Ends the wait of the frames that, because of this rule, wait for a frame of
 * these kinds; it enters the cable at the end `from` at time t. Returns whether
 * there were any. */
static bool end_waits(
	struct rule *r, unsigned is, int from, double t, double later) {
	bool any = false;

	if (!(is >> r->kind & 1)) return false;
	if (r->fault == FAULT_cross)
		r->met |= any = release(r, from, t + later / 2);
	if (r->fault == FAULT_swap) /* due 1 ns after this frame */
		any = release(r, !from, t + later + r->value[BY] + 1e-6);
	return any;
}

#define AS_FUNCTION(fault, fate) fault,
static void (*const apply[])(struct passage *, const struct rule *) = {
	FAULTS(AS_FUNCTION)};

/* Reads at most 256 frames that have arrived at one end, and puts them into the
 * queue `line`; they leave at the other end. */
static void take(int fd, int from, double later) {
	static unsigned char room[1 << 17], *const buf = room + TAG;
	struct about about;
	ssize_t n = 0;

	for (int i = 0; i < 256 &&
			(n = receive(fd, buf, sizeof room - TAG, &about)) > 0;
		i++) {
		const double t = now();
		struct frame head = {.due = t + later, .out = !from};
		struct passage p = {&head, 1, NULL};
		size_t end;
		const unsigned is = kinds_of(buf, (size_t)n, &end);
		const size_t tag = put_tag_back(buf, &about);
		const size_t size = (size_t)n + tag;

		p.end = buf + end;
		for (struct rule *r = rules; r < rules + rule_count; r++) {
			const bool ended_wait =
				end_waits(r, is, from, t, later);

			if (!applies(r, is, from, t) || ended_wait) continue;
			apply[r->fault](&p, r);
			r->applied++;
			report(r, size);
		}
		while (p.copies-- > 0)
			keep(buf - tag, size, &head);
	}
}

/* Sends the frames that are due. Returns the time until the next frame is due,
 * in ms, but at most 100. */
static double deliver(const int fd[2], char *const ends[]) {
	for (struct frame *f; (f = line.next) != &line; free(f)) {
		const double wait = f->due - now();

		if (wait > 0) return wait < 100 ? wait : 100;
		if (send(fd[f->out], f->bytes, f->size, MSG_DONTWAIT) == -1) {
			if (errno == EAGAIN || errno == ENOBUFS)
				return 0.1; /* the device is full; try again */
			if (errno != EMSGSIZE && errno != ENETDOWN) {
				check_is_there(fd[f->out], ends[f->out]);
				err(1, "%s: send", ends[f->out]);
			}
			lost[errno == EMSGSIZE ? TOO_LONG : DOWN]++;
		}
		line.next = f->next;
		line.next->before = &line;
		under_way -= f->size;
	}
	return 100;
}

static bool waits_in_vain(const struct rule *r) {
	for (const struct frame *f = line.next; f != &line; f = f->next)
		if (f->waits == r) return true;
	return false;
}

/* Reports the frames that were lost without a rule, the rules that never
 * applied, and the rules by which a frame still waits for another. Returns
 * whether there was nothing to report. */
static bool is_sound(void) {
	bool sound = true;

	for (int i = 0; i < REASONS; i++) {
		if (lost[i] == 0) continue;
		warnx("%zu frame%s lost without a RULE: %s", lost[i],
			lost[i] == 1 ? "" : "s", reasons[i]);
		sound = false;
	}
	for (const struct rule *r = rules; r < rules + rule_count; r++) {
		if (r->applied > 0 && !waits_in_vain(r)) continue;
		warnx("-f %s: %s", r->text,
			r->applied == 0 ?
				"never applied" :
			r->fault == FAULT_cross ?
				"no such frame came from the other end" :
				"no frame came after it");
		sound = false;
	}
	return sound;
}

int main(int argc, char *argv[]) {
	/* like struct tpacket_stats: packets, drops */
	unsigned counts[2] = {0};
	socklen_t size = sizeof counts;
	double later = 0;
	bool only_checks = false;
	int fd[2];

	if (argc > 2 && strcmp(argv[1], "-o") == 0) {
		for (argv += 2; *argv; argv++)
			switch_offloads_off(*argv);
		return 0;
	}
	for (int c; (c = getopt(argc, argv, "d:f:hn")) != -1;)
		switch (c) {
		case 'd': later = milliseconds("-d", optarg); break;
		case 'f':
			if (rule_count == RULES) errx(2, "-f: too many");
			rules[rule_count++].text = optarg;
			break;
		case 'h':
			if (fputs(usage, stdout) < 0 || fflush(stdout))
				err(1, "stdout");
			return 0;
		case 'n': only_checks = true; break;
		default: fputs(usage, stderr); return 2;
		}
	argv += optind;
	if (argc - optind != 2)
		errx(2, "usage: wire [-d MS] [-f RULE]... IFACE IFACE (see -h)");
	if (strcmp(argv[0], argv[1]) == 0)
		errx(2, "%s: cannot be both ends of the cable (see -h)",
			argv[0]);
	for (int i = 0; i < rule_count; i++)
		parse(&rules[i], (const char *[]){argv[0], argv[1], NULL});
	if (only_checks) return 0;
	/* if the shell has made this a background job, SIGINT stays ignored */
	if (signal(SIGINT, SIG_IGN) != SIG_IGN) signal(SIGINT, stop);
	signal(SIGTERM, stop);
	for (int i = 0; i < 2; i++)
		fd[i] = plug(argv[i]);
	fprintf(stderr, "wire: %s and %s are joined, %g ms apart\n", argv[0],
		argv[1], later);

	while (!ended) {
		const long wait = (long)(deliver(fd, argv) * 1e6);
		struct pollfd p[] = {{fd[0], POLLIN, 0}, {fd[1], POLLIN, 0}};

		if (ppoll(p, 2, &(struct timespec){.tv_nsec = wait}, NULL) == 0)
			for (int i = 0; i < 2; i++)
				check_is_there(fd[i], argv[i]);
		for (int i = 0; i < 2; i++)
			take(fd[i], i, later);
	}
	for (int i = 0; i < 2; i++, lost[CROWDED] += counts[1])
		getsockopt(fd[i], SOL_PACKET, PACKET_STATISTICS, counts, &size);
	return !is_sound();
}
