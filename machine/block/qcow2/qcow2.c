/* qcow2.c - format qcow2: opening and reading. */
#include "machine/block/qcow2/qcow2.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { BACKING_MOST = 1023, EXT_BACKING_FORMAT = 0xe2792aca };

/* ---- tables ---- */

enum err q_table(struct qcow2 *q, u64 at, u8 **p)
{
    struct qcow2_table *t = &q->table[(at >> q->bits) % Q_TABLES];
    enum err e;

    if (at % q->cluster || at >= q->b.file->size)
        return block_damaged(&q->b, "L2 table at byte", at);
    if (!t->p && !(t->p = malloc(q->cluster)))
        return ERR_NOMEM;
    if (t->at != at) {
        t->at = 0;
        e = qcow2_error(q, file_read(q->b.file, at, t->p, q->cluster));
        if (e)
            return e;
        t->at = at;
    }
    *p = t->p;
    return ERR_OK;
}

enum err q_entry(struct qcow2 *q, u64 cluster, u64 *entry)
{
    u64 i = cluster / q_entries(q);
    u64 at = i < q->l1_size ? q->l1[i] & Q_OFFSET : 0;
    enum err e;
    u8 *p;

    *entry = 0;
    if (!at)
        return ERR_OK;
    e = q_table(q, at, &p);
    if (!e)
        *entry = get_be64(p + cluster % q_entries(q) * 8);
    return e;
}

/* ---- compressed clusters ---- */

void q_packed_range(const struct qcow2 *q, u64 entry, u64 *at, u64 *n)
{
    u32 x = 62 - (q->bits - 8);

    *at = entry & ((1ull << x) - 1);
    *n = ((entry >> x & ((1ull << (q->bits - 8)) - 1)) + 1) * 512 - *at % 512;
}

static bool inflate_cluster(struct qcow2 *q, const u8 *from, size_t n)
{
    z_stream z = { 0 };
    int result;

    if (inflateInit2(&z, -12) != Z_OK)
        return false;
    z.next_in = (u8 *)from;
    z.avail_in = (uInt)n;
    z.next_out = q->packed;
    z.avail_out = (uInt)q->cluster;
    result = inflate(&z, Z_FINISH);
    inflateEnd(&z);
    return (result == Z_STREAM_END || result == Z_BUF_ERROR) &&
           z.avail_out == 0;
}

/* Puts the cluster that an entry names into q->packed. */
static enum err unpack_cluster(struct qcow2 *q, u64 entry)
{
    u64 at, n;
    u8 *raw;
    enum err e;

    if (q->packed && q->packed_entry == entry)
        return ERR_OK;
    q->packed_entry = 0;
    q_packed_range(q, entry, &at, &n);
    if (at >= q->b.file->size)
        return block_damaged(&q->b, "packed cluster at byte", at);
    if (!q->packed && !(q->packed = malloc(q->cluster)))
        return ERR_NOMEM;
    raw = malloc(n);
    if (!raw)
        return ERR_NOMEM;
    e = qcow2_error(q, file_read(q->b.file, at, raw, n));
    if (!e && !inflate_cluster(q, raw, n))
        e = block_damaged(&q->b, "packed cluster at byte", at);
    free(raw);
    if (!e)
        q->packed_entry = entry;
    return e;
}

/* ---- reading ---- */

/* The backing image may be shorter. */
static enum err read_backing(struct qcow2 *q, u64 at, u8 *to, size_t n)
{
    u64 sector = at / SECTOR, have = 0;
    enum err e = ERR_OK;

    if (q->backing && sector < q->backing->sectors)
        have = q->backing->sectors - sector;
    if (have > n / SECTOR)
        have = n / SECTOR;
    if (have)
        e = block_below_error(&q->b, q->backing,
                              block_read(q->backing, sector, to, (u32)have));
    memset(to + have * SECTOR, 0, n - have * SECTOR);
    return e;
}

enum err q_read_part(struct qcow2 *q, u64 at, void *to, size_t n)
{
    u64 entry, inside = at % q->cluster;
    enum err e = q_entry(q, at / q->cluster, &entry);

    if (e)
        return e;
    if (entry & Q_PACKED) {
        e = unpack_cluster(q, entry);
        if (!e)
            memcpy(to, q->packed + inside, n);
        return e;
    }
    if ((entry & Q_ZERO) && q->version >= 3) {
        memset(to, 0, n);
        return ERR_OK;
    }
    if (!(entry & Q_OFFSET))
        return read_backing(q, at, to, n);
    if ((entry & Q_OFFSET) % q->cluster)
        return block_damaged(&q->b, "data cluster at byte", entry & Q_OFFSET);
    return qcow2_error(q, file_read(q->b.file, (entry & Q_OFFSET) + inside, to,
                                   n));
}

