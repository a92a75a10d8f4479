/*
 * options.c - reads the command line, and finds out what the terminal can show
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../common.h"
#include "../messages.h"
#include "options.h"

static const char usage[] =
	"usage: ladder [OPTION]... DIR [FILTER]\n"
	"       ladder [OPTION]... FILE.pcap [FILE.pcap] [FILTER]\n"
	"Draws what was recorded. Time runs downwards; calls are on the outside, states\n"
	"beside them, segments in the middle.\n"
	"DIR: a folder that a demo, record or watch has made: captures and logs of calls.\n"
	"FILE.pcap: a capture: pcap, pcapng, either compressed by gzip, or any other that\n"
	"tcpdump reads; - is stdin. Two are of the same connections, one taken at each\n"
	"end; their clocks may differ.\n"
	"FILTER: see pcap-filter(7), for example: port 9000. tcpdump applies it.\n"
	"  --absolute       sequence numbers as they were sent (from 0)\n"
	"  --all            every segment and call (without it, bulk data and equal calls\n"
	"                   are one row each, and some calls are left out: lab/README.md)\n"
	"  --brief          the marked rows of a demo, and two rows before and after each;\n"
	"                   without marks, all but the calls that prepare a socket\n"
	"  --clock          the time of day (ms since the client began; then m:ss.s,\n"
	"                   h:mm:ss, days)\n"
	"  --connection N   only connection N, as --list numbers them\n"
	"  --details        round-trip times, windows, SYN's options, first lines\n"
	"  --frames         each segment's frame number in its capture\n"
	"  --from MS, --to MS  only what was sent in this time, since the client began\n"
	"  -h, --help       print this\n"
	"  --step           a row after each Enter; q and Enter draws the rest\n"
	"  --width COLUMNS  60 to 1000 (the terminal's, or 60; without one, 120)\n"
	"Instead of the ladder as text:\n";

static const char usage_end[] =
	"  --states [--svg] of DIRs: which demo takes which edge of RFC 9293, figure 5\n"
	"  --legend         what the signs in pictures mean, as a picture\n"
	"  --live           DIR is growing: draw it row by row, until SIGINT or SIGTERM\n"
	"A state in parentheses is inferred from the segments (RFC 9293), any other was\n"
	"reported by the kernel. Colour is for terminals only, ASCII for locales without\n"
	"UTF-8. Bytes that are not printable ASCII are shown as \"?\". Datagrams to port 9\n"
	"(discard) are left out, because the recorder sends some itself.\n"
	"Exit status: 0 drawn; 1 a file, or a part of it, cannot be read, there is\n"
	"nothing to draw, or a verdict is NOT; 2 usage.\n";

static void put_usage(void) {
	fputs(usage, stdout);
#define AS_HELP(name, argument, help) fputs(help, stdout);
	VIEW_TABLE(AS_HELP)
#undef AS_HELP
	fputs(usage_end, stdout);
}

/* The options that choose neither a view nor another request (options.h) */
enum {
	ABSOLUTE = REQUESTS,
	ALL,
	BRIEFLY,
	CLOCK,
	CONNECTION,
	DETAILS,
	EMBEDDED,
	EXPECTED,
	FRAMES,
	FROM,
	JUNIT_FORM,
	LOOPBACK,
	NARROWLY,
	PAPER,
	PROMISE,
	QUESTIONS,
	SEED,
	SLIDES,
	STEPS,
	TAP_FORM,
	TO,
	WIDTH
};

#define AS_OPTION(name, argument, help) {#name, argument, NULL, VIEW_##name},
static const struct option names[] = {
	VIEW_TABLE(AS_OPTION){"absolute", no_argument, NULL, ABSOLUTE},
	{"all", no_argument, NULL, ALL}, {"brief", no_argument, NULL, BRIEFLY},
	{"clock", no_argument, NULL, CLOCK},
	{"connection", required_argument, NULL, CONNECTION},
	{"details", no_argument, NULL, DETAILS},
	{"embedded", no_argument, NULL, EMBEDDED},
	{"expected", required_argument, NULL, EXPECTED},
	{"frames", no_argument, NULL, FRAMES},
	{"from", required_argument, NULL, FROM},
	{"help", no_argument, NULL, 'h'},
	{"junit", no_argument, NULL, JUNIT_FORM},
	{"legend", no_argument, NULL, LEGEND},
	{"live", no_argument, NULL, LIVE},
	{"loopback", no_argument, NULL, LOOPBACK},
	{"narrow", no_argument, NULL, NARROWLY},
	{"paper", no_argument, NULL, PAPER},
	{"promise", required_argument, NULL, PROMISE},
	{"questions", required_argument, NULL, QUESTIONS},
	{"seed", required_argument, NULL, SEED},
	{"slide", no_argument, NULL, SLIDES},
	{"states", no_argument, NULL, STATES_DIAGRAM},
	{"step", no_argument, NULL, STEPS},
	{"tap", no_argument, NULL, TAP_FORM},
	{"to", required_argument, NULL, TO},
	{"width", required_argument, NULL, WIDTH}, {NULL, 0, NULL, 0}};
