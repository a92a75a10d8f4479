/*
 * picture.h - a ladder as a picture: its data, and the files that draw it
 *
 *     moments.c   the timeline -> what each host did, one moment after another:
 *                 arrows, calls, states
 *     layout.c    how far down each moment is, and where the arrows run
 *     labels.c    where the arrows' labels stand, none on top of another
 *     draw.c      all of this as shapes (shapes.c), with a ruler of times
 *                 (ruler.c), and for a phone with notes beneath (phone.c)
 *     svg.c       in views/: the shapes as a picture, wide, narrow, or a slide
 *     style.c     the picture's colours and fonts
 *
 * Lengths are in pixels, x to the right and y down. The client's line is at
 * x = 0, the server's line at x = channel. A long pause is drawn short: it is
 * folded. A part of the picture is outside if it is not between the two lines.
 */
#ifndef PICTURE_H
#define PICTURE_H

#include "../views/fold.h"
#include "../views/wording.h"

enum {
	ROW = 18,    /* the least height between two moments of a host */
	NOTE = 15,   /* the height of a line of notes */
	AROUND = 9,  /* the space above and beneath a fold */
	EDGE = 10,   /* the free space at the left and right */
	OUTER = 224, /* the greatest width of a column beside a host's line */
	LANES = 4    /* how many states, or calls, can stand side by side */
};
#define LETTER	     7.83 /* a letter's width, at 13 px: labels, calls */
#define SMALL_LETTER 7.23 /* the same, at 12 px: states, notes */
#define SLACK	     4	  /* a browser may draw a text wider by this */

struct point {
	double x, y;
};

/* A moment: something happens at a host, such as a call or an arrival. */
struct moment {
	nanoseconds time;
	size_t order;	/* of moments at the same time, the lower comes first */
	enum host host; /* BOTH: a moment of both hosts */
	enum {
		CALLED,
		RETURNED,
		LEFT_HERE,
		CAME_HERE,
		AT_ONCE,     /* a segment, with one time for both hosts */
		NEVER_SEEN,  /* this host did not record the segment */
		ON_THE_WIRE, /* a fault of the cable that no note mentions */
		ONE_ROW	     /* a return, shown in the row of its entry */
	} kind;
	const struct event *event;
	size_t part;  /* the index of the moment's arrow or bar */
	bool folded;  /* the pause before the moment is drawn short */
	double below; /* the height that the moment needs beyond a row */
	double y;
};

struct bar { /* a call, from its entry to its return */
	enum host host;
	const struct event *entry;
	struct moment *from, *to; /* to: NULL if the return is not drawn */
	int lane;
	bool in_one_line;
	const struct call *call; /* has a result if the call has returned */
	bool apart;	     /* other calls stand between entry and result */
	unsigned long times; /* how many equal calls the bar shows; 0: one */
	bool others;	     /* these calls are not all on one descriptor */
	int mark;	     /* the number (1) to (3) beside the call, or 0 */
};

struct chip { /* a state, in a small box where the state is entered */
	enum host host;
	struct moment *at, *until; /* until: NULL if it lasts to the end */
	const struct connection *connection; /* NULL: a socket without one */
	enum state state;
	bool seen;    /* the kernel reported the state; else inferred */
	bool goes_on; /* the same state as before, now reported by the kernel */
	int lane;
	bool spans; /* the state is drawn along the host's line, too */
};

struct box {			/* a rectangle, which may be turned */
	struct point at, along; /* middle; direction, a vector of length 1 */
	double half_width, half_height;
};

/* A line of an arrow's label, or of the notes beneath the arrow. */
struct line_of_text {
	char *text;
	struct box box;
	bool placed;
	bool outside; /* no room at the arrow: it stands beside a host's line */
};

enum { MOST_POINTS = 8, MOST_LINES = 12 };

struct arrow {
	const struct event *event;
	struct moment *from, *to;
	/* the index of this arrow; AGAIN: of the arrow that arrived first */
	size_t original;
	enum { ARRIVES, LOST, AGAIN, UNSEEN } how;
	int count; /* number of points; 2, unless it goes through folds */
	struct point point[MOST_POINTS];
	bool broken[MOST_POINTS]; /* the piece from this point on is broken */
	int base;		  /* the piece along which labels lie */
	struct box cross, word;	  /* LOST: the cross, and the word "lost" */
	bool crossed;		  /* cross and word have been placed */
	double extra; /* the height that cross and word need beyond a row */
	struct line_of_text line[MOST_LINES]; /* the label, then the notes */
	int lines;
	int mark; /* the number (1) to (3) before the label, or 0 */
};

