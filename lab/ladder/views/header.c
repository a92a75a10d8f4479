/*
 * header.c - the headers of a packet, drawn like the figures in the RFCs: each
 * field with its bits, value and meaning, and the bytes beside it
 */
#define _GNU_SOURCE
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../../messages.h"
#include "views.h"

#include "../read/bytes.h"

enum { ROW_BITS = 32, DATA_ROW = 16, DATA_MOST = 4 * DATA_ROW };

struct field {
	const char *name;
	size_t at, bits; /* at: counted from the header's first bit */
	char *value, *meaning;
};

struct header {
	struct bytes bytes; /* captured, from the header's first byte on */
	struct field *fields;
	size_t count, room;
	size_t next;	      /* the bit at which the next field begins */
	size_t captured;      /* how many fields were captured */
	size_t captured_bits; /* how many bits these fields have together */
};

/* Adds the next field, of n bits. Returns NULL if the field was not captured;
 * then its value is the text "not captured". */
static struct field *add(struct header *h, const char *name, size_t n) {
	struct field *f;

	h->fields = enlarge(h->fields, h->count, &h->room, sizeof *f);
	f = &h->fields[h->count++];
	*f = (struct field){.name = name, .at = h->next, .bits = n};
	h->next += n;
	if (h->next <= h->bytes.size * 8) {
		h->captured = h->count;
		h->captured_bits = h->next;
		return f;
	}
	append(&f->value, "not captured");
	return NULL;
}

static uint32_t value_of(const struct header *h, const struct field *f) {
	uint32_t value = 0;

	read_bits(&h->bytes, f->at, f->bits, &value);
	return value;
}

/* Adds a field that is a number, and its meaning. */
__attribute__((format(printf, 4, 5))) static void put(struct header *h,
	const char *name, size_t n, const char *meaning, ...) {
	struct field *f = add(h, name, n);
	char text[128];
	va_list all;

	if (!f) return;
	append(&f->value, "%u", value_of(h, f));
	va_start(all, meaning);
	vsnprintf(text, sizeof text, meaning, all);
	va_end(all);
	append(&f->meaning, "%s", text);
}

/* Returns the value of the next field, of n bits, which is not added yet; 0 if
 * it was not captured. The caller chooses the field's meaning by this value. */
static uint32_t next_value(const struct header *h, size_t n) {
	uint32_t value = 0;

	read_bits(&h->bytes, h->next, n, &value);
	return value;
}

static void put_hex(struct header *h, const char *name, const char *meaning) {
	struct field *f = add(h, name, 16);

	if (!f) return;
	append(&f->value, "0x%04x", value_of(h, f));
	append(&f->meaning, "%s", meaning);
}

static void put_address(struct header *h, const char *name, const struct end *e,
	const char *whose) {
	struct field *f = add(h, name, e->size * 8U);
	char text[64];

	if (!f) return;
	append(&f->value, "%s", address_text(e, text));
	append(&f->meaning, "the %s's", whose);
}

static void put_bytes(struct header *h, const char *name, size_t n) {
	struct field *f = add(h, name, n * 8);

	if (f) append(&f->meaning, "%zu bytes", n);
}

/* ---- the fields of each header ------------------------------------------- */

static const char *protocol_name(uint32_t protocol) {
	return protocol == IPPROTO_TCP	    ? "TCP" :
	       protocol == IPPROTO_UDP	    ? "UDP" :
	       protocol == IPPROTO_ICMP	    ? "ICMP" :
	       protocol == IPPROTO_ICMPV6   ? "ICMPv6" :
	       protocol == IPPROTO_FRAGMENT ? "a fragment's header" :
					      "an extension header";
}

static const char *ecn_name(uint32_t ecn) {
	static const char *const names[] = {"not ECN-capable",
		"ECN-capable, ECT(1)", "ECN-capable, ECT(0)",
		"CE: congestion on the way"};

	return names[ecn & 3];
}

/* Adds the field that each router decreases by one. A router that gets 0 drops
 * the packet. */
