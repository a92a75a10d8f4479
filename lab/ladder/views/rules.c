/*
 * rules.c - rules that find an answer in what a quiz shows
 *
 * A question is asked only if a rule finds the answer in what is shown, and not
 * before all lines that the rule looks at have been shown. The explanation
 * names these lines. So every question that is asked can be answered.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "quiz.h"

__attribute__((format(printf, 2, 3))) static void say(
	struct finding *f, const char *format, ...) {
	va_list args;
	char text[512];

	if (!f->wanted) return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	append(&f->why, "%s", text);
}

static void use(struct finding *f, size_t i) {
	if (i == NONE) return;
	if (i > f->after) f->after = i;
	if (f->use_count < 4) f->uses[f->use_count++] = i;
}

static int number_of(const struct scene *s, size_t i) {
	return s->at[i].event->number;
}

const char *call_name(const struct scene *s, size_t i, char name[CALL_TEXT]) {
	const struct call *c = &s->at[i].event->call;

	snprintf(name, CALL_TEXT, c->act == ENDS ? "end (%.*s)" : "%.*s()",
		(int)c->name.size, c->text + c->name.at);
	return name;
}

/* Whether this event cannot make the kernel send anything: a call to receive,
 * to accept or to set an option, or the return of any call. */
static bool is_passive(const struct event *e) {
	return e->kind == CALL &&
	       (e->call.act == RECEIVES || e->call.act == ACCEPTS ||
		       e->call.act == SETS || (!e->call.entry && e->entered));
}

/* Returns the last line above line i that can be the cause of the segment on
 * line i, or NONE. */
static size_t cause_of(const struct scene *s, size_t i) {
	while (i-- > 0)
		if (!is_passive(s->at[i].event)) return i;
	return NONE;
}

/* ---- numbers ------------------------------------------------------------- */

/* Explains: "segment 4 has seq 1 and 6 bytes, 1 to 6". */
static void say_numbers(struct finding *f, const struct scene *s, size_t i) {
	const struct event *e = s->at[i].event;
	const long long seq = (long long)e->seq;

	say(f, "segment %d has seq %lld", e->number, seq);
	if (e->packet.len)
		say(f, " and %u byte%s, %lld to %lld", e->packet.len,
			e->packet.len == 1 ? "" : "s", seq,
			seq + e->packet.len - 1);
	if (e->packet.flags & (SYN | FIN))
		say(f, ", and %s takes one sequence number",
			e->packet.flags & SYN ? "SYN" : "FIN");
}

/* Explains why a segment was retransmitted, as far as the lines above show
 * it. */
static void say_why_again(struct finding *f, const struct scene *s, size_t i) {
	const struct event *e = s->at[i].event;
	const size_t lost = s->at[i].known[other(e->host)].missing;

	if (lost != NONE) say(f, "segment %d was lost; ", number_of(s, lost));
	if (e->analysis == FAST_RETRANSMISSION)
		say(f, "three duplicate ACKs make the %s retransmit it at once",
			host_name(e->host));
	else if (e->since_last)
		say(f, "no ACK of it arrived for %lld ms, the %s's retransmission timeout",
			(long long)(e->since_last / MS), host_name(e->host));
	else
		say(f, "no ACK of it arrived in time");
}

static bool find_seq(const struct scene *s, size_t i, struct finding *f) {
	const struct event *e = s->at[i].event;
	const struct known *own = &s->at[i].known[e->host];
	const char *host = host_name(e->host);

	if (!is_of_tcp(e) || (e->packet.flags & (SYN | ACK)) == SYN)
		return false;
	if (e->packet.flags & SYN && own->by != NONE &&
		!(s->at[own->by].event->packet.flags & ACK)) {
		use(f, own->by);
		say(f, "it repeats the %s's SYN, segment %d, to acknowledge the other SYN, too",
			host, number_of(s, own->by));
		return e->seq == 0;
	}
	if (is_retransmission(e->analysis)) {
		use(f, own->acked_by);
		use(f, s->at[i].known[other(e->host)].missing);
		say_why_again(f, s, i);
		say(f, ": it begins with %lld, the first number that the %s has not acknowledged",
			(long long)own->acked, host_name(other(e->host)));
		return e->seq == own->acked;
	}
	if (own->by == NONE) {
		say(f, "SYN has the first number of its direction: the %s counts from 0, too",
			host);
		return e->packet.flags & SYN && e->seq == 0;
	}
	use(f, own->by);
	say_numbers(f, s, own->by);
	if (e->analysis == KEEP_ALIVE || e->analysis == WINDOW_PROBE) {
		say(f, ": %lld would be next, and a probe has the number before it",
			(long long)own->sent);
		return e->seq == own->sent - 1;
	}
	say(f, ": the %s's next number is %lld", host, (long long)own->sent);
	return is_new(e) && e->seq == own->sent;
}

