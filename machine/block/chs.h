/* chs.h - cylinders, heads and sectors of the media people have.
 *
 * A raw image says nothing about the drive it came from; its size, its BIOS
 * parameter block and its partition table do. Nothing here trusts any of it. */
#ifndef CHS_H
#define CHS_H

#include "machine/block/block.h"

/* Data rate codes, as CCR and DSR take them. */
enum { RATE_500K, RATE_300K, RATE_250K, RATE_1M };

/* Drive types, as CMOS byte 10h counts them. */
enum floppy_drive {
    DRIVE_NONE, DRIVE_360K, DRIVE_1200K, DRIVE_720K, DRIVE_1440K,
    DRIVE_2880K, DRIVE_TYPES
};

/* As many as any drive steps to, and as fit on a track. */
enum { FLOPPY_CYLINDERS = 84, FLOPPY_SPT = 36 };

struct chs { u32 cylinders, heads, sectors; };

/* How the sectors of a format lie on its tracks (surface.h). */
enum floppy_layout { LAYOUT_PLAIN, LAYOUT_DMF, LAYOUT_XDF };

struct floppy_format {
    const char *name;                   /* "1440K"; "odd" when from a BPB */
    u8 cylinders, heads, sectors;       /* sectors per track */
    u8 rate;                            /* in the drive it belongs to */
    u8 drive;                           /* the drive it belongs to */
    u8 layout;                          /* what its contents say it is */
    u8 odd_size;                        /* 0: sectors of 512 bytes, else 1
                                         * plus their size code */
};

/* Every format with a name; ends with a null name. */
extern const struct floppy_format floppy_formats[];

/* The format called so (a final K may be missing), or of exactly so many
 * sectors; NULL: none. */
const struct floppy_format *floppy_by_name(const char *name);
const struct floppy_format *floppy_by_sectors(u64 sectors);

static inline u8 floppy_size_code(const struct floppy_format *f)
{
    return f->odd_size ? f->odd_size - 1 : 2;
}

/* Sectors of 512 bytes that hold all of it. */
static inline u32 floppy_sectors(const struct floppy_format *f)
{
    u32 n = (u32)f->cylinders * f->heads * f->sectors;

    return ((n << floppy_size_code(f)) + 3) / 4;
}

/* What a geometry was concluded from. */
enum chs_source {
    CHS_ASSUMED,                        /* nothing says it: the usual one */
    CHS_SIZE,                           /* a format of just that size */
    CHS_BPB,                            /* a boot sector's parameter block */
    CHS_FAT_ID,                         /* a FAT's first byte, as DOS 1 does */
    CHS_TABLE,                          /* addresses in the partition table */
    CHS_GIVEN,                          /* somebody said it by hand */
    CHS_TRACKS,                         /* the tracks in the image */
    CHS_SOURCES
};

/* In words: "by its boot sector". */
const char *chs_source_text(enum chs_source s);

/* What is on the medium. A disk of a PC-98 has eight sectors of 1024 bytes a
 * track, as its BPB says, or its size that no other has. A BPB names heads and sectors per track, and DOS
 * trusts it alone, so it decides even where the file is longer or shorter.
 * Without one a size that is some format's counts, then a FAT's first byte.
 * What is left is an image of some odd size, which loaders of hobby systems
 * take for the beginning of a 1.44 MB disk. False: too large for any floppy. */
bool floppy_guess(struct block *b, struct floppy_format *f,
                  enum chs_source *source);
bool floppy_format_of(struct block *b, struct floppy_format *f);

/* The format with a geometry, named where one has a name. False: no drive
 * writes such tracks. */
bool floppy_format_from(const struct chs *g, struct floppy_format *f);

/* Cylinders a drive of a type can step to, beyond its last track included. */
u8 floppy_drive_cylinders(u8 drive);

/* How a BIOS shows more than 1024 cylinders, as CMOS 39h counts it. */
enum chs_translation { TRANS_NONE, TRANS_LBA, TRANS_LARGE, TRANS_RECHS,
                       TRANS_AUTO };

/* A hard disk's two geometries: the drive's own, which IDENTIFY tells (at most
 * 16383 cylinders, 16 heads, 63 sectors, none of them 0), and the heads that
 * INT 13h shows to those who wrote the partition table and the boot sectors.
 * The sectors per track are the same in both. */
struct disk_geometry {
    struct chs drive;
    u8 heads;                           /* INT 13h's; 0: as the BIOS likes */
    u8 translation;                     /* the one nearest to that */
    enum chs_source source;
};

/* Every address in the partition table and every BPB votes; the geometry that
 * most of them agree with wins. Without any: 16 heads, 63 sectors. given (its
 * zeros are filled in) and translation come from whoever says it by hand. */
struct disk_geometry disk_guess(struct block *b, const struct chs *given,
                                enum chs_translation translation);

/* The drive's own geometry, as disk_guess() finds it. */
struct chs chs_of_disk(struct block *b);

/* The heads that a BIOS shows for a drive with a translation. */
u32 chs_bios_heads(struct chs drive, u64 sectors, enum chs_translation t);

/* A used row of the partition table. */
struct partition {
    u8 type;
    bool active;
    u32 first, sectors;
    struct chs start, end;              /* of its first and last sector:
                                         * cylinder and head count from 0 */
};

/* The geometry that a boot sector's BPB names, and the sectors it claims;
 * false: it has none. */
bool chs_read_bpb(const u8 *sector, struct chs *g, u64 *total);

/* Holds a table of logical drives. */
static inline bool partition_is_extended(u8 type)
{
    return type == 0x05 || type == 0x0f || type == 0x85;
}

/* Reads up to four rows into p; how many there are. 0 also when the first
 * sector has no table or is a boot sector with a BPB. */
int chs_partitions(struct block *b, struct partition p[4]);

/* The sectors that the first sector says there are: a BPB's total, or where the
 * last partition ends whose row is consistent. 0: it says nothing. */
u64 chs_claimed(struct block *b);

/* True for what belongs into a floppy drive, by size and contents. */
bool image_is_floppy(struct block *b);

#endif
