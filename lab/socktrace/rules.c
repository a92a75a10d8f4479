/*
 * rules.c - the rules of -d: which calls are held back, and until when
 */
#define _GNU_SOURCE

#include "../common.h"
#include "socktrace.h"

enum { LONGEST = 60000 }; /* in ms; the longest time that MS can be */

static bool is_logged(const char *call) {
	const size_t size = strlen(call);

	for (const struct syscall *c = logged_calls; c->name; c++)
		if (is_word(c->name, call, size) ||
			is_word(c->full, call, size))
			return true;
	return false;
}

/* Reads the second part of a RULE, until when a call is held back: a time, a
 * state, "acked", a number of bytes, or a file. */
static void parse_condition(struct hold_rule *r, char *value) {
	char *unit = value + strlen(value) - (*value != '\0');

	r->state = state_of_name(value, strlen(value));
	if (r->state)
		r->until = IN_STATE;
	else if (strcmp(value, "acked") == 0)
		r->until = ACKED;
	else if (*value == '/') {
		r->until = THERE;
		r->file = value;
	} else if (*unit == 'B') {
		*unit = '\0';
		r->until = CAME;
		r->amount = whole("-d", value, 0, 60000);
	} else {
		r->until = TIME_PASSES;
		r->amount = milliseconds("-d", value);
	}
}

/* Reads a RULE, which the usage text in main.c explains. */
void parse_rule(struct hold_rule *r, const char *text) {
	char *copy = strdup(text), *value, *nth;

	if (!copy) err(1, "-d %s", text);
	value = strchr(copy, '=');
	if (!value) errx(2, "-d %s: no '=' in it (see -h)", text);
	*value++ = '\0';
	r->text = text;
	r->call = copy;
	/* the path of a file may contain a comma */
	nth = *value == '/' ? strstr(value, ",nth=") : strchr(value, ',');
	if (nth) {
		*nth++ = '\0';
		if (strncmp(nth, "nth=", 4) != 0)
			errx(2, "-d %s: '%s' is not nth=N (see -h)", text, nth);
		r->nth = whole("-d: nth", nth + 4, 1, 60000);
	}
	if (!is_logged(copy))
		errx(2, "-d %s: '%s' is not a call that socktrace logs", text,
			copy);
	parse_condition(r, value);
}

/* Returns the rule that holds the task's call back, or NULL. A close() that
 * does not close the last descriptor of its socket is never held back, and
 * nth=N does not count it. */
struct hold_rule *rule_for(struct tracer *tracer, const struct task *t) {
	const char *name = name_of_call(t->call);
	struct hold_rule *found = NULL;
	bool counts = t->call->what->number != SYS_close;

	for (size_t i = 0; i < tracer->rule_count; i++) {
		struct hold_rule *r = &tracer->rules[i];

		if (strcmp(r->call, name) != 0) continue;
		if (!counts && count_descriptors(tracer, t, t->call->inode) > 1)
			return NULL;
		counts = true;
		if (++r->seen == r->nth || r->nth == 0) found = r;
	}
	return found;
}

void hold_call(struct pending *c, struct hold_rule *r) {
	r->applied = true;
	c->rule = r;
	c->due = now() + (r->until == TIME_PASSES ? r->amount : LONGEST);
}

/* Whether the task's call must be held back longer. If its socket has no
 * connection, only a rule with a time or a file holds the call back. */
bool is_held(struct tracer *tracer, const struct task *t) {
	const struct hold_rule *r = t->call->rule;
	const struct sock *s;
	struct stat about;

	if (now() >= t->call->due || has_signal(t->pid)) return false;
	if (r->until == TIME_PASSES) return true;
	/* not access(), which asks without the capabilities that the lab gives
	 * an ordinary user: they are needed to look into /proc/1/fd */
	if (r->until == THERE) return stat(r->file, &about) == -1;
	s = ask_socket(tracer, t, t->call->fd);
	if (!*s->peer) return false;
	return r->until == ACKED ? s->unacked > 0 && s->state != CLOSED :
	       r->until == CAME	 ? s->unread < r->amount :
				   s->state != r->state;
}

/* When it is called first, reports the rules that have never applied. */
void report_unused_rules(struct tracer *tracer) {
	for (size_t i = 0; i < tracer->rule_count; i++)
		if (!tracer->rules_reported && !tracer->rules[i].applied)
			warnx("-d %s: never applied", tracer->rules[i].text);
	tracer->rules_reported = true;
}
