/* probe.h - tells the formats of image files by their signatures.
 *
 * A raw image has no signature of its own, so what none of the rows claims is
 * raw. One row stands for one format; a format that isabox learns to read gets
 * its `open` here, beside the signature it is known by. Raw is the only one so
 * far, and all others are refused by name: a guest that took a container for
 * its disk would destroy it with its first write.
 *
 * A guest can write any signature into its raw disk. So an `open` that
 * follows names of other files must not be reached by probing alone. */
#ifndef PROBE_H
#define PROBE_H

#include "machine/core/core.h"

/* The parts of a file that signatures lie in. */
enum { PROBE_HEAD = 34 << 10, PROBE_TAIL = 512 };
struct probe {
    u8 head[PROBE_HEAD], tail[PROBE_TAIL];
    size_t head_size, tail_size;        /* less in a file that is shorter */
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

/* ERR_FORMAT, with words that name it, for a format that can't be read. */
enum err probe_refuse(const struct probe *p, const char *path,
                      struct why *why);

#endif
