/*
 * words.h - the names of TCP's states, errors, socket calls, and cable faults
 *
 * Each name stands only here. wire and socktrace write these names into their
 * logs, and the ladder reads them there. To add an error, write a row here. To
 * add a call or a fault, write a row here and its function; the row does not
 * compile without the function. To add a kind of frame, write a row here and a
 * line in kinds_of() in wire.c.
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

/* Returns the state for a number in TCP_INFO. 12 is TCP_NEW_SYN_RECV: SYN_RCVD
 * while the connection has no socket yet. */
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

/* Returns the state that has this name, or NO_STATE. */
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

/* Returns the name of an errno. Returns NULL if the table does not have it: no
 * socket call should fail with such an error. */
static inline const char *name_of_error(int error) {
#define AS_CASE(name) \
	case name: return #name;
	switch (error) {
		ERRORS(AS_CASE)
	default: return NULL;
	}
#undef AS_CASE
}

/* Returns the error that has this name, or 0. */
static inline int error_of_name(const char *name, size_t size) {
#define AS_TEST(error) \
	if (is_word(#error, name, size)) return error;
	ERRORS(AS_TEST)
#undef AS_TEST
	return 0;
}

/* ---- socket calls ------------------------------------------------------- */

/* What a call does. ENDS is no call: it stands for the end of a process. */
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
	COPIES, /* dup2(), which closes its second descriptor first */
	SETS,
	GETS,
	AWAITS,
	ENDS
};

/* CALL(system call, name, full name, reader, act). A log has the full name if
 * the call has an argument that the function with the short name does not have,
 * for example an address, a signal mask or flags; "": there is no full name.
 * `reader` is X if the function read_X() of socktrace reads the arguments. */
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

/* Returns what the call with this name in a log does. A log also has a line
 * with the name close-on-exec for each socket that exec(3) has closed. */
static inline enum act act_of(const char *name, size_t size) {
#define AS_TEST(number, plain, full, reader, act) \
	if (is_word(plain, name, size) || is_word(full, name, size)) return act;
	SOCKET_CALLS(AS_TEST)
#undef AS_TEST
	return is_word("close-on-exec", name, size) ? CLOSES : UNKNOWN_ACT;
}

/* ---- the cable's faults ------------------------------------------------- */

/* FAULT(name, what happens to the frame) */
#define FAULTS(FAULT) \
	FAULT(lose, VANISHES) \
	FAULT(twice, DOUBLES) \
	FAULT(flip, CHANGES) \
	FAULT(hold, WAITS) \
	FAULT(swap, WAITS) \
	FAULT(cross, WAITS)

enum fate { UNKNOWN_FATE, VANISHES, DOUBLES, CHANGES, WAITS, FATES };

/* KIND(constant in wire.c, name in a rule): the kinds of frames that a rule can
 * count. kinds_of() in wire.c finds the kinds of a frame. */
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

/* Returns what the fault with this name does to a frame. */
static inline enum fate fate_of(const char *name, size_t size) {
#define AS_TEST(fault, fate) \
	if (is_word(#fault, name, size)) return fate;
	FAULTS(AS_TEST)
#undef AS_TEST
	return UNKNOWN_FATE;
}

#endif
