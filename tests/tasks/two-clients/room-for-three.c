/* missing: and ten more, who come together */
#include "../student.h"

/* a table of three, and no place becomes free again */
int main(int argc, char *argv[]) {
	struct pollfd all[4] = {{.fd = listening(argv, 1), .events = POLLIN}};
	int count = 1;
	char bytes[2000];

	(void)argc;
	for (;;) {
		poll(all, count, -1);
		if (all[0].revents && count < 4) {
			all[count] = (struct pollfd){.fd = accept(all[0].fd, NULL, NULL), .events = POLLIN};
			all[count++].revents = 0;
		}
		for (int i = 1; i < count; i++) {
			if (all[i].fd < 0 || !all[i].revents) continue;
			ssize_t n = recv(all[i].fd, bytes, sizeof bytes, 0);
			if (n > 0) {
				send(all[i].fd, bytes, n, 0);
			} else {
				close(all[i].fd);
				all[i].fd = -1;
			}
		}
	}
}
