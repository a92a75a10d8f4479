/*
 * quiz.c - asks about what was recorded: hides some of it, and explains each
 * miss from the rest
 *
 * Answers come from stdin, a line each; or it is a worksheet, with its key
 * behind a form feed. The same seed asks the same of the same capture.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../messages.h"
#include "views.h"

enum what { WHO, FLAGS, SEQ, ACKED, LEN, STATE, CALLED, NEXT };

struct question {
	enum what what;
	size_t about; /* which line */
	bool chosen;
};

/* What left, in its order. */
struct line {
	const struct event *event;
	char *call; /* that sent it, or NULL */
};

struct quiz {
	struct line *at;
	size_t count, room;
	struct question *questions;
	size_t question_count, question_room;
	bool several; /* connections */
	uint64_t seed;
};

/* ---- what was recorded --------------------------------------------------- */

enum kind { CONNECTED, SENT, ENDED, KINDS };

/* What a call may have sent; KINDS: nothing. One that sends is told as it is
 * entered. */
static enum kind kind_of_call(const struct call *c) {
	switch (c->act) {
	case CLOSES:
	case COPIES:
	case SHUTS_DOWN:
	case ENDS: return ENDED;
	case CONNECTS: return c->entry ? CONNECTED : KINDS;
	case SENDS: return c->entry ? SENT : KINDS;
	default: return KINDS;
	}
}

static bool is_tcp(const struct event *e) {
	return e->packet.protocol == IPPROTO_TCP && !e->packet.about;
}

static bool has_len(const struct event *e) {
	return e->packet.len > 0 && !e->packet.about;
}

/* KINDS: by no call, or one of long ago. */
static enum kind kind_of_segment(const struct event *e) {
	const int flags = e->packet.flags;

	if (e->packet.about || (is_tcp(e) && flags & RST) ||
		is_retransmission(e->analysis) || e->analysis == WINDOW_PROBE ||
		e->analysis == KEEP_ALIVE)
		return KINDS;
	if (is_tcp(e) && flags & FIN) return ENDED;
	if (is_tcp(e) && (flags & (SYN | ACK)) == SYN) return CONNECTED;
	return has_len(e) ? SENT : KINDS;
}

static void gather_lines(
	struct quiz *q, const struct timeline *t, const struct options *o) {
	const struct event *called[2][KINDS] = {{NULL}};
	const struct connection *first = NULL;
	const nanoseconds zero = zero_of(t);

	for (const struct event *e = t->first; e; e = e->next) {
		enum kind kind = KINDS;

		if (e->kind == CALL && e->connection)
			kind = kind_of_call(&e->call);
		if (kind != KINDS) called[e->host][kind] = e;
		if (e->kind != SEGMENT || e->sent == NEVER ||
			!is_chosen(e, zero, o))
			continue;
		q->at = enlarge(q->at, q->count, &q->room, sizeof *q->at);
		q->at[q->count] = (struct line){e, NULL};
		kind = kind_of_segment(e);
		if (kind != KINDS && called[e->host][kind] &&
			e->sent - called[e->host][kind]->sent < 2 * MS) {
			const struct call *c = &called[e->host][kind]->call;

			append(&q->at[q->count].call, "%.*s", (int)c->name.size,
				c->text + c->name.at);
		}
		q->count++;
		if (!first) first = e->connection;
		q->several |= first != e->connection;
	}
}

/* ---- the questions ------------------------------------------------------- */

/* The same on every machine (Park and Miller, 1988). */
static uint64_t random_below(struct quiz *q, uint64_t limit) {
	q->seed = q->seed * 16807 % 2147483647;
	return q->seed * limit / 2147483647;
}

static void add(struct quiz *q, size_t about, enum what what) {
	q->questions = enlarge(q->questions, q->question_count,
		&q->question_room, sizeof *q->questions);
	q->questions[q->question_count++] =
		(struct question){what, about, false};
}

