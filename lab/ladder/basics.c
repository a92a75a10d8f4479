/*
 * basics.c - memory, and strings that grow
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../messages.h"
#include "basics.h"

/* If the array is full, makes room for twice as many elements. */
void *enlarge(void *at, size_t count, size_t *room, size_t size) {
	if (count < *room) return at;
	*room = *room ? *room * 2 : 8;
	at = realloc(at, *room * size);
	if (!at) err(1, "memory");
	return at;
}

void *allocate(size_t size) {
	void *at = calloc(1, size);

	if (!at) err(1, "memory");
	return at;
}

static void append_list(char **text, const char *format, va_list args) {
	char *more, *both;

	if (vasprintf(&more, format, args) < 0) err(1, "memory");
	if (!*text) {
		*text = more;
		return;
	}
	if (asprintf(&both, "%s%s", *text, more) < 0) err(1, "memory");
	free(*text);
	free(more);
	*text = both;
}

void append(char **text, const char *format, ...) {
	va_list args;

	va_start(args, format);
	append_list(text, format, args);
	va_end(args);
}

/* Appends a note to *notes. "; " separates it from the notes before: "a; b". */
void note(char **notes, const char *format, ...) {
	va_list args;

	if (*notes) append(notes, "; ");
	va_start(args, format);
	append_list(notes, format, args);
	va_end(args);
}

const char *host_name(enum host h) {
	return h == CLIENT ? "client" : "server";
}

/* Returns how many characters of the text to put in a line of `room` columns.
 * The line ends where the text has a newline or a space. If such a line would
 * have `least` columns or fewer, it ends inside a word. */
size_t line_length(const char *text, size_t room, size_t least) {
	size_t n = strcspn(text, "\n");

	if (n <= room) return n;
	for (n = room; n > least && text[n] != ' ';)
		n--;
	return n > least ? n : room;
}
