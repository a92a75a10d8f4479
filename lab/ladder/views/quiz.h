/*
 * quiz.h - a quiz: what is shown of a timeline, and questions about it
 *
 * scene.c     what is shown, line by line, and what can be seen in it
 * rules.c     rules that find an answer in what is shown: only where one does,
 * a question is asked, and the rule is its explanation questions.c chooses
 * among these, and puts them into words answers.c   whether an answer is right
 * quiz.c      asks at the terminal, or prints a worksheet
 *
 * A question knows nothing of who asks it: a page can ask it, too.
 */
#ifndef QUIZ_H
#define QUIZ_H

#include "views.h"

#define NONE SIZE_MAX

/* ---- what is shown ------------------------------------------------------- */

/* The state of one end, before and after a segment. */
struct change {
	enum state from, to;
	size_t since; /* the line that had led to `from`; or NONE */
};

/* What the lines above show of one end of a connection. */
struct known {
	int64_t sent, heard, acked;    /* the next number that it sends, that it
					  awaits, that the other awaits; -1 */
	size_t by, heard_by, acked_by; /* the line that shows it, or NONE */
	size_t missing; /* the lost line that begins at `heard`, or NONE */
	size_t call;	/* its last one on this connection, or NONE */
	size_t ending;	/* its first one that ends its direction, or NONE */
	int64_t asked;	/* the number behind all that send() got; -1 */
	bool finished;	/* its FIN has been sent */
};

/* A segment, where it left, or a call. */
struct line {
	const struct event *event;
	struct known known[2]; /* before it, of the client and the server */
	struct change change[2];
	/* or NONE: */
	size_t call;	 /* that sent it */
	size_t answer;	 /* the first that acknowledges just up to its end */
	size_t next_own; /* the next segment of the same host */
};

struct scene {
	struct line *at;
	size_t count, room;
	bool logged[2];	   /* the host's calls are known */
	size_t listens[2]; /* the line of the call, or NONE */
	bool several;	   /* connections */
};

struct scene *new_scene(const struct timeline *t, const struct options *o);
void free_scene(struct scene *s);
bool is_of_tcp(const struct event *e);
bool is_new(const struct event *e);
void append_segment(
	char **text, const struct scene *s, size_t i, unsigned hidden);

/* ---- what is asked ------------------------------------------------------- */

enum asked { WHO, FLAGS, SEQ, ACKED, LEN, ORDER, STATE, CALLED, NEXT, TOPICS };

struct question {
	enum asked asked;
	size_t line;	     /* the segment that it is about */
	enum host whose;     /* the state */
	size_t hides, count; /* so many lines from there are hidden, at least
				in part, until it is answered */
	size_t uses[4];	     /* lines that show the answer */
	int use_count;
	size_t when; /* 2n: before line n is shown, 2n + 1: after it */
	char *prompt, *key, *why;
	const char *choices; /* "client|server"; NULL: anything can be typed */
};

struct questions {
	struct question *at;
	size_t count, room;
};

/* What a rule has found. */
struct finding {
	size_t line; /* what is hidden */
	size_t count;
	bool before;	/* it is asked before the line is shown */
	size_t after;	/* the last line that has to be shown */
	size_t uses[4]; /* lines that must not be hidden then */
	int use_count;
	bool wanted; /* the explanation, too */
	char *why;
};

/* Whether the answer to q (its `asked`, `line` and `whose` are given) can be
 * seen; then q->when is set. */
bool find_answer(const struct scene *s, struct question *q, struct finding *f);
int level_of(enum asked asked);
const char *call_name(const struct scene *s, size_t i, char name[CALL_TEXT]);
enum { IN_ORDER = 5 }; /* segments at most; 3 at least */
int find_chain(const struct scene *s, size_t i, size_t chain[IN_ORDER]);

/* In the order in which they are to be asked. */
struct questions choose_questions(
	const struct scene *s, int level, int seed, size_t most);
void free_questions(struct questions *q);

/* remark: what of a wrong answer is right, or NULL. */
bool is_right(const struct question *q, const char *given, char **remark);
bool is_blank(const char *given);

#endif
