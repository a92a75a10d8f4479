/* missing: prints all 20,000 bytes */
#include "../student.h"

int main(int argc, char *argv[]) {
	char line[16384];
	int s = connected(argv);
	ssize_t n, got = 0;

	(void)argc;
	if (!fgets(line, sizeof line, stdin)) return 1;
	send(s, line, strlen(line), 0);
	do {
		n = recv(s, line + got, sizeof line - (size_t)got, 0);
		got += n;
	} while (n > 0 && line[got - 1] != '\n');
	fwrite(line, 1, (size_t)got, stdout);
	close(s);
	return 0;
}