static enum err qcow2_read(struct block *b, u64 sector, void *buf, u32 n)
{
    struct qcow2 *q = (struct qcow2 *)b;
    u64 at = sector * SECTOR, left = (u64)n * SECTOR;
    u8 *to = buf;

    while (left) {
        u64 k = q->cluster - at % q->cluster;
        enum err e;

        k = k < left ? k : left;
        e = q_read_part(q, at, to, k);
        if (e)
            return e;
        at += k;
        to += k;
        left -= k;
    }
    return ERR_OK;
}

/* Zeros from `at` on within its cluster, in sectors; 0: data. */
static u64 zeros_in_cluster(struct qcow2 *q, u64 at, u64 most)
{
    u64 entry, data;

    if (q_entry(q, at / q->cluster, &entry) || (entry & Q_PACKED))
        return 0;
    if ((entry & Q_ZERO) && q->version >= 3)
        return most;
    if (entry & Q_OFFSET)
        return 0;
    if (!q->backing || at / SECTOR >= q->backing->sectors)
        return most;
    entry = block_zeros(q->backing, at / SECTOR, &data);
    return entry < most ? entry : most;
}

static u64 qcow2_zeros(struct block *b, u64 sector, u64 *data)
{
    struct qcow2 *q = (struct qcow2 *)b;
    u64 zeros = 0, per = q->cluster / SECTOR;

    *data = 0;
    for (u32 n = 0; n < BLOCK_WALK && sector + zeros + *data < b->sectors;
         n++) {
        u64 now = sector + zeros + *data, most = per - now % per, k;

        if (most > b->sectors - now)
            most = b->sectors - now;
        k = zeros_in_cluster(q, now * SECTOR, most);
        if (k == 0 && zeros == 0)
            *data += most;
        else if (k == 0 || *data)
            break;
        zeros += k;
        if (k && k < most)
            break;
    }
    return zeros;
}

static enum err qcow2_flush(struct block *b)
{
    return q_flush((struct qcow2 *)b);
}

static void free_qcow2(struct qcow2 *q)
{
    for (int i = 0; i < Q_TABLES; i++)
        free(q->table[i].p);
    block_close(q->backing);
    free(q->backing_name);
    free(q->backing_format);
    free(q->l1);
    free(q->reftable);
    free(q->packed);
    free(q->whole);
    free(q->counts);
    free(q);
}

static void qcow2_close(struct block *b)
{
    struct qcow2 *q = (struct qcow2 *)b;

    q_flush(q);
    q_give_back(q);
    file_close(b->file);
    free_qcow2(q);
}

/* ---- what it says of itself ---- */

/* Counts the clusters that are in this file. */
static u64 allocated_sectors(struct qcow2 *q)
{
    u64 n = 0, entry, clusters = (q->size + q->cluster - 1) / q->cluster;

    for (u64 c = 0; c < clusters; c++) {
        if (!(q->l1[c / q_entries(q)] & Q_OFFSET)) {
            c |= q_entries(q) - 1;
            continue;
        }
        if (!q_entry(q, c, &entry) && (entry & (Q_OFFSET | Q_PACKED)))
            n++;
    }
    return n * (q->cluster / SECTOR);
}

/* One row of the snapshot table: 40 bytes, more data, an id, a name. The more
 * data there is the more of it is known: the state's size in 64 bits, the
 * disk's size, the instruction count. */
static enum err take_snapshot(struct qcow2 *q, struct block_snapshot *s,
                              u64 *at)
{
    u8 row[40], more[24] = { 0 };
    u32 id_n, name_n, more_n;
    u64 text;
    enum err e = file_read(q->b.file, *at, row, sizeof row);

    if (e)
        return e;
    id_n = get_be16(row + 12);
    name_n = get_be16(row + 14);
    more_n = get_be32(row + 36);
    text = *at + sizeof row + more_n;
    file_read(q->b.file, *at + sizeof row, more,
              more_n < sizeof more ? more_n : sizeof more);
    file_read(q->b.file, text, s->id, id_n < 16 ? id_n : 16);
    file_read(q->b.file, text + id_n, s->name, name_n < 100 ? name_n : 100);
    s->seconds = get_be32(row + 16);
    s->ns = get_be32(row + 20);
    s->clock = get_be64(row + 24);
    s->state = more_n < 8 ? get_be32(row + 32) : get_be64(more);
    s->icount = get_be64(more + 16);
    *at = (text + id_n + name_n + 7) & ~7ull;
    return ERR_OK;
}

