/*
 * folder.c - a folder that scripts/demo, record or watch has made -> its
 * captures and logs
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "source.h"

static enum host host_in(const char *name) {
	return strncmp(name, "client.", 7) == 0 ? CLIENT :
	       strncmp(name, "server.", 7) == 0 ? SERVER :
						  BOTH;
}

static bool is_open(const struct folder *f, const char *path) {
	for (int i = 0; i < f->capture_count; i++)
		if (strcmp(f->captures[i].name, path) == 0) return true;
	for (size_t i = 0; i < f->log_count; i++)
		if (strcmp(f->logs[i].path, path) == 0) return true;
	return false;
}

static char *add_capture(struct folder *f, const char *path, enum host host,
	const char *filter, bool growing) {
	struct capture *c = &f->captures[f->capture_count];

	if (f->capture_count == 2)
		return because("%s: more than two captures are in it", f->name);
	f->capture_count++;
	c->host = host;
	return growing ? watch_capture(c, path) : open_capture(c, path, filter);
}

static char *add_log(struct folder *f, const char *path, enum host host) {
	f->logs = enlarge(f->logs, f->log_count, &f->log_room, sizeof *f->logs);
	if (!open_log(&f->logs[f->log_count], path, host))
		return because("%s: %s", path, strerror(errno));
	f->log_count++;
	return NULL;
}

/* Opens this file if its name is that of a capture or a log. */
static char *add_file(
	struct folder *f, const char *name, const char *filter, bool growing) {
	const char *end = strrchr(name, '.');
	const enum host host = host_in(name);
	char path[4096];

	if (!end || end == name) return NULL;
	if (snprintf(path, sizeof path, "%s/%s", f->name, name) >=
			(int)sizeof path ||
		is_open(f, path))
		return NULL;
	if (strcmp(end, ".pcap") == 0)
		return add_capture(f, path, host, filter, growing);
	if (strcmp(end, ".log") == 0 &&
		(host != BOTH || strncmp(name, "wire.", 5) == 0))
		return add_log(f, path, host);
	return NULL;
}

char *look_into(struct folder *f, const char *filter, bool growing) {
	DIR *list = opendir(f->name);
	const struct dirent *entry;
	char *why = NULL;

	if (!list) return because("%s: %s", f->name, strerror(errno));
	while (!why && (entry = readdir(list)))
		why = add_file(f, entry->d_name, filter, growing);
	closedir(list);
	return why;
}

static int by_name(const void *a, const void *b) {
	return strcmp(
		((const struct log *)a)->path, ((const struct log *)b)->path);
}

char *order_folder(struct folder *f) {
	int count[3] = {0, 0, 0}, n[3] = {0, 0, 0};

	if (f->capture_count == 0)
		return because("%s: no capture is in it", f->name);
	if (f->capture_count == 2 && f->captures[0].host == SERVER) {
		const struct capture first = f->captures[0];

		f->captures[0] = f->captures[1];
		f->captures[1] = first;
	}
	if (f->log_count)
		qsort(f->logs, f->log_count, sizeof *f->logs, by_name);
	for (size_t i = 0; i < f->log_count; i++)
		count[f->logs[i].host]++;
	for (size_t i = 0; i < f->log_count; i++)
		if (count[f->logs[i].host] > 1)
			f->logs[i].number = ++n[f->logs[i].host];
	return NULL;
}

/* ---- why there is nothing to draw --------------------------------------- */

/* Finds the tags of the first frame that has any. A tag is the letter of a
 * header that matters to filters: see add_tag() in decode.c. */
static void tags_in(const char *file, char tags[8]) {
	struct capture c = {.name = NULL};
	struct packets p = {.count = 0};
	struct account unused = {.drawn = 0};
	struct stat about;

	/* only a regular file can be read a second time */
	if (stat(file, &about) || !S_ISREG(about.st_mode)) return;
	free(open_capture(&c, file, NULL));
	free(read_packets(&c, &p, &unused));
	close_capture(&c);
	for (size_t i = 0; i < p.count; i++) {
		if (!*tags) memcpy(tags, p.at[i].tags, 8);
		free_packet(&p.at[i]);
	}
	free(p.at);
}

static char *unmatched(const char *name, const char *file, const char *filter) {
	char tags[8] = "", *words = NULL;
	char *why = because(
		"%s: no frame in it matches the filter '%s'", name, filter);

	tags_in(file, tags);
	for (const char *tag = tags; *tag; tag++)
		append(&words, "%s and ",
			*tag == 'v' ? "vlan" :
			*tag == 'p' ? "pppoes" :
				      "mpls");
	if (strpbrk(tags, "lx"))
		append(&why,
			"\nremedy: leave FILTER out: it does not look "
			"behind LLC, AH and the extension headers of "
			"IPv6; --list and --connection choose connections");
	else if (words && strncmp(filter, words, strlen(words)) != 0)
		append(&why,
			"\nremedy: a filter looks behind a tag only if it names "
			"it: '%s(%s)'",
			words, filter);
	free(words);
	return why;
}

char *why_nothing(const struct folder *f, const struct account *a) {
	const struct capture *c = &f->captures[0];
	const char *name = f->name ? f->name : c->name;
	unsigned frames = 0;
	char *why = NULL;

	for (int i = 0; i < f->capture_count; i++)
		frames += f->captures[i].source->frames;
	if (!frames && c->source->filter)
		return unmatched(name, c->name, c->source->filter);
	if (!frames)
		return because("%s: no frame%s is in it", name,
			f->log_count ? " and no call" : "");
	if (!a->of[0].reason)
		return because("%s: only datagrams to port 9 (discard) are in "
			       "it, which are left out",
			name);
	append(&why, "%s: nothing in it can be drawn:", name);
	for (int i = 0; i < REASONS && a->of[i].reason; i++)
		append(&why, "%s %lu %s", i ? "," : "", a->of[i].count,
			a->of[i].reason);
	return why;
}

void free_folder(struct folder *f) {
	for (int i = 0; i < f->capture_count; i++)
		close_capture(&f->captures[i]);
	free(f->logs);
}
