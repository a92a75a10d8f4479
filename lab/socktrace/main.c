/*
 * socktrace - logs the socket calls of any program, as they happen
 *
 * Shows   which calls a program makes, when, and with what result; the kernel's
 *         state of the connection at that time; and how the program ends.
 * Run     socktrace tcp_client 127.0.0.1 9000
 *         tcpdump -ni lo port 9000   beside it: both print the same clock.
 * Watch   SYN leave after connect() was entered, and before it returns.
 * See     ptrace(2), seccomp(2), pidfd_getfd(2), tcp(7), README.md
 *
 * The program runs in the process that was started as socktrace, so its parent,
 * terminal, signals and exit status are the same as without socktrace. The
 * tracer is a child of this process; be_traced() starts it. socktrace.h lists
 * the other files.
 */
#define _GNU_SOURCE
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "socktrace.h"

#if defined __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined __riscv && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#elif defined __powerpc64__ && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARCHITECTURE AUDIT_ARCH_PPC64LE
#elif defined __s390x__
#define ARCHITECTURE AUDIT_ARCH_S390X
#endif
#ifndef ARCHITECTURE /* the other programs can be built on such a machine */
int main(void) {
	errx(1, "it is for 64-bit machines (x86, ARM, RISC-V, POWER, s390): "
		"on this one, run the program without it");
}
#else

static const char usage[] =
	"usage: socktrace [-hw] [-d RULE]... [-o FILE] PROGRAM [ARGUMENT]...\n"
	"Runs PROGRAM, and logs the calls on Internet sockets that it, its threads\n"
	"and its children make; a call that may wait, or that sends, is also logged\n"
	"when it is entered. In brackets are the kernel's state of the connection\n"
	"and its addresses, the program's own first.\n"
	"The last line is how PROGRAM ended: 'exit 0', 'killed by SIGKILL'; there is\n"
	"one for each socket that was open until then.\n"
	"  -d RULE  delay a call before the kernel sees it; 32 at most\n"
	"  -h       print this\n"
	"  -o FILE  append to FILE (stderr), date and command first\n"
	"  -w       log poll, select and epoll_wait on such sockets, too\n"
	"RULE is one of these:\n"
	"  CALL=MS     delay for MS, 0 to 60000\n"
	"  CALL=STATE  until its connection is in this state (RFC 9293's names)\n"
	"  CALL=acked  until all that it has sent on its connection is acknowledged\n"
	"  CALL=NB     until N bytes can be read (for example 6B); N from 0 to 60000\n"
	"  CALL=/FILE  until FILE, a whole path, exists\n"
	"STATE, acked and NB wait for nothing if there is no connection. Each delay ends\n"
	"after 60 s at the latest, and at once when SIGTERM, SIGINT or SIGHUP comes.\n"
	"With ,nth=N only the Nth such call, counted over the whole program.\n"
	"CALL: a name as it is logged, for example accept or recv; poll with -w.\n"
	"Exit status: PROGRAM's own; 1 FILE cannot be written, 2 usage, 126\n"
	"PROGRAM cannot be run, 127 it does not exist. A RULE that never applied is\n"
	"named at the end. If ptrace(2) is not permitted, PROGRAM runs without being\n"
	"traced. What cannot be logged, or cannot work while traced, is reported\n"
	"on stderr: io_uring, 32-bit programs, strict seccomp, ptrace(2).\n";

/* ---- the filter -------------------------------------------------------- */

/* The largest number of calls in the filter. A jump in BPF skips at most 255
 * instructions, and there is an instruction for each call. */
enum { FILTERED = 200 };

static unsigned add_numbers(const struct tracer *tracer,
	const struct syscall *list, uint32_t numbers[FILTERED], unsigned n) {
	for (; list->name && n < FILTERED; list++)
		if (list->number != -1 &&
			(list->act != AWAITS || tracer->logs_waits))
			numbers[n++] = (uint32_t)list->number;
	return n;
}