/* The picture of a pair of hosts. */
struct picture {
	const struct timeline *t;
	const struct options *o;
	int pair;      /* the number of the pair, from 1 */
	bool numbered; /* each label ends with the connection's ports */
	/* zero: the time that the ruler shows as 0; flight: the usual one-way
	 * delay from each host; unit: the delay that sets the scale */
	nanoseconds zero, flight[2], unit;
	double scale; /* px for each nanosecond */

	struct moment *moments;
	size_t count, room;
	struct arrow *arrows;
	size_t arrow_count, arrow_room;
	struct bar *bars;
	size_t bar_count, bar_room;
	struct chip *chips;
	size_t chip_count, chip_room;
	bool hidden;   /* there were more connections at once than LANES */
	int not_drawn; /* how many calls beyond MOST_CALLS are not drawn */
	int lanes[2], bar_lanes[2]; /* how many lanes states and calls use */

	/* channel: the distance between the hosts' lines; outer: the widths of
	 * the columns outside */
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

/* Returns the direction away from the other host: -1 left, 1 right. */
static inline int out_of(enum host h) {
	return h == CLIENT ? -1 : 1;
}

static inline double line_of(const struct picture *p, enum host h) {
	return h == CLIENT ? 0 : p->channel;
}

/* Returns how far from a host's line the bars of calls begin. */
static inline double bars_at(const struct picture *p, enum host h) {
	return 10 * (p->lanes[h] > 1 ? p->lanes[h] - 1 : 0) + 8;
}

/* Returns how far from a host's line the texts begin. */
static inline double beside(const struct picture *p, enum host h) {
	if (is_narrow(p)) return bars_at(p, h);
	return bars_at(p, h) + 8 * p->bar_lanes[h] + 4;
}

static inline double ruler_width(const struct picture *p) {
	return is_narrow(p) ? 42 : 62;
}

/* Returns x of the ruler's right edge. */
static inline double ruler_x(const struct picture *p) {
	return -p->outer[CLIENT] - (is_narrow(p) ? 6 : EDGE);
}

static inline bool has_result(const struct bar *b) {
	return b->call->result.size && !b->call->entry;
}

static inline const struct moment *end_of_bar(const struct bar *b) {
	return b->to ? b->to : b->from;
}

/* Shapes stand in layers; the first layer is the rearmost. Each shape has its
 * top and bottom, so that a picture can be cut into pieces. */
enum layer { BACK, LIVES, ARROWS, TEXTS, LAYERS };

struct shape {
	enum layer layer;
	size_t from, to; /* the shape's bytes in the layer's text */
	double top, bottom;
};

/* The signs that a legend explains. */
enum sign {
	FOLDS,
	STRETCHES,
	FROM_CLIENT,
	FROM_SERVER,
	LOSSES,
	REPEATS,
	UNSEENS,
	CALLS,
	REPORTED_STATES,
	INFERRED_STATES,
	MARKS,
	SIGNS
};

struct drawing {
	const struct options *o;
	FILE *layer[LAYERS];
	char *text[LAYERS];
	/* begun: where the unfinished shape of each layer begins */
	size_t size[LAYERS], begun[LAYERS];
	struct shape *shapes;
	size_t count, room;
	double left, right, bottom; /* the drawing's edges */
	bool seen[SIGNS];	    /* the signs that a legend must explain */
	double emphasis[2];	    /* top and bottom of what is marked */
};

FILE *open_text(char **text, size_t *size); /* a file in memory */
void begin_drawing(struct drawing *d, const struct options *o);
void end_drawing(struct drawing *d);
void free_drawing(struct drawing *d);
/* Makes a shape of all that was put into this layer since the last shape. */
void end_shape(struct drawing *d, enum layer l, double top, double bottom);

const char *px(double length); /* as text, rounded to a tenth */
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
const char *chip_text(const struct chip *k, char text[32]);
bool is_named(const struct chip *k, const struct moment *m, enum host h);

extern const char *const picture_style[]; /* ends with NULL */

void gather(struct picture *p, const struct event *until);
void lay_out(struct picture *p);
void write_labels(struct picture *p);
bool place_labels(struct picture *p);
/* row_of() returns the end of an arrow in whose row the labels outside stand;
 * side_of() returns the host of this end. */
struct moment *row_of(const struct arrow *a);
enum host side_of(const struct arrow *a);
double mark_width(const struct arrow *a);
/* Returns how many bytes of `part`, the rest of a label outside, are its next
 * line. */
size_t fitting(
	const struct picture *p, const struct arrow *a, const char *part);
/* Whether the host enters a state at this moment. */
bool is_news(const struct picture *p, const struct moment *m, enum host h);
void free_picture(struct picture *p);

#endif
