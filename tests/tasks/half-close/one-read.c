/* missing: sends all of stdin */
#include <netdb.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/socket.h>
int main(int c, char **v) { struct addrinfo h = {.ai_socktype = SOCK_STREAM}, *r; static char b[16384]; int s, n;
 getaddrinfo(v[1], v[2], &h, &r); s = socket(r->ai_family, SOCK_STREAM, 0); if (connect(s, r->ai_addr, r->ai_addrlen)) return 1;
 n = read(0, b, sizeof b); /* wrong: one read */
 send(s, b, n, 0); shutdown(s, SHUT_WR);
 while ((n = recv(s, b, sizeof b, 0)) > 0) fwrite(b, 1, n, stdout);
 close(s); return 0; }
