/*
 * views.h - the timeline, for people and for scripts: a file each
 *
 * A view reads the timeline, which is const, and what it remembers is its own:
 * each gives the same, whatever was drawn before.
 */
#ifndef VIEWS_H
#define VIEWS_H

#include "words.h"

void view_text(const struct timeline *t, const struct options *o);
void view_events(const struct timeline *t, const struct options *o);
void view_json(const struct timeline *t, const struct options *o);
int view_segments(const struct timeline *t, const struct options *o);
int view_expect(const struct timeline *t, const struct options *o);
void view_svg(const struct timeline *t, const struct options *o);
void view_legend(const struct options *o);
void view_mermaid(const struct timeline *t, const struct options *o);
void view_list(const struct timeline *t, const struct options *o);
int view_packet(const struct timeline *t, const struct options *o);
int view_quiz(const struct timeline *t, const struct options *o);

/* Of many timelines one diagram; a name lives until it is drawn. */
struct diagram *new_diagram(void);
void take_edges(struct diagram *d, const struct timeline *t, const char *name);
void put_diagram(const struct diagram *d, bool picture);

struct text;
struct text *begin_live_text(const struct timeline *t, const struct options *o);
void put_live_row(struct text *x, const struct row *r);

#endif
