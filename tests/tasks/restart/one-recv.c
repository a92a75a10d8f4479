/* missing: answers */
#include "../student.h"

int main(int argc, char *argv[]) {
	int l = listening(argv, 1), s = accept(l, NULL, NULL);
	char bytes[1000];
	ssize_t n = 0, got = 0;

	(void)argc;
	n = recv(s, bytes, sizeof bytes, 0);
	send(s, bytes, (size_t)(got + n), 0);
	close(s);
	return 0;
}
