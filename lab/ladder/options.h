/*
 * options.h - what the command line asks for
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "views/views.h"

/* What is no view of one timeline. */
enum { LEGEND = VIEWS, LIVE, STATES_DIAGRAM, REQUESTS };

/* Exits with 2 where they are wrong, and after -h; optind is behind them.
 * Returns what is to be shown: a view, or one of these. */
int take_options(int argc, char *argv[], struct options *o);

#endif
