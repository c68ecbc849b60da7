/* vpc.c - format vpc: VHD images of Virtual PC, fixed and dynamic.
 *
 *   fixed:    | sectors .. | footer |
 *   dynamic:  | footer | header | table | block | block | .. | footer |
 *   a block:  | bitmap, a bit for each sector | sectors, usually 2 MB |
 *
 * A new block is written where the footer was, with a footer behind it, and
 * flushed before the table names it. All bits of its bitmap are set.
 *
 * Reference: Microsoft, Virtual Hard Disk Image Format Specification 1.0.
 * Not modelled: differencing images. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "machine/block/chs.h"
#include "machine/block/chunks.h"
#include "machine/core/bytes.h"

enum {
    FOOTER = 512, HEADER_AT = 512, HEADER = 1024, TABLE_AT = 1536,
    FIXED = 2, DYNAMIC = 3, USUAL_BLOCK = 2 << 20, FREE_BLOCK = 0xffffffff,
    CHS_MOST = 65535 * 16 * 255, MOST_ENTRIES = 1 << 22,
};

struct vpc {
    struct chunks c;
    u64 table_at, end;                  /* end: of the last block */
    u32 entries, bitmap;                /* bitmap: bytes of one */
    u32 *table;
    u64 touched;                        /* chunk with all bits set, plus 1 */
    u8 footer[FOOTER];
};

/* ---- fixed ---- */

static enum err fixed_read(struct block *b, u64 sector, void *buf, u32 n)
{
    return block_file_read(b, sector * SECTOR, buf, (size_t)n * SECTOR);
}

static enum err fixed_write(struct block *b, u64 sector, const void *buf,
                            u32 n)
{
    return block_file_write(b, sector * SECTOR, buf,
                            (size_t)n * SECTOR);
}

static u64 fixed_zeros(struct block *b, u64 sector, u64 *data)
{
    u64 bytes, most = b->sectors - sector;
    u64 hole = file_hole(b->file, sector * SECTOR, &bytes) / SECTOR;

    *data = (bytes + SECTOR - 1) / SECTOR;
    *data = *data < most ? *data : most;
    return hole < most ? hole : most;
}

static void fixed_describe(struct block *b, struct block_details *d)
{
    d->subformat = "fixed";
    d->allocated = b->sectors;
}

static const struct block_ops fixed_ops = {
    .read = fixed_read, .write = fixed_write, .flush = block_file_flush,
    .close = block_file_close, .zeros = fixed_zeros, .describe = fixed_describe,
};

/* ---- dynamic ---- */

static enum err vpc_look_up(struct chunks *c, u64 chunk, u64 *at)
{
    struct vpc *v = (struct vpc *)c;

    *at = 0;
    if (chunk >= v->entries || v->table[chunk] == FREE_BLOCK)
        return ERR_OK;
    *at = (u64)v->table[chunk] * SECTOR + v->bitmap;
    return v->table[chunk] ? ERR_OK
                           : block_damaged(&c->b, "block table, entry", chunk);
}

static enum err set_bitmap(struct vpc *v, u64 at)
{
    u8 *bits = malloc(v->bitmap);
    enum err e;

    if (!bits)
        return ERR_NOMEM;
    memset(bits, 0xff, v->bitmap);
    e = file_write(v->c.b.file, at, bits, v->bitmap);
    free(bits);
    return e;
}

static enum err vpc_touch(struct chunks *c, u64 chunk, u64 at)
{
    struct vpc *v = (struct vpc *)c;
    enum err e;

    if (v->touched == chunk + 1)
        return ERR_OK;
    e = set_bitmap(v, at - v->bitmap);
    if (!e)
        v->touched = chunk + 1;
    return e;
}

static enum err vpc_add(struct chunks *c, u64 chunk, u64 *at)
{
    struct vpc *v = (struct vpc *)c;
    struct file *f = c->b.file;
    u64 start = v->end, data = start + v->bitmap;
    u8 entry[4];
    enum err e;

    if (chunk >= v->entries)
        return ERR_RANGE;
    e = chunks_clear(f, data, c->size);
    e = e ? e : file_write(f, data + c->size, v->footer, FOOTER);
    e = e ? e : set_bitmap(v, start);
    e = e ? e : file_flush(f);
    put_be32(entry, (u32)(start / SECTOR));
    e = e ? e : file_write(f, v->table_at + 4 * chunk, entry, 4);
    if (e)
        return e;
    v->table[chunk] = (u32)(start / SECTOR);
    v->end = data + c->size;
    *at = data;
    return ERR_OK;
}

static void vpc_release(struct chunks *c)
{
    free(((struct vpc *)c)->table);
    free(c);
}

/* ---- opening ---- */

static enum err vpc_bad(struct file *f, struct why *why, const char *words)
{
    return err_say(why, ERR_FORMAT, "%.120s: vpc: %s", f->name, words);
}

/* Reads the footer at the end of the file or, where that is damaged, its copy
 * at the beginning. */
