/* qcow2.h - what the files of the format qcow2 share.
 *
 *   header -> L1 table -> L2 tables -> data clusters     where is a sector?
 *          -> refcount table -> refcount blocks          which are used, and
 *          -> snapshots                                  how often?
 *
 * Everything is made of clusters, 512 bytes to 2 MB. What no L2 entry names is
 * read from the backing image, or is zeros.
 *
 * Order of writes, so that a crash or a power cut at any moment leaks some
 * clusters at worst:
 *   - refcounts are raised for some clusters ahead and flushed; only then are
 *     those handed out. What is left of them at a crash is what leaks.
 *   - clusters come from the end of the file, where the host reads zeros, so
 *     that one whose data did not arrive reads as it did before.
 *   - data that replaces older data (of the backing image, of a snapshot) is
 *     flushed before the L2 entry is written that leads to it.
 *   - refcounts fall only after a flush of what ceased to name the clusters.
 *
 * Reference: QEMU's docs/interop/qcow2.txt.
 * Not modelled: encryption, external data files, extended L2 entries, zstd,
 * bitmaps; internal snapshots are kept and listed but not made or applied. */
#ifndef QCOW2_H
#define QCOW2_H

#include "machine/block/format.h"
#include "machine/core/bytes.h"

enum {
    Q_HEADER_2 = 72, Q_HEADER_3 = 104, Q_TABLES = 16, Q_FREED = 64,
    Q_MOST_L1 = 32 << 20, Q_MOST_REFTABLE = 8 << 20, Q_SNAPSHOTS = 65536,
};
#define Q_COPIED (1ull << 63)           /* refcount is 1: may be written to */
#define Q_PACKED (1ull << 62)
#define Q_ZERO   1ull
#define Q_OFFSET 0x00fffffffffffe00ull
#define Q_LAZY    1ull                  /* a compatible feature */
#define Q_DIRTY   1ull                  /* incompatible features */
#define Q_CORRUPT 2ull

struct qcow2_table { u64 at; u8 *p; };  /* an L2 table that was read */

struct qcow2 {
    struct block b;
    struct block *backing;
    char *backing_name, *backing_format;        /* NULL: none, not said */
    u32 version, bits, order, header_length, snapshots;
    u64 cluster, size, snapshots_at;
    u64 features, compatible, autoclear;
    u64 l1_at, reftable_at;
    u32 l1_size, reftable_size;         /* entries; clusters */
    u64 *l1, *reftable;
    struct qcow2_table table[Q_TABLES];
    u64 packed_entry;                   /* whose cluster is in `packed` */
    u8 *packed, *whole;                 /* a cluster each */
    u64 counts_at;                      /* refcount block that is in counts */
    u8 *counts;
    u64 next, ahead;                    /* clusters counted, not handed out */
    u64 freed[Q_FREED];                 /* clusters, after the next flush */
    u32 nfreed;
    bool writing;                       /* next and ahead are known */
};

/* Entries in a table of one cluster; clusters counted by one block. */
static inline u64 q_entries(const struct qcow2 *q) { return q->cluster / 8; }
static inline u64 q_counts(const struct qcow2 *q)
{
    return q->cluster * 8 >> q->order;
}

/* A cluster's L2 entry; 0 where there is no table. */
enum err q_entry(struct qcow2 *q, u64 cluster, u64 *entry);

/* The L2 table at an offset, from the cache or the file. */
enum err q_table(struct qcow2 *q, u64 at, u8 **p);

static inline enum err qcow2_error(struct qcow2 *q, enum err e)
{
    return block_file_error(&q->b, q->b.file, e);
}

/* Where the bytes of a compressed cluster are. */
void q_packed_range(const struct qcow2 *q, u64 entry, u64 *at, u64 *n);

/* n bytes within one cluster, as a guest sees them. */
enum err q_read_part(struct qcow2 *q, u64 at, void *to, size_t n);

/* qcow2_alloc.c */
enum err q_count(struct qcow2 *q, u64 cluster, u64 *count);
enum err q_set_counts(struct qcow2 *q, u64 cluster, u64 n, u64 count);
enum err q_alloc(struct qcow2 *q, u64 n, u64 *at);
enum err q_free_later(struct qcow2 *q, u64 cluster);
enum err q_flush(struct qcow2 *q);
enum err q_give_back(struct qcow2 *q);

/* qcow2_write.c */
enum err q_write(struct block *b, u64 sector, const void *buf, u32 n);
enum err q_resize(struct block *b, u64 sectors, struct why *why);

/* qcow2_check.c */
enum err q_check(struct block *b, bool repair, struct block_check *c,
                 struct why *why);

/* qcow2_create.c */
enum err q_create(struct file *f, const struct create_how *how,
                  struct why *why);
enum err q_rebase(struct block *b, const char *backing, const char *format,
                  struct why *why);
#endif
