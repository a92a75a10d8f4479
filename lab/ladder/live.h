/*
 * live.h - ladder --live: draws a folder while it is being recorded
 */
#ifndef LIVE_H
#define LIVE_H

#include "views/views.h"

/* Draws rows until SIGINT or SIGTERM. Returns NULL, or an error message. */
char *watch_folder(const char *folder, const struct options *o);

#endif
