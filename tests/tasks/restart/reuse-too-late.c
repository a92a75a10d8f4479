/* missing: can be reached */
#include "../student.h"

int main(int argc, char *argv[]) {
	struct addrinfo *a = find(argv, SOCK_STREAM);
	int l = socket(a->ai_family, SOCK_STREAM, 0), s, on = 1;
	char bytes[1000];
	ssize_t got = 0;

	(void)argc;
	if (bind(l, a->ai_addr, a->ai_addrlen)) err(1, "bind");
	setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	listen(l, 5);
	s = accept(l, NULL, NULL);
	while (recv(s, bytes + got, 1, 0) == 1)
		if (bytes[got++] == '\n') break;
	send(s, bytes, (size_t)got, 0);
	close(s);
	return 0;
}
