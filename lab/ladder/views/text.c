/*
 * text.c - the ladder as text: all at once, or row by row while it grows
 *
 *     ms  client 192.0.2.1:40000                     server 192.0.2.2:9000  ms
 *    0.0  connect(3, 192.0.2.2:9000) ...  SYN_SENT
 *    0.1              ── SYN seq 0 ─────────────────────▶                  20.2
 *
 * Calls stand outside, at their host's edge; arrows in the middle; states
 * between calls and arrows. If a call is too long for its column, its state
 * stands beside the call. A state is shown when it changes.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fold.h"
#include "views.h"

enum { QUIET = 100 }; /* seconds; a longer pause is shown as a remark */

struct text {
	const struct timeline *t;
	const struct options *o;
	nanoseconds zero, latest;
	int clock, call, states,
		room;  /* widths of the columns: times, calls, states, arrows */
	bool numbered; /* several connections: labels end with "#2" */
	int pair, headed_connections;
	bool inferred, stepping;
	/* The states that were shown last. unconnected: the state of each
	 * host's socket that has no connection; states_shown: the states of
	 * both ends of a connection, at the index number % slots. */
	enum state unconnected[2];
	struct shown_state {
		struct stay stay;
		nanoseconds at;
		int connection;
	} (*states_shown)[2];
	size_t slots;
	/* the line that is being written */
	char line[8192];
	size_t size;
	int column;
};

/* ---- a line ------------------------------------------------------------- */

static void put_bytes(struct text *x, const char *bytes) {
	const size_t n = strlen(bytes);

	if (x->size + n >= sizeof x->line) return;
	memcpy(x->line + x->size, bytes, n);
	x->size += n;
}

static void put_text(struct text *x, const char *text) {
	put_bytes(x, text);
	x->column += (int)strlen(text);
}

static void put_glyph(struct text *x, const char *utf8, const char *ascii) {
	put_bytes(x, x->o->utf8 ? utf8 : ascii);
	x->column++;
}

static void move_to(struct text *x, int column) {
	while (x->column < column)
		put_text(x, " ");
}

static void paint(struct text *x, int colour) {
	char code[16];

	if (!x->o->colour) return;
	snprintf(code, sizeof code, "\033[%dm", colour);
	put_bytes(x, code);
}

static void end_line(struct text *x) {
	while (x->size && x->line[x->size - 1] == ' ')
		x->size--;
	x->line[x->size] = '\0';
	puts(x->line);
	x->size = 0;
	x->column = 0;
}

static void put_state(struct text *x, const char *state, int column) {
	if (!*state) return;
	move_to(x, column);
	paint(x, 1);
	put_text(x, state);
	paint(x, 0);
}

/* ---- times --------------------------------------------------------------- */

static void time_text(const struct text *x, nanoseconds time, char to[32]) {
	const time_t seconds = (time_t)(time / SECOND);
	nanoseconds since;
	long long s, tenths; /* tenths of a ms, rounded as in order.c */

	*to = '\0';
	if (time == NEVER || (time < x->zero && !x->o->clock)) return;
	since = time - x->zero;
	s = since / SECOND;
	tenths = (since + MS / 20) / (MS / 10);
	if (x->o->clock) {
		const size_t n = strftime(to, 16, "%T", localtime(&seconds));

		snprintf(to + n, 32 - n, ".%03d", (int)(time % SECOND / MS));
	} else if (since < 100 * SECOND - 50000)
		snprintf(to, 32, "%lld.%lld", tenths / 10, tenths % 10);
	else if (s < 3600)
		snprintf(to, 32, "%lld:%04.1f", s / 60,
			(double)(since / (SECOND / 10) % 600) / 10);
	else if (s < 86400)
		snprintf(to, 32, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60,
			s % 60);
	else
		snprintf(to, 32, "%lldd%02lldh", s / 86400, s / 3600 % 24);
}

static void put_left_time(struct text *x, nanoseconds time) {
	char text[32];

	time_text(x, time, text);
	move_to(x, x->clock - (int)strlen(text));
	put_text(x, text);
	move_to(x, x->clock + 1);
}