static bool find_ack(const struct scene *s, size_t i, struct finding *f) {
	const struct event *e = s->at[i].event;
	const struct known *own = &s->at[i].known[e->host];

	if (!is_of_tcp(e) || !(e->packet.flags & ACK) || e->ignored)
		return false;
	if (own->missing != NONE) {
		use(f, own->missing);
		say(f, "segment %d, which begins with %lld, was lost: the %s still expects %lld, even if later segments have arrived",
			number_of(s, own->missing), (long long)own->heard,
			host_name(e->host), (long long)own->heard);
		return e->ack == own->heard;
	}
	if (own->heard_by == NONE) return false;
	use(f, own->heard_by);
	say_numbers(f, s, own->heard_by);
	say(f, ": the %s expects %lld next", host_name(e->host),
		(long long)own->heard);
	return e->ack == own->heard;
}

/* Returns the sequence number after the segment's last one, if a later segment
 * shows this number; otherwise -1. */
static int64_t find_end(const struct scene *s, size_t i, struct finding *f) {
	const struct line *l = &s->at[i];
	const size_t next = l->next_own;
	const bool goes_on = next != NONE && is_new(s->at[next].event) &&
			     s->at[next].event->seq == end_of(l->event) &&
			     !(s->at[next].event->packet.flags & RST);

	if (l->answer != NONE && (!goes_on || l->answer < next)) {
		use(f, l->answer);
		say(f, "segment %d acknowledges all before %lld",
			number_of(s, l->answer), (long long)end_of(l->event));
		return end_of(l->event);
	}
	if (!goes_on) return -1;
	use(f, next);
	say(f, "the %s's next segment, %d, has seq %lld",
		host_name(l->event->host), number_of(s, next),
		(long long)end_of(l->event));
	return end_of(l->event);
}

static bool find_datagram(const struct scene *s, size_t i, struct finding *f) {
	const size_t call = s->at[i].call;
	char name[CALL_TEXT];

	if (s->at[i].event->packet.about || call == NONE) return false;
	use(f, call);
	say(f, "the %s's %s hands over %lld bytes: each call sends a datagram of its own, however long",
		host_name(s->at[i].event->host), call_name(s, call, name),
		(long long)s->at[call].event->call.bytes);
	return s->at[call].event->call.bytes == s->at[i].event->packet.len;
}

static bool find_len(const struct scene *s, size_t i, struct finding *f) {
	const struct event *e = s->at[i].event;
	const int special = e->packet.flags & (SYN | FIN);
	int64_t end;

	if (e->packet.protocol == IPPROTO_UDP) return find_datagram(s, i, f);
	if (!is_new(e) || !e->packet.len) return false;
	end = find_end(s, i, f);
	if (end == -1) return false;
	if (special)
		say(f, ", and %s takes one number of these",
			special & SYN ? "SYN" : "FIN");
	say(f, ": this one begins with %lld, so its bytes are %lld to %lld",
		(long long)e->seq, (long long)e->seq,
		(long long)e->seq + e->packet.len - 1);
	return true;
}

/* ---- flags --------------------------------------------------------------- */

#define ACK_TOO "It has an ack: ACK"

static int find_flags_without_ack(const struct event *e, struct finding *f) {
	say(f, "it has no ack. Only two kinds of segment have none: the SYN that opens a connection, with seq 0, and some RSTs");
	return e->seq == 0 ? SYN : RST;
}

/* Finds the flags of an RST by the other end's next call, which fails because
 * of the RST. Returns 0 if the rule finds no flags, as the rules below do. */
static int find_flags_of_reset(
	const struct scene *s, size_t i, struct finding *f) {
	const struct event *e = s->at[i].event;

	for (size_t k = i + 1; k < s->count && k < i + 12; k++) {
		const struct event *c = s->at[k].event;
		char name[CALL_TEXT];

		if (c->kind != CALL || c->connection != e->connection ||
			c->host == e->host)
			continue;
		if (c->call.error != ECONNRESET &&
			c->call.error != ECONNREFUSED)
			return 0;
		use(f, k);
		say(f, "the %s's %s fails with %s: RST. " ACK_TOO,
			host_name(c->host), call_name(s, k, name),
			name_of_error(c->call.error));
		return RST | ACK;
	}
	return 0;
}

