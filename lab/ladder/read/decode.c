/*
 * decode.c - a captured frame -> a packet, or the reason why there is none
 *
 * A frame may be cut short, or wrong in any way. take() returns only bytes that
 * were captured. The structs of headers are the C library's. Most functions
 * that take a header return NULL, or the reason why the frame is not drawn.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>

#include "read.h"

#include "bytes.h"

const char later_fragment[] = "later fragment, its first is not in the capture";
static const char cut_short[] = "cut short by the snapshot length";
static const char broken[] = "not decodable";

static bool read_into(struct bytes *b, void *header, size_t n) {
	const uint8_t *at = take(b, n);

	if (at) memcpy(header, at, n);
	return at != NULL;
}

static uint16_t two_bytes(const uint8_t *at) {
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t four_bytes(const uint8_t *at) {
	return (uint32_t)two_bytes(at) << 16 | two_bytes(at + 2);
}

/* Adds bytes to the likeness of a packet. The likeness is a hash (FNV-1a) of
 * those fields that are the same in both captures of the packet. */
static void mix(uint64_t *likeness, const void *data, size_t n) {
	for (const uint8_t *at = data; n--; at++)
		*likeness = (*likeness ^ *at) * UINT64_C(0x100000001b3);
}

enum { ETHERTYPE_PPPOE = 0x8864, ETHERTYPE_MPLS = 0x8847 };

/* Records a header that matters to filters (pcap-filter(7)), as a letter. What
 * follows v (VLAN), p (PPPoE) or m (an MPLS label) is matched only by a filter
 * that contains vlan, pppoes or mpls. What follows l (LLC) or x (AH, or an
 * extension header of IPv6) is not matched by tcp, udp or port. */
static void add_tag(struct packet *p, char tag) {
	const size_t n = strlen(p->tags);

	if (n + 1 < sizeof p->tags) p->tags[n] = tag;
}

/* ---- what carries IP ---------------------------------------------------- */

/* What follows a header is given by an EtherType, or by one of these numbers,
 * which are no EtherTypes. */
enum {
	NO_IP = 0x10000,
	ANY_IP,	  /* IPv4 or IPv6: the first four bits are the version */
	LLC_NEXT, /* a header of IEEE 802.2 */
	PPP_NEXT  /* PPP's protocol number */
};

/* Returns the EtherType for an address family's number. Linux, the
 * BSDs and macOS have different numbers for IPv6. */
static uint32_t of_family(uint32_t family) {
	return family == 2 ? ETHERTYPE_IP :
	       family == 10 || family == 24 || family == 28 || family == 30 ?
			     ETHERTYPE_IPV6 :
			     NO_IP;
}

/* Takes NFLOG's header: family, version and group, and then attributes. One of
 * the attributes is the packet. An attribute's size and number are in the byte
 * order of the machine that recorded them. A number is never above 255, so one
 * of its two bytes is 0. The place of this byte shows the byte order. */
static const char *take_nflog(struct bytes *b, uint32_t *next) {
	enum { PAYLOAD = 9, NESTED = 0x80 };
	const uint8_t *at = take(b, 4);

	if (!at) return cut_short;
	*next = of_family(at[0]);
	while ((at = take(b, 4))) {
		const bool little = (at[3] & ~NESTED) == 0;
		const uint32_t size =
			little ? at[1] << 8U | at[0] : two_bytes(at);

		if (size < 4) return broken;
		if ((little ? at[2] : at[3]) == PAYLOAD) {
			if (b->length > size - 4) b->length = size - 4;
			if (b->size > b->length) b->size = b->length;
			return NULL;
		}
		if (!take(b, ((size + 3) & ~3U) - 4)) return cut_short;
	}
	return b->length > 3 ? cut_short : "NFLOG without a packet";
}

/* Takes what stands before PPP's protocol number: the two bytes of HDLC
 * framing, or nothing. If the frame is Cisco HDLC, takes Cisco's header of four
 * bytes instead. */
