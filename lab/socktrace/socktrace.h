/*
 * socktrace.h - what the files of socktrace give each other
 *
 *     text.c      lines of text, and announcements
 *     process.c   a task of the program: its memory, and what /proc says of it
 *     sockets.c   what the kernel says of a socket
 *     closing.c   the sockets that a call, exec or a process's end closes
 *     options.c   setsockopt() and getsockopt(), in words
 *     waits.c     poll(), select() and epoll_wait(), in words
 *     calls.c     the table of the calls that are logged, and each in words
 *     log.c       the lines of the log
 *     rules.c     -d: which call is held back, and until when
 *     notices.c   the calls that are not logged, but watched; announcements
 *     trace.c     the tasks and their stops: a call is entered, and returns
 *     main.c      usage, options, and how program and tracer come apart
 *
 * A file uses what stands above it here, and nothing from below. All state is
 * in struct tracer, which main() makes.
 */
#ifndef SOCKTRACE_H
#define SOCKTRACE_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../messages.h"
#include "../words.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* ---- what socktrace knows ---------------------------------------------- */

struct log_line {
	char text[1024];
	size_t size;
};

/* What the kernel says of a socket. It is kept, by the socket's inode, for what
 * the kernel no longer says when the connection has ended. */
struct sock {
	struct sock *next; /* in its slot */
	ino_t inode;	   /* 0: not an Internet socket */
	int type;
	enum state state;
	bool blocks;
	int unacked, unread;	/* bytes */
	char own[64], peer[64]; /* addresses; "" where it has none */
	char *withheld; /* lines that are not logged yet: see log_call() */
};

/* Sockets of which a call, exec or a process's end closes descriptors. */
struct candidate {
	struct sock sock; /* as it was before */
	int fd;
	bool open;  /* its file is open, by the kernel's word */
	bool lives; /* another descriptor keeps it open: see settle_closing() */
};
struct closing {
	struct candidate *of;
	size_t count, room;
	int epoll; /* 0: none yet, -1: none could be made */
};

/* What poll() and its like wait for, and for how long. */
struct awaited {
	int fd;
	unsigned events;
	uint64_t data; /* by which epoll_wait() names it */
};
enum { AWAITED = 256, NO_LIMIT = -1, LIMIT_NOT_READ = -2 };
struct waits {
	double limit; /* ms */
	size_t count;
	bool more;     /* there are more than AWAITED */
	bool not_read; /* some could not be read */
	struct awaited of[AWAITED];
};

struct hold_rule {
	const char *text, *call, *file;
	int nth, seen; /* nth 0: each */
	double amount; /* of ms, or of bytes */
	enum state state;
	enum { TIME_PASSES, IN_STATE, ACKED, CAME, THERE } until;
	bool applied;
};

/* A call that a task has entered, until it returns or comes to nothing. */
struct pending {
	const struct syscall *what;
	struct pending
		*outer; /* interrupted by a signal: this is its handler's */
	uint64_t args[6];
	bool full;	    /* it has its full name: see struct arguments */
	int fd;		    /* of the socket that it is about */
	ino_t inode;	    /* of that socket; 0: none */
	struct sock before; /* the socket as the call was entered */
	bool sends, blocks;
	struct timespec entered;
	unsigned closes_first, closes_last; /* see struct arguments */
	bool closes_stderr;		    /* the tracer's, perhaps */
	struct waits *waits;

	struct hold_rule *rule; /* that holds the call back, at most until: */
	double due;

	bool interrupted;      /* by a signal: the call may come again */
	bool returns;	       /* the signal's handler, by rt_sigreturn(2) */
	uint64_t place, stack; /* where the call was made in the program */
};

/* A process or thread of the program. */
struct task {
	struct task *next;
	pid_t pid, process;
	int number; /* in the log's lines; 0: it has none yet */
	char name[32];
	struct pending *call; /* NULL: it is in none */
	struct closing closing;
	bool ends;
	struct closing used; /* of a process: in calls as their tasks ended */
	struct timespec end; /* of its process: its last task began to end */
};

struct tracer {
	struct task *tasks;
	pid_t program;		    /* its first process */
	int numbered;		    /* tasks that have a number */
	struct sock *sockets[1024]; /* by inode, modulo 1024 */
	struct hold_rule rules[32];
	size_t rule_count;
	bool rules_reported;
	bool logs_waits; /* -w */
	struct {
		int fd;
		const char *path;
		bool failed;
	} log;
	struct {
		pid_t task; /* a task that has the tracer's stderr, ... */
		int fd;	    /* ... and its descriptor there */
	} stderr_holder;
	const void *announced[96]; /* see first_time() */
	size_t announced_count;
	pid_t refused, untraced; /* the processes last announced for that */
};

/* A row of the table of system calls at which the program stops. */
struct arguments;
struct syscall {
	long number; /* -1: this machine has no such call */
	const char *name, *full;
	void (*read)(struct arguments *); /* of a call that is logged */
	enum act act;
	/* Of a call that is only watched: whether its return matters; and the
	 * text that is announced for its result, or NULL. */
	bool (*matters)(struct tracer *, struct task *);
	const char *(*notice)(const struct task *, long long result);
};
/* Each list ends with a row that has no name. */
extern const struct syscall logged_calls[], watched_calls[];

