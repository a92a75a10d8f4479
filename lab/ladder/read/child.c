/*
 * child.c - reads a capture through another program: gzip unpacks it; tcpdump
 * filters it, or converts it if it is neither pcap nor pcapng
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source.h"

static bool write_all(int fd, const uint8_t *at, size_t n) {
	while (n > 0) {
		const ssize_t went = write(fd, at, n);

		if (went == -1 && errno == EINTR) continue;
		if (went == -1) return false;
		at += went;
		n -= (size_t)went;
	}
	return true;
}

/* Runs in the feeder, a process of its own. Writes to the program the bytes of
 * the file that have been read already, and then the rest of the file. */
static void feed(const struct source *s, int to) {
	static uint8_t buffer[1 << 16];
	ssize_t n;

	/* SIGPIPE ends the feeder if the program ends before the file does */
	signal(SIGPIPE, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!write_all(to, s->buffer + s->begin, s->end - s->begin)) _exit(1);
	while ((n = read(s->fd, buffer, sizeof buffer)) > 0 ||
		(n == -1 && errno == EINTR))
		if (n > 0 && !write_all(to, buffer, (size_t)n)) _exit(1);
	_exit(0);
}

static void run(const char *const command[], int in, int out, int complaints) {
	signal(SIGPIPE, SIG_DFL);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(complaints, STDERR_FILENO);
	execvp(command[0], (char *const *)command);
	dprintf(STDERR_FILENO, "%s: %s\n", command[0], strerror(errno));
	_exit(127);
}

bool read_through(struct source *s, const char *const command[]) {
	struct child *c = &s->children[s->child_count];
	int in[2], out[2];

	*c = (struct child){.name = command[0]};
	/* the program's stderr goes to a file in memory, because there may be
	 * no folder where a file can be written */
	c->complaints = fdopen(memfd_create("complaints", MFD_CLOEXEC), "w+");
	if (!c->complaints || pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		return fail(s, "%s: %s", c->name, strerror(errno));
	s->child_count++;
	fcntl(out[0], F_SETPIPE_SZ, 1 << 20); /* only for speed: it may fail */
	c->program = fork();
	if (c->program == 0) run(command, in[0], out[1], fileno(c->complaints));
	close(in[0]);
	close(out[1]);
	c->feeder = c->program == -1 ? -1 : fork();
	if (c->feeder == 0) {
		close(out[0]);
		feed(s, in[1]);
	}
	if (c->feeder == -1) fail(s, "%s: %s", c->name, strerror(errno));
	close(in[1]);
	close(s->fd);
	s->fd = out[0];
	s->begin = s->end = 0;
	s->ended = false;
	return !s->fault;
}

/* Returns the remedy for a child's error message; NULL if there is none. */
static const char *remedy(const struct source *s, const char *complaint) {
	if (strstr(complaint, "unknown file format") ||
		strstr(complaint, "bad dump"))
		return "it is neither pcap nor pcapng; editcap -F pcap may be "
		       "able to convert it";
	if (s->filter && (strstr(complaint, "different from") ||
				 strstr(complaint, "not implemented")))
		return "try without FILTER (tcpdump applies it, and cannot read "
		       "this file); --connection chooses a connection";
	return strstr(complaint, "No such file") ? "run scripts/setup" : NULL;
}

/* Reports the child's first message as the reason why the child failed. */
static void blame(struct source *s, struct child *c) {
	const size_t n = strlen(c->name);
	char line[256], *text = line;

	rewind(c->complaints);
	do {
		if (!fgets(line, sizeof line, c->complaints)) *line = '\0';
		line[strcspn(line, "\n")] = '\0';
	} while (!feof(c->complaints) &&
		 (!*line || strncmp(line, "reading from", 12) == 0));
	for (char *at = line; *at; at++)
		if (*at < ' ' || *at > '~') *at = '?';
	if (strncmp(text, c->name, n) == 0 && text[n] == ':') text += n + 2;
	fail(s, "%s: %s", c->name, *text ? text : "it failed");
	if (!s->remedy) s->remedy = remedy(s, text);
}

/* Ends the children. Kills each whose output was not read to the end, and
 * reports each that has failed. */
void end_children(struct source *s) {
	while (s->child_count > 0) {
		struct child *c = &s->children[--s->child_count];
		int status = 0;

		if (c->feeder > 0) kill(c->feeder, SIGKILL);
		if (c->program > 0 && !s->ended) kill(c->program, SIGKILL);
		if (c->feeder > 0) waitpid(c->feeder, NULL, 0);
		if (c->program > 0) waitpid(c->program, &status, 0);
		if (s->ended && WIFEXITED(status) && WEXITSTATUS(status))
			blame(s, c);
		fclose(c->complaints);
	}
}
