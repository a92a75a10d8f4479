/*
 * ladder - draws what was recorded: calls, states and segments of both ends
 *
 * See ladder.h for how the stages hand on to each other.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tell/tell.h"

#include "live.h"
#include "tell/normal.h"
#include "views/views.h"

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

enum option_name {
	ABSOLUTE = 256,
	ALL,
	CLOCK,
	CONNECTION,
	DETAILS,
	EMBEDDED,
	EVENTS,
	EXPECT,
	EXPECTED,
	FRAMES,
	FROM,
	JSON,
	JUNIT_FORM,
	LEGEND,
	LIST,
	LIVE,
	LOOPBACK,
	MERMAID,
	NARROWLY,
	PACKET,
	PAPER,
	PROMISE,
	QUESTIONS,
	QUIZ,
	SEED,
	SEGMENTS,
	SLIDES,
	STATE_DIAGRAM,
	SVG,
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

/* What a demo's folder says of its run: see scripts/demo. */
static char *told_of_run(const char *folder, const char *what) {
	char *file = NULL, *line = NULL, *told = NULL;
	const size_t n = strlen(what);
	size_t room = 0;
	FILE *run;

	append(&file, "%s/run", folder);
	run = fopen(file, "re");
	while (run && !told && getline(&line, &room, run) > 0)
		if (strncmp(line, what, n) == 0 && line[n] == ' ')
			append(&told, "%.*s", (int)strcspn(line + n + 1, "\n"),
				line + n + 1);
	if (run) fclose(run);
	free(line);
	free(file);
	return told;
}

static char *base_of(const char *path) {
	char *copy = strdup(path), *base, *name;

	while (strlen(copy) > 1 && copy[strlen(copy) - 1] == '/')
		copy[strlen(copy) - 1] = '\0';
	base = strrchr(copy, '/');
	name = strdup(base ? base + 1 : copy);
	free(copy);
	return name;
}

/* "four-way-close: A close takes four segments". */
static char *title_of(const char *path) {
	char *title = base_of(path), *about = told_of_run(path, "title");

	if (about) append(&title, ": %s", about);
	free(about);
	return title;
}

/* What a demo's promise marks. */
static void mark_all(struct timeline *t, const char *folder) {
	struct lines promise = {.count = 0};
	char *file = NULL;

	append(&file, "%s/promise", folder);
	if (read_promise(&promise, file)) mark_events(t, &promise);
	free_lines(&promise);
	free(file);
}

