/*
 * witness.c - compares the kernel's own TCP states with those of a ladder
 *
 * usage: witness record PROGRAM [ARGUMENT]...
 *        witness compare FOLDER < EVENTS
 *
 * record: becomes PROGRAM (tcpdump), whose standard output is HOST.pcap. Until
 * PROGRAM ends, a child of it asks the kernel every millisecond for the state
 * of each connection of which this host has sent or received a segment. The
 * child writes the answers into HOST.states, beside HOST.pcap:
 *
 *     connection 0 192.0.2.1:40000 192.0.2.2:9000
 *     BEFORE AFTER 0 STATE
 *
 * A line of the second form is a sample. The kernel was asked between the times
 * BEFORE and AFTER, in nanoseconds since 1970. If the kernel has no such
 * socket, STATE is CLOSED. (The kernel is asked for each connection alone. A
 * question for all sockets would take 0.5 ms, because the kernel would search
 * the tables of the whole machine.)
 *
 * compare: EVENTS is the output of `ladder --events FOLDER`. Each sample is
 * compared with the ladder's states of this end of the connection. Each state
 * of the ladder without parentheses is compared with the logs of calls in
 * FOLDER. A line is printed for each contradiction; if there is any, the exit
 * status is 1. The last line says how many samples and states were compared.
 *
 * A sample contradicts the ladder only if it does so for every possible order
 * of the events:
 *
 *     The state that a leaving segment shows, or that a call reports, may have
 *     begun at any time after the previous event at that end. It must hold
 *     after the segment or the call.
 *     The state that follows from an arriving segment does not begin before
 *     the segment arrives. It must hold when this end has acknowledged the
 *     segment, or after SLACK.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../lab/words.h"

typedef int64_t nanoseconds;
#define MS    INT64_C(1000000)
#define SLACK (50 * MS) /* the kernel may need so long on a busy machine */
enum { MOST = 512 };	/* the most connections of a host */

/* ---- record -------------------------------------------------------------- */

static struct inet_diag_req_v2 asked[MOST];
static int count;

static nanoseconds now(void) {
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * 1000 * MS + t.tv_nsec;
}

static void put_end(FILE *to, int family, const void *address, unsigned port) {
	char text[INET6_ADDRSTRLEN];

	inet_ntop(family, address, text, sizeof text);
	fprintf(to, family == AF_INET ? " %s:%u" : " [%s]:%u", text, port);
}

/* If the connection of this segment is new, adds it to the connections for
 * whose states the kernel is asked. */
static void take_packet(
	FILE *to, const uint8_t *p, ssize_t n, unsigned char direction) {
	const int family = n && p[0] >> 4 == 6 ? AF_INET6 : AF_INET;
	const ssize_t size = family == AF_INET ? 4 : 16;
	const ssize_t at = family == AF_INET ? 12 : 8;
	const ssize_t tcp = family == AF_INET ? (p[0] & 15) * 4 : 40;
	const bool sent = direction == PACKET_OUTGOING;
	struct inet_diag_req_v2 a = {.sdiag_family = (uint8_t)family,
		.sdiag_protocol = IPPROTO_TCP,
		.id.idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}};

	if (n < tcp + 4 || p[family == AF_INET ? 9 : 6] != IPPROTO_TCP ||
		(family == AF_INET && (p[6] & 0x1f || p[7])) || count == MOST)
		return;
	memcpy(sent ? a.id.idiag_src : a.id.idiag_dst, p + at, (size_t)size);
	memcpy(sent ? a.id.idiag_dst : a.id.idiag_src, p + at + size,
		(size_t)size);
	memcpy(sent ? &a.id.idiag_sport : &a.id.idiag_dport, p + tcp, 2);
	memcpy(sent ? &a.id.idiag_dport : &a.id.idiag_sport, p + tcp + 2, 2);
	for (int i = 0; i < count; i++)
		if (memcmp(&asked[i], &a, sizeof a) == 0) return;
	fprintf(to, "connection %d", count);
	put_end(to, family, a.id.idiag_src, ntohs(a.id.idiag_sport));
	put_end(to, family, a.id.idiag_dst, ntohs(a.id.idiag_dport));
	fputc('\n', to);
	asked[count++] = a;
}

static void take_packets(FILE *to, int wire) {
	uint8_t bytes[128];
	struct sockaddr_ll from;
	socklen_t size = sizeof from;
	ssize_t n;

	while ((n = recvfrom(wire, bytes, sizeof bytes, MSG_DONTWAIT,
			(struct sockaddr *)&from, &size)) >= 0)
		take_packet(to, bytes, n, from.sll_pkttype);
}

