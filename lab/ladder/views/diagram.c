/*
 * diagram.c - RFC 9293's figure 5: for each edge, the demos that take it
 *
 * The states of each end come from the timelines: reported by the kernel, or
 * inferred from the segments. The diagram is printed as text, or as a picture.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "views.h"

/* The cause of a change of state. A_STEP: a step of the protocol, such as a
 * call or the ACK of a FIN. A_RESET: an RST. SILENCE: nothing arrives. */
enum cause { A_STEP, A_RESET, SILENCE };

/* The edges (arrows from state to state) of figure 5, and the ways to CLOSED by
 * RST and by silence. what: the label; why: the reason why no demo takes the
 * edge, or NULL. */
static const struct edge {
	enum state from, to;
	enum cause cause;
	const char *what, *why;
} edges[] = {
	{CLOSED, LISTEN, A_STEP, "listen()", NULL},
	{CLOSED, SYN_SENT, A_STEP, "connect(): SYN leaves", NULL},
	{LISTEN, SYN_RCVD, A_STEP, "SYN comes: SYN ACK leaves", NULL},
	{LISTEN, SYN_SENT, A_STEP, "send() on a listening socket: SYN leaves",
		"sockets have no such call: connect() on one fails"},
	{LISTEN, CLOSED, A_STEP, "close()",
		"close() of a listening socket sends no segment, so no ladder shows it"},
	{SYN_SENT, SYN_RCVD, A_STEP, "SYN comes: SYN ACK leaves", NULL},
	{SYN_SENT, ESTABLISHED, A_STEP, "SYN ACK comes: ACK leaves", NULL},
	{SYN_SENT, CLOSED, A_RESET, "RST comes", NULL},
	{SYN_SENT, CLOSED, SILENCE, "nothing comes: ETIMEDOUT", NULL},
	{SYN_RCVD, ESTABLISHED, A_STEP, "ACK of SYN comes", NULL},
	{SYN_RCVD, FIN_WAIT1, A_STEP, "close(): FIN leaves",
		"accept() returns no connection in SYN_RCVD; close() would have to be called during a simultaneous open"},
	{SYN_RCVD, LISTEN, A_RESET, "RST comes",
		"the client would have to reset what it has just opened"},
	{SYN_RCVD, CLOSED, SILENCE, "nothing comes",
		"Linux sends SYN ACK for a minute before it gives up"},
	{ESTABLISHED, FIN_WAIT1, A_STEP, "close() or shutdown(): FIN leaves",
		NULL},
	{ESTABLISHED, CLOSE_WAIT, A_STEP, "FIN comes: ACK leaves", NULL},
	{ESTABLISHED, CLOSED, A_RESET, "RST comes or leaves", NULL},
	{ESTABLISHED, CLOSED, SILENCE, "nothing comes: ETIMEDOUT", NULL},
	{FIN_WAIT1, FIN_WAIT2, A_STEP, "ACK of FIN comes", NULL},
	{FIN_WAIT1, CLOSING, A_STEP, "FIN comes: ACK leaves", NULL},
	{FIN_WAIT1, TIME_WAIT, A_STEP, "FIN and ACK of FIN come", NULL},
	{FIN_WAIT1, CLOSED, A_RESET, "RST comes",
		"the other end must have lost the connection when FIN arrives"},
	{FIN_WAIT1, CLOSED, SILENCE, "nothing comes",
		"Linux sends FIN again and again, for minutes, before it gives up"},
	{FIN_WAIT2, TIME_WAIT, A_STEP, "FIN comes: ACK leaves", NULL},
	{FIN_WAIT2, CLOSED, A_RESET, "RST comes or leaves", NULL},
	{FIN_WAIT2, CLOSED, SILENCE, "nothing comes (tcp_fin_timeout)", NULL},
	{CLOSING, TIME_WAIT, A_STEP, "ACK of FIN comes", NULL},
	{CLOSING, CLOSED, SILENCE, "nothing comes",
		"each ACK of a FIN that crossed another would have to be lost, for minutes"},
	{CLOSE_WAIT, LAST_ACK, A_STEP, "close(): FIN leaves", NULL},
	{CLOSE_WAIT, CLOSED, A_RESET, "RST comes or leaves", NULL},
	{LAST_ACK, CLOSED, A_STEP, "ACK of FIN comes", NULL},
	{LAST_ACK, CLOSED, A_RESET, "RST comes", NULL},
	{LAST_ACK, CLOSED, SILENCE, "nothing comes",
		"Linux sends FIN again and again, for minutes, before it gives up"},
	{TIME_WAIT, CLOSED, SILENCE,
		"twice the longest life of a segment is over",
		"that takes a minute in Linux"},
};

