/* qcow2_write.c - format qcow2: writing, and growing. */
#include "machine/block/qcow2/qcow2.h"

#include <stdlib.h>
#include <string.h>

static enum err put_entry(struct qcow2 *q, u64 at, u64 entry)
{
    u8 raw[8];

    put_be64(raw, entry);
    return qcow2_error(q, file_write(q->b.file, at, raw, 8));
}

/* ---- L2 tables ---- */

/* Makes the table at l1[i] one that may be written to: a new one, or a copy of
 * one that a snapshot uses, too. */
static enum err own_table(struct qcow2 *q, u64 i)
{
    u64 old = q->l1[i] & Q_OFFSET, at;
    u8 *copy = calloc(1, q->cluster), *p = NULL;
    enum err e = copy ? q_alloc(q, 1, &at) : ERR_NOMEM;

    if (!e && old)
        e = q_table(q, old, &p);
    if (!e && old)
        memcpy(copy, p, q->cluster);
    e = e ? e : qcow2_error(q, file_write(q->b.file, at, copy, q->cluster));
    e = e ? e : qcow2_error(q, file_flush(q->b.file));
    e = e ? e : put_entry(q, q->l1_at + 8 * i, at | Q_COPIED);
    free(copy);
    if (e)
        return e;
    q->l1[i] = at | Q_COPIED;
    return old ? q_free_later(q, old >> q->bits) : ERR_OK;
}

static enum err table_for(struct qcow2 *q, u64 cluster, u64 *at, u8 **p)
{
    u64 i = cluster / q_entries(q);
    enum err e = ERR_OK;

    if (i >= q->l1_size)
        return block_damaged(&q->b, "L1 table, entry", i);
    if (!(q->l1[i] & Q_COPIED) || !(q->l1[i] & Q_OFFSET))
        e = own_table(q, i);
    *at = q->l1[i] & Q_OFFSET;
    return e ? e : q_table(q, *at, p);
}

/* ---- clusters ---- */

static enum err free_entry(struct qcow2 *q, u64 entry)
{
    u64 at, n;
    enum err e = ERR_OK;

    if (!(entry & Q_PACKED))
        return entry & Q_OFFSET
                   ? q_free_later(q, (entry & Q_OFFSET) >> q->bits) : ERR_OK;
    q_packed_range(q, entry, &at, &n);
    for (u64 c = at >> q->bits; c <= (at + n - 1) >> q->bits && !e; c++)
        e = q_free_later(q, c);
    return e;
}

/* Whether the cluster read as anything but zeros before. */
static bool had_data(const struct qcow2 *q, u64 cluster, u64 entry)
{
    if ((entry & Q_ZERO) && !(entry & Q_PACKED) && q->version >= 3)
        return false;
    return (entry & (Q_OFFSET | Q_PACKED)) ||
           (q->backing &&
            cluster * (q->cluster / SECTOR) < q->backing->sectors);
}

/* A cluster of its own for what is written: what was there, n bytes of it
 * replaced. At the end of the file are zeros already. */
static enum err fill_cluster(struct qcow2 *q, u64 at, u64 guest,
                             const void *from, size_t n, bool old)
{
    u64 inside = guest % q->cluster, start = guest - inside;
    enum err e = ERR_OK;

    if (!old)
        return qcow2_error(q, file_write(q->b.file, at + inside, from, n));
    if (!q->whole && !(q->whole = malloc(q->cluster)))
        return ERR_NOMEM;
    if (n < q->cluster)
        e = q_read_part(q, start, q->whole, q->cluster);
    if (e)
        return e;
    memcpy(q->whole + inside, from, n);
    e = qcow2_error(q, file_write(q->b.file, at, q->whole, q->cluster));
    return e ? e : qcow2_error(q, file_flush(q->b.file));
}

static enum err move_cluster(struct qcow2 *q, u64 guest, u64 entry,
                             const void *from, size_t n)
{
    u64 cluster = guest >> q->bits, at, table_at = 0;
    bool old = had_data(q, cluster, entry);
    enum err e = q_alloc(q, 1, &at);
    u8 *p = NULL;

    e = e ? e : fill_cluster(q, at, guest, from, n, old);
    e = e ? e : table_for(q, cluster, &table_at, &p);
    e = e ? e : put_entry(q, table_at + cluster % q_entries(q) * 8,
                          at | Q_COPIED);
    if (e)
        return e;
    put_be64(p + cluster % q_entries(q) * 8, at | Q_COPIED);
    return free_entry(q, entry);
}

