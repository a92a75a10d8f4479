# Builds the programs, runs the demos and the tests: see `make help`.
# CC, CFLAGS, LDFLAGS, BUILD, PREFIX and DESTDIR can be set on the command line:
#   make BUILD=build/asan CFLAGS='-g -fsanitize=address,undefined'
# If CC, CFLAGS or LDFLAGS are not the same as in the last build, everything is built anew.

CC = cc
CFLAGS = -O2 -g
BUILD = build
PREFIX = /usr/local

LESSONS = tcp_server tcp_client udp_server udp_client halfclose
PROGRAMS = $(LESSONS) wire socktrace ladder
LESSON_SOURCES = $(foreach lesson,$(LESSONS),$(lesson)/$(lesson).c)
# Programs that only a demo or a task runs: NAME.c, beside the recipes NAME.sh.
PLAYED = $(sort $(wildcard scripts/demos/*.c scripts/tasks/*.c))
LADDER = $(sort $(wildcard lab/ladder/*.c lab/ladder/*/*.c))
SOCKTRACE = $(sort $(wildcard lab/socktrace/*.c))
SOURCES = $(LESSON_SOURCES) lab/wire.c $(SOCKTRACE) $(LADDER) $(PLAYED) \
	scripts/lib/manual.c
SKELETONS = $(sort $(wildcard scripts/lib/task/*.c))
TEST_TOOLS = $(sort $(wildcard tests/*.c))
HEADERS = $(sort $(wildcard lab/*.h lab/*/*.h lab/*/*/*.h))
SCRIPTS = setup lab demo record ladder gallery watch expect quiz task states
STRICT = -std=c11 -Wall -Wextra -Wpedantic
HARDENING = -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection -D_FORTIFY_SOURCE=2
LINK = -Wl,-z,relro,-z,now $(LDFLAGS)

export BUILD CC

# BUILD with a backslash before each space, for lists that make and the shell read.
B := $(subst $() ,\ ,$(BUILD))
COMPILE = $(CC) $(STRICT) $(CFLAGS) @$(B)/flags

PLAYED_PROGRAMS = $(patsubst %.c,$(B)/%,$(notdir $(PLAYED)))

all: $(PROGRAMS:%=$(B)/%) $(PLAYED_PROGRAMS)

# $(call program,SOURCE,HEADERS): the rule for a program that is made from one source file.
define program
$(B)/$(basename $(notdir $(1))): $(1) $(2) $(B)/flags
	@$$(COMPILE) $(1) -o '$$@' $$(LINK)
endef
# $(call object,SOURCE,HEADERS): the rule for an object file of ladder or of socktrace.
define object
$(1:lab/%.c=$(B)/objects/%.o): $(1) $(2) $(B)/flags
	@mkdir -p '$$(BUILD)/objects/$(dir $(1:lab/%=%))'
	@$$(COMPILE) -c $(1) -o '$$@'
endef
$(foreach source,$(LESSON_SOURCES) $(PLAYED) scripts/lib/manual.c,$(eval $(call program,$(source))))
$(eval $(call program,lab/wire.c,$(wildcard lab/*.h)))
$(foreach source,$(SOCKTRACE),$(eval $(call object,$(source),$(wildcard lab/*.h lab/socktrace/*.h))))
$(foreach source,$(LADDER),$(eval $(call object,$(source),$(wildcard lab/*.h lab/ladder/*.h lab/ladder/*/*.h))))
LADDER_OBJECTS = $(LADDER:lab/%.c=$(B)/objects/%.o)
SOCKTRACE_OBJECTS = $(SOCKTRACE:lab/%.c=$(B)/objects/%.o)
OBJECTS = $(LADDER_OBJECTS) $(SOCKTRACE_OBJECTS)
# Debug information takes two thirds of the build time. So all programs but the five LESSONS
# are built without it, unless CFLAGS is set on the command line.
$(OBJECTS) $(B)/ladder $(B)/wire $(B)/socktrace $(B)/manual \
	$(PLAYED_PROGRAMS): private CFLAGS = -Og

