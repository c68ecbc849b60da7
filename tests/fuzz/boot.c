/* boot.c - images with whatever boot sector, partition table and BPB: what the
 * program says of them is possible, and a machine tries to boot them.
 *
 * Input: size of the image, options, then its first sectors; these come again
 * where the first sector says that a partition begins. */
#include "tests/fuzz/small.h"
#include "machine/block/chs.h"
#include "machine/media/image.h"

enum { MOST = 8 * SECTOR, TABLE = 446, ROW = 16, BOOT_MS = 50, POST_MS = 300 };
enum { OPT_READONLY = 1, OPT_HARD_DISK = 2, OPT_GIVEN = 4, OPT_MARK = 8 };

static const u32 sectors[] = {
    2880, 720, 1440, 2400, 5760, 320, 1, 8, 333, 2048, 20480, 40960, 65536,
    1032192, 4194304, 16,
};

/* ---- the image ---- */

static u32 get32(const u8 *p)
{
    return (u32)p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24;
}

static void put_image(const char *path, const u8 *p, size_t n, u32 total)
{
    FILE *f = fopen(path, "wb");

    if (!f || fwrite(p, 1, n, f) != n)
        found("no image");
    for (u32 row = 0; n >= SECTOR && row < 4; row++) {
        u32 first = get32(p + TABLE + row * ROW + 8);

        if (first >= MOST / SECTOR && first < total &&
            fseek(f, (long)first * SECTOR, SEEK_SET) == 0)
            fwrite(p + SECTOR, 1, n - SECTOR, f);
    }
    fclose(f);
    if (truncate(path, (off_t)total * SECTOR) != 0)
        found("no image");
}

/* ---- what is said of it ---- */

static void check_chs(const struct chs *g, u32 most_heads, const char *whose)
{
    if (!g->cylinders || g->cylinders > 16383 || !g->heads ||
        g->heads > most_heads || !g->sectors || g->sectors > 63)
        found("%s: %u cylinders, %u heads, %u sectors", whose, g->cylinders,
              g->heads, g->sectors);
}

static bool check_info(const char *path)
{
    struct pc_image_info info;
    struct image_info i;
    struct why why;
    struct block *b;
    struct disk_geometry d;

    if (image_info(path, &i, &why) != ERR_OK)
        return false;
    pc_image_info(path, &info, NULL);
    if (!i.floppy)
        check_chs(&i.chs, 16, "a hard disk");
    else if (!i.format.cylinders || !i.format.heads || i.format.heads > 2 ||
             !i.format.sectors)
        found("a floppy of %u cylinders, %u heads, %u sectors",
              i.format.cylinders, i.format.heads, i.format.sectors);
    if (i.bios_heads > 256)
        found("the BIOS shows %u heads", i.bios_heads);
    if (block_open_raw(&b, path, true, &why) != ERR_OK)
        return false;
    d = disk_guess(b, NULL, TRANS_AUTO);
    check_chs(&d.drive, 16, "a disk by force");
    block_close(b);
    return i.floppy;
}

/* ---- booting ---- */

static bool at_boot_sector(struct pc *pc)
{
    return pc->cpu->s.seg[CS].base + pc->cpu->s.eip < 0xa0000;
}

/* At a slow pace, for the host's sake; POST of so little memory is short. */
static void boot(const struct pc_config *c)
{
    char why[PC_WHY];
    struct pc *pc = pc_new(c, why);

    if (!pc)
        return;                         /* the image is refused, in words */
    for (int ms = 0; ms < POST_MS && !at_boot_sector(pc); ms += 10)
        pc_run(pc, 10 * MS, 0);
    pc_run(pc, BOOT_MS * MS, 0);
    pc_screen(pc);
    pc_free(pc);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct input_bytes in = { data, size };
    u32 total = sectors[take(&in, 1) % COUNT_OF(sectors)];
    u32 options = take(&in, 1);
    const char *path = in_folder("image");
    struct pc_config c = small_config();
    struct pc_medium m = medium(path);
    u8 image[MOST] = { 0 };
    size_t n = in.n < MOST ? in.n : MOST;
    bool floppy;

    memcpy(image, in.p, n);
    if (options & OPT_MARK)
        memcpy(image + SECTOR - 2, "\x55\xaa", 2);
    n = n < SECTOR ? SECTOR : n;
    n = n < (size_t)total * SECTOR ? n : (size_t)total * SECTOR;
    put_image(path, image, n, total);
    floppy = check_info(path) && !(options & OPT_HARD_DISK);
    m.readonly = options & OPT_READONLY;
    if (options & OPT_GIVEN) {
        m.heads = options >> 4;
        m.sectors = (u8)(options & 16 ? 17 : 63);
        m.translation = options >> 5 & 7;
    }
    c.drive[floppy ? PC_FDA : PC_HDA] = m;
    c.ps_per_insn = 500000;
    c.boot = floppy ? "a" : "c";
    boot(&c);
    remove(path);
    return 0;
}