static bool is_folder(const char *path) {
	struct stat about;

	return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* What is no file is a filter's first word. */
static char *filter_of(char *const words[]) {
	char *filter = NULL;

	for (; *words; words++)
		append(&filter, filter ? " %s" : "%s", *words);
	return filter;
}

static void free_folder(struct folder *s) {
	for (int i = 0; i < s->capture_count; i++)
		free(s->captures[i].name);
	free(s->logs);
}

/* Each a demo's folder. */
static int draw_states(char *folders[], bool picture) {
	int count = 0;
	char **names_of;

	while (folders[count])
		count++;
	names_of = allocate((size_t)count * sizeof *names_of);
	for (int i = 0; i < count; i++) {
		struct folder s = {.name = folders[i]};
		struct timeline *t;

		look_into(&s, NULL, false);
		order_folder(&s);
		t = build_timeline(&s, true, false);
		names_of[i] = base_of(folders[i]);
		take_edges(t, names_of[i]);
		free_timeline(t);
		free_folder(&s);
	}
	put_diagram(picture);
	for (int i = 0; i < count; i++)
		free(names_of[i]);
	free(names_of);
	return fflush(stdout) || ferror(stdout);
}

static void misused(const char *what) {
	errx(2, "%s (-h for help)", what);
}

int main(int argc, char *argv[]) {
	struct options o = {.from = NEVER, .to = NEVER, .most = 10};
	struct folder s = {.name = NULL};
	char *title, *look_for = NULL, *filter = NULL;
	int view = 0, status = 0;
	struct timeline *t;
	bool named, states = false;

	o.width = terminal_width();
	o.utf8 = is_utf8();
	o.colour = has_colours();
	for (int c; (c = getopt_long(argc, argv, "+h", names, NULL)) != -1;)
		switch (c) {
		case 'h': return fputs(usage, stdout) < 0 || fflush(stdout);
		case ABSOLUTE: o.absolute = true; break;
		case ALL: o.all = true; break;
		case CLOCK: o.clock = true; break;
		case CONNECTION:
			o.connection = whole("connection", optarg, 1, 1e9);
			break;
		case DETAILS: o.details = true; break;
		case EXPECTED: o.expected = optarg; break;
		case EXPECT:
			o.expect = optarg;
			view = EXPECT;
			break;
		case TAP_FORM: o.report = TAP; break;
		case JUNIT_FORM: o.report = JUNIT; break;
		case FRAMES: o.frames = true; break;
		case FROM:
			o.from = (nanoseconds)(number("from", optarg, 0, 1e12) *
					       1e6);
			break;
		case LOOPBACK: o.loopback = true; break;
		case PACKET:
			if (strcmp(optarg, "all") != 0)
				o.packet = whole("packet", optarg, 1, 1e9);
			view = PACKET;
			break;
		case PAPER: o.paper = true; break;
		case QUESTIONS:
			o.most = whole("questions", optarg, 1, 999);
			break;
		case QUIZ:
			o.level = whole("quiz", optarg, 1, 3);
			view = QUIZ;
			break;
		case STATE_DIAGRAM: states = true; break;
		case SEED: o.seed = whole("seed", optarg, 0, 999999999); break;
		case PROMISE: o.promise = optarg; break;
		case TO:
			o.to = (nanoseconds)(number("to", optarg, 0, 1e12) *
					     1e6);
			break;
		case WIDTH:
			o.width = (int)number("width", optarg, 60, 1000);
			break;
		case EMBEDDED: o.embedded = true; break;
		case NARROWLY: o.form = NARROW; break;
		case SLIDES: o.form = SLIDE; break;
		case '?': return 2;
		default: view = c;
		}
	argv += optind;
	if ((o.embedded || o.form != WIDE) && view != SVG && view != LEGEND)
		misused("--embedded, --narrow and --slide go with --svg");
	if (o.report && view != EXPECT)
		misused("--tap and --junit go with --expect");
	if (o.paper && view != QUIZ) misused("--paper goes with --quiz");
	if (view == LEGEND) {
		view_legend(&o);
		return fflush(stdout) || ferror(stdout);
	}
	if (!*argv) misused("neither DIR nor FILE");
	if (states) return draw_states(argv, view == SVG);
	if (strcmp(*argv, "-") != 0 && access(*argv, F_OK) == -1)
		errx(1, "%s: no such file or folder", *argv);
	o.title = title = title_of(*argv);
	if (o.form == SLIDE)
		o.look_for = look_for = told_of_run(*argv, "look_for");
	named = is_folder(*argv);
	if (view == LIVE) return watch_folder(*argv, &o);
	if (named) {
		s.name = *argv;
		filter = filter_of(argv + 1);
		look_into(&s, filter, false);
		order_folder(&s);
	} else {
		const bool two = argv[1] && access(argv[1], F_OK) == 0;

		filter = filter_of(argv + 1 + two);
		for (int i = 0; i <= two; i++)
			open_capture(&s.captures[s.capture_count++], argv[i],
				filter);
	}
	if (named) {
		char *show = told_of_run(*argv, "show");

		o.all |= show && strcmp(show, "all") == 0;
		o.details |= show && strcmp(show, "details") == 0;
		free(show);
	}
	t = build_timeline(&s, named, view == PACKET);
	if (named && (!view || view == MERMAID || view == SVG))
		mark_all(t, *argv);
	switch (view) {
	case EVENTS: view_events(t, &o); break;
	case EXPECT: status = view_expect(t, &o); break;
	case JSON: view_json(t, &o); break;
	case LIST: view_list(t, &o); break;
	case MERMAID: view_mermaid(t, &o); break;
	case PACKET: status = view_packet(t, &o); break;
	case QUIZ: status = view_quiz(t, &o); break;
	case SEGMENTS: status = view_segments(t, &o); break;
	case SVG: view_svg(t, &o); break;
	default: view_text(t, &o);
	}
	if (fflush(stdout) || ferror(stdout)) err(1, "stdout");
	free_timeline(t);
	free_folder(&s);
	free(filter);
	free(title);
	free(look_for);
	return status;
}