/* Installs the seccomp filter: the kernel then stops this task at each call
 * that is logged or watched. */
static bool install_filter(const struct tracer *tracer) {
	uint32_t numbers[FILTERED];
	const unsigned n = add_numbers(tracer, watched_calls, numbers,
		add_numbers(tracer, logged_calls, numbers, 0));
	struct sock_filter code[FILTERED + 11] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 0, n + 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, nr)),
	};
	/* the 32-bit system calls socketcall(2) and socket(2), which are
	 * announced */
	const struct sock_filter others[] = {
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_I386, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 102, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 359, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | OURS_32),
	};
	const struct sock_fprog filter = {(unsigned short)(n + 11), code};

	for (unsigned i = 0; i < n; i++)
		code[3 + i] =
			(struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
				numbers[i], (unsigned char)(n - i), 0);
	code[3 + n] = (struct sock_filter)BPF_STMT(
		BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	code[4 + n] = (struct sock_filter)BPF_STMT(
		BPF_RET | BPF_K, SECCOMP_RET_TRACE | OURS);
	memcpy(code + 5 + n, others, sizeof others);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0)
		return true; /* this needs CAP_SYS_ADMIN, which a program in the
				lab has */
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

/* ---- the tracer -------------------------------------------------------- */

/* Closes all descriptors but those of stderr and of the log. If the tracer kept
 * a pipe or a socket of the program open, its reader would never see the end of
 * file. Then opens /dev/null for each number from 0 to 2 that is free, so that
 * no other file gets such a number later. */
static void keep_only_the_log(const struct tracer *tracer) {
	const struct dirent *e;
	DIR *list = opendir("/proc/self/fd");
	int null;

	while (list && (e = readdir(list))) {
		const int fd = atoi(e->d_name);

		if (*e->d_name != '.' && fd != dirfd(list) &&
			fd != STDERR_FILENO && fd != tracer->log.fd)
			close(fd);
	}
	if (list) closedir(list);
	do
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
	while (null != -1 && null <= STDERR_FILENO);
	if (null != -1) close(null);
}

/* Raises the resource limits that the tracer has inherited from the program. If
 * such a limit ended the tracer, the program would end, too. */
static void raise_limits(void) {
	const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
	const int kinds[] = {RLIMIT_AS, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_FSIZE,
		RLIMIT_NOFILE, RLIMIT_STACK};
	struct rlimit limit;

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (!getrlimit(kinds[i], &limit)) {
			limit.rlim_cur = limit.rlim_max;
			setrlimit(kinds[i], &limit);
		}
	setrlimit(RLIMIT_CPU, &none); /* this needs CAP_SYS_RESOURCE */
}

/* Seizes the program by ptrace(2), and sends it the result over the socket
 * `line`: 0 or errno. Then follows the program. */
static _Noreturn void run_tracer(struct tracer *tracer, int line) {
	const long wanted = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD |
			    PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
			    PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
			    PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL;
	int word;
	sigset_t all;

	raise_limits();
	setsid(); /* signals from the terminal must reach the program only */
	if (chdir("/") == -1) _exit(1);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	signal(SIGCHLD, SIG_DFL); /* the tracer needs SIGCHLD, even if the
				     program ignores it */
	if (read(line, &word, sizeof word) <= 0)
		_exit(1); /* the program has already been killed */
	word = ptrace(PTRACE_SEIZE, tracer->program, NULL, (void *)wanted) ?
		       errno :
		       0;
	if (write(line, &word, sizeof word) < 0 || word) _exit(1);
	keep_only_the_log(tracer);
	follow_program(tracer);
	_exit(0);
}

/* Moves a descriptor to a number above 2, and returns this number. If the
 * program was started without stdin, stdout or stderr, it must not find a file
 * of ours in their place. */
