/*
 * options.c - what is asked for, and what the terminal can show
 */
#define _GNU_SOURCE
#include <err.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "options.h"

static const char usage[] =
	"usage: ladder [OPTION]... DIR [FILTER]\n"
	"       ladder [OPTION]... FILE.pcap [FILE.pcap] [FILTER]\n"
	"Draws what was recorded: time runs downwards; calls stand outside, states\n"
	"between, segments in the middle.\n"
	"DIR: what a demo, record or watch has made: captures and logs of calls.\n"
	"FILE.pcap: any capture that tcpdump reads, - is stdin; two are of the same\n"
	"conversations, one taken at either end, whatever their clocks say.\n"
	"FILTER: see pcap-filter(7), say: port 9000.\n"
	"  --absolute       sequence numbers as they were sent (from 0)\n"
	"  --all            each segment (bulk transfers are told in a line)\n"
	"  --clock          the time of day (ms since the client began; then m:ss.s,\n"
	"                   h:mm:ss, days)\n"
	"  --connection N   only this one of --list\n"
	"  --details        round-trip times, windows, SYN's options, first lines\n"
	"  --frames         each segment's frame number in its capture\n"
	"  --from MS, --to MS  only what was sent then, after the client began\n"
	"  -h, --help       print this\n"
	"  --width COLUMNS  60 to 1000 (the terminal's, or 60; without one, 120)\n"
	"Instead of the ladder as text:\n"
	"  --list           the connections, a line each\n"
	"  --events         what happened, an event a line, in columns between tabs\n"
	"  --json           the same as JSON, an object a line, with all that is known\n"
	"  --packet N       segment N (or all), as the pictures number them: its headers,\n"
	"                   field by field: bits, bytes, value and meaning\n"
	"  --mermaid        a Mermaid sequence diagram\n"
	"  --svg            a picture: one file, which loads nothing. Of more than 400\n"
	"                   segments it has the first 400, and says so\n"
	"  --svg --narrow   for a phone, 380 px: calls are told beneath\n"
	"  --svg --slide    for a projector, 16:9: what the demo is about, large\n"
	"  --svg --embedded as a page wants it: in pieces, without style and legend\n"
	"  --states [--svg] of several DIRs: who takes which edge of RFC 9293's figure 5\n"
	"  --legend         what the signs in pictures mean, as a picture\n"
	"  --segments       the segments in the form in which a recipe promises them\n"
	"  --promise FILE   with --segments: and those calls that FILE names\n"
	"  --expected FILE  with --promise: write what should have been seen; on lo\n"
	"                   (--loopback) ACKs may be missing\n"
	"  --quiz LEVEL     questions, 1 to 3: see scripts/quiz -h\n"
	"  --seed N, --questions N, --paper  with --quiz: which (0), how many (10); a\n"
	"                   worksheet and its key\n"
	"  --expect WORDS   verdicts on its first TCP connection, or the --connection:\n"
	"                   see scripts/expect -h\n"
	"  --tap, --junit   with --expect: in these forms\n"
	"  --live           DIR is growing: draw it row by row, until SIGINT or SIGTERM\n"
	"A state in parentheses is inferred from the segments (RFC 9293), any other was\n"
	"told by the kernel. Colour is for terminals only, and ASCII for locales without\n"
	"UTF-8. What is not printable ASCII is shown as \"?\". Datagrams to port 9\n"
	"(discard) are left out: the recorder's own are such.\n"
	"Exit status: 0 drawn; 1 it cannot be read, or is not as expected; 2 usage.\n";

/* A view is an option, and these are the others. */
enum {
	ABSOLUTE = VIEWS,
	ALL,
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
	STATE_DIAGRAM,
	TAP_FORM,
	TO,
	WIDTH
};

