/* missing: sends back a NUL byte like any other */
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
int main(int c, char **v) { struct addrinfo h = {.ai_socktype = SOCK_STREAM}, *r; static char b[1025]; int s, n, f;
 getaddrinfo(v[1], v[2], &h, &r); s = socket(r->ai_family, SOCK_STREAM, 0); bind(s, r->ai_addr, r->ai_addrlen); listen(s, 5);
 for (int i = 0; i < 3; i++) { f = accept(s, 0, 0); /* wrong: three clients at most */
  while ((n = recv(f, b, 1024, 0)) > 0) { b[n] = 0; send(f, b, strlen(b), 0); } /* wrong: a string */
  close(f); } 
 return 0; }