static int middle(const struct text *x) { /* the column of the arrows */
	return x->clock + 2 + x->call + x->states + 1;
}

static int right_edge(const struct text *x) { /* the column of right times */
	return middle(x) + x->room + 1 + x->states + x->call + 2;
}

static void put_right_time(struct text *x, nanoseconds time) {
	char text[32];

	time_text(x, time, text);
	if (!*text) return;
	move_to(x, right_edge(x) + x->clock - (int)strlen(text));
	put_text(x, text);
}

/* ---- rows ---------------------------------------------------------------- */

/* Returns the state of an end if it is new, else "". Where segments cross, a
 * row can be older than the row above it; in such a row no state is shown. */
static const char *news(struct text *x, const struct event *e, enum host h,
	nanoseconds at, const struct stay *s, char text[24]) {
	const struct connection *c = e->connection;
	struct shown_state *shown;

	*text = '\0';
	if (!c) return text;
	shown = &x->states_shown[(size_t)c->number % x->slots][h];
	if (shown->connection != c->number)
		*shown = (struct shown_state){.connection = c->number};
	if (!is_new_state(e, s, &shown->stay) || at < shown->at) return text;
	shown->stay = *s;
	shown->at = at;
	x->inferred |= !s->seen;
	return stay_text(s, text);
}

static void put_call_text(struct text *x, const char *text) {
	for (; *text; text++)
		if (*text == *CUT)
			put_glyph(x, "…", ".");
		else
			put_text(x, (char[]){*text, '\0'});
}

/* Prints a call: "recv(4) = 0, 121 times". */
static void put_call(struct text *x, const struct folded_row *f) {
	const struct event *e = f->row.event;
	const struct event *r = f->times	 ? completed(e) :
				prompt_return(e) ? prompt_return(e) :
						   e;
	const int left = x->clock + 2, right = right_edge(x) - 2;
	char state[24] = "", text[8 + CALL_TEXT + 32], times[32] = "";
	int room = right - left, size = 0, column;

	if (r->connection)
		news(x, r, r->host, e->sent, r->stay, state);
	else if (r->reported && r->reported != x->unconnected[e->host]) {
		x->unconnected[e->host] = r->reported;
		snprintf(state, sizeof state, "%s", state_names[r->reported]);
	}
	if (*state) room -= (int)strlen(state) + 2;
	if (r->mark) size = snprintf(text, sizeof text, "(%d) ", r->mark);
	times_text(f->times, f->others, times);
	fit_call(&r->call, THE_CALL | ITS_RESULT,
		room - size - (int)strlen(times), x->o->utf8 ? CUT : ".",
		text + size);
	size = (int)strlen(text);
	size += snprintf(text + size, sizeof text - (size_t)size, "%s", times);
	if (e->host == CLIENT) {
		put_left_time(x, e->sent);
		move_to(x, left);
		put_call_text(x, text);
		column = left + x->call + x->states - (int)strlen(state);
		if (column < left + size + 2) column = left + size + 2;
		put_state(x, state, column);
	} else {
		column = right - (size > x->call - 2 ? size : x->call - 2);
		if (size <= x->call - 2)
			put_state(x, state, right - x->call - x->states);
		else
			put_state(x, state, column - 2 - (int)strlen(state));
		move_to(x, column);
		put_call_text(x, text);
		put_right_time(x, e->sent);
	}
	end_line(x);
}

static void put_line(struct text *x, int n) {
	while (n-- > 0)
		put_glyph(x, "─", "-");
}

static void put_head(struct text *x, const struct row *r) {
	const struct event *e = r->event;

	if (r->part == LEFT)
		put_glyph(x, "╌", "~");
	else if (e->lost) {
		paint(x, 31);
		put_glyph(x, "✗", "x");
	} else if (e->unseen && e->received == NEVER)
		put_text(x, "?");
	else if (e->host == CLIENT)
		put_glyph(x, "▶", ">");
	else
		put_glyph(x, "◀", "<");
}

