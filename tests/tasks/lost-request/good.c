/* good */
#include "../student.h"

int main(int argc, char *argv[]) {
	struct addrinfo *a = find(argv, SOCK_DGRAM);
	int s = socket(a->ai_family, SOCK_DGRAM, 0);
	char line[600];
	ssize_t n = -1;

	(void)argc;
	if (!fgets(line, sizeof line, stdin)) return 1;
	line[strcspn(line, "\n")] = '\0';
	for (int i = 0; i < 4 && n < 0; i++) {
		struct pollfd p = {s, POLLIN, 0};

		sendto(s, line, strlen(line), 0, a->ai_addr, a->ai_addrlen);
		if (poll(&p, 1, 1000) == 1) n = recv(s, line, sizeof line, 0);
	}
	if (n >= 0) printf("%.*s\n", (int)n, line);
	return n < 0;
}