static enum err read_footer(struct file *f, u8 *p, struct why *why)
{
    static const u8 distance[] = { 0, 1 };
    u64 whole = f->size;

    for (size_t i = 0; i < sizeof distance && whole >= FOOTER; i++) {
        u64 at = whole - FOOTER + distance[i];  /* old ones have 511 bytes */
        enum err e = file_read(f, at, p, FOOTER);

        if (e)
            return file_say(f, e, why);
        if (!memcmp(p, "conectix", 8))
            return ERR_OK;
    }
    if (file_read(f, 0, p, FOOTER) || memcmp(p, "conectix", 8))
        return vpc_bad(f, why, "there is no footer");
    return ERR_OK;
}

/* Whether a guest sees the footer's size. With images of Virtual PC it sees
 * what cylinders, heads and sectors give; programs that came later, and write
 * one of the names below into the footer, go by the size. */
static bool size_counts(const u8 *footer)
{
    static const char names[][5] = { "win ", "qem2", "d2v ", "tap", "vs  ",
                                     "wa", "vbox" };

    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (!memcmp(footer + 28, names[i], 4))
            return true;
    return false;
}

static void vpc_take_size(struct block *b, const u8 *footer)
{
    u64 size = get_be64(footer + 48) / SECTOR, chs;

    b->cylinders = get_be16(footer + 56);
    b->heads = footer[58];
    b->spt = footer[59];
    chs = (u64)b->cylinders * b->heads * b->spt;
    b->sectors = size_counts(footer) || chs == 0 || chs >= CHS_MOST ? size
                                                                   : chs;
}

static enum err open_fixed(struct block **out, struct file *f,
                           const u8 *footer, struct why *why)
{
    struct block *b = calloc(1, sizeof *b);

    if (!b)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->name);
    b->ops = &fixed_ops;
    vpc_take_size(b, footer);
    if (b->sectors == 0 || b->sectors > f->size / SECTOR) {
        free(b);
        return vpc_bad(f, why, "the file is shorter than the disk in it");
    }
    *out = b;
    return ERR_OK;
}

static enum err vpc_read_header(struct vpc *v, struct file *f, struct why *why)
{
    u8 h[HEADER];
    u64 at = get_be64(v->footer + 16);
    enum err e = file_read(f, at, h, HEADER);

    if (e)
        return file_say(f, e, why);
    v->table_at = get_be64(h + 16);
    v->entries = get_be32(h + 28);
    v->c.size = get_be32(h + 32);
    if (at > f->size || memcmp(h, "cxsparse", 8))
        return vpc_bad(f, why, "there is no header");
    if (v->c.size < SECTOR || v->c.size > 256 << 20 ||
        (v->c.size & (v->c.size - 1)))
        return vpc_bad(f, why, "the header is damaged: block size");
    if (v->entries > MOST_ENTRIES || v->table_at > f->size ||
        v->entries * 4ull > f->size - v->table_at ||
        v->c.b.sectors > (u64)v->entries * (v->c.size / SECTOR))
        return vpc_bad(f, why, "the header is damaged: table");
    v->bitmap = (u32)((v->c.size / SECTOR / 8 + SECTOR - 1) / SECTOR) * SECTOR;
    return ERR_OK;
}

/* Where the next block goes: behind the table and all blocks. */
static enum err vpc_read_table(struct vpc *v, struct file *f, struct why *why)
{
    u8 *raw = malloc(v->entries * 4ull + 1);
    enum err e;

    v->table = calloc(v->entries + 1ull, 4);
    e = raw && v->table ? file_read(f, v->table_at, raw, v->entries * 4ull)
                        : ERR_NOMEM;
    v->end = (v->table_at + v->entries * 4ull + SECTOR - 1) / SECTOR * SECTOR;
    for (u32 i = 0; i < v->entries && !e; i++) {
        u64 end = get_be32(raw + 4ull * i) * (u64)SECTOR + v->bitmap +
                  v->c.size;

        v->table[i] = get_be32(raw + 4ull * i);
        if (v->table[i] != FREE_BLOCK && end > v->end)
            v->end = end;
    }
    free(raw);
    if (e)
        return file_say(f, e, why);
    return v->end > f->size + v->c.size
               ? vpc_bad(f, why, "a block is outside of the file") : ERR_OK;
}

static enum err open_dynamic(struct block **out, struct file *f,
                             const u8 *footer, struct why *why)
{
    struct vpc *v = calloc(1, sizeof *v);
    enum err e;

    if (!v)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->name);
    memcpy(v->footer, footer, FOOTER);
    v->c.b.ops = &chunks_ops;
    v->c.look_up = vpc_look_up;
    v->c.add = vpc_add;
    v->c.touch = vpc_touch;
    v->c.release = vpc_release;
    v->c.subformat = "dynamic";
    vpc_take_size(&v->c.b, footer);
    e = v->c.b.sectors == 0 ? vpc_bad(f, why, "a disk of no size")
                            : vpc_read_header(v, f, why);
    e = e ? e : vpc_read_table(v, f, why);
    if (e)
        vpc_release(&v->c);
    else
        *out = &v->c.b;
    return e;
}

