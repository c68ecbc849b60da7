/* probe.h - tells the formats of image files by their signatures.
 *
 * A raw image has no signature of its own, so what none of the rows claims is
 * raw. One row stands for one format. Those of format.h are read; all others
 * are refused by name, for a guest that took a container for its disk would
 * destroy it with its first write. */
#ifndef PROBE_H
#define PROBE_H

#include "machine/core/core.h"

/* The parts of a file that signatures lie in. */
enum { PROBE_HEAD = 34 << 10, PROBE_TAIL = 512 };
struct probe {
    u8 head[PROBE_HEAD], tail[PROBE_TAIL];
    size_t head_size, tail_size;        /* less in a file that is shorter */
    u64 size;                           /* of the whole file */
};

struct image_format {
    const char *name;                   /* "qcow2", as QEMU calls it */
    const char *words;                  /* "QEMU disk image" */
    const char *advice;                 /* what a user can do with it */
    s32 at;                             /* place of the signature; negative:
                                         * counted from the file's end */
    u32 size;                           /* of the signature; 0: only check */
    const char *signature;
    bool (*check)(const struct probe *p);   /* NULL: the signature says it */
};

/* The format that a signature names; NULL: raw. */
const struct image_format *probe_format(const struct probe *p);

/* Whether the first sector has the mark of one that boots. */
bool probe_boots(const struct probe *p);

/* Whether n bytes at the beginning of a file say a format that names other
 * files, as format.h has them. */
bool probe_head_follows(const void *head, size_t n);

/* ERR_FORMAT, with words that name it, for a format that can't be read. */
enum err probe_refuse(const struct probe *p, const char *path,
                      struct why *why);

#endif
