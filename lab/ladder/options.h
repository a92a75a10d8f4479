/*
 * options.h - reads the command line
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "views/views.h"

/* What can be requested instead of a view of one timeline: --legend, --live,
 * --states */
enum { LEGEND = VIEWS, LIVE, STATES_DIAGRAM, REQUESTS };

/* Reads the options into *o. Exits with status 2 if an option is wrong. Prints
 * the usage and exits if there is -h. Returns the number of the view, or one of
 * the requests above. optind is then the index of the first argument after the
 * options. */
int take_options(int argc, char *argv[], struct options *o);

#endif
