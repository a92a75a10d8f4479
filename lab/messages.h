/*
 * messages.h - warn(), warnx(), err() and errx() print a message on stderr
 *
 * They do what the C library's functions of these names do: see err(3). But
 * they print "?" for each control character. The name of a file may contain
 * such characters, and the terminal would obey them.
 */
#ifndef LAB_MESSAGES_H
#define LAB_MESSAGES_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char *program_invocation_short_name;

/* Prints the message and, unless `error` is -1, the text for this errno. */
static inline void put_message(int error, const char *format, va_list args) {
	char text[4096];

	vsnprintf(text, sizeof text, format, args);
	for (char *c = text; *c; c++)
		if ((*c > 0 && *c < ' ' && *c != '\n') || *c == 0x7f) *c = '?';
	if (error == -1)
		fprintf(stderr, "%s: %s\n", program_invocation_short_name,
			text);
	else
		fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name,
			text, strerror(error));
}

#define MESSAGE(name, error) \
	__attribute__((format(printf, 1, 2))) static inline void name( \
		const char *format, ...) { \
		const int number = error; \
		va_list args; \
\
		va_start(args, format); \
		put_message(number, format, args); \
		va_end(args); \
	}
#define LAST_MESSAGE(name, error) \
	__attribute__((format(printf, 2, 3))) static inline _Noreturn void \
	name(int status, const char *format, ...) { \
		const int number = error; \
		va_list args; \
\
		va_start(args, format); \
		put_message(number, format, args); \
		va_end(args); \
		exit(status); \
	}
MESSAGE(warn, errno)
MESSAGE(warnx, -1)
LAST_MESSAGE(err, errno)
LAST_MESSAGE(errx, -1)
#undef MESSAGE
#undef LAST_MESSAGE

#endif