static const char *take_ppp_frame(struct bytes *b, uint32_t *next) {
	const uint8_t *at;
	const bool framed = b->size > 1 && (b->at[0] == 0xff || b->at[0] < 2) &&
			    b->at[1] == 3;

	*next = PPP_NEXT;
	if (b->size > 0 && (*b->at == 0x0f || *b->at == 0x8f)) {
		if (!(at = take(b, 4))) return cut_short;
		*next = two_bytes(at + 2);
	} else if (framed)
		take(b, 2);
	return NULL;
}

/* Takes the link layer's header. For the numbers of link types, see
 * pcap-linktype(7). *next becomes what follows the header. */
static const char *take_link(struct bytes *b, uint32_t link, uint32_t *next) {
	const uint8_t *at;
	uint32_t family;

	switch (link) {
	case 0:	  /* BSD's loopback: a header of 4 bytes, the address family, in
		     the byte order of the machine that recorded it */
	case 108: /* the same in network byte order */
		if (!(at = take(b, 4))) return cut_short;
		family = four_bytes(at);
		if (family > 0xffff) family = family >> 24 | family >> 8 << 24;
		*next = of_family(family);
		return NULL;
	case 1: /* Ethernet */
		if (!(at = take(b, 14))) return cut_short;
		*next = two_bytes(at + 12);
		/* a number below 0x600 is a length, and no EtherType */
		if (*next < 0x600) *next = LLC_NEXT;
		return NULL;
	case 204: /* PPP after a byte that shows the direction */
		if (!take(b, 1)) return cut_short;
		return take_ppp_frame(b, next);
	case 9:	  /* PPP */
	case 50:  /* PPP, always in HDLC framing */
	case 104: /* Cisco HDLC */
	case 166: /* PPP by pppd: the first byte shows the direction */
		return take_ppp_frame(b, next);
	case 51: *next = ETHERTYPE_PPPOE; return NULL;
	case 12: /* 12, 14, 101: raw IP; 228: IPv4; 229: IPv6 */
	case 14:
	case 101:
	case 228:
	case 229: *next = ANY_IP; return NULL;
	case 113: /* Linux "cooked" */
		if (!(at = take(b, 16))) return cut_short;
		*next = two_bytes(at + 14);
		break;
	case 239: return take_nflog(b, next);
	case 276: /* Linux "cooked", version 2 */
		if (!(at = take(b, 20))) return cut_short;
		*next = two_bytes(at);
		break;
	default: return "link type that is not known here";
	}
	if (*next == 4) *next = LLC_NEXT; /* Linux's number for LLC */
	return NULL;
}

/* Takes a VLAN tag. In this and the next four functions, *next becomes what
 * follows the header that is taken. */
static const char *take_vlan(struct bytes *b, uint32_t *next) {
	const uint8_t *at = take(b, 4);

	if (!at) return cut_short;
	*next = two_bytes(at + 2);
	if (*next < 0x600) *next = LLC_NEXT;
	return NULL;
}

static const char *take_pppoe(struct bytes *b, uint32_t *next) {
	const uint8_t *at = take(b, 6);

	if (!at) return cut_short;
	/* the code, at[1], is 0 for data */
	if (at[1] != 0) return "PPPoE discovery";
	*next = PPP_NEXT;
	return NULL;
}

/* Takes PPP's protocol number: one byte if this byte is odd, otherwise two. */
static const char *take_ppp(struct bytes *b, uint32_t *next) {
	const uint8_t *at = take(b, 1);
	uint32_t protocol;

	if (!at) return cut_short;
	protocol = *at;
	if (!(protocol & 1)) {
		if (!(at = take(b, 1))) return cut_short;
		protocol = protocol << 8 | *at;
	}
	switch (protocol) {
	case 0x21: *next = ETHERTYPE_IP; return NULL;
	case 0x57: *next = ETHERTYPE_IPV6; return NULL;
	case 0x281:
	case 0x283: *next = ETHERTYPE_MPLS; return NULL;
	default: return "PPP's own control protocol, or one that is not IP";
	}
}

