/* tool.h - `isabox image`: makes, converts, mends and looks into images.
 *
 *   argv --> pc_image() --> struct tool: options, arg[] --> tool_create() ..
 *               |                                               |
 *            commands[]                            tool_print(), t->status
 *
 * A command is a row of commands[] (tool.c) and one function. That says what it
 * finds by tool_print(); on a failure it returns an error with words in
 * t->why, and the program ends with 2. */
#ifndef TOOL_H
#define TOOL_H

#include "machine/block/format.h"
#include "machine/core/bytes.h"
#include "machine/fat/fat.h"
#include "machine/pc.h"

enum { TOOL_ARGS = 200 };

struct tool {
    const struct pc_image_io *io;
    const char *arg[TOOL_ARGS];         /* the words that are no options;
                                           strings here are the caller's */
    int args;
    const char *format;                 /* -f */
    const char *to_format;              /* -O */
    const char *backing, *backing_format;       /* -b, -F */
    const char *options;                /* -o name=value,.. */
    const char *label;                  /* --label= */
    u32 partition;                      /* -p; 0: the first that fits */
    u32 fat;                            /* --fat=12, 16, 32; 1: --fat alone,
                                           the size decides; 0: not given */
    u32 root_entries;                   /* of its root; 0: as usual */
    bool boot, json, recursive, details, repair, unsafe, shrink;
    bool ended;                         /* "--": only words follow */
    struct why *why;
    int status;                         /* what the program ends with when the
                                           command has not failed */
};

void tool_print(struct tool *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Shows how far the work is; both in any unit. A total of 0 is done. */
void tool_progress(struct tool *t, u64 done, u64 total);

/* Opens the image arg[0] with the format of -f, or the one it is found to have
 * without. The caller closes it. */
enum err tool_open(struct tool *t, struct block **b, bool readonly);

/* Fills `how` from -o, -b and -F. Its strings are those of t. */
enum err tool_create_how(struct tool *t, struct create_how *how);

/* The format that the end of a new file's name stands for; "raw" when it stands
 * for none. */
const char *tool_format_by_name(const char *path);

/* Prints text as a JSON string, quotes included. */
void tool_json_text(struct tool *t, const char *text);

/* Makes a new file system on a medium, as --fat and --label say: over the whole
 * of a floppy, or in a new partition that takes all of a disk. */
enum err tool_format(struct tool *t, struct block *b);

/* The commands: one function each, with the name of its command. */

enum err tool_create(struct tool *t);
enum err tool_info(struct tool *t);
enum err tool_convert(struct tool *t);
enum err tool_commit(struct tool *t);
enum err tool_rebase(struct tool *t);
enum err tool_resize(struct tool *t);
enum err tool_check(struct tool *t);
enum err tool_ls(struct tool *t);
enum err tool_get(struct tool *t);
enum err tool_put(struct tool *t);
enum err tool_rm(struct tool *t);
enum err tool_mkdir(struct tool *t);
enum err tool_mv(struct tool *t);
enum err tool_attrib(struct tool *t);

#endif