static void put_tail(struct text *x, const struct event *e, bool came) {
	if (e->host == SERVER) put_line(x, 1);
	if (came)
		put_glyph(x, "╌", "~");
	else if (e->unseen && e->sent == NEVER)
		put_text(x, "?");
	else
		put_line(x, 1);
	if (e->host == CLIENT) put_line(x, 1);
}

/* Prints "── SYN seq 0 ───▶". A cross in place of the head means: lost; a
 * broken line: the segment arrives further down; a question mark: the capture
 * of that host does not have the segment. */
static void put_arrow(struct text *x, const struct row *r, const char *text) {
	const struct event *e = r->event;
	const int line = x->room - (int)strlen(text) - 5;
	const bool came = r->part == CAME && e->in_parts;
	const bool east = e->host == CLIENT;

	paint(x, east ? 36 : 33);
	if (east) {
		put_tail(x, e, came);
		if (came) put_line(x, line);
		put_text(x, " ");
		put_text(x, text);
		put_text(x, " ");
		if (!came) put_line(x, line);
		put_head(x, r);
	} else {
		put_head(x, r);
		if (!came) put_line(x, line);
		put_text(x, " ");
		put_text(x, text);
		put_text(x, " ");
		if (came) put_line(x, line);
		put_tail(x, e, came);
	}
	paint(x, 0);
}

static void put_aside_part(struct text *x, const char *text, int size) {
	move_to(x, middle(x) + 3);
	put_text(x, "(");
	while (size--)
		put_text(x, (char[]){*text++, '\0'});
	put_text(x, ")");
	end_line(x);
}

/* Prints a remark in parentheses beneath a row. "a; b" becomes two remarks if
 * the text is too long for one line. */
static void put_aside(struct text *x, const char *text) {
	const int room = x->o->width - (middle(x) + 5);

	while ((int)strlen(text) > room) {
		int n = room;

		while (n > 0 && !(text[n] == ' ' && text[n - 1] == ';'))
			n--;
		for (n = n ? n : room; n > 0 && text[n] != ' ';)
			n--;
		if (n == 0) n = room;
		put_aside_part(x, text, n - (text[n - 1] == ';'));
		text += n;
		text += strspn(text, " ");
	}
	if (*text) put_aside_part(x, text, (int)strlen(text));
}

/* Appends 1234567 as "1,234,567". */
static void put_thousands(char **to, unsigned long n) {
	if (n >= 1000) put_thousands(to, n / 1000);
	append(to, n >= 1000 ? ",%03lu" : "%lu", n % 1000);
}

static void name_row(
	const struct text *x, const struct folded_row *f, char **to) {
	const struct row *r = &f->row;

	if (!f->segments) {
		if (r->event->mark) append(to, "(%d) ", r->event->mark);
		label(to, r->event, x->o);
	} else {
		put_thousands(to, f->segments);
		append(to, " segments, ");
		put_thousands(to, f->bytes);
		append(to, " bytes");
		if (f->acks) append(to, ", %lu ACKs", f->acks);
		if (f->calls) append(to, ", %lu calls", f->calls);
	}
	if (x->numbered && r->event->connection && r->event->connection->number)
		append(to, " #%d", r->event->connection->number);
}

/* Returns the width of a label with the first line of the segment's data. */
static int text_width(const char *label, const struct event *e) {
	return (int)strlen(label) +
	       (e->packet.text ? (int)strlen(e->packet.text) + 3 : 0);
}

