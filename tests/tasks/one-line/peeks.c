/* good */
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
int main(int c, char **v) { struct addrinfo h = {.ai_socktype = SOCK_STREAM}, *r; char l[600], b[600], *e; int s; ssize_t n;
 if (getaddrinfo(v[1], v[2], &h, &r)) return 1; s = socket(r->ai_family, SOCK_STREAM, 0); if (connect(s, r->ai_addr, r->ai_addrlen)) return 1;
 if (!fgets(l, sizeof l, stdin)) return 1; send(s, l, strlen(l), 0);
 for (;;) { n = recv(s, b, sizeof b, MSG_PEEK); if (n <= 0) return 1; if ((e = memchr(b, '\n', n))) { n = recv(s, b, e + 1 - b, 0); fwrite(b, 1, n, stdout); break; } n = recv(s, b, n, 0); fwrite(b, 1, n, stdout); }
 close(s); return 0; }
