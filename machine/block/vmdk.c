/* vmdk.c - format vmdk: sparse images of VMware.
 *
 *   | header | descriptor | directory, tables (a copy) | directory, tables |
 *   | grain | grain | ..
 *
 * A grain, 64 KB as a rule, is found by a directory of tables of 512 places.
 * The file is made longer by a grain and flushed before both tables name it.
 * Stream-optimized images, whose grains are packed, are read only.
 *
 * Reference: VMware, Virtual Disk Format 5.0.
 * Not modelled: delta links, ESX's sparse extents, the change of the CID. */
#include "machine/block/vmdk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "machine/block/chs.h"
#include "machine/core/bytes.h"
#include "machine/host/host.h"

enum {
    HEADER = 512, NO_NEWLINE_TEST = 1, USE_COPY = 2, ZERO_GRAINS = 4,
    PACKED = 0x10000, TABLE = 512, TEXT_AT = 1, TEXT_SECTORS = 20,
    USUAL_GRAIN = 128, MOST_TABLES = 1 << 20, MOST_TEXT = 64 << 10,
    FOOTER_BACK = 1024, ZERO_GRAIN = 1,
};
#define AT_END UINT64_MAX               /* the directory is: see the footer */

struct sparse {
    struct chunks c;
    u32 flags, tables;
    u32 *directory, *copy;              /* sectors of tables; copy: NULL */
    u32 loaded;                         /* table in `table`, plus 1 */
    u32 table[TABLE];
};

/* ---- grains ---- */

static enum err vmdk_load_table(struct sparse *s, u32 n)
{
    u8 raw[TABLE * 4];
    enum err e;

    if (s->loaded == n + 1)
        return ERR_OK;
    s->loaded = 0;
    e = file_read(s->c.b.file, s->directory[n] * (u64)SECTOR, raw, sizeof raw);
    for (int i = 0; i < TABLE && !e; i++)
        s->table[i] = get_le32(raw + 4 * i);
    if (!e)
        s->loaded = n + 1;
    return e;
}

static enum err sparse_look_up(struct chunks *c, u64 chunk, u64 *at)
{
    struct sparse *s = (struct sparse *)c;
    u32 n = (u32)(chunk / TABLE), grain;
    enum err e;

    *at = 0;
    if (chunk / TABLE >= s->tables || !s->directory[n])
        return ERR_OK;
    e = vmdk_load_table(s, n);
    grain = s->table[chunk % TABLE];
    if (!e && !(grain == ZERO_GRAIN && (s->flags & ZERO_GRAINS)))
        *at = grain * (u64)SECTOR;
    return block_file_error(&c->b, c->b.file, e);
}

static enum err sparse_add(struct chunks *c, u64 chunk, u64 *at)
{
    struct sparse *s = (struct sparse *)c;
    struct file *f = c->b.file;
    u32 n = (u32)(chunk / TABLE), i = (u32)(chunk % TABLE);
    u8 word[4];
    enum err e = ERR_OK;

    if (chunk / TABLE >= s->tables || !s->directory[n])
        return block_damaged(&c->b, "grain directory, entry", chunk / TABLE);
    *at = (f->size + SECTOR - 1) / SECTOR * SECTOR;
    if (*at / SECTOR > UINT32_MAX)
        return ERR_FULL;
    e = file_resize(f, *at + c->size);
    e = e ? e : file_flush(f);
    put_le32(word, (u32)(*at / SECTOR));
    if (!e && s->copy && s->copy[n])
        e = file_write(f, s->copy[n] * (u64)SECTOR + 4 * i, word, 4);
    e = e ? e : file_write(f, s->directory[n] * (u64)SECTOR + 4 * i, word, 4);
    e = e ? e : vmdk_load_table(s, n);
    if (!e)
        s->table[i] = (u32)(*at / SECTOR);
    return e;
}

/* A packed grain: where it belongs, its size, a zlib stream. */
static enum err sparse_unpack(struct chunks *c, u64 at, u8 *to)
{
    u8 head[12], *raw;
    uLongf n = (uLongf)c->size;
    u32 size;
    enum err e = file_read(c->b.file, at, head, sizeof head);

    size = get_le32(head + 8);
    if (e || size > 2 * c->size + 1024)
        return e ? e : block_damaged(&c->b, "packed grain at byte", at);
    raw = malloc(size + 1);
    if (!raw)
        return ERR_NOMEM;
    e = file_read(c->b.file, at + sizeof head, raw, size);
    if (!e && (uncompress(to, &n, raw, size) != Z_OK))
        e = block_damaged(&c->b, "packed grain at byte", at);
    if (!e)
        memset(to + n, 0, c->size - n);
    free(raw);
    return e;
}

