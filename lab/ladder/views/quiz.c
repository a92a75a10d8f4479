/*
 * quiz.c - asks about a recording: hides some of it, and explains each wrong
 * answer from the rest
 *
 * Answers are read from stdin, one on each line. With --paper it prints a
 * worksheet, and the key after a form feed. The same seed asks the same
 * questions about the same recording.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../messages.h"
#include "quiz.h"

/* A scene of up to SHORT lines is shown whole; of a longer scene, only the NEAR
 * lines before each question, and what the question needs. */
enum { SHORT = 60, NEAR = 12 };

struct asking {
	const struct scene *scene;
	const struct questions *questions;
	bool paper;
	size_t next; /* the index of the next question */
	size_t right, answered;
	bool over; /* stdin has ended */
};

static void put_printable(const char *text, size_t size) {
	for (size_t i = 0; i < size && text[i]; i++)
		putchar(text[i] < ' ' || text[i] > '~' ? '?' : text[i]);
}

/* Returns the length of the demo's name, in "echo: Sequence numbers count
 * bytes" that of "echo". The rest of a title is not shown: it could give an
 * answer away. */
static size_t name_size(const char *title) {
	const char *end = strstr(title, ": ");

	return end ? (size_t)(end - title) : strlen(title);
}

/* ---- the scene ----------------------------------------------------------- */

/* Returns which parts of a line are hidden: bit n is set if the answer to a
 * question of kind n (enum asked) is hidden. */
static unsigned hidden_of(const struct asking *a, size_t i) {
	unsigned hidden = 0;

	for (size_t k = a->paper ? 0 : a->next; k < a->questions->count; k++) {
		const struct question *q = &a->questions->at[k];

		if (i >= q->hides && i < q->hides + q->count)
			hidden |= 1U << q->asked;
	}
	return hidden;
}

/* Prints a call. If a question asks for the call's name, "?" stands in its
 * place, at the call's entry and at its return. */
static void put_call(const struct asking *a, size_t i) {
	const struct event *e = a->scene->at[i].event;
	const struct call *c = &e->call;
	unsigned hidden = hidden_of(a, i);

	if (e->entered)
		for (size_t k = i; k-- > 0 && k + 100 > i;)
			if (a->scene->at[k].event == e->entered)
				hidden |= hidden_of(a, k);
	printf("     %s ", host_name(e->host));
	if (hidden & 1U << CALLED)
		printf("%.*s?%s\n", (int)c->name.at, c->text,
			c->text + c->name.at + c->name.size);
	else
		puts(c->text);
}

static void put_line(const struct asking *a, size_t i) {
	const unsigned hidden = hidden_of(a, i);
	const struct event *e = a->scene->at[i].event;
	char *text = NULL;

	if (e->kind == CALL) {
		put_call(a, i);
		return;
	}
	if (hidden & (1U << NEXT | 1U << ORDER))
		append(&text, "?");
	else
		append_segment(&text, a->scene, i, hidden);
	printf("%3d  %s\n", e->number, text);
	free(text);
}

/* ---- at the terminal ----------------------------------------------------- */

/* Prints a prompt, which may have several lines. */
static void put_prompt(const char *prompt) {
	const char *end;

	while ((end = strchr(prompt, '\n'))) {
		printf("     %.*s\n", (int)(end - prompt), prompt);
		prompt = end + 1;
	}
	printf("     %s ", prompt);
}

/* Prompts, and returns the next line of stdin that is not blank; NULL at the
 * end of stdin. */
static char *await_answer(const char *prompt) {
	static char *given;
	static size_t room;

	do {
		put_prompt(prompt);
		fflush(stdout);
		if (getline(&given, &room, stdin) <= 0) {
			putchar('\n');
			return NULL;
		}
		given[strcspn(given, "\n")] = '\0';
		if (!isatty(STDIN_FILENO)) { /* no terminal shows the answer */
			put_printable(given, strlen(given));
			putchar('\n');
		}
	} while (is_blank(given));
	return given;
}