/* Who asks for the whole of a segment, asks for no part of it. */
static void gather_questions(struct quiz *q, int level) {
	for (size_t i = 0; i < q->count; i++) {
		const struct event *e = q->at[i].event;

		if (level == 3 && i > 0 && !e->packet.about &&
			random_below(q, 4) == 0) {
			add(q, i, NEXT);
			continue;
		}
		add(q, i, WHO);
		if (is_tcp(e)) add(q, i, FLAGS);
		if (level < 2) continue;
		if (is_tcp(e) && i > 0) add(q, i, SEQ);
		if (is_tcp(e) && e->packet.flags & ACK) add(q, i, ACKED);
		if (has_len(e)) add(q, i, LEN);
		if (level < 3) continue;
		if (e->peer_stay && e->peer_stay->state && e->received != NEVER)
			add(q, i, STATE);
		if (q->at[i].call) add(q, i, CALLED);
	}
}

/* Returns how many are asked. */
static size_t choose(struct quiz *q, size_t most) {
	const size_t n = q->question_count;
	size_t left = most < n ? most : n;
	const size_t all = left;

	for (size_t k = 0; k < n; k++)
		if (random_below(q, n - k) < left) {
			q->questions[k].chosen = true;
			left--;
		}
	return all;
}

/* What is asked about a line: a bit each. */
static unsigned hidden_of(const struct quiz *q, size_t i) {
	unsigned hidden = 0;

	for (size_t k = 0; k < q->question_count; k++)
		if (q->questions[k].chosen && q->questions[k].about == i)
			hidden |= 1U << q->questions[k].what;
	return hidden;
}

static char *question_text(const struct quiz *q, const struct question *ask) {
	const struct event *e = q->at[ask->about].event;
	const char *host = host_name(e->host),
		   *peer = host_name(other(e->host));
	const char *of = ask->what == SEQ ? "seq" :
			 ask->what == LEN ? "len" :
					    "ack";
	char *text = NULL;

	switch (ask->what) {
	case WHO:
		append(&text, "Who sends segment %d, client or server?",
			e->number);
		break;
	case FLAGS:
		append(&text, "Which flags has segment %d?", e->number);
		break;
	case STATE:
		append(&text,
			"In which state is the %s once segment %d has arrived?",
			peer, e->number);
		break;
	case CALLED:
		append(&text, "Which call of the %s's sends segment %d?", host,
			e->number);
		break;
	case NEXT:
		append(&text,
			"What comes next, as segment %d? (say: > PSH ACK seq 1 ack 1 len 5)",
			e->number);
		break;
	default: append(&text, "What is the %s of segment %d?", of, e->number);
	}
	return text;
}

/* ---- answers, and why ---------------------------------------------------- */

static char sign_of(const struct event *e) {
	return e->host == CLIENT ? '>' : '<';
}

static char *answer_to(const struct quiz *q, const struct question *ask) {
	const struct event *e = q->at[ask->about].event;
	char *text = NULL, what[64];

	switch (ask->what) {
	case WHO: append(&text, "%s", host_name(e->host)); break;
	case FLAGS: append(&text, "%s", what_of(e, what)); break;
	case SEQ: append(&text, "%lld", (long long)e->seq); break;
	case ACKED: append(&text, "%lld", (long long)e->ack); break;
	case LEN: append(&text, "%u", e->packet.len); break;
	case STATE:
		append(&text, "%s", state_names[e->peer_stay->state]);
		break;
	case CALLED: append(&text, "%s", q->at[ask->about].call); break;
	case NEXT:
		append(&text, "%c %s", sign_of(e), what_of(e, what));
		if (is_tcp(e)) append(&text, " seq %lld", (long long)e->seq);
		if (is_tcp(e) && e->packet.flags & ACK)
			append(&text, " ack %lld", (long long)e->ack);
		if (has_len(e) || !is_tcp(e))
			append(&text, " len %u", e->packet.len);
	}
	return text;
}

/* How far its numbers reach: SYN and FIN count as one each. */
static int64_t end_of(const struct event *e) {
	return e->seq + e->packet.len + (e->packet.flags & SYN ? 1 : 0) +
	       (e->packet.flags & FIN ? 1 : 0);
}