/* Finds the flags of a segment with data: PSH is set if the segment ends with
 * the last byte that was passed to send(). */
static int find_flags_of_data(
	const struct scene *s, size_t i, struct finding *f) {
	const struct event *e = s->at[i].event;
	const struct known *own = &s->at[i].known[e->host];
	const bool last = end_of(e) == own->asked;

	if (own->asked == -1 || own->ending != NONE) return 0;
	use(f, s->at[i].call);
	say(f, "the %s's program has handed over the bytes up to %lld, and this segment ends with %lld: ",
		host_name(e->host), (long long)own->asked - 1,
		(long long)end_of(e) - 1);
	say(f, last ? "PSH, so that the receiver passes them on to its program. " ACK_TOO :
		      "no PSH, as there is more to come. " ACK_TOO);
	return last ? PSH | ACK : ACK;
}

/* Finds the flags of a segment without data: only ACK, or also SYN or FIN,
 * which take one sequence number. */
static int find_flags_of_empty(
	const struct scene *s, size_t i, struct finding *f) {
	const struct event *e = s->at[i].event;
	const struct known *own = &s->at[i].known[e->host];
	const char *host = host_name(e->host);
	const bool goes_on = e->seq == own->sent && own->by != NONE;
	char name[CALL_TEXT];
	int64_t end;

	if (goes_on && own->ending != NONE && !own->finished) {
		use(f, own->ending);
		say(f, "the %s's %s stands above, and its FIN has not been sent: FIN. " ACK_TOO,
			host, call_name(s, own->ending, name));
		return FIN | ACK;
	}
	if (goes_on && own->finished) {
		use(f, own->by);
		say(f, "it has an ack, so ACK is set. No other: its seq comes after the %s's FIN (segment %d), which was its last",
			host, number_of(s, own->by));
		return ACK;
	}
	if (goes_on && own->call != NONE) {
		say(f, "it has an ack, so ACK is set. No PSH, as it carries no bytes; no FIN, as the %s has not called close() or shutdown() above",
			host);
		return ACK;
	}
	end = find_end(s, i, f);
	if (end == -1) return 0;
	if (end == e->seq) {
		say(f, ", the same as this one's: this one takes no sequence number, but SYN and FIN take one each. " ACK_TOO);
		return ACK;
	}
	say(f, ": this one has seq %lld and no bytes, but takes one sequence number, as %s does. " ACK_TOO,
		(long long)e->seq, e->seq == 0 ? "SYN" : "FIN");
	return e->seq == 0 ? SYN | ACK : FIN | ACK;
}

static bool find_flags(const struct scene *s, size_t i, struct finding *f) {
	const struct event *e = s->at[i].event;
	const int flags = e->packet.flags;

	if (!is_of_tcp(e)) return false;
	return flags == (!(flags & ACK)	      ? find_flags_without_ack(e, f) :
				!is_new(e)    ? 0 :
				flags & RST   ? find_flags_of_reset(s, i, f) :
				e->packet.len ? find_flags_of_data(s, i, f) :
						find_flags_of_empty(s, i, f));
}

/* ---- who sends it -------------------------------------------------------- */

static bool find_by_call(const struct scene *s, size_t i, struct finding *f) {
	const size_t call = s->at[i].call;
	char name[CALL_TEXT];

	if (call == NONE || cause_of(s, i) != call) return false;
	use(f, call);
	say(f, "the %s's %s stands just above it",
		host_name(s->at[i].event->host), call_name(s, call, name));
	return true;
}

static bool find_by_numbers(
	const struct scene *s, size_t i, struct finding *f) {
	const struct event *e = s->at[i].event;
	const struct known *own = &s->at[i].known[e->host],
			   *peer = &s->at[i].known[other(e->host)];

	if (own->sent != e->seq || own->by == NONE || own->sent == peer->sent ||
		peer->by == NONE)
		return false;
	use(f, own->by);
	use(f, peer->by);
	say(f, "its seq, %lld, is the %s's next number (", (long long)e->seq,
		host_name(e->host));
	say_numbers(f, s, own->by);
	say(f, "); the %s's is %lld", host_name(other(e->host)),
		(long long)peer->sent);
	return true;
}