static void put_segment(struct text *x, const struct folded_row *f) {
	const struct row *r = &f->row;
	const struct event *e = r->event;
	const bool left = r->part != CAME, came = r->part != LEFT;
	const bool two = x->t->two && e->sent != e->received;
	const nanoseconds sent = left ? e->sent : NEVER;
	const nanoseconds received = came ? e->received : NEVER;
	const struct stay *stay[2],
		*own = left && e->sent != NEVER ? e->stay : NULL;
	const struct stay *peer = came ? e->peer_stay : NULL;
	nanoseconds at[2];
	char state[2][24], *text = NULL, *rest = NULL;

	stay[e->host] = own;
	stay[other(e->host)] = peer;
	at[e->host] = sent != NEVER ? sent : received;
	at[other(e->host)] = received;
	for (int h = CLIENT; h <= SERVER; h++)
		news(x, e, (enum host)h, at[h], stay[h], state[h]);
	name_row(x, f, &text);
	if (!f->segments && e->packet.text &&
		text_width(text, e) <= x->room - 5)
		append(&text, " \"%s\"", e->packet.text);
	if ((int)strlen(text) > x->room - 5) { /* the rest is put beneath */
		char *cut = strstr(text, " ack ");

		if (!cut || cut - text > x->room - 5) cut = text + x->room - 5;
		rest = strdup(cut + (*cut == ' '));
		*cut = '\0';
	}
	put_left_time(x, !two		   ? time_of(e) :
			 e->host == CLIENT ? sent :
					     received);
	put_state(x, state[CLIENT], middle(x) - 1 - (int)strlen(state[CLIENT]));
	move_to(x, middle(x));
	put_arrow(x, r, text);
	put_state(x, state[SERVER], middle(x) + x->room + 1);
	if (two) put_right_time(x, e->host == SERVER ? sent : received);
	end_line(x);
	if (rest) put_aside(x, rest);
	if (x->o->frames && !f->segments) {
		char *frames = NULL;

		if (left && e->sent_frame)
			append(&frames, "frame %u", e->sent_frame);
		if (came && e->received_frame && two)
			append(&frames, frames ? " and %u" : "frame %u",
				e->received_frame);
		if (frames) put_aside(x, frames);
		free(frames);
	}
	if (e->note && r->part != LEFT && !f->segments) put_aside(x, e->note);
	if (x->o->details && e->detail && r->part != LEFT && !f->segments)
		put_aside(x, e->detail);
	free(text);
	free(rest);
}

static void put_gap(struct text *x, nanoseconds gap) {
	const long long s = gap / SECOND;
	char text[64];

	if (s < 7200)
		snprintf(text, sizeof text, "quiet for %lld min", s / 60);
	else if (s < 2 * 86400)
		snprintf(text, sizeof text, "quiet for %lld h", s / 3600);
	else
		snprintf(text, sizeof text, "quiet for %lld days", s / 86400);
	put_aside(x, text);
}

static void put_omission(struct text *x, unsigned long rows) {
	if (!rows) return;
	move_to(x, middle(x) + 3);
	put_glyph(x, "⋮", ":");
	end_line(x);
}

static void put_row(struct text *x, const struct folded_row *f) {
	const struct row *r = &f->row;
	const struct event *e = r->event;

	put_omission(x, f->omitted);
	if (r->part != CAME && time_of(e) - x->latest >= QUIET * SECOND &&
		x->latest)
		put_gap(x, time_of(e) - x->latest);
	if (time_of(e) > x->latest) x->latest = time_of(e);
	if (e->kind == CALL)
		put_call(x, f);
	else if (e->kind == SEGMENT)
		put_segment(x, f);
	else if (e->kind == FAULT && !e->attributed) {
		char *fault = fault_text(e);

		put_aside(x, fault);
		free(fault);
	}
}

/* ---- headings ----------------------------------------------------------- */

static void who(const struct text *x, enum host h, const struct connection *one,
	char **to) {
	char text[64];
	const struct end *e =
		one ? &one->side[h].end : &x->t->pairs[x->pair - 1].end[h];

	append(to, "%s %s", host_name(h),
		one ? end_text(e, text) : address_text(e, text));
}

static void put_ends(
	struct text *x, const char *left, const char *right, bool ms) {
	int column = right_edge(x) - 2 - (int)strlen(right);
	const int beside = middle(x) + x->room + 1;

	if (ms) {
		move_to(x, x->clock - 2);
		put_text(x, x->o->clock ? "  " : "ms");
	}
	move_to(x, x->clock + 2);
	put_text(x, left);
	if (column > beside) column = beside;
	move_to(x, x->column + 2);
	move_to(x, column);
	put_text(x, right);
	if (ms && x->t->two && !x->o->clock) {
		move_to(x, right_edge(x) + x->clock - 2);
		put_text(x, "ms");
	}
	end_line(x);
}