static bool are_of_one(const struct event *e, const struct event *f) {
	return is_tcp(e) && e->connection == f->connection;
}

/* The last before line i that this host sent, and that reaches there; or NULL.
 */
static const struct event *ending_at(
	const struct quiz *q, size_t i, enum host host, int64_t end) {
	const struct event *e = q->at[i].event;

	while (i-- > 0) {
		const struct event *f = q->at[i].event;

		if (are_of_one(f, e) && f->host == host && end_of(f) == end &&
			end > f->seq)
			return f;
	}
	return NULL;
}

/* The last before line i that is the same; or NULL. */
static const struct event *same_as(const struct quiz *q, size_t i) {
	const struct event *e = q->at[i].event;

	while (i-- > 0) {
		const struct event *f = q->at[i].event;

		if (are_of_one(f, e) && f->host == e->host &&
			f->seq == e->seq && f->packet.len == e->packet.len &&
			f->packet.flags == e->packet.flags &&
			end_of(f) > f->seq)
			return f;
	}
	return NULL;
}

/* In which state this end was before line i; NO_STATE: nobody has told. */
static enum state state_before(const struct quiz *q, size_t i, enum host host) {
	const struct event *e = q->at[i].event;

	while (i-- > 0) {
		const struct event *f = q->at[i].event;
		const struct stay *s = f->host == host ? f->stay : f->peer_stay;

		if (f->connection == e->connection && s && s->state &&
			(f->host == host || f->received != NEVER))
			return s->state;
	}
	return NO_STATE;
}

static void tell_reach(char **text, const struct event *e) {
	append(text, "segment %d has seq %lld", e->number, (long long)e->seq);
	if (has_len(e)) append(text, " and carries %u", e->packet.len);
	if (e->packet.flags & (SYN | FIN))
		append(text, ", and its %s counts as one",
			e->packet.flags & SYN ? "SYN" : "FIN");
}

static void tell_flags(char **text, int flags) {
	const char *comma = "";

	if (flags & RST) {
		append(text,
			"RST says that the connection is over, or never was");
		comma = ", ";
	} else if (flags & (SYN | FIN)) {
		append(text, flags & SYN ? "SYN opens its sender's direction" :
					   "FIN ends its sender's direction");
		comma = ", ";
	}
	if (flags & PSH) {
		append(text, "%sPSH says that no more is waiting to be sent",
			comma);
		comma = ", ";
	}
	if (flags & ACK) append(text, "%sACK says that its ack counts", comma);
}

static void tell_sender(char **text, const struct quiz *q, size_t i) {
	const struct event *e = q->at[i].event, *f = NULL;
	const int flags = e->packet.flags;

	if (is_tcp(e) && (flags & (SYN | ACK)) == SYN) {
		append(text, "it opens");
		return;
	}
	if (is_tcp(e) && flags & ACK)
		f = ending_at(q, i, other(e->host), e->ack);
	if (!f)
		append(text, "it goes on sending");
	else if (flags == ACK && !has_len(e))
		append(text, "it acknowledges segment %d", f->number);
	else
		append(text, "its ack says that segment %d has come",
			f->number);
}

static char *reason_of(const struct quiz *q, const struct question *ask) {
	const size_t i = ask->about;
	const struct event *e = q->at[i].event, *f;
	enum state before;
	char *text = NULL, what[64];

	switch (ask->what) {
	case FLAGS: tell_flags(&text, e->packet.flags); break;
	case ACKED:
		f = ending_at(q, i, other(e->host), e->ack);
		if (f) tell_reach(&text, f);
		append(&text,
			f ? ": %lld is awaited next" :
			    "all before %lld has come",
			(long long)e->ack);
		break;
	case SEQ:
		f = same_as(q, i);
		if (f) {
			append(&text, "it is segment %d again", f->number);
			break;
		}
		f = ending_at(q, i, e->host, e->seq);
		if (f)
			tell_reach(&text, f);
		else
			append(&text, "the %s's next byte has this number",
				host_name(e->host));
		break;
	case LEN:
		if (is_tcp(e))
			append(&text, "its bytes are %lld to %lld",
				(long long)e->seq,
				(long long)(e->seq + e->packet.len - 1));
		else
			append(&text, "the datagram has so many bytes");
		break;
	case STATE:
		before = state_before(q, i, other(e->host));
		if (before == NO_STATE || before == e->peer_stay->state)
			append(&text, "it stays in %s",
				state_names[e->peer_stay->state]);
		else
			append(&text, "%s has taken it there from %s",
				what_of(e, what), state_names[before]);
		break;
	case CALLED:
		append(&text, "%s() was called just before it left",
			q->at[i].call);
		break;
	default: tell_sender(&text, q, i);
	}
	return text;
}

