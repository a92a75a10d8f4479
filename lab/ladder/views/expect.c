/*
 * expect.c - verdicts on what was recorded, for scripts and graders
 *
 * A word a verdict, with a number or a name where it needs one; each names the
 * segment that decided, by its number: as the pictures count them, from 1.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../../common.h"
#include "../../messages.h"
#include "views.h"

/* The segments of one connection, as the timeline has them. */
struct seen {
	const struct connection *connection;
	const struct event **at;
	size_t count, room;
	const char *name, *host; /* of the word, of its host or state */
	long number;
};

struct verdict {
	bool kept;
	char *reason, *text; /* "state client TIME_WAIT" */
};

static bool has(const struct event *e, int flags) {
	return e->packet.protocol == IPPROTO_TCP &&
	       (e->packet.flags & flags) == flags;
}

static bool is_first(const struct event *e) { /* not sent again */
	return !e->again && !is_retransmission(e->analysis);
}

/* The first from `from` on that has these flags and comes from this host; BOTH:
 * from either. Returns its place, or count. */
static size_t find_flags(
	const struct seen *s, size_t from, int flags, enum host host) {
	while (from < s->count &&
		!(has(s->at[from], flags) && is_first(s->at[from]) &&
			(host == BOTH || s->at[from]->host == host)))
		from++;
	return from;
}

static struct verdict tell(
	const struct seen *s, bool kept, size_t place, const char *otherwise) {
	struct verdict v = {.kept = kept};
	char text[64];

	if (place >= s->count) {
		append(&v.reason, "%s", otherwise);
		return v;
	}
	append(&v.reason, "segment %d: %s from the %s, seq %lld",
		s->at[place]->number, what_of(s->at[place], text),
		host_name(s->at[place]->host), (long long)s->at[place]->seq);
	if (s->at[place]->packet.len)
		append(&v.reason, ", len %u", s->at[place]->packet.len);
	return v;
}

static struct verdict handshake_complete(const struct seen *s) {
	const size_t syn = find_flags(s, 0, SYN, CLIENT);
	const size_t answer = find_flags(s, syn, SYN | ACK, SERVER);
	size_t ack = find_flags(s, answer, ACK, CLIENT);

	if (syn == s->count) return tell(s, false, syn, "no SYN");
	if (answer == s->count) return tell(s, false, answer, "no SYN ACK");
	while (ack < s->count && (has(s->at[ack], RST) || s->at[ack]->lost))
		ack = find_flags(s, ack + 1, ACK, CLIENT);
	return tell(s, ack < s->count, ack, "no ACK of the SYN ACK");
}

static struct verdict closed_first(const struct seen *s) {
	const size_t fin = find_flags(s, 0, FIN, BOTH);
	const enum host host = s->name[0] == 'c' ? CLIENT : SERVER;

	return tell(
		s, fin < s->count && s->at[fin]->host == host, fin, "no FIN");
}

/* The other's FIN, behind the first; *ack: what acknowledges the first. */
static size_t second_fin(const struct seen *s, size_t first, size_t *ack) {
	const struct event *f = s->at[first];
	const int64_t end = f->seq + f->packet.len + 1;
	size_t i;

	*ack = s->count;
	for (i = first + 1; i < s->count; i++) {
		const struct event *e = s->at[i];

		if (e->host == f->host || !is_first(e)) continue;
		if (*ack == s->count && has(e, ACK) && e->ack >= end) *ack = i;
		if (has(e, FIN)) break;
	}
	return i;
}

static struct verdict closing(const struct seen *s) {
	const size_t first = find_flags(s, 0, FIN, BOTH);
	const bool four = strcmp(s->name, "four-way") == 0;
	size_t second, ack;

	if (first == s->count) return tell(s, false, first, "no FIN");
	second = second_fin(s, first, &ack);
	if (second == s->count)
		return tell(s, false, second, "only one end sent FIN");
	if (ack > second) return tell(s, false, second, "");
	return tell(s, four == (ack < second), four ? ack : second, "");
}

static struct verdict late_data(const struct seen *s) {
	const size_t first = find_flags(s, 0, FIN, BOTH);

	for (size_t i = first; i < s->count; i++)
		if (s->at[i]->host != s->at[first]->host &&
			s->at[i]->packet.len &&
			s->at[i]->ack >
				s->at[first]->seq + s->at[first]->packet.len)
			return tell(s, true, i, "");
	return tell(s, false, s->count, "no data after a FIN");
}

