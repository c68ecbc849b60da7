/* qcow2_check.c - format qcow2: are the refcounts right?
 *
 * Counts how often each cluster is named by anything in the file and compares
 * that with the refcounts. Too high a count leaks a cluster; too low a one is
 * corruption, for the cluster may be handed out a second time. */
#include "machine/block/qcow2/qcow2.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LINES = 100 };

struct refs {
    struct qcow2 *q;
    struct block_check *c;
    u32 *n;                             /* for each cluster of the file */
    u64 clusters;
    u32 lines;
};

static void qcow2_complain(struct refs *r, const char *what, u64 where)
{
    char line[120];

    if (r->lines++ >= MOST_LINES)
        return;
    snprintf(line, sizeof line, "%s at %" PRIu64 "\n", what, where);
    buf_put_bytes(&r->c->text, line, strlen(line));
}

static void corrupt(struct refs *r, const char *what, u64 where)
{
    r->c->corruptions++;
    qcow2_complain(r, what, where);
}

static void count_bytes(struct refs *r, u64 at, u64 n, const char *what)
{
    u64 first = at >> r->q->bits, last = (at + n - 1) >> r->q->bits;

    if (n == 0)
        return;
    if (last >= r->clusters || first > last) {
        corrupt(r, what, at);
        return;
    }
    for (u64 c = first; c <= last; c++)
        if (r->n[c] < UINT32_MAX)
            r->n[c]++;
}

static void count_entry(struct refs *r, u64 entry, bool live)
{
    u64 at, n;

    if (entry & Q_PACKED) {
        q_packed_range(r->q, entry, &at, &n);
        if (at + n > r->clusters << r->q->bits && at < r->q->b.file->size)
            n = (r->clusters << r->q->bits) - at;
        count_bytes(r, at, n, "compressed cluster outside of the file");
    } else if (entry & Q_OFFSET) {
        at = entry & Q_OFFSET;
        if (at % r->q->cluster)
            corrupt(r, "data cluster in an odd place", at);
        else
            count_bytes(r, at, r->q->cluster, "data cluster outside of the "
                        "file");
    }
    if (live && (entry & Q_OFFSET || entry & Q_PACKED))
        r->c->allocated++;
}

static enum err count_l2(struct refs *r, u64 at, bool live)
{
    u8 *p;
    enum err e;

    count_bytes(r, at, r->q->cluster, "L2 table outside of the file");
    if (at % r->q->cluster || at >= r->q->b.file->size)
        return ERR_OK;                  /* has been said */
    e = q_table(r->q, at, &p);
    for (u64 i = 0; i < q_entries(r->q) && !e; i++)
        count_entry(r, get_be64(p + 8 * i), live);
    return e;
}

static enum err count_l1(struct refs *r, const u64 *l1, u64 n, bool live)
{
    enum err e = ERR_OK;

    for (u64 i = 0; i < n && !e; i++)
        if (l1[i] & Q_OFFSET)
            e = count_l2(r, l1[i] & Q_OFFSET, live);
    return e;
}

/* ---- snapshots ---- */

static enum err count_snapshot_l1(struct refs *r, u64 at, u32 n)
{
    u64 *l1;
    u8 *raw;
    enum err e;

    count_bytes(r, at, n * 8ull, "a snapshot's L1 table outside of the file");
    if (n > Q_MOST_L1 / 8 || at >= r->q->b.file->size)
        return ERR_OK;
    l1 = calloc(n + 1, 8);
    raw = malloc(n * 8ull + 1);
    e = l1 && raw ? file_read(r->q->b.file, at, raw, n * 8ull) : ERR_NOMEM;
    for (u32 i = 0; i < n && !e; i++)
        l1[i] = get_be64(raw + 8 * (u64)i);
    e = e ? e : count_l1(r, l1, n, false);
    free(l1);
    free(raw);
    return e;
}

static enum err count_snapshots(struct refs *r)
{
    u64 start = r->q->snapshots_at, at = start;
    enum err e = ERR_OK;