enum { EDGES = sizeof edges / sizeof *edges };

struct diagram {
	char *missing; /* names of the demos that were not recorded, or NULL */
	struct {
		int count; /* how many demos take the edge */
		const char *first[3], *latest; /* the names of these demos */
	} taken[EDGES];
};

struct diagram *new_diagram(void) {
	return allocate(sizeof(struct diagram));
}

void free_diagram(struct diagram *d) {
	free(d->missing);
	free(d);
}

void miss_demo(struct diagram *d, const char *name) {
	append(&d->missing, d->missing ? ", %s" : "%s", name);
}

/* Returns the reason why no demo takes this edge. */
static const char *why_none(const struct diagram *d, int i) {
	if (edges[i].why) return edges[i].why;
	return d->missing ? "none of the recorded demos" : "no demo";
}

/* ---- which demo takes which edge ----------------------------------------- */

/* A sighting: an end of a connection was in this state at this time. Connection
 * 0 stands for a host's listening socket. */
struct sighting {
	enum host host;
	int connection;
	nanoseconds time;
	size_t order;
	enum state state;
	const struct event *event;
};

struct sightings {
	struct sighting *at;
	size_t count, room;
};

static void add_sighting(struct sightings *m, enum host host, int connection,
	nanoseconds time, enum state state, const struct event *e) {
	if (time == NEVER || state == NO_STATE) return;
	m->at = enlarge(m->at, m->count, &m->room, sizeof *m->at);
	m->at[m->count] =
		(struct sighting){host, connection, time, m->count, state, e};
	m->count++;
}

static int by_end(const void *a, const void *b) {
	const struct sighting *m = a, *n = b;

	if (m->host != n->host) return m->host < n->host ? -1 : 1;
	if (m->connection != n->connection)
		return m->connection < n->connection ? -1 : 1;
	if (m->time != n->time) return m->time < n->time ? -1 : 1;
	return m->order < n->order ? -1 : 1;
}

/* Returns what caused this change of state. Data that arrives at a CLOSED end
 * is answered with RST. */
static enum cause reason_for(const struct sighting *now, enum state from) {
	const struct event *e = now->event;

	if (now->state != CLOSED) return A_STEP;
	if (e->kind != SEGMENT) return SILENCE;
	if (e->packet.flags & RST || (e->host != now->host && e->packet.len))
		return A_RESET;
	return from == LAST_ACK ? A_STEP : SILENCE;
}

static void take_edge(struct diagram *d, enum state from,
	const struct sighting *now, const char *name) {
	const enum cause cause = reason_for(now, from);
	/* figure 5: an RST leads from SYN_RCVD back to LISTEN */
	const enum state to =
		from == SYN_RCVD && cause == A_RESET ? LISTEN : now->state;

	for (int i = 0; i < EDGES; i++) {
		if (edges[i].from != from || edges[i].to != to ||
			edges[i].cause != cause || d->taken[i].latest == name)
			continue;
		d->taken[i].latest = name;
		if (d->taken[i].count < 3)
			d->taken[i].first[d->taken[i].count] = name;
		d->taken[i].count++;
	}
}

/* Returns the state in which an end must have been before the first state that
 * is known of this end. */
static enum state first_state_before(enum state first) {
	if (first == SYN_RCVD) return LISTEN;
	return first == LISTEN || first == SYN_SENT ? CLOSED : first;
}