static void describe_snapshots(struct qcow2 *q, struct block_details *d)
{
    u64 at = q->snapshots_at;

    if (q->snapshots)
        d->snapshot = calloc(q->snapshots, sizeof *d->snapshot);
    while (d->snapshot && d->snapshots < q->snapshots &&
           !take_snapshot(q, &d->snapshot[d->snapshots], &at))
        d->snapshots++;
}

static void qcow2_describe(struct block *b, struct block_details *d)
{
    struct qcow2 *q = (struct qcow2 *)b;
    char line[200];

    d->cluster = q->cluster;
    d->backing = q->backing_name;
    d->backing_format = q->backing_format;
    d->allocated = allocated_sectors(q);
    snprintf(line, sizeof line, "version %u, clusters of %" PRIu64 " bytes, "
             "%u-bit refcounts%s\n", q->version, q->cluster, 1u << q->order,
             q->features & Q_DIRTY ? ", refcounts not up to date" : "");
    buf_put_bytes(&d->text, line, strlen(line));
    describe_snapshots(q, d);
    d->dirty = q->features & Q_DIRTY;
    snprintf(line, sizeof line, "\"compat\": \"%s\", \"compression-type\": "
             "\"zlib\", \"lazy-refcounts\": %s, \"refcount-bits\": %u, "
             "\"corrupt\": %s", q->version >= 3 ? "1.1" : "0.10",
             q->compatible & Q_LAZY ? "true" : "false",
             1u << q->order, q->features & Q_CORRUPT ? "true" : "false");
    buf_put_bytes(&d->json, line, strlen(line));
}

static struct block *qcow2_backing(struct block *b)
{
    return ((struct qcow2 *)b)->backing;
}

static const struct block_ops qcow2_ops = {
    .read = qcow2_read, .write = q_write, .flush = qcow2_flush,
    .close = qcow2_close, .zeros = qcow2_zeros, .describe = qcow2_describe,
    .resize = q_resize, .check = q_check, .backing = qcow2_backing,
    .rebase = q_rebase,
};

/* ---- opening ---- */

static enum err qcow2_say(struct file *f, struct why *why, const char *words)
{
    return err_say(why, ERR_FORMAT, "%.120s: qcow2: %s", f->name, words);
}

static enum err take_features(struct qcow2 *q, struct file *f, const u8 *h,
                              bool readonly, struct why *why)
{
    q->order = 4;
    q->header_length = Q_HEADER_2;
    if (q->version < 3)
        return ERR_OK;
    q->features = get_be64(h + 72);
    q->compatible = get_be64(h + 80);
    q->autoclear = get_be64(h + 88);
    q->order = get_be32(h + 96);
    q->header_length = get_be32(h + 100);
    if (q->features & ~(Q_DIRTY | Q_CORRUPT))
        return qcow2_say(
            f, why,
            "uses features that isabox does not know "
            "(external data, zstd or extended L2); qemu-img convert "
            "makes it plain");
    if ((q->features & Q_CORRUPT) && !readonly)
        return qcow2_say(f, why,
                         "is marked as corrupt and can only be read; "
                         "'isabox image check -r' mends it");
    if (q->order > 6 || q->header_length < Q_HEADER_3 ||
        q->header_length > q->cluster)
        return qcow2_say(f, why, "the header is damaged");
    return ERR_OK;
}

static enum err qcow2_take_header(struct qcow2 *q, struct file *f, const u8 *h,
                                  bool readonly, struct why *why)
{
    q->version = get_be32(h + 4);
    q->bits = get_be32(h + 20);
    q->size = get_be64(h + 24);
    q->l1_size = get_be32(h + 36);
    q->l1_at = get_be64(h + 40);
    q->reftable_at = get_be64(h + 48);
    q->reftable_size = get_be32(h + 56);
    q->snapshots = get_be32(h + 60);
    q->snapshots_at = get_be64(h + 64);
    if (q->version < 2 || q->version > 3)
        return qcow2_say(f, why, "a version other than 2 and 3");
    if (get_be32(h + 32))
        return qcow2_say(f, why, "encrypted images can't be read");
    if (q->bits < 9 || q->bits > 21 || q->size > (u64)1 << 60 ||
        q->size < SECTOR)
        return qcow2_say(f, why, "the header is damaged: cluster or disk size");
    q->cluster = 1ull << q->bits;
    return take_features(q, f, h, readonly, why);
}

