/* fat.h - FAT12, FAT16 and FAT32 file systems on a medium.
 *
 *   | boot sector, BPB | FAT | its copy | root directory | clusters .. |
 *
 * For `isabox image`, which looks into images, and for folders of the host as
 * disks. Nothing on the medium is trusted: chains have an end, directories a
 * greatest size, and what makes no sense is an error that says where.
 *
 * The table is kept in memory and written by fat_sync(), data before it and
 * directory entries after it, so that what is cut off is lost clusters only.
 *
 * Reference: Microsoft, FAT: General Overview of On-Disk Format 1.03.
 * Not modelled: sectors of other sizes than 512 bytes; extended attributes. */
#ifndef FAT_H
#define FAT_H

#include "machine/block/chs.h"

enum { FAT_SHORT = 48 };                /* an 8.3 name in UTF-8 */
enum { FAT_NAME = 768, FAT_ENTRY = 32, FAT_END = 0x0fffffff,
       FAT_BAD = 0x0ffffff7 };
enum { FAT_READONLY = 1, FAT_HIDDEN = 2, FAT_SYSTEM = 4, FAT_LABEL = 8,
       FAT_FOLDER = 16, FAT_ARCHIVE = 32, FAT_LONG = 15 };

struct fat {
    struct block *b;
    u64 first;                          /* sector of the boot sector */
    u32 bits, sectors, spc;             /* spc: sectors in a cluster */
    u32 table_at, tables, table_sectors;
    u32 root_at, root_sectors;          /* FAT12 and 16 */
    u32 root_cluster, info_at;          /* FAT32 */
    u32 data_at, clusters;              /* clusters count from 2 */
    u8 *table;
    bool *dirty;                        /* for each sector of the table */
    u32 next;                           /* where to look for a free one */
};

/* A file or folder as its directory says it. */
struct fat_entry {
    char name[FAT_NAME];                /* the long one, or in lower case as
                                         * NT marks it; UTF-8 */
    char alias[FAT_SHORT];              /* 8.3 */
    u8 attr, tenths;
    u16 date, time;                     /* of the last write, as DOS has it */
    u16 made_date, made_time;
    u32 cluster, size;
    u32 folder;                         /* its directory; 0: the root */
    u32 at, first;                      /* its place there, and where the long
                                         * name begins */
};

/* A directory in memory. */
struct fat_dir {
    u32 cluster;                        /* 0: the root of FAT12 and 16 */
    u32 entries;
    u8 *p;
};

/* sectors: as many as there may be at most. The medium stays the caller's. */
enum err fat_open(struct fat *f, struct block *b, u64 first, u64 sectors,
                  struct why *why);
enum err fat_sync(struct fat *f, struct why *why);
void fat_close(struct fat *f);          /* without writing */

u32 fat_get(const struct fat *f, u32 cluster);
void fat_set(struct fat *f, u32 cluster, u32 value);
static inline bool fat_valid(const struct fat *f, u32 cluster)
{
    return cluster >= 2 && cluster < f->clusters + 2;
}
static inline bool fat_is_end(u32 value) { return value >= 0x0ffffff8; }
static inline u64 fat_sector(const struct fat *f, u32 cluster)
{
    return f->first + f->data_at + (u64)(cluster - 2) * f->spc;
}
static inline u32 fat_bytes(const struct fat *f) { return f->spc * SECTOR; }
u32 fat_free(const struct fat *f);      /* free clusters */

/* A new chain of n clusters, behind `after` unless that is 0. */
enum err fat_chain_new(struct fat *f, u32 n, u32 after, u32 *first);
void fat_chain_free(struct fat *f, u32 first);

/* Fills why with words for an error e of the medium or the host; returns e. */
enum err fat_say(struct fat *f, enum err e, struct why *why,
                 const char *what);

/* ---- directories (fatdir.c) ---- */

enum err fat_dir_read(struct fat *f, u32 cluster, struct fat_dir *d,
                      struct why *why);
void fat_dir_free(struct fat_dir *d);

/* The entry at or behind *at, which moves on; false: no more. */
bool fat_dir_next(const struct fat *f, const struct fat_dir *d, u32 *at,
                  struct fat_entry *e);
enum err fat_dir_find(struct fat *f, u32 cluster, const char *name,
                      struct fat_entry *e, struct why *why);
/* Follows a path with / or \ from the root; the root itself has no name. */
enum err fat_find(struct fat *f, const char *path, struct fat_entry *e,
                  struct why *why);

/* Writes e under its name into the directory e->folder, and fills in where it
 * went; changes what it says of itself; takes it out. */
enum err fat_dir_add(struct fat *f, struct fat_entry *e, struct why *why);
enum err fat_dir_update(struct fat *f, const struct fat_entry *e,
                        struct why *why);
enum err fat_dir_remove(struct fat *f, const struct fat_entry *e,
                        struct why *why);

enum { FAT_PARTS = 20 };                /* entries of a long name at most */

