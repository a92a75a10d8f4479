/*
 * calls.c - a log of socktrace or wire -> its calls
 *
 *     2026-11-24 06:07:13 +0000 $ tcp_client server 9000
 *     06:07:13.455102 tcp_client connect(3, 192.0.2.2:9000) ... [SYN_SENT ...]
 *     06:07:14.812200 tcp_client exit 0 [ESTABLISHED ...]
 *
 * The first line has the date. The other lines have only the time of day, even
 * if the log goes on after midnight. Each byte that is not printable ASCII
 * becomes "?".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../../messages.h"
#include "read.h"

enum { MOST = 1 << 16 }; /* bytes; a longer line is split */
#define DAY (86400 * SECOND)

bool open_log(struct log *l, const char *path, enum host host) {
	*l = (struct log){.path = strdup(path), .host = host};
	l->fd = open(path, O_RDONLY | O_CLOEXEC);
	l->midnight = NEVER;
	return l->fd != -1;
}

void close_log(struct log *l) {
	close(l->fd);
	free(l->path);
	free(l->command);
	free(l->buffer);
}

/* Returns the next whole line, which is valid until this function is called
 * again. Returns NULL if the log has no whole line yet. */
static char *next_line(struct log *l) {
	static char *line;
	char *end;
	ssize_t came;

	for (;;) {
		end = l->size ? memchr(l->buffer, '\n', l->size) : NULL;
		if (end || l->size > MOST) break;
		while (l->room - l->size < 4096)
			l->buffer = enlarge(l->buffer, l->room, &l->room, 1);
		came = read(l->fd, l->buffer + l->size, l->room - l->size);
		if (came == -1 && errno == EINTR) continue;
		if (came == -1) err(1, "%s", l->path);
		if (came == 0) return NULL;
		l->size += (size_t)came;
	}
	free(line);
	line = strndup(l->buffer, end ? (size_t)(end - l->buffer) : l->size);
	if (!line) err(1, "memory");
	came = end ? end + 1 - l->buffer : (ssize_t)l->size;
	l->size -= (size_t)came;
	memmove(l->buffer, l->buffer + came, l->size);
	for (char *at = line; *at; at++)
		if (*at < ' ' || *at > '~') *at = '?';
	return line;
}

/* Reads a number of `digits` digits and, unless `mark` is 0, the character
 * `mark` after the number. Moves *at past them. Returns false if they are not
 * there. */
static bool take_number(const char **at, int digits, char mark, int *n) {
	*n = 0;
	for (; digits--; ++*at) {
		if (!isdigit((unsigned char)**at)) return false;
		*n = *n * 10 + (**at - '0');
	}
	return !mark || *(*at)++ == mark;
}

static bool take_heading(struct log *l, const char *at) {
	struct tm day = {0};
	int sign, zone, unused;

	if (!take_number(&at, 4, '-', &day.tm_year) ||
		!take_number(&at, 2, '-', &day.tm_mon) ||
		!take_number(&at, 2, ' ', &day.tm_mday) ||
		!take_number(&at, 2, ':', &unused) ||
		!take_number(&at, 2, ':', &unused) ||
		!take_number(&at, 2, ' ', &unused))
		return false;
	sign = *at == '-' ? -1 : 1;
	at++;
	if (!take_number(&at, 4, ' ', &zone) || strncmp(at, "$ ", 2) != 0)
		return false;
	if (day.tm_year < 1970 || day.tm_year > 2200) return false;
	day.tm_year -= 1900;
	day.tm_mon--;
	l->zone = sign * (zone / 100 * 3600 + zone % 100 * 60) * SECOND;
	l->midnight = timegm(&day) * SECOND - l->zone;
	free(l->command);
	l->command = strdup(at + 2);
	return true;
}

/* Reads a time of day and the space after it: "06:07:13.455102 ". */
static bool take_clock(const char **at, nanoseconds *of_day) {
	int h, m, s, us;

	if (!take_number(at, 2, ':', &h) || !take_number(at, 2, ':', &m) ||
		!take_number(at, 2, '.', &s) || !take_number(at, 6, ' ', &us))
		return false;
	*of_day = (h * 3600 + m * 60 + s) * SECOND + us * INT64_C(1000);
	return true;
}

/* Parses "192.0.2.1:40000" or "[2001:db8::1]:40000". */
static bool parse_end(const char *from, size_t size, struct end *e) {
	char text[64], *port, *address = text;
	unsigned long n;

	*e = (struct end){.size = 0};
	if (size >= sizeof text) return false;
	memcpy(text, from, size);
	text[size] = '\0';
	port = strrchr(text, ':');
	if (!port) return false;
	*port++ = '\0';
	n = strtoul(port, NULL, 10);
	if (!*port || port[strspn(port, "0123456789")] || n > 65535)
		return false;
	if (*address == '[') {
		address++;
		if (port[-2] != ']') return false;
		port[-2] = '\0';
	}
	if (inet_pton(AF_INET, address, e->bytes) == 1)
		e->size = 4;
	else if (inet_pton(AF_INET6, address, e->bytes) == 1)
		e->size = 16;
	e->port = (uint16_t)n;
	return e->size != 0;
}