static void sparse_release(struct chunks *c)
{
    struct sparse *s = (struct sparse *)c;

    free(s->directory);
    free(s->copy);
    free(s);
}

/* ---- opening ---- */

static enum err vmdk_bad(struct file *f, struct why *why, const char *words)
{
    return err_say(why, ERR_FORMAT, "%.120s: vmdk: %s", f->name, words);
}

static enum err read_directory(struct sparse *s, struct file *f, u64 sector,
                               u32 **out, struct why *why)
{
    u8 *raw;
    enum err e;

    if (sector > f->size / SECTOR ||
        s->tables * 4ull > f->size - sector * SECTOR)
        return vmdk_bad(f, why, "the directory is not in the file");
    *out = calloc(s->tables + 1ull, 4);
    raw = malloc(s->tables * 4ull + 1);
    e = *out && raw ? file_read(f, sector * SECTOR, raw, s->tables * 4ull)
                    : ERR_NOMEM;
    for (u32 i = 0; i < s->tables && !e; i++)
        (*out)[i] = get_le32(raw + 4ull * i);
    free(raw);
    return e ? file_say(f, e, why) : ERR_OK;
}

static enum err vmdk_take_header(struct sparse *s, struct file *f, const u8 *h,
                                 struct why *why)
{
    u64 grain = get_le64(h + 20), sectors = get_le64(h + 12), tables;

    s->flags = get_le32(h + 8);
    s->c.b.sectors = sectors;
    s->c.size = grain * SECTOR;
    s->c.subformat = s->flags & PACKED ? "streamOptimized"
                                       : "monolithicSparse";
    if (memcmp(h, "KDMV", 4) || get_le32(h + 4) < 1 || get_le32(h + 4) > 3)
        return vmdk_bad(f, why, "a version other than 1 to 3");
    if (grain < 8 || grain > 32768 || (grain & (grain - 1)) ||
        get_le32(h + 44) != TABLE || sectors == 0 ||
        sectors > (u64)1 << 50)
        return vmdk_bad(f, why, "the header is damaged: sizes");
    tables = (sectors + grain * TABLE - 1) / (grain * TABLE);
    if (tables > MOST_TABLES)
        return vmdk_bad(f, why, "the header is damaged: tables");
    s->tables = (u32)tables;
    return ERR_OK;
}

static void read_geometry(struct block *b, struct file *f, const u8 *h)
{
    u64 at = get_le64(h + 28), n = get_le64(h + 36);
    char *text;

    if (at == 0 || at > f->size / SECTOR || n > MOST_TEXT / SECTOR)
        return;
    text = calloc(1, n * SECTOR + 1);
    if (text && !file_read(f, at * SECTOR, text, n * SECTOR))
        vmdk_geometry(b, text);
    free(text);
}

static enum err vmdk_read_header(struct sparse *s, struct file *f,
                                 struct why *why)
{
    u8 h[HEADER];
    enum err e = file_read(f, 0, h, sizeof h);

    if (!e && get_le64(h + 56) == AT_END && f->size > FOOTER_BACK)
        e = file_read(f, f->size - FOOTER_BACK, h, sizeof h);
    if (e)
        return file_say(f, e, why);
    e = vmdk_take_header(s, f, h, why);
    if (!e)
        read_geometry(&s->c.b, f, h);
    e = e ? e : read_directory(s, f, get_le64(h + 56), &s->directory, why);
    if (!e && (s->flags & USE_COPY) && !(s->flags & PACKED))
        e = read_directory(s, f, get_le64(h + 48), &s->copy, why);
    return e;
}

enum err vmdk_open_sparse(struct block **out, struct file *f, bool readonly,
                          struct why *why)
{
    struct sparse *s = calloc(1, sizeof *s);
    enum err e;

    if (!s)
        return err_say(why, ERR_NOMEM, "%.120s: out of memory", f->name);
    e = vmdk_read_header(s, f, why);
    if (!e && (s->flags & PACKED) && !readonly)
        e = err_say(why, ERR_RDONLY, "%.120s: a stream-optimized vmdk can "
                    "only be read: -snapshot or readonly=on takes it",
                    f->name);
    s->c.b.ops = &chunks_ops;
    s->c.look_up = sparse_look_up;
    s->c.add = sparse_add;
    s->c.unpack = s->flags & PACKED ? sparse_unpack : NULL;
    s->c.release = sparse_release;
    if (e)
        sparse_release(&s->c);
    else
        *out = &s->c.b;
    return e;
}