/* Takes an MPLS label. After the last label, the first four bits show
 * IP's version. */
static const char *take_label(struct bytes *b, uint32_t *next) {
	const uint8_t *at = take(b, 4);

	if (!at) return cut_short;
	if (!(at[2] & 1)) return NULL;
	if (b->size < 1) return cut_short;
	if (*b->at >> 4 != 4 && *b->at >> 4 != 6) return "tunnel (MPLS)";
	*next = ANY_IP;
	return NULL;
}

/* Takes a header of IEEE 802.2 LLC. If the header has the number of IP (6), IP
 * follows; if it has the number of SNAP (0xaa), an EtherType follows. */
static const char *take_llc(struct bytes *b, uint32_t *next) {
	static const char other[] = "IEEE 802.3 (LLC)";
	const uint8_t *at = take(b, 3);

	if (!at) return cut_short;
	if (at[0] == 6 && at[1] == 6 && at[2] == 3) {
		*next = ETHERTYPE_IP;
		return NULL;
	}
	if (at[0] != 0xaa || at[1] != 0xaa || at[2] != 3) return other;
	if (!(at = take(b, 5))) return cut_short;
	if (at[0] || at[1] || (at[2] && at[2] != 0xf8)) return other;
	*next = two_bytes(at + 3);
	return NULL;
}

/* Takes all headers before IP. *next becomes the EtherType of what follows. */
static const char *take_tags(
	struct bytes *b, uint32_t *next, struct packet *p) {
	for (;;) {
		const char *reason;

		switch (*next) {
		case ETHERTYPE_VLAN:
		case 0x88a8: /* 802.1ad */
		case 0x9100: /* used before 802.1ad */
			add_tag(p, 'v');
			reason = take_vlan(b, next);
			break;
		case ETHERTYPE_PPPOE:
			add_tag(p, 'p');
			reason = take_pppoe(b, next);
			break;
		case ETHERTYPE_MPLS:
		case 0x8848: /* MPLS, multicast */
			add_tag(p, 'm');
			reason = take_label(b, next);
			break;
		case LLC_NEXT:
			add_tag(p, 'l');
			reason = take_llc(b, next);
			break;
		case PPP_NEXT: reason = take_ppp(b, next); break;
		default: return NULL;
		}
		if (reason) return reason;
	}
}

static const char *carrier(uint32_t type) {
	switch (type) {
	case ETHERTYPE_ARP: return "ARP";
	case 0x8863: return "PPPoE discovery";
	case 0x88cc: return "LLDP";
	case 0x888e: return "EAPOL";
	default: return "another protocol";
	}
}

static const char *ip_protocol(uint8_t protocol) {
	switch (protocol) {
	case IPPROTO_GRE: return "tunnel (GRE)";
	case IPPROTO_IPIP:
	case IPPROTO_IPV6: return "tunnel (IP in IP)";
	case IPPROTO_ESP: return "encrypted (ESP)";
	case IPPROTO_IGMP: return "IGMP";
	case IPPROTO_SCTP: return "SCTP";
	case 89: return "OSPF";
	default: return "another protocol over IP";
	}
}

/* ---- IP ----------------------------------------------------------------- */

/* Adds 16-bit words to the sum of a checksum. */
static uint32_t sum(uint32_t sum, const uint8_t *at, size_t n) {
	for (; n > 1; at += 2, n -= 2)
		sum += two_bytes(at);
	if (n) sum += (uint32_t)*at << 8;
	return sum;
}

/* Checks the checksum of TCP or UDP, which includes the pseudo-header. */
static void check(const struct bytes *b, struct packet *p) {
	uint32_t total = p->protocol + (uint32_t)b->length;

	p->unchecked =
		p->fragments || b->size < b->length || b->length > 0xffff;
	if (p->unchecked) return;
	total = sum(total, p->from.bytes, p->from.size);
	total = sum(total, p->to.bytes, p->to.size);
	total = sum(total, b->at, b->length);
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	p->bad = total != 0xffff;
}

