/*
 * trace.c - the tasks, and their stops when a call is entered or returns
 *
 * A seccomp filter stops a task at each call that is logged or watched, and at
 * no other. Three functions handle such a call:
 *
 *     enter_call():  finds which call it is, and its socket
 *     begin_call():  lets the kernel execute the call; logs a line with "..."
 *                    if the call may wait, sends, or changes the state
 *     leave_call():  reads the call's result, and the state of the connection;
 *                    logs a line with "= RESULT"
 *
 * A call may also end without a return: if another thread calls exec, if a
 * signal's handler jumps out of the call (longjmp), or if the task is killed.
 * In each of these cases, forget_call() frees the call.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <sys/wait.h>

#include "socktrace.h"

/* ---- the calls that a task is in --------------------------------------- */

/* Lets a task run until its call returns. If a signal has interrupted the call,
 * lets the task run until the signal's handler makes a call or returns. */
static void resume_task(const struct task *t, int signal) {
	ptrace(t->call ? PTRACE_SYSCALL : PTRACE_CONT, t->pid, NULL,
		(void *)(intptr_t)signal);
}

static struct pending *make_call(
	struct task *t, const struct __ptrace_syscall_info *info) {
	struct pending *c = zeroed_memory(sizeof *c);

	c->outer = t->call;
	memcpy(c->args, info->seccomp.args, sizeof c->args);
	clock_gettime(CLOCK_REALTIME, &c->entered);
	c->closes_first = 1;
	return t->call = c;
}

/* Frees the call that a task is in. The call has ended: it has returned, or the
 * task has ended, or runs another program. */
static void forget_call(struct task *t) {
	struct pending *c = t->call;

	forget_closing(&t->closing);
	t->call = c->outer;
	free(c->waits);
	free(c);
}

/* Frees all calls of a task: the last one, and those that signals have
 * interrupted. */
static void forget_calls(struct task *t) {
	while (t->call)
		forget_call(t);
}

/* ---- a call is entered ------------------------------------------------- */

/* Finds the socket that a call uses, and asks the kernel for the state of this
 * socket. */
static void ask_of_call(
	struct tracer *tracer, struct task *t, const struct arguments *r) {
	struct pending *c = t->call;

	c->fd = r->fd;
	c->sends = r->act == SENDS;
	if (r->act == CLOSES || r->act == COPIES) {
		if (r->closes_first <= r->closes_last)
			add_closing(tracer, t, r->closes_first, r->closes_last);
		if (t->closing.count) {
			c->fd = t->closing.of[0].fd;
			c->before = t->closing.of[0].sock;
		}
	} else
		c->before = *ask_socket(tracer, t, c->fd);
	if (r->target != -1) {
		c->sends = !c->before.inode;
		if (c->sends)
			c->before = *ask_socket(tracer, t, c->fd = r->target);
	}
	c->inode = c->before.inode;
	c->blocks = c->before.blocks && !r->prompt;
}

/* Whether the tracer must follow the call that a task enters until it returns.
 * It must if the call uses an Internet socket, may close stderr, or is a
 * watched call whose return matters. */
static bool is_of_interest(struct tracer *tracer, struct task *t) {
	struct pending *c = t->call;
	const int domain = (int)c->args[0];
	struct arguments r;

	if (c->what->matters) return c->what->matters(tracer, t);
	read_call(&r, t, ENTERED);
	if (r.left_out) return false;
	c->full = r.full;
	c->closes_first = r.closes_first;
	c->closes_last = r.closes_last;
	c->blocks = !r.prompt;
	if (c->what->act == OPENS)
		return domain == AF_INET || domain == AF_INET6;
	if (c->what->act == AWAITS) return awaits_sockets(tracer, t);
	ask_of_call(tracer, t, &r);
	c->closes_stderr = may_close_stderr(t);
	return c->inode != 0 || c->closes_stderr;
}

/* Whether a task is still in its call: since it was resumed, it has not
 * stopped. */
static bool is_under_way(const struct task *t) {
	siginfo_t stop = {0};

	return waitid(P_PID, (id_t)t->pid, &stop,
		       WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL) == 0 &&
	       stop.si_pid == 0;
}

