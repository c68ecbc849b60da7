/* qcow2_alloc.c - format qcow2: refcounts, and clusters to be had.
 *
 * New clusters come from behind all that are in use. Their refcounts are
 * raised some at a time and flushed before the first is handed out:
 *
 *     | used .. | next .. handed out one by one .. ahead |  end of the file
 */
#include "machine/block/qcow2/qcow2.h"

#include <stdlib.h>
#include <string.h>

enum { AHEAD_BYTES = 4 << 20, AHEAD_LEAST = 16 };

/* ---- a refcount block ---- */

static u64 read_count(const struct qcow2 *q, u64 i)
{
    u32 bits = 1u << q->order;

    if (bits >= 8)
        return get_be(q->counts + i * (bits / 8), (int)bits / 8);
    return q->counts[i * bits / 8] >> i * bits % 8 & ((1u << bits) - 1);
}

static void qcow2_write_count(struct qcow2 *q, u64 i, u64 v)
{
    u32 bits = 1u << q->order, shift = (u32)(i * bits % 8);
    u8 *p = q->counts + i * bits / 8;

    if (bits >= 8)
        put_be(q->counts + i * (bits / 8), (int)bits / 8, v);
    else
        *p = (u8)((*p & ~(((1u << bits) - 1) << shift)) | v << shift);
}

static enum err load_counts(struct qcow2 *q, u64 at)
{
    enum err e;

    if (at % q->cluster || at >= q->b.file->size)
        return block_damaged(&q->b, "refcount block at byte", at);
    if (!q->counts && !(q->counts = malloc(q->cluster)))
        return ERR_NOMEM;
    if (q->counts_at == at)
        return ERR_OK;
    q->counts_at = 0;
    e = qcow2_error(q, file_read(q->b.file, at, q->counts, q->cluster));
    if (!e)
        q->counts_at = at;
    return e;
}

/* The block that counts a cluster; 0: there is none. */
static u64 block_for(const struct qcow2 *q, u64 cluster)
{
    u64 i = cluster / q_counts(q);

    return i < q->reftable_size * q_entries(q)
               ? q->reftable[i] & 0xfffffffffffffe00ull : 0;
}

enum err q_count(struct qcow2 *q, u64 cluster, u64 *count)
{
    u64 at = block_for(q, cluster);
    enum err e = at ? load_counts(q, at) : ERR_OK;

    *count = at && !e ? read_count(q, cluster % q_counts(q)) : 0;
    return e;
}

/* Within one block. */
static enum err set_counts(struct qcow2 *q, u64 cluster, u64 n, u64 count)
{
    u64 at = block_for(q, cluster), i = cluster % q_counts(q);
    u64 first = (i << q->order) / 8, last = ((i + n - 1) << q->order) / 8;
    enum err e = at ? load_counts(q, at)
                    : block_damaged(&q->b, "refcount block at byte", 0);

    if (e)
        return e;
    for (u64 k = 0; k < n; k++)
        qcow2_write_count(q, i + k, count);
    last += (1u << q->order) >= 8 ? (1u << q->order) / 8 : 1;
    return qcow2_error(q, file_write(q->b.file, at + first, q->counts + first,
                                    last - first));
}

enum err q_set_counts(struct qcow2 *q, u64 cluster, u64 n, u64 count)
{
    enum err e = ERR_OK;

    while (n && !e) {
        u64 k = q_counts(q) - cluster % q_counts(q);

        k = k < n ? k : n;
        e = set_counts(q, cluster, k, count);
        cluster += k;
        n -= k;
    }
    return e;
}

/* ---- the first allocation ---- */

/* One behind the last cluster that any block counts. */
static enum err last_counted(struct qcow2 *q, u64 *end)
{
    u64 i = q->reftable_size * q_entries(q);
    enum err e = ERR_OK;

    *end = 0;
    while (i-- > 0 && !*end && !e) {
        if (!block_for(q, i * q_counts(q)))
            continue;
        e = load_counts(q, block_for(q, i * q_counts(q)));
        for (u64 k = q_counts(q); k > 0 && !*end && !e; k--)
            if (read_count(q, k - 1))
                *end = i * q_counts(q) + k;
    }
    return e;
}

/* Bits that a writer who does not know them must clear. */
static enum err clear_autoclear(struct qcow2 *q)
{
    static const u8 zeros[8];

    if (!q->autoclear)
        return ERR_OK;
    q->autoclear = 0;
    return qcow2_error(q, file_write(q->b.file, 88, zeros, 8));
}

static enum err begin_writing(struct qcow2 *q)
{
    u64 counted;
    enum err e = clear_autoclear(q);

    e = e ? e : last_counted(q, &counted);
    if (e)
        return e;
    q->next = (q->b.file->size + q->cluster - 1) / q->cluster;
    if (q->next < counted)
        q->next = counted;
    q->ahead = q->next;
    q->writing = true;
    return ERR_OK;
}

enum err q_give_back(struct qcow2 *q)
{
    u64 n = q->ahead - q->next;

    q->ahead = q->next;
    return n ? q_set_counts(q, q->next, n, 0) : ERR_OK;
}

/* ---- more blocks, a larger table ---- */

/* What is left in a block, when more are asked for in a row than that, stays
 * free: the next ones come from q->ahead on, where a new block begins. */
static enum err leave_rest(struct qcow2 *q)
{
    u64 from = q->next;

