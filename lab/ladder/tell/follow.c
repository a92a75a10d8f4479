/*
 * follow.c - packets and calls, in order of time -> the timeline
 *
 * A packet that leaves its sender becomes an event. If the other capture has
 * the packet, too, it has arrived. Several packets can be equal: then the first
 * that arrives is taken for the first that left. If more of them arrive than
 * have left, the cable has delivered some of them again.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "tell.h"

enum { SLOTS = 1 << 16, LIKENESSES = 1 << 20, KNOWN = 256 };

/* Equal packets: packets with the same likeness, a hash that decode.c makes */
struct likeness {
	struct likeness *slot;	   /* the next one in its hash slot */
	uint64_t value;		   /* the hash */
	struct event *head, *tail; /* the list of those not arrived yet */
	struct event *arrived;	   /* the last packet that has arrived */
	nanoseconds time;	   /* when the last packet left or arrived */
};

struct timeline *new_timeline(void) {
	struct timeline *t = allocate(sizeof *t);

	t->workings = allocate(sizeof *t->workings);
	t->workings->slots = allocate(SLOTS * sizeof(void *));
	t->workings->likenesses = allocate(LIKENESSES * sizeof(void *));
	t->workings->pair_slots = allocate(SLOTS * sizeof(int));
	return t;
}

/* ---- hosts --------------------------------------------------------------- */

void know_host(struct timeline *t, const struct end *e, enum host h) {
	for (size_t i = 0; i < t->workings->known_count; i++)
		if (same_address(&t->workings->known[i].address, e)) return;
	if (t->workings->known_count == KNOWN)
		return; /* for other addresses, is_from_client() decides */
	t->workings->known =
		enlarge(t->workings->known, t->workings->known_count,
			&t->workings->known_room, sizeof *t->workings->known);
	t->workings->known[t->workings->known_count++] = (struct known){*e, h};
}

static enum host host_of(const struct timeline *t, const struct end *e) {
	for (size_t i = 0; i < t->workings->known_count; i++)
		if (same_address(&t->workings->known[i].address, e))
			return t->workings->known[i].host;
	return BOTH;
}

static size_t slot_of(
	uint8_t protocol, const struct end *a, const struct end *b) {
	size_t sum = protocol;

	for (int i = 0; i < 16; i++) /* the same sum for both directions */
		sum += (size_t)(a->bytes[i] * a->bytes[i] +
				b->bytes[i] * b->bytes[i]) *
		       (size_t)(i + 3);
	sum += (size_t)(a->port * 31 + 7) * (size_t)(b->port * 31 + 7);
	return (sum ^ sum >> 13) % SLOTS;
}

/* Returns the number of the pair of these two hosts, from 1. *turned becomes
 * true if this client is the second host of the pair. */
static int pair_of(struct timeline *t, const struct end *client,
	const struct end *server, bool *turned) {
	struct end a = *client, b = *server;
	int *slot;

	a.port = b.port = 0;
	slot = &t->workings->pair_slots[slot_of(0, &a, &b)];
	for (int i = *slot; i; i = t->pairs[i - 1].slot) {
		const struct end *end = t->pairs[i - 1].end;

		*turned = !same_address(&end[CLIENT], client);
		if (same_address(&end[*turned], client) &&
			same_address(&end[!*turned], server))
			return i;
	}
	*turned = false;
	t->pairs = enlarge(t->pairs, (size_t)t->pair_count,
		&t->workings->pair_room, sizeof *t->pairs);
	t->pairs[t->pair_count] = (struct pair){{a, b}, *slot, NULL, NULL, 0};
	return *slot = ++t->pair_count;
}

/* ---- connections ------------------------------------------------------ */

/* Returns the newest connection between the ends a and b in the list that
 * begins with c, the newest one first. Returns NULL if there is none. */
static struct connection *newest(struct connection *c, uint8_t protocol,
	const struct end *a, const struct end *b) {
	for (; c; c = c->slot)
		if (c->protocol == protocol &&
			((same_end(&c->side[0].end, a) &&
				 same_end(&c->side[1].end, b)) ||
				(same_end(&c->side[0].end, b) &&
					same_end(&c->side[1].end, a))))
			return c;
	return NULL;
}

