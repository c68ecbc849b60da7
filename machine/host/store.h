/* store.h - memory for much that is seldom looked at.
 *
 * Up to a limit it is the process's own; what comes later lies in a temporary
 * file that has no name any more, mapped into memory, so that the host can
 * write it out. Its room on the disk is taken before it is given out: a full
 * disk is an error here, not one of the process later. */
#ifndef STORE_H
#define STORE_H

#include "machine/core/core.h"

struct store {
    u64 most;                           /* bytes of the process's own memory */
    const char *folder;                 /* for the file; must stay */
    u64 used;                           /* bytes of parts so far */
    struct store_part *parts;           /* the newest first */
    size_t left;                        /* bytes of it that are not given */
    bool has_file;
    int file;                           /* when has_file */
    u64 file_size;
};

/* `size` bytes of zeros, at most STORE_PART; they stay until store_free().
 * NULL: neither memory nor disk has room. */
enum { STORE_PART = 1 << 20 };
void *store_new(struct store *s, size_t size);
void store_free(struct store *s);

#endif