static const struct option names[] = {{"absolute", 0, NULL, ABSOLUTE},
	{"all", 0, NULL, ALL}, {"clock", 0, NULL, CLOCK},
	{"connection", 1, NULL, CONNECTION}, {"details", 0, NULL, DETAILS},
	{"embedded", 0, NULL, EMBEDDED}, {"events", 0, NULL, EVENTS},
	{"expect", 1, NULL, EXPECT}, {"expected", 1, NULL, EXPECTED},
	{"frames", 0, NULL, FRAMES}, {"from", 1, NULL, FROM},
	{"help", 0, NULL, 'h'}, {"json", 0, NULL, JSON},
	{"junit", 0, NULL, JUNIT_FORM}, {"legend", 0, NULL, LEGEND},
	{"list", 0, NULL, LIST}, {"live", 0, NULL, LIVE},
	{"loopback", 0, NULL, LOOPBACK}, {"mermaid", 0, NULL, MERMAID},
	{"narrow", 0, NULL, NARROWLY}, {"packet", 1, NULL, PACKET},
	{"paper", 0, NULL, PAPER}, {"promise", 1, NULL, PROMISE},
	{"questions", 1, NULL, QUESTIONS}, {"quiz", 1, NULL, QUIZ},
	{"seed", 1, NULL, SEED}, {"segments", 0, NULL, SEGMENTS},
	{"slide", 0, NULL, SLIDES}, {"states", 0, NULL, STATE_DIAGRAM},
	{"svg", 0, NULL, SVG}, {"tap", 0, NULL, TAP_FORM}, {"to", 1, NULL, TO},
	{"width", 1, NULL, WIDTH}, {NULL, 0, NULL, 0}};

static double number(
	const char *what, const char *text, double least, double most) {
	char *end;
	const double n = strtod(text, &end);

	if (!*text || *end || text[strspn(text, "0123456789.")] || n < least ||
		n > most)
		errx(2, "--%s: '%s' is not a number from %.0f to %.0f (-h for help)",
			what, text, least, most);
	return n;
}

static int whole(
	const char *what, const char *text, double least, double most) {
	const double n = number(what, text, least, most);

	if (strchr(text, '.'))
		errx(2, "--%s: '%s' is not a whole number (-h for help)", what,
			text);
	return (int)n;
}

static nanoseconds ms(const char *what, const char *text) {
	return (nanoseconds)(number(what, text, 0, 1e12) * 1e6);
}

/* A terminal may not know how wide it is. */
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

/* What goes with one view only. */
static void check_options(const struct options *o, enum view view) {
	if ((o->embedded || o->form != WIDE) && view != SVG && view != LEGEND)
		misused("--embedded, --narrow and --slide go with --svg");
	if (o->report && view != EXPECT)
		misused("--tap and --junit go with --expect");
	if (o->paper && view != QUIZ) misused("--paper goes with --quiz");
}

/* An option with an argument. */
static void take_argument(struct options *o, int name, const char *argument) {
	switch (name) {
	case CONNECTION:
		o->connection = whole("connection", argument, 1, 1e9);
		break;
	case EXPECT: o->expect = argument; break;
	case EXPECTED: o->expected = argument; break;
	case FROM: o->from = ms("from", argument); break;
	case PACKET:
		if (strcmp(argument, "all") != 0)
			o->packet = whole("packet", argument, 1, 1e9);
		break;
	case PROMISE: o->promise = argument; break;
	case QUESTIONS: o->most = whole("questions", argument, 1, 999); break;
	case QUIZ: o->level = whole("quiz", argument, 1, 3); break;
	case SEED: o->seed = whole("seed", argument, 0, 999999999); break;
	case TO: o->to = ms("to", argument); break;
	case WIDTH: o->width = (int)number("width", argument, 60, 1000); break;
	}
}

/* An option that stands alone. */
static void take_switch(struct options *o, int name) {
	switch (name) {
	case ABSOLUTE: o->absolute = true; break;
	case ALL: o->all = true; break;
	case CLOCK: o->clock = true; break;
	case DETAILS: o->details = true; break;
	case EMBEDDED: o->embedded = true; break;
	case FRAMES: o->frames = true; break;
	case JUNIT_FORM: o->report = JUNIT; break;
	case LOOPBACK: o->loopback = true; break;
	case NARROWLY: o->form = NARROW; break;
	case PAPER: o->paper = true; break;
	case SLIDES: o->form = SLIDE; break;
	case STATE_DIAGRAM: o->states = true; break;
	case TAP_FORM: o->report = TAP; break;
	}
}

enum view take_options(int argc, char *argv[], struct options *o) {
	enum view view = LADDER;

	*o = (struct options){.from = NEVER,
		.to = NEVER,
		.most = 10,
		.width = terminal_width(),
		.utf8 = is_utf8(),
		.colour = has_colours()};
	for (int c; (c = getopt_long(argc, argv, "+h", names, NULL)) != -1;) {
		if (c == 'h') exit(fputs(usage, stdout) < 0 || fflush(stdout));
		if (c == '?') exit(2);
		if (c < VIEWS) view = (enum view)c;
		if (optarg)
			take_argument(o, c, optarg);
		else
			take_switch(o, c);
	}
	check_options(o, view);
	if (view != LEGEND && !argv[optind]) misused("neither DIR nor FILE");
	return view;
}
