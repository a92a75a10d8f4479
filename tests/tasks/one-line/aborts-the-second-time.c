/* missing: ends with status 0 again */
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/socket.h>
int main(int c, char **v) { struct addrinfo h = {.ai_socktype = SOCK_STREAM}, *r; char b[600]; int s; ssize_t n; char l[600], *copy = malloc(64);
 getaddrinfo(v[1], v[2], &h, &r); s = socket(r->ai_family, SOCK_STREAM, 0); if (connect(s, r->ai_addr, r->ai_addrlen)) return 1;
 if (!fgets(l, sizeof l, stdin)) return 1; strcpy(copy, l); /* wrong: 64 bytes */
 send(s, l, strlen(l), 0); do { n = recv(s, b, sizeof b, 0); write(1, b, n); } while (b[n - 1] != '\n'); close(s);
 free(copy); free(malloc(64)); if (strlen(l) < 200) return 0; abort(); }
