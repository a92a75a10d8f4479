/*
 * notices.c - the calls that are watched, but not logged; and announcements
 *
 * Through io_uring and io_submit(2), a program uses sockets without calls that
 * can be logged. Other calls, such as ptrace(2), fail while the program is
 * traced. Both are announced on stderr. exec is watched because it closes
 * sockets, and clone because a program may ask for a child that is not traced.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/xattr.h>

#include "socktrace.h"

/* ---- registers --------------------------------------------------------- */

enum { SKIP = -1 }; /* no system call has this number */

/* Changes a call that a task is entering. If number is SKIP, the kernel does
 * not make the call, and value becomes its result. Otherwise, value becomes the
 * call's first argument. */
static bool set_registers(pid_t pid, int number, uint64_t value) {
#if defined __x86_64__ || defined __aarch64__
	struct user_regs_struct registers;
	struct iovec all = {&registers, sizeof registers};

	if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &all) == -1)
		return false;
#if defined __x86_64__
	if (number == SKIP) {
		registers.orig_rax = (unsigned long long)SKIP;
		registers.rax = value;
	} else
		registers.rdi = value;
#else
	struct iovec one = {&number, sizeof number};

	if (number == SKIP && ptrace(PTRACE_SETREGSET, pid,
				      (void *)NT_ARM_SYSTEM_CALL, &one) == -1)
		return false;
	registers.regs[0] = value;
#endif
	return ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &all) == 0;
#else
	(void)pid, (void)number, (void)value;
	return false;
#endif
}

/* Makes a call fail. The program's own seccomp filter has stopped this call,
 * for a tracer of the program's own. There is no such tracer, and without one
 * the kernel makes the call fail with ENOSYS. */
void refuse_call(struct tracer *tracer, const struct task *t) {
	if (!set_registers(t->pid, SKIP, (uint64_t)-ENOSYS) &&
		tracer->refused != t->process) {
		tracer->refused = t->process;
		warnx("%s has a seccomp filter that asks a tracer: its calls "
		      "are let through, run it without socktrace",
			t->name);
	}
}

/* ---- clone ------------------------------------------------------------- */

/* Reads the flags of clone(2) or clone3(2). The first argument of clone(2) is
 * the flags; the first argument of clone3(2) is their address. */
static bool get_clone_flags(const struct task *t, uint64_t *flags) {
	*flags = t->call->args[0];
	return t->call->what->number != SYS_clone3 ||
	       fetch(t, t->call->args[0], flags, sizeof *flags);
}

static bool set_clone_flags(const struct task *t, uint64_t flags) {
	if (t->call->what->number == SYS_clone3)
		return ptrace(PTRACE_POKEDATA, t->pid,
			       (void *)(uintptr_t)t->call->args[0],
			       (void *)(uintptr_t)flags) == 0;
	return set_registers(t->pid, 0, flags);
}

/* Clears the flag CLONE_UNTRACED of a call, and returns whether it was set.
 * With this flag, the child would inherit our filter, but have no tracer, so
 * each of its calls in the filter would fail with ENOSYS. restore_clone_flags()
 * sets the flag again when the call returns. */
static bool has_its_child_traced(struct tracer *tracer, struct task *t) {
	uint64_t flags;
	bool traced;

	if (!get_clone_flags(t, &flags) || !(flags & CLONE_UNTRACED))
		return false;
	traced = set_clone_flags(t, flags & ~(uint64_t)CLONE_UNTRACED);
	if (tracer->untraced != t->process)
		warnx("%s creates a child with CLONE_UNTRACED: %s", t->name,
			traced ? "it is traced nevertheless, or its calls "
				 "would fail" :
				 "its calls will fail with ENOSYS, run it "
				 "without socktrace");
	tracer->untraced = t->process;
	return true;
}

static const char *restore_clone_flags(const struct task *t, long long result) {
	uint64_t flags;

	(void)result;
#ifdef __aarch64__ /* the register that had the flags has the result now */
	if (t->call->what->number == SYS_clone) return NULL;
#endif
	if (get_clone_flags(t, &flags))
		set_clone_flags(t, flags | CLONE_UNTRACED);
	return NULL;
}

/* ---- other calls that are watched -------------------------------------- */

static bool always(struct tracer *tracer, struct task *t) {
	(void)tracer, (void)t;
	return true;
}

static bool never(struct tracer *tracer, struct task *t) {
	(void)tracer, (void)t;
	return false;
}

static bool closes_sockets(struct tracer *tracer, struct task *t) {
	add_closing_by_exec(tracer, t);
	return t->closing.count > 0;
}

/* For exec. It returns only if it has failed; then it has closed nothing, and
 * there is nothing to announce. */
static const char *no_notice(const struct task *t, long long result) {
	(void)t, (void)result;
	return NULL;
}

static const char *notice_of_ring(const struct task *t, long long result) {
	(void)t;
	return result < 0 ? NULL :
			    "has set up an io_uring: what it calls through "
			    "that is not logged";
}

