/* missing: does not crash */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
int main(int c, char **v) { struct addrinfo h = {.ai_socktype = SOCK_STREAM}, *r; char b[512]; int on = 1, n = 0, k; (void)c;
 getaddrinfo(v[1], v[2], &h, &r); int s = socket(r->ai_family, SOCK_STREAM, 0);
 setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); bind(s, r->ai_addr, r->ai_addrlen); listen(s, 5); int a = accept(s, 0, 0);
 while ((k = recv(a, b + n, sizeof b - n, 0)) > 0 && (n += k) && !memchr(b, '\n', n)) ;
 send(a, b, n, 0); close(a); close(s); abort(); }