/* Asks the kernel for the state of a connection, and returns it. If there is no
 * socket of this connection, the kernel may report the listening socket; then
 * the state is CLOSED, too. */
static enum state ask(int kernel, const struct inet_diag_req_v2 *what) {
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 what;
	} question = {
		{sizeof question, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 0, 0},
		*what};
	struct {
		struct nlmsghdr head;
		struct inet_diag_msg what;
		char more[2048];
	} answer;

	if (send(kernel, &question, sizeof question, 0) == -1 ||
		recv(kernel, &answer, sizeof answer, 0) == -1)
		err(1, "sock_diag");
	if (answer.head.nlmsg_type == NLMSG_ERROR) {
		errno = -((const struct nlmsgerr *)&answer.what)->error;
		if (errno != ENOENT) err(1, "sock_diag");
		return CLOSED;
	}
	return answer.what.idiag_state == 10 ? /* the state LISTEN */
		       CLOSED :
		       state_of_kernel(answer.what.idiag_state);
}

static void record(const char *file) {
	const int kernel =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	const int wire =
		socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_ALL));
	FILE *to = fopen(file, "we");

	if (kernel == -1 || wire == -1 || !to) err(1, "%s", file);
	for (;; usleep(1000)) {
		take_packets(to, wire);
		for (int i = 0; i < count; i++) {
			const nanoseconds before = now();
			const enum state state = ask(kernel, &asked[i]);

			fprintf(to, "%lld %lld %d %s\n", (long long)before,
				(long long)now(), i, state_names[state]);
		}
		fflush(to);
	}
}

static void become(char *program[]) {
	const pid_t parent = getpid();
	char file[4096];
	const ssize_t n = readlink("/proc/self/fd/1", file, sizeof file - 8);

	if (n > 5 && memcmp(file + n - 5, ".pcap", 5) == 0 && fork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent) _exit(0);
		strcpy(file + n - 5, ".states");
		record(file);
	}
	execv(*program, program);
	err(127, "%s", *program);
}

/* ---- compare: reads the states in the ladder
 * ----------------------------------------- */

/* A moment is an event at an end of a connection: a segment left, a segment
 * arrived (CAME), or a call was entered or returned; with the state in the
 * ladder after this event. */
struct moment {
	const char *end; /* "192.0.2.1:40000 192.0.2.2:9000" */
	int connection;
	enum { LEFT, CAME, CALLED } how;
	enum state state;
	/* reported: the ladder has the state without parentheses; confirmed: a
	 * log has a call that reports this state */
	bool reported, confirmed;
	nanoseconds at;
	/* the ack number of a segment that left; -1 if there is none */
	long long ack;
	/* if a segment arrived: the sequence number after its last byte */
	long long behind;
	bool resets;
	size_t order;
	/* The new state begins between these times. They are 0 if the state is
	 * the same as before. */
	nanoseconds early, late;
};

static struct moment *moments;
static size_t moment_count;
static char *ends[MOST][2]; /* ends[N][H]: the end of connection N at host H */

static void *grown(void *at, size_t n, size_t size) {
	if ((n & (n - 1)) == 0) at = realloc(at, (n ? 2 * n : 1) * size);
	if (!at) err(1, "memory");
	return at;
}

static nanoseconds moment_of(const char *text) {
	char *point;
	const nanoseconds seconds = strtoll(text, &point, 10);

	return seconds * 1000 * MS + strtoll(point + 1, NULL, 10);
}

static void add_moment(struct moment m, const char *time, const char *state) {
	const bool inferred = *state == '(';

	if (!*time) return;
	state += inferred;
	m.state = state_of_name(state, strcspn(state, ")"));
	m.reported = m.state && !inferred;
	m.at = moment_of(time);
	m.order = moment_count;
	moments = grown(moments, moment_count, sizeof *moments);
	moments[moment_count++] = m;
}

enum {
	EVENT,
	HOST,
	CONNECTION,
	SENT,
	RECEIVED,
	STATE,
	PEER,
	WHAT,
	SEQ,
	ACK,
	LEN,
	COLUMNS = 14
};

