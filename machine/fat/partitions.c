/* partitions.c - partitions of an image, the logical ones too. */
#include <string.h>

#include "machine/core/bytes.h"
#include "machine/fat/fat.h"

enum { TABLE = 446, ROW = 16, FIRST_LOGICAL = 5 };

/* Each table names one drive, and the place of the next table. */
static int add_logical(struct block *b, u64 start, struct fat_partition *p,
                       int n)
{
    u64 at = start;
    u8 s[SECTOR];

    for (u32 k = FIRST_LOGICAL; n < FAT_PARTITIONS && at < b->sectors; k++) {
        const u8 *row = s + TABLE, *next = row + ROW;

        if (block_read(b, at, s, 1) || s[510] != 0x55 || s[511] != 0xaa)
            break;
        if (row[4])
            p[n++] = (struct fat_partition){ k, row[4], row[0] == 0x80,
                                             at + get_le32(row + 8),
                                             get_le32(row + 12) };
        if (!partition_is_extended(next[4]) || get_le32(next + 8) == 0)
            break;
        at = start + get_le32(next + 8);
    }
    return n;
}

int fat_partitions(struct block *b, struct fat_partition p[FAT_PARTITIONS])
{
    struct partition unused[4];
    u8 s[SECTOR];
    int n = 0;

    if (!chs_partitions(b, unused) || block_read(b, 0, s, 1))
        return 0;
    for (u32 i = 0; i < 4; i++) {
        const u8 *row = s + TABLE + ROW * i;

        if (row[4])
            p[n++] = (struct fat_partition){ i + 1, row[4], row[0] == 0x80,
                                             get_le32(row + 8),
                                             get_le32(row + 12) };
    }
    for (int i = n - 1; i >= 0; i--)
        if (partition_is_extended(p[i].type))
            return add_logical(b, p[i].first, p, n);
    return n;
}

enum err fat_open_partition(struct fat *f, struct block *b, u32 number,
                            struct why *why)
{
    struct fat_partition p[FAT_PARTITIONS];
    int n = fat_partitions(b, p);

    if (n == 0 && number <= 1)
        return fat_open(f, b, 0, b->sectors, why);
    for (int i = 0; i < n; i++) {
        if (number && p[i].number != number)
            continue;
        if (number)
            return fat_open(f, b, p[i].first, p[i].sectors, why);
        if (!partition_is_extended(p[i].type) &&
            !fat_open(f, b, p[i].first, p[i].sectors, NULL))
            return ERR_OK;
    }
    return number ? err_say(why, ERR_MISSING, "%.120s: there is no partition "
                            "%u", b->name, number)
                  : err_say(why, ERR_FORMAT, "%.120s: no partition has a FAT "
                            "file system", b->name);
}
