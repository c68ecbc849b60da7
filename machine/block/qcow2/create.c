/* qcow2_create.c - format qcow2: new images, and another backing image.
 *
 *   | header | refcount table | refcount blocks | L1 table | ... */
#include "machine/block/qcow2/qcow2.h"

#include <stdlib.h>
#include <string.h>

enum { USUAL_CLUSTER = 64 << 10, EXT_BACKING = 0xe2792aca, NAME_MOST = 1023 };

struct layout {
    u32 bits;
    u64 l1_entries, l1, table, blocks;  /* the last three in clusters */
};

static u64 divide_up(u64 a, u64 b)
{
    return (a + b - 1) / b;
}

static struct layout qcow2_lay_out(u32 bits, u64 bytes)
{
    u64 cluster = 1ull << bits, total;
    struct layout l = { .bits = bits };

    l.l1_entries = divide_up(bytes, cluster / 8 * cluster);
    l.l1 = divide_up(l.l1_entries * 8, cluster);
    for (int i = 0; i < 4; i++) {       /* blocks count themselves, too */
        total = 1 + l.table + l.blocks + l.l1;
        l.blocks = divide_up(total, cluster / 2);
        l.table = divide_up(l.blocks * 8, cluster);
    }
    return l;
}

/* ---- the header cluster ---- */

static u64 put_backing_format(u8 *h, u64 at, const char *format)
{
    size_t n = strlen(format);

    put_be32(h + at, EXT_BACKING);
    put_be32(h + at + 4, (u32)n);
    memcpy(h + at + 8, format, n);
    return at + 8 + ((n + 7) & ~(size_t)7);
}

/* Puts what names the backing image at `at` of the header cluster h; the rest
 * of the cluster becomes zeros. */
static enum err put_backing(u8 *h, u64 at, u64 cluster, const char *backing,
                            const char *format)
{
    size_t n = backing ? strlen(backing) : 0;

    put_be64(h + 8, 0);
    put_be32(h + 16, 0);
    if (n > NAME_MOST || (format && strlen(format) > 31) ||
        at + 8 + n + (format ? 40 : 0) > cluster)
        return ERR_RANGE;
    memset(h + at, 0, cluster - at);
    if (!n)
        return ERR_OK;
    if (format)
        at = put_backing_format(h, at, format);
    at += 8;                            /* the end mark, all zeros */
    put_be64(h + 8, at);
    put_be32(h + 16, (u32)n);
    memcpy(h + at, backing, n);
    return ERR_OK;
}

static void qcow2_put_header(u8 *h, const struct layout *l,
                             const struct create_how *how)
{
    u64 cluster = 1ull << l->bits;

    memcpy(h, "QFI\xfb", 4);
    put_be32(h + 4, how->version ? how->version : 3);
    put_be32(h + 20, l->bits);
    put_be64(h + 24, how->bytes);
    put_be32(h + 36, (u32)l->l1_entries);
    put_be64(h + 40, (1 + l->table + l->blocks) * cluster);
    put_be64(h + 48, cluster);
    put_be32(h + 56, (u32)l->table);
    if (how->version == 2)
        return;
    put_be32(h + 96, 4);
    put_be32(h + 100, Q_HEADER_3);
}

/* ---- a new image ---- */

static enum err qcow2_write_tables(struct file *f, const struct layout *l)
{
    u64 cluster = 1ull << l->bits, used = 1 + l->table + l->blocks + l->l1;
    u8 *p = calloc(l->table + l->blocks, cluster);
    u8 *counts = p + l->table * cluster;
    enum err e = ERR_NOMEM;

    if (!p)
        return e;
    for (u64 i = 0; i < l->blocks; i++)
        put_be64(p + 8 * i, (1 + l->table + i) * cluster);
    for (u64 i = 0; i < used; i++)
        put_be16(counts + 2 * i, 1);
    e = file_write(f, cluster, p, (l->table + l->blocks) * cluster);
    free(p);
    return e ? e : file_resize(f, used * cluster);
}

static enum err check_how(struct file *f, const struct create_how *how,
                          u32 *bits, struct why *why)
{
    u32 cluster = how->cluster ? how->cluster : USUAL_CLUSTER;

    for (*bits = 9; *bits < 21 && 1u << *bits < cluster; (*bits)++) {}
    if (1u << *bits != cluster)
        return err_say(why, ERR_RANGE, "%.120s: clusters of %u bytes: a power "
                       "of two from 512 to 2M", f->name, cluster);
    if (how->version && how->version != 2 && how->version != 3)
        return err_say(why, ERR_RANGE, "%.120s: version %u: 2 or 3", f->name,
                       how->version);
    if (divide_up(how->bytes, (u64)cluster / 8 * cluster) > Q_MOST_L1 / 8)
        return err_say(why, ERR_RANGE, "%.120s: too large for clusters of %u "
                       "bytes", f->name, cluster);
    return ERR_OK;
}

enum err q_create(struct file *f, const struct create_how *how,
                  struct why *why)
{
    struct layout l;
    u32 bits;
    enum err e = check_how(f, how, &bits, why);
    u8 *h;

    if (e)
        return e;
    l = qcow2_lay_out(bits, how->bytes);
    h = calloc(1, 1ull << bits);
    if (!h)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->name);
    qcow2_put_header(h, &l, how);
    e = put_backing(h, how->version == 2 ? Q_HEADER_2 : Q_HEADER_3,
                    1ull << bits, how->backing, how->backing_format);
    e = e ? e : qcow2_write_tables(f, &l);
    e = e ? e : file_write(f, 0, h, 1ull << bits);
    free(h);
    return e ? file_say(f, e, why) : ERR_OK;
}

/* ---- another backing image ---- */

enum err q_rebase(struct block *b, const char *backing, const char *format,
                  struct why *why)
{
    struct qcow2 *q = (struct qcow2 *)b;
    u8 *h = malloc(q->cluster);
    enum err e = h ? file_read(b->file, 0, h, q->cluster) : ERR_NOMEM;

    e = e ? e : put_backing(h, q->header_length, q->cluster, backing, format);
    e = e ? e : q_flush(q);
    e = e ? e : file_write(b->file, 0, h, q->cluster);
    e = e ? e : file_flush(b->file);
    free(h);
    return e ? file_say(b->file, e, why) : ERR_OK;
}