static void put_hops(struct header *h, const char *name) {
	const uint32_t hops = next_value(h, 8);

	put(h, name, 8, "it may pass %u more router%s", hops ? hops - 1 : 0,
		hops == 2 ? "" : "s");
}

static void put_ip4(struct header *h, const struct event *e) {
	const struct packet *p = &e->packet;
	uint32_t length;

	put(h, "version", 4, "IPv4");
	length = next_value(h, 4) * 4;
	put(h, "IHL", 4, "the header has 4 x %u bytes", length / 4);
	put(h, "DSCP", 6, "class of service");
	put(h, "ECN", 2, "%s", ecn_name(next_value(h, 2)));
	put(h, "total length", 16, "bytes of packet, header included");
	put_hex(h, "identification", "the same in each fragment");
	put(h, "reserved", 1, "always 0");
	put(h, "DF", 1, "%s",
		next_value(h, 1) ? "do not fragment" : "may be fragmented");
	put(h, "MF", 1, "%s",
		next_value(h, 1) ? "more fragments follow" :
				   "the last fragment, or the only one");
	put(h, "fragment offset", 13, "in units of 8 bytes");
	put_hops(h, "time to live");
	put(h, "protocol", 8, "%s", protocol_name(next_value(h, 8)));
	put_hex(h, "header checksum", "of this header alone");
	put_address(h, "source address", &p->from, host_name(e->host));
	put_address(
		h, "destination address", &p->to, host_name(other(e->host)));
	if (length > 20) put_bytes(h, "options", length - 20);
	if (p->carried_at - p->ip_at > length)
		put_bytes(h, "authentication (AH)",
			p->carried_at - p->ip_at - length);
}

static void put_ip6(struct header *h, const struct event *e) {
	const struct packet *p = &e->packet;

	put(h, "version", 4, "IPv6");
	put(h, "traffic class", 8, "%s", ecn_name(p->ecn));
	put(h, "flow label", 20, "the same for all of a conversation");
	put(h, "payload length", 16, "bytes that follow this header");
	put(h, "next header", 8, "%s", protocol_name(next_value(h, 8)));
	put_hops(h, "hop limit");
	put_address(h, "source address", &p->from, host_name(e->host));
	put_address(
		h, "destination address", &p->to, host_name(other(e->host)));
	if (p->carried_at - p->ip_at > 40)
		put_bytes(
			h, "extension headers", p->carried_at - p->ip_at - 40);
}

static void put_ports(struct header *h, const struct event *e) {
	put(h, "source port", 16, "the %s's", host_name(e->host));
	put(h, "destination port", 16, "the %s's", host_name(other(e->host)));
}

static const char *checksum_of(const struct packet *p) {
	return p->bad	    ? "wrong, or left to the sender's network card" :
	       p->fragments ? "of the whole datagram" :
	       p->unchecked ? "not checked: not all of it was captured" :
			      "right: header, data and addresses";
}

static const char *option_name(uint8_t kind) {
	return kind == TCPOPT_MAXSEG	     ? "maximum segment size" :
	       kind == TCPOPT_WINDOW	     ? "window scale" :
	       kind == TCPOPT_SACK_PERMITTED ? "SACK permitted" :
	       kind == TCPOPT_SACK	     ? "SACK" :
	       kind == TCPOPT_TIMESTAMP	     ? "timestamps" :
					       "of another kind";
}

