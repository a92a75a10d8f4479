/* good */
#include "../student.h"

static char answer[65536];

int main(int argc, char *argv[]) {
	int l = listening(argv, 1), s;
	char bytes[1000];
	ssize_t n;

	(void)argc;
	memset(answer, '.', sizeof answer);
	answer[sizeof answer - 1] = '\n';
	signal(SIGCHLD, SIG_IGN);
	while ((s = accept(l, NULL, NULL)) >= 0) {
		if (fork() == 0) {
			close(l);
			while ((n = recv(s, bytes, sizeof bytes, 0)) > 0)
				for (ssize_t i = 0; i < n; i++)
					if (bytes[i] == '\n' && send(s, answer, sizeof answer, 0) < 0)
						break;
			close(s);
			_exit(0);
		}
		close(s);
	}
	return 0;
}
