/*
 * words.h - what things are called: TCP's states, errors, socket calls, and the
 * cable's faults
 *
 * Each name stands here once. wire and socktrace write these names, and the
 * ladder reads them: a row is all that a new call, error, fault or kind of
 * frame needs besides the code that carries it out, and without that code it
 * does not compile.
 */
#ifndef LAB_WORDS_H
#define LAB_WORDS_H

#include <errno.h>
#include <stddef.h>
#include <string.h>

static inline int is_word(const char *word, const char *text, size_t size) {
	return size > 0 && strlen(word) == size &&
	       strncmp(word, text, size) == 0;
}

/* ---- states ------------------------------------------------------------- */

/* STATE(name in RFC 9293, number in Linux's TCP_INFO, name in ss(8)) */
#define TCP_STATES(STATE) \
	STATE(CLOSED, 7, "UNCONN") \
	STATE(LISTEN, 10, "LISTEN") \
	STATE(SYN_SENT, 2, "SYN-SENT") \
	STATE(SYN_RCVD, 3, "SYN-RECV") \
	STATE(ESTABLISHED, 1, "ESTAB") \
	STATE(FIN_WAIT1, 4, "FIN-WAIT-1") \
	STATE(FIN_WAIT2, 5, "FIN-WAIT-2") \
	STATE(CLOSE_WAIT, 8, "CLOSE-WAIT") \
	STATE(CLOSING, 11, "CLOSING") \
	STATE(LAST_ACK, 9, "LAST-ACK") \
	STATE(TIME_WAIT, 6, "TIME-WAIT")

#define AS_ENUM(name, number, ss) name,
enum state { NO_STATE, TCP_STATES(AS_ENUM) STATES };
#undef AS_ENUM

#define AS_NAME(name, number, ss) #name,
static const char *const state_names[STATES] = {"", TCP_STATES(AS_NAME)};
#undef AS_NAME

/* Of a number in TCP_INFO. 12 is a SYN_RCVD that has no socket yet. */
static inline enum state state_of_kernel(int number) {
#define AS_CASE(name, number, ss) \
	case number: return name;
	switch (number) {
		TCP_STATES(AS_CASE)
	case 12: return SYN_RCVD;
	default: return NO_STATE;
	}
#undef AS_CASE
}

/* NO_STATE: no state has this name. */
static inline enum state state_of_name(const char *name, size_t size) {
	for (enum state s = CLOSED; s < STATES; s++)
		if (is_word(state_names[s], name, size)) return s;
	return NO_STATE;
}

/* ---- errors ------------------------------------------------------------- */

#define ERRORS(ERROR) \
	ERROR(EACCES) \
	ERROR(EADDRINUSE) \
	ERROR(EADDRNOTAVAIL) \
	ERROR(EAFNOSUPPORT) \
	ERROR(EAGAIN) \
	ERROR(EALREADY) \
	ERROR(EBADF) \
	ERROR(EBUSY) \
	ERROR(ECONNABORTED) \
	ERROR(ECONNREFUSED) \
	ERROR(ECONNRESET) \
	ERROR(EDESTADDRREQ) \
	ERROR(EDOM) \
	ERROR(EFAULT) \
	ERROR(EHOSTDOWN) \
	ERROR(EHOSTUNREACH) \
	ERROR(EINPROGRESS) \
	ERROR(EINTR) \
	ERROR(EINVAL) \
	ERROR(EIO) \
	ERROR(EISCONN) \
	ERROR(EMFILE) \
	ERROR(EMSGSIZE) \
	ERROR(ENETDOWN) \
	ERROR(ENETUNREACH) \
	ERROR(ENFILE) \
	ERROR(ENOBUFS) \
	ERROR(ENODEV) \
	ERROR(ENOENT) \
	ERROR(ENOMEM) \
	ERROR(ENOPROTOOPT) \
	ERROR(ENOSYS) \
	ERROR(ENOTCONN) \
	ERROR(ENOTSOCK) \
	ERROR(EOPNOTSUPP) \
	ERROR(EPERM) \
	ERROR(EPIPE) \
	ERROR(EPROTO) \
	ERROR(EPROTONOSUPPORT) \
	ERROR(EPROTOTYPE) \
	ERROR(ESOCKTNOSUPPORT) \
	ERROR(ESPIPE) \
	ERROR(ETIMEDOUT) \
	ERROR(ETOOMANYREFS)

/* NULL: one that no socket call should fail with. */
static inline const char *name_of_error(int error) {
#define AS_CASE(name) \
	case name: return #name;
	switch (error) {
		ERRORS(AS_CASE)
	default: return NULL;
	}
#undef AS_CASE
}