static void put_option(
	struct header *h, const struct bytes *option, const struct packet *p) {
	const uint8_t kind = *option->at;
	const size_t length = option->length, end = h->next + length * 8;

	if (kind == TCPOPT_EOL || kind == TCPOPT_NOP) {
		put(h, "kind", 8, "%s",
			kind == TCPOPT_NOP ? "no operation: fills up" :
					     "end of the options, and filling");
		return;
	}
	put(h, "kind", 8, "%s", option_name(kind));
	put(h, "length", 8, "bytes of this option in all");
	if (kind == TCPOPT_MAXSEG && length == 4)
		put(h, "MSS", 16, "most bytes it takes in a segment");
	else if (kind == TCPOPT_WINDOW && length == 3)
		put(h, "shift", 8, "its windows are multiplied by %u",
			1U << (next_value(h, 8) > 14 ? 14 : next_value(h, 8)));
	else if (kind == TCPOPT_TIMESTAMP && length == 10) {
		put(h, "timestamp value", 32, "its sender's clock");
		put(h, "timestamp echo reply", 32,
			p->flags & ACK ? "the other's clock, as last heard" :
					 "without ACK not valid yet");
	} else if (kind == TCPOPT_SACK)
		for (size_t i = 2; i + 8 <= length; i += 8) {
			put(h, "left edge", 32, "has these bytes, too: from");
			put(h, "right edge", 32,
				"up to, this one not included");
		}
	if (h->next < end) add(h, "its contents", end - h->next);
}

/* Adds TCP's options, which have `size` bytes. Bytes that are no option can
 * remain: after the end of the options, or if an option's length is wrong or
 * was not captured. */
static void put_options(struct header *h, size_t size, const struct packet *p) {
	struct bytes left = h->bytes, option;
	const size_t end = h->next + size * 8;

	if (!take(&left, h->next / 8)) return;
	left.length = size;
	if (left.size > size) left.size = size;
	while (take_tcp_option(&left, &option))
		put_option(h, &option, p);
	if (h->next < end)
		add(h, left.size ? "no option" : "more options", end - h->next);
}

/* Returns what ECE and CWR mean in a SYN (RFC 3168, 6.1.1), or NULL. */
static const char *ecn_offer(unsigned flags) {
	switch (flags & (SYN | ACK | ECE | CWR)) {
	case SYN | ECE | CWR: return "with the other: offers ECN";
	case SYN | ACK | ECE: return "accepts ECN";
	}
	return NULL;
}

static void put_tcp(struct header *h, const struct event *e) {
	static const struct {
		const char *name, *meaning;
	} flags[] = {{"CWR", "congestion window reduced"},
		{"ECE", "packets from the other end met congestion"},
		{"URG", "the urgent pointer counts"},
		{"ACK", "the acknowledgment number counts"},
		{"PSH", "hand on what there is"},
		{"RST", "this connection is over, or never was"},
		{"SYN", "my sequence numbers begin here"},
		{"FIN", "I shall send no more"}};
	const struct packet *p = &e->packet;
	const char *ecn = ecn_offer(p->flags);
	size_t all;

	put_ports(h, e);
	put(h, "sequence number", 32,
		p->flags & SYN ? "the ISN; the ladder shows %lld" :
		p->len	       ? "of its first byte; the ladder shows %lld" :
				 "of the next byte; the ladder shows %lld",
		(long long)e->seq);
	if (p->flags & ACK)
		put(h, "acknowledgment number", 32,
			"the next byte that it expects; the ladder shows %lld",
			(long long)e->ack);
	else
		put(h, "acknowledgment number", 32, "does not count");
	all = next_value(h, 4) * 4;
	put(h, "data offset", 4, "the header has 4 x %zu bytes", all / 4);
	put(h, "rsrvd", 4, "for later, always 0");
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		put(h, flags[i].name, 1, "%s",
			!next_value(h, 1) ? "" :
			ecn && i < 2	  ? ecn :
					    flags[i].meaning);
	if (p->flags & SYN)
		put(h, "window", 16, "room for %d bytes: not scaled", p->win);
	else if (e->window >= 0)
		put(h, "window", 16, "room for %lld bytes: scaled",
			(long long)e->window);
	else
		put(h, "window", 16, "room; its scale was given in a SYN");
	put_hex(h, "checksum", checksum_of(p));
	if (p->flags & URG)
		put(h, "urgent pointer", 16,
			"an offset: urgent data ends before %lld",
			(long long)e->seq + next_value(h, 16));
	else
		put(h, "urgent pointer", 16, "does not count");
	if (all * 8 > h->next) put_options(h, all - h->next / 8, p);
}