/* Big-endian entries at `at`, n of them; where there are none, NULL. */
static enum err qcow2_read_table(struct qcow2 *q, struct file *f, u64 at, u64 n,
                                 u64 **out, const char *what, struct why *why)
{
    u8 *raw;
    enum err e;

    if (at % q->cluster || at >= f->size || n * 8 > f->size - at + q->cluster)
        return err_say(why, ERR_FORMAT, "%.120s: qcow2: %s is not in the file",
                       f->name, what);
    *out = calloc(n + 1, 8);
    raw = malloc(n * 8 + 1);
    e = *out && raw ? file_read(f, at, raw, n * 8) : ERR_NOMEM;
    for (u64 i = 0; i < n && !e; i++)
        (*out)[i] = get_be64(raw + 8 * i);
    free(raw);
    return e ? file_say(f, e, why) : ERR_OK;
}

static enum err read_tables(struct qcow2 *q, struct file *f, struct why *why)
{
    u64 per = q_entries(q) * q->cluster;
    enum err e;

    if (q->l1_size > Q_MOST_L1 / 8 ||
        q->l1_size < (q->size + per - 1) / per ||
        q->reftable_size > Q_MOST_REFTABLE / q->cluster ||
        q->snapshots > Q_SNAPSHOTS)
        return qcow2_say(f, why, "the header is damaged: size of a table");
    e = qcow2_read_table(q, f, q->l1_at, q->l1_size, &q->l1, "the L1 table",
                         why);
    return e ? e
             : qcow2_read_table(q, f, q->reftable_at,
                                q->reftable_size * q_entries(q), &q->reftable,
                                "the refcount table", why);
}

static char *qcow2_read_text(struct file *f, u64 at, u32 n)
{
    char *text = calloc(1, n + 1);

    if (text && file_read(f, at, text, n)) {
        free(text);
        return NULL;
    }
    return text;
}

/* The extensions behind the header; only the backing format is of use. */
static void read_extensions(struct qcow2 *q, struct file *f)
{
    u64 at = q->header_length;
    u8 ext[8];

    while (at + 8 <= q->cluster && !file_read(f, at, ext, 8)) {
        u32 kind = get_be32(ext), n = get_be32(ext + 4);

        if (!kind || n > q->cluster - at - 8)
            break;
        if (kind == EXT_BACKING_FORMAT && n < 32 && !q->backing_format)
            q->backing_format = qcow2_read_text(f, at + 8, n);
        at += 8 + ((n + 7u) & ~7ull);
    }
}

static enum err open_backing(struct qcow2 *q, struct file *f, const u8 *h,
                             const struct open_how *how, struct why *why)
{
    u64 at = get_be64(h + 8);
    u32 n = get_be32(h + 16);

    if (at == 0 || n == 0)
        return ERR_OK;
    if (n > BACKING_MOST || at > q->cluster || at + n > q->cluster)
        return qcow2_say(f, why, "the header is damaged: backing file");
    q->backing_name = qcow2_read_text(f, at, n);
    if (!q->backing_name)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->name);
    read_extensions(q, f);
    return how->alone ? ERR_OK
                      : block_open_backing(&q->backing, f, q->backing_name,
                                           q->backing_format, how, why);
}

/* Refcounts that were to be written later are found out anew. */
static enum err make_clean(struct qcow2 *q, struct why *why)
{
    struct block_check c = { 0 };
    enum err e;

    if (!(q->features & Q_DIRTY) || q->b.file->readonly)
        return ERR_OK;
    e = q_check(&q->b, true, &c, why);
    buf_free(&c.text);
    return e;
}

static enum err qcow2_open(struct block **out, struct file *f,
                           const struct open_how *how, struct why *why)
{
    struct qcow2 *q = calloc(1, sizeof *q);
    u8 h[Q_HEADER_3];
    enum err e;

    if (!q)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->name);
    e = file_read(f, 0, h, sizeof h);
    e = e ? file_say(f, e, why)
          : qcow2_take_header(q, f, h, how->readonly, why);
    e = e ? e : read_tables(q, f, why);
    e = e ? e : open_backing(q, f, h, how, why);
    q->b.ops = &qcow2_ops;
    q->b.file = f;
    q->b.sectors = q->size / SECTOR;
    e = e ? e : make_clean(q, why);
    if (e)
        free_qcow2(q);
    else
        *out = &q->b;
    return e;
}

const struct block_format format_qcow2 = {
    .name = "qcow2", .words = "QEMU disk image", .open = qcow2_open,
    .create = q_create, .follows = true,
};