static enum err vmdk_open(struct block **out, struct file *f,
                          const struct open_how *how, struct why *why)
{
    char head[4];
    enum err e = file_read(f, 0, head, sizeof head);

    if (e)
        return file_say(f, e, why);
    if (!memcmp(head, "KDMV", 4))
        return vmdk_open_sparse(out, f, how->readonly, why);
    if (!memcmp(head, "COWD", 4))
        return vmdk_bad(f, why,
                        "a sparse extent of ESX; 'qemu-img convert' may "
                        "read it");
    return vmdk_open_text(out, f, how, why);
}

/* ---- making ---- */

static void make_text(char *text, size_t room, const char *name, u64 sectors)
{
    u64 cylinders = sectors / (16 * 63);

    snprintf(text, room,
             "# Disk DescriptorFile\nversion=1\nCID=%08x\nparentCID=ffffffff\n"
             "createType=\"monolithicSparse\"\n\n# Extent description\n"
             "RW %" PRIu64 " SPARSE \"%s\"\n\n# The Disk Data Base\n#DDB\n\n"
             "ddb.virtualHWVersion = \"4\"\n"
             "ddb.geometry.cylinders = \"%" PRIu64 "\"\n"
             "ddb.geometry.heads = \"16\"\nddb.geometry.sectors = \"63\"\n"
             "ddb.adapterType = \"ide\"\n",
             (u32)hash_bytes(sectors, name, strlen(name)) | 1, sectors,
             path_base(name), cylinders < 16383 ? cylinders : 16383);
}

struct places { u64 tables, directory, copy, end; };   /* in sectors */

static struct places vmdk_lay_out(u64 sectors)
{
    struct places p;
    u64 size;

    p.tables = (sectors + USUAL_GRAIN * TABLE - 1) / (USUAL_GRAIN * TABLE);
    size = (p.tables * 4 + SECTOR - 1) / SECTOR;
    p.copy = TEXT_AT + TEXT_SECTORS;
    p.directory = p.copy + size + p.tables * 4;
    p.end = p.directory + size + p.tables * 4;
    p.end = (p.end + USUAL_GRAIN - 1) / USUAL_GRAIN * USUAL_GRAIN;
    return p;
}

static void vmdk_make_header(u8 *h, u64 sectors, const struct places *p)
{
    memcpy(h, "KDMV", 4);
    put_le32(h + 4, 1);
    put_le32(h + 8, NO_NEWLINE_TEST | USE_COPY);
    put_le64(h + 12, sectors);
    put_le64(h + 20, USUAL_GRAIN);
    put_le64(h + 28, TEXT_AT);
    put_le64(h + 36, TEXT_SECTORS);
    put_le32(h + 44, TABLE);
    put_le64(h + 48, p->copy);
    put_le64(h + 56, p->directory);
    put_le64(h + 64, p->end);
    memcpy(h + 73, "\n \r\n", 4);       /* who changes line ends is found */
}

static enum err write_directory(struct file *f, u64 at, u64 tables)
{
    u64 size = (tables * 4 + SECTOR - 1) / SECTOR;
    u8 *p = calloc(size, SECTOR);
    enum err e;

    if (!p)
        return ERR_NOMEM;
    for (u64 i = 0; i < tables; i++)
        put_le32(p + 4 * i, (u32)(at + size + 4 * i));
    e = file_write(f, at * SECTOR, p, size * SECTOR);
    free(p);
    return e;
}

static enum err vmdk_create(struct file *f, const struct create_how *how,
                            struct why *why)
{
    u64 sectors = how->bytes / SECTOR;
    struct places p = vmdk_lay_out(sectors);
    u8 head[(TEXT_AT + TEXT_SECTORS) * SECTOR] = { 0 };
    enum err e;

    if (how->backing)
        return vmdk_bad(f, why, "can't be backed by another image; qcow2 can");
    if (how->subformat && strcmp(how->subformat, "monolithicSparse"))
        return vmdk_bad(f, why, "subformat: monolithicSparse");
    if (p.tables > MOST_TABLES / 32)
        return vmdk_bad(f, why, "the disk is too large");
    vmdk_make_header(head, sectors, &p);
    make_text((char *)head + SECTOR, TEXT_SECTORS * SECTOR, f->name, sectors);
    e = file_write(f, 0, head, sizeof head);
    e = e ? e : write_directory(f, p.copy, p.tables);
    e = e ? e : write_directory(f, p.directory, p.tables);
    e = e ? e : file_resize(f, p.end * SECTOR);
    return e ? file_say(f, e, why) : ERR_OK;
}

const struct block_format format_vmdk = {
    .name = "vmdk", .words = "VMware disk image", .open = vmdk_open,
    .create = vmdk_create, .follows = true,
};