/* n bytes within one cluster. */
static enum err qcow2_write_part(struct qcow2 *q, u64 at, const void *from,
                                 size_t n)
{
    u64 entry, host;
    enum err e = q_entry(q, at >> q->bits, &entry);
    bool plain = (entry & Q_COPIED) && (entry & Q_OFFSET) &&
                 !(entry & Q_PACKED) &&
                 !((entry & Q_ZERO) && q->version >= 3) &&
                 (q->l1[(at >> q->bits) / q_entries(q)] & Q_COPIED);

    if (e)
        return e;
    if (!plain)
        return move_cluster(q, at, entry, from, n);
    host = entry & Q_OFFSET;
    if (host % q->cluster)
        return block_damaged(&q->b, "data cluster at byte", host);
    return qcow2_error(q, file_write(q->b.file, host + at % q->cluster, from,
                                    n));
}

enum err q_write(struct block *b, u64 sector, const void *buf, u32 n)
{
    struct qcow2 *q = (struct qcow2 *)b;
    u64 at = sector * SECTOR, left = (u64)n * SECTOR;
    const u8 *from = buf;

    while (left) {
        u64 k = q->cluster - at % q->cluster;
        enum err e;

        k = k < left ? k : left;
        e = qcow2_write_part(q, at, from, k);
        if (e)
            return e;
        at += k;
        from += k;
        left -= k;
    }
    return ERR_OK;
}

/* ---- growing ---- */

/* A longer L1 table, which replaces the old one by one write. */
static enum err grow_l1(struct qcow2 *q, u64 entries)
{
    u64 clusters = (entries * 8 + q->cluster - 1) >> q->bits, at;
    u64 old = q->l1_at >> q->bits;
    u64 old_n = (q->l1_size * 8ull + q->cluster - 1) >> q->bits;
    u64 *l1 = calloc(entries + 1, 8);
    u8 *raw = calloc(clusters, q->cluster), place[12];
    enum err e = l1 && raw ? q_alloc(q, clusters, &at) : ERR_NOMEM;

    for (u64 i = 0; i < q->l1_size && !e; i++)
        put_be64(raw + 8 * i, l1[i] = q->l1[i]);
    e = e ? e : qcow2_error(q, file_write(q->b.file, at, raw,
                                         clusters << q->bits));
    e = e ? e : qcow2_error(q, file_flush(q->b.file));
    put_be32(place, (u32)entries);
    put_be64(place + 4, at);
    e = e ? e : qcow2_error(q, file_write(q->b.file, 36, place, 12));
    free(raw);
    if (e) {
        free(l1);
        return e;
    }
    free(q->l1);
    q->l1 = l1;
    q->l1_size = (u32)entries;
    q->l1_at = at;
    for (u64 i = 0; i < old_n && !e; i++)
        e = q_free_later(q, old + i);
    return e;
}

enum err q_resize(struct block *b, u64 sectors, struct why *why)
{
    struct qcow2 *q = (struct qcow2 *)b;
    u64 per = q_entries(q) * q->cluster, bytes = sectors * SECTOR;
    u64 entries = (bytes + per - 1) / per;
    u8 raw[8];
    enum err e = ERR_OK;

    if (sectors < b->sectors)
        return err_say(why, ERR_RANGE, "%.120s: a qcow2 image can only grow",
                       b->name);
    if (entries > Q_MOST_L1 / 8)
        return err_say(why, ERR_RANGE, "%.120s: too large for clusters of "
                       "%u bytes", b->name, (u32)q->cluster);
    if (entries > q->l1_size)
        e = grow_l1(q, entries);
    put_be64(raw, bytes);
    e = e ? e : qcow2_error(q, file_write(b->file, 24, raw, 8));
    e = e ? e : q_flush(q);
    if (e)
        return file_say(b->file, e, why);
    q->size = bytes;
    b->sectors = sectors;
    return ERR_OK;
}