/* 0: no error has this name. */
static inline int error_of_name(const char *name, size_t size) {
#define AS_TEST(error) \
	if (is_word(#error, name, size)) return error;
	ERRORS(AS_TEST)
#undef AS_TEST
	return 0;
}

/* ---- socket calls ------------------------------------------------------- */

/* What a call does; what ENDS is a process. */
enum act {
	UNKNOWN_ACT,
	OPENS,
	BINDS,
	LISTENS,
	ACCEPTS,
	CONNECTS,
	SENDS,
	RECEIVES,
	SHUTS_DOWN,
	CLOSES,
	COPIES, /* a descriptor onto another, which is closed by that */
	SETS,
	GETS,
	AWAITS,
	ENDS
};

/* CALL(system call, name, its name with the argument that the plain function of
 * libc does not have (an address, a mask of signals, flags), how socktrace
 * reads its arguments, what it does) */
#define SOCKET_CALLS(CALL) \
	CALL(socket, "socket", "", socket, OPENS) \
	CALL(bind, "bind", "", address, BINDS) \
	CALL(listen, "listen", "", number, LISTENS) \
	CALL(accept, "accept", "", descriptor, ACCEPTS) \
	CALL(accept4, "accept", "", accept4, ACCEPTS) \
	CALL(connect, "connect", "", address, CONNECTS) \
	CALL(sendto, "send", "sendto", buffer, SENDS) \
	CALL(recvfrom, "recv", "recvfrom", buffer, RECEIVES) \
	CALL(sendmsg, "sendmsg", "", message, SENDS) \
	CALL(recvmsg, "recvmsg", "", message, RECEIVES) \
	CALL(sendmmsg, "sendmmsg", "", messages, SENDS) \
	CALL(recvmmsg, "recvmmsg", "", messages, RECEIVES) \
	CALL(write, "write", "", bytes, SENDS) \
	CALL(read, "read", "", bytes, RECEIVES) \
	CALL(writev, "writev", "", vector, SENDS) \
	CALL(readv, "readv", "", vector, RECEIVES) \
	CALL(pwritev2, "pwritev2", "", vector2, SENDS) \
	CALL(preadv2, "preadv2", "", vector2, RECEIVES) \
	CALL(sendfile, "sendfile", "", sendfile, SENDS) \
	CALL(splice, "splice", "", splice, SENDS) \
	CALL(shutdown, "shutdown", "", shutdown, SHUTS_DOWN) \
	CALL(close, "close", "", close, CLOSES) \
	CALL(close_range, "close_range", "", close_range, CLOSES) \
	CALL(dup2, "dup2", "", dup, COPIES) \
	CALL(dup3, "dup2", "dup3", dup, COPIES) \
	CALL(setsockopt, "setsockopt", "", option, SETS) \
	CALL(getsockopt, "getsockopt", "", option, GETS) \
	CALL(poll, "poll", "", poll, AWAITS) \
	CALL(ppoll, "poll", "ppoll", ppoll, AWAITS) \
	CALL(select, "select", "", select, AWAITS) \
	CALL(pselect6, "select", "pselect", pselect, AWAITS) \
	CALL(epoll_wait, "epoll_wait", "", epoll_wait, AWAITS) \
	CALL(epoll_pwait, "epoll_wait", "epoll_pwait", epoll_pwait, AWAITS) \
	CALL(epoll_pwait2, "epoll_pwait2", "", epoll_pwait2, AWAITS)

/* What the call that a log names does. exec(3) closes what is close-on-exec:
 * that is logged by this name. */
static inline enum act act_of(const char *name, size_t size) {
#define AS_TEST(number, plain, full, reader, act) \
	if (is_word(plain, name, size) || is_word(full, name, size)) return act;
	SOCKET_CALLS(AS_TEST)
#undef AS_TEST
	return is_word("close-on-exec", name, size) ? CLOSES : UNKNOWN_ACT;
}

/* ---- the cable's faults ------------------------------------------------- */

/* FAULT(name, what becomes of the frame) */
#define FAULTS(FAULT) \
	FAULT(lose, VANISHES) \
	FAULT(twice, DOUBLES) \
	FAULT(flip, CHANGES) \
	FAULT(hold, WAITS) \
	FAULT(swap, WAITS) \
	FAULT(cross, WAITS)

enum fate { UNKNOWN_FATE, VANISHES, DOUBLES, CHANGES, WAITS, FATES };

/* KIND(name in wire.c, name): of frames, as a rule counts them. wire.c finds
 * out which a frame is of. */
#define KINDS(KIND) \
	KIND(FRAME, "frame") \
	KIND(SEGMENT, "segment") \
	KIND(SYN, "SYN") \
	KIND(SYN_ACK, "SYN-ACK") \
	KIND(ACK, "ACK") \
	KIND(DATA, "data") \
	KIND(FIN, "FIN") \
	KIND(RST, "RST") \
	KIND(DATAGRAM, "datagram")

/* What becomes of a frame by the fault that a log names. */
static inline enum fate fate_of(const char *name, size_t size) {
#define AS_TEST(fault, fate) \
	if (is_word(#fault, name, size)) return fate;
	FAULTS(AS_TEST)
#undef AS_TEST
	return UNKNOWN_FATE;
}

#endif