    for (u32 i = 0; i < r->q->snapshots && !e; i++) {
        u8 row[40];

        e = file_read(r->q->b.file, at, row, sizeof row);
        e = e ? e : count_snapshot_l1(r, get_be64(row), get_be32(row + 8));
        at += sizeof row + get_be16(row + 12) + get_be16(row + 14) +
              get_be32(row + 36);
        at = (at + 7) & ~7ull;
        if (at > r->q->b.file->size) {
            corrupt(r, "snapshot table outside of the file", at);
            return e;
        }
    }
    count_bytes(r, start, at - start, "snapshot table outside of the file");
    return e;
}

/* ---- the whole ---- */

static enum err count_all(struct refs *r)
{
    struct qcow2 *q = r->q;
    enum err e;

    count_bytes(r, 0, q->cluster, "header");
    count_bytes(r, q->l1_at, q->l1_size * 8ull, "L1 table outside of the file");
    count_bytes(r, q->reftable_at, q->reftable_size * q->cluster,
                "refcount table outside of the file");
    for (u64 i = 0; i < q->reftable_size * q_entries(q); i++)
        if (q->reftable[i] && q->reftable[i] % q->cluster == 0 &&
            q->reftable[i] < q->b.file->size)
            count_bytes(r, q->reftable[i], q->cluster, "refcount block");
        else if (q->reftable[i])
            corrupt(r, "refcount block outside of the file", q->reftable[i]);
    e = count_l1(r, q->l1, q->l1_size, true);
    return e ? e : count_snapshots(r);
}

static enum err qcow2_compare(struct refs *r, u64 cluster, bool repair)
{
    u64 have, want = r->n[cluster];
    enum err e = q_count(r->q, cluster, &have);

    if (e == ERR_FORMAT) {
        e = ERR_OK;                     /* the block is no good: was said */
        have = want;
    }
    if (e || have == want)
        return e;
    if (have > want) {
        r->c->leaks++;
        qcow2_complain(r, "leaked cluster", cluster << r->q->bits);
    } else {
        corrupt(r, "refcount too low", cluster << r->q->bits);
    }
    if (!repair || q_set_counts(r->q, cluster, 1, want))
        return ERR_OK;
    r->c->fixed++;
    return ERR_OK;
}

/* Clusters can be counted, and used, that lie behind the file's end: they read
 * as zeros. */
static u64 counted_clusters(const struct qcow2 *q)
{
    u64 n = (q->b.file->size + q->cluster - 1) >> q->bits;

    for (u64 i = 0; i < q->reftable_size * q_entries(q); i++)
        if (q->reftable[i] && (i + 1) * q_counts(q) > n)
            n = (i + 1) * q_counts(q);
    return n;
}

/* Bits 0 and 1 of the features: dirty and corrupt. */
static enum err clear_marks(struct qcow2 *q)
{
    u8 raw[8];
    enum err e = file_flush(q->b.file);

    if (q->version < 3 || !(q->features & (Q_DIRTY | Q_CORRUPT)))
        return e;
    q->features &= ~(Q_DIRTY | Q_CORRUPT);
    put_be64(raw, q->features);
    return e ? e : file_write(q->b.file, 72, raw, 8);
}

enum err q_check(struct block *b, bool repair, struct block_check *c,
                 struct why *why)
{
    struct qcow2 *q = (struct qcow2 *)b;
    struct refs r = { .q = q, .c = c };
    enum err e;

    r.clusters = counted_clusters(q);
    c->total = (q->size + q->cluster - 1) >> q->bits;
    r.n = r.clusters < (u64)1 << 29 ? calloc(r.clusters + 1, sizeof *r.n)
                                    : NULL;
    e = r.n ? count_all(&r) : ERR_NOMEM;
    for (u64 i = 0; i < r.clusters && !e; i++)
        e = qcow2_compare(&r, i, repair);
    if (!e && repair && c->fixed == c->corruptions + c->leaks)
        e = clear_marks(q);
    free(r.n);
    return e ? file_say(b->file, e, why) : ERR_OK;
}