static void put_address(struct end *e, const void *bytes, uint8_t size) {
	memset(e, 0, sizeof *e);
	memcpy(e->bytes, bytes, size);
	e->size = size;
}

/* If p is a fragment, fills in *f. Returns whether p is a fragment after the
 * first one of its datagram. */
static bool take_fragment(struct fragment *f, const struct packet *p,
	uint32_t from, bool last, size_t size) {
	if (from == 0 && last) return false;
	*f = (struct fragment){p->likeness, from, (uint32_t)size, last};
	return from > 0;
}

/* Sets the likeness to a hash of what all fragments of a datagram share. */
static void liken_fragment(struct packet *p, uint32_t id, uint8_t protocol) {
	p->likeness = 1;
	mix(&p->likeness, &id, sizeof id);
	mix(&p->likeness, &protocol, 1);
	mix(&p->likeness, p->from.bytes, 16);
	mix(&p->likeness, p->to.bytes, 16);
}

/* Takes an extension header. Its first byte is the number of the next header;
 * its second byte is how many units of `unit` bytes follow its first 8 bytes.
 * Returns NULL if not all of the header was captured. */
static const uint8_t *take_extension(
	struct bytes *b, size_t unit, struct packet *p) {
	const uint8_t *at = take(b, 8);

	if (!at || !take(b, at[1] * unit)) return NULL;
	add_tag(p, 'x');
	p->protocol = at[0];
	return at;
}

/* take_ip4() and take_ip6() take IP's header. *b is then what IP carries. */
static const char *take_ip4(
	struct bytes *b, struct packet *p, struct fragment *f) {
	struct ip ip;
	const size_t there = b->length;
	size_t header, all;
	uint16_t id, offset;

	if (!read_into(b, &ip, sizeof ip)) return cut_short;
	header = ip.ip_hl * 4U;
	all = ntohs(ip.ip_len);
	if (all == 0)
		all = there; /* offload: the network card will cut the packet */
	if (ip.ip_v != 4 || header < sizeof ip || all < header) return broken;
	if (!take(b, header - sizeof ip)) return cut_short;
	b->length = all - header;
	if (b->size > b->length) b->size = b->length; /* without padding */
	p->protocol = ip.ip_p;
	p->ttl = ip.ip_ttl;
	p->ecn = ip.ip_tos & 3;
	put_address(&p->from, &ip.ip_src, 4);
	put_address(&p->to, &ip.ip_dst, 4);
	id = ntohs(ip.ip_id);
	offset = ntohs(ip.ip_off);
	liken_fragment(p, id, ip.ip_p);
	p->numbered = id != 0;
	if (take_fragment(f, p, (offset & IP_OFFMASK) * 8U, !(offset & IP_MF),
		    b->length))
		return later_fragment;
	if (!id) p->likeness = 1;
	while (p->protocol == IPPROTO_AH)
		if (!take_extension(b, 4, p)) return cut_short;
	return NULL;
}