static struct connection *find_connection(const struct timeline *t,
	uint8_t protocol, const struct end *a, const struct end *b) {
	return newest(
		t->workings->slots[slot_of(protocol, a, b)], protocol, a, b);
}

/* Whether `from` is the client of a new connection. The first of these that is
 * known decides: which hosts the two addresses belong to; which capture has the
 * packet; whether it is SYN or SYN ACK; which port is below 1024, as a server's
 * port is. */
static bool is_from_client(const struct timeline *t, const struct packet *p,
	const struct end *from, const struct end *to, enum host where) {
	const enum host h = host_of(t, from), g = host_of(t, to);

	if (h != BOTH && h != g) return h == CLIENT;
	if (g != BOTH && h != g) return g == SERVER;
	if (where != BOTH) return where == CLIENT;
	if (p && p->flags & SYN) return !(p->flags & ACK);
	return !(from->port && from->port < 1024 && to->port >= 1024);
}

static bool defers(const struct timeline *t, enum host h, uint16_t port) {
	const struct workings *w = t->workings;

	for (size_t i = 0; i < w->deferring_count; i++)
		if (w->deferring[i].host == h && w->deferring[i].port == port)
			return true;
	return false;
}

static struct connection *new_connection(struct timeline *t, uint8_t protocol,
	const struct packet *p, const struct end *from, const struct end *to,
	enum host where) {
	struct connection *c = allocate(sizeof *c);
	const bool first = is_from_client(t, p, from, to, where);
	const size_t slot = slot_of(protocol, from, to);
	struct end ends[2] = {first ? *from : *to, first ? *to : *from};
	bool turned;

	c->pair = pair_of(t, &ends[CLIENT], &ends[SERVER], &turned);
	c->side[CLIENT].end = ends[turned];
	c->side[SERVER].end = ends[!turned];
	c->protocol = protocol;
	c->any_port = !from->port && !to->port;
	c->number = c->any_port ? 0 : ++t->connection_count;
	c->first = NEVER;
	for (int h = CLIENT; h <= SERVER; h++) {
		c->side[h].tracking = allocate(sizeof(struct tracking));
		c->side[h].tracking->fin = c->side[h].tracking->heard_fin = -1;
		c->side[h].tracking->acked = -1;
		c->side[h].tracking->scale = -2;
		c->side[h].tracking->defers =
			defers(t, (enum host)h, c->side[h].end.port);
	}
	c->slot = t->workings->slots[slot];
	t->workings->slots[slot] = c;
	if (t->workings->newest)
		t->workings->newest->next = c;
	else
		t->connections = c;
	return t->workings->newest = c;
}

/* Whether this packet opens a new connection between the same ports. A SYN does
 * if its sequence number is not that of the SYN of c, even if c is still open.
 * A SYN ACK does if, in addition, it does not acknowledge the SYN of c, but
 * another SYN, which was not captured. */
static bool opens_anew(const struct connection *c, const struct packet *p) {
	const int own = !same_end(&p->from, &c->side[0].end);
	const struct side *s = &c->side[own], *peer = &c->side[!own];

	if (p->protocol != IPPROTO_TCP || !(p->flags & SYN) || !s->based ||
		p->seq == s->base)
		return false;
	return !(p->flags & ACK) ||
	       (s->isn && peer->based && p->ack - 1 != peer->base);
}

/* Whether the only segment of c so far is a SYN ACK. */
static bool is_syn_ack_alone(const struct connection *c) {
	return c->segments == 1 && !c->syn && c->side[0].based &&
	       c->side[1].based && (c->side[0].isn || c->side[1].isn);
}

/* Whether the numbers of this packet show that it does not belong to c. They
 * can show this while c has only a SYN, or only a SYN ACK. Then one end still
 * has an older connection, which the other end has lost (RFC 9293, figure 9),
 * or the SYN ACK was forged. */
