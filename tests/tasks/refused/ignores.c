/* missing: complains on stderr, and ends with another status than 0 */
#include "../student.h"

int main(int argc, char *argv[]) {
	struct addrinfo *a = find(argv, SOCK_STREAM);
	int s = socket(a->ai_family, SOCK_STREAM, 0);

	(void)argc;
	connect(s, a->ai_addr, a->ai_addrlen);
	close(s);
	return 0;
}
