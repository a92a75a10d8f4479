/* missing: sends a longer line, too */
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
int main(int c, char **v) { struct addrinfo h = {.ai_socktype = SOCK_STREAM}, *r; char l[301], b[45]; int s; ssize_t n;
 if (getaddrinfo(v[1], v[2], &h, &r)) return 1; s = socket(r->ai_family, SOCK_STREAM, 0); if (connect(s, r->ai_addr, r->ai_addrlen)) return 1;
 if (!fgets(l, sizeof l, stdin)) return 1; send(s, l, strlen(l), 0);
 n = recv(s, b, sizeof b, 0); write(1, b, n); close(s); return 0; }