/* Waits until the kernel has begun to execute connect(), and logs its entry.
 * The line has the state SYN_SENT if the kernel reported this state, and
 * otherwise the state before the call. */
static void log_connecting(
	struct tracer *tracer, struct task *t, const char *peer) {
	struct sock shown = t->call->before;

	for (int i = 0; i < 5000 && is_under_way(t); i++) {
		const struct sock *seen = ask_socket(tracer, t, t->call->fd);

		if (seen->state != CLOSED && seen->state != ESTABLISHED) {
			shown = *seen;
			snprintf(shown.peer, sizeof shown.peer, "%s", peer);
		}
		if (seen->state != CLOSED) break;
		nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
	}
	log_call(tracer, t, &shown, &t->call->entered, ENTERED);
}

/* Whether the entry of a call is logged. It is logged if the call may wait, if
 * it sends, or if it changes the state of a connection. In the last two cases,
 * the kernel may send segments before the call returns. */
static bool logs_entry(const struct pending *c) {
	switch (c->what->act) {
	case CONNECTS:
	case SHUTS_DOWN: return c->before.type == SOCK_STREAM;
	case ACCEPTS:
	case SENDS:
	case RECEIVES:
	case AWAITS: return c->sends || c->blocks;
	default: return false;
	}
}

/* Logs the entry of the call, and lets the kernel execute it. */
static void begin_call(struct tracer *tracer, struct task *t) {
	struct pending *c = t->call;
	const bool connects =
		c->what->act == CONNECTS && c->before.type == SOCK_STREAM;
	char peer[64] = "";
	struct sock *kept;

	if (c->rule && !t->closing.count)
		c->before = *ask_socket(tracer, t, c->fd);
	c->rule = NULL;
	clock_gettime(CLOCK_REALTIME, &c->entered);
	if (connects) name_address_at(peer, sizeof peer, t, c->args[1]);
	if (!(connects && c->blocks)) {
		if (logs_entry(c))
			log_call(tracer, t, &c->before, &c->entered, ENTERED);
		resume_task(t, 0);
	} else {
		resume_task(t, 0);
		log_connecting(tracer, t, peer);
	}
	/* if connect() fails, the kernel cannot report the peer any more */
	kept = kept_socket(tracer, c->inode);
	if (connects && kept && c->before.state == CLOSED &&
		strcmp(peer, "?") != 0)
		snprintf(kept->peer, sizeof kept->peer, "%s", peer);
}

/* A signal has interrupted a call of this task, and now the task enters a call.
 * Returns whether this is the same call, which the kernel restarts. Otherwise
 * the signal's handler makes the new call; or the program has jumped out of the
 * handler, and its stack is shorter than it was at the interrupted call. In
 * that case the interrupted call is freed. */
static bool comes_again(
	struct task *t, const struct __ptrace_syscall_info *info) {
	const uint64_t number = info->seccomp.nr;
	const uint64_t freed = info->stack_pointer - t->call->stack;

	if (freed == 0 &&
		(number == SYS_restart_syscall ||
			((uint64_t)t->call->what->number == number &&
				memcmp(t->call->args, info->seccomp.args,
					sizeof t->call->args) == 0)))
		return true;
	if (freed > 0 && freed < 1 << 20) forget_calls(t);
	return false;
}

static const struct syscall *find_syscall(
	const struct syscall *list, uint64_t number) {
	while (list->name && (uint64_t)list->number != number)
		list++;
	return list;
}

static void enter_call(struct tracer *tracer, struct task *t,
	const struct __ptrace_syscall_info *info) {
	const uint64_t number = info->seccomp.nr;
	struct hold_rule *rule;
	struct pending *c;

	if (t->call && !t->call->interrupted) forget_call(t);
	if (t->call && comes_again(t, info)) {
		t->call->interrupted = false;
		resume_task(t, 0);
		return;
	}
	c = make_call(t, info);
	c->what = find_syscall(logged_calls, number);
	if (!c->what->name) c->what = find_syscall(watched_calls, number);
	if (!c->what->name || !is_of_interest(tracer, t)) {
		forget_call(t);
		resume_task(t, 0);
		return;
	}
	if (c->what->matters || (!c->inode && c->closes_stderr)) {
		resume_task(t, 0);
		return;
	}
	rule = rule_for(tracer, t);
	if (rule) {
		hold_call(c, rule);
		if (is_held(tracer, t)) return;
	}
	begin_call(tracer, t);
}