static bool is_of_another(const struct connection *c, const struct packet *p) {
	const int own = !same_end(&p->from, &c->side[0].end);

	if (p->protocol != IPPROTO_TCP || p->flags & SYN) return false;
	if (is_syn_ack_alone(c)) return p->seq - c->side[own].base != 1;
	if (!c->syn || c->side[0].based == c->side[1].based) return false;
	if (c->side[own].based) return p->seq - c->side[own].base != 1;
	return p->flags & ACK && p->ack - c->side[!own].base != 1;
}

static struct connection *connection_of(
	struct timeline *t, const struct packet *p, enum host where) {
	struct connection *c = NULL;

	if (p->about && p->about->from.port)
		c = find_connection(
			t, p->about->protocol, &p->about->from, &p->about->to);
	if (!c) c = find_connection(t, p->protocol, &p->from, &p->to);
	if (!c || opens_anew(c, p))
		c = new_connection(t, p->protocol, p, &p->from, &p->to, where);
	else if (is_of_another(c, p) &&
		 newest(c->slot, p->protocol, &p->from, &p->to))
		c = newest(c->slot, p->protocol, &p->from, &p->to);
	return c;
}

/* Two connections have the same ports. Whether this packet, which belongs to
 * the older one, shows that the newer one was never opened: then the older one
 * continues. It shows this if its sender has sent the newer SYN, which was not
 * answered; or if the newer connection has only a SYN ACK. An RST does not. */
static bool goes_on(const struct connection *newer, const struct packet *p) {
	const int own = !same_end(&p->from, &newer->side[0].end);

	if (is_syn_ack_alone(newer)) return !(p->flags & RST);
	return newer->syn && newer->side[own].based &&
	       !newer->side[!own].based && !(p->flags & RST);
}

static void make_newest(
	struct timeline *t, struct connection *c, const struct packet *p) {
	struct connection **head =
		&t->workings->slots[slot_of(p->protocol, &p->from, &p->to)];
	struct connection **at = head;

	while (*at != c)
		at = &(*at)->slot;
	*at = c->slot;
	c->slot = *head;
	*head = c;
}

/* Returns which end sent this packet. A router may have sent an ICMP message:
 * the peer of the message's receiver counts as its sender. */
static enum host sender_of(const struct connection *c, const struct packet *p) {
	if (p->about && p->about->from.port) {
		if (same_address(&c->side[CLIENT].end, &c->side[SERVER].end))
			return other(
				same_end(&p->about->from, &c->side[0].end) ?
					CLIENT :
					SERVER);
		return same_address(&p->to, &c->side[CLIENT].end) ? SERVER :
								    CLIENT;
	}
	return same_end(&p->from, &c->side[CLIENT].end) ? CLIENT : SERVER;
}

/* ---- numbers ------------------------------------------------------------ */

/* Returns the number that is nearest to `about` and equal to n modulo 2^32. */
static int64_t extended(uint32_t n, int64_t about) {
	return about + (int32_t)(n - (uint32_t)about);
}

static void number_segment(struct event *e) {
	struct connection *c = e->connection;
	struct side *own = &c->side[e->host], *peer = &c->side[other(e->host)];
	const struct packet *p = &e->packet;

	/* if an end's SYN is not in the capture, its numbers begin with 1 */
	if (!own->based || (own->by_reset && p->flags & SYN)) {
		own->based = true;
		own->by_reset = p->flags & RST;
		own->isn = p->flags & SYN;
		own->base = p->flags & (SYN | RST) ? p->seq : p->seq - 1;
	}
	c->syn |= (p->flags & (SYN | ACK)) == SYN;
	if (p->flags & ACK && !peer->based) {
		peer->based = true;
		peer->isn = c->syn;
		peer->base = p->ack - 1;
	}
	e->seq = extended(p->seq - own->base, own->tracking->top);
	if (p->flags & ACK)
		e->ack = extended(p->ack - peer->base, peer->tracking->top);
}

/* ---- the timeline ------------------------------------------------------- */

