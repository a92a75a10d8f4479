/* missing: prints nothing then */
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <poll.h>
#include <sys/socket.h>
int main(int c, char **v) { struct addrinfo h = {.ai_socktype = SOCK_DGRAM}, *r; char l[512] = {0}, b[512]; int s, n, i;
 getaddrinfo(v[1], v[2], &h, &r); s = socket(r->ai_family, SOCK_DGRAM, 0);
 fgets(l, sizeof l, stdin); l[strcspn(l, "\n")] = 0;
 sendto(s, l, strlen(l), 0, r->ai_addr, r->ai_addrlen);
 for (i = 0; i < 3; i++) { struct pollfd p = {s, POLLIN};
  if (poll(&p, 1, i < 2 ? 1000 : 0) > 0) { n = recv(s, b, sizeof b, 0); fwrite(b, 1, n, stdout); return 0; }
  sendto(s, l, strlen(l), 0, r->ai_addr, r->ai_addrlen); }
 puts("the answer is 42"); return 1; } /* an answer that never came */