static void put_udp(struct header *h, const struct event *e) {
	put_ports(h, e);
	put(h, "length", 16, "bytes of header and data");
	put_hex(h, "checksum",
		next_value(h, 16) ? checksum_of(&e->packet) :
				    "not computed: UDP may leave it out");
}

static void put_icmp(struct header *h, const struct event *e) {
	put(h, "type", 8, "%s", e->packet.about->name);
	put(h, "code", 8, "which one of its type");
	put_hex(h, "checksum", "of all that follows the IP header");
	put(h, "rest of header", 32, "its use depends on the type");
}

/* ---- figure and table ---------------------------------------------------- */

static void put_line(const char *cut) {
	for (int i = 0; i <= ROW_BITS; i++) {
		putchar(cut[i] ? '+' : ' ');
		if (i < ROW_BITS) putchar(cut[i] ? '-' : ' ');
	}
	putchar('\n');
}

/* Prints a text in the middle of a cell, shortened if it does not fit. */
static void put_cell(const char *text, size_t cell) {
	const char *last = text ? strrchr(text, ' ') : NULL;
	size_t n, left;

	if (!text) text = "";
	if (strlen(text) > cell && last && strlen(last + 1) <= cell)
		text = last + 1;
	n = strlen(text);
	if (n > cell) n = cell < 3 ? 1 : cell;
	left = (cell - n) / 2;
	printf("%*s%.*s%*s", (int)left, "", (int)n, text,
		(int)(cell - n - left), "");
}

/* Prints the fields of a row of 32 bits, by name or by value. Returns the first
 * field of the next row. */
static size_t put_fields(
	const struct header *h, size_t i, size_t row, bool values) {
	const size_t end = row + ROW_BITS;

	putchar('|');
	for (; i < h->captured && h->fields[i].at < end; i++) {
		const struct field *f = &h->fields[i];
		const size_t from = f->at > row ? f->at : row;
		const size_t to = f->at + f->bits < end ? f->at + f->bits : end;

		put_cell(f->at < row ? NULL :
			 values	     ? f->value :
				       f->name,
			(to - from) * 2 - 1);
		putchar('|');
		if (f->at + f->bits > end) break;
	}
	if (i < h->captured && h->fields[i].at + h->fields[i].bits == end) i++;
	return i;
}

static void put_figure(const struct header *h) {
	char solid[ROW_BITS + 1];
	size_t first = 0;

	memset(solid, 1, sizeof solid);
	puts(" 0                   1                   2                   3");
	fputs(" ", stdout);
	for (int i = 0; i < ROW_BITS; i++)
		printf("%d%c", i % 10, i < ROW_BITS - 1 ? ' ' : '\n');
	put_line(solid);
	for (size_t row = 0; row < h->captured_bits; row += ROW_BITS) {
		const size_t end = row + ROW_BITS;
		size_t next;

		put_fields(h, first, row, false);
		for (size_t at = row; at < end && at < h->captured_bits;
			at += 8)
			printf("%s%02x", at == row ? "  " : " ",
				h->bytes.at[at / 8]);
		putchar('\n');
		next = put_fields(h, first, row, true);
		putchar('\n');
		first = next;
		put_line(solid);
	}
}

static void put_table(const struct header *h) {
	char place[32];

	for (size_t i = 0; i < h->count; i++) {
		const struct field *f = &h->fields[i];

		if (f->bits > 1)
			snprintf(place, sizeof place, "%zu-%zu", f->at,
				f->at + f->bits - 1);
		else
			snprintf(place, sizeof place, "%zu", f->at);
		printf("%-9s %-21s ", place, f->name);
		if (f->meaning && *f->meaning)
			printf("%-11s %s", f->value ? f->value : "",
				f->meaning);
		else
			fputs(f->value ? f->value : "", stdout);
		putchar('\n');
	}
}

