/* good */
#define _GNU_SOURCE
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <poll.h>
#include <sys/socket.h>
/* asks for the datagram's size first, as recv(2) describes */
int main(int c, char **v) { struct addrinfo h = {.ai_socktype = SOCK_DGRAM}, *r; char l[512] = {0}, b[65536]; int s, n;
 getaddrinfo(v[1], v[2], &h, &r); s = socket(r->ai_family, SOCK_DGRAM, 0);
 fgets(l, sizeof l, stdin); l[strcspn(l, "\n")] = 0;
 for (int i = 0; i < 4; i++) { struct pollfd p = {s, POLLIN};
  sendto(s, l, strlen(l), 0, r->ai_addr, r->ai_addrlen);
  if (poll(&p, 1, 500) > 0) { n = recv(s, b, 0, MSG_PEEK | MSG_TRUNC); n = recv(s, b, n, 0); fwrite(b, 1, n, stdout); puts(""); return 0; }
 } fprintf(stderr, "no answer\n"); return 1; }
