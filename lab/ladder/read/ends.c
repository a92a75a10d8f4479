/*
 * ends.c - an end of a connection: an address and a port
 */
#include <arpa/inet.h>
#include <string.h>

#include "records.h"

bool same_address(const struct end *a, const struct end *b) {
	return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

bool same_end(const struct end *a, const struct end *b) {
	return a->port == b->port && same_address(a, b);
}

const char *address_text(const struct end *e, char text[64]) {
	if (!e->size)
		snprintf(text, 64, "?");
	else
		inet_ntop(
			e->size == 4 ? AF_INET : AF_INET6, e->bytes, text, 64);
	return text;
}

/* Writes "192.0.2.1:40000" or "[2001:db8::1]:40000". If there is no port,
 * writes only the address. */
const char *end_text(const struct end *e, char text[64]) {
	char address[64];

	address_text(e, address);
	if (!e->port) {
		snprintf(text, 64, "%s", address);
		return text;
	}
	snprintf(text, 64, e->size == 16 ? "[%.45s]:%d" : "%.45s:%d", address,
		e->port);
	return text;
}
