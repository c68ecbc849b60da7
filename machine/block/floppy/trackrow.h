/* trackrow.h - between tracks.c, which makes a medium of a list of sectors, and
 * trackrow.c, which chooses those of the row. */
#ifndef TRACKROW_H
#define TRACKROW_H

#include "machine/block/floppy/tracks.h"

enum { TRACK_HEADS = 2, TRACKS_LISTED = 8192 };

/* What the plain disk of the same size doesn't have. */
enum track_note {
    NOTE_MISSING, NOTE_ABSENT, NOTE_CRC, NOTE_DELETED, NOTE_SIZE, NOTE_NUMBER,
    NOTE_TWICE, NOTE_ID, NOTE_ORDER, NOTE_SUM, NOTE_NO_DATA, NOTE_ID_CRC,
    NOTES
};

struct track_place { u8 cylinder, head, id; };

struct track_noted {
    u32 n;
    struct track_place first;
};

struct tracks {
    u32 n;
    struct track_sector sector[TRACKS_LISTED];
    size_t at[TRACKS_LISTED];             /* in data */
    struct buf data;
};

/* The sectors that the row is made of: their size code, and the number before
 * their first one, 0 on disks of a PC. */
struct track_usual { u8 size; int before; };

struct track_block {
    struct block b;
    struct track_noted note[NOTES];
    struct track_usual usual;
    u32 placed;
    u32 *taken;                         /* for each sector of the row: which
                                         * of the list, plus 1; or 0 */
    u8 *bytes;
    u64 held;                           /* sectors of the row, of that size */
    u8 *surface;                        /* the sectors from SURFACE_AT on */
    u32 used[FLOPPY_CYLINDERS * TRACK_HEADS];   /* bytes of odd data of each
                                                 * track */
};

/* Finds what most sectors are like, and how long the row of them is. */
void trackrow_measure(struct track_block *t, const struct tracks *list);

/* Which sector of the list is the one at each place of the row, with a note of
 * all that the row doesn't show. */
void trackrow_choose(struct track_block *t, const struct tracks *list);

/* The place in the row that sector n of the list was chosen for; held: it is
 * in none. */
u64 trackrow_of(const struct track_block *t, const struct tracks *list, u32 n);

#endif
