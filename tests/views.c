/*
 * views - checks that no view changes the output of another one. Draws the same
 * timeline by each pair of views, one after the other. The second view must
 * print the same as when it is used alone
 *
 * usage: views DIR
 *
 * Exit status: 0 no view did; 1 a view changed the output of another one.
 */
#define _GNU_SOURCE
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lab/ladder/tell/tell.h"

#include "../lab/ladder/views/views.h"

static char *states(const struct timeline *t, const struct options *o) {
	struct diagram *d = new_diagram();

	take_edges(d, t, "demo");
	put_diagram(d, o->picture);
	free(d);
	return NULL;
}

#define AS_FUNCTION(name, argument, help) view_##name,
static char *(*const views[])(
	const struct timeline *, const struct options *) = {
	VIEW_TABLE(AS_FUNCTION) view_text, view_text, view_svg, states};
enum { COUNT = sizeof views / sizeof *views };

/* Returns the options of a view. At the end of the list of views, view_text and
 * view_svg stand again, and get other options there. */
static struct options options_of(int view, struct expectation *expect) {
	return (struct options){.width = 100,
		.utf8 = true,
		.from = NEVER,
		.to = NEVER,
		.title = "a demo: its title",
		.expect = expect,
		.level = 3,
		.most = 20,
		.paper = true,
		.all = view == COUNT - 4,
		.details = view == COUNT - 4,
		.frames = view == COUNT - 4,
		.form = view == COUNT - 2 ? NARROW : WIDE};
}

static struct timeline *read_folder(const char *name) {
	struct folder f = {.name = name};
	struct timeline *t;

	free(look_into(&f, NULL, false));
	free(order_folder(&f));
	t = build_timeline(&f, true, true, false);
	free_folder(&f);
	return t;
}

/* Returns what a view writes to stdout. */
static char *output_of(int view, const struct timeline *t, size_t *size) {
	static struct expectation *expect;
	static int file = -1;
	struct options o;
	char *text;

	if (!expect)
		free(read_expectations(
			"handshake-complete four-way state client TIME_WAIT",
			&expect));
	o = options_of(view, expect);
	if (file == -1) {
		file = memfd_create("stdout", 0);
		if (file == -1 || dup2(file, STDOUT_FILENO) == -1)
			err(1, "stdout");
	}
	if (ftruncate(file, 0) == -1) err(1, "stdout");
	rewind(stdout);
	free(views[view](t, &o));
	fflush(stdout);
	*size = (size_t)lseek(file, 0, SEEK_END);
	text = malloc(*size + 1);
	if (!text || pread(file, text, *size, 0) != (ssize_t)*size)
		err(1, "stdout");
	return text;
}

int main(int argc, char *argv[]) {
	char *alone[COUNT], *after;
	size_t size[COUNT], now;
	struct timeline *t;
	int status = 0;

	if (argc != 2) errx(2, "usage: views DIR");
	for (int v = 0; v < COUNT; v++) {
		t = read_folder(argv[1]);
		alone[v] = output_of(v, t, &size[v]);
		if (size[v] < 40) errx(1, "view %d shows nothing", v);
		free_timeline(t);
	}
	t = read_folder(argv[1]);
	for (int a = 0; a < COUNT; a++)
		for (int b = 0; b < COUNT; b++) {
			free(output_of(a, t, &now));
			after = output_of(b, t, &now);
			if (now != size[b] ||
				memcmp(after, alone[b], now) != 0) {
				warnx("view %d changes view %d", a, b);
				status = 1;
			}
			free(after);
		}
	free_timeline(t);
	for (int v = 0; v < COUNT; v++)
		free(alone[v]);
	return status;
}
