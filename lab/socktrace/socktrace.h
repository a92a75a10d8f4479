/*
 * socktrace.h - what the files of socktrace share
 *
 *     text.c      text for the log, and announcements on stderr
 *     process.c   reads a task's memory, and its files in /proc
 *     sockets.c   asks the kernel about a socket
 *     closing.c   the sockets that a call, exec or a process's end closes
 *     options.c   setsockopt() and getsockopt() as text
 *     waits.c     poll(), select() and epoll_wait() as text
 *     calls.c     the table of the calls that are logged, and each call as text
 *     log.c       the lines of the log
 *     rules.c     which calls -d holds back, and until when
 *     notices.c   the calls that are watched, but not logged; announcements
 *     trace.c     the tasks, and their stops when a call is entered or returns
 *     main.c      usage, options, and the start of the tracer
 *
 * A file uses only the files above it in this list. All state is in struct
 * tracer, which main() makes.
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

/* What the kernel reports about a socket. It is kept, by the socket's inode:
 * after the end of the connection, the kernel does not report all of it. */
struct sock {
	struct sock *next; /* in the same slot */
	ino_t inode;	   /* 0: not an Internet socket */
	int type;
	enum state state;
	bool blocks;
	int unacked, unread;	/* bytes */
	char own[64], peer[64]; /* addresses; "": none */
	char *withheld; /* lines that are not logged yet: see log_call() */
};

/* Sockets whose descriptors are closed by a call, exec or a process's end. */
struct candidate {
	struct sock sock; /* before it was closed */
	int fd;
	bool open;  /* it is still in the epoll set */
	bool lives; /* this task did not close it: see settle_closing() */
};
struct closing {
	struct candidate *of;
	size_t count, room;
	int epoll; /* 0: not made yet, -1: cannot be made */
};

/* What poll(), select() or epoll_wait() waits for, and for how long. */
struct awaited {
	int fd;
	unsigned events;
	uint64_t data; /* what epoll_wait() returns for it */
};
enum { AWAITED = 256, NO_LIMIT = -1, LIMIT_NOT_READ = -2 };
struct waits {
	double limit; /* ms */
	size_t count;
	bool more;     /* there are more than AWAITED descriptors */
	bool not_read; /* some descriptors could not be read */
	struct awaited of[AWAITED];
};

struct hold_rule {
	const char *text, *call, *file;
	int nth, seen; /* nth 0: every call */
	double amount; /* ms, or bytes */
	enum state state;
	enum { TIME_PASSES, IN_STATE, ACKED, CAME, THERE } until;
	bool applied;
};

/* A call that a task has entered, until it returns or the task gives it up. */
struct pending {
	const struct syscall *what;
	/* the call that a signal interrupted, if its handler makes this one */
	struct pending *outer;
	uint64_t args[6];
	bool full;	    /* its full name is logged: see struct arguments */
	int fd;		    /* the socket's descriptor */
	ino_t inode;	    /* the socket's inode; 0: none */
	struct sock before; /* the socket when the call was entered */
	bool sends, blocks;
	struct timespec entered;
	unsigned closes_first, closes_last; /* see struct arguments */
	bool closes_stderr;		    /* possibly the tracer's stderr */
	struct waits *waits;

	struct hold_rule *rule; /* that holds the call back, or NULL */
	double due;		/* in ms: the delay ends then at the latest */

	bool interrupted;      /* by a signal; the kernel may restart it */
	bool returns;	       /* the signal's handler calls rt_sigreturn(2) */
	uint64_t place, stack; /* instruction and stack pointer of the call */
};

/* A process or thread of the program. */
struct task {
	struct task *next;
	pid_t pid, process;
	int number; /* in the log; 0: it has none yet */
	char name[32];
	struct pending *call; /* NULL: it is in no call */
	struct closing closing;
	bool ends;
	/* only in a process's first task: sockets that its tasks were using in
	 * calls when they ended; and when its last task began to end */
	struct closing used;
	struct timespec end;
};

struct tracer {
	struct task *tasks;
	pid_t program;		    /* the program's first process */
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
		pid_t task; /* a task that has the tracer's stderr open, ... */
		int fd;	    /* ... and the descriptor there */
	} stderr_holder;
	const void *announced[96]; /* see first_time() */
	size_t announced_count;
	/* the processes last announced: refuse_call(), CLONE_UNTRACED */
	pid_t refused, untraced;
};

/* A system call at which the program stops: a row of one of the two tables. */
struct arguments;
struct syscall {
	long number; /* -1: this machine has no such call */
	const char *name, *full;
	void (*read)(struct arguments *); /* for a logged call */
	enum act act;
	/* For a watched call: whether the tracer must see its return; and the
	 * text to announce for its result, or NULL. */
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
/* Versions of clang-format disagree about such braces. */
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

enum { ENTERED = -1000 }; /* in place of a result: not returned yet */

/* A call's arguments as text, and what they mean. read_call() sets the first
 * four members, and fd to the first argument. The reader of the call sets the
 * others, and corrects fd. The result is ENTERED until the call returns. */
struct arguments {
	struct task *task;
	const uint64_t *args;
	enum act act;
	long long result;

	struct log_line text; /* "3, 192.0.2.2:9000" */
	struct log_line came; /* " (3 POLLIN)": what poll() has returned */
	bool full;	      /* the call is logged with its full name */
	bool left_out;	      /* the call is not logged */
	bool prompt; /* the call does not wait on any socket: MSG_DONTWAIT */
	int fd;	     /* the socket's descriptor */
	int target;  /* splice(): its output, used if fd is no socket; or -1 */
	/* the range of descriptors that it closes; none if first > last */
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

/* The values by which a stop of our filter is recognised: the program may have
 * a filter of its own. */
enum { OURS = 0x50c7, OURS_32 };

void follow_program(struct tracer *);

#endif
