/* good */
#include "../student.h"

int main(int argc, char *argv[]) {
	int l = listening(argv, 1), s = accept(l, NULL, NULL);
	char bytes[1000];
	ssize_t n = 0, got = 0;

	(void)argc;
	while ((n = recv(s, bytes + got, 1, 0)) == 1)
		if (bytes[got++] == '\n') break;
	send(s, bytes, (size_t)got, 0);
	close(s);
	return 0;
}
