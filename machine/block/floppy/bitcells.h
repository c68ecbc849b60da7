/* bitcells.h - finds the sectors in the bit cells of a track.
 *
 * A drive's head meets cells of equal length, with a change of flux in them or
 * without. MFM puts a clock cell before each bit's: set between two zeros. An
 * address mark is three bytes A1h that lack such a clock, which no data can
 * have, and a byte that says what follows:
 *
 *     A1 A1 A1 FE  C H R N  CRC  gap  A1 A1 A1 FB  data  CRC  gap ..
 *
 * F8 in place of FB marks the data as deleted. The CRC is CCITT's, from the
 * first A1 on.
 *
 * Reference: Intel 290166-007 "82077AA", figure 5-1 and section 5.1.1: how far
 * behind its ID a data mark may be. Not modelled: FM; cells that read
 * differently each time. */
#ifndef BITCELLS_H
#define BITCELLS_H

#include "machine/block/floppy/tracks.h"

enum { BITCELLS_MOST = 500000 };        /* on a track; 2.88M disks: 400000 */

/* How cells are packed into bytes. */
enum bit_order { BITS_LOW_FIRST, BITS_HIGH_FIRST, BITS_SWAPPED_WORDS };

struct bitcells {
    u32 n, start;                       /* cells; the one at the index hole */
    u8 cell[BITCELLS_MOST];             /* 0 or 1, from the index hole on */
};

/* Takes over `cells` cells from the bytes. False: too many or none. */
bool bitcells_unpack(struct bitcells *b, const u8 *p, u32 cells,
                     enum bit_order order);

/* Lists all sectors of the track that have an ID. */
enum err bitcells_list(const struct bitcells *b, struct tracks *list,
                       const struct track_sector *where, struct file *f,
                       struct why *why);

/* The cylinder that the first ID names; -1: the track has none. */
int bitcells_cylinder(const struct bitcells *b);

#endif
