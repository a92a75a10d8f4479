# Builds the programs, runs the demos and the tests; `make help` lists the rest.
# CC, CFLAGS, LDFLAGS, BUILD, DESTDIR and PREFIX can be set from outside:
#   make BUILD=build/asan CFLAGS='-g -fsanitize=address,undefined'

CC = cc
CFLAGS = -O2 -g
BUILD = build
PREFIX = /usr/local

PROGRAMS = tcp_server tcp_client udp_server udp_client halfclose wire
WARNINGS = -std=c11 -Wall -Wextra -Wpedantic
HARDENING = -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection -D_FORTIFY_SOURCE=2 -fPIE -pie -Wl,-z,relro,-z,now

.PHONY: all demo demos test lint format install clean help

all: $(PROGRAMS:%=$(BUILD)/%)

# The hardening flags that this compiler takes, found once, by trying each.
$(BUILD)/flags:
	@mkdir -p $(BUILD)
	@for flag in $(HARDENING); do \
		echo 'int main(void) { return 0; }' | \
		$(CC) -Werror $(CFLAGS) $$flag -x c -o $@.try - 2>/dev/null && \
		echo "$$flag"; \
	done > $@.new; rm -f $@.try; mv $@.new $@

vpath %.c $(PROGRAMS)

$(PROGRAMS:%=$(BUILD)/%): $(BUILD)/%: %.c $(BUILD)/flags
	@$(CC) $(WARNINGS) $(CFLAGS) $$(cat $(BUILD)/flags) $< -o $@ $(LDFLAGS)