static bool find_sender(const struct scene *s, size_t i, struct finding *f) {
	const struct event *e = s->at[i].event, *before;
	const struct known *own = &s->at[i].known[e->host],
			   *peer = &s->at[i].known[other(e->host)];
	const bool opens = (e->packet.flags & (SYN | ACK)) == SYN;

	if (!is_of_tcp(e)) return find_by_call(s, i, f);
	if (!is_new(e)) return false;
	if (opens && own->by == NONE && peer->by == NONE && e->host == CLIENT &&
		s->at[i].call == NONE) {
		say(f, "it opens the connection: the host that does so is the client");
		return true;
	}
	if (opens) return find_by_call(s, i, f);
	if (find_by_numbers(s, i, f)) return true;
	if (peer->by == NONE) return false;
	before = s->at[peer->by].event;
	if (before->packet.flags & SYN && e->ack == peer->sent &&
		end_of(e) - e->seq == (own->by == NONE) &&
		(own->by == NONE || s->at[own->by].next_own == i)) {
		use(f, peer->by);
		say(f, "it answers the %s's %s, segment %d",
			host_name(other(e->host)),
			before->packet.flags & ACK ? "SYN ACK" : "SYN",
			before->number);
		return true;
	}
	return find_by_call(s, i, f);
}

/* ---- calls --------------------------------------------------------------- */

static bool find_call(const struct scene *s, size_t i, struct finding *f) {
	const struct event *e = s->at[i].event;
	const size_t call = s->at[i].call;
	char name[CALL_TEXT];

	if (call == NONE || s->at[call].event->call.act == ENDS) return false;
	use(f, i);
	f->line = call;
	say(f, "the %s's %s ", host_name(e->host), call_name(s, call, name));
	if (!is_of_tcp(e))
		say(f, "sends a datagram with all its bytes");
	else if (e->packet.flags & SYN)
		say(f, "opens a connection: its kernel sends SYN");
	else if (e->packet.flags & FIN)
		say(f, "ends its direction: its kernel sends FIN%s",
			s->at[call].event->call.act == SHUTS_DOWN ?
				"; the socket stays open for receiving" :
				"");
	else
		say(f, "hands over bytes: its kernel sends them");
	return true;
}

/* ---- states -------------------------------------------------------------- */

/* A segment with this flag leads its receiver (arrivals) or its sender
 * (departures) from one of the states in `from` to the state `to`. In the
 * texts, "it" is this host. */
#define IN(state) (1U << (state))
static const struct edge {
	unsigned from;
	enum state to;
	int flag;
	const char *why;
} arrivals[] =
	{
		{~0U, CLOSED, RST, "RST ends the connection at once"},
		{IN(SYN_SENT), ESTABLISHED, SYN,
			"SYN ACK acknowledges its SYN, and brings the other end's SYN"},
		{IN(SYN_SENT), SYN_RCVD, SYN,
			"SYN arrives, and not SYN ACK: both open at once"},
		{IN(SYN_RCVD), ESTABLISHED, ACK, "Its SYN is acknowledged now"},
		{IN(SYN_RCVD), CLOSE_WAIT, FIN,
			"Its SYN is acknowledged now, and FIN ends the other end's direction"},
		{IN(ESTABLISHED), CLOSE_WAIT, FIN,
			"FIN ends the other end's direction; its own is open until its program closes it"},
		{IN(FIN_WAIT1), FIN_WAIT2, ACK, "Its FIN is acknowledged now"},
		{IN(FIN_WAIT1), CLOSING, FIN,
			"FIN arrives, and its ack does not acknowledge the FIN that was sent"},
		{IN(FIN_WAIT1), TIME_WAIT, FIN,
			"FIN arrives, and its ack acknowledges the FIN that was sent"},
		{IN(FIN_WAIT2), TIME_WAIT, FIN,
			"FIN ends the other end's direction, too; the end that sent FIN first waits, in case the last ACK is lost"},
		{IN(CLOSING), TIME_WAIT, ACK, "Its FIN is acknowledged now"},
		{IN(LAST_ACK), CLOSED, ACK, "Its FIN is acknowledged now"},
},
  departures[] = {
	  {~0U, CLOSED, RST, "An end that sends RST gives up the connection"},
	  {IN(NO_STATE) | IN(LISTEN) | IN(CLOSED), SYN_RCVD, SYN,
		  "SYN has arrived, and SYN ACK answers it"},
	  {IN(ESTABLISHED) | IN(SYN_RCVD), FIN_WAIT1, FIN,
		  "It sends FIN, and the other's has not arrived"},
	  {IN(CLOSE_WAIT), LAST_ACK, FIN,
		  "The other FIN arrived before, so it waits only for the ACK of its own"},
};

