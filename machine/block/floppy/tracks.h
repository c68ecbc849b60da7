/* tracks.h - floppy images of tracks (imd.c, td0.c, hfe.c, ..) as a medium.
 *
 * Such an image lists the sectors that a drive found on each track, in any
 * order, of any size and number. The controller sees them so (surface.h). For
 * file systems and for `image convert` the medium is a row of 512-byte sectors,
 * too:
 *
 *     cylinder 0 head 0: sectors 1 .. spt, cylinder 0 head 1: 1 .. spt, ..
 *
 * spt is what most tracks have. A sector that the image lacks is zeros there;
 * one of another size or number is not in the row. A disk that has no sector of
 * 512 bytes, as of CP/M and of the PC-98, makes the row of the size that most
 * of its sectors have, one behind the other, from its lowest number on. A
 * medium in memory that can't be written to, as a disk with its notch closed.
 *
 * Not modelled: gaps, weak bits. What a row doesn't show is counted, and `image
 * info` tells it. */
#ifndef TRACKS_H
#define TRACKS_H

#include "machine/block/format.h"
#include "machine/block/floppy/surface.h"

enum {
    TRACK_CRC = 1,                      /* the drive read it with an error */
    TRACK_DELETED = 2,                  /* a deleted data mark */
    TRACK_ABSENT = 4,                   /* the image has no data of it */
    TRACK_SUM = 8,                      /* the image's checksum is wrong */
    TRACK_BARE = 16,                    /* data without an ID field */
    TRACK_NO_DATA = 32,                 /* no data mark on the disk */
    TRACK_ID_CRC = 64,                  /* the ID field has a wrong CRC */
    TRACK_BYTES = 2,                    /* code of 512 bytes */
};

struct track_sector {
    u8 cylinder, head;                  /* where the drive's head stood */
    u8 id_cylinder, id_head, id, size;  /* its ID field; 128 << size bytes */
    u8 flags;
    u8 rate;                            /* of the track: RATE_500K, .. */
    bool fm;
    u16 bytes;                          /* that pass in a turn; 0: the usual */
    bool placed;                        /* the image knows where it begins: */
    u16 begin;                          /* 65536ths of a turn */
};

struct tracks;

/* The next sector, in the order of the track; bytes: its data, read only when
 * it has some. Refuses places that no drive has. */
enum err tracks_add(struct tracks *t, const struct track_sector *s,
                    const u8 *bytes, struct file *f, struct why *why);

/* How a format lists the sectors of its image, all f->size bytes of it. */
typedef enum err tracks_lister(struct tracks *t, const u8 *image,
                               struct file *f, struct why *why);

/* Makes a medium of all that `lister` lists. A file of more bytes than any
 * floppy's image is refused. */
enum err tracks_open(struct block **out, struct file *f, tracks_lister *lister,
                     struct why *why);

#endif
