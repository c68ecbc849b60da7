/* vdi.c - format vdi: images of VirtualBox, dynamic and fixed.
 *
 *   | header | table: a number for each block | block 0 | block 1 | ..
 *
 * A new block is the next number; the file is made that long and flushed
 * before the table names it.
 *
 * Reference: VirtualBox forum, "All about VDIs"; QEMU's docs name the same
 * fields. Not modelled: undo and differencing images. */
#include <stdlib.h>
#include <string.h>

#include "machine/block/chs.h"
#include "machine/block/chunks.h"
#include "machine/core/bytes.h"

enum {
    HEADER = 512, TYPE = 0x4c, TABLE_AT = 0x154, DATA_AT = 0x158,
    CYLINDERS = 0x15c, HEADS = 0x160, SECTORS = 0x164, SECTOR_SIZE = 0x168,
    DISK_SIZE = 0x170, BLOCK_SIZE = 0x178, BLOCKS = 0x180, USED = 0x184,
    IMAGE_ID = 0x188, LINK_ID = 0x1a8, DYNAMIC = 1, FIXED = 2,
    USUAL_BLOCK = 1 << 20, FIRST_FREE = 0xfffffffe, MOST_BLOCKS = 1 << 24,
};

struct vdi {
    struct chunks c;
    u64 table_at, data_at;
    u32 blocks, used;                   /* used: the next free number */
    u32 *table;
};

static enum err vdi_look_up(struct chunks *c, u64 chunk, u64 *at)
{
    const struct vdi *v = (const struct vdi *)c;

    *at = chunk >= v->blocks || v->table[chunk] >= FIRST_FREE
              ? 0 : v->data_at + v->table[chunk] * c->size;
    return ERR_OK;
}

static enum err vdi_add(struct chunks *c, u64 chunk, u64 *at)
{
    struct vdi *v = (struct vdi *)c;
    struct file *f = c->b.file;
    u8 word[4];
    enum err e;

    if (chunk >= v->blocks)
        return ERR_RANGE;
    *at = v->data_at + v->used * c->size;
    e = chunks_clear(f, *at, c->size);
    put_le32(word, v->used + 1);
    e = e ? e : file_write(f, USED, word, 4);
    e = e ? e : file_flush(f);
    put_le32(word, v->used);
    e = e ? e : file_write(f, v->table_at + 4 * chunk, word, 4);
    if (!e)
        v->table[chunk] = v->used++;
    return e;
}

static void vdi_release(struct chunks *c)
{
    free(((struct vdi *)c)->table);
    free(c);
}

static enum err vdi_bad(struct file *f, struct why *why, const char *words)
{
    return err_say(why, ERR_FORMAT, "%.120s: vdi: %s", f->name, words);
}

static enum err vdi_take_header(struct vdi *v, struct file *f, const u8 *h,
                                struct why *why)
{
    u32 type = get_le32(h + TYPE);
    u64 size = get_le64(h + DISK_SIZE);

    v->table_at = get_le32(h + TABLE_AT);
    v->data_at = get_le32(h + DATA_AT);
    v->blocks = get_le32(h + BLOCKS);
    v->c.size = get_le32(h + BLOCK_SIZE);
    v->c.subformat = type == FIXED ? "static" : "dynamic";
    v->c.b.sectors = size / SECTOR;
    v->c.b.cylinders = get_le32(h + CYLINDERS);
    v->c.b.heads = get_le32(h + HEADS);
    v->c.b.spt = get_le32(h + SECTORS);
    if (get_le32(h + 0x44) >> 16 != 1)
        return vdi_bad(f, why, "a version other than 1");
    if (type != DYNAMIC && type != FIXED)
        return vdi_bad(f, why, "a differencing image; VirtualBox can merge it");
    if (get_le32(h + SECTOR_SIZE) != SECTOR || v->c.size < SECTOR ||
        v->c.size > 256 << 20 || (v->c.size & (v->c.size - 1)))
        return vdi_bad(f, why, "the header is damaged: block size");
    if (v->blocks > MOST_BLOCKS || v->c.b.sectors == 0 ||
        size > v->blocks * v->c.size)
        return vdi_bad(f, why, "the header is damaged: disk size");
    if (v->table_at < HEADER || v->table_at > f->size ||
        v->blocks * 4ull > f->size - v->table_at ||
        v->data_at < v->table_at + v->blocks * 4ull)
        return vdi_bad(f, why, "the header is damaged: table");
    return ERR_OK;
}

static enum err vdi_read_table(struct vdi *v, struct file *f, struct why *why)
{
    u8 *raw = malloc(v->blocks * 4ull + 1);
    enum err e;

