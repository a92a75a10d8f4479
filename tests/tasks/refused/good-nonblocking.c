/* good */
#define _GNU_SOURCE
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
int main(int c, char **v) { struct addrinfo h = {.ai_socktype = SOCK_STREAM}, *r; int s, e = 0; socklen_t z = sizeof e;
 getaddrinfo(v[1], v[2], &h, &r); s = socket(r->ai_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
 if (connect(s, r->ai_addr, r->ai_addrlen)) { e = errno; if (e == EINPROGRESS) { struct pollfd p = {s, POLLOUT}; poll(&p, 1, -1); getsockopt(s, SOL_SOCKET, SO_ERROR, &e, &z); } }
 if (e) { fprintf(stderr, "connect: %s\n", strerror(e)); return e; } return 0; }
