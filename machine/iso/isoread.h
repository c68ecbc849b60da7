/* isoread.h - what is in the file system of a disc, for `isabox image`.
 *
 * Of Joliet's directories where there are some, else of those for DOS, which
 * are all that Rock Ridge leaves of its names here. An entry is told as FAT
 * file systems tell theirs (fat.h), its cluster being the frame where it
 * begins.
 *
 * Reference: ECMA-119, 6 to 9. Not modelled: Rock Ridge, UDF, High Sierra,
 * files of several extents. */
#ifndef ISOREAD_H
#define ISOREAD_H

#include "machine/fat/fat.h"

struct iso_volume {
    struct block *b;
    bool joliet;
    u32 root;                           /* frame */
    u32 met;                            /* entries so far, to end some time */
};

enum err isoread_open(struct iso_volume *v, struct block *b, struct why *why);

/* Calls each() for what is in the folder that begins at a frame. */
typedef enum err isoread_each(void *ctx, struct fat_entry *e);
enum err isoread_list(struct iso_volume *v, u32 folder, isoread_each *each,
                      void *ctx, struct why *why);

/* The root's name is "". */
enum err isoread_find(struct iso_volume *v, const char *path,
                      struct fat_entry *e, struct why *why);
enum err isoread_file(struct iso_volume *v, const struct fat_entry *e,
                      const struct fat_stream *to, struct why *why);

#endif
