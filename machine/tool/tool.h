/* tool.h - isabox image: makes, converts, mends and looks into images.
 *
 * A command is a row of a table (tool.c) and a function that gets its words
 * taken apart. It says what it finds by tool_print(). */
#ifndef TOOL_H
#define TOOL_H

#include "machine/block/format.h"
#include "machine/core/bytes.h"
#include "machine/fat/fat.h"
#include "machine/pc.h"

enum { TOOL_ARGS = 200 };

struct tool {
    const struct pc_image_io *io;
    const char *arg[TOOL_ARGS];         /* what is no option */
    int args;
    const char *format;                 /* -f */
    const char *to_format;              /* -O */
    const char *backing, *backing_format;       /* -b, -F */
    const char *options;                /* -o name=value,.. */
    const char *label;                  /* --label= */
    u32 partition;                      /* -p; 0: the first that fits */
    u32 fat;                            /* --fat=12, 16, 32; 1: as usual */
    u32 root_entries;                   /* of its root; 0: as usual */
    bool boot, json, recursive, details, repair, unsafe, shrink, packed;
    struct why *why;
    int status;                         /* what the program ends with */
};

void tool_print(struct tool *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void tool_progress(struct tool *t, u64 done, u64 total);

/* Opens the image arg[0] as -f says. */
enum err tool_open(struct tool *t, struct block **b, bool readonly);

/* Takes -o apart. */
enum err tool_create_how(struct tool *t, struct create_how *how);

/* The format that a new file's name asks for by its end; else "raw". */
const char *tool_format_by_name(const char *path);

/* Text as a JSON string, quotes included. */
void tool_json_text(struct tool *t, const char *text);

/* A new file system on a medium: a floppy's, or one partition. */
enum err tool_format(struct tool *t, struct block *b);

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
