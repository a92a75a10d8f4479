/*
 * manual.c - reads from stdin what a program prints with -h, and prints a
 * manual page in mdoc(7), so that nothing has to be written twice
 *
 * usage: manual NAME DATE [ABOUT] < TEXT. ABOUT says in some words what NAME
 * is; it is needed unless TEXT begins with "NAME - ...".
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <err.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 16384 };

static char paragraph[ROOM], see[ROOM];
static bool listing, example, wants_paragraph;

static bool matches(const char *text, const char *pattern, regmatch_t *at) {
	regmatch_t any;
	regex_t r;
	bool found;

	if (regcomp(&r, pattern, REG_EXTENDED))
		errx(1, "%s: no pattern", pattern);
	found = regexec(&r, text, 1, at ? at : &any, 0) == 0;
	regfree(&r);
	return found;
}

static bool begins(const char *text, const char *with) {
	return strncmp(text, with, strlen(with)) == 0;
}

static void add(char to[ROOM], const char *text, size_t size) {
	const size_t n = strlen(to);

	if (n + size >= ROOM) errx(1, "a paragraph is too long");
	memcpy(to + n, text, size);
	to[n + size] = '\0';
}

/* Prints a text, and escapes all characters that mdoc would interpret. Double
 * quotes are escaped only if the text stands in quotes. */
static void put_literal(const char *text, size_t size, bool quoted) {
	if (!quoted && size && (*text == '.' || *text == '\''))
		fputs("\\&", stdout);
	for (size_t i = 0; i < size; i++)
		if (text[i] == '\\')
			fputs("\\e", stdout);
		else if (text[i] == '-')
			fputs("\\-", stdout);
		else if (text[i] == '"' && quoted)
			fputs("\\(dq", stdout);
		else
			putchar(text[i]);
}

static void put_line(const char *text, size_t size) {
	put_literal(text, size, false);
	putchar('\n');
}

/* Prints a paragraph. Each sentence begins on a new line, and no line is much
 * longer than 70 characters. */
static void put_text(char *text) {
	char line[ROOM] = "", *rest = text, *word;

	if (!text[strspn(text, " ")]) return;
	if (wants_paragraph) puts(".Pp");
	wants_paragraph = false;
	while ((word = strtok_r(rest, " ", &rest))) {
		if (*line && strlen(line) + strlen(word) > 70) {
			put_line(line, strlen(line));
			*line = '\0';
		}
		if (*line) add(line, " ", 1);
		add(line, word, strlen(word));
		if (strchr(".!?", word[strlen(word) - 1])) {
			put_line(line, strlen(line));
			*line = '\0';
		}
	}
	if (*line) put_line(line, strlen(line));
}

static void end_lists(void) {
	if (example) puts(".Ed");
	if (listing) puts(".El");
	example = listing = false;
}

/* Prints the paragraph that has been read. The exit status gets a section of
 * its own. A sentence "See ..." is kept for the end of the page. */
static void end_paragraph(void) {
	const char exit_status[] = "Exit status: ";
	char text[ROOM] = "", *from = text, *status;
	regmatch_t at;

	add(text, paragraph, strlen(paragraph));
	*paragraph = '\0';
	if (!text[strspn(text, " ")]) return;
	if (example) end_lists();
	if (matches(text, "See ([a-z_]+\\([0-9]\\)|RFC)[^.]*\\.$", &at)) {
		*see = '\0';
		add(see, text + at.rm_so + 4,
			(size_t)(at.rm_eo - at.rm_so) - 5);
		text[at.rm_so] = '\0';
	}
	status = strstr(text, exit_status);
	if (status) {
		*status = '\0';
		put_text(text);
		end_lists();
		puts(".Sh EXIT STATUS");
		wants_paragraph = false;
		from = status + strlen(exit_status);
		*from = (char)toupper((unsigned char)*from);
	}
	put_text(from);
}

