/*
 * in-three-pieces - answers a line with WORD, or a stream with its capitals
 *
 * Shows   that a stream has no boundaries: each answer is sent in three pieces,
 *         60 ms apart, so no recv() of the client gets all of it. The answer to
 *         a line is WORD; to a stream, its bytes in capitals, and then WORD.
 * Run     scripts/task one-line PROGRAM or scripts/task half-close PROGRAM
 *         plays it as the server; or in-three-pieces line 127.0.0.1 9000 WORD
 * See     shutdown(2), recv(2)
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <err.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[]) {
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *here;
	static char bytes[1 << 20];
	size_t size = 0, from = 0;
	int listener, fd, error, line;
	ssize_t n;

	line = argc == 5 && !strcmp(argv[1], "line");
	if (!line && (argc != 5 || strcmp(argv[1], "stream") != 0))
		errx(2, "usage: in-three-pieces line|stream HOST PORT WORD");
	error = getaddrinfo(argv[2], argv[3], &hints, &here);
	if (error) errx(1, "getaddrinfo %s: %s", argv[2], gai_strerror(error));
	listener = socket(here->ai_family, SOCK_STREAM, 0);
	if (listener == -1) err(1, "socket");
	if (bind(listener, here->ai_addr, here->ai_addrlen) == -1)
		err(1, "bind to %s port %s", argv[2], argv[3]);
	freeaddrinfo(here);
	if (listen(listener, 1) == -1) err(1, "listen");
	fd = accept(listener, NULL, NULL);
	if (fd == -1) err(1, "accept");
	close(listener); /* only one client is served */
	/* reads until FIN arrives; of a line, until its newline */
	while ((n = recv(fd, bytes + size, sizeof bytes - size, 0)) > 0) {
		size += (size_t)n;
		if (line && memchr(bytes, '\n', size)) break;
	}
	if (n == -1) err(1, "recv");
	if (line) size = 0;
	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)toupper((unsigned char)bytes[i]);
	for (const char *word = argv[4]; *word && size < sizeof bytes; word++)
		bytes[size++] = *word;
	if (line && size < sizeof bytes) bytes[size++] = '\n';
	for (int piece = 1; piece <= 3; piece++) {
		const size_t to = size * (size_t)piece / 3;

		poll(NULL, 0, 60); /* so each piece is a segment of its own */
		while (from < to) {
			n = send(fd, bytes + from, to - from, MSG_NOSIGNAL);
			if (n == -1) err(1, "send"); /* RST has arrived */
			from += (size_t)n;
		}
	}
	/* waits until the client has closed its end, too */
	while (recv(fd, bytes, sizeof bytes, 0) > 0)
		;
	close(fd); /* sends FIN */
	return 0;
}