static struct event *add_event(struct timeline *t, int kind, enum host host) {
	struct event *e = allocate(sizeof *e);

	e->kind = kind;
	e->host = host;
	e->sent = e->received = NEVER;
	if (t->last)
		t->last->next = e;
	else
		t->first = e;
	return t->last = e;
}

static struct likeness *like(struct timeline *t, uint64_t value) {
	struct likeness **at = &t->workings->likenesses[value % LIKENESSES];

	while (*at && (*at)->value != value)
		at = &(*at)->slot;
	if (!*at) {
		*at = allocate(sizeof **at);
		(*at)->value = value;
	}
	return *at;
}

static void account(struct event *e) {
	struct connection *c = e->connection;
	const nanoseconds time = time_of(e);

	if (c->first == NEVER) c->first = time;
	c->last = time;
	c->segments++;
	c->bytes[e->host] += e->packet.about ? 0 : e->packet.len;
	if (e->packet.about) return;
	if (e->packet.flags & RST)
		c->ending = c->segments == 2 ? "refused" : "reset";
	else if (e->packet.flags & FIN && !c->ending)
		c->ending = e->host == CLIENT ? "closed by client" :
						"closed by server";
}

static void begin_segment(struct event *e, struct packet *p) {
	e->packet = *p;
	e->window = -1;
	if (p->protocol == IPPROTO_TCP) number_segment(e);
}

/* Adds a segment that has left to the list of equal packets that have not
 * arrived yet. */
static void wait_for_arrival(struct likeness *l, struct event *e) {
	if (l->tail)
		l->tail->alike = e;
	else
		l->head = e;
	l->tail = e;
}

/* Adds the arrival of packet p. It is taken for the first of the equal packets
 * that have left and not arrived yet. */
static void follow_arrival(struct timeline *t, struct likeness *l,
	struct packet *p, enum host where) {
	struct event *e = l->head;

	l->head = e->alike;
	if (!l->head) l->tail = NULL;
	l->arrived = e;
	e->received = p->time;
	e->received_frame = p->frame;
	e->bad = p->bad && !e->packet.bad;
	if (p->fragments > e->packet.fragments)
		e->packet.fragments = p->fragments;
	e->connection->in[where] = true;
	free_packet(p);
	arrive(e);
	annotate(e, where);
	put_event(t->workings->sequence, e, where);
}

static void follow_leaving(
	struct timeline *t, struct event *e, enum host where) {
	e->sent = e->packet.time;
	e->sent_frame = e->packet.frame;
	account(e);
	leave(e);
	annotate(e, where);
	put_event(t->workings->sequence, e, e->host);
}

/* Adds a packet that arrives although no equal packet is on its way. It was
 * delivered again, or its sender's capture does not have it. */
static void follow_surplus(struct timeline *t, struct likeness *l,
	struct event *e, enum host where) {
	e->received = e->packet.time;
	e->received_frame = e->packet.frame;
	e->again = l->arrived != NULL;
	e->original = l->arrived;
	if (e->again)
		e->bad = e->packet.bad && !l->arrived->packet.bad;
	else
		account(e);
	arrive(e);
	annotate(e, where);
	put_event(t->workings->sequence, e, where);
}

void follow_packet(struct timeline *t, struct packet *p, enum host where) {
	struct likeness *l = NULL;
	struct connection *c, *newer;
	struct event *e;

	if (where != BOTH) {
		l = like(t, p->likeness);
		l->time = p->time;
		if (l->head && l->head->host != where) {
			follow_arrival(t, l, p, where);
			return;
		}
	}
	c = connection_of(t, p, where);
	e = add_event(t, SEGMENT, sender_of(c, p));
	e->connection = c;
	newer = find_connection(t, p->protocol, &p->from, &p->to);
	e->stale = c != newer && !p->about;
	if (e->stale && goes_on(newer, p)) {
		make_newest(t, c, p);
		e->stale = false;
	}
	begin_segment(e, p);
	if (where == BOTH) {
		e->received = p->time;
		e->received_frame = p->frame;
		follow_leaving(t, e, where);
		arrive(e);
		return;
	}
	c->in[where] = true;
	if (where == e->host) {
		follow_leaving(t, e, where);
		wait_for_arrival(l, e);
	} else
		follow_surplus(t, l, e, where);
}

