/*
 * picture.h - a ladder as a picture: what happened when, and what stands where
 *
 *     moments.c   the timeline -> what each host did, one moment after another:
 *                 arrows, calls, states
 *     layout.c    and where that is: how far down, how far apart
 *     labels.c    and the arrows' labels, so that none is on another
 *     draw.c      all of it, as shapes (shapes.c), with a ruler beside it
 *                 (ruler.c), and on a phone with notes beneath (phone.c)
 *     svg.c       and these as a picture: wide, narrow, or a slide
 *     style.c     in these colours and types
 *
 * Lengths are pixels, to the right and down; a ladder's client is at x = 0, its
 * server at x = channel.
 */
#ifndef PICTURE_H
#define PICTURE_H

#include "../views/fold.h"
#include "../views/wording.h"

enum {
	ROW = 18,   /* at least, between two moments of a host */
	NOTE = 15,  /* a line of notes */
	AROUND = 9, /* a fold, above and beneath */
	EDGE = 10,
	OUTER = 224, /* a column beside a line, at most */
	LANES = 4    /* of states, and of calls, beside a host's line */
};
#define LETTER	     7.83 /* 13 px: of labels and calls */
#define SMALL_LETTER 7.23 /* 12 px: of states and notes */
#define SLACK	     4	  /* a browser may draw a line a little wider */

struct point {
	double x, y;
};

struct moment {
	nanoseconds time;
	size_t order;
	enum host host; /* BOTH: there is one clock */
	enum {
		CALLED,
		RETURNED,
		LEFT_HERE,
		CAME_HERE,
		AT_ONCE,     /* a segment that one capture has */
		NEVER_SEEN,  /* its other end: lost, say */
		ON_THE_WIRE, /* what the cable did to no segment that is drawn
			      */
		TOLD	     /* it is part of another */
	} kind;
	const struct event *event;
	size_t part;  /* which arrow, or bar */
	bool folded;  /* before it nothing happens for long */
	double below; /* it takes so much more than a row */
	double y;
};

struct bar { /* a call, from its entry to its return */
	enum host host;
	const struct event *entry;
	struct moment *from, *to; /* NULL: it had not returned */
	int lane;
	bool in_one_line;
	const struct call *call; /* as it returned, if it has */
	bool apart;		 /* the result names the call */
	unsigned long times;	 /* of so many alike calls; 0: of one */
	int mark;
};

struct chip { /* a state, where it is entered */
	enum host host;
	struct moment *at, *until; /* NULL: to the end */
	const struct connection *connection;
	enum state state;
	bool seen;
	bool goes_on; /* the one before it, which the kernel now reports */
	int lane;
	bool spans; /* it is drawn along the line, too */
};

struct box {			/* along a direction */
	struct point at, along; /* its middle; of length 1 */
	double half_width, half_height;
};

struct line_of_text {
	char *text;
	struct box box;
	bool placed;
	bool outside; /* it has found no place between the lines */
};

enum { MOST_POINTS = 8, MOST_LINES = 12 };

struct arrow {
	const struct event *event;
	struct moment *from, *to;
	size_t original; /* of what came again */
	enum { ARRIVES, LOST, AGAIN, UNSEEN } how;
	int count; /* of its points: it is straight but for folds */
	struct point point[MOST_POINTS];
	bool broken[MOST_POINTS]; /* from here to the next point */
	int base;		  /* the labels lie along this piece */
	struct box cross, word;	  /* of LOST: where it ends, and says so */
	bool crossed;		  /* and they have their place */
	double extra;		  /* room that they need */
	struct line_of_text line[MOST_LINES]; /* its label, then notes */
	int lines;
	int mark;
};

/* What stands beside the lines of a pair of hosts. */
struct picture {
	const struct timeline *t;
	const struct options *o;
	int pair;
	bool numbered; /* labels need their connection's ports */
	nanoseconds zero, flight[2], unit;
	double scale; /* px in a nanosecond */

	struct moment *moments;
	size_t count, room;
	struct arrow *arrows;
	size_t arrow_count, arrow_room;
	struct bar *bars;
	size_t bar_count, bar_room;
	struct chip *chips;
	size_t chip_count, chip_room;
	bool hidden; /* states of more connections than LANES */
	int untold;  /* calls beyond MOST_CALLS */
	int lanes[2], bar_lanes[2];

	double channel, outer[2], top, bottom;
};

/* How much of a timeline is drawn. */
enum { MOST_SEGMENTS = 400, MOST_CALLS = 1200 };

