/* damage_media.c - machines that boot from damaged media.
 *
 * Images are the built-in disk and those given as arguments, each with random
 * sectors, a wrong BPB, an odd size or an absurd partition table, as floppy
 * or hard disk. The CPU is slow, so that guest time is cheap. */
#include "tests/damage/damage.h"

enum { IMAGES = 16, MOST = 3 << 20, SLOW_PS = 250000, RUN_MS = 1200 };

struct image {
    uint8_t *p;
    size_t n;
};

static struct {
    char dir[PATH];
    struct image image[IMAGES];
    int images;
} me;

static bool read_image(const char *path, struct image *im)
{
    FILE *f = fopen(path, "rb");

    if (!f)
        return false;
    im->p = malloc(MOST);
    im->n = im->p ? fread(im->p, 1, MOST, f) : 0;
    fclose(f);
    return im->n > 0;
}

static bool begin(const char *dir, char **args)
{
    snprintf(me.dir, sizeof me.dir, "%s", dir);
    me.image[0] = (struct image){ calloc(1, 1474560), 1474560 };
    if (!me.image[0].p)
        return false;
    memcpy(me.image[0].p, rom_tour, rom_tour_size);
    for (me.images = 1; *args && me.images < IMAGES; args++)
        if (!read_image(*args, &me.image[me.images++]))
            return false;
    return true;
}

static void end(void)
{
    for (int i = 0; i < me.images; i++)
        free(me.image[i].p);
}

/* ---- damage ---- */

static void spoil_sectors(struct image *im, uint32_t *s)
{
    uint32_t sectors = (uint32_t)(im->n / 512);
    uint32_t most = below(s, 3) ? sectors : 40;     /* or where all begins */

    for (uint32_t n = 1 + below(s, 64); n && sectors; n--) {
        uint8_t *p = im->p + (size_t)512 * below(s, most < sectors ? most
                                                                  : sectors);
        uint32_t kind = below(s, 4);

        for (int i = 0; i < 512; i++)
            if (kind < 2)
                p[i] = kind ? 0xff : 0;
            else if (kind == 2 || below(s, 100) == 0)
                p[i] = (uint8_t)dice(s);
    }
}

/* Some fields of the BIOS parameter block, 0Bh to 24h. */
static void spoil_bpb(struct image *im, uint32_t *s)
{
    for (uint32_t n = 1 + below(s, 6); n; n--) {
        uint32_t at = 0x0b + below(s, 0x19);
        uint64_t v = odd_value(s);

        for (uint32_t i = 0; i < 1 + below(s, 4); i++)
            im->p[at + i] = (uint8_t)(v >> 8 * i);
    }
}

static void put32(uint8_t *p, uint64_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> 8 * i);
}

static void absurd_partitions(struct image *im, uint32_t *s)
{
    static const uint8_t types[] = { 0, 1, 4, 5, 6, 7, 0x0b, 0x0f, 0x83, 0xee };
    uint8_t *p = im->p + 0x1be;

    for (int i = 0; i < 4; i++, p += 16) {
        if (below(s, 4) == 0)
            continue;
        p[0] = (uint8_t)(below(s, 2) ? 0x80 : odd_value(s));
        put32(p, p[0] | odd_value(s) << 8);
        put32(p + 4, types[below(s, sizeof types)] | odd_value(s) << 8);
        put32(p + 8, odd_value(s));
        put32(p + 12, odd_value(s));
    }
    if (below(s, 8))
        im->p[510] = 0x55, im->p[511] = 0xaa;
}

static void odd_size(struct image *im, uint32_t *s)
{
    size_t n = below(s, 3) ? below(s, (uint32_t)im->n + 1)
                           : below(s, MOST);

    if (n > im->n)
        for (size_t i = im->n; i < n; i++)
            im->p[i] = (uint8_t)i;
    im->n = n;
}

static void spoil(struct image *im, uint32_t *s)
{
    if (below(s, 3))
        spoil_sectors(im, s);
    if (below(s, 3) == 0)
        spoil_bpb(im, s);
    if (below(s, 4) == 0)
        absurd_partitions(im, s);
    if (below(s, 4) == 0)
        odd_size(im, s);
}

/* ---- a case ---- */

static bool make_image(const char *path, uint32_t *s)
{
    const struct image *from = &me.image[below(s, (uint32_t)me.images)];
    struct image im = { calloc(1, MOST), from->n };
    bool ok;

    if (!im.p)
        return false;
    memcpy(im.p, from->p, from->n);
    spoil(&im, s);
    ok = file_make(path, im.p, im.n, 0);
    free(im.p);
    return ok;
}

static void choose(struct pc_config *c, const char *path, uint32_t *s)
{
    static const enum pc_drive drives[] = { PC_FDA, PC_FDA, PC_HDA, PC_HDA,
                                            PC_FDB, PC_HDB, PC_HDD };
    static const char *const cpus[] = { "8086", "286", "386", "486" };
    enum pc_drive d = drives[below(s, 7)];

    c->drive[d] = (struct pc_medium){ .path = path, .snapshot = true };
    if (below(s, 8) == 0)               /* another that is as bad */
        c->drive[PC_HDC] = (struct pc_medium){ .path = path, .snapshot = true };
    c->builtin_disk = d != PC_FDA && below(s, 4) == 0;
    c->boot = d >= PC_HDA ? "c" : "ac";
    c->cpu = cpus[below(s, 4)];
    c->ps_per_insn = SLOW_PS;
}

static void go(struct pc *pc, const char *path, uint32_t *s)
{
    struct pc_medium m = { .path = path, .snapshot = true };

    for (int i = 0; i < 6; i++) {
        pc_run(pc, RUN_MS / 6 * MS, 0);
        damage_look(pc, s);
        pc_key(pc, 0x1c, true);         /* Enter: on with it */
        pc_key(pc, 0x1c, false);
        if (i == 3 && below(s, 8) == 0)
            pc_insert(pc, PC_FDA, &m, NULL);
    }
}

static const char *run(uint32_t number)
{
    uint32_t s = first_seed(number);
    struct pc_config c = machine_config(NULL);
    char path[PATH + 20], why[PC_WHY] = "";
    struct pc_image_info info;
    const char *wrong = NULL;
    struct pc *pc;
    u64 before;

    c.out = NULL;
    snprintf(path, sizeof path, "%s/bad.img", me.dir);
    if (!make_image(path, &s))
        return "no room for an image";
    before = damage_file_hash(path);
    pc_image_info(path, &info, why);
    choose(&c, path, &s);
    if ((pc = pc_new(&c, why)))
        go(pc, path, &s);
    else if (!strstr(why, "bad.img"))
        wrong = "refused without naming the file";
    pc_free(pc);
    if (damage_file_hash(path) != before)
        wrong = "the image was written to";
    if (folder_count(me.dir) != 2)      /* the image and the current folder */
        wrong = "a file was made";
    return wrong;
}

const struct damage damage_media = { "media", begin, run, end };