static const struct edge *edge_of(const struct edge *at, size_t count,
	const struct change *c, int flags) {
	for (size_t n = 0; n < count; n++)
		if (at[n].from & IN(c->from) && at[n].to == c->to &&
			at[n].flag & flags)
			return &at[n];
	return NULL;
}

/* Explains: "the client was in FIN_WAIT1 (since segment 8)". */
static void say_state(struct finding *f, const struct scene *s,
	const struct change *c, enum host host, const char *verb) {
	char name[CALL_TEXT];

	say(f, "the %s %s %s", host_name(host), verb, state_names[c->from]);
	if (c->since == NONE) return;
	use(f, c->since);
	if (s->at[c->since].event->kind == SEGMENT)
		say(f, " (since segment %d)", number_of(s, c->since));
	else if (s->at[c->since].event->call.error)
		say(f, " (since its %s failed with %s)",
			call_name(s, c->since, name),
			name_of_error(s->at[c->since].event->call.error));
	else
		say(f, " (since its %s)", call_name(s, c->since, name));
}

/* Finds that the host is in the state CLOSED: an RST answers this segment, as
 * the connection had ended by a time-out, or no program was left to take the
 * bytes. */
static bool find_reset_answer(
	const struct scene *s, size_t i, enum host host, struct finding *f) {
	const struct event *e = s->at[i].event;
	const struct change *c = &s->at[i].change[host];

	for (size_t k = i + 1; k < s->count && k < i + 12; k++) {
		const struct event *r = s->at[k].event;

		if (!is_of_tcp(r) || r->connection != e->connection) continue;
		if (r->host != host || !(r->packet.flags & RST) ||
			r->seq != e->ack)
			return false;
		use(f, k);
		say_state(f, s, c, host, "was in");
		if (e->packet.len)
			say(f, ", and no program is left there to take the bytes: RST (segment %d) answers",
				r->number);
		else
			say(f, ", and waits there for a time only. RST (segment %d) answers: that time was over",
				r->number);
		return true;
	}
	return false;
}

static bool find_stay(
	const struct scene *s, size_t i, enum host host, struct finding *f) {
	const struct event *e = s->at[i].event;
	const struct change *c = &s->at[i].change[host];
	const bool answer = e->packet.flags & (SYN | FIN | RST);

	if (c->from == CLOSED) {
		if (c->since == NONE) return false;
		say_state(f, s, c, host, "has been in");
		say(f, ": no segment changes that");
		return true;
	}
	/* for such flags there is no rule; ESTABLISHED is too easy to guess */
	if (answer || c->from == ESTABLISHED) return false;
	say(f, "segment %d has no SYN, FIN or RST, and acknowledges no SYN or FIN for the first time, so it changes no state: ",
		e->number);
	say_state(f, s, c, host, "has been in");
	return true;
}

/* When segment i arrives, its receiver is in a state. The line that led to this
 * state may stand below line i. Then the receiver's next segment must show, by
 * its ack, that segment i had not arrived before. Returns the line of this next
 * segment; i if no such segment is needed; NONE if none shows this. */
static size_t find_earlier(const struct scene *s, size_t i, enum host host) {
	const struct event *e = s->at[i].event;
	size_t k = s->at[i].change[host].since;

	if (k == NONE || k <= i) return i;
	for (; k < s->count; k++) {
		const struct event *f = s->at[k].event;

		if (!is_of_tcp(f) || f->host != host ||
			f->connection != e->connection)
			continue;
		if (f->packet.flags & ACK && f->ack >= end_of(e)) return NONE;
		return end_of(e) > e->seq ? k : NONE;
	}
	return NONE;
}