static const char *take_ip6(
	struct bytes *b, struct packet *p, struct fragment *f) {
	struct ip6_hdr ip;
	const size_t there = b->length;

	if (!read_into(b, &ip, sizeof ip)) return cut_short;
	if (ip.ip6_vfc >> 4 != 6) return broken;
	b->length = ntohs(ip.ip6_plen);
	if (b->length == 0) b->length = there - sizeof ip;
	if (b->size > b->length) b->size = b->length;
	p->ttl = ip.ip6_hlim;
	p->ecn = ntohl(ip.ip6_flow) >> 20 & 3;
	put_address(&p->from, &ip.ip6_src, 16);
	put_address(&p->to, &ip.ip6_dst, 16);
	p->likeness = 1;
	p->protocol = ip.ip6_nxt;
	for (;;) {
		const uint8_t *at;

		switch (p->protocol) {
		case IPPROTO_HOPOPTS:
		case IPPROTO_ROUTING:
		case IPPROTO_DSTOPTS:
		case IPPROTO_MH:
		case 139: /* HIP */
		case 140: /* Shim6 */ at = take_extension(b, 8, p); break;
		case IPPROTO_AH: at = take_extension(b, 4, p); break;
		case IPPROTO_FRAGMENT:
			at = take_extension(b, 0, p);
			if (!at) break;
			liken_fragment(p, four_bytes(at + 4), at[0]);
			if (take_fragment(f, p, two_bytes(at + 2) & 0xfff8,
				    !(at[3] & 1), b->length))
				return later_fragment;
			break;
		default: return NULL;
		}
		if (!at) return cut_short;
	}
}

/* ---- what IP carries ---------------------------------------------------- */

/* Returns the payload's first line if the line is text: printable characters,
 * three or more, with a letter among them. Otherwise returns NULL. */
static char *text_in(const struct bytes *b) {
	enum { MOST = 48 };
	size_t n = 0, letters = 0, most = b->size < MOST ? b->size : MOST;

	if (b->length < most) most = b->length;
	for (; n < most && b->at[n] >= ' ' && b->at[n] < 0x7f; n++)
		letters += isalpha(b->at[n]) != 0;
	if (n < 3 || !letters ||
		(n < most && b->at[n] != '\r' && b->at[n] != '\n'))
		return NULL;
	while (n > 0 && b->at[n - 1] == ' ')
		n--;
	return strndup((const char *)b->at, n);
}

bool take_tcp_option(struct bytes *options, struct bytes *option) {
	bool one; /* the option counts as one byte: it has no length byte, or
		     its length byte was not captured */

	if (options->size == 0) return false;
	one = *options->at <= TCPOPT_NOP ||
	      (options->size == 1 && options->length > 1);
	*option = *options;
	option->length = one ? 1 : options->size > 1 ? options->at[1] : 0;
	if (option->length < (one ? 1 : 2) || option->length > options->length)
		return false;
	if (option->size > option->length) option->size = option->length;
	return take(options, option->size) != NULL;
}

static void take_sack(const struct bytes *option, struct packet *p) {
	if (option->length < 10 || p->sack) return;
	p->sack = allocate(sizeof *p->sack);
	for (size_t i = 2; i + 8 <= option->length && p->sack->count < 4;
		i += 8) {
		const int r = p->sack->count++;

		p->sack->from[r] = four_bytes(option->at + i);
		p->sack->to[r] = four_bytes(option->at + i + 4);
	}
}

static const char *take_tcp_options(struct bytes all, struct packet *p) {
	struct bytes o;

	while (all.size > 0) {
		if (!take_tcp_option(&all, &o)) return broken;
		if (*o.at == TCPOPT_EOL || o.size < o.length) break;
		if (*o.at == TCPOPT_MAXSEG && o.length == 4)
			p->mss = two_bytes(o.at + 2);
		else if (*o.at == TCPOPT_WINDOW && o.length == 3)
			p->scale = (int8_t)(o.at[2] > 14 ? 14 : o.at[2]);
		else if (*o.at == TCPOPT_SACK_PERMITTED)
			p->sack_permitted = true;
		else if (*o.at == TCPOPT_TIMESTAMP && o.length == 10) {
			p->stamped = true;
			p->stamp = four_bytes(o.at + 2);
			p->echo = four_bytes(o.at + 6);
		} else if (*o.at == TCPOPT_SACK)
			take_sack(&o, p);
	}
	return NULL;
}