/* Adds the edges that a demo takes. `name` is the demo's name; it must stay
 * valid as long as the diagram. */
void take_edges(struct diagram *d, const struct timeline *t, const char *name) {
	struct sightings m = {.count = 0};
	enum state before = NO_STATE;

	for (const struct event *e = t->first; e; e = e->next) {
		const int n = e->connection ? e->connection->number : 0;

		if (e->kind == CALL && !n && e->call.act == LISTENS)
			add_sighting(&m, e->host, 0, e->sent, LISTEN, e);
		if ((e->kind != CALL && e->kind != SEGMENT) || !n) continue;
		if (e->stay)
			add_sighting(
				&m, e->host, n, e->sent, e->stay->state, e);
		if (e->peer_stay)
			add_sighting(&m, other(e->host), n, e->received,
				e->peer_stay->state, e);
	}
	if (m.count) qsort(m.at, m.count, sizeof *m.at, by_end);
	for (size_t i = 0; i < m.count; i++) {
		const struct sighting *now = &m.at[i], *last = now - 1;

		if (i == 0 || last->host != now->host ||
			last->connection != now->connection)
			before = first_state_before(now->state);
		if (now->state != before) take_edge(d, before, now, name);
		before = now->state;
	}
	free(m.at);
}

/* ---- as text ------------------------------------------------------------- */

static void put_edges(const struct diagram *d) {
	int count = 0;

	for (int i = 0; i < EDGES; i++) {
		count += d->taken[i].count > 0;
		printf("%-11s > %-11s  %s\n%27s", state_names[edges[i].from],
			state_names[edges[i].to], edges[i].what, "");
		if (!d->taken[i].count) {
			printf("- %s\n", why_none(d, i));
			continue;
		}
		for (int k = 0; k < 3 && k < d->taken[i].count; k++)
			printf("%s%s", k ? ", " : "", d->taken[i].first[k]);
		if (d->taken[i].count > 3)
			printf(" and %d more", d->taken[i].count - 3);
		putchar('\n');
	}
	if (d->missing) printf("\nnot recorded: %s\n", d->missing);
	printf("\n%d of %d edges are taken by a demo\n", count, EDGES);
}

/* ---- as a picture, laid out like figure 5 -------------------------------- */

struct place {
	double x, y;
};

enum { END = STATES, PLACES, HALF_WIDTH = 55, HALF_HEIGHT = 14 };

/* END is CLOSED, drawn a second time at the bottom. */
static const struct place places[PLACES] = {
	[CLOSED] = {560, 40},
	[LISTEN] = {560, 150},
	[SYN_RCVD] = {230, 270},
	[SYN_SENT] = {890, 270},
	[ESTABLISHED] = {560, 390},
	[FIN_WAIT1] = {230, 510},
	[CLOSE_WAIT] = {890, 510},
	[FIN_WAIT2] = {110, 670},
	[CLOSING] = {450, 670},
	[LAST_ACK] = {890, 670},
	[TIME_WAIT] = {300, 810},
	[END] = {890, 810},
};

static const char picture_head[] =
	"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1120 860\" width=\"1120\" height=\"860\" role=\"img\">\n"
	"<title>The states of a connection (RFC 9293, figure 5), and a demo for each edge</title>\n"
	"<style>\n"
	"svg { background: #fff } text { font: 12px system-ui, sans-serif; fill: #1b1f24; text-anchor: middle } .aside { text-anchor: start }\n"
	".state { font-weight: 700; font-size: 13px } .demo { fill: #005a9e } .none { fill: #59636e; font-style: italic }\n"
	"rect { fill: #f5f6f8; stroke: #1b1f24; rx: 6 } path { fill: none; stroke: #1b1f24 } path.none { stroke: #8a939c; stroke-dasharray: 4 4 }\n"
	"text.label { paint-order: stroke; stroke: #fff; stroke-width: 4px }\n"
	"@media (prefers-color-scheme: dark) { svg { background: #14171b } text { fill: #e8eaed } .demo { fill: #74bdf7 } .none { fill: #a2abb5 } "
	"rect { fill: #1f242a; stroke: #e8eaed } path { stroke: #e8eaed } text.label { stroke: #14171b } }\n"
	"</style>\n"
	"<defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto-start-reverse\">"
	"<path d=\"M0,1 L9,5 L0,9\"/></marker></defs>\n";