static void take_event(char *column[COLUMNS]) {
	const int n = atoi(column[CONNECTION]);
	const int h = strcmp(column[HOST], "server") == 0;
	const char *what = column[WHAT];
	char *server = strchr(what, ' ');

	if (n < 1 || n >= MOST) return;
	if (strcmp(column[EVENT], "connection") == 0) {
		*server++ = '\0';
		if (asprintf(&ends[n][0], "%s %s", what, server) == -1 ||
			asprintf(&ends[n][1], "%s %s", server, what) == -1)
			err(1, "memory");
	} else if (strcmp(column[EVENT], "call") == 0)
		add_moment((struct moment){.end = ends[n][h],
				   .connection = n,
				   .how = CALLED},
			column[SENT], column[STATE]);
	else if (strcmp(column[EVENT], "segment") == 0 && *column[SEQ]) {
		const long long length = atoll(column[LEN]) +
					 !!strstr(what, "SYN") +
					 !!strstr(what, "FIN");

		add_moment(
			(struct moment){.end = ends[n][h],
				.connection = n,
				.how = LEFT,
				.ack = *column[ACK] ? atoll(column[ACK]) : -1},
			column[SENT], column[STATE]);
		add_moment(
			(struct moment){.end = ends[n][!h],
				.connection = n,
				.how = CAME,
				.behind = length ? atoll(column[SEQ]) + length :
						   LLONG_MAX,
				.resets = strstr(what, "RST")},
			column[RECEIVED], column[PEER]);
	}
}

static int by_end(const void *a, const void *b) {
	const struct moment *m = a, *n = b;
	const int order = strcmp(m->end, n->end);

	if (order) return order;
	if (m->connection != n->connection)
		return m->connection - n->connection;
	if (m->at != n->at) return m->at < n->at ? -1 : 1;
	return m->order < n->order ? -1 : 1;
}

/* Whether this moment is at the same end as the moment before it. is_next():
 * whether it is of the same connection, too. */
static bool is_alike(const struct moment *m) {
	return m < moments + moment_count && strcmp(m->end, m[-1].end) == 0;
}

static bool is_next(const struct moment *m) {
	return is_alike(m) && m->connection == m[-1].connection;
}

/* m is the arrival of a segment. Returns the time from which the state that
 * follows from the segment must hold. */
static nanoseconds settled(const struct moment *m) {
	const nanoseconds late = m->at + SLACK;

	for (const struct moment *n = m + 1; is_next(n) && n->at < late; n++)
		if ((n->how == LEFT && n->ack >= m->behind) ||
			(n->how == CALLED && n->state == m->state &&
				n->reported))
			return n->at;
	return late;
}

/* Whether the ladder knows this state only from the end's answer: the end
 * answered a segment with RST, so it had no connection any more when the
 * segment arrived. */
static bool is_backwards(const struct moment *m, enum state before) {
	return m->state == CLOSED && before != LAST_ACK && !m->resets;
}

static void read_events(void) {
	char *line = NULL;
	size_t room = 0;
	enum state state = NO_STATE;

	while (getline(&line, &room, stdin) > 0) {
		char *rest = line, *column[COLUMNS];
		int n = 0;

		line[strcspn(line, "\n")] = '\0';
		while (n < COLUMNS && (column[n] = strsep(&rest, "\t")))
			n++;
		if (n == COLUMNS) take_event(column);
	}
	free(line);
	if (moment_count) qsort(moments, moment_count, sizeof *moments, by_end);
	for (struct moment *m = moments; m < moments + moment_count; m++) {
		const bool first = m == moments || !is_next(m);

		if (first) state = NO_STATE;
		if (m->state == state || (!m->state && m->how != CALLED))
			continue;
		m->early = m->how == CAME && !is_backwards(m, state) ? m->at :
			   first				     ? 1 :
								       m[-1].at;
		state = m->state;
		m->late = m->how == CAME ? settled(m) : m->at + 1000;
	}
}

/* ---- compare: with the states that the kernel reported
 * ------------------------------- */

static unsigned long samples, reports, wrong;

/* Whether the end whose moments begin at m can have had this state at a time
 * between `before` and `after`. The same two ends may have another connection
 * later: before that connection, the state is CLOSED. */
static bool allows(const struct moment *m, enum state state, nanoseconds before,
	nanoseconds after) {
	enum state had = NO_STATE; /* any state is possible */

	for (;; had = CLOSED) {
		nanoseconds early = 0;

		do {
			if (!m->early) continue;
			if ((!had || had == state) && early <= after &&
				m->late >= before)
				return true;
			had = m->state;
			early = m->early;
		} while (is_next(++m));
		if ((!had || had == state) && early <= after) return true;
		if (!is_alike(m)) return false;
	}
}

static struct moment *moments_of(const char *end) {
	for (struct moment *m = moments; m < moments + moment_count; m++)
		if (strcmp(m->end, end) == 0) return m;
	return NULL;
}