static bool find_state_of_sender(
	const struct scene *s, size_t i, struct finding *f) {
	const struct event *e = s->at[i].event;
	const struct change *c = &s->at[i].change[e->host];
	const struct known *peer = &s->at[i].known[other(e->host)];
	const struct edge *edge = edge_of(departures,
		sizeof departures / sizeof *edge, c, e->packet.flags);

	if (!edge || c->from == c->to) return false;
	if (c->from) {
		say_state(f, s, c, e->host, "was in");
		say(f, ". ");
	}
	if (!c->from && e->packet.flags & RST)
		say(f, "no socket listens there: RST refuses this one");
	else
		say(f, "%s", edge->why);
	if (edge->to == FIN_WAIT1 && peer->finished)
		say(f, ": segment %d is not acknowledged",
			number_of(s, peer->by));
	return true;
}

static bool find_state_of_receiver(
	const struct scene *s, size_t i, struct finding *f) {
	const struct event *e = s->at[i].event;
	const enum host host = other(e->host);
	const struct change *c = &s->at[i].change[host];
	const struct edge *edge = edge_of(
		arrivals, sizeof arrivals / sizeof *edge, c, e->packet.flags);

	const size_t earlier = find_earlier(s, i, host);

	if (c->from == NO_STATE || e->received == NEVER || earlier == NONE)
		return false;
	use(f, earlier);
	if (c->from == c->to) return find_stay(s, i, host, f);
	if (!edge) return c->to == CLOSED && find_reset_answer(s, i, host, f);
	say_state(f, s, c, host, "was in");
	if (earlier != i)
		say(f, ", and sent segment %d before this one arrived: segment %d does not acknowledge this one",
			number_of(s, earlier), number_of(s, earlier));
	say(f, ". %s", edge->why);
	return true;
}

static bool find_state(
	const struct scene *s, size_t i, enum host host, struct finding *f) {
	const struct event *e = s->at[i].event;

	if (!is_of_tcp(e) || !s->at[i].change[host].to || !e->connection->syn ||
		e->stale || e->bad || e->ignored)
		return false;
	use(f, i);
	return host == e->host ? find_state_of_sender(s, i, f) :
				 find_state_of_receiver(s, i, f);
}

/* ---- the whole of the next segment --------------------------------------- */

struct guess {
	enum host host;
	int flags;
	int64_t seq, ack, len;
};

static bool is_guessed(const struct event *e, const struct guess *g) {
	return e->host == g->host && e->packet.len == g->len &&
	       (!is_of_tcp(e) ||
		       (e->packet.flags == g->flags && e->seq == g->seq &&
			       (!(g->flags & ACK) || e->ack == g->ack)));
}

/* Guesses which segment is sent because of the call on line t. Returns false if
 * the guess is not certain. */
static bool guess_by_call(const struct scene *s, size_t t,
	const struct known known[2], struct guess *g, struct finding *f) {
	const struct event *e = s->at[t].event;
	const struct call *c = &e->call;
	const struct known *own = &known[e->host];
	char name[CALL_TEXT];

	*g = (struct guess){e->host, ACK, own->sent, own->heard, 0};
	if (c->silent || c->failed) return false;
	say(f, "the %s's %s ", host_name(e->host), call_name(s, t, name));
	if (c->act == CONNECTS && c->entry) {
		*g = (struct guess){e->host, SYN, 0, 0, 0};
		say(f, "makes its kernel send SYN, whose number is 0");
		return true;
	}
	if (c->act == SENDS) {
		g->flags |= PSH;
		g->len = c->bytes;
		say(f, "hands over %lld bytes", (long long)c->bytes);
		if (own->sent == -1) return true; /* UDP has no numbers */
		say(f, ", and nothing that was sent before waits for an ACK: they leave at once");
		return own->acked == own->sent;
	}
	g->flags |= FIN;
	say(f, "ends its direction: FIN");
	return t == own->ending && !own->finished;
}

/* Guesses which segment is sent because the segment on line t has arrived.
 * Returns false if the guess is not certain. */