static struct verdict fin_with_data(const struct seen *s) {
	size_t i = find_flags(s, 0, FIN, BOTH);

	while (i < s->count && !s->at[i]->packet.len)
		i = find_flags(s, i + 1, FIN, BOTH);
	return tell(s, i < s->count, i, "no FIN carries data");
}

static struct verdict reset(const struct seen *s) {
	const bool none = strcmp(s->name, "no-reset") == 0;
	const enum host from = none			 ? BOTH :
			       strstr(s->name, "client") ? CLIENT :
							   SERVER;
	const size_t i = find_flags(s, 0, RST, from);

	return tell(s, none == (i == s->count), i, "no RST");
}

static struct verdict refused(const struct seen *s) {
	const size_t syn = find_flags(s, 0, SYN, CLIENT);
	const size_t rst = find_flags(s, syn, RST | ACK, SERVER);

	return tell(s,
		rst < s->count &&
			find_flags(s, 0, SYN | ACK, SERVER) == s->count,
		rst, "no RST answers the SYN");
}

static struct verdict zero_window(const struct seen *s) {
	size_t i = 0;

	while (i < s->count && (has(s->at[i], RST) || s->at[i]->packet.win ||
				       !has(s->at[i], ACK)))
		i++;
	return tell(s, i < s->count, i, "no window was closed");
}

static struct verdict counted(
	const struct seen *s, long count, size_t last, bool at_most) {
	struct verdict v = tell(
		s, at_most ? count <= s->number : count == s->number, last, "");
	char *reason = NULL;

	append(&reason, "%ld%s%s", count, *v.reason ? "; " : "", v.reason);
	free(v.reason);
	v.reason = reason;
	return v;
}

static struct verdict retransmissions(const struct seen *s) {
	size_t last = s->count;
	long count = 0;

	for (size_t i = 0; i < s->count; i++)
		if (!s->at[i]->again && !is_first(s->at[i])) {
			count++;
			last = i;
		}
	return counted(s, count, last, false);
}

static struct verdict max_segment(const struct seen *s) {
	size_t longest = s->count;
	uint32_t most = 0;

	for (size_t i = 0; i < s->count; i++)
		if (s->at[i]->packet.len > most) {
			most = s->at[i]->packet.len;
			longest = i;
		}
	return counted(s, most, longest, true);
}

/* Each byte once: up to the last one's number. */
static struct verdict bytes_from(const struct seen *s) {
	const enum host host = strstr(s->name, "client") ? CLIENT : SERVER;
	size_t last = s->count;
	int64_t top = 1;

	for (size_t i = 0; i < s->count; i++) {
		const struct event *e = s->at[i];

		if (e->host != host || !e->packet.len ||
			e->seq + e->packet.len <= top)
			continue;
		top = e->seq + e->packet.len;
		last = i;
	}
	return counted(s, (long)top - 1, last, false);
}

static struct verdict in_state(const struct seen *s) {
	const enum host host = strcmp(s->host, "client") == 0 ? CLIENT : SERVER;

	for (size_t i = 0; i < s->count; i++) {
		const struct event *e = s->at[i];
		const struct stay *stay =
			e->host == host ? e->stay : e->peer_stay;

		if (stay && (long)stay->state == s->number)
			return tell(s, true, i, "");
	}
	return tell(s, false, s->count, "never");
}

static const struct word {
	const char *name;
	enum { ALONE, NUMBER, STATE } takes;
	struct verdict (*judge)(const struct seen *s);
} words[] = {{"handshake-complete", ALONE, handshake_complete},
	{"refused", ALONE, refused},
	{"client-closed-first", ALONE, closed_first},
	{"server-closed-first", ALONE, closed_first},
	{"four-way", ALONE, closing}, {"combined-fin-ack", ALONE, closing},
	{"half-closed-with-late-data", ALONE, late_data},
	{"fin-with-data", ALONE, fin_with_data},
	{"reset-by-client", ALONE, reset}, {"reset-by-server", ALONE, reset},
	{"no-reset", ALONE, reset}, {"zero-window", ALONE, zero_window},
	{"retransmissions", NUMBER, retransmissions},
	{"max-segment", NUMBER, max_segment},
	{"bytes-from-client", NUMBER, bytes_from},
	{"bytes-from-server", NUMBER, bytes_from}, {"state", STATE, in_state}};

