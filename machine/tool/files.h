/* files.h - what the commands for files in images share. */
#ifndef FILES_H
#define FILES_H

#include "machine/iso/isoread.h"
#include "machine/tool/tool.h"

/* An image with its file system, opened for a command. That of a disc is only
 * read. */
struct volume {
    struct block *b;
    struct fat f;
    struct iso_volume disc;             /* in place of f, where b is a disc */
};

enum err volume_open(struct tool *t, struct volume *v, bool readonly);

/* Writes what is left, and closes; e is what went before. */
enum err volume_close(struct tool *t, struct volume *v, enum err e);

/* Calls each() for what a path with wild cards in its last part names; nothing
 * at all is an error. */
typedef enum err volume_each(struct tool *t, struct volume *v,
                             struct fat_entry *e, void *ctx);
enum err volume_match(struct tool *t, struct volume *v, const char *path,
                      volume_each *each, void *ctx);

/* Gives what is in a file. */
enum err volume_read(struct tool *t, struct volume *v,
                     const struct fat_entry *e, const struct fat_stream *to);

/* The same for everything in a folder. */
enum err volume_walk(struct tool *t, struct volume *v, u32 folder,
                     volume_each *each, void *ctx);

/* The folder and the last part of a path that need not be there. */
enum err volume_parent(struct tool *t, struct volume *v, const char *path,
                       u32 *folder, const char **name);

/* Puts everything in a folder of the host into the root directory. */
enum err tool_put_all(struct tool *t, struct volume *v, const char *path);

#endif