static const char *take_tcp(struct bytes *b, struct packet *p) {
	const struct bytes whole = *b;
	struct bytes options;
	struct tcphdr tcp;
	size_t header;

	if (!read_into(b, &tcp, sizeof tcp))
		return whole.length < sizeof tcp ? broken : cut_short;
	header = tcp.th_off * 4U;
	if (header < sizeof tcp || header > whole.length) return broken;
	p->from.port = ntohs(tcp.th_sport);
	p->to.port = ntohs(tcp.th_dport);
	p->seq = ntohl(tcp.th_seq);
	p->ack = ntohl(tcp.th_ack);
	p->win = ntohs(tcp.th_win);
	p->flags = tcp.th_flags;
	p->scale = -1;
	options.at = b->at;
	options.length = options.size = header - sizeof tcp;
	if (options.size > b->size) options.size = b->size;
	if (take_tcp_options(options, p) && options.size == options.length)
		return broken;
	if (options.size < options.length && p->scale == -1) p->scale = -2;
	b->length = whole.length - header;
	if (!take(b, options.size)) return broken;
	b->length = whole.length - header;
	if (b->size > b->length) b->size = b->length;
	p->len = (uint32_t)b->length;
	check(&whole, p);
	p->text = text_in(b);
	tcp.th_sum = 0;
	mix(&p->likeness, &tcp, sizeof tcp);
	mix(&p->likeness, &p->stamp, 8);
	mix(&p->likeness, &p->len, sizeof p->len);
	return NULL;
}

static const char *take_udp(struct bytes *b, struct packet *p) {
	const struct bytes whole = *b;
	struct udphdr udp;
	size_t length;

	if (!read_into(b, &udp, sizeof udp))
		return whole.length < sizeof udp ? broken : cut_short;
	length = ntohs(udp.uh_ulen);
	if (length == 0) length = whole.length;
	if (length < sizeof udp || (length > whole.length && !p->fragments))
		return broken;
	p->from.port = ntohs(udp.uh_sport);
	p->to.port = ntohs(udp.uh_dport);
	b->length = length - sizeof udp;
	if (b->size > b->length) b->size = b->length;
	p->len = (uint32_t)b->length;
	if (p->to.port == 4789 && b->size >= 8 && b->at[0] == 8)
		return "tunnel (VXLAN)";
	if (p->to.port == 6081 && b->size >= 8 && b->at[0] >> 6 == 0 &&
		two_bytes(b->at + 2) == 0x6558)
		return "tunnel (Geneve)";
	if (udp.uh_sum)
		check(&whole, p);
	else
		p->unchecked = true;
	p->text = text_in(b);
	if (p->likeness == 1) /* p has no IP identification */
		mix(&p->likeness, b->at, b->size < 16 ? b->size : 16);
	mix(&p->likeness, &udp, 6);
	return NULL;
}

struct name {
	int type, code; /* code -1: any code */
	const char *name;
};

static const char *icmp_name(bool six, uint8_t type, uint8_t code) {
	static const struct name four_names[] = {{0, -1, "echo reply"},
		{3, 0, "net unreachable"}, {3, 1, "host unreachable"},
		{3, 2, "protocol unreachable"}, {3, 3, "port unreachable"},
		{3, 4, "fragmentation needed"}, {3, 9, "net prohibited"},
		{3, 10, "host prohibited"}, {3, 13, "prohibited"},
		{3, -1, "unreachable"}, {4, -1, "source quench"},
		{5, -1, "redirect"}, {8, -1, "echo request"},
		{9, -1, "router advertisement"},
		{10, -1, "router solicitation"}, {11, 0, "TTL expired"},
		{11, -1, "reassembly time exceeded"},
		{12, -1, "parameter problem"}, {13, -1, "timestamp request"},
		{14, -1, "timestamp reply"}, {0, 0, NULL}};
	static const struct name six_names[] = {{1, 0, "no route"},
		{1, 1, "prohibited"}, {1, 2, "beyond scope"},
		{1, 3, "address unreachable"}, {1, 4, "port unreachable"},
		{1, -1, "unreachable"}, {2, -1, "packet too big"},
		{3, 0, "hop limit exceeded"},
		{3, -1, "reassembly time exceeded"},
		{4, -1, "parameter problem"}, {128, -1, "echo request"},
		{129, -1, "echo reply"}, {130, -1, "multicast listener query"},
		{131, -1, "multicast listener report"},
		{132, -1, "multicast listener done"},
		{133, -1, "router solicitation"},
		{134, -1, "router advertisement"},
		{135, -1, "neighbor solicitation"},
		{136, -1, "neighbor advertisement"}, {137, -1, "redirect"},
		{143, -1, "multicast listener report"}, {0, 0, NULL}};
	const struct name *n = six ? six_names : four_names;

	for (; n->name; n++)
		if (n->type == type && (n->code == code || n->code == -1))
			return n->name;
	return "of another type";
}

