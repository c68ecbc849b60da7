/* recordhead.c - the head of a record file: the machine's configuration, and
 * what its ROMs and media held at the start. */
#include "machine/time/record.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "machine/core/bytes.h"
#include "machine/media/embed.h"

const char record_magic[] = "ISABOXR\n";

/* ---- the fields of a configuration ---- */

enum config_kind { TEXT, U8, U16, U32, I64 };

#define FIELD_OF(m, kind) { #m, offsetof(struct pc_config, m), kind }
static const struct config_field {
    const char *name;
    size_t off;
    enum config_kind kind;
} config_fields[] = {
    FIELD_OF(cpu, TEXT), FIELD_OF(no_fpu, U8), FIELD_OF(ram_kib, U32),
    FIELD_OF(ps_per_insn, U32), FIELD_OF(rtc_start, I64), FIELD_OF(boot, TEXT),
    FIELD_OF(bios, TEXT), FIELD_OF(vga_bios, TEXT), FIELD_OF(builtin_disk, U8),
    FIELD_OF(builtin_start, U8), FIELD_OF(exit_port, U16),
    FIELD_OF(exit_size, U8), FIELD_OF(channels, U16), FIELD_OF(no_display, U8),
    FIELD_OF(machine, TEXT), FIELD_OF(nodefaults, U8),
};
#undef FIELD_OF

static const u32 config_size[] = { 0, 1, 2, 4, 8 };

static void put_field(struct buf *to, const char *name, const void *p, size_t n)
{
    buf_put(to, strlen(name), 1);
    buf_put_bytes(to, name, strlen(name));
    buf_put(to, n, 4);
    buf_put_bytes(to, p, n);
}

static void put_number(struct buf *to, const char *name, u64 v, u32 n)
{
    struct buf b = { 0 };

    buf_put(&b, v, n);
    put_field(to, name, b.p, b.len);
    buf_free(&b);
}

static u64 config_number(const struct pc_config *c,
                         const struct config_field *f)
{
    const u8 *p = (const u8 *)c + f->off;

    switch (f->kind) {
    case U8:  return *p;
    case U16: return *(const u16 *)(const void *)p;
    case U32: return *(const u32 *)(const void *)p;
    default:  return *(const u64 *)(const void *)p;
    }
}

static void put_config(struct buf *to, const struct pc_config *c)
{
    for (size_t n = 0; n < COUNT_OF(config_fields); n++) {
        const struct config_field *f = &config_fields[n];
        const char *text = NULL;

        if (f->kind != TEXT)
            put_number(to, f->name, config_number(c, f), config_size[f->kind]);
        else
            memcpy(&text, (const u8 *)c + f->off, sizeof text);
        if (text)
            put_field(to, f->name, text, strlen(text) + 1);
    }
    for (int n = 0; n < c->devices; n++)
        put_field(to, "device", c->device[n], strlen(c->device[n]) + 1);
}

static u64 recordhead_digest(const void *p, size_t n)
{
    return hash_bytes(n, p, n);
}

/* Of a drive whose medium was changed, what is in it now. */
static void what_is_in(const struct pc *pc, int n, struct pc_config *c)
{
    struct block *b = block_bottom(pc->disk[n]);
    struct pc_medium *m = &c->drive[n];

    if (!pc->another[n])
        return;
    if (n == PC_FDA)
        c->builtin_disk = false;
    *m = (struct pc_medium){ .path = b ? b->name : "", .cdrom = m->cdrom,
                             .on_read_error = pc->on_error[n].read,
                             .on_write_error = pc->on_error[n].write,
                             .readonly = b && pc->disk[n]->readonly };
}

static enum err put_drive(struct buf *to, struct pc *pc, int n,
                          const struct pc_medium *m, bool embed,
                          struct why *why)
{
    struct block *medium = block_bottom(pc->disk[n]);
    char name[] = "drive0";
    struct buf b = { 0 };
    enum err e = ERR_OK;

    if (!m->path)
        return ERR_OK;
    name[5] = (char)('0' + n);
    medium_put(&b, m, medium);
    if (embed && medium)
        e = embed_put(&b, medium, why);
    if (!e && b.len > PC_RECORD_MOST)
        e = err_say(why, ERR_RANGE, "%.150s: its copy is larger than a record "
                    "may be", m->path);
    to->failed |= b.failed;
    if (!e)
        put_field(to, name, b.p, b.len);
    buf_free(&b);
    return e;
}

enum err record_put_head(struct pc *pc, bool embed, struct buf *to,
                         struct why *why)
{
    struct pc_config c = pc->config;
    struct buf b = { 0 };
    u8 nvram[CLOCK_BYTES];
    enum err e = ERR_OK;

    for (int n = 0; n < PC_DRIVES; n++)
        what_is_in(pc, n, &c);
    put_config(&b, &c);
    put_number(&b, "bios_digest", recordhead_digest(pc->rom_file, pc->rom_size),
               8);
    put_number(&b, "vga_bios_digest",
               recordhead_digest(pc->vga_rom_file, pc->vga_rom_size), 8);
    if (*pc->nvram) {
        pc->roles.clock.ops->save(pc->roles.clock.dev, nvram);
        put_field(&b, "nvram", nvram, sizeof nvram);
    }
    for (int n = 0; n < PC_DRIVES && !e; n++)
        e = put_drive(&b, pc, n, &c.drive[n], embed, why);
    if (!e && b.len > PC_RECORD_MOST)
        e = err_say(why, ERR_RANGE, "the copies of the media are larger than "
                    "a record may be");
    buf_put_bytes(to, record_magic, RECORD_MAGIC);
    buf_put(to, RECORD_VERSION, 4);
    buf_put(to, b.len, 4);
    buf_put_bytes(to, b.p, b.len);
    buf_put(to, b.failed ? 0 : crc32_z(0, b.p, b.len), 4);
    to->failed |= b.failed;
    buf_free(&b);
    return e;
}