static enum err vpc_open(struct block **out, struct file *f,
                         const struct open_how *how, struct why *why)
{
    u8 footer[FOOTER];
    enum err e = read_footer(f, footer, why);

    (void)how;
    if (e)
        return e;
    switch (get_be32(footer + 60)) {
    case FIXED:   return open_fixed(out, f, footer, why);
    case DYNAMIC: return open_dynamic(out, f, footer, why);
    default:
        return vpc_bad(f, why,
                       "neither fixed nor dynamic; 'qemu-img "
                       "convert' may read it");
    }
}

/* ---- making ---- */

static u32 vpc_checksum(const u8 *p, size_t n)
{
    u32 sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += p[i];
    return ~sum;
}

/* The geometry that the specification computes from a size. */
static struct chs usual_chs(u64 sectors)
{
    struct chs g = { 0, 16, 255 };
    u64 tracks;

    if (sectors > CHS_MOST)
        sectors = CHS_MOST;
    if (sectors < 65535ull * 16 * 63) {
        g.sectors = 17;
        tracks = sectors / 17;
        g.heads = (u32)((tracks + 1023) / 1024);
        g.heads = g.heads < 4 ? 4 : g.heads;
        if (tracks >= g.heads * 1024ull || g.heads > 16) {
            g.sectors = 31;
            g.heads = 16;
            tracks = sectors / 31;
        }
        if (tracks >= g.heads * 1024ull)
            g.sectors = 63;
    }
    g.cylinders = (u32)(sectors / g.sectors / g.heads);
    return g;
}

static void make_footer(u8 *p, u64 bytes, bool fixed)
{
    struct chs g = usual_chs(bytes / SECTOR);

    memset(p, 0, FOOTER);
    memcpy(p, "conectix", 8);
    put_be32(p + 8, 2);
    put_be32(p + 12, 0x10000);
    put_be64(p + 16, fixed ? UINT64_MAX : HEADER_AT);
    memcpy(p + 28, "win ", 4);          /* so that the size counts exactly */
    put_be32(p + 32, 0x60000);
    memcpy(p + 36, "Wi2k", 4);
    put_be64(p + 40, bytes);
    put_be64(p + 48, bytes);
    put_be16(p + 56, g.cylinders);
    p[58] = (u8)g.heads;
    p[59] = (u8)g.sectors;
    put_be32(p + 60, fixed ? FIXED : DYNAMIC);
    put_be64(p + 68, hash_bytes(1, p, 64));     /* an id, ever the same */
    put_be64(p + 76, hash_bytes(2, p, 64));
    put_be32(p + 64, vpc_checksum(p, FOOTER));
}

static enum err create_fixed(struct file *f, u64 bytes)
{
    u8 footer[FOOTER];

    make_footer(footer, bytes, true);
    return file_write(f, bytes, footer, FOOTER);
}

static enum err create_dynamic(struct file *f, u64 bytes)
{
    u64 entries = (bytes + USUAL_BLOCK - 1) / USUAL_BLOCK;
    u64 table = (entries * 4 + SECTOR - 1) / SECTOR * SECTOR;
    u8 *p = calloc(1, TABLE_AT + table + FOOTER), *h = p + HEADER_AT;
    enum err e;

    if (!p)
        return ERR_NOMEM;
    make_footer(p, bytes, false);
    memcpy(h, "cxsparse", 8);
    put_be64(h + 8, UINT64_MAX);
    put_be64(h + 16, TABLE_AT);
    put_be32(h + 24, 0x10000);
    put_be32(h + 28, (u32)entries);
    put_be32(h + 32, USUAL_BLOCK);
    put_be32(h + 36, vpc_checksum(h, HEADER));
    memset(p + TABLE_AT, 0xff, table);
    memcpy(p + TABLE_AT + table, p, FOOTER);
    e = file_write(f, 0, p, TABLE_AT + table + FOOTER);
    free(p);
    return e;
}

static enum err vpc_create(struct file *f, const struct create_how *how,
                           struct why *why)
{
    bool fixed = how->subformat && !strcmp(how->subformat, "fixed");
    enum err e;

    if (how->backing)
        return vpc_bad(f, why, "can't be backed by another image; qcow2 can");
    if (how->subformat && !fixed && strcmp(how->subformat, "dynamic"))
        return vpc_bad(f, why, "subformat: fixed or dynamic");
    if (how->bytes > 2040ull << 30)
        return vpc_bad(f, why, "at most 2040 GB");
    e = fixed ? create_fixed(f, how->bytes) : create_dynamic(f, how->bytes);
    return e ? file_say(f, e, why) : ERR_OK;
}

const struct block_format format_vpc = {
    .name = "vpc", .words = "VHD disk image", .alias = "vhd",
    .open = vpc_open, .create = vpc_create,
};