static struct seen segments_of(
	const struct timeline *t, const struct options *o) {
	struct seen s = {.at = NULL};

	for (const struct event *e = t->first; e; e = e->next) {
		if (e->kind != SEGMENT || e->packet.protocol != IPPROTO_TCP ||
			(o->connection &&
				e->connection->number != o->connection))
			continue;
		if (!s.connection) s.connection = e->connection;
		if (e->connection != s.connection) continue;
		s.at = enlarge(s.at, s.count, &s.room, sizeof *s.at);
		s.at[s.count++] = e;
	}
	return s;
}

static long state_called(const char *name) {
	const enum state state = state_of_name(name, strlen(name));

	if (state) return state;
	errx(2, "--expect: '%s' is no state (RFC 9293's, say TIME_WAIT)", name);
}

static const struct word *word_called(const char *name) {
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].name, name) == 0) return &words[i];
	errx(2, "--expect: '%s' is no expectation (-h for help)", name);
}

/* The next word with what it takes: "state client TIME_WAIT". NULL: there is
 * none; *text becomes what it is called in its verdict. */
static const struct word *next_word(struct seen *s, char **rest, char **text) {
	char *name = strtok_r(*rest, " ", rest), *value;
	const struct word *w;

	if (!name) return NULL;
	w = word_called(name);
	s->name = name;
	append(text, "%s", name);
	if (w->takes == ALONE) return w;
	value = strtok_r(*rest, " ", rest);
	if (!value) errx(2, "--expect: %s: of what? (-h for help)", name);
	append(text, " %s", value);
	if (w->takes == NUMBER) {
		s->number = whole("--expect", value, 0, INT_MAX);
		return w;
	}
	s->host = value;
	if (strcmp(value, "client") != 0 && strcmp(value, "server") != 0)
		errx(2, "--expect: state: '%s' is neither client nor server",
			value);
	value = strtok_r(*rest, " ", rest);
	s->number = state_called(value ? value : "");
	append(text, " %s", value);
	return w;
}

static void put_verdict(
	const struct options *o, int number, const struct verdict *v) {
	if (o->report == JUNIT) {
		printf("  <testcase name=\"%s\">", v->text);
		if (!v->kept) {
			fputs("<failure message=\"", stdout);
			put_xml(stdout, v->reason);
			fputs("\"/>", stdout);
		}
		puts("</testcase>");
	} else if (o->report == TAP) {
		printf("%sok %d - %s # %s\n", v->kept ? "" : "not ", number,
			v->text, v->reason);
	} else {
		printf("%-6s %s: %s\n", v->kept ? "ok" : "NOT", v->text,
			v->reason);
	}
}

static void put_report(
	const struct options *o, const struct verdict *v, int count) {
	int failed = 0;

	for (int i = 0; i < count; i++)
		failed += !v[i].kept;
	if (o->report == TAP) printf("TAP version 13\n1..%d\n", count);
	if (o->report == JUNIT) {
		puts("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
		printf("<testsuite name=\"expect\" tests=\"%d\" failures=\"%d\">\n",
			count, failed);
	}
	for (int i = 0; i < count; i++)
		put_verdict(o, i + 1, &v[i]);
	if (o->report == JUNIT) puts("</testsuite>");
}

/* Returns 1 if one of what is expected is not so. Expectations are words with
 * spaces between; of several connections the first is judged, or that chosen.
 */
int view_expect(const struct timeline *t, const struct options *o) {
	char *all = strdup(o->expect), *rest = all, *text = NULL;
	struct seen s = segments_of(t, o);
	struct verdict *verdicts = NULL;
	const struct word *w;
	size_t room = 0;
	int count = 0, failed = 0;

	if (!s.count) errx(1, "%s: no TCP connection in it", o->title);
	while ((w = next_word(&s, &rest, &text))) {
		verdicts = enlarge(
			verdicts, (size_t)count, &room, sizeof *verdicts);
		verdicts[count] = w->judge(&s);
		verdicts[count].text = text;
		failed += !verdicts[count++].kept;
		text = NULL;
	}
	if (!count) errx(2, "--expect: nothing is expected (-h for help)");
	put_report(o, verdicts, count);
	for (int i = 0; i < count; i++) {
		free(verdicts[i].text);
		free(verdicts[i].reason);
	}
	free(verdicts);
	free(s.at);
	free(all);
	return failed > 0;
}
