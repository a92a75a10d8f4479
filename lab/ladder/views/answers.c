/*
 * answers.c - checks whether an answer is right, however it is worded
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "quiz.h"

bool is_blank(const char *given) {
	while (isspace((unsigned char)*given))
		given++;
	return !*given;
}

/* ---- words --------------------------------------------------------------- */

enum { WORDS = 64 };

struct words {
	char *at[WORDS];
	int count;
};

static const char *plain_word(const char *word) {
	static const char *const words[][2] = {{">", "CLIENT"}, {"C", "CLIENT"},
		{"<", "SERVER"}, {"S", "SERVER"}, {"THE", ""}};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(word, words[i][0]) == 0) return words[i][1];
	return word;
}

/* Splits an answer into words. "seq 1" counts as one word; "len 0" is left
 * out. */
static struct words words_of(const char *answer) {
	struct words w = {.count = 0};
	char *copy = strdup(answer), *rest = copy, *word;

	copy[strcspn(copy, "#")] = '\0'; /* cuts off "#2", a connection */
	for (char *c = copy; *c; c++)
		*c = strchr("<>", *c) || isalnum((unsigned char)*c) ?
			     (char)toupper((unsigned char)*c) :
			     ' ';
	while (w.count < WORDS && (word = strtok_r(rest, " ", &rest))) {
		char *last = w.count ? w.at[w.count - 1] : "";

		if (isdigit((unsigned char)*word) &&
			(strcmp(last, "SEQ") == 0 || strcmp(last, "ACK") == 0 ||
				strcmp(last, "LEN") == 0))
			append(&w.at[w.count - 1], " %s", word);
		else if (*plain_word(word))
			append(&w.at[w.count++], "%s", plain_word(word));
		if (w.count && strcmp(w.at[w.count - 1], "LEN 0") == 0)
			free(w.at[--w.count]);
	}
	free(copy);
	for (int i = w.count; i < WORDS; i++)
		w.at[i] = NULL;
	return w;
}

static void free_words(struct words *w) {
	for (int i = 0; i < w->count; i++)
		free(w->at[i]);
}

static bool has_word(const struct words *w, const char *word) {
	for (int i = 0; i < w->count; i++)
		if (strcmp(w->at[i], word) == 0) return true;
	return false;
}

/* Appends the words of `a` that are in `b`; or, if in_b is false, the words of
 * `a` that are not in `b`. Returns the number of words appended. */
static int list_words(char **text, const char *before, const struct words *a,
	const struct words *b, bool in_b) {
	int count = 0;

	for (int i = 0; i < a->count; i++) {
		if (has_word(b, a->at[i]) != in_b) continue;
		append(text, "%s%s", count ? ", " : before, a->at[i]);
		count++;
	}
	return count;
}

/* Whether the given answer and the key have the same words, in any order. If
 * only some words are right, sets *remark to a list of the words that are
 * right, wrong and missing. */
static bool are_alike(const char *given, const char *key, char **remark) {
	struct words a = words_of(given), b = words_of(key);
	char *text = NULL;
	const int right = list_words(&text, "right: ", &a, &b, true);
	const int wrong = list_words(
		&text, right ? "; wrong: " : "wrong: ", &a, &b, false);
	const int missing = list_words(&text, "; missing: ", &b, &a, false);

	if (right && (wrong || missing))
		*remark = text;
	else
		free(text);
	free_words(&a);
	free_words(&b);
	return !wrong && !missing;
}

/* ---- numbers, states, calls ---------------------------------------------- */

/* Whether the answer has exactly one number, and this number is right. Words
 * around the number do not matter: "seq 7" means 7. */
static bool is_number(const char *given, const char *key) {
	const char *digits = given + strcspn(given, "0123456789");
	const size_t size = strspn(digits, "0123456789");

	if (!size || strpbrk(digits + size, "0123456789") ||
		(digits > given && digits[-1] == '-'))
		return false;
	return strtoll(digits, NULL, 10) == strtoll(key, NULL, 10);
}

/* Keeps only letters and digits, in capitals: "FIN-WAIT-1" and "fin wait 1"
 * become FINWAIT1. */
static void bare_letters(const char *from, char to[32]) {
	size_t n = 0;

	for (; *from && *from != '('; from++)
		if (isalnum((unsigned char)*from) && n < 31)
			to[n++] = (char)toupper((unsigned char)*from);
	to[n] = '\0';
}

/* Whether the answer is a name of this state in RFC 9293, ss(8) or the
 * ladder. */
static bool is_state(const char *given, const char *key) {
#define AS_NAMES(state, number, ss) {#state, ss},
	static const char *const names[][2] = {
		TCP_STATES(AS_NAMES){"SYN_RCVD", "SYN-RECEIVED"}};
#undef AS_NAMES
	char word[32], other_word[32];

	bare_letters(given, word);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		for (int k = 0; k < 2; k++) {
			bare_letters(names[i][k], other_word);
			if (strcmp(word, other_word) == 0)
				return strcmp(names[i][0], key) == 0;
		}
	return false;
}

/* Whether the answer names a call that does the same as the call in the key:
 * if the key is send, write is right, too. */
static bool is_call(const char *given, const char *key) {
	char word[32];
	size_t n = 0;

	while (isspace((unsigned char)*given))
		given++;
	for (; n < 31 && (isalnum((unsigned char)given[n]) || given[n] == '_');
		n++)
		word[n] = (char)tolower((unsigned char)given[n]);
	return act_of(word, n) != UNKNOWN_ACT &&
	       act_of(word, n) == act_of(key, strlen(key));
}

/* Whether the answer has the same digits as the key, in the same order: if the
 * key is "3 1 2", "312" is right, too. */
static bool is_order(const char *given, const char *key) {
	for (;;) {
		while (*given && !isdigit((unsigned char)*given))
			given++;
		while (*key == ' ')
			key++;
		if (!*given || !*key) return !*given && !*key;
		if (*given++ != *key++) return false;
	}
}

bool is_right(const struct question *q, const char *given, char **remark) {
	*remark = NULL;
	switch (q->asked) {
	case SEQ:
	case ACKED:
	case LEN: return is_number(given, q->key);
	case STATE: return is_state(given, q->key);
	case CALLED: return is_call(given, q->key);
	case ORDER: return is_order(given, q->key);
	default: return are_alike(given, q->key, remark);
	}
}