static bool guess_by_segment(const struct scene *s, size_t t,
	const struct known known[2], struct guess *g, struct finding *f) {
	const struct event *e = s->at[t].event;
	const enum host host = other(e->host);
	const struct known *own = &known[host];
	const size_t lost = known[e->host].missing;
	const int opening = e->packet.flags & (SYN | ACK | RST);

	*g = (struct guess){host, ACK, own->sent, own->heard, 0};
	if (e->lost || e->bad || e->ignored || e->packet.flags & RST)
		return false;
	if (opening == SYN) {
		*g = (struct guess){host, SYN | ACK, 0, 1, 0};
		use(f, s->listens[host]);
		say(f, "the %s listens, so its kernel answers SYN with SYN ACK",
			host_name(host));
		return s->listens[host] < t && own->by == NONE;
	}
	if (e->analysis == DUPLICATE_ACK && e->repeated == 3 && lost != NONE) {
		const struct event *l = s->at[lost].event;

		*g = (struct guess){host, l->packet.flags, l->seq, own->heard,
			l->packet.len};
		use(f, lost);
		say(f, "this was the third duplicate ACK: the %s retransmits what it asks for, segment %d, at once",
			host_name(host), l->number);
		return true;
	}
	if (end_of(e) == e->seq || own->heard_by != t) return false;
	if (opening & SYN) {
		say(f, "segment %d is SYN ACK: the %s's kernel acknowledges it at once",
			e->number, host_name(host));
		return true;
	}
	say(f, "segment %d carries %s, and no call to send or to close stands below it: the %s's kernel acknowledges it by itself",
		e->number, e->packet.flags & FIN ? "FIN" : "bytes",
		host_name(host));
	return s->logged[host];
}

static bool find_next(const struct scene *s, size_t i, struct finding *f) {
	const struct line *l = &s->at[i];
	const struct event *e = l->event, *last;
	const struct known *own = &l->known[e->host];
	const size_t t = cause_of(s, i);
	struct guess g;

	if (t == NONE || e->packet.about) return false;
	last = s->at[t].event;
	if (last->connection ? last->connection != e->connection : l->call != t)
		return false;
	f->before = true;
	use(f, t);
	use(f, own->by);
	use(f, own->heard_by);
	if (!(last->kind == CALL ? guess_by_call(s, t, l->known, &g, f) :
				   guess_by_segment(s, t, l->known, &g, f)) ||
		!is_guessed(e, &g))
		return false;
	if (is_new(e) && e->packet.flags & ACK)
		say(f, ". The %s's next number is %lld, and it expects %lld",
			host_name(e->host), (long long)g.seq, (long long)g.ack);
	return true;
}

/* ---- order --------------------------------------------------------------- */

/* Whether the numbers show that segment a was sent before segment b. */
static bool precedes(const struct event *a, const struct event *b) {
	if (a->host != b->host)
		return b->packet.flags & ACK && end_of(a) > a->seq &&
		       b->ack >= end_of(a);
	return a->seq < b->seq ||
	       (a->seq == b->seq && end_of(a) == a->seq &&
		       (end_of(b) > b->seq || a->ack < b->ack));
}

/* Finds a chain: the segments from line i on that can be put in order in only
 * one way. Stores their lines in `chain`, and returns how many they are. */
int find_chain(const struct scene *s, size_t i, size_t chain[IN_ORDER]) {
	int n = 0;

	for (; i < s->count && n < IN_ORDER; i++) {
		const struct event *e = s->at[i].event;

		if (e->kind == CALL) continue;
		if (!is_new(e) || e->lost || e->bad || e->packet.flags & RST ||
			(n && (e->connection != s->at[chain[0]]
							.event->connection ||
				      !precedes(s->at[chain[n - 1]].event, e))))
			break;
		chain[n++] = i;
	}
	return n;
}

static bool find_order(const struct scene *s, size_t i, struct finding *f) {
	size_t chain[IN_ORDER];
	const int n =
		s->at[i].event->kind == SEGMENT ? find_chain(s, i, chain) : 0;

	if (n < 3) return false;
	f->before = true;
	f->count = chain[n - 1] - i + 1;
	return true;
}

/* ---- all of them -------------------------------------------------------- */

static const struct topic {
	int level;
	bool (*find)(const struct scene *s, size_t i, struct finding *f);
} topics[TOPICS] = {
	[WHO] = {1, find_sender},
	[FLAGS] = {1, find_flags},
	[SEQ] = {2, find_seq},
	[ACKED] = {2, find_ack},
	[LEN] = {2, find_len},
	[ORDER] = {2, find_order},
	[STATE] = {3, NULL}, /* see find_answer() */
	[CALLED] = {3, find_call},
	[NEXT] = {3, find_next},
};

bool find_answer(const struct scene *s, struct question *q, struct finding *f) {
	const enum asked asked = q->asked;
	bool found;

	f->line = f->after = q->line;
	f->count = 1;
	found = asked == STATE ? find_state(s, q->line, q->whose, f) :
				 topics[asked].find(s, q->line, f);
	q->when = f->before ? 2 * q->line : 2 * f->after + 1;
	return found;
}

int level_of(enum asked asked) {
	return topics[asked].level;
}