/* Whether an edge is not drawn but listed beside the picture. These are the
 * ways to CLOSED, except the way from TIME_WAIT and the way by the last ACK. */
static bool stands_aside(const struct edge *e) {
	return e->to == CLOSED && e->from != TIME_WAIT &&
	       !(e->from == LAST_ACK && e->cause == A_STEP);
}

/* Returns the side (1 or -1) to which an edge is moved, so that it does not
 * cover the edge in the opposite direction; 0 if there is no such edge. */
static int way_of(const struct edge *e) {
	for (int i = 0; i < EDGES; i++)
		if (edges[i].from == e->to && edges[i].to == e->from &&
			!stands_aside(&edges[i]))
			return e->from < e->to ? 1 : -1;
	return 0;
}

static double absolute(double n) {
	return n < 0 ? -n : n;
}

static void put_edge(const struct diagram *d, int i) {
	const struct edge *e = &edges[i];
	const int side = way_of(e);
	const double at = side ? 0.3 : 0.5;
	struct place from = places[e->from];
	const struct place to = places[e->to == CLOSED ? END : (int)e->to];
	const double dx = to.x - from.x, dy = to.y - from.y;
	const bool steep =
		HALF_WIDTH * absolute(dy) > HALF_HEIGHT * absolute(dx);
	const double box =
		steep ? HALF_HEIGHT / absolute(dy) : HALF_WIDTH / absolute(dx);

	from.x += 12 * side;
	printf("<path%s marker-end=\"url(#tip)\" d=\"M%.1f,%.1f L%.1f,%.1f\"/>\n",
		d->taken[i].count ? "" : " class=\"none\"", from.x + dx * box,
		from.y + dy * box, from.x + dx * (1 - box),
		from.y + dy * (1 - box));
	printf("<text class=\"label\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
		from.x + dx * at, from.y + dy * at - 3, e->what);
	printf("<text class=\"label %s\" x=\"%.1f\" y=\"%.1f\">",
		d->taken[i].count ? "demo" : "none", from.x + dx * at,
		from.y + dy * at + 12);
	put_xml(stdout, d->taken[i].count	    ? d->taken[i].first[0] :
			edges[i].why || !d->missing ? "no demo" :
						      "not recorded");
	puts("</text>");
}

static void put_picture(const struct diagram *d) {
	int y = 24;

	fputs(picture_head, stdout);
	for (int i = 0; i < EDGES; i++) {
		if (!stands_aside(&edges[i])) {
			put_edge(d, i);
			continue;
		}
		if (!d->taken[i].count) continue;
		printf("<text class=\"aside\" x=\"20\" y=\"%d\">%s &gt; CLOSED: %s (<tspan class=\"demo\">",
			y, state_names[edges[i].from], edges[i].what);
		put_xml(stdout, d->taken[i].first[0]);
		puts("</tspan>)</text>");
		y += 18;
	}
	for (int s = CLOSED; s < PLACES; s++) {
		printf("<rect x=\"%.0f\" y=\"%.0f\" width=\"%d\" height=\"%d\"/>\n",
			places[s].x - HALF_WIDTH, places[s].y - HALF_HEIGHT,
			2 * HALF_WIDTH, 2 * HALF_HEIGHT);
		printf("<text class=\"state\" x=\"%.0f\" y=\"%.0f\">%s</text>\n",
			places[s].x, places[s].y + 5,
			state_names[s == END ? CLOSED : s]);
	}
	puts("</svg>");
}

void put_diagram(const struct diagram *d, bool picture) {
	if (picture)
		put_picture(d);
	else
		put_edges(d);
}
