/*
 * views - draws one timeline by each pair of views, one after the other: the
 * second must give what it gives alone
 *
 * usage: views DIR
 *
 * Exit status: 0 they do; 1 a view changed what another shows.
 */
#define _GNU_SOURCE
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lab/ladder/tell/tell.h"

#include "../lab/ladder/views/views.h"

static struct options o = {.width = 100,
	.utf8 = true,
	.from = NEVER,
	.to = NEVER,
	.title = "a demo: its title",
	.level = 3,
	.most = 20,
	.paper = true};

static void text(const struct timeline *t) {
	view_text(t, &o);
}

static void details(const struct timeline *t) {
	struct options all = o;

	all.all = all.details = all.frames = true;
	view_text(t, &all);
}

static void events(const struct timeline *t) {
	view_events(t, &o);
}

static void json(const struct timeline *t) {
	view_json(t, &o);
}

static void segments(const struct timeline *t) {
	view_segments(t, &o);
}

static void expectations(const struct timeline *t) {
	struct options asked = o;

	asked.expect = "handshake-complete four-way state client TIME_WAIT";
	view_expect(t, &asked);
}

static void wide(const struct timeline *t) {
	view_svg(t, &o);
}

static void narrow(const struct timeline *t) {
	struct options phone = o;

	phone.form = NARROW;
	view_svg(t, &phone);
}

static void mermaid(const struct timeline *t) {
	view_mermaid(t, &o);
}

static void list(const struct timeline *t) {
	view_list(t, &o);
}

static void headers(const struct timeline *t) {
	view_packet(t, &o);
}

static void quiz(const struct timeline *t) {
	view_quiz(t, &o);
}

static void states(const struct timeline *t) {
	struct diagram *d = new_diagram();

	take_edges(d, t, "demo");
	put_diagram(d, false);
	free(d);
}

static void (*const views[])(const struct timeline *) = {text, details, events,
	json, segments, expectations, wide, narrow, mermaid, list, headers,
	quiz, states};
enum { VIEWS = sizeof views / sizeof *views };

static struct timeline *read_folder(const char *name) {
	struct folder f = {.name = name};
	struct timeline *t;

	look_into(&f, NULL, false);
	order_folder(&f);
	t = build_timeline(&f, true, true);
	free_folder(&f);
	return t;
}

/* What a view writes to stdout. */
static char *output_of(int view, const struct timeline *t, size_t *size) {
	static int file = -1;
	char *text;

	if (file == -1) {
		file = memfd_create("stdout", 0);
		if (file == -1 || dup2(file, STDOUT_FILENO) == -1)
			err(1, "stdout");
	}
	if (ftruncate(file, 0) == -1) err(1, "stdout");
	rewind(stdout);
	views[view](t);
	fflush(stdout);
	*size = (size_t)lseek(file, 0, SEEK_END);
	text = malloc(*size + 1);
	if (!text || pread(file, text, *size, 0) != (ssize_t)*size)
		err(1, "stdout");
	return text;
}

int main(int argc, char *argv[]) {
	char *alone[VIEWS], *after;
	size_t size[VIEWS], now;
	struct timeline *t;
	int status = 0;

	if (argc != 2) errx(2, "usage: views DIR");
	for (int v = 0; v < VIEWS; v++) {
		t = read_folder(argv[1]);
		alone[v] = output_of(v, t, &size[v]);
		if (size[v] < 40) errx(1, "view %d shows nothing", v);
		free_timeline(t);
	}
	t = read_folder(argv[1]);
	for (int a = 0; a < VIEWS; a++)
		for (int b = 0; b < VIEWS; b++) {
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
	for (int v = 0; v < VIEWS; v++)
		free(alone[v]);
	return status;
}
