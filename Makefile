# Builds the programs, runs the demos and the tests: see `make help`.
# CC, CFLAGS, LDFLAGS, BUILD, PREFIX and DESTDIR can be set from outside, say
#   make BUILD=build/asan CFLAGS='-g -fsanitize=address,undefined'

CC = cc
CFLAGS = -O2 -g
BUILD = build
PREFIX = /usr/local

LESSONS = tcp_server tcp_client udp_server udp_client halfclose
PROGRAMS = $(LESSONS) wire socktrace ladder
# What a demo plays that the five do not show: NAME.c beside the recipe NAME.sh.
PLAYED = $(sort $(wildcard scripts/demos/*.c))
LADDER = $(sort $(wildcard lab/ladder/*.c))
SOURCES = $(foreach lesson,$(LESSONS),$(lesson)/$(lesson).c) \
	lab/wire.c lab/socktrace.c $(LADDER) $(PLAYED) scripts/lib/manual.c
SKELETONS = $(sort $(wildcard scripts/lib/task/*.c))
TEST_TOOLS = tests/hostile.c tests/packets.c tests/mutate.c
LADDER_HEADERS = $(sort $(wildcard lab/ladder/*.h))
HEADERS = lab/common.h $(LADDER_HEADERS)
SCRIPTS = setup lab demo record ladder gallery watch expect quiz task states
STRICT = -std=c11 -Wall -Wextra -Wpedantic
HARDENING = -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection -D_FORTIFY_SOURCE=2 -Wl,-z,relro,-z,now

export BUILD CC

all: $(PROGRAMS:%=$(BUILD)/%) $(PLAYED:scripts/demos/%.c=$(BUILD)/%)

vpath %.c $(LESSONS) lab scripts/demos

$(LESSONS:%=$(BUILD)/%) $(BUILD)/wire $(BUILD)/socktrace \
		$(PLAYED:scripts/demos/%.c=$(BUILD)/%): $(BUILD)/%: %.c \
		$(BUILD)/flags lab/common.h
	@$(CC) $(STRICT) $(CFLAGS) $$(cat $(BUILD)/flags) $< -o $@ $(LDFLAGS)

$(BUILD)/ladder: $(LADDER) $(LADDER_HEADERS) $(BUILD)/flags
	@$(CC) $(STRICT) $(CFLAGS) $$(cat $(BUILD)/flags) $(LADDER) -o $@ $(LDFLAGS) -lm

# Which of the hardening flags this compiler takes: each is tried once.
$(BUILD)/flags: Makefile
	@mkdir -p $(BUILD)
	@for flag in $(HARDENING); do \
		echo 'int main(void) { return 0; }' | $(CC) -Werror $(CFLAGS) \
			$$flag -x c - -o $@.try 2> /dev/null && echo "$$flag"; \
	done > $@.new; rm -f $@.try; mv $@.new $@

demo: all
	@scripts/demo four-way-close
	@echo 'Others: scripts/demo --list'

demos: all
	@scripts/demo --all -j 4

gallery: all
	@scripts/gallery

# A picture in a program's folder is of the demo that it is named for.
figures: all
	@for figure in */*.svg; do \
		demo=$${figure##*/}; demo=$${demo%.svg}; \
		scripts/demo -q $$demo || exit 1; \
		scripts/ladder --svg captures/$$demo > $$figure || exit 1; \
	done

test: all
	@tests/run

bench: all
	@tests/bench

lint:
	@clang-format --dry-run -Werror $(SOURCES) $(HEADERS) $(SKELETONS) $(TEST_TOOLS)
	@clang-tidy --quiet $(SOURCES) -- $(STRICT) 2> /dev/null
	@shellcheck -x $(SCRIPTS:%=scripts/%) scripts/completion scripts/lib/*.sh scripts/lib/*/*.sh \
		scripts/lib/*/bin/on scripts/demos/*.sh scripts/tasks/*.sh tests/run tests/bench .ci/run
	@shellcheck -S error tests/*.bash tests/*.bats

format:
	@clang-format -i $(SOURCES) $(HEADERS) $(SKELETONS) $(TEST_TOOLS)

# Each program's and each command's manual page is what its -h tells.
$(BUILD)/manual: scripts/lib/manual.c $(BUILD)/flags
	@$(CC) $(STRICT) $(CFLAGS) $$(cat $(BUILD)/flags) $< -o $@ $(LDFLAGS)

man: all $(BUILD)/manual
	@mkdir -p $(BUILD)/man
	@date=$$(date -u '+%B %-d, %Y'); \
	for program in $(PROGRAMS); do \
		about=$$(sed -n "s/^ \* $$program - //p" */*.c lab/ladder/main.c); \
		$(BUILD)/$$program -h | $(BUILD)/manual $$program "$$date" "$$about" \
			> $(BUILD)/man/$$program.1 || exit 1; \
	done; \
	for script in $(filter-out ladder,$(SCRIPTS)); do \
		scripts/$$script -h | $(BUILD)/manual $$script "$$date" \
			> $(BUILD)/man/$$script.1 || exit 1; \
	done

install: man
	mkdir -p '$(DESTDIR)$(PREFIX)/bin'
	for program in $(PROGRAMS); do \
		install -m 755 $(BUILD)/$$program '$(DESTDIR)$(PREFIX)/bin'; \
	done
	mkdir -p '$(DESTDIR)$(PREFIX)/share/man/man1'
	for program in $(PROGRAMS); do \
		install -m 644 $(BUILD)/man/$$program.1 '$(DESTDIR)$(PREFIX)/share/man/man1'; \
	done

clean:
	rm -rf $(BUILD) captures

help:
	@echo 'make          build the programs into $(BUILD)/'
	@echo 'make demo     the four-way close, as a ladder of a real run'
	@echo 'make demos    all demos; a verdict each'
	@echo 'make gallery  all demos, as a page of pictures: captures/index.html'
	@echo 'make figures  draw the pictures in the READMEs anew, from runs of now'
	@echo 'make test     all tests'
	@echo 'make bench    what it costs, beside socat, nc, tshark, strace and others'
	@echo 'make lint     clang-format, clang-tidy and shellcheck'
	@echo 'make format   clang-format the programs'
	@echo 'make man      manual pages of all programs and commands: man -l $(BUILD)/man/demo.1'
	@echo 'make install  the programs and their pages, below $$DESTDIR$$PREFIX ($(PREFIX))'
	@echo 'make clean    remove $(BUILD)/ and captures/'

.PHONY: all demo demos gallery figures test bench lint format man install clean help