$(B)/ladder: $(LADDER_OBJECTS)
	@$(COMPILE) $(LADDER_OBJECTS) -o '$@' $(LINK) -lm

$(B)/socktrace: $(SOCKTRACE_OBJECTS)
	@$(COMPILE) $(SOCKTRACE_OBJECTS) -o '$@' $(LINK)

# The file $(B)/asked has the CC, CFLAGS and LDFLAGS of the last build. It is written anew if
# one of them has changed.
ASKED := $(strip $(CC) $(CFLAGS) $(LDFLAGS))
ifneq ($(shell cat $(B)/asked 2> /dev/null),$(ASKED))
$(B)/asked: FORCE
endif
$(B)/asked: | $(B)
	@printf '%s\n' '$(subst ','\'',$(ASKED))' > '$@'
FORCE:

$(B):
	@mkdir -p '$@'

# The file $(B)/flags has the hardening flags that this compiler accepts. First all flags are
# tried together, and if that fails, each alone. The test program includes a header, because
# some headers do not compile with such flags.
$(B)/flags: Makefile $(B)/asked
	@takes() { \
		printf '#include <stdio.h>\nint main(void) { return 0; }\n' | \
			$(CC) -Werror $(CFLAGS) "$$@" -x c - -o '$@.try' 2> /dev/null; \
	}; \
	set -- $(HARDENING); \
	if takes "$$@"; then echo "$$@"; else \
		for flag; do ! takes "$$flag" || echo "$$flag"; done; \
	fi > '$@.new'; rm -f '$@.try'; mv '$@.new' '$@'

demo: all
	@scripts/demo four-way-close
	@echo 'Others: scripts/demo --list'

demos: all
	@scripts/demo --all -j 4

gallery: all
	@scripts/gallery

LESSON = udp-echo udp-refused handshake refused echo four-way-close combined-fin-ack half-close
lesson: all
	@scripts/gallery -o captures/lesson $(LESSON)

# A picture in a program's folder has the name of the demo that it shows.
figures: all
	@for figure in */*.svg; do \
		demo=$${figure##*/}; demo=$${demo%.svg}; \
		scripts/demo -q $$demo || exit 1; \
		scripts/ladder --svg captures/$$demo > $$figure || exit 1; \
	done

test: all
	@tests/run

coverage:
	@tests/coverage

bench: all
	@tests/bench $(BENCH)