static int off_standard(int fd) {
	const int higher = fd > STDERR_FILENO ? fd :
						fcntl(fd, F_DUPFD_CLOEXEC,
							STDERR_FILENO + 1);

	if (higher != fd) close(fd);
	return higher;
}

/* Starts a tracer for this process, and returns whether this process is traced.
 * The tracer is a child of the process, made without an exit signal: only
 * wait() with __WALL or __WCLONE finds it. (A tracer that was not a child, but
 * an orphan, would become a child of PID 1 or of a subreaper, and the program
 * may be one of these.) */
static bool be_traced(struct tracer *tracer) {
	int line[2], word = -1;
	pid_t child;
	bool traced;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line))
		return false;
	line[0] = off_standard(line[0]);
	line[1] = off_standard(line[1]);
	child = (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
	if (child == 0) {
		close(line[0]);
		run_tracer(tracer, line[1]);
	}
	close(line[1]);
	/* Yama, a security module, must permit the child to trace its parent */
	prctl(PR_SET_PTRACER, (unsigned long)child, 0, 0, 0);
	traced = child != -1 &&
		 send(line[0], &word, sizeof word, MSG_NOSIGNAL) > 0 &&
		 read(line[0], &word, sizeof word) == sizeof word && word == 0;
	close(line[0]);
	if (!traced && child != -1) waitpid(child, NULL, __WALL);
	if (word > 0) errno = word;
	return traced && install_filter(tracer);
}

/* ---- the command line -------------------------------------------------- */

/* Whether a call is logged only with -w. */
static bool needs_waits(const char *name) {
	return act_of(name, strlen(name)) == AWAITS;
}

/* Reads the options. Returns the index of PROGRAM in argv. */
static int read_command_line(
	struct tracer *tracer, int argc, char *const argv[]) {
	for (int c; (c = getopt(argc, argv, "+d:ho:w")) != -1;)
		switch (c) {
		case 'd':
			if (tracer->rule_count == COUNT(tracer->rules))
				errx(2, "-d: too many");
			parse_rule(
				&tracer->rules[tracer->rule_count++], optarg);
			break;
		case 'h':
			if (fputs(usage, stdout) < 0 || fflush(stdout))
				err(1, "stdout");
			exit(0);
		case 'o': tracer->log.path = optarg; break;
		case 'w': tracer->logs_waits = true; break;
		default: fputs(usage, stderr); exit(2);
		}
	if (!argv[optind]) {
		fputs(usage, stderr);
		exit(2);
	}
	for (size_t i = 0; i < tracer->rule_count; i++)
		if (!tracer->logs_waits && needs_waits(tracer->rules[i].call))
			errx(2, "-d %s: '%s' is logged with -w only",
				tracer->rules[i].text, tracer->rules[i].call);
	return optind;
}

static void start_log(struct tracer *tracer, char *const argv[]) {
	const char *path = tracer->log.path;
	void (*former)(int);
	const int fd =
		open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);

	if (fd == -1) err(1, "%s", path);
	tracer->log.fd = off_standard(fd);
	/* if the log is as large as the program's limit for files permits,
	 * write() fails, and no signal ends the program */
	former = signal(SIGXFSZ, SIG_IGN);
	log_heading(tracer, argv);
	signal(SIGXFSZ, former);
}

int main(int argc, char *argv[]) {
	static struct tracer tracer;

	tracer.program = getpid();
	tracer.log.fd = STDERR_FILENO;
	tracer.stderr_holder.task = tracer.program;
	tracer.stderr_holder.fd = STDERR_FILENO;
	argv += read_command_line(&tracer, argc, argv);
	if (tracer.log.path)
		start_log(&tracer, argv);
	else
		tracer.log.path = "stderr";
	if (!be_traced(&tracer))
		warn("%s runs without being traced: ptrace(2) or seccomp(2) is "
		     "not permitted",
			*argv);
	execvp(*argv, argv);
	err(errno == ENOENT ? 127 : 126, "%s", *argv);
}
#endif