    v->table = calloc(v->blocks + 1ull, 4);
    e = raw && v->table ? file_read(f, v->table_at, raw, v->blocks * 4ull)
                        : ERR_NOMEM;
    for (u32 i = 0; i < v->blocks && !e; i++) {
        v->table[i] = get_le32(raw + 4ull * i);
        if (v->table[i] < FIRST_FREE && v->table[i] >= v->blocks)
            e = vdi_bad(f, why, "a block is outside of the file");
        else if (v->table[i] < FIRST_FREE && v->table[i] >= v->used)
            v->used = v->table[i] + 1;
    }
    free(raw);
    return e == ERR_FORMAT || !e ? e : file_say(f, e, why);
}

static enum err vdi_open(struct block **out, struct file *f,
                         const struct open_how *how, struct why *why)
{
    struct vdi *v = calloc(1, sizeof *v);
    u8 h[HEADER];
    enum err e;

    (void)how;
    if (!v)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->name);
    e = file_read(f, 0, h, sizeof h);
    e = e ? file_say(f, e, why) : vdi_take_header(v, f, h, why);
    e = e ? e : vdi_read_table(v, f, why);
    v->c.b.ops = &chunks_ops;
    v->c.look_up = vdi_look_up;
    v->c.add = vdi_add;
    v->c.release = vdi_release;
    if (e)
        vdi_release(&v->c);
    else
        *out = &v->c.b;
    return e;
}

/* ---- making ---- */

static void vdi_make_header(u8 *h, u64 bytes, u32 blocks, bool fixed)
{
    u64 table = (blocks * 4ull + SECTOR - 1) / SECTOR * SECTOR;

    strcpy((char *)h, "<<< Oracle VM VirtualBox Disk Image >>>\n");
    put_le32(h + 0x40, 0xbeda107f);
    put_le32(h + 0x44, 0x00010001);
    put_le32(h + 0x48, 0x180);
    put_le32(h + TYPE, fixed ? FIXED : DYNAMIC);
    put_le32(h + TABLE_AT, HEADER);
    put_le32(h + DATA_AT, (u32)((HEADER + table + 4095) & ~4095ull));
    put_le32(h + SECTOR_SIZE, SECTOR);
    put_le64(h + DISK_SIZE, bytes);
    put_le32(h + BLOCK_SIZE, USUAL_BLOCK);
    put_le32(h + BLOCKS, blocks);
    put_le32(h + USED, fixed ? blocks : 0);
    put_le64(h + IMAGE_ID, hash_bytes(1, h, IMAGE_ID));
    put_le64(h + IMAGE_ID + 8, hash_bytes(2, h, IMAGE_ID));
    put_le64(h + IMAGE_ID + 16, hash_bytes(3, h, IMAGE_ID));
    put_le64(h + IMAGE_ID + 24, hash_bytes(4, h, IMAGE_ID));
}

static enum err write_new(struct file *f, u64 bytes, bool fixed)
{
    u32 blocks = (u32)((bytes + USUAL_BLOCK - 1) / USUAL_BLOCK);
    u64 data = (HEADER + ((blocks * 4ull + SECTOR - 1) / SECTOR * SECTOR) +
                4095) & ~4095ull;
    u8 *p = calloc(1, data);
    enum err e;

    if (!p)
        return ERR_NOMEM;
    vdi_make_header(p, bytes, blocks, fixed);
    for (u32 i = 0; i < blocks; i++)
        put_le32(p + HEADER + 4ull * i, fixed ? i : 0xffffffff);
    e = file_write(f, 0, p, data);
    free(p);
    return !e && fixed ? file_resize(f, data + (u64)blocks * USUAL_BLOCK) : e;
}

static enum err vdi_create(struct file *f, const struct create_how *how,
                           struct why *why)
{
    bool fixed = how->subformat && (!strcmp(how->subformat, "static") ||
                                    !strcmp(how->subformat, "fixed"));
    enum err e;

    if (how->backing)
        return vdi_bad(f, why, "can't be backed by another image; qcow2 can");
    if (how->subformat && !fixed && strcmp(how->subformat, "dynamic"))
        return vdi_bad(f, why, "subformat: static or dynamic");
    if (how->bytes > (u64)MOST_BLOCKS * USUAL_BLOCK)
        return vdi_bad(f, why, "the disk is too large");
    e = write_new(f, how->bytes, fixed);
    return e ? file_say(f, e, why) : ERR_OK;
}

const struct block_format format_vdi = {
    .name = "vdi", .words = "VirtualBox disk image", .open = vdi_open,
    .create = vdi_create,
};
