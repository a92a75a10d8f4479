/*
 * views.h - the views of a timeline, for people and for scripts: one file each
 *
 * A view reads the timeline, which is const, and shares no data with other
 * views. So its output does not depend on what was drawn before.
 */
#ifndef VIEWS_H
#define VIEWS_H

#include "wording.h"

/* VIEW(the name of a view's function and option, whether the option has an
 * argument, the option's text in -h). A new view needs only a row here and a
 * file of its own. */
#define VIEW_TABLE(VIEW) \
	VIEW(list, no_argument, \
		"  --list           the connections, a line each\n") \
	VIEW(events, no_argument, \
		"  --events         a line for each event, in columns separated by tabs\n") \
	VIEW(json, no_argument, \
		"  --json           the same as JSON, an object on each line, with more fields\n") \
	VIEW(packet, required_argument, \
		"  --packet N       segment N (or all), as the pictures number them: its headers,\n" \
		"                   field by field: bits, bytes, value and meaning\n") \
	VIEW(mermaid, no_argument, \
		"  --mermaid        a Mermaid sequence diagram\n") \
	VIEW(svg, no_argument, \
		"  --svg            a picture: one file that needs no other file. If there are more\n" \
		"                   than 400 segments it shows the first 400, and says so\n" \
		"  --svg --narrow   for a phone, 380 px: calls are letters, explained beneath\n" \
		"  --svg --slide    for a projector, 16:9: what the demo is about, large\n" \
		"  --svg --embedded for an HTML page, which has the style and the legend\n") \
	VIEW(segments, no_argument, \
		"  --segments       the segments in the form in which a recipe promises them\n" \
		"  --promise FILE   with --segments: also the calls that FILE names\n" \
		"  --expected FILE  with --promise: write what should have been seen; on lo\n" \
		"                   (--loopback) ACKs may be missing\n") \
	VIEW(quiz, required_argument, \
		"  --quiz LEVEL     questions, 1 to 3: see scripts/quiz -h\n" \
		"  --seed N         with --quiz: which questions (0)\n" \
		"  --questions N    with --quiz: how many (10)\n" \
		"  --paper          with --quiz: a worksheet and its key\n") \
	VIEW(expect, required_argument, \
		"  --expect WORDS   verdicts on its first connection, or the --connection:\n" \
		"                   see scripts/expect -h\n" \
		"  --tap, --junit   with --expect: in these forms\n")

#define AS_ENUM(name, argument, help) VIEW_##name,
enum view { VIEW_text, VIEW_TABLE(AS_ENUM) VIEWS };
#undef AS_ENUM

/* Each view returns NULL; or, if something is wrong with what it shows, the
 * reason, for stderr ("" if the view has printed the reason itself). The caller
 * frees the reason. */
#define AS_FUNCTION(name, argument, help) \
	char *view_##name(const struct timeline *t, const struct options *o);
char *view_text(const struct timeline *t, const struct options *o);
VIEW_TABLE(AS_FUNCTION)
#undef AS_FUNCTION

/* Prints a legend of all signs that pictures use. */
void view_legend(const struct options *o);

/* Reads the argument of --expect, for view_expect(). Returns an error message,
 * or NULL. */
char *read_expectations(const char *text, struct expectation **to);
void free_expectations(struct expectation *x);

/* The diagram of the states, with the demos that take each edge: one diagram of
 * many timelines. A demo's name must stay valid until the diagram is drawn. */
struct diagram *new_diagram(void);
void take_edges(struct diagram *d, const struct timeline *t, const char *name);
void miss_demo(struct diagram *d, const char *name); /* a demo not recorded */
void free_diagram(struct diagram *d);
void put_diagram(const struct diagram *d, bool picture);

/* The ladder as text, printed row by row while the segments are captured. */
struct text;
struct text *begin_live_text(const struct timeline *t, const struct options *o);
void put_live_row(struct text *x, const struct row *r);

#endif