/* ---- a call returns ---------------------------------------------------- */

/* Logs the return of a call with the present time and state, so that its line
 * stands after the segments that the call has received. But setsockopt() may
 * make the kernel send segments, and its line must stand before these. So its
 * line has the time and the state of its entry. */
static void log_return(
	struct tracer *tracer, struct task *t, long long result) {
	const struct pending *c = t->call;
	const enum act act = c->what->act;
	const bool makes = (act == OPENS || act == ACCEPTS) && result >= 0;
	const bool early = act == SETS;
	struct timespec when = c->entered;
	struct sock s = *ask_socket(tracer, t, makes ? (int)result : c->fd);

	if (!makes && c->inode && s.inode != c->inode) {
		s = c->before; /* another thread has closed the descriptor
				  meanwhile */
		s.state = NO_STATE;
	}
	if (early && s.inode) s.state = c->before.state;
	if (!early) clock_gettime(CLOCK_REALTIME, &when);
	if (s.inode || act == OPENS || act == AWAITS)
		log_call(tracer, t, &s, &when, result);
}

/* The task's call returns with this result. Logs the return, or announces what
 * must be announced, and frees the call. */
static void finish_call(
	struct tracer *tracer, struct task *t, long long result) {
	const struct syscall *what = t->call->what;

	if (what->matters)
		announce(tracer, t, what->notice(t, result));
	else if (t->closing.count)
		log_closed(tracer, t, result);
	else
		log_return(tracer, t, result);
	if (t->call->closes_stderr) let_go_of_stderr(tracer, 0);
	forget_call(t);
}

/* The handler of a signal that has interrupted a call enters or leaves a call
 * itself. It ends with rt_sigreturn(2). If this returns to the instruction
 * after the interrupted call, that call has failed with EINTR. If it returns to
 * the instruction that makes the call, the call is made again (restarted). */
static void watch_handler(struct tracer *tracer, struct task *t,
	const struct __ptrace_syscall_info *info) {
	if (info->op == PTRACE_SYSCALL_INFO_ENTRY)
		t->call->returns = info->entry.nr == SYS_rt_sigreturn;
	else if (t->call->returns && info->stack_pointer == t->call->stack &&
		 info->instruction_pointer == t->call->place)
		finish_call(tracer, t, -EINTR);
}

static void leave_call(struct tracer *tracer, struct task *t,
	const struct __ptrace_syscall_info *info) {
	struct pending *c = t->call;
	const long long result = info->exit.rval;
	const bool restarts = result <= -512 && result >= -516;

	if (c->interrupted)
		watch_handler(tracer, t, info);
	else if (restarts && !c->what->matters) {
		c->interrupted = true; /* by ERESTARTSYS, for example */
		c->returns = false;
		c->place = info->instruction_pointer;
		c->stack = info->stack_pointer;
	} else
		finish_call(tracer, t, result);
	resume_task(t, 0);
}

/* ---- tasks ------------------------------------------------------------- */

static struct task *find_task(const struct tracer *tracer, pid_t pid) {
	struct task *t = tracer->tasks;

	while (t && t->pid != pid)
		t = t->next;
	return t;
}

static struct task *task_of(struct tracer *tracer, pid_t pid) {
	struct task *t = find_task(tracer, pid);
	char status[STATUS_SIZE];

	if (t) return t;
	t = zeroed_memory(sizeof *t);
	read_status(pid, status);
	t->next = tracer->tasks;
	t->pid = pid;
	t->process = atoi(value_of(status, "Tgid:\t"));
	name_task(t);
	return tracer->tasks = t;
}

