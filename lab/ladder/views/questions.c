/*
 * questions.c - chooses the questions of a quiz from all questions that the
 * rules can answer, and puts them into words
 */
#include <stdlib.h>
#include <string.h>

#include "quiz.h"

/* ---- chance -------------------------------------------------------------- */

/* Returns a random number from 0 to limit - 1. A seed gives the same numbers on
 * every machine (Park and Miller, 1988). */
static uint64_t random_below(uint64_t *seed, uint64_t limit) {
	*seed = *seed * 16807 % 2147483647;
	return *seed * limit / 2147483647;
}

static void shuffle(uint64_t *random, int n, int order[IN_ORDER]) {
	bool sorted = true;

	for (int k = 0; k < n; k++)
		order[k] = k + 1;
	for (int k = n - 1; k > 0; k--) {
		const int at = (int)random_below(random, (uint64_t)k + 1);
		const int label = order[k];

		order[k] = order[at];
		order[at] = label;
	}
	for (int k = 0; k < n; k++)
		sorted &= order[k] == k + 1;
	if (!sorted) return;
	order[0] = 2;
	order[1] = 1;
}

/* ---- in words ----------------------------------------------------------- */

static void put_order(
	const struct scene *s, struct question *q, uint64_t *random) {
	size_t chain[IN_ORDER];
	const int n = find_chain(s, q->line, chain);
	int order[IN_ORDER], label = 0;

	shuffle(random, n, order);
	append(&q->prompt,
		"In which order were these sent? (For example: 2 1 3)");
	for (int wanted = 1; wanted <= n; wanted++)
		for (label = 0; label < n; label++)
			if (order[label] == wanted) {
				append(&q->prompt, "\n[%d]  ", wanted);
				append_segment(&q->prompt, s, chain[label], 0);
			}
	for (int k = 0; k < n; k++)
		append(&q->key, k ? " %d" : "%d", order[k]);
	for (int k = 1; k < n; k++) {
		const struct event *a = s->at[chain[k - 1]].event,
				   *b = s->at[chain[k]].event;

		append(&q->why, k > 1 ? "; " : "");
		if (a->host != b->host)
			append(&q->why, "[%d] acknowledges [%d]", order[k],
				order[k - 1]);
		else if (a->seq < b->seq)
			append(&q->why, "[%d] goes on where [%d] ends",
				order[k], order[k - 1]);
		else
			append(&q->why,
				"[%d] and [%d] have the same seq, but [%d] %s: it was first",
				order[k - 1], order[k], order[k - 1],
				end_of(b) > b->seq ? "carries nothing" :
						     "acknowledges less");
	}
}

#define AS_CHOICE(state, number, ss) "|" #state
static const char state_choices[] = TCP_STATES(AS_CHOICE);
#undef AS_CHOICE

/* Appends "> PSH ACK seq 1 ack 1 len 5". */
static void put_segment(char **text, const struct event *e) {
	char what[64];

	append(text, "%c %s", e->host == CLIENT ? '>' : '<', what_of(e, what));
	if (is_of_tcp(e)) append(text, " seq %lld", (long long)e->seq);
	if (is_of_tcp(e) && e->packet.flags & ACK)
		append(text, " ack %lld", (long long)e->ack);
	if (e->packet.len || !is_of_tcp(e))
		append(text, " len %u", e->packet.len);
}

static void put_number(struct question *q, const struct event *e) {
	const bool seq = q->asked == SEQ, ack = q->asked == ACKED;

	append(&q->prompt, "What is the %s of segment %d?",
		seq ? "seq" :
		ack ? "ack" :
		      "len",
		e->number);
	append(&q->key, "%lld",
		seq ? (long long)e->seq :
		ack ? (long long)e->ack :
		      (long long)e->packet.len);
}

static void put_texts(const struct scene *s, struct question *q) {
	const struct event *e = s->at[q->line].event;
	const int n = e->number;
	char text[CALL_TEXT];

	switch (q->asked) {
	case WHO:
		append(&q->prompt, "Who sends segment %d, client or server?",
			n);
		append(&q->key, "%s", host_name(e->host));
		q->choices = "client|server";
		break;
	case FLAGS:
		append(&q->prompt, "Which flags are set in segment %d?", n);
		append(&q->key, "%s", what_of(e, text));
		break;
	case STATE:
		append(&q->prompt, "In which state is the %s once ",
			host_name(q->whose));
		append(&q->prompt,
			q->whose == e->host ? "it has sent segment %d?" :
					      "segment %d has arrived?",
			n);
		append(&q->key, "%s",
			state_names[s->at[q->line].change[q->whose].to]);
		q->choices = state_choices + 1;
		break;
	case CALLED:
		append(&q->prompt,
			"Which call made the %s send segment %d? (Its name is hidden)",
			host_name(e->host), n);
		call_name(s, s->at[q->line].call, text);
		append(&q->key, "%.*s", (int)strcspn(text, "("), text);
		break;
	case NEXT:
		append(&q->prompt,
			"Which segment comes next (segment %d)? For example: < PSH ACK seq 100 ack 200 len 30",
			n);
		put_segment(&q->key, e);
		break;
	default: put_number(q, e);
	}
}

