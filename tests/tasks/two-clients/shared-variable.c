/* missing: answers the first after all */
#include "../student.h"

static int s;

static void *serve(void *unused) {
	char bytes[1000];
	ssize_t n;

	while (poll(&(struct pollfd){s, POLLIN, 0}, 1, 100) == 0)
		;
	while ((n = recv(s, bytes, sizeof bytes, 0)) > 0)
		send(s, bytes, (size_t)n, 0);
	close(s);
	return unused;
}

int main(int argc, char *argv[]) {
	int l = listening(argv, 1);
	pthread_t thread;

	(void)argc;
	signal(SIGPIPE, SIG_IGN);
	while ((s = accept(l, NULL, NULL)) >= 0)
		pthread_create(&thread, NULL, serve, NULL);
	return 0;
}