static void forget_task(struct tracer *tracer, pid_t pid) {
	struct task **at = &tracer->tasks;

	while (*at && (*at)->pid != pid)
		at = &(*at)->next;
	if (*at) {
		struct task *t = *at;

		forget_calls(t);
		forget_closing(&t->closing);
		forget_closing(&t->used);
		*at = t->next;
		free(t);
	}
}

/* Makes a candidate of a socket without a descriptor that is still open when
 * its process ends. One thread has closed the descriptor while another thread
 * waited in a call on the socket. */
static void add_used(struct tracer *tracer, struct task *t, ino_t inode) {
	const struct sock *s = kept_socket(tracer, inode);

	for (size_t i = 0; i < t->closing.count; i++)
		if (t->closing.of[i].sock.inode == inode) return;
	if (s && count_descriptors(tracer, t, inode) == 0)
		add_candidate(&t->closing, s, -1);
}

/* A task begins to end. If it is the last task of its process, the process
 * ends, too. Then the open sockets of the process become candidates of its
 * first task, because the kernel reports the end of the first task last. */
static void begin_end(struct tracer *tracer, struct task *t) {
	struct task *first = find_task(tracer, t->process);
	struct closing closing;

	if (first && t->call && t->call->inode)
		add_candidate(&first->used, &t->call->before, -1);
	forget_calls(t);
	t->ends = true;
	for (const struct task *o = tracer->tasks; o; o = o->next)
		if (o->process == t->process && !o->ends) return;
	add_closing(tracer, t, 0, UINT_MAX);
	if (!first) return;
	for (size_t i = 0; i < first->used.count; i++)
		add_used(tracer, t, first->used.of[i].sock.inode);
	clock_gettime(CLOCK_REALTIME, &first->end);
	closing = t->closing;
	t->closing = (struct closing){.count = 0};
	forget_closing(&first->closing);
	first->closing = closing;
}

/* After exec, another program runs in the process. Of its tasks, only the one
 * that called exec still exists, and it now has the ID of the first task. */
static void begin_program(struct tracer *tracer, struct task *t, pid_t caller) {
	struct task *former = find_task(tracer, caller);

	if (former) log_exec(tracer, former);
	if (caller != t->pid) forget_task(tracer, caller);
	forget_calls(t);
	forget_closing(&t->used);
	t->ends = false;
	name_task(t);
	let_go_of_stderr(tracer, 0); /* exec may have closed stderr */
	announce_program(tracer, t);
}

/* Logs the end of a program that is PID 1 of its namespace. When its last task
 * has ended, the kernel kills all other processes of the namespace. The tracer
 * is one of them, so it logs the end before the last task has ended. */
static void end_namespace(struct tracer *tracer, int status) {
	const bool killed = WIFSIGNALED(status);
	const siginfo_t end = {.si_code = killed ? CLD_KILLED : CLD_EXITED,
		.si_status = killed ? WTERMSIG(status) : WEXITSTATUS(status)};
	struct task *first = find_task(tracer, 1);

	for (struct task *t = tracer->tasks; t; t = t->next)
		if (t->process == 1 && !t->ends) return;
	if (!first) return;
	log_end(tracer, first, &end);
	forget_closing(&first->closing);
	report_unused_rules(tracer);
}

/* ---- stops ------------------------------------------------------------- */

/* A seccomp filter has stopped the task. It is our filter, or one that the
 * program itself has installed. */
static void handle_filter(struct tracer *tracer, struct task *t) {
	struct __ptrace_syscall_info info;
	unsigned long whose = OURS;

	ptrace(PTRACE_GETEVENTMSG, t->pid, NULL, &whose);
	if (whose != OURS) {
		if (whose == OURS_32)
			announce_32_bit_calls(tracer, t);
		else
			refuse_call(tracer, t);
		resume_task(t, 0);
	} else if (ptrace(PTRACE_GET_SYSCALL_INFO, t->pid, sizeof info, &info) >
		   0) /* this fails if the task was killed */
		enter_call(tracer, t, &info);
}

/* Adds a new child or thread to the list of tasks, unless it has already ended.
 */
