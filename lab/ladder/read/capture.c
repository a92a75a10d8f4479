/*
 * capture.c - a capture file, complete or still growing -> its packets
 *
 * The ladder itself reads pcap and pcapng. gzip unpacks a compressed file.
 * tcpdump applies a filter, and converts to pcap any other format that libpcap
 * can read.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source.h"

static char *open_source(
	struct capture *c, const char *file, const char *filter, bool grows) {
	c->name = strdup(file);
	c->source = allocate(sizeof *c->source);
	c->source->filter = filter ? strdup(filter) : NULL;
	c->source->grows = grows;
	c->source->fd = strcmp(file, "-") == 0 ?
				dup(STDIN_FILENO) :
				open(file, O_RDONLY | O_CLOEXEC);
	if (c->source->fd != -1) return NULL;
	return because("%s: %s", file, strerror(errno));
}

char *open_capture(struct capture *c, const char *file, const char *filter) {
	return open_source(c, file, filter, false);
}

char *watch_capture(struct capture *c, const char *file) {
	return open_source(c, file, NULL, true);
}

/* Recognises the format, if need be after gzip or tcpdump has converted the
 * file. Returns false if the file cannot be read, or is still too short. */
static bool identify(struct source *s) {
	static const char *const gzip[] = {"gzip", "-dc", NULL};
	const char *const tcpdump[] = {"tcpdump", "-n", "-r", "-", "-w", "-",
		"--time-stamp-precision=nano", "--", s->filter, NULL};
	bool unpacked = s->grows, converted = s->grows;

	while (peek(s, 1)) {
		const uint8_t *at = unpacked ? NULL : peek(s, 2);

		if (at && at[0] == 0x1f && at[1] == 0x8b) {
			unpacked = true;
			if (!read_through(s, gzip)) break;
			continue;
		}
		if (!s->filter || converted) {
			if (is_pcap(s) || is_pcapng(s)) return true;
			if (s->grows && !peek(s, 24)) break;
		}
		if (converted) return fail(s, "it is neither pcap nor pcapng");
		converted = true;
		if (!read_through(s, tcpdump)) break;
	}
	return false;
}

static bool next_frame(struct source *s, struct frame *f) {
	if (s->fault) return false;
	if ((s->next || identify(s)) && s->next(s, f)) return true;
	if (s->grows) return false;
	if (!s->fault && s->next && (s->begin < s->end || s->in_block))
		fail(s, "truncated: it ends at byte %llu, with %u whole frame%s",
			(unsigned long long)s->offset + (s->end - s->begin),
			s->frames, s->frames == 1 ? "" : "s");
	end_children(s);
	if (!s->fault && !s->next) fail(s, "the file is empty");
	return false;
}

void leave_out(struct account *a, const char *reason) {
	size_t i = 0;

	while (a->of[i].reason && a->of[i].reason != reason && i < REASONS - 1)
		i++;
	a->of[i].reason = reason;
	a->of[i].count++;
}

/* Whether this is a datagram to port 9 (discard), or from there. Such datagrams
 * are not drawn. scripts/lib/scene/scene.sh sends them, to see that everything
 * that was sent before has arrived. */
static bool is_discard(const struct packet *p) {
	return p->protocol == IPPROTO_UDP &&
	       (p->to.port == 9 || p->from.port == 9);
}

static void keep_bytes(struct packet *p, const struct frame *f) {
	p->bytes = allocate(f->size);
	p->size = f->size;
	memcpy(p->bytes, f->bytes, f->size);
}

char *read_packets(struct capture *c, struct packets *to, struct account *a) {
	struct source *s = c->source;
	struct frame f;

	while (next_frame(s, &f)) {
		struct packet p = {.time = f.time, .scale = -1};
		struct fragment fragment = {0};
		const char *reason;

		p.frame = s->frames;
		reason = decode(
			f.bytes, f.size, f.length, f.link, &p, &fragment);
		if (fragment.likeness &&
			(!reason || reason == later_fragment) &&
			!join_fragment(c, to, &p, &fragment))
			reason = recorded_twice;
		if (reason == later_fragment) continue;
		if (reason) leave_out(a, reason);
		if (reason || is_discard(&p)) {
			free_packet(&p);
			continue;
		}
		if (c->keeps) keep_bytes(&p, &f);
		to->at = enlarge(to->at, to->count, &to->room, sizeof p);
		to->at[to->count++] = p;
		a->drawn++;
	}
	if (s->grows)
		hand_on_fragments(c, to);
	else
		end_fragments(c, a);
	if (!s->fault) return NULL;
	return because("%s: %s%s%s", c->name, s->fault,
		s->remedy ? "\nremedy: " : "", s->remedy ? s->remedy : "");
}

void close_capture(struct capture *c) {
	struct source *s = c->source;

	close(s->fd);
	free(s->buffer);
	free(s->interfaces);
	free(s->fault);
	free(s->filter);
	free(s);
	free(c->datagrams);
	free(c->fault);
	free(c->name);
}