static inline double in_ms(nanoseconds time) {
	return (double)time / (double)MS;
}

static inline bool is_of(const struct moment *m, enum host h) {
	return m->host == h || m->host == BOTH;
}

static inline bool is_narrow(const struct picture *p) {
	return p->o->form == NARROW;
}

static inline int out_of(enum host h) { /* which way is outwards */
	return h == CLIENT ? -1 : 1;
}

static inline double line_of(const struct picture *p, enum host h) {
	return h == CLIENT ? 0 : p->channel;
}

/* Where the bars of calls begin, from a host's line outwards. */
static inline double bars_at(const struct picture *p, enum host h) {
	return 10 * (p->lanes[h] > 1 ? p->lanes[h] - 1 : 0) + 8;
}

/* Where its texts begin. */
static inline double beside(const struct picture *p, enum host h) {
	if (is_narrow(p)) return bars_at(p, h);
	return bars_at(p, h) + 8 * p->bar_lanes[h] + 4;
}

static inline double ruler_width(const struct picture *p) {
	return is_narrow(p) ? 42 : 62;
}

static inline double ruler_x(const struct picture *p) { /* its right edge */
	return -p->outer[CLIENT] - (is_narrow(p) ? 6 : EDGE);
}

static inline bool has_result(const struct bar *b) {
	return b->call->result.size && !b->call->entry;
}

static inline const struct moment *end_of_bar(const struct bar *b) {
	return b->to ? b->to : b->from;
}

/* Shapes, in layers: what is behind comes first. Each is known by its heights,
 * so that a picture can be cut. */
enum layer { BACK, LIVES, ARROWS, TEXTS, LAYERS };

struct shape {
	enum layer layer;
	size_t from, to; /* of the layer's text */
	double top, bottom;
};

enum sign {
	FOLDS,
	STRETCHES,
	FROM_CLIENT,
	FROM_SERVER,
	LOSSES,
	REPEATS,
	UNSEENS,
	CALLS,
	TOLD_STATES,
	INFERRED_STATES,
	MARKS,
	SIGNS
};

struct drawing {
	const struct options *o;
	FILE *layer[LAYERS];
	char *text[LAYERS];
	size_t size[LAYERS], begun[LAYERS];
	struct shape *shapes;
	size_t count, room;
	double left, right, bottom; /* as far as it goes */
	bool seen[SIGNS];	    /* what a legend must explain */
	double emphasis[2];	    /* the heights of what is marked */
};

FILE *open_text(char **text, size_t *size); /* a file that becomes a text */
void begin_drawing(struct drawing *d, const struct options *o);
void end_drawing(struct drawing *d);
void free_drawing(struct drawing *d);
/* What was put into this layer since the last is a shape. */
void end_shape(struct drawing *d, enum layer l, double top, double bottom);

const char *px(double length); /* to a tenth */
void put_text(
	FILE *to, const char *class, double x, double y, const char *text);
void put_line(FILE *to, const char *class, double x1, double y1, double x2,
	double y2);
void put_box(
	FILE *to, const char *class, double x, double y, double w, double h);
void put_mark(FILE *to, int mark, double x, double y);
void put_tip(FILE *to, struct point at, struct point from);
void put_cross(FILE *to, struct point at);
void put_times(FILE *to, const struct event *e, nanoseconds zero, bool two);
void put_sign(FILE *to, enum sign s, double x, double y);

void draw_pair(struct drawing *d, struct picture *p);
void put_heads(FILE *to, const struct picture *p, double y);
void put_ruler(struct drawing *d, const struct picture *p);
void put_notes(struct drawing *d, const struct picture *p);
/* What is behind a call's text: ", 121 times". */
const char *times_text(const struct bar *b, char text[32]);
const char *chip_text(const struct chip *k, char text[32]);
bool is_named(const struct chip *k, const struct moment *m, enum host h);

extern const char *const picture_style[]; /* lines; then NULL */

void gather(struct picture *p, const struct event *until);
void lay_out(struct picture *p);
void write_labels(struct picture *p);
bool place_labels(struct picture *p);
struct moment *row_of(const struct arrow *a); /* of what stands outside */
enum host side_of(const struct arrow *a);     /* and at which host */
double mark_width(const struct arrow *a);
/* How much of this part of its label is a line, if it stands outside. */
size_t fitting(
	const struct picture *p, const struct arrow *a, const char *part);
bool is_news(const struct picture *p, const struct moment *m, enum host h);
void free_picture(struct picture *p);

#endif