void follow_run(struct timeline *t, enum host host, const char *command) {
	add_event(t, RUN, host)->command = strdup(command);
}

/* Finds the own end of the call's socket. If the socket has no address (it is
 * 0.0.0.0 or ::), takes the end of a connection with the same port and the same
 * peer. */
static bool find_own_end(
	const struct timeline *t, const struct call *c, struct end *own) {
	static const uint8_t any[16];

	*own = c->own;
	if (memcmp(c->own.bytes, any, sizeof any) != 0) return true;
	for (const struct connection *k = t->connections; k; k = k->next)
		for (int h = CLIENT; h <= SERVER; h++)
			if (k->side[h].end.port == c->own.port &&
				same_end(&k->side[other(h)].end, &c->peer)) {
				*own = k->side[h].end;
				return true;
			}
	return false;
}

/* Returns the connection that a call is about, or NULL if there is none. If a
 * state is reported with the call, the socket is of TCP. Of the calls on
 * sockets of TCP, only close() may have no state. */
static struct connection *connection_of_call(struct timeline *t, enum host host,
	const struct call *c, const struct end *own) {
	const uint8_t protocol = c->state ? IPPROTO_TCP : IPPROTO_UDP;
	struct connection *k = find_connection(t, protocol, own, &c->peer);

	if (!k && !c->state && (c->act == CLOSES || c->act == COPIES))
		return find_connection(t, IPPROTO_TCP, own, &c->peer);
	/* the connection is new: its first packet has not left yet */
	if (!k ||
		(c->state == SYN_SENT && c->act == CONNECTS &&
			(k->side[host].tracking->inferred == CLOSED ||
				k->side[host].tracking->inferred == TIME_WAIT)))
		k = new_connection(t, protocol, NULL, own, &c->peer, host);
	return k;
}

/* If e is the entry of a call, adds it to the open calls. If e is a return,
 * links it with the entry of the same caller. */
static void pair_up(struct timeline *t, struct event *e) {
	struct event **at = &t->workings->open_calls;

	if (e->call.entry) {
		e->alike = *at;
		*at = e;
		return;
	}
	while (*at && strcmp((*at)->call.caller, e->call.caller) != 0)
		at = &(*at)->alike;
	if (!*at) return;
	e->entered = *at;
	e->entered->returned = e;
	*at = (*at)->alike;
}

/* Remembers sockets with the option TCP_DEFER_ACCEPT. The program may set the
 * option before listen() or after it. */
static void follow_deferring(
	struct timeline *t, enum host host, const struct call *c) {
	struct workings *w = t->workings;

	if (c->act == SETS && !c->failed && c->option == DEFER_ACCEPT) {
		w->deferring = enlarge(w->deferring, w->deferring_count,
			&w->deferring_room, sizeof *w->deferring);
		w->deferring[w->deferring_count++] = (struct deferring){
			strdup(c->caller), c->descriptor, host, c->own.port};
	}
	if (c->act != LISTENS) return;
	for (size_t i = 0; i < w->deferring_count; i++)
		if (w->deferring[i].descriptor == c->descriptor &&
			strcmp(w->deferring[i].caller, c->caller) == 0)
			w->deferring[i].port = c->own.port;
}

static bool is_loopback(const struct end *e) {
	static const uint8_t one[16] = {[15] = 1};

	return e->size == 4 ? e->bytes[0] == 127 :
			      memcmp(e->bytes, one, sizeof one) == 0;
}

/* Whether this connection is within one host, for example from a proxy to its
 * own backend. No capture of the cable has such a connection. */
static bool stays_at_home(const struct timeline *t, const struct end *own,
	const struct end *peer) {
	return t->two && !same_end(own, peer) &&
	       (same_address(own, peer) ||
		       (is_loopback(own) && is_loopback(peer))) &&
	       !find_connection(t, IPPROTO_TCP, own, peer) &&
	       !find_connection(t, IPPROTO_UDP, own, peer);
}