static void put_heading(struct text *x, const struct connection *one) {
	char *left = NULL, *right = NULL;

	if (x->t->pair_count) {
		who(x, CLIENT, one, &left);
		who(x, SERVER, one, &right);
		put_ends(x, left, right, true);
	} else
		put_ends(x, "client", "server", true);
	free(left);
	free(right);
	left = right = NULL;
	if (!one || one->protocol != IPPROTO_TCP || !one->syn) return;
	append(&left, "ISN %u", one->side[CLIENT].base);
	append(&right, one->side[SERVER].isn ? "ISN %u" : " ",
		one->side[SERVER].base);
	put_ends(x, left, right, false);
	free(left);
	free(right);
}

static void put_number(struct text *x, const struct connection *c) {
	char text[64];

	snprintf(text, sizeof text, "#%d is %d:%d", c->number,
		c->side[CLIENT].end.port, c->side[SERVER].end.port);
	put_aside(x, text);
}

/* ---- the finished ladder ------------------------------------------------- */

/* Sets the widths of the columns so that the texts of these rows fit. */
static void measure(struct text *x, const struct folded_rows *rows) {
	enum { LEAST = 14 }; /* columns; if fewer are left, calls have none */
	int longest_call = 0, longest = 0, with_text = 0, state = 0, left,
	    spare;
	nanoseconds end = x->zero;

	for (size_t i = 0; i < rows->count; i++) {
		const struct folded_row *f = &rows->at[i];
		const struct event *e = f->row.event;
		char text[24], *name = NULL;
		int n;

		if (time_of(e) > end) end = time_of(e);
		n = (int)strlen(stay_text(e->stay, text));
		if (n > state) state = n;
		n = (int)strlen(stay_text(e->peer_stay, text));
		if (n > state) state = n;
		if (e->kind == SEGMENT) {
			name_row(x, f, &name);
			n = (int)strlen(name);
			if (n > longest) longest = n;
			n = text_width(name, e);
			if (n > with_text) with_text = n;
			free(name);
		} else if (e->kind == CALL) {
			const struct event *back =
				f->times ? completed(e) : prompt_return(e);

			n = (int)strlen((back ? back : e)->call.text) +
			    (e->mark ? 4 : 0) + (f->times ? 14 : 0);
			if (n > longest_call) longest_call = n;
		}
	}
	x->clock = x->o->clock			  ? 12 :
		   end - x->zero >= 3600 * SECOND ? 8 :
		   end - x->zero >= 10 * SECOND	  ? 7 :
						    6;
	/* "(ESTABLISHED)" also uses the free space beside the column */
	x->states = !state ? 11 : state > 12 ? 12 : state;
	left = x->o->width - 2 * (x->clock + 2) - 2 * (x->states + 1);
	/* room for the first line of a segment's data, if calls leave any */
	spare = left - 6 - (longest_call ? 2 * LEAST : 0);
	if (with_text > spare) with_text = spare;
	if (with_text > longest) longest = with_text;
	x->room = longest + 6 < left ? longest + 6 : left;
	if (x->room < 24) x->room = 24;
	left = (left - x->room) / 2;
	x->call = left < LEAST || !longest_call ? 0 :
		  left > longest_call + 2	? longest_call + 2 :
						  left;
	/* calls without a column of their own use the room of the arrows */
	if (!x->call && longest_call) x->room += 2 * left;
}

/* With --step, waits for Enter before the next row. After a line that begins
 * with q, or the end of stdin, all other rows follow without waiting. */
static void await_enter(struct text *x) {
	int first, c;

	if (!x->stepping) return;
	fflush(stdout);
	first = c = getchar();
	while (c != '\n' && c != EOF)
		c = getchar();
	x->stepping = c != EOF && first != 'q';
	/* go back over the line break that the terminal echoed for Enter */
	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		fputs("\033[A\033[K", stdout);
}

