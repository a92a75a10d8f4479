/*
 * options.h - reads the command line
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "views/views.h"

/* Requests other than a view of one timeline. */
enum { LEGEND = VIEWS, LIVE, STATES_DIAGRAM, REQUESTS };

/* Reads the options. Exits with 2 if one is wrong, and with 0 after -h. Returns
 * what to show: a view, or one of these requests. optind is then the index of
 * the first argument after the options. */
int take_options(int argc, char *argv[], struct options *o);

#endif
