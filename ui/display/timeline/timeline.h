/* timeline.h - pictures of the machine's past, to go on from one of them.
 *
 *     +---------------------------------------+
 *     |        the chosen moment, large       |
 *     |   +----+ +----+ +====+ +----+ +----+  |
 *     |   |    | |    | |    | |    | |    |  |   moments a step apart
 *     |   +----+ +----+ +====+ +----+ +----+  |
 *     |   -9.0 s -8.0 s -7.0 s -6.0 s -5.0 s  |
 *     |   [.............======..............] |   of the whole history
 *     +---------------------------------------+
 *
 * It is a panel. While it is shown the machine is paused, and between two calls
 * of it at the very place where it was: each picture is taken by going there
 * and back. When anything else moves the machine, the timeline goes away. */
#ifndef TIMELINE_H
#define TIMELINE_H

#include "ui/session/panel.h"

/* Shows it, or goes back to where the machine was. False with words, when there
 * is no history, or nothing that shows it. */
bool timeline_show(struct session *s, bool shown, char *why);
bool timeline_shown(const struct session *s);
void timeline_free(struct session *s);

/* The place that Enter would go to, once its picture is there. */
bool timeline_chosen(const struct session *s, struct pc_moment *m);

#endif
