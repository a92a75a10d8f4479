/*
 * options.h - what the command line asks for
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "views/views.h"

/* LADDER is the text; the others are named by an option. */
enum view {
	LADDER,
	EVENTS,
	EXPECT,
	JSON,
	LEGEND,
	LIST,
	LIVE,
	MERMAID,
	PACKET,
	QUIZ,
	SEGMENTS,
	SVG,
	VIEWS
};

/* Exits with 2 where they are wrong, and after -h; optind is behind them. */
enum view take_options(int argc, char *argv[], struct options *o);

#endif
