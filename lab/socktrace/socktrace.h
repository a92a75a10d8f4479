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
 * tracer, which main() makes. A task is a process or a thread, as in the
 * kernel. A call is logged if it has lines in the log. It is watched if it has
 * none, but the tracer must know of it.
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

/* What the kernel has reported about a socket. The tracer keeps this, because
 * the kernel does not report all of it any more when the connection has ended.
 */
struct sock {
	struct sock *next; /* in the same list of tracer.sockets; or NULL */
	ino_t inode;	   /* 0 if this is no Internet socket */
	int type;
	enum state state;
	bool blocks;
	int unacked,	/* bytes in the send buffer: not acknowledged yet */
		unread; /* bytes that have arrived, but are not read yet */
	/* the addresses of both ends, as text; "" if an end has none */
	char own[64], peer[64];
	/* lines of the log that wait until the socket is used: see log_call();
	 * or NULL */
	char *withheld;
};

/* A descriptor of a socket that a call, exec or the end of a process closes.
 * closing.c finds out whether the socket itself is closed by this. */
struct candidate {
	struct sock sock; /* the socket, as it was before */
	int fd;		  /* -1 if a thread has closed the descriptor before */
	bool open;	  /* the socket is still in the epoll set below */
	/* the socket is not closed, or not by this task: see settle_closing()
	 */
	bool lives;
};
struct closing {
	struct candidate *of;
	size_t count, room;
	/* descriptor of an epoll set with these sockets; 0 if it is not made
	 * yet, -1 if it cannot be made */
	int epoll;
};

/* A descriptor for which poll(), select() or epoll_wait() waits. */
struct awaited {
	int fd;
	unsigned events;
	uint64_t data; /* epoll_wait() returns this for the descriptor */
};
/* AWAITED is the largest number of descriptors that are kept. */
enum { AWAITED = 256, NO_LIMIT = -1, LIMIT_NOT_READ = -2 };
/* All that such a call waits for, and for how long. */
struct waits {
	/* in ms; NO_LIMIT; or LIMIT_NOT_READ, if the program's memory could
	 * not be read */
	double limit;
	size_t count;
	bool more;     /* there are more than AWAITED descriptors */
	bool not_read; /* some descriptors could not be read */
	struct awaited of[AWAITED];
};

/* A rule of -d: which call is held back, and until when. */
struct hold_rule {
	const char *text, *call, *file;
	int nth,      /* only the nth such call is held back; 0: each of them */
		seen; /* how many such calls the tracer has seen */
	double amount; /* TIME_PASSES: a time in ms; CAME: a number of bytes */
	enum state state;
	enum { TIME_PASSES, IN_STATE, ACKED, CAME, THERE } until;
	bool applied;
};

/* A system call that a task has entered, and that has not ended yet. */
struct pending {
	const struct syscall *what;
	/* If a signal's handler makes this call: the call that the signal has
	 * interrupted. Otherwise NULL. */
	struct pending *outer;
	uint64_t args[6];
	bool full;   /* the call is logged with its full name ("sendto") */
	int fd;	     /* the descriptor of the socket that the call uses */
	ino_t inode; /* the inode of this socket; 0 if there is none */
	struct sock before; /* this socket, as it was before the call */
	bool sends, blocks;
	struct timespec entered;
	unsigned closes_first, closes_last; /* see struct arguments */
	/* the call may close a descriptor of the file that is the tracer's
	 * stderr */
	bool closes_stderr;
	struct waits *waits;

	struct hold_rule *rule; /* the rule that holds the call back; or NULL */
	double due; /* the latest end of the delay, as a time of now() */

	bool interrupted; /* by a signal; the call may be restarted */
	bool returns;	  /* the signal's handler has called rt_sigreturn(2) */
	uint64_t place,	  /* the instruction pointer after the call */
		stack;	  /* the stack pointer after the call */
};

/* A process or thread of the program. */
struct task {
	struct task *next;
	pid_t pid, process;
	int number; /* its number in the log; 0 if it is not in the log yet */
	char name[32];
	struct pending *call; /* the call that the task is in; or NULL */
	struct closing closing;
	bool ends; /* the task has begun to end */
	/* Only in the first task of a process: the sockets of the calls that
	 * tasks of this process were in when they ended. */
	struct closing used;
	/* Only in the first task of a process: the time when the last task of
	 * this process began to end. */
	struct timespec end;
};

struct tracer {
	struct task *tasks;
	pid_t program; /* the first process of the program */
	int numbered;  /* how many tasks have a number */
	/* lists of sockets; the index of a socket's list is its inode modulo
	 * 1024 */
	struct sock *sockets[1024];
	struct hold_rule rules[32];
	size_t rule_count;
	bool rules_reported;
	bool logs_waits; /* option -w: poll() and its like are logged, too */
	struct {
		int fd;
		const char *path;
		bool failed;
	} log;
	struct {
		pid_t task; /* a task that has the file of our stderr open */
		int fd;	    /* the task's descriptor of this file */
	} stderr_holder;
	const void *announced[96]; /* see first_time() */
	size_t announced_count;
	pid_t refused,	  /* the process that refuse_call() announced last */
		untraced; /* the last one with CLONE_UNTRACED: see notices.c */
};

/* A system call at which our filter stops the program: a row of logged_calls
 * or of watched_calls. */
struct arguments;
struct syscall {
	long number; /* -1 if this machine has no such system call */
	const char *name, *full;
	/* Only for a logged call: reads its arguments. */
	void (*read)(struct arguments *);
	enum act act;
	/* Only for a watched call: returns whether the tracer must see the
	 * return of the call. */
	bool (*matters)(struct tracer *, struct task *);
	/* Only for a watched call: returns the text to announce when the call
	 * has this result; or NULL. */
	const char *(*notice)(const struct task *, long long result);
};
/* Each list ends with a row that has no name. */
extern const struct syscall logged_calls[], watched_calls[];

/* ---- text.c ------------------------------------------------------------ */

struct named {
	int value;
	const char *name;
};
/* Versions of clang-format differ in how they format these braces. */
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

enum { ENTERED = -1000 }; /* the result of a call that has not returned yet */

/* A call's arguments as text, and what they mean. read_call() sets the first
 * four members, and fd to the first argument. Then it calls the reader of the
 * call (struct syscall), which sets the others. */
struct arguments {
	struct task *task;
	const uint64_t *args;
	enum act act;
	long long result; /* ENTERED until the call returns */

	struct log_line text; /* "3, 192.0.2.2:9000" */
	/* what is ready when poll() or its like returns: " (3 POLLIN)" */
	struct log_line came;
	bool full;     /* the call is logged with its full name */
	bool left_out; /* the call is not logged */
	bool prompt;   /* the call never waits (MSG_DONTWAIT, for example) */
	int fd;	       /* the descriptor of the socket */
	/* the output of splice(), which is used if fd is no socket; for other
	 * calls -1 */
	int target;
	/* the call closes the descriptors in this range; none if first > last
	 */
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

/* Our seccomp filter reports one of these values when it stops a task. A filter
 * that the program itself has installed reports other values. */
enum { OURS = 0x50c7, OURS_32 };

void follow_program(struct tracer *);

#endif