static void ask(struct asking *a, const struct question *q) {
	char *given = await_answer(q->prompt), *remark;

	if (!given) {
		a->over = true;
		return;
	}
	a->answered++;
	if (is_right(q, given, &remark)) {
		a->right++;
		puts("     right");
	} else {
		printf("     wrong%s%s\n     %s: %s\n", remark ? ": " : "",
			remark ? remark : "", q->key, q->why);
		free(remark);
	}
	a->next++;
	if (q->when % 2 && q->count) put_line(a, q->hides);
}

/* ---- on paper ------------------------------------------------------------ */

static void put_blank(const struct asking *a, const struct question *q) {
	char *prompt = NULL;

	append(&prompt, "(%zu) %s", a->next + 1, q->prompt);
	put_prompt(prompt);
	puts("______");
	free(prompt);
}

static void put_key(const struct asking *a, const struct options *o) {
	printf("\fKey: ");
	put_printable(o->title, name_size(o->title));
	printf(" (seed %d)\n\n", o->seed);
	for (size_t k = 0; k < a->questions->count; k++)
		printf("(%zu) %s: %s\n", k + 1, a->questions->at[k].key,
			a->questions->at[k].why);
}

/* ---- both ---------------------------------------------------------------- */

/* Returns for each line whether it is shown. Of a long scene, only the lines
 * near a question and the lines that show its answer are shown. */
static bool *near_lines(const struct asking *a) {
	const size_t count = a->scene->count;
	bool *near = allocate(count + 1);

	for (size_t i = 0; i < count; i++)
		near[i] = count <= SHORT;
	for (size_t k = 0; k < a->questions->count; k++) {
		const struct question *q = &a->questions->at[k];
		const size_t from = q->line < NEAR ? 0 : q->line - NEAR;

		for (size_t i = from; i < count && i <= q->when / 2 + 1; i++)
			near[i] = true;
		for (size_t i = 0; i < q->count; i++)
			near[q->hides + i] = true;
		for (int n = 0; n < q->use_count; n++)
			near[q->uses[n]] = true;
	}
	return near;
}

static void ask_all_until(struct asking *a, size_t when) {
	while (!a->over && a->next < a->questions->count &&
		a->questions->at[a->next].when <= when) {
		const struct question *q = &a->questions->at[a->next];

		if (!a->paper) {
			ask(a, q);
			continue;
		}
		put_blank(a, q);
		a->next++;
	}
}

static void go_through(struct asking *a) {
	bool *near = near_lines(a);
	size_t left_out = 0;

	for (size_t i = 0; i < a->scene->count && !a->over; i++) {
		ask_all_until(a, 2 * i);
		if (a->over) break;
		if (!near[i]) {
			left_out++;
			continue;
		}
		if (left_out) printf("     ... %zu lines\n", left_out);
		left_out = 0;
		put_line(a, i);
		ask_all_until(a, 2 * i + 1);
	}
	if (left_out) printf("     ... %zu lines\n", left_out);
	free(near);
}

/* Prints the score. Returns whether all answers were right. */
static bool put_score(const struct asking *a) {
	printf("\n%zu of %zu right", a->right, a->answered);
	if (a->over)
		printf(", %zu not answered", a->questions->count - a->answered);
	putchar('\n');
	return a->right == a->questions->count;
}

char *view_quiz(const struct timeline *t, const struct options *o) {
	struct scene *s = new_scene(t, o);
	struct questions q =
		choose_questions(s, o->level, o->seed, (size_t)o->most);
	struct asking a = {.scene = s, .questions = &q, .paper = o->paper};
	char *reason = NULL;

	if (!q.count) {
		append(&reason,
			"%.*s: nothing can be asked about it: at level %d no segment can be foreseen from the others",
			(int)name_size(o->title), o->title, o->level);
	} else {
		put_printable(o->title, name_size(o->title));
		printf(": %zu question%s (seed %d). > is from the client, < from the server; seq and ack are relative (each SYN has seq 0).\n\n",
			q.count, q.count == 1 ? "" : "s", o->seed);
		go_through(&a);
		if (o->paper)
			put_key(&a, o);
		else if (!put_score(&a))
			reason = strdup("");
	}
	free_questions(&q);
	free_scene(s);
	return reason;
}