/* Whether one of the first eight requests to io_submit(2) is for an Internet
 * socket. */
static bool submits_to_socket(struct tracer *tracer, struct task *t) {
	const uint64_t *args = t->call->args;
	uint64_t list[8];
	uint32_t request[6]; /* the beginning of a struct iocb; its sixth word
				is the descriptor */
	size_t count = args[1] < COUNT(list) ? (size_t)args[1] : COUNT(list);

	count = fetch_some(t, args[2], list, count * sizeof *list) /
		sizeof *list;
	for (size_t i = 0; i < count; i++)
		if (fetch(t, list[i], request, sizeof request) &&
			ask_socket(tracer, t, (int)request[5])->inode)
			return true;
	return false;
}

static const char *notice_of_submission(
	const struct task *t, long long result) {
	(void)t;
	return result <= 0 ? NULL :
			     "uses io_submit on a socket: that is not logged";
}

static const char *notice_of_ptrace(const struct task *t, long long result) {
	(void)t;
	return result != -EPERM ? NULL :
				  "uses ptrace(2) on a task that socktrace "
				  "traces: that fails, run it without "
				  "socktrace";
}

static const char *notice_of_mode(bool strict, bool filter, long long result) {
	return strict && result == -EINVAL ?
		       "asks for strict seccomp: while it is traced, that "
		       "fails, run it without socktrace" :
	       filter && result == 0 ?
		       "has a seccomp filter of its own: calls that this "
		       "refuses are not logged" :
		       NULL;
}

static const char *notice_of_seccomp(const struct task *t, long long result) {
	return notice_of_mode(t->call->args[0] == SECCOMP_SET_MODE_STRICT,
		t->call->args[0] == SECCOMP_SET_MODE_FILTER, result);
}

static bool sets_seccomp(struct tracer *tracer, struct task *t) {
	(void)tracer;
	return t->call->args[0] == PR_SET_SECCOMP;
}

static const char *notice_of_prctl(const struct task *t, long long result) {
	return notice_of_mode(t->call->args[1] == SECCOMP_MODE_STRICT,
		t->call->args[1] == SECCOMP_MODE_FILTER, result);
}

/* clang-format off */
#define WATCHED(call, matters, notice) \
	{SYS_##call, #call, "", NULL, UNKNOWN_ACT, matters, \
		notice}
/* clang-format on */

/* When a signal has interrupted one of the calls that -w logs, the task may
 * continue it by the system call restart_syscall(2). So with -w,
 * restart_syscall is in the filter, too. */
const struct syscall watched_calls[] = {
	WATCHED(io_uring_setup, always, notice_of_ring),
	WATCHED(io_submit, submits_to_socket, notice_of_submission),
	WATCHED(ptrace, always, notice_of_ptrace),
	WATCHED(prctl, sets_seccomp, notice_of_prctl),
	WATCHED(seccomp, always, notice_of_seccomp),
	WATCHED(execve, closes_sockets, no_notice),
	WATCHED(execveat, closes_sockets, no_notice),
	WATCHED(clone, has_its_child_traced, restore_clone_flags),
	WATCHED(clone3, has_its_child_traced, restore_clone_flags),
	{SYS_restart_syscall, "restart_syscall", "", NULL, AWAITS, never,
		no_notice},
	{.name = NULL},
};

/* ---- programs ---------------------------------------------------------- */

/* The first 32-bit call is announced, and no other. If a program of another
 * architecture has been announced before, no 32-bit call is announced, because
 * it may be a call of this program. */
static const char other_calls[] = "32-bit calls";

void announce_32_bit_calls(struct tracer *tracer, const struct task *t) {
	if (first_time(tracer, other_calls))
		warnx("%s makes 32-bit calls: these are not logged", t->name);
}

/* Called when a task begins to run another program. Announces if this program
 * loses privileges because it is traced, or if its calls are not logged. */
void announce_program(struct tracer *tracer, const struct task *t) {
	char path[32], status[STATUS_SIZE];
	unsigned char head[EI_NIDENT] = {0};
	struct stat about;
	bool limited;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/exe", t->pid);
	read_status(t->pid, status);
	limited = *value_of(status, "NoNewPrivs:\t") == '1';
	if (limited && getxattr(path, "security.capability", NULL, 0) > 0)
		warnx("%s has file capabilities: while it is traced, it runs "
		      "without these privileges",
			t->name);
	if (limited && stat(path, &about) == 0 &&
		about.st_mode & (S_ISUID | S_ISGID))
		warnx("%s is set-user-ID or set-group-ID: while it is traced, it "
		      "runs without these privileges",
			t->name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd != -1 && read(fd, head, sizeof head) == sizeof head &&
		head[EI_CLASS] !=
			(sizeof(long) == 8 ? ELFCLASS64 : ELFCLASS32)) {
		first_time(tracer, other_calls);
		warnx("%s is of another architecture: its calls are not logged",
			t->name);
	}
	if (fd != -1) close(fd);
}