static void handle_clone(struct tracer *tracer, const struct task *t) {
	unsigned long child = 0;

	if (ptrace(PTRACE_GETEVENTMSG, t->pid, NULL, &child) == 0 &&
		waitid(P_PID, (id_t)child, &(siginfo_t){0},
			WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL) == 0)
		task_of(tracer, (pid_t)child);
}

static void handle_exit(struct tracer *tracer, struct task *t) {
	unsigned long status = 0;

	ptrace(PTRACE_GETEVENTMSG, t->pid, NULL, &status);
	begin_end(tracer, t);
	if (tracer->program == 1) end_namespace(tracer, (int)status);
	/* now, before the program's parent gets the exit status */
	if (!tracer->tasks->next) report_unused_rules(tracer);
}

static void handle_stop(struct tracer *tracer, struct task *t, int status) {
	const int signal = WSTOPSIG(status);
	struct __ptrace_syscall_info info;
	unsigned long caller;

	switch (status >> 16) {
	case PTRACE_EVENT_SECCOMP: handle_filter(tracer, t); return;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE: handle_clone(tracer, t); break;
	case PTRACE_EVENT_STOP:
		if (signal == SIGTRAP) break;
		/* job control has stopped the task, so the task stays stopped
		 */
		ptrace(PTRACE_LISTEN, t->pid, NULL, NULL);
		return;
	case PTRACE_EVENT_EXEC:
		if (ptrace(PTRACE_GETEVENTMSG, t->pid, NULL, &caller) == 0)
			begin_program(tracer, t, (pid_t)caller);
		break;
	case PTRACE_EVENT_EXIT: handle_exit(tracer, t); break;
	case 0:
		if (signal != (SIGTRAP | 0x80)) { /* a signal is delivered to
						     the program */
			resume_task(t, signal);
			return;
		}
		if (t->call && ptrace(PTRACE_GET_SYSCALL_INFO, t->pid,
				       sizeof info, &info) > 0) {
			leave_call(tracer, t, &info);
			return;
		}
		break;
	default: break;
	}
	resume_task(t, 0);
}

enum next { HANDLED, NONE_NOW, ALL_ENDED };

/* Handles the next stop or end of a task, if there is one. */
static enum next handle_next(struct tracer *tracer) {
	siginfo_t next = {0};
	struct task *t;
	int status;
	pid_t pid;

	/* With WNOWAIT, waitid() only looks. The parent of an ended process is
	 * informed only after waitpid() below: so the end is logged before the
	 * parent can react to it. */
	if (waitid(P_ALL, 0, &next,
		    WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL) == -1)
		return ALL_ENDED;
	if (!next.si_pid) return NONE_NOW;
	t = find_task(tracer, next.si_pid);
	if (t && t->pid == t->process &&
		(next.si_code == CLD_EXITED || next.si_code == CLD_KILLED ||
			next.si_code == CLD_DUMPED))
		log_end(tracer, t, &next);
	pid = waitpid(next.si_pid, &status, WNOHANG | __WALL);
	if (pid > 0 && WIFSTOPPED(status))
		handle_stop(tracer, task_of(tracer, pid), status);
	else if (pid > 0)
		forget_task(tracer, pid);
	return HANDLED;
}

/* Begins the calls that no rule holds back any longer. Returns whether other
 * calls are still held back. */
static bool holds_calls(struct tracer *tracer) {
	bool holds = false;

	for (struct task *t = tracer->tasks; t; t = t->next) {
		if (!t->call || !t->call->rule) continue;
		if (is_held(tracer, t))
			holds = true;
		else
			begin_call(tracer, t);
	}
	return holds;
}

/* Follows the program until its last task has ended. */
void follow_program(struct tracer *tracer) {
	const struct timespec soon = {.tv_nsec = 1000000};
	sigset_t child;
	enum next next;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while ((next = handle_next(tracer)) != ALL_ENDED)
		if (next == NONE_NOW)
			sigtimedwait(&child, NULL,
				holds_calls(tracer) ? &soon : NULL);
	report_unused_rules(tracer);
}
