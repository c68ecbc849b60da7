/* monitor.h - the monitor's lines, and what commands ask of a machine. */
#ifndef MONITOR_H
#define MONITOR_H

#include <stdint.h>

#include "ui/session/session.h"

/* Runs one line and returns what it printed, to be freed; NULL when memory is
 * short. Errors are part of the text. remote: it came over a socket. */
char *monitor_command(struct session *s, const char *line, bool remote);

/* Tells each client on a socket what it has not asked for: a line. */
void monitor_say(struct session *s, const char *line);

/* ---- driving.c ---- */

/* Drives by QEMU's names and by ours; PC_DRIVES: none. */
enum pc_drive drive_by_name(const char *name);
const char *drive_name(enum pc_drive d);        /* floppy0, ide0-hd0 */

bool drive_change(struct session *s, enum pc_drive d, const char *path,
                  const char *format,           /* NULL: by signature */
                  int readonly, char *why);     /* -1: as it was */
bool drive_eject(struct session *s, enum pc_drive d, bool force, char *why);
/* A folder's changes on the host; `later` becomes true when they come with the
 * next reset, as a guest that runs does not look at a hard disk again. */
bool drive_refresh(struct session *s, enum pc_drive d, bool force,
                   bool *later, char *why);
void drives_rebooted(struct session *s);

/* whole: a machine that runs first goes on to the end of its frame. */
bool screen_dump(struct session *s, const char *path, bool png, bool whole,
                 char *why);
bool memory_save(struct session *s, const char *path, uint32_t addr,
                 uint64_t size, bool virt, char *why);

#endif