void follow_call(struct timeline *t, enum host host, struct call *c) {
	struct event *e = add_event(t, host == BOTH ? FAULT : CALL, host);
	struct end own;

	e->sent = c->time;
	e->call = *c;
	if (e->kind == FAULT) {
		put_event(t->workings->sequence, e, CLIENT);
		return;
	}
	pair_up(t, e);
	if (c->own.size && c->peer.size && find_own_end(t, c, &own) &&
		!stays_at_home(t, &own, &c->peer)) {
		e->connection = e->entered && e->entered->connection ?
					e->entered->connection :
					connection_of_call(t, host, c, &own);
		if (e->connection) /* one machine may be both hosts */
			e->host = same_end(&e->connection->side[CLIENT].end,
					  &own) ?
					  CLIENT :
					  SERVER;
	}
	follow_deferring(t, e->host, c);
	observe(e, c->state);
	put_event(t->workings->sequence, e, e->host);
}

/* ---- at the end --------------------------------------------------------- */

/* Whether the capture of host h must have a packet of this time. */
static bool covers(const struct timeline *t, enum host h, nanoseconds time) {
	return t->workings->whole ||
	       (time >= t->workings->begins[h] && time <= t->workings->ends[h]);
}

/* Finds lost segments. A segment that left is lost if the other capture does
 * not have it, although that capture was recording this connection then. But if
 * the other end has acknowledged bytes that its capture does not have, the
 * capture has missed them. Segments that only one capture has, and that are not
 * lost, are `unseen`. */
static void find_lost(struct timeline *t) {
	nanoseconds trip[2] = {INT64_MAX, INT64_MAX};

	for (const struct event *e = t->first; e; e = e->next)
		if (e->kind == SEGMENT && e->sent != NEVER &&
			e->received != NEVER &&
			e->received - e->sent < trip[e->host])
			trip[e->host] = e->received - e->sent;
	for (struct event *e = t->first; e; e = e->next) {
		const enum host to = other(e->host);
		const struct side *reader;

		if (e->kind != SEGMENT || !t->two) continue;
		if (e->sent == NEVER) {
			e->unseen = !e->again;
			continue;
		}
		if (e->received != NEVER) continue;
		if (trip[e->host] == INT64_MAX) trip[e->host] = 0;
		reader = &e->connection->side[to];
		e->unseen = !covers(t, to, e->sent + trip[e->host]) ||
			    (!t->workings->whole && !e->connection->in[to]) ||
			    (!t->workings->whole && e->packet.len &&
				    reader->tracking->hears &&
				    reader->tracking->acked >=
					    e->seq + e->packet.len &&
				    reader->tracking->heard <
					    e->seq + e->packet.len);
		e->lost = !e->unseen;
	}
}

/* Marks segments that later segments have overtaken. */
static void find_late(struct timeline *t) {
	struct event **sent[2] = {NULL, NULL};
	size_t count[2] = {0, 0}, room[2] = {0, 0};

	for (struct event *e = t->first; e; e = e->next)
		if (e->kind == SEGMENT && e->sent != NEVER &&
			e->received != NEVER && e->sent != e->received) {
			struct event ***list = &sent[e->host];

			*list = enlarge(*list, count[e->host], &room[e->host],
				sizeof **list);
			(*list)[count[e->host]++] = e;
		}
	for (int h = 0; h < 2; h++) {
		nanoseconds least = INT64_MAX, came = INT64_MAX;

		for (size_t i = 0; i < count[h]; i++)
			if (sent[h][i]->received - sent[h][i]->sent < least)
				least = sent[h][i]->received - sent[h][i]->sent;
		for (size_t i = count[h]; i-- > 0;) {
			struct event *e = sent[h][i];

			if (e->received > came) {
				e->late = true;
				note(&e->note, "delayed %.0f ms",
					(double)(e->received - e->sent -
						 least) /
						(double)MS);
			} else
				came = e->received;
		}
		free(sent[h]);
	}
}