/* ---- text.c ------------------------------------------------------------ */

struct named {
	int value;
	const char *name;
};
/* Versions of clang-format differ about such braces. */
/* clang-format off */
#define WORD(name) {name, #name}
/* clang-format on */

__attribute__((format(printf, 2, 3))) void add_text(
	struct log_line *, const char *format, ...);
void add_flags(struct log_line *, const char *before, unsigned flags,
	const struct named *, size_t count);
void add_string(struct log_line *, const char *text, size_t size);
const char *word_of(int value, const struct named *, size_t count);
const char *word_of_error(int error);
void name_address(char *text, size_t room, const struct sockaddr_storage *);
bool first_time(struct tracer *, const void *what);
void announce(struct tracer *, const struct task *, const char *text);
void *zeroed_memory(size_t);

/* ---- process.c --------------------------------------------------------- */

enum { STATUS_SIZE = 8192 };
bool fetch(const struct task *, uint64_t from, void *to, size_t size);
size_t fetch_some(const struct task *, uint64_t from, void *to, size_t size);
void name_address_at(char *text, size_t room, const struct task *, uint64_t at);
void add_address_at(struct log_line *, const struct task *, uint64_t at);
const char *value_of(const char *status, const char *name);
void read_status(pid_t, char text[STATUS_SIZE]);
void name_task(struct task *);
bool has_signal(pid_t);
DIR *descriptors_of(pid_t);
int next_descriptor(DIR *, struct stat *);

/* ---- sockets.c --------------------------------------------------------- */

struct sock *kept_socket(struct tracer *, ino_t);
void forget_socket(struct tracer *, ino_t);
int copy_descriptor(struct tracer *, const struct task *, int fd);
const struct sock *ask_of_copy(struct tracer *, int copy);
const struct sock *ask_socket(struct tracer *, const struct task *, int fd);

/* ---- closing.c --------------------------------------------------------- */

void add_candidate(struct closing *, const struct sock *, int fd);
void add_closing(struct tracer *, struct task *, unsigned first, unsigned last);
void add_closing_by_exec(struct tracer *, struct task *);
void forget_closing(struct closing *);
void settle_closing(struct tracer *, struct task *);
int count_descriptors(const struct tracer *, const struct task *, ino_t);

/* ---- calls.c, options.c, waits.c --------------------------------------- */

enum { ENTERED = -1000 }; /* a result that none has: the call is under way */

/* What a call's arguments say. A reader is given the first four lines, and
 * fills in the others; fd is the first argument until it says otherwise. The
 * result is ENTERED while what the call brings is not there yet. */
struct arguments {
	struct task *task;
	const uint64_t *args;
	enum act act;
	long long result;

	struct log_line text; /* "3, 192.0.2.2:9000" */
	struct log_line came; /* " (3 POLLIN)": poll() and its like report it */
	bool full;     /* it has the argument that its full name stands for */
	bool left_out; /* it is not logged */
	bool prompt;   /* it does not wait, whatever its socket: MSG_DONTWAIT */
	int fd;	       /* of the socket that it is about */
	int target; /* the descriptor it sends to, if fd is no socket; or -1 */
	/* the descriptors that it closes, or closes_first > closes_last */
	unsigned closes_first, closes_last;
};

void read_option(struct arguments *);
void read_poll(struct arguments *);
void read_ppoll(struct arguments *);
void read_select(struct arguments *);
void read_pselect(struct arguments *);
void read_epoll_wait(struct arguments *);
void read_epoll_pwait(struct arguments *);
void read_epoll_pwait2(struct arguments *);
bool awaits_sockets(struct tracer *, struct task *);

void read_call(struct arguments *, struct task *, long long result);
const char *name_of_call(const struct pending *);

/* ---- log.c ------------------------------------------------------------- */

bool may_close_stderr(const struct task *);
void let_go_of_stderr(struct tracer *, pid_t ended);
void log_call(struct tracer *, struct task *, const struct sock *,
	const struct timespec *, long long result);
void log_closed(struct tracer *, struct task *, long long result);
void log_exec(struct tracer *, struct task *);
void log_end(struct tracer *, struct task *, const siginfo_t *);
void log_heading(struct tracer *, char *const argv[]);

/* ---- rules.c ----------------------------------------------------------- */

void parse_rule(struct hold_rule *, const char *text);
struct hold_rule *rule_for(struct tracer *, const struct task *);
void hold_call(struct pending *, struct hold_rule *);
bool is_held(struct tracer *, const struct task *);
void report_unused_rules(struct tracer *);

/* ---- notices.c --------------------------------------------------------- */

void announce_program(struct tracer *, const struct task *);
void announce_32_bit_calls(struct tracer *, const struct task *);
void refuse_call(struct tracer *, const struct task *);

/* ---- trace.c ----------------------------------------------------------- */

/* The filter marks its stops, so that they are not taken for those of a filter
 * of the program's own. */
enum { OURS = 0x50c7, OURS_32 };

void follow_program(struct tracer *);

#endif
