/* image.h - makes image files and says what one holds.
 *
 * What was assumed of an image and why is said here alone; machine/tool prints
 * it, the front end asks for it. */
#ifndef IMAGE_H
#define IMAGE_H

#include "machine/block/chs.h"

/* "20M", "512K", "1G", a number of bytes, or a floppy format ("1440K", also
 * "360", "1.44M"). ERR_RANGE: zero, no multiple of 512, or beyond 2 TB. */
enum err image_parse_size(const char *text, u64 *bytes, struct why *why);

struct image_info {
    u64 bytes, sectors;
    bool floppy;
    bool cdrom;                         /* then it has no geometry */
    struct floppy_format format;        /* floppy */
    struct chs chs;                     /* hard disk: the drive's */
    u32 bios_heads;                     /* hard disk: what INT 13h shows */
    enum chs_source source;             /* how the geometry was found */
    int partitions;
    struct partition partition[4];
    bool bootable;                      /* the first sector ends in 55 AA */
    char filesystem[9];                 /* of a BPB; empty: none */
    char label[12];
};

/* What a medium holds, as values and as lines for a person. */
void image_look(struct block *b, struct image_info *i);
void image_text(struct block *b, struct buf *text);

/* Looks at an image file without changing it. */
enum err image_info(const char *path, struct image_info *i, struct why *why);

/* The name of a partition type, "unknown" for those without. */
const char *image_partition_name(u8 type);

#endif