    q->next = q->ahead;
    return q->ahead > from ? q_set_counts(q, from, q->ahead - from, 0)
                           : ERR_OK;
}

static enum err flush_file(struct qcow2 *q)
{
    return qcow2_error(q, file_flush(q->b.file));
}

/* Writes a block at q->ahead that counts itself and n clusters behind it. */
static enum err qcow2_write_block(struct qcow2 *q, u64 n)
{
    if (!q->counts && !(q->counts = malloc(q->cluster)))
        return ERR_NOMEM;
    q->counts_at = 0;
    memset(q->counts, 0, q->cluster);
    for (u64 i = 0; i <= n; i++)
        qcow2_write_count(q, q->ahead % q_counts(q) + i, 1);
    return qcow2_error(q, file_write(q->b.file, q->ahead << q->bits, q->counts,
                                    q->cluster));
}

/* The next block takes the first cluster that it counts. */
static enum err add_block(struct qcow2 *q)
{
    u64 i = q->ahead / q_counts(q), at = q->ahead << q->bits;
    u8 entry[8];
    enum err e = leave_rest(q);

    e = e ? e : qcow2_write_block(q, 0);
    e = e ? e : flush_file(q);
    put_be64(entry, at);
    e = e ? e : qcow2_error(q, file_write(q->b.file, q->reftable_at + 8 * i,
                                         entry, 8));
    if (e)
        return e;
    q->reftable[i] = at;
    q->next = q->ahead = q->ahead + 1;
    return ERR_OK;
}

/* Writes a table of n clusters behind a block that counts it. */
static enum err write_reftable(struct qcow2 *q, u64 n, const u64 *table)
{
    u64 at = (q->ahead + 1) << q->bits;
    u8 *raw = calloc(n, q->cluster), place[12];
    enum err e = raw ? ERR_OK : ERR_NOMEM;

    for (u64 i = 0; i < n * q_entries(q) && !e; i++)
        put_be64(raw + 8 * i, table[i]);
    e = e ? e : qcow2_write_block(q, n);
    e = e ? e : qcow2_error(q, file_write(q->b.file, at, raw, n * q->cluster));
    e = e ? e : flush_file(q);
    put_be64(place, at);
    put_be32(place + 8, (u32)n);
    e = e ? e : qcow2_error(q, file_write(q->b.file, 48, place, 12));
    e = e ? e : flush_file(q);
    free(raw);
    return e;
}

/* All that the table could ever count is in use, up to q->ahead. */
static enum err grow_reftable(struct qcow2 *q)
{
    u64 old_at = q->reftable_at >> q->bits, old = q->reftable_size;
    u64 n = old * 2 + 1;
    u64 *table;
    enum err e;

    if (n + 1 > q_counts(q) || n * q->cluster > Q_MOST_REFTABLE)
        return ERR_FULL;
    e = leave_rest(q);
    table = e ? NULL : calloc(n * q_entries(q), 8);
    if (!table)
        return e ? e : ERR_NOMEM;
    memcpy(table, q->reftable, old * q->cluster);
    table[q->ahead / q_counts(q)] = q->ahead << q->bits;
    e = write_reftable(q, n, table);
    if (e) {
        free(table);
        return e;
    }
    free(q->reftable);
    q->reftable = table;
    q->reftable_size = (u32)n;
    q->reftable_at = (q->ahead + 1) << q->bits;
    q->next = q->ahead = q->ahead + 1 + n;
    return q_set_counts(q, old_at, old, 0);
}

/* Counts some clusters more from q->ahead on. */
static enum err count_ahead(struct qcow2 *q, u64 least)
{
    u64 n = AHEAD_BYTES >> q->bits, left;
    enum err e = ERR_OK;

    if (q->ahead / q_counts(q) >= q->reftable_size * q_entries(q))
        e = grow_reftable(q);
    else if (!block_for(q, q->ahead))
        e = add_block(q);
    if (e || (left = q_counts(q) - q->ahead % q_counts(q)) == 0)
        return e;
    n = n > AHEAD_LEAST ? n : AHEAD_LEAST;
    n = n > least ? n : least;
    n = n < left ? n : left;
    e = q_set_counts(q, q->ahead, n, 1);
    e = e ? e : flush_file(q);
    if (!e)
        q->ahead += n;
    return e;
}

enum err q_alloc(struct qcow2 *q, u64 n, u64 *at)
{
    enum err e = q->writing ? ERR_OK : begin_writing(q);

    while (!e && q->ahead - q->next < n)
        e = count_ahead(q, n);
    if (e)
        return e;
    *at = q->next << q->bits;
    q->next += n;
    return ERR_OK;
}

/* ---- clusters that are no longer in use ---- */

static enum err lower_count(struct qcow2 *q, u64 cluster)
{
    u64 count;
    enum err e = q_count(q, cluster, &count);

    return e || count == 0 ? e : q_set_counts(q, cluster, 1, count - 1);
}

enum err q_flush(struct qcow2 *q)
{
    enum err e = flush_file(q);

    while (q->nfreed && !e)
        e = lower_count(q, q->freed[--q->nfreed]);
    return e;
}

enum err q_free_later(struct qcow2 *q, u64 cluster)
{
    enum err e = q->nfreed == Q_FREED ? q_flush(q) : ERR_OK;

    if (!e)
        q->freed[q->nfreed++] = cluster;
    return e;
}
