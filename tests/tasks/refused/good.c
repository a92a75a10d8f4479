/* good */
#include "../student.h"

int main(int argc, char *argv[]) {
	(void)argc;
	connected(argv);
	return 0;
}