lint:
	@clang-format --dry-run -Werror $(SOURCES) $(HEADERS) $(SKELETONS) $(TEST_TOOLS)
	@mkdir -p $(B); status=0; \
	printf '%s\n' $(SOURCES) | xargs -P "$$(nproc)" -n 4 sh -c \
		'clang-tidy --quiet "$$@" -- $(STRICT)' sh 2> $(B)/tidy || status=$$?; \
	grep -Ev '^[0-9]+ warnings? generated\.$$' $(B)/tidy >&2; exit $$status
	@! grep -nE 'include .*(read/read|tell/tell)\.h' lab/ladder/views/* lab/ladder/picture/* # these must not use read/ or tell/
	@shellcheck -x $(SCRIPTS:%=scripts/%) scripts/completion scripts/lib/*.sh scripts/lib/*/*.sh \
		scripts/lib/*/bin/on scripts/demos/*.sh scripts/tasks/*.sh tests/run tests/bench tests/coverage .ci/run
	@shellcheck -S error tests/*.bash tests/*.bats tests/judge-words

format:
	@clang-format -i $(SOURCES) $(HEADERS) $(SKELETONS) $(TEST_TOOLS)

# The manual page of each program and script is made from the text that its -h prints.
man: all $(B)/manual
	@mkdir -p $(B)/man
	@date=$$(date -u '+%B %-d, %Y'); \
	for program in $(PROGRAMS); do \
		about=$$(sed -n "s/^ \* $$program - //p" */*.c lab/*/*.c); \
		$(B)/$$program -h | $(B)/manual $$program "$$date" "$$about" \
			> $(B)/man/$$program.1 || exit 1; \
	done; \
	for script in $(filter-out ladder,$(SCRIPTS)); do \
		scripts/$$script -h | $(B)/manual $$script "$$date" \
			> $(B)/man/$$script.1 || exit 1; \
	done

PAGES = $(PROGRAMS:%=$(B)/man/%.1) $(SCRIPTS:%=$(B)/man/%.1)
BIN = '$(DESTDIR)$(PREFIX)/bin'
MAN1 = '$(DESTDIR)$(PREFIX)/share/man/man1'

install: man
	mkdir -p $(BIN) $(MAN1)
	install -m 755 $(PROGRAMS:%=$(B)/%) $(BIN)
	install -m 644 $(PROGRAMS:%=$(B)/man/%.1) $(MAN1)

uninstall:
	rm -f $(PROGRAMS:%=$(BIN)/%) $(PROGRAMS:%=$(MAN1)/%.1)

# The folder build/ is removed with everything in it. From any other BUILD folder, and from
# captures/, only files that this suite has made are removed, by their names. A folder with
# the name of a demo is removed only if its mark (see scripts/lib/folder.sh) says that
# scripts/demo made it.
clean:
ifeq ($(BUILD),build)
	rm -rf build
else
	rm -f $(OBJECTS) $(PAGES) $(PROGRAMS:%=$(B)/%) $(PLAYED_PROGRAMS) \
		$(B)/manual $(B)/flags $(B)/asked $(B)/tidy $(B)/bench.csv
	for folder in $(B)/objects $(B)/man; do \
		[ ! -d "$$folder" ] || find "$$folder" -depth -type d -empty -delete; \
	done; \
	[ ! -d $(B) ] || rmdir --ignore-fail-on-non-empty $(B)
endif
	@[ -L captures ] || sh -c 'here=$$0; . scripts/lib/common.sh; . scripts/lib/folder.sh; \
		for folder in captures/lesson captures; do \
			for demo in $$(sed "/^#/d; s/^[^:]*://" scripts/demos/contents); do \
				remove_folder "$$folder/$$demo"; \
			done; \
			! grep -qs "<title>Sockets on the wire: the gallery</title>" "$$folder/index.html" || \
				rm "$$folder/index.html"; \
			[ ! -d "$$folder" ] || rmdir --ignore-fail-on-non-empty "$$folder"; \
		done' scripts/demo

help:
	@echo 'make          build the programs into $(BUILD)/'
	@echo 'make demo     the four-way close, as a ladder of a real run'
	@echo 'make demos    all demos; a verdict each'
	@echo 'make gallery  all demos, as a page of pictures: captures/index.html'
	@echo 'make lesson   the demos of a lesson of 50 minutes, on a page: captures/lesson/index.html'
	@echo 'make figures  draw the pictures in the READMEs anew, from runs of now'
	@echo 'make test     all tests'
	@echo 'make coverage all tests, and which lines of the sources they run (gcov)'
	@echo 'make bench    what it costs, beside socat, nc, tshark, strace and others (BENCH=-h)'
	@echo 'make lint     clang-format, clang-tidy and shellcheck'
	@echo 'make format   clang-format the programs'
	@echo 'make man      manual pages of all programs and commands: man -l $(BUILD)/man/demo.1'
	@echo 'make install  the programs and their pages, below $$DESTDIR$$PREFIX ($(PREFIX))'
	@echo 'make uninstall  remove what make install has put there'
	@echo 'make clean    remove $(BUILD)/, and from captures/ what demos have recorded'

.PHONY: all demo demos gallery lesson figures test coverage bench lint format man install uninstall clean help
