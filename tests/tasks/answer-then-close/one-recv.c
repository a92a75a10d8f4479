/* missing: but not before the line is whole */
#include "../student.h"

int main(int argc, char *argv[]) {
	int l = listening(argv, 1), s = accept(l, NULL, NULL);
	char bytes[1000];


	(void)argc;
	recv(s, bytes, sizeof bytes, 0);
	send(s, "bye\n", 4, 0);
	shutdown(s, SHUT_WR);
	while (recv(s, bytes, sizeof bytes, 0) > 0)
		;
	close(s);
	return 0;
}