/* ---- reading it ---- */

struct got {                            /* a field */
    char name[256];
    const u8 *p;
    u32 n;
};

static bool get_field(struct buf *b, struct got *g)
{
    u32 n = (u32)buf_get(b, 1);
    const u8 *name = buf_get_bytes(b, n);

    if (!name)
        return false;
    memcpy(g->name, name, n);
    g->name[n] = 0;
    g->n = (u32)buf_get(b, 4);
    g->p = buf_get_bytes(b, g->n);
    return g->p;
}

static u64 got_number(const struct got *g)
{
    u64 v = 0;

    for (u32 i = g->n < 8 ? g->n : 8; i-- > 0; )
        v = v << 8 | g->p[i];
    return v;
}

static bool is_text(const struct got *g)
{
    return g->n && !g->p[g->n - 1];
}

static void recordhead_set_number(struct pc_config *c,
                                  const struct config_field *f, u64 v)
{
    u8 *p = (u8 *)c + f->off;

    switch (f->kind) {
    case U8:  *p = (u8)v; break;
    case U16: *(u16 *)(void *)p = (u16)v; break;
    case U32: *(u32 *)(void *)p = (u32)v; break;
    default:  *(u64 *)(void *)p = v; break;
    }
}

static bool take_config(struct pc_config *c, const struct got *g)
{
    for (size_t n = 0; n < COUNT_OF(config_fields); n++) {
        const struct config_field *f = &config_fields[n];

        if (strcmp(f->name, g->name))
            continue;
        if (f->kind != TEXT)
            recordhead_set_number(
                c, f,
                got_number(g) &
                    (f->kind == U8 && strstr(f->name, "start") == NULL &&
                             strstr(f->name, "size") == NULL
                         ? 1
                         : ~(u64)0));
        else if (is_text(g))
            *(const char **)(void *)((u8 *)c + f->off) = (const char *)g->p;
        else
            return false;
        return true;
    }
    return true;                        /* of a later version */
}

static enum err take_field(struct record_head *h, const struct got *g,
                           struct why *why)
{
    struct pc_config *c = &h->config;
    int d = g->name[5] - '0';

    if (!strncmp(g->name, "drive", 5) && d >= 0 && d < PC_DRIVES) {
        enum err e = medium_get(&h->drive[d], g->p, g->n, why);

        c->drive[d] = h->drive[d].m;
        return e;
    }
    if (!strcmp(g->name, "device") && is_text(g) &&
        c->devices < (int)COUNT_OF(h->device)) {
        h->device[c->devices++] = (const char *)g->p;
        return ERR_OK;
    }
    if (!strcmp(g->name, "bios_digest"))
        h->bios = got_number(g);
    if (!strcmp(g->name, "vga_bios_digest"))
        h->vga_bios = got_number(g);
    if (!strcmp(g->name, "nvram") && g->n == CLOCK_BYTES)
        h->nvram = g->p;
    return take_config(c, g) ? ERR_OK : err_say(why, ERR_FORMAT, "the record's "
                                                "head is damaged");
}

enum err record_get_head(struct record_head *h, const u8 *bytes, size_t n,
                         struct why *why)
{
    struct buf b = { (u8 *)(uintptr_t)bytes, RECORD_MAGIC, n, false };
    u32 version, size;
    struct got g;
    enum err e = ERR_OK;

    memset(h, 0, sizeof *h);
    pc_config_init(&h->config);
    h->config.device = h->device;
    if (n < RECORD_MAGIC + 12 || memcmp(bytes, record_magic, RECORD_MAGIC))
        return err_say(why, ERR_FORMAT, "not a record file of isabox");
    version = (u32)buf_get(&b, 4);
    if (version != RECORD_VERSION)
        return err_say(why, ERR_VERSION, "version %u; this program reads %d",
                       version, RECORD_VERSION);
    size = (u32)buf_get(&b, 4);
    if (size > n - b.len || n - b.len - size < 4)
        return err_say(why, ERR_FORMAT, "the record is cut off");
    h->entries = bytes + b.len + size + 4;
    h->size = n - b.len - size - 4;
    b.cap = b.len + size;
    if (crc32_z(0, b.p + b.len, size) != get_le32(h->entries - 4))
        return err_say(why, ERR_FORMAT, "the record's head is damaged");
    while (!e && b.len < b.cap)
        e = get_field(&b, &g) ? take_field(h, &g, why)
                              : err_say(why, ERR_FORMAT, "the record's head "
                                        "is damaged");
    return e;
}

/* ---- comparing ---- */

enum err record_check(struct pc *pc, const struct record_head *h,
                      struct why *why)
{
    enum err e = ERR_OK;

    if (recordhead_digest(pc->rom_file, pc->rom_size) != h->bios)
        return err_say(why, ERR_FORMAT, "%.150s: another BIOS than that of "
                       "the record", h->config.bios ? h->config.bios
                                                    : "the built-in BIOS");
    if (recordhead_digest(pc->vga_rom_file, pc->vga_rom_size) != h->vga_bios)
        return err_say(why, ERR_FORMAT, "%.150s: another VGA BIOS than that of "
                       "the record", h->config.vga_bios ? h->config.vga_bios
                                                        : "the built-in one");
    for (int n = 0; n < PC_DRIVES && !e; n++)
        if (h->drive[n].m.path)
            e = medium_check(&h->drive[n], block_bottom(pc->disk[n]), why);
    return e;
}