static void put_pair(struct text *x, struct folded_rows *rows, int pair) {
	enum { MOST = 50 }; /* connections whose ports are listed */
	const struct connection *one = NULL, *c = NULL;

	x->pair = pair;
	if (x->t->pair_count) {
		one = only_one(x->t, pair, x->o);
		c = x->t->pairs[pair - 1].connections;
	}
	x->numbered = !one;
	x->latest = 0;
	if (x->o->brief) be_brief(rows);
	if (!x->o->all) fold(rows);
	measure(x, rows);
	put_heading(x, one);
	for (int n = 0; x->numbered && c && n < MOST; c = c->sibling, n++)
		put_number(x, c);
	if (x->numbered && c) put_aside(x, "and more: see --list");
	for (size_t i = 0; i < rows->count; i++) {
		if (i) await_enter(x);
		put_row(x, &rows->at[i]);
	}
}

static void put_account(const struct timeline *t) {
	for (int i = 0; i < REASONS && t->account.of[i].reason; i++)
		printf("%s%lu not drawn: %s\n", i ? "" : "\n",
			t->account.of[i].count, t->account.of[i].reason);
}

char *view_text(const struct timeline *t, const struct options *o) {
	struct text *x = allocate(sizeof *x);
	struct folded_rows *pairs =
		allocate(sizeof *pairs * (size_t)(t->pair_count + 2));
	bool any = false;

	x->t = t;
	x->o = o;
	x->stepping = o->step;
	x->zero = zero_of(t);
	x->slots = (size_t)t->connection_count + 1;
	x->states_shown = allocate(x->slots * sizeof *x->states_shown);
	for (const struct event *e = t->first; e; e = e->next)
		if (e->kind == RUN)
			printf("%s$ %s\n", host_name(e->host), e->command);
	if (t->remarks) fputs(t->remarks, stdout);
	for (size_t i = 0; i < t->row_count; i++) {
		const struct event *e = t->rows[i].event;
		struct folded_rows *l;

		if (!is_chosen(e, x->zero, o) || e->kind == RUN) continue;
		l = &pairs[e->connection ? e->connection->pair : 1];
		l->at = enlarge(l->at, l->count, &l->room, sizeof *l->at);
		l->at[l->count++] = (struct folded_row){.row = t->rows[i]};
	}
	for (int p = 1; p <= t->pair_count || p == 1; p++) {
		if (!pairs[p].count) continue;
		if (any) putchar('\n');
		any = true;
		put_pair(x, &pairs[p], p);
		free(pairs[p].at);
	}
	if (!any)
		puts(t->first && t->first->kind != RUN ?
				"nothing was recorded in what you chose" :
				"nothing was recorded");
	if (x->inferred)
		puts("\n(STATE): inferred from the segments, RFC 9293; STATE: "
		     "reported by the kernel");
	put_account(t);
	free(pairs);
	free(x->states_shown);
	free(x);
	return any ? NULL : strdup("");
}

/* ---- while it grows ------------------------------------------------------ */

struct text *begin_live_text(
	const struct timeline *t, const struct options *o) {
	struct text *x = allocate(sizeof *x);

	x->t = t;
	x->o = o;
	x->zero = NEVER;
	/* a fixed number: this may run for days, and one slot for each
	 * connection would take ever more memory */
	x->slots = 1 << 16;
	x->states_shown = allocate(x->slots * sizeof *x->states_shown);
	x->clock = o->clock ? 12 : 8;
	x->states = 13;
	x->room = o->width - 2 * (x->clock + 2) - 2 * (x->states + 1);
	if (x->room > 60) x->room = 60;
	if (x->room < 24) x->room = 24;
	x->numbered = true;
	return x;
}

void put_live_row(struct text *x, const struct row *r) {
	const struct connection *c = r->event->connection;

	if (x->zero == NEVER) x->zero = time_of(r->event);
	if (c && c->pair != x->pair) {
		if (x->pair) putchar('\n');
		x->pair = c->pair;
		put_heading(x, NULL);
	}
	if (c && c->number > x->headed_connections) {
		put_number(x, c);
		x->headed_connections = c->number;
	}
	put_row(x, &(struct folded_row){.row = *r});
}
