/* missing: prints the reason */
#include "../student.h"

int main(int argc, char *argv[]) {
	struct addrinfo *a = find(argv, SOCK_STREAM);
	int s = socket(a->ai_family, SOCK_STREAM, 0);

	(void)argc;
	if (connect(s, a->ai_addr, a->ai_addrlen) == -1) {
		close(s);
		close(s);
		perror("connect");
		return 1;
	}
	return 0;
}
