/* surface.h - what the head of a floppy drive meets on a track.
 *
 * A track is a list of sectors in the order in which they pass the head, each
 * with the ID field that was written there, whatever it says. A raw image has
 * the tracks of its geometry. An image that lists its tracks (tracks.h) keeps
 * them, and the data of sectors that its row of 512-byte sectors has no place
 * for, in sectors of the medium behind all that a floppy has:
 *
 *     0 .. sectors - 1     the row: what file systems and INT 13h see
 *     SURFACE_AT + 64 * t  track t = 2 * cylinder + head: two sectors with the
 *                          list, then the data of its odd sectors
 *
 * So overlays, histories and states of machines keep what a guest writes
 * there as they keep the rest.
 *
 * The list: u8 sectors, u8 data rate, u8 bits (TRACK_FM, TRACK_EXACT), a byte
 * of zero, u16 bytes that fit on the track, ten zeros; then for each sector C,
 * H, R, N, flags, a zero, u16 where its ID field begins, in 65536ths of a
 * turn, u32 where its data is, in pieces of 128 bytes.
 *
 * Reference: IBM's System 34 format as in Intel 290166-007 "82077AA", figure
 * 5-1; The XDF Diskette Format (OS/2 Museum) and fdutils' xdfcopy for XDF;
 * Microsoft Q140703 for DMF. Not modelled: gaps as such, weak bits, sectors
 * that lie over each other. */
#ifndef SURFACE_H
#define SURFACE_H

#include "machine/block/chs.h"

enum {
    SURFACE_MOST = 84,                  /* sectors on a track */
    SURFACE_LIST = 2 * SECTOR,          /* bytes of a track's list */
    SURFACE_PIECE = 128,
    SURFACE_SIZES = 7,                  /* codes: 128 bytes to 8192 */
    SURFACE_ROOM = (SURFACE_TRACK - 2) * SECTOR,    /* bytes for odd data */
    SURFACE_FRAME = 62                  /* bytes of a sector beside its data */
};

/* Of a sector, and of a track in its list. */
enum {
    SURFACE_CRC = 1,                    /* wrong CRC of the data */
    SURFACE_DELETED = 2,                /* a deleted data mark */
    SURFACE_NO_DATA = 4,                /* no data mark behind the ID */
    SURFACE_ID_CRC = 8,                 /* wrong CRC of the ID field */
    SURFACE_FM = 1,
    SURFACE_EXACT = 2
};

struct surface_sector {
    u8 c, h, r, n;                      /* the ID field; 128 << n bytes */
    u8 flags;
    u16 begin;                          /* its ID field, 65536ths of a turn */
    u32 at;                             /* its data, in pieces of the medium */
};

struct surface {
    u8 n, rate;                         /* RATE_500K, .. */
    bool fm;
    bool even;                          /* all have an equal part of a turn */
    bool exact;                         /* worth the time that a disk takes */
    u16 bytes;                          /* that pass in a turn */
    struct surface_sector sector[SURFACE_MOST];
};

/* A controller looks at three bits of N. */
static inline u32 surface_size(u8 n)
{
    return 128u << (n & 7);
}

/* Bytes that a track has room for. */
u16 surface_bytes(u8 rate, bool fm);

/* The sector of the medium where a track's list begins. */
static inline u64 surface_track_at(u32 cylinder, u32 head)
{
    return SURFACE_AT + (u64)(cylinder * 2 + head) * SURFACE_TRACK;
}

/* What lies on a track of a medium of this format; errors are the medium's. */
enum err surface_read(struct block *b, const struct floppy_format *f,
                      u32 cylinder, u32 head, struct surface *s);

/* Corrects the size of a format's sectors by the medium; and its data rate, and
 * with it the drive, where the first track that has sectors was recorded at
 * another. */
void surface_density(struct block *b, struct floppy_format *f);

/* The list of a track in its SURFACE_LIST bytes. */
void surface_pack(const struct surface *s, u8 *to);

/* Writes a track's list; only a medium with `tracks` set has one. */
enum err surface_write(struct block *b, u32 cylinder, u32 head,
                       const struct surface *s);

/* A sector of a track that is formatted anew. */
struct surface_lay {
    u8 c, h, r, n;                      /* its ID field */
    u8 size;                            /* the size code of its data */
    u8 fill;
    u8 place, of;                       /* which it is of how many; the first
                                         * wipes the track */
    u8 rate;
    bool fm;
};

/* ERR_RANGE: there is no room on the track. Only for `tracks`. */
enum err surface_lay(struct block *b, const struct floppy_format *f,
                     u32 cylinder, u32 head, const struct surface_lay *how);

/* At most a sector's 512 bytes of data from piece `at` on. ERR_RANGE: they
 * reach over the end of a sector of the medium, as no sound list has them. An
 * image that is shorter than its format reads as zeros at its end. */
enum err surface_load(struct block *b, u32 at, u8 *p, u32 n);
enum err surface_store(struct block *b, u32 at, const u8 *p, u32 n);

#endif
