/*
 * text.c - text for the log, and announcements on stderr
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdarg.h>

#include "socktrace.h"

void add_text(struct log_line *l, const char *format, ...) {
	const size_t room = sizeof l->text - l->size;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(l->text + l->size, room, format, args);
	va_end(args);
	l->size += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

/* Adds the names of flags: "MSG_MORE|MSG_DONTWAIT". Flags without a name are
 * added as a number. */
void add_flags(struct log_line *l, const char *before, unsigned flags,
	const struct named *words, size_t count) {
	for (size_t i = 0; i < count && flags; i++)
		if (flags & (unsigned)words[i].value) {
			add_text(l, "%s%s", before, words[i].name);
			flags &= ~(unsigned)words[i].value;
			before = "|";
		}
	if (flags) add_text(l, "%s0x%x", before, flags);
}

/* Adds a string from the program's memory, in quotes. Bytes that could end the
 * line, or could be taken for the end of the call in the log, are escaped
 * ("\x0a"). */
void add_string(struct log_line *l, const char *text, size_t size) {
	add_text(l, "\"");
	for (size_t i = 0; i < size && text[i]; i++)
		if (text[i] >= ' ' && text[i] <= '~' &&
			!strchr("\\\"()[]=", text[i]))
			add_text(l, "%c", text[i]);
		else
			add_text(l, "\\x%02x", (unsigned char)text[i]);
	add_text(l, "\"");
}

/* Returns the word for a value, or NULL. */
const char *word_of(int value, const struct named *words, size_t count) {
	for (size_t i = 0; i < count; i++)
		if (words[i].value == value) return words[i].name;
	return NULL;
}

const char *word_of_error(int error) {
	const char *name = name_of_error(error);

	return name ? name : "errno";
}

/* Writes an address as "192.0.2.2:9000" or "[2001:db8::2]:9000". */
void name_address(
	char *text, size_t room, const struct sockaddr_storage *address) {
	const struct sockaddr_in *four = (const void *)address;
	const struct sockaddr_in6 *six = (const void *)address;
	char host[INET6_ADDRSTRLEN] = "?";

	if (address->ss_family == AF_INET) {
		inet_ntop(AF_INET, &four->sin_addr, host, sizeof host);
		snprintf(text, room, "%s:%d", host, ntohs(four->sin_port));
	} else if (address->ss_family == AF_INET6) {
		const bool mapped = IN6_IS_ADDR_V4MAPPED(&six->sin6_addr);

		if (mapped) /* an IPv4 address, and the packets are IPv4, too */
			inet_ntop(AF_INET, six->sin6_addr.s6_addr + 12, host,
				sizeof host);
		else
			inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof host);
		snprintf(text, room, mapped ? "%s:%d" : "[%s]:%d", host,
			ntohs(six->sin6_port));
	} else
		snprintf(text, room, "%s",
			address->ss_family == AF_UNSPEC ? "AF_UNSPEC" : "?");
}

/* Returns memory that is filled with zeros. Without memory nothing can be
 * logged, so then the tracer exits, and the program with it. */
void *zeroed_memory(size_t size) {
	void *memory = calloc(1, size);

	if (!memory) err(1, "out of memory: the program ends");
	return memory;
}

/* Whether `what`, a text or the row of a system call, is announced for the
 * first time. Only the addresses of texts and rows are compared. */
bool first_time(struct tracer *tracer, const void *what) {
	for (size_t i = 0; i < tracer->announced_count; i++)
		if (tracer->announced[i] == what) return false;
	if (tracer->announced_count == COUNT(tracer->announced)) return false;
	tracer->announced[tracer->announced_count++] = what;
	return true;
}

/* Prints a text about a task on stderr, but each text only once. The text says
 * what cannot be logged, or what fails while the task is traced. If the text is
 * NULL, nothing is printed. */
void announce(struct tracer *tracer, const struct task *t, const char *text) {
	if (text && first_time(tracer, text)) warnx("%s %s", t->name, text);
}
