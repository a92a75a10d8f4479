/*
 * process.c - reads a task's memory, and its files in /proc
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <sys/uio.h>

#include "socktrace.h"

/* ---- memory ------------------------------------------------------------ */

/* Reads up to size bytes of the task's memory. Returns how many bytes could be
 * read. If a page after the first cannot be read, these are only the bytes on
 * the first page. */
size_t fetch_some(const struct task *t, uint64_t from, void *to, size_t size) {
	const size_t first = 4096 - from % 4096;
	const struct iovec here = {to, size};
	/* the kernel reads all bytes of such a piece, or none of them */
	const struct iovec there[] = {
		{(void *)(uintptr_t)from, first < size ? first : size},
		{(void *)(uintptr_t)(from + first),
			first < size ? size - first : 0}};
	ssize_t n = 0;

	if (from) n = process_vm_readv(t->pid, &here, 1, there, 2, 0);
	return n > 0 ? (size_t)n : 0;
}

/* Reads size bytes of the task's memory. Returns false if not all of them could
 * be read; then the caller must not use any of them. */
bool fetch(const struct task *t, uint64_t from, void *to, size_t size) {
	return fetch_some(t, from, to, size) == size;
}

/* Writes the socket address at this place in the task's memory as text. */
void name_address_at(
	char *text, size_t room, const struct task *t, uint64_t at) {
	struct sockaddr_storage address;
	const size_t size =
		fetch_some(t, at, &address, sizeof(struct sockaddr_in6));

	if (size < offsetof(struct sockaddr_in, sin_zero) ||
		(address.ss_family == AF_INET6 &&
			size < offsetof(struct sockaddr_in6, sin6_scope_id)))
		snprintf(text, room, "?");
	else
		name_address(text, room, &address);
}

void add_address_at(struct log_line *l, const struct task *t, uint64_t at) {
	char text[64];

	name_address_at(text, sizeof text, t, at);
	add_text(l, "%s", text);
}

/* ---- /proc ------------------------------------------------------------- */

/* Reads /proc/PID/status into text. If the file cannot be read, text is "". */
void read_status(pid_t pid, char text[STATUS_SIZE]) {
	char path[32];
	ssize_t size = 0;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/status", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd != -1) size = read(fd, text, STATUS_SIZE - 1);
	if (fd != -1) close(fd);
	text[size > 0 ? size : 0] = '\0';
}

/* Finds the line of /proc/PID/status that begins with this name ("Tgid:\t"),
 * and returns the text after the name. If there is no such line, returns "".
 * (The program's name may be "Tgid:", too, but it never stands at the beginning
 * of a line.) */
const char *value_of(const char *status, const char *name) {
	while (*status && strncmp(status, name, strlen(name)) != 0) {
		status += strcspn(status, "\n");
		status += *status == '\n';
	}
	return *status ? status + strlen(name) : "";
}

/* Sets a task's name to the name that the kernel has for the task. If a
 * character in it could do something to a terminal, or separates words in the
 * log, "_" replaces the character. */
void name_task(struct task *t) {
	char status[STATUS_SIZE];
	const char *name;

	read_status(t->pid, status);
	name = value_of(status, "Name:\t");
	/* the program may have called prctl(PR_SET_NAME, "") */
	if (!strcspn(name, "\n")) name = "?";
	snprintf(t->name, sizeof t->name, "%.*s", (int)strcspn(name, "\n"),
		name);
	for (char *c = t->name; *c; c++)
		if (*c <= ' ' || *c >= 0x7f || *c == '/') *c = '_';
}

static uint64_t signals_of(const char *status, const char *name) {
	return strtoull(value_of(status, name), NULL, 16);
}

/* Whether a signal is pending that must end the delay of a call. Such a signal
 * would end or stop the program, or it asks the program to end (SIGTERM, for
 * example). */
bool has_signal(pid_t pid) {
#define BIT(signal) (UINT64_C(1) << (-1 + (signal)))
	const uint64_t asks = BIT(SIGHUP) | BIT(SIGINT) | BIT(SIGQUIT) |
			      BIT(SIGTERM) | BIT(SIGTSTP);
	const uint64_t harmless =
		BIT(SIGCHLD) | BIT(SIGCONT) | BIT(SIGURG) | BIT(SIGWINCH);
#undef BIT
	char status[STATUS_SIZE];
	uint64_t pending, masked, caught;

	read_status(pid, status);
	pending = signals_of(status, "SigPnd:\t") |
		  signals_of(status, "ShdPnd:\t");
	masked = signals_of(status, "SigBlk:\t") |
		 signals_of(status, "SigIgn:\t");
	caught = signals_of(status, "SigCgt:\t");
	return (pending & ~masked & (asks | ~(caught | harmless))) != 0;
}

/* Opens the list of a process's descriptors, for next_descriptor(). If the list
 * cannot be opened, sets errno and returns NULL. */
DIR *descriptors_of(pid_t pid) {
	char folder[32];

	snprintf(folder, sizeof folder, "/proc/%d/fd", pid);
	return opendir(folder);
}

/* Returns the next descriptor in the list, and stores what fstat() reports
 * about its file. If there is none left, closes the list and returns -1. */
int next_descriptor(DIR *list, struct stat *about) {
	const struct dirent *e;

	while (list && (e = readdir(list)))
		if (isdigit((unsigned char)*e->d_name) &&
			fstatat(dirfd(list), e->d_name, about, 0) == 0)
			return atoi(e->d_name);
	if (list) closedir(list);
	return -1;
}
