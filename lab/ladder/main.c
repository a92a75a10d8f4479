/*
 * ladder - draws what was recorded: calls, states and segments of both ends
 *
 * read/ turns files into packets and calls, tell/ turns packets and calls into
 * a timeline, and each file in views/ shows the timeline in its own way. Each
 * folder has a header that lists the folder's files and declares what the next
 * folder needs.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../messages.h"
#include "tell/tell.h"

#include "live.h"
#include "options.h"
#include "tell/normal.h"

/* ---- errors ------------------------------------------------------------- */

/* Prints the error message. Returns the exit status, 1. */
static int report(char *reason) {
	warnx("%s", reason);
	free(reason);
	return 1;
}

/* If there is an error message, prints it and exits. */
static void must(char *reason) {
	if (reason) exit(report(reason));
}

/* Prints why a capture could not be read to its end, or why there is nothing to
 * draw. Returns 1 if one of these is so, otherwise 0. *any becomes true if
 * there is something to draw. */
static int report_faults(
	const struct folder *s, const struct timeline *t, bool *any) {
	const struct event *e = t->first;
	int status = 0;

	for (int i = 0; i < s->capture_count; i++)
		if (s->captures[i].fault) {
			warnx("%s", s->captures[i].fault);
			status = 1;
		}
	while (e && e->kind == RUN)
		e = e->next;
	*any = e;
	return *any || status ? status : report(why_nothing(s, &t->account));
}

/* ---- what is drawn ------------------------------------------------------ */

/* Finds the line that begins with the word `what` in the folder's file `run`,
 * which scripts/demo has written. Returns the rest of the line; NULL if there
 * is no such line. */
static char *value_in_run(const char *folder, const char *what) {
	char *file = NULL, *line = NULL, *value = NULL;
	const size_t n = strlen(what);
	size_t room = 0;
	FILE *run;

	append(&file, "%s/run", folder);
	run = fopen(file, "re");
	while (run && !value && getline(&line, &room, run) > 0)
		if (strncmp(line, what, n) == 0 && line[n] == ' ')
			append(&value, "%.*s", (int)strcspn(line + n + 1, "\n"),
				line + n + 1);
	if (run) fclose(run);
	free(line);
	free(file);
	return value;
}

/* Returns the last part of a path, with "?" for each byte that is not printable
 * ASCII. */
static char *base_of(const char *path) {
	char *copy = strdup(path), *base, *name;

	while (strlen(copy) > 1 && copy[strlen(copy) - 1] == '/')
		copy[strlen(copy) - 1] = '\0';
	base = strrchr(copy, '/');
	name = strdup(base ? base + 1 : copy);
	free(copy);
	for (char *c = name; *c; c++)
		if (*c < ' ' || *c > '~') *c = '?';
	return name;
}

/* Returns a title, like "four-way-close: A close takes four segments". */
static char *title_of(const char *path) {
	char *title = base_of(path), *about = value_in_run(path, "title");

	if (about) append(&title, ": %s", about);
	free(about);
	return title;
}

/* Marks the events whose lines have a mark ("# 1") in the demo's promise. */
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

/* Joins the words of a filter. Returns NULL if there are no words. */
static char *filter_of(char *const words[]) {
	char *filter = NULL;

	for (; *words; words++)
		append(&filter, filter ? " %s" : "%s", *words);
	return filter;
}

/* Adds the demo in this folder to the diagram of states. Returns 1 if it could
 * not be read to its end, or has nothing to draw. *any becomes true if there is
 * something to draw. */
static int take_demo(struct diagram *d, char *folder, char *name, bool *any) {
	struct folder s = {.name = folder};
	char *reason = look_into(&s, NULL, false);
	struct timeline *t;
	int status;

	*any = false;
	if (!reason) reason = order_folder(&s);
	if (reason) return report(reason);
	t = build_timeline(&s, true, false, false);
	status = report_faults(&s, t, any);
	if (*any) take_edges(d, t, name);
	free_timeline(t);
	free_folder(&s);
	return status;
}

