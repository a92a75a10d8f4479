/*
 * folder.c - a folder of a demo's, record's or watch's -> its captures and logs
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "read.h"

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

static void add_capture(struct folder *f, const char *path, enum host host,
	const char *filter, bool growing) {
	struct capture *c = &f->captures[f->capture_count];

	if (f->capture_count == 2)
		errx(1, "%s: more than two captures are in it", f->name);
	c->host = host;
	if (!growing)
		open_capture(c, path, filter);
	else if (!watch_capture(c, path))
		err(1, "%s", path);
	f->capture_count++;
}

static void add_log(struct folder *f, const char *path, enum host host) {
	f->logs = enlarge(f->logs, f->log_count, &f->log_room, sizeof *f->logs);
	if (!open_log(&f->logs[f->log_count], path, host)) err(1, "%s", path);
	f->log_count++;
}

void look_into(struct folder *f, const char *filter, bool growing) {
	DIR *list = opendir(f->name);
	const struct dirent *entry;
	char path[4096];

	if (!list) err(1, "%s", f->name);
	while ((entry = readdir(list))) {
		const char *name = entry->d_name, *end = strrchr(name, '.');
		const enum host host = host_in(name);

		if (!end || end == name) continue;
		if (snprintf(path, sizeof path, "%s/%s", f->name, name) >=
				(int)sizeof path ||
			is_open(f, path))
			continue;
		if (strcmp(end, ".pcap") == 0)
			add_capture(f, path, host, filter, growing);
		else if (strcmp(end, ".log") == 0 &&
			 (host != BOTH || strncmp(name, "wire.", 5) == 0))
			add_log(f, path, host);
	}
	closedir(list);
}

static int by_name(const void *a, const void *b) {
	return strcmp(
		((const struct log *)a)->path, ((const struct log *)b)->path);
}

void order_folder(struct folder *f) {
	int count[3] = {0, 0, 0}, n[3] = {0, 0, 0};

	if (f->capture_count == 0) errx(1, "%s: no capture is in it", f->name);
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
}

void free_folder(struct folder *f) {
	for (int i = 0; i < f->capture_count; i++)
		free(f->captures[i].name);
	free(f->logs);
}
