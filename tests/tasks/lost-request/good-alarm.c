/* good */
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
static int s, n; static char l[600]; static struct addrinfo *r;
static void again(int x) { (void)x; if (n++ == 4) _exit(1); sendto(s, l, strlen(l), 0, r->ai_addr, r->ai_addrlen); ualarm(500000, 0); }
int main(int c, char **v) { struct addrinfo h = {.ai_socktype = SOCK_DGRAM}; char b[65536]; (void)c;
 getaddrinfo(v[1], v[2], &h, &r); s = socket(r->ai_family, SOCK_DGRAM, 0); fgets(l, sizeof l, stdin); l[strcspn(l, "\n")] = 0;
 struct sigaction a = {.sa_handler = again, .sa_flags = SA_RESTART}; sigaction(SIGALRM, &a, 0); again(0);
 ssize_t k = recvfrom(s, b, sizeof b, 0, 0, 0); if (k < 0) return 1; printf("%.*s\n", (int)k, b); return 0; }
