/* fwcfg.c - the firmware configuration device that SeaBIOS looks for. */
#include "devices/debug/fwcfg.h"

#include <string.h>

enum { SELECT = 0, DATA = 1, ITEM_SIGNATURE = 0, ITEM_ID = 1,
       ITEM_DIRECTORY = 0x19, ITEM_FIRST_FILE = 0x20, ENTRY_SIZE = 64 };

static u8 big_endian(u32 v, u32 bytes, u32 at)
{
    return (u8)(v >> 8 * (bytes - 1 - at));
}

/* An entry: u32 size, u16 item, u16 zero, all big endian, then the name. */
static u8 entry_byte(const struct fwcfg *f, u32 n, u32 at)
{
    if (at < 4)
        return big_endian(f->file[n].size, 4, at);
    if (at < 6)
        return big_endian(ITEM_FIRST_FILE + n, 2, at - 4);
    return at < 8 ? 0 : (u8)f->file[n].name[at - 8];
}

static u8 directory_byte(const struct fwcfg *f, u32 at)
{
    if (at < 4)
        return big_endian(f->files, 4, at);
    at -= 4;
    return at / ENTRY_SIZE < f->files
               ? entry_byte(f, at / ENTRY_SIZE, at % ENTRY_SIZE) : 0;
}

static u8 item_byte(const struct fwcfg *f, u32 at)
{
    u32 n = f->s.item - (u32)ITEM_FIRST_FILE;

    switch (f->s.item) {
    case ITEM_SIGNATURE: return at < 4 ? (u8)"QEMU"[at] : 0;
    case ITEM_ID:        return at == 0;        /* the classic interface */
    case ITEM_DIRECTORY: return directory_byte(f, at);
    default:
        return n < f->files && at < f->file[n].size ? f->file[n].bytes[at] : 0;
    }
}

static u32 fwcfg_in(void *dev, u16 port, int size)
{
    struct fwcfg *f = dev;
    u8 v;

    (void)size;
    if (port != DATA)
        return 0xffff;
    v = item_byte(f, f->s.at);
    if (f->s.at != UINT32_MAX)
        f->s.at++;
    return v;
}

static void fwcfg_out(void *dev, u16 port, int size, u32 v)
{
    struct fwcfg *f = dev;

    (void)size;
    if (port != SELECT)
        return;
    f->s.item = (u16)v;
    f->s.at = 0;
}

static void fwcfg_reset(void *dev)
{
    struct fwcfg *f = dev;

    f->s = (struct fwcfg_state){ 0 };
}

void fwcfg_init(struct fwcfg *f, const struct dev_env *env)
{
    (void)env;
    fwcfg_reset(f);
}

bool fwcfg_add(struct fwcfg *f, const char *name, const u8 *bytes, u32 size)
{
    struct fwcfg_file *file = &f->file[f->files];

    if (f->files == FWCFG_FILES || strlen(name) >= FWCFG_NAME)
        return false;
    memcpy(file->name, name, strlen(name) + 1);
    file->bytes = bytes;
    file->size = size;
    f->files++;
    return true;
}

static const struct field fwcfg_fields[] = {
    FIELD(struct fwcfg_state, at, "next byte of the item"),
    FIELD(struct fwcfg_state, item, "item selected"),
    FIELD_ARRAY(struct fwcfg_state, spare, "zero"),
    FIELD_END
};
static const struct table fwcfg_table =
    { "fwcfg", sizeof(struct fwcfg_state), fwcfg_fields };

const struct dev_ops fwcfg_ops = {
    .name = "fwcfg", .state = &fwcfg_table, .reset = fwcfg_reset,
    .port_in = fwcfg_in, .port_out = fwcfg_out,
};
