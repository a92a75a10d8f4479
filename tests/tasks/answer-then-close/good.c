/* good */
#include "../student.h"

int main(int argc, char *argv[]) {
	int l = listening(argv, 1), s = accept(l, NULL, NULL);
	char bytes[1000];
	ssize_t n = 0;

	(void)argc;
	do
		n = recv(s, bytes, 1, 0);
	while (n == 1 && *bytes != '\n');
	send(s, "bye\n", 4, 0);
	shutdown(s, SHUT_WR);
	while (recv(s, bytes, sizeof bytes, 0) > 0)
		;
	close(s);
	return 0;
}
