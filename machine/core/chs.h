/* chs.h - cylinders, heads and sectors of the media people have.
 *
 * A raw image says nothing about the drive it came from; its size, its BIOS
 * parameter block and its partition table do. Nothing here trusts any of it. */
#ifndef CHS_H
#define CHS_H

#include "machine/core/block.h"

/* Data rate codes, as CCR and DSR take them. */
enum { RATE_500K, RATE_300K, RATE_250K, RATE_1M };

/* Drive types, as CMOS byte 10h counts them. */
enum floppy_drive {
    DRIVE_NONE, DRIVE_360K, DRIVE_1200K, DRIVE_720K, DRIVE_1440K,
    DRIVE_2880K, DRIVE_TYPES
};

struct floppy_format {
    const char *name;                   /* "1440K"; "odd" when from a BPB */
    u8 cylinders, heads, sectors;       /* sectors per track, of 512 bytes */
    u8 rate;                            /* in the drive it belongs to */
    u8 drive;                           /* the drive it belongs to */
};

/* Every format with a name; ends with a null name. */
extern const struct floppy_format floppy_formats[];

/* The format called so (a final K may be missing), or of exactly so many
 * sectors; NULL: none. */
const struct floppy_format *floppy_by_name(const char *name);
const struct floppy_format *floppy_by_sectors(u64 sectors);

static inline u32 floppy_sectors(const struct floppy_format *f)
{
    return (u32)f->cylinders * f->heads * f->sectors;
}

/* What is on the medium: by BPB when that fits the size, else by size, else
 * the next larger format. False: too large for any floppy. */
bool floppy_format_of(struct block *b, struct floppy_format *f);

/* Cylinders a drive of a type can step to, beyond its last track included. */
u8 floppy_drive_cylinders(u8 drive);

struct chs { u32 cylinders, heads, sectors; };

/* The geometry of a hard disk as its controller presents it: at most 16383
 * cylinders, 16 heads, 63 sectors, none of them 0. It follows the end of a
 * partition or a BPB when these fit that, else it is 16 heads, 63 sectors. */
struct chs chs_of_disk(struct block *b);

/* A used row of the partition table. */
struct partition {
    u8 type;
    bool active;
    u32 first, sectors;
    struct chs end;                     /* of its last sector: 0-based c, h */
};

/* Reads up to four rows into p; how many there are. 0 also when the first
 * sector has no table or is a boot sector with a BPB. */
int chs_partitions(struct block *b, struct partition p[4]);

/* The sectors that the first sector says there are: a BPB's total, or where the
 * last partition ends whose row is consistent. 0: it says nothing. */
u64 chs_claimed(struct block *b);

/* True for what belongs into a floppy drive, by size and contents. */
bool image_is_floppy(struct block *b);

#endif