/* The parts of a name that is not 8.3 by itself: entries of 32 bytes. */
u32 fat_name_parts(const char *name, bool exact);
/* Writes e under a short name, behind the parts of its long one, as it stands
 * in a directory; cases as fat_short_make() gives them. */
void fat_entry_put(const struct fat *f, u8 *p, const struct fat_entry *e,
                   const u8 raw[11], u8 cases, u32 parts);

/* ---- whole directories at once (fatfill.c) ---- */

/* A directory whose entries come one after the other. It takes the same time
 * for each, however many there are. */
struct fat_filler {
    const struct fat *f;
    u8 *p;
    u32 used, room;                     /* entries */
    struct fat_fill_slot *slot;         /* short names, by a hash */
    u32 slots;
};

/* names: how many will come at most, in so many entries in all. */
enum err fat_fill_begin(struct fat_filler *w, const struct fat *f, u32 names,
                        u32 entries);
/* Gives e a short name of its own. exact: it may be its own short name, which
 * comes before those that are not. */
enum err fat_fill_add(struct fat_filler *w, struct fat_entry *e);
/* Entries as they are, such as "." and "..". */
enum err fat_fill_raw(struct fat_filler *w, const u8 *p);
/* Writes them from the cluster on; 0: the root of FAT12 and 16. */
enum err fat_fill_end(struct fat_filler *w, struct block *b, u32 cluster);

/* ---- names (fatname.c) ---- */

/* Compares without regard to case, and with * and ? if `wild`. */
bool fat_name_matches(const char *pattern, const char *name, bool wild);
bool fat_is_dots(const char *name);      /* "." or ".." */
bool fat_is_device(const char *name);   /* "CON", "nul.txt": DOS has no file
                                         * of that name */
/* Letters that are equal to DOS become equal; whole names, too, and then it
 * returns the length. */
u32 fat_letter_fold(u32 c);
size_t fat_name_fold(const char *name, char to[FAT_NAME]);
bool fat_name_ok(const char *name);

/* The short name of e as text; the 11 bytes for a name, which is not in its
 * own right 8.3 unless `exact`. */
void fat_short_text(const u8 *raw, char text[FAT_SHORT]);
void fat_short_make(const char *name, u8 raw[11], u8 *cases, bool *exact);
u8 fat_short_sum(const u8 *raw);
/* LONGNA~1.TXT and so on: the raw name with number n at its end. */
void fat_short_number(const u8 raw[11], u32 n, u8 to[11]);
size_t fat_from_utf16(const u16 *from, size_t n, char *to, size_t room);
size_t fat_to_utf16(const char *from, u16 *to, size_t room);

/* ---- files (fatfile.c) ---- */

/* What gives or takes the bytes of a file, in order. */
struct fat_stream {
    enum err (*move)(void *ctx, void *bytes, u32 n, struct why *why);
    void *ctx;
};

enum err fat_read_file(struct fat *f, const struct fat_entry *e,
                       const struct fat_stream *to, struct why *why);
/* Makes or replaces the file e->name in e->folder, of e->size bytes. */
enum err fat_write_file(struct fat *f, struct fat_entry *e,
                        const struct fat_stream *from, struct why *why);
enum err fat_make_folder(struct fat *f, struct fat_entry *e, struct why *why);
/* The entries "." and ".." of the folder e, 64 bytes. */
void fat_put_dots(const struct fat *f, u8 *p, const struct fat_entry *e);
enum err fat_remove(struct fat *f, const struct fat_entry *e,
                    struct why *why);    /* a folder must be empty */
enum err fat_move(struct fat *f, struct fat_entry *from, u32 folder,
                  const char *name, struct why *why);

/* ---- the whole (fatcheck.c, fatformat.c) ---- */

struct fat_report {
    u32 files, folders, lost, crossed, wrong;   /* lost: clusters */
    u32 free, total;                            /* clusters */
    struct buf text;
};
enum err fat_check(struct fat *f, struct fat_report *r, struct why *why);

struct fat_format_how {
    u64 first, sectors;
    u32 hidden, heads, spt;
    u32 bits;                           /* 0: as the size asks for */
    u32 root_entries;                   /* FAT12 and 16; 0: as usual */
    const char *label;                  /* or NULL */
    bool boot;                          /* a boot sector that says there is no
                                         * system */
};
enum err fat_format(struct block *b, const struct fat_format_how *how,
                    struct why *why);

/* ---- partitions (partitions.c) ---- */

enum { FAT_PARTITIONS = 32 };
struct fat_partition { u32 number; u8 type; bool active; u64 first, sectors; };

/* Primary ones count from 1, logical ones from 5; how many there are. */
int fat_partitions(struct block *b, struct fat_partition p[FAT_PARTITIONS]);

/* Opens the file system of partition `number`; 0: the first FAT there is. */
enum err fat_open_partition(struct fat *f, struct block *b, u32 number,
                            struct why *why);

#endif