/* Reads "[STATE OWN PEER]" at the end of a line, and cuts this part off. The
 * search for this part begins at `from`. */
static void take_state(char *text, char *from, struct call *c) {
	char *open = strstr(from, " ["), *word, *rest;
	const size_t size = strlen(text);

	if (!open || text[size - 1] != ']') return;
	text[size - 1] = '\0';
	*open = '\0';
	rest = open + 2;
	while ((word = strsep(&rest, " "))) {
		struct end e;

		if (state_of_name(word, strlen(word)))
			c->state = state_of_name(word, strlen(word));
		if (!parse_end(word, strlen(word), &e)) continue;
		if (c->own.size)
			c->peer = e;
		else
			c->own = e;
	}
}

static struct part part_of(const char *text, const char *from, size_t size) {
	return (struct part){(size_t)(from - text), size};
}

/* Reads "exit 0" or "killed by SIGKILL". Such a line shows no call, but the end
 * of a program, which closes the program's sockets. */
static bool take_end(char *text, struct call *c) {
	if (strncmp(text, "exit ", 5) != 0 &&
		strncmp(text, "killed by ", 10) != 0)
		return false;
	c->act = ENDS;
	take_state(text, text, c);
	c->name.size = strlen(text);
	return true;
}

/* Reads the result of a call: "= 6", "= -1 EAGAIN (Try again)" or
 * "= 1 (3 POLLIN)". Leaves out the words in parentheses. */
static void take_result(const char *text, const char *at, struct call *c) {
	const char *words = strstr(at, " ("), *error = at + strlen("= -1 ");
	const size_t size = words ? (size_t)(words - at) : strlen(at);

	c->result = part_of(text, at, size);
	c->failed = strncmp(at, "= -1", 4) == 0;
	if (c->failed && at + size > error)
		c->error = error_of_name(error, size - (size_t)(error - at));
}

/* If the peer is not known yet, reads its address from the last argument. */
static void find_peer(struct call *c, const char *arguments, size_t size) {
	const char *last = arguments + size;

	if (c->peer.size ||
		(c->act != SENDS && c->act != RECEIVES && c->act != CONNECTS))
		return;
	while (last > arguments && last[-1] != ' ')
		last--;
	parse_end(last, (size_t)(arguments + size - last), &c->peer);
}

/* Returns how many bytes a call asks the kernel to send; if c is the return of
 * a call, how many bytes the kernel took. Returns -1 if this is not known. */
static int64_t bytes_of(const char *text, const struct call *c) {
	long long n = -1;

	if (c->act != SENDS || is_word("sendmmsg", text, c->name.size))
		return -1;
	if (c->failed) return 0;
	if (!c->entry)
		sscanf(text + c->result.at, "= %lld", &n);
	else if (is_word("splice", text, c->name.size))
		sscanf(text + c->arguments.at, "%*d, %*d, %lld", &n);
	else
		sscanf(text + c->arguments.at, "%*d, %lld", &n);
	return n;
}

static enum socket_option option_of(const char *text, const struct call *c) {
	static const struct {
		const char *name;
		enum socket_option option;
	} names[] = {{"SO_RCVTIMEO", LIMIT_ON_WAITING},
		{"SO_SNDTIMEO", LIMIT_ON_WAITING},
		{"TCP_DEFER_ACCEPT", DEFER_ACCEPT}};
	const char *name = text + c->arguments.at;
	size_t size;

	if (c->act != SETS && c->act != GETS) return OTHER_OPTION;
	name += strcspn(name, ", )");
	name += strspn(name, ", ");
	size = strcspn(name, ", )");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (is_word(names[i].name, name, size)) return names[i].option;
	return OTHER_OPTION;
}

/* Whether the kernel sends no FIN for a close() or shutdown(): close() while
 * another descriptor has the socket, or shutdown(SHUT_RD). */
static bool is_silent(const char *text, const struct call *c) {
	const char *end = text + c->arguments.at + c->arguments.size;

	if (c->act == CLOSES || c->act == COPIES) return c->state;
	return c->act == SHUTS_DOWN && c->arguments.size > 7 &&
	       strncmp(end - 7, "SHUT_RD", 7) == 0;
}

