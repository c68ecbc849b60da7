/* listing.h - what formats that list their sectors (tracks.h) have in common. */
#ifndef LISTING_H
#define LISTING_H

#include "machine/block/floppy/tracks.h"

/* The size code of so many bytes; SURFACE_SIZES: no sector has so many. */
u8 listing_size_code(u32 bytes);

/* A whole track of sectors numbered from 1 on. */
struct plain_track {
    u8 cylinder, head, spt, size;       /* size: a code */
    u8 rate, flags;                     /* RATE_500K, TRACK_SUM, .. */
    bool fm;
};

/* Adds them, in the order of their numbers; bytes: their data, NULL: the image
 * has none of this track. */
enum err listing_plain(struct tracks *list, const struct plain_track *t,
                       const u8 *bytes, struct file *f, struct why *why);

#endif
