/* scan.h - a tree of what a guest's disk says now.
 *
 * The guest may be in the middle of something, or damage its disk: what is not
 * whole is marked as bad, and nothing is done about it. Whole is
 *
 *   a file     whose chain of clusters is its own from the first to the last
 *              and as long as its size asks for;
 *   a folder   whose chain is its own, in a folder that is whole. */
#ifndef SCAN_H
#define SCAN_H

#include "machine/folder/node.h"

/* The sectors that were written to since the host was told. */
struct marks {
    u8 *bit;
    u64 sectors;
    bool any;
};

struct scan {
    struct fat f;
    struct nodes t;
    u32 *owner;                         /* of each cluster: who has it, plus 1;
                                         * 0: nobody */
};

/* ERR_FORMAT: there is nothing that could be looked at. */
enum err scan_disk(struct scan *s, struct block *b, u32 partition,
                   const struct marks *written, struct why *why);
void scan_free(struct scan *s);

/* A chain that no file has but that is in use: what had it may come back. */
bool scan_is_lost(const struct scan *s, u32 cluster);

#endif
