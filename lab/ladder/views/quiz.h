/*
 * quiz.h - a quiz: what is shown of a timeline, and questions about it
 *
 *     scene.c      what is shown, line by line, and what is known at each line
 *     rules.c      finds an answer in what is shown, and explains it; without
 *                  such an answer, a question is not asked
 *     questions.c  chooses among these questions, and puts them into words
 *     answers.c    checks whether an answer is right
 *     quiz.c       asks at the terminal, or prints a worksheet
 *
 * A question does not depend on quiz.c: a web page could ask it, too.
 */
#ifndef QUIZ_H
#define QUIZ_H

#include "views.h"

#define NONE SIZE_MAX /* no line */

/* ---- what is shown ------------------------------------------------------- */

/* The state of one end, before and after a segment. */
struct change {
	enum state from, to;
	size_t since; /* the line at which the end entered `from`, or NONE */
};

/* What the lines above show about one end of a connection. If it is not known,
 * a line is NONE, and sent, heard and asked are -1. */
struct known {
	/* sent: the next sequence number that this end will send; heard: the
	 * next number that this end expects; acked: the next number of this end
	 * that the other end expects */
	int64_t sent, heard, acked;
	size_t by, heard_by, acked_by; /* the lines that show these numbers */
	size_t missing; /* the line of a lost segment that begins at `heard` */
	size_t call;	/* the line of this end's last call */
	size_t ending;	/* the line of its first call that ends its direction */
	int64_t asked;	/* the number after the last byte passed to send() */
	bool finished;	/* this end has sent FIN */
};

/* A line of a scene. It shows a call, or a segment; a segment stands where it
 * left its sender. */
struct line {
	const struct event *event;
	struct known known[2]; /* before this line, of client and server */
	struct change change[2];
	/* other lines, or NONE: */
	size_t call;	 /* the call that sent this segment */
	size_t answer;	 /* the first segment whose ack is this segment's end */
	size_t next_own; /* the next segment of the same host */
};

/* A scene: what a quiz shows of a timeline, line by line. */
struct scene {
	struct line *at;
	size_t count, room;
	bool logged[2];	   /* calls of this host were recorded */
	size_t listens[2]; /* the line of the host's listen(), or NONE */
	bool several;	   /* there is more than one connection */
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
	size_t line;	     /* the line of the segment that it is about */
	enum host whose;     /* of STATE: the end whose state is asked for */
	size_t hides, count; /* from line `hides` on, `count` lines are hidden,
				at least in part, until the answer is given */
	size_t uses[4];	     /* lines that show the answer */
	int use_count;
	/* 2n: asked just before line n is shown; 2n + 1: just after it */
	size_t when;
	char *prompt, *key, *why; /* the question, its answer and the reason */
	const char *choices; /* "client|server"; NULL: anything can be typed */
};

struct questions {
	struct question *at;
	size_t count, room;
};

/* What a rule has found: the answer to a question, and how to ask it. */
struct finding {
	size_t line;	/* the first line that the question hides */
	size_t count;	/* how many lines the question hides */
	bool before;	/* the question comes before this line is shown */
	size_t after;	/* else it comes when this line has been shown */
	size_t uses[4]; /* lines that must not be hidden at that time */
	int use_count;
	bool wanted; /* the caller wants the explanation, `why`, too */
	char *why;
};

/* Whether the answer to q can be found in what is shown. The caller has set
 * `asked`, `line` and `whose` of q; this function sets `when`. */
bool find_answer(const struct scene *s, struct question *q, struct finding *f);
int level_of(enum asked asked);
const char *call_name(const struct scene *s, size_t i, char name[CALL_TEXT]);
enum { IN_ORDER = 5 }; /* a question about order has 3 to 5 segments */
int find_chain(const struct scene *s, size_t i, size_t chain[IN_ORDER]);

/* Returns the questions in the order in which they are to be asked. */
struct questions choose_questions(
	const struct scene *s, int level, int seed, size_t most);
void free_questions(struct questions *q);

/* Whether the given answer is right. If only parts of it are, *remark lists
 * them; otherwise *remark is NULL. */
bool is_right(const struct question *q, const char *given, char **remark);
bool is_blank(const char *given);

#endif