/* Draws one diagram of states for the demos in these folders. Returns 1 if one
 * that was recorded could not be read to its end, or has nothing to draw. */
static int draw_states(char *folders[], bool picture) {
	int count = 0, status = 0;
	struct diagram *d = new_diagram();
	char **names_of;

	while (folders[count])
		count++;
	names_of = allocate((size_t)count * sizeof *names_of);
	for (int i = 0; i < count; i++) {
		bool any = false;

		names_of[i] = base_of(folders[i]);
		if (access(folders[i], F_OK) == 0)
			status |= take_demo(d, folders[i], names_of[i], &any);
		if (!any) miss_demo(d, names_of[i]);
	}
	put_diagram(d, picture);
	for (int i = 0; i < count; i++)
		free(names_of[i]);
	free(names_of);
	free_diagram(d);
	return status;
}

static void close_stdout(void) {
	if (fflush(stdout) || ferror(stdout)) err(1, "stdout");
}

/* If `named`, opens the folder that the first argument names. Otherwise opens
 * the one or two captures that the first arguments name. The arguments after
 * these are the filter. */
static void open_all(struct folder *s, char *argv[], bool named) {
	const bool two = !named && argv[1] && access(argv[1], F_OK) == 0;
	char *filter = filter_of(argv + 1 + two);

	if (named) {
		s->name = *argv;
		must(look_into(s, filter, false));
		must(order_folder(s));
	} else
		for (int i = 0; i <= two; i++)
			must(open_capture(&s->captures[s->capture_count++],
				argv[i], filter));
	free(filter);
}

/* Sets the option that the demo's recipe asks for: "show" in the file `run`. */
static void take_show(struct options *o, const char *folder) {
	char *show = value_in_run(folder, "show");

	o->all |= show && strcmp(show, "all") == 0;
	o->details |= show && strcmp(show, "details") == 0;
	free(show);
}

#define AS_FUNCTION(name, argument, help) view_##name,
static char *(*const views[VIEWS])(const struct timeline *,
	const struct options *) = {view_text, VIEW_TABLE(AS_FUNCTION)};
#undef AS_FUNCTION

int main(int argc, char *argv[]) {
	struct options o;
	struct folder s = {.name = NULL};
	const int view = take_options(argc, argv, &o);
	char *title, *look_for = NULL, *reason;
	struct timeline *t;
	bool named, any;
	int status, partly;

	argv += optind;
	if (view == LEGEND) {
		view_legend(&o);
		close_stdout();
		return 0;
	}
	if (view == STATES_DIAGRAM) {
		status = draw_states(argv, o.picture);
		close_stdout();
		return status;
	}
	if (strcmp(*argv, "-") != 0 && access(*argv, F_OK) == -1)
		errx(1, "%s: no such file or folder", *argv);
	o.title = title = title_of(*argv);
	if (view == LIVE) {
		must(watch_folder(*argv, &o));
		return 0;
	}
	named = is_folder(*argv);
	open_all(&s, argv, named);
	if (named) take_show(&o, *argv);
	if (o.form == SLIDE)
		o.look_for = look_for = value_in_run(*argv, "look_for");
	t = build_timeline(&s, named, view == VIEW_packet, o.all);
	if (named &&
		(view == VIEW_text || view == VIEW_mermaid || view == VIEW_svg))
		mark_all(t, *argv);
	partly = report_faults(&s, t, &any);
	if (!any) exit(1);
	if (o.connection > t->connection_count)
		errx(1, "--connection: there is no connection %d; the last is %d",
			o.connection, t->connection_count);
	reason = views[view](t, &o);
	close_stdout();
	for (char *line = reason ? strtok(reason, "\n") : NULL; line;
		line = strtok(NULL, "\n"))
		warnx("%s", line);
	status = reason ? 1 : partly;
	free(reason);
	free_timeline(t);
	free_folder(&s);
	free_expectations(o.expect);
	free(title);
	free(look_for);
	return status;
}
