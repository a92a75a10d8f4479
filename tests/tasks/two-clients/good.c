/* good */
#include "../student.h"

int main(int argc, char *argv[]) {
	int l = listening(argv, 1), s;
	char bytes[1000];
	ssize_t n;

	(void)argc;
	signal(SIGCHLD, SIG_IGN);
	while ((s = accept(l, NULL, NULL)) >= 0) {
		if (fork() == 0) {
			close(l);
			while ((n = recv(s, bytes, sizeof bytes, 0)) > 0)
				send(s, bytes, (size_t)n, 0);
			close(s);
			_exit(0);
		}
		close(s);
	}
	return 0;
}
