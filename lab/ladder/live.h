/*
 * live.h - a ladder that grows
 */
#ifndef LIVE_H
#define LIVE_H

#include "views/views.h"

/* Returns why it failed, or NULL. */
char *watch_folder(const char *folder, const struct options *o);

#endif