/* ---- what people type ---------------------------------------------------- */

static int by_word(const void *a, const void *b) {
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "FIN_WAIT_1" is ss's "FIN-WAIT-1". */
static bool is_named(const char *word, const char *ss) {
	while (*word && (*word == *ss || (*word == '_' && *ss == '-')))
		word++, ss++;
	return !*word && !*ss;
}

static const char *plain_word(const char *word) {
	static const char *const words[][2] = {{">", "CLIENT"}, {"C", "CLIENT"},
		{"<", "SERVER"}, {"S", "SERVER"}, {"SYN_RECEIVED", "SYN_RCVD"}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(word, words[i][0]) == 0) return words[i][1];
#define AS_TEST(state, number, ss) \
	if (is_named(word, ss)) return #state;
	TCP_STATES(AS_TEST)
#undef AS_TEST
	return word;
}

/* Flags in any order, states in anybody's vocabulary, "seq 1" as one word. */
static char *plain(const char *answer) {
	char *copy = strdup(answer), *rest = copy, *word, *text = NULL;
	char *words[64];
	size_t n = 0;

	copy[strcspn(copy, "(")] = '\0';
	for (char *c = copy; *c; c++)
		*c = (char)(isalnum((unsigned char)*c) ?
				    toupper((unsigned char)*c) :
			    *c == '-'	      ? '_' :
			    strchr("_<>", *c) ? *c :
						' ');
	while (n < 64 && (word = strtok_r(rest, " ", &rest))) {
		char *made = NULL;

		if (n > 0 && isdigit((unsigned char)*word) &&
			(strcmp(words[n - 1], "SEQ") == 0 ||
				strcmp(words[n - 1], "ACK") == 0 ||
				strcmp(words[n - 1], "LEN") == 0)) {
			append(&words[n - 1], "=%s", word);
			continue;
		}
		append(&made, "%s", plain_word(word));
		words[n++] = made;
	}
	qsort(words, n, sizeof *words, by_word);
	append(&text, "%s", "");
	for (size_t i = 0; i < n; i++) {
		if (strcmp(words[i], "LEN=0") != 0)
			append(&text, " %s", words[i]);
		free(words[i]);
	}
	free(copy);
	return text;
}

static bool is_right(const char *given, const char *answer) {
	char *a = plain(given), *b = plain(answer);
	const bool right = strcmp(a, b) == 0;

	free(a);
	free(b);
	return right;
}

/* ---- on paper, and at the terminal --------------------------------------- */

static void add_field(
	char **text, const char *name, unsigned hidden, int64_t value) {
	if (hidden)
		append(text, " %s %-6s", name, "?");
	else
		append(text, " %s %-6lld", name, (long long)value);
}

static void put_line(const struct quiz *q, size_t i, unsigned hidden) {
	const struct event *e = q->at[i].event;
	char *text = NULL, what[64];
	size_t n;

	append(&text, "%c %-9s", hidden & 1U << WHO ? '?' : sign_of(e),
		hidden & 1U << FLAGS ? "?" : what_of(e, what));
	if (is_tcp(e)) add_field(&text, "seq", hidden & 1U << SEQ, e->seq);
	if (is_tcp(e) && e->packet.flags & ACK)
		add_field(&text, "ack", hidden & 1U << ACKED, e->ack);
	if (has_len(e) || (!is_tcp(e) && !e->packet.about))
		add_field(&text, "len", hidden & 1U << LEN, e->packet.len);
	if (q->several) append(&text, " #%d", e->connection->number);
	if (e->lost) append(&text, " lost");
	for (n = strlen(text); text[n - 1] == ' '; n--)
		;
	printf("%3d  %.*s\n", e->number, hidden & 1U << NEXT ? 1 : (int)n,
		hidden & 1U << NEXT ? "?" : text);
	free(text);
}

static void put_printable(const char *text, size_t size) {
	for (size_t i = 0; i < size && text[i]; i++)
		putchar(text[i] < ' ' || text[i] > '~' ? '?' : text[i]);
}

/* Of "echo: Sequence numbers count bytes" the first word: the rest may help. */
static size_t name_size(const char *title) {
	const char *end = strstr(title, ": ");

	return end ? (size_t)(end - title) : strlen(title);
}

/* Asks; returns whether the answer was right. */
static bool ask_one(const struct quiz *q, const struct question *ask) {
	char *text = question_text(q, ask), *answer = answer_to(q, ask), *why;
	static char *given;
	static size_t room;
	bool right;

	printf("     %s ", text);
	fflush(stdout);
	if (getline(&given, &room, stdin) <= 0) {
		free(given);
		given = strdup("");
		room = 1;
	}
	given[strcspn(given, "\n")] = '\0';
	if (!isatty(STDIN_FILENO)) { /* a terminal shows what is typed */
		put_printable(given, strlen(given));
		putchar('\n');
	}
	right = is_right(given, answer);
	why = reason_of(q, ask);
	if (right)
		puts("     right");
	else
		printf("     %s: %s\n", answer, why);
	free(text);
	free(answer);
	free(why);
	return right;
}

/* Returns 1 if one of the answers was wrong. */
static int play(const struct quiz *q, size_t asked) {
	size_t right = 0;

	for (size_t i = 0; i < q->count; i++) {
		const unsigned hidden = hidden_of(q, i);

		put_line(q, i, hidden);
		for (size_t k = 0; k < q->question_count; k++)
			if (q->questions[k].chosen &&
				q->questions[k].about == i)
				right += ask_one(q, &q->questions[k]);
		if (hidden) put_line(q, i, 0);
	}
	printf("\n%zu of %zu\n", right, asked);
	return right != asked;
}

static void put_worksheet(const struct quiz *q, const struct options *o) {
	int n = 0;

	for (size_t i = 0; i < q->count; i++) {
		put_line(q, i, hidden_of(q, i));
		for (size_t k = 0; k < q->question_count; k++) {
			char *text;

			if (!q->questions[k].chosen ||
				q->questions[k].about != i)
				continue;
			text = question_text(q, &q->questions[k]);
			printf("     (%d) %s ______\n", ++n, text);
			free(text);
		}
	}
	printf("\fKey: ");
	put_printable(o->title, name_size(o->title));
	printf(" (seed %d)\n\n", o->seed);
	n = 0;
	for (size_t k = 0; k < q->question_count; k++) {
		char *answer, *why;

		if (!q->questions[k].chosen) continue;
		answer = answer_to(q, &q->questions[k]);
		why = reason_of(q, &q->questions[k]);
		printf("(%d) %s: %s\n", ++n, answer, why);
		free(answer);
		free(why);
	}
}

int view_quiz(const struct timeline *t, const struct options *o) {
	struct quiz q = {.seed = (uint64_t)o->seed % 2147483646 + 1};
	size_t asked;
	int status = 0;

	gather_lines(&q, t, o);
	if (!q.count)
		errx(1, "%.*s: no segment in it", (int)name_size(o->title),
			o->title);
	gather_questions(&q, o->level);
	asked = choose(&q, (size_t)o->most);
	put_printable(o->title, name_size(o->title));
	printf(": %zu questions (seed %d). > is from the client, < from the server, numbers count from 0.\n\n",
		asked, o->seed);
	if (o->paper)
		put_worksheet(&q, o);
	else
		status = play(&q, asked);
	for (size_t i = 0; i < q.count; i++)
		free(q.at[i].call);
	free(q.at);
	free(q.questions);
	return status;
}
