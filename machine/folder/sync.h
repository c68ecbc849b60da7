/* sync.h - what the guest has done to its disk is done to the folder. */
#ifndef SYNC_H
#define SYNC_H

#include "machine/folder/build.h"
#include "machine/folder/scan.h"

/* base: what the host has, as far as it is known; each thing done to the host
 * is done to it at once, so it is true whatever goes wrong in between. */
struct sync {
    struct tree *host;
    struct nodes *base;
    struct scan now;
    struct tellings *told;
    bool quiet;                         /* the guest has come to rest: an empty
                                         * file is one, and not begun */
    bool later;                         /* something could not be done yet */
    bool skipped;                       /* or is not whole on the disk */
    enum err e;                         /* the first that stops all: no room */
};

/* Pairs base and s->now; s->now has been filled by scan_disk(). */
enum err sync_pair(struct sync *s);

/* Brings the host up to s->now. */
void sync_apply(struct sync *s);

/* The other way: the disk was put to another state, and base becomes that
 * without a change of the host. forgot: this process has not seen how the
 * disk came to that state, so dates and sizes must tell which files are the
 * same. */
void sync_adopt(struct sync *s, bool forgot);

#endif