/* Reads a call, for example "recv(3, MSG_PEEK) = 6 [ESTABLISHED ...]". */
static bool take_call(char *text, struct call *c) {
	char *open = strchr(text, '('), *close, *behind;
	const char *arguments = open + 1;

	if (!open) return false;
	close = strchr(open, ')');
	behind = close ? close + 1 : open;
	if (strncmp(behind, " = ", 3) == 0 || strncmp(behind, " ...", 4) == 0)
		take_state(text, behind, c);
	c->name.size = (size_t)(open - text);
	c->act = act_of(text, c->name.size);
	if (is_word("fault", text, c->name.size))
		c->fate = fate_of(arguments, strcspn(arguments, "=,)"));
	if (!close) return true;
	c->arguments = part_of(text, arguments, (size_t)(close - arguments));
	find_peer(c, arguments, c->arguments.size);
	c->entry = strcmp(behind, " ...") == 0;
	if (c->entry)
		c->result = part_of(text, behind + 1, 3);
	else if (strncmp(behind, " = ", 3) == 0)
		take_result(text, behind + 1, c);
	c->descriptor = atoi(arguments);
	c->made = c->result.size && !c->entry ? atoi(behind + 3) : -1;
	c->option = option_of(text, c);
	c->bytes = bytes_of(text, c);
	c->silent = is_silent(text, c);
	return true;
}

/* Returns whether the task that makes call c has sent or received on the call's
 * descriptor since the descriptor was opened. Then records what c does: it uses
 * the descriptor, or closes it. */
static bool has_used(struct log *l, const struct call *c) {
	uint32_t sum = (uint32_t)c->descriptor;
	uint8_t bit, *byte;
	bool used;

	for (const char *at = c->caller; *at; at++)
		sum = (sum ^ (uint8_t)*at) * 16777619;
	bit = (uint8_t)(1U << (sum & 7));
	byte = &l->used[(sum ^ sum >> 15) / 8 % sizeof l->used];
	used = *byte & bit;
	if (c->act == SENDS || c->act == RECEIVES)
		*byte |= bit;
	else
		*byte &= (uint8_t)~bit;
	return used;
}

/* Whether this call is left out, because it concerns no segment. Such calls are
 * a server's close() of a socket that the same task has not used, and that
 * another process still has; setting or reading a limit on how long calls wait;
 * and the end of a program without an open connection. */
static bool is_aside(struct log *l, const struct call *c) {
	switch (c->act) {
	case ENDS:
		return !c->peer.size || !c->state || c->state == CLOSED ||
		       c->state == LISTEN;
	case SENDS:
	case RECEIVES: has_used(l, c); return false;
	case CLOSES:
	case COPIES: return !has_used(l, c) && c->state && l->serves;
	case SETS:
	case GETS: return c->option == LIMIT_ON_WAITING;
	default: return false;
	}
}

/* Returns the time with this time of day that is nearest to the time of the
 * line before. For the first call, the log's first line has the date; if the
 * log has no date, returns the time that is nearest to `near`. */
static nanoseconds date(struct log *l, nanoseconds of_day, nanoseconds near) {
	if (l->midnight == NEVER) { /* the log has no date */
		l->midnight = near - near % DAY;
		l->latest = near;
	} else if (!l->latest)
		l->latest = l->midnight + of_day;
	while (l->midnight + of_day - l->latest > DAY / 2)
		l->midnight -= DAY;
	while (l->latest - (l->midnight + of_day) > DAY / 2)
		l->midnight += DAY;
	return l->latest = l->midnight + of_day;
}

/* Reads the next call. Returns false if there is none yet. `near` is needed for
 * a log without a date: a time less than half a day from its first call. */
bool next_call(struct log *l, struct call *c, nanoseconds near) {
	char *line;

	while ((line = next_line(l))) {
		const char *at = line;
		nanoseconds of_day;
		char *text;

		if (take_heading(l, line)) continue;
		if (!take_clock(&at, &of_day)) continue;
		text = strchr(at, ' ');
		if (!text || !islower((unsigned char)text[1])) continue;
		*text++ = '\0';
		*c = (struct call){.caller = NULL};
		if (!take_end(text, c) && !take_call(text, c)) continue;
		l->serves |= c->act == ACCEPTS;
		c->time = date(l, of_day, near);
		if (l->number) append(&c->text, "%d: ", l->number);
		c->name.at += c->text ? strlen(c->text) : 0;
		c->arguments.at += c->name.at;
		c->result.at += c->name.at;
		append(&c->text, "%s", text);
		/* the word "ends" prevents pair_up() from taking the end of a
		 * program for the return of a call that the program entered */
		append(&c->caller, c->act == ENDS ? "%s %s ends" : "%s %s",
			l->path, at);
		c->aside = is_aside(l, c);
		return true;
	}
	return false;
}

void free_call(struct call *c) {
	free(c->text);
	free(c->caller);
}