static void gather_pairs(struct timeline *t) {
	for (struct connection *c = t->connections; c; c = c->next) {
		struct pair *p = &t->pairs[c->pair - 1];

		if (c->any_port) continue;
		*(p->newest ? &p->newest->sibling : &p->connections) = c;
		p->newest = c;
		p->count++;
	}
}

/* Numbers the segments. A segment that was delivered again gets the number of
 * its original. */
static void number_segments(struct timeline *t) {
	int number = 0;

	for (struct event *e = t->first; e; e = e->next)
		if (e->kind == SEGMENT)
			e->number = e->again && e->original ?
					    e->original->number :
					    ++number;
}

void finish_following(struct timeline *t) {
	gather_pairs(t);
	find_lost(t);
	find_late(t);
	number_segments(t);
}

void forget_before(struct timeline *t, nanoseconds time) {
	for (size_t i = 0; i < LIKENESSES; i++)
		for (struct likeness **at = &t->workings->likenesses[i]; *at;) {
			struct likeness *l = *at;

			if (l->time >= time) {
				at = &l->slot;
				continue;
			}
			*at = l->slot;
			free(l);
		}
}

void free_event(struct event *e) {
	for (int h = CLIENT; e->connection && h <= SERVER; h++)
		forget_event(e->connection->side[h].tracking, e);
	free_stay(e->stay);
	free_stay(e->peer_stay);
	free(e->note);
	free(e->detail);
	free_packet(&e->packet);
	free(e->command);
	free_call(&e->call);
	free(e);
}

static bool is_over(const struct connection *c) {
	return c->protocol != IPPROTO_TCP ||
	       ((c->side[0].tracking->inferred == CLOSED ||
			c->side[0].tracking->inferred == TIME_WAIT) &&
		       (c->side[1].tracking->inferred == CLOSED ||
			       c->side[1].tracking->inferred == TIME_WAIT));
}

static void free_connection(struct connection *c) {
	for (int h = CLIENT; h <= SERVER; h++) {
		struct tracking *s = c->side[h].tracking;

		free_stay(s->stay);
		free(s->early);
		for (int v = 0; v < 2; v++) {
			if (!s->reading[v]) continue;
			free(s->reading[v]->sent);
			free(s->reading[v]->sacked);
			free(s->reading[v]);
		}
		free(s);
	}
	free(c);
}

/* For --live: frees connections that are over, and whose events were freed. */
void forget_connections(struct timeline *t, nanoseconds before) {
	struct connection **at = &t->connections;

	t->workings->newest = NULL;
	for (struct event *e = t->first; e; e = e->next)
		if (e->connection) e->connection->used = true;
	while (*at) {
		struct connection *c = *at, **slot;

		if (c->used || !is_over(c) || c->last >= before) {
			c->used = false;
			t->workings->newest = c;
			at = &c->next;
			continue;
		}
		slot = &t->workings->slots[slot_of(
			c->protocol, &c->side[0].end, &c->side[1].end)];
		while (*slot != c)
			slot = &(*slot)->slot;
		*slot = c->slot;
		*at = c->next;
		free_connection(c);
	}
}

void free_timeline(struct timeline *t) {
	for (struct event *e = t->first, *next; e; e = next) {
		next = e->next;
		free_event(e);
	}
	for (struct connection *c = t->connections, *next; c; c = next) {
		next = c->next;
		free_connection(c);
	}
	for (size_t i = 0; i < LIKENESSES; i++)
		for (struct likeness *l = t->workings->likenesses[i], *next; l;
			l = next) {
			next = l->slot;
			free(l);
		}
	free_sequence(t->workings->sequence);
	free(t->workings->likenesses);
	free(t->workings->slots);
	free(t->pairs);
	free(t->workings->pair_slots);
	for (size_t i = 0; i < t->workings->deferring_count; i++)
		free(t->workings->deferring[i].caller);
	free(t->workings->deferring);
	free(t->workings->known);
	free(t->workings);
	free(t->rows);
	free(t->remarks);
	free(t);
}