/* ---- the choice ---------------------------------------------------------- */

static void add_question(struct questions *to, const struct question *q) {
	to->at = enlarge(to->at, to->count, &to->room, sizeof *to->at);
	to->at[to->count++] = *q;
}

/* Collects all questions that could be asked, by topic. */
static void gather_questions(
	const struct scene *s, int level, struct questions all[TOPICS]) {
	for (int asked = 0; asked < TOPICS; asked++)
		for (size_t i = 0; i < s->count; i++)
			for (int h = CLIENT; h <= (asked == STATE); h++) {
				struct question q = {.asked = (enum asked)asked,
					.line = i,
					.whose = (enum host)h};
				struct finding f = {.wanted = false};

				if (level_of((enum asked)asked) <= level &&
					s->at[i].event->kind == SEGMENT &&
					find_answer(s, &q, &f))
					add_question(&all[asked], &q);
			}
}

/* For each line: until when the line, or a part of it, is hidden; and when a
 * question first needs to see the line. The times are counted as `when` in
 * quiz.h is. */
struct plan {
	size_t *hidden, *needed; /* 0: never hidden; SIZE_MAX: never needed */
};

/* Whether this question and those chosen before it fit together: none hides a
 * line that another one needs. */
static bool fits(const struct plan *p, const struct question *q,
	const struct finding *f) {
	const bool hides = q->asked != STATE;

	for (size_t i = f->line; hides && i < f->line + f->count; i++)
		if (p->hidden[i] || p->needed[i] <= q->when) return false;
	for (int n = 0; n < f->use_count; n++)
		if (p->hidden[f->uses[n]] > q->when) return false;
	return true;
}

static void take(
	struct plan *p, const struct question *q, const struct finding *f) {
	for (size_t i = f->line; q->asked != STATE && i < f->line + f->count;
		i++)
		p->hidden[i] = q->when + 1;
	for (int n = 0; n < f->use_count; n++)
		if (q->when < p->needed[f->uses[n]])
			p->needed[f->uses[n]] = q->when;
}

static int by_time(const void *a, const void *b) {
	const struct question *p = a, *q = b;

	if (p->when != q->when) return p->when < q->when ? -1 : 1;
	return p->line != q->line ? (p->line < q->line ? -1 : 1) :
				    (int)p->asked - (int)q->asked;
}

/* In a scene of LONG lines or more, a question about order is chosen first,
 * because it needs several lines that no other question uses. */
enum { LONG = 24 };

/* Chooses questions at random. A topic of this level is twice as likely as a
 * topic of a lower level. */
static struct questions draw(const struct scene *s, int level,
	struct questions all[TOPICS], uint64_t *random, size_t most) {
	struct questions chosen = {.count = 0};
	struct plan p = {allocate((s->count + 1) * sizeof *p.hidden),
		allocate((s->count + 1) * sizeof *p.needed)};
	size_t left = 0;

	for (size_t i = 0; i < s->count; i++)
		p.needed[i] = SIZE_MAX;
	for (int k = 0; k < TOPICS; k++)
		left += all[k].count;
	while (left && chosen.count < most) {
		const bool first = !chosen.count && all[ORDER].count &&
				   s->count >= LONG && most >= 5;
		struct questions *of =
			&all[first ? ORDER : random_below(random, TOPICS)];
		struct finding f = {.wanted = true};
		struct question q;
		size_t at;

		if (!of->count) continue;
		if (!first && level_of((enum asked)(of - all)) < level &&
			random_below(random, 2))
			continue;
		at = random_below(random, of->count);
		q = of->at[at];
		of->at[at] = of->at[--of->count];
		left--;
		find_answer(s, &q, &f);
		q.why = f.why;
		if (fits(&p, &q, &f)) {
			take(&p, &q, &f);
			q.hides = f.line;
			q.count = q.asked == STATE ? 0 : f.count;
			memcpy(q.uses, f.uses, sizeof q.uses);
			q.use_count = f.use_count;
			add_question(&chosen, &q);
		} else
			free(f.why);
	}
	free(p.hidden);
	free(p.needed);
	return chosen;
}

struct questions choose_questions(
	const struct scene *s, int level, int seed, size_t most) {
	uint64_t random = (uint64_t)seed % 2147483646 + 1;
	struct questions all[TOPICS] = {{.count = 0}}, chosen;

	/* skips the first numbers, which are similar for small seeds */
	for (int k = 0; k < 8; k++)
		random_below(&random, 1);
	gather_questions(s, level, all);
	chosen = draw(s, level, all, &random, most);
	for (int k = 0; k < TOPICS; k++)
		free(all[k].at);
	if (chosen.count)
		qsort(chosen.at, chosen.count, sizeof *chosen.at, by_time);
	for (size_t k = 0; k < chosen.count; k++)
		if (chosen.at[k].asked == ORDER)
			put_order(s, &chosen.at[k], &random);
		else
			put_texts(s, &chosen.at[k]);
	return chosen;
}

void free_questions(struct questions *q) {
	for (size_t k = 0; k < q->count; k++) {
		free(q->at[k].prompt);
		free(q->at[k].key);
		free(q->at[k].why);
	}
	free(q->at);
}