/* Decodes the part of a packet that an ICMP error quotes. */
static void take_about(struct bytes b, struct about *a, bool six) {
	struct packet inner = {0};
	struct fragment unused;
	const uint8_t *ports;

	b.length = SIZE_MAX / 2; /* the error may quote only its beginning */
	if (six ? take_ip6(&b, &inner, &unused) : take_ip4(&b, &inner, &unused))
		return;
	a->protocol = inner.protocol;
	a->from = inner.from;
	a->to = inner.to;
	if ((inner.protocol != IPPROTO_TCP && inner.protocol != IPPROTO_UDP) ||
		!(ports = take(&b, 4)))
		return;
	a->from.port = two_bytes(ports);
	a->to.port = two_bytes(ports + 2);
}

static const char *take_icmp(struct bytes *b, struct packet *p) {
	const bool six = p->protocol == IPPROTO_ICMPV6;
	const uint8_t *head = take(b, 8);
	const uint8_t type = head ? head[0] : 0;

	if (!head) return b->length < 8 ? broken : cut_short;
	p->len = (uint32_t)b->length;
	p->about = allocate(sizeof *p->about);
	snprintf(p->about->name, sizeof p->about->name, "%s",
		icmp_name(six, type, head[1]));
	mix(&p->likeness, head, 8);
	mix(&p->likeness, b->at, b->size < 48 ? b->size : 48);
	if (six ? type < 128 :
		  type == ICMP_DEST_UNREACH || type == ICMP_SOURCE_QUENCH ||
				type == ICMP_REDIRECT ||
				type == ICMP_TIME_EXCEEDED ||
				type == ICMP_PARAMETERPROB)
		take_about(*b, p->about, six);
	return NULL;
}

const char *decode(const uint8_t *bytes, size_t size, size_t length,
	uint32_t link, struct packet *p, struct fragment *f) {
	struct bytes b = {bytes, size, length < size ? size : length};
	const char *reason;
	uint32_t type = NO_IP;

	reason = take_link(&b, link, &type);
	if (!reason) reason = take_tags(&b, &type, p);
	if (reason) return reason;
	if (type == ANY_IP) {
		if (b.size < 1) return cut_short;
		type = *b.at >> 4 == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP;
	}
	p->ip_at = (uint32_t)(b.at - bytes);
	if (type == ETHERTYPE_IP)
		reason = take_ip4(&b, p, f);
	else if (type == ETHERTYPE_IPV6)
		reason = take_ip6(&b, p, f);
	else
		reason = carrier(type);
	p->carried_at = (uint32_t)(b.at - bytes);
	if (f->likeness) p->fragments = 1;
	if (reason) return reason;
	mix(&p->likeness, p->from.bytes, 16);
	mix(&p->likeness, p->to.bytes, 16);
	switch (p->protocol) {
	case IPPROTO_TCP: return take_tcp(&b, p);
	case IPPROTO_UDP: return take_udp(&b, p);
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6: return take_icmp(&b, p);
	default: return ip_protocol(p->protocol);
	}
}

void free_packet(struct packet *p) {
	free(p->about);
	free(p->sack);
	free(p->text);
	free(p->bytes);
}