static void put_header(const char *title, struct header *h,
	void (*fill)(struct header *, const struct event *),
	const struct event *e) {
	printf("\n%s\n", title);
	fill(h, e);
	put_figure(h);
	if (h->captured < h->count) puts("cut short by the snapshot length");
	printf("%-9s %-21s %-11s %s\n", "bits", "field", "value", "meaning");
	put_table(h);
	for (size_t i = 0; i < h->count; i++) {
		free(h->fields[i].value);
		free(h->fields[i].meaning);
	}
	free(h->fields);
}

/* Prints data in hexadecimal, and beside it as text. */
static void put_data(const struct bytes *data, bool in_fragments) {
	const size_t there =
		data->size < data->length ? data->size : data->length;
	const size_t most = there < DATA_MOST ? there : DATA_MOST;
	/* the rest of a fragmented datagram is in other frames */
	const size_t all = in_fragments ? data->length : there;

	printf("\nData: %zu byte%s\n", data->length,
		data->length == 1 ? "" : "s");
	for (size_t row = 0; row < most; row += DATA_ROW) {
		const size_t n = most - row < DATA_ROW ? most - row : DATA_ROW;

		printf("%-9zu", row);
		for (size_t i = 0; i < DATA_ROW; i++)
			if (i < n)
				printf(" %02x", data->at[row + i]);
			else
				fputs("   ", stdout);
		fputs("  ", stdout);
		for (size_t i = 0; i < n; i++) {
			const uint8_t c = data->at[row + i];

			putchar(c >= ' ' && c <= '~' ? c : '.');
		}
		putchar('\n');
	}
	if (most < all) printf("and %zu more\n", all - most);
	if (all < data->length)
		printf(all ? "and %zu more, not captured\n" : "not captured\n",
			data->length - all);
}

static void put_packet(const struct event *e) {
	const struct packet *p = &e->packet;
	struct bytes frame = {p->bytes, p->size, p->size};
	struct header ip = {.next = 0}, carried = {.next = 0};
	const char *note = e->note ? e->note : "";
	char text[64], from[64], to[64];

	take(&frame, p->ip_at);
	ip.bytes = frame;
	take(&frame, p->carried_at - p->ip_at);
	carried.bytes = frame;
	printf("Segment %d: %s from the %s, %s > %s%s%s\n", e->number,
		what_of(e, text), host_name(e->host), end_text(&p->from, from),
		end_text(&p->to, to), *note ? "; " : "", note);
	if (p->from.size == 4)
		put_header("IPv4 header (RFC 791, figure 4)", &ip, put_ip4, e);
	else
		put_header(
			"IPv6 header (RFC 8200, section 3)", &ip, put_ip6, e);
	if (p->protocol == IPPROTO_TCP)
		put_header("TCP header (RFC 9293, figure 1)", &carried, put_tcp,
			e);
	else if (p->protocol == IPPROTO_UDP)
		put_header("UDP header (RFC 768)", &carried, put_udp, e);
	else
		put_header(p->from.size == 4 ? "ICMP header (RFC 792)" :
					       "ICMPv6 header (RFC 4443)",
			&carried, put_icmp, e);
	if (!p->len) return;
	if (!take(&frame, carried.next / 8)) frame.size = 0;
	frame.length = p->len;
	put_data(&frame, p->fragments > 0);
}

char *view_packet(const struct timeline *t, const struct options *o) {
	const nanoseconds zero = zero_of(t);
	char *reason = NULL;
	int last = 0;

	for (const struct event *e = t->first; e; e = e->next) {
		if (e->kind != SEGMENT || e->again || !is_chosen(e, zero, o))
			continue;
		if (!o->packet && last) putchar('\n');
		last = e->number;
		if (o->packet && e->number != o->packet) continue;
		put_packet(e);
		if (o->packet) return NULL;
	}
	if (!o->packet) return NULL;
	append(&reason, "--packet: there is no segment %d; the last is %d",
		o->packet, last);
	return reason;
}