/* Prints the references, such as "connect(2), tcp(7), RFC 9293". */
static void put_references(void) {
	char *rest = see, *one;

	if (*see) puts(".Sh SEE ALSO");
	while ((one = strsep(&rest, ","))) {
		const char *comma = rest ? "," : "";
		char *section;

		one += strspn(one, " ");
		section = matches(one, "\\([0-9]\\)", NULL) ? strchr(one, '(') :
							      NULL;
		if (section)
			printf(".Xr %.*s %c%s%s\n", (int)(section - one), one,
				section[1], rest ? " " : "", comma);
		else if (*one)
			printf("%s%s\n", one, comma);
	}
}

/* Begins an item of a list, such as "-n COUNT  end after COUNT": first the tag
 * ("-n COUNT"), then its meaning. */
static void begin_item(const char *line) {
	regmatch_t at;
	size_t size;

	end_paragraph();
	if (!listing) puts(".Bl -tag -width Ds");
	listing = true;
	wants_paragraph = false;
	line += strspn(line, " ");
	size = matches(line, "  +", &at) ? (size_t)at.rm_so :
	       matches(line, "^(-[^ ]+ [A-Z]+|-[^ ]+) [a-z]", &at) ?
					   (size_t)at.rm_eo - 2 :
					   strlen(line);
	fputs(".It Sy \"", stdout);
	put_literal(line, size, true);
	puts("\"");
	add(paragraph, line + size, strlen(line + size));
}

static void take_text(const char *line) {
	if (matches(line, "^  ?[^ ].*[^ ]  +[^ ]|^  -", NULL)) {
		begin_item(line);
		return;
	}
	if (!listing && begins(line, "    ")) {
		end_paragraph();
		if (!example) puts(".Bd -literal -offset indent");
		example = true;
		put_line(line + 4, strlen(line + 4));
		return;
	}
	if (!*line) {
		end_paragraph();
		end_lists();
		wants_paragraph = true;
		return;
	}
	if (listing && *line != ' ') {
		end_paragraph();
		end_lists();
		wants_paragraph = true;
	}
	add(paragraph, " ", 1);
	add(paragraph, line, strlen(line));
}

static void begin(const char *name, const char *date, const char *about) {
	printf(".Dd %s\n.Dt ", date);
	for (const char *c = name; *c; c++)
		putchar(toupper((unsigned char)*c));
	printf(" 1\n.Os\n.Sh NAME\n.Nm %s\n.Nd %s\n.Sh SYNOPSIS\n.Bd -literal\n",
		name, about);
}

int main(int argc, char *argv[]) {
	enum { HEAD, USAGE, TEXT } part = HEAD;
	char *line = NULL, about[ROOM] = "";
	size_t room = 0;

	if (argc < 3) errx(2, "usage: manual NAME DATE [ABOUT] < TEXT");
	if (argc > 3) add(about, argv[3], strlen(argv[3]));
	while (getline(&line, &room, stdin) > 0) {
		size_t n = strlen(line);

		while (n && isspace((unsigned char)line[n - 1]))
			line[--n] = '\0';
		if (part == HEAD && begins(line, argv[1]) &&
			begins(line + strlen(argv[1]), " - "))
			add(about, line + strlen(argv[1]) + 3,
				n - strlen(argv[1]) - 3);
		else if (begins(line, "usage: ") ||
			 (part == USAGE && *line == ' ')) {
			if (part == HEAD) begin(argv[1], argv[2], about);
			part = USAGE;
			n = strspn(line, " ");
			n = n > 7 ? 7 : n ? n : 7;
			put_line(line + n, strlen(line + n));
		} else if (part == USAGE) {
			puts(".Ed\n.Sh DESCRIPTION");
			part = TEXT;
			if (*line) take_text(line);
		} else if (part == TEXT)
			take_text(line);
	}
	end_paragraph();
	end_lists();
	put_references();
	free(line);
	return fflush(stdout) || ferror(stdout);
}