static void compare_samples(const char *file) {
	const struct moment *of[MOST] = {NULL};
	/* latest: for each connection, the last state that was wrong */
	enum state latest[MOST] = {NO_STATE}, state;
	char *line = NULL;
	size_t room = 0;
	FILE *from = fopen(file, "re");

	if (!from) err(1, "%s", file);
	while (getline(&line, &room, from) > 0) {
		char *at = line, *name;
		nanoseconds before, after;
		long n;

		line[strcspn(line, "\n")] = '\0';
		if (strncmp(at, "connection ", 11) == 0) {
			n = strtol(at + 11, &at, 10);
			of[n] = moments_of(at + 1);
			continue;
		}
		before = strtoll(at, &at, 10);
		after = strtoll(at, &at, 10);
		n = strtol(at, &name, 10);
		if (!of[n] || *name++ != ' ') continue;
		samples++;
		state = state_of_name(name, strlen(name));
		if (allows(of[n], state, before, after)) {
			latest[n] = NO_STATE;
			continue;
		}
		wrong++;
		if (latest[n] != state)
			printf("%s: %s: the kernel has %s at %lld.%09lld\n",
				file, of[n]->end, name,
				(long long)(before / (1000 * MS)),
				(long long)(before % (1000 * MS)));
		latest[n] = state;
	}
	free(line);
	fclose(from);
}

/* Returns the time that has this time of day, and is nearest to another time.
 */
static nanoseconds date(nanoseconds of_day, nanoseconds near) {
	const nanoseconds day = 86400 * 1000 * MS;
	const nanoseconds since = (near - of_day) % day;

	return near - (since > day / 2 ? since - day : since);
}

/* The log has a call that reports this state at this time of day. Marks as
 * confirmed the moments of the ladder from this time on, as long as the ladder
 * has this state. */
static void confirm(struct moment *m, enum state state, nanoseconds of_day) {
	const nanoseconds at = date(of_day, m->at);

	while (m->at < at)
		if (!is_next(++m)) return;
	do
		m->confirmed = true;
	while (is_next(++m) && !m->confirmed &&
		(m->state == state || !m->state));
}

/* Whether the addresses in a log are those of this end. After a connection has
 * failed, the kernel reports 0.0.0.0 or :: as its own address. */
static bool is_end(const char *end, const char *reported) {
	const char *port = strncmp(reported, "0.0.0.0:", 8) == 0 ?
				   reported + 7 :
			   strncmp(reported, "[::]:", 5) == 0 ? reported + 4 :
								NULL;

	return port ? strstr(end, port) != NULL : strcmp(end, reported) == 0;
}

static void take_report(char *line) {
	char *state = strstr(line, " ["), *end;
	int h, m, s, us;

	while (state && !(state[2] >= 'A' && state[2] <= 'Z'))
		state = strstr(state + 1, " [");
	end = state ? strchr(state + 1, ' ') : NULL;
	if (!end || sscanf(line, "%d:%d:%d.%d", &h, &m, &s, &us) != 4) return;
	*end++ = '\0';
	end[strlen(end) - 2] = '\0'; /* removes "]\n" */
	for (struct moment *n = moments; n < moments + moment_count; n++)
		if ((n == moments || !is_next(n)) && is_end(n->end, end))
			confirm(n, state_of_name(state + 2, strlen(state + 2)),
				((h * 60 + m) * 60 + s) * 1000 * MS +
					us * 1000);
}

static void compare_reports(const char *file) {
	char *line = NULL;
	size_t room = 0;
	FILE *from = fopen(file, "re");

	if (!from) err(1, "%s", file);
	while (getline(&line, &room, from) > 0)
		take_report(line);
	free(line);
	fclose(from);
}

static void check_reports(void) {
	for (const struct moment *m = moments; m < moments + moment_count;
		m++) {
		if (!m->reported) continue;
		reports++;
		if (m->confirmed) continue;
		wrong++;
		printf("%s: no call has reported %s by %lld.%09lld\n", m->end,
			state_names[m->state], (long long)(m->at / (1000 * MS)),
			(long long)(m->at % (1000 * MS)));
	}
}

static void each(
	const char *folder, const char *kind, void (*take)(const char *)) {
	char *pattern;
	glob_t files;

	if (asprintf(&pattern, "%s/*.%s", folder, kind) == -1) err(1, "memory");
	if (glob(pattern, 0, NULL, &files)) errx(1, "%s: none", pattern);
	for (size_t i = 0; i < files.gl_pathc; i++)
		take(files.gl_pathv[i]);
	globfree(&files);
	free(pattern);
}

int main(int argc, char *argv[]) {
	if (argc > 2 && strcmp(argv[1], "record") == 0) become(argv + 2);
	if (argc != 3 || strcmp(argv[1], "compare") != 0)
		errx(2, "wrong usage: see witness.c");
	read_events();
	each(argv[2], "states", compare_samples);
	each(argv[2], "log", compare_reports);
	check_reports();
	printf("%lu samples, %lu reports, %lu wrong\n", samples, reports,
		wrong);
	return wrong != 0;
}