#undef AS_OPTION

static nanoseconds ms(const char *what, const char *text) {
	return (nanoseconds)(decimal(what, text, 0, 1e12) * 1e6);
}

/* Returns the terminal's width, but at least 60 and at most 1000 columns.
 * Returns 120 if the width is not known. */
static int terminal_width(void) {
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_col == 0)
		return 120;
	return size.ws_col < 60 ? 60 : size.ws_col > 1000 ? 1000 : size.ws_col;
}

static bool has_colours(void) {
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && (!no_colour || !*no_colour) && term &&
	       *term && strcmp(term, "dumb") != 0;
}

static bool is_utf8(void) {
	static const char *const names_of[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (int i = 0; i < 3; i++) {
		const char *value = getenv(names_of[i]);

		if (value && *value)
			return strcasestr(value, "utf-8") ||
			       strcasestr(value, "utf8");
	}
	return false;
}

static void misused(const char *what) {
	errx(2, "%s (-h for help)", what);
}

/* Exits if an option was given without the view that it belongs to. */
static void check_options(const struct options *o, int view) {
	if ((o->embedded || o->form != WIDE) && view != VIEW_svg &&
		view != LEGEND)
		misused("--embedded, --narrow and --slide go with --svg");
	if (o->report && view != VIEW_expect)
		misused("--tap and --junit go with --expect");
	if (o->paper && view != VIEW_quiz) misused("--paper goes with --quiz");
	if (o->step && view != VIEW_text)
		misused("--step goes with the ladder as text");
}

static void take_expectations(struct options *o, const char *text) {
	char *wrong = read_expectations(text, &o->expect);

	if (wrong) misused(wrong);
}

/* Stores in *o an option that has an argument. */
static void take_argument(struct options *o, int name, const char *argument) {
	switch (name) {
	case CONNECTION:
		o->connection = whole("--connection", argument, 1, 1000000000);
		break;
	case VIEW_expect: take_expectations(o, argument); break;
	case EXPECTED: o->expected = argument; break;
	case FROM: o->from = ms("--from", argument); break;
	case VIEW_packet:
		if (strcmp(argument, "all") != 0)
			o->packet = whole("--packet", argument, 1, 1000000000);
		break;
	case PROMISE: o->promise = argument; break;
	case QUESTIONS: o->most = whole("--questions", argument, 1, 999); break;
	case VIEW_quiz: o->level = whole("--quiz", argument, 1, 3); break;
	case SEED: o->seed = whole("--seed", argument, 0, 999999999); break;
	case TO: o->to = ms("--to", argument); break;
	case WIDTH: o->width = whole("--width", argument, 60, 1000); break;
	}
}

/* Stores in *o an option without an argument. */
static void take_switch(struct options *o, int name) {
	switch (name) {
	case ABSOLUTE: o->absolute = true; break;
	case ALL: o->all = true; break;
	case BRIEFLY: o->brief = true; break;
	case CLOCK: o->clock = true; break;
	case DETAILS: o->details = true; break;
	case EMBEDDED: o->embedded = true; break;
	case FRAMES: o->frames = true; break;
	case JUNIT_FORM:
	case TAP_FORM:
		if (o->report) misused("choose one form, --tap or --junit");
		o->report = name == TAP_FORM ? TAP : JUNIT;
		break;
	case LOOPBACK: o->loopback = true; break;
	case NARROWLY: o->form = NARROW; break;
	case PAPER: o->paper = true; break;
	case STEPS: o->step = true; break;
	case SLIDES: o->form = SLIDE; break;
	}
}

int take_options(int argc, char *argv[], struct options *o) {
	bool states = false;
	int view = VIEW_text;

	*o = (struct options){.from = NEVER,
		.to = NEVER,
		.most = 10,
		.width = terminal_width(),
		.utf8 = is_utf8(),
		.colour = has_colours()};
	for (int c; (c = getopt_long(argc, argv, "+h", names, NULL)) != -1;) {
		if (c == 'h') {
			put_usage();
			exit(fflush(stdout) || ferror(stdout));
		}
		if (c == '?') exit(2);
		states |= c == STATES_DIAGRAM;
		o->picture |= c == VIEW_svg;
		if (c < VIEWS && view < VIEWS && view != VIEW_text && c != view)
			misused("choose one form, --svg or --json for example");
		if (c < REQUESTS) view = c;
		if (optarg)
			take_argument(o, c, optarg);
		else
			take_switch(o, c);
	}
	check_options(o, view);
	if (view != LEGEND && !argv[optind])
		misused("neither DIR nor FILE is given");
	return states ? STATES_DIAGRAM : view;
}
