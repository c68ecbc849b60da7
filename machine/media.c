/* media.c - images in drives: opening, inserting, ejecting. */
#include "machine/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "roms/roms.h"

/* What the guest writes to the missing part of an image would be lost. */
static enum err whole(struct block *b, struct why *why)
{
    u64 claimed = chs_claimed(b);

    if (b->readonly || claimed <= b->sectors)
        return ERR_OK;
    return err_say(why, ERR_FORMAT, "%.120s: file is too short: it has %llu of "
                   "%llu sectors (-snapshot takes it)", b->name,
                   (unsigned long long)b->sectors,
                   (unsigned long long)claimed);
}

static enum err open_file(struct block **out, const struct pc_medium *m,
                          struct why *why)
{
    bool readonly = m->readonly || m->snapshot;

    if (!m->format)
        return block_open_image(out, m->path, readonly, why);
    if (strcmp(m->format, "raw") == 0)
        return block_open_raw(out, m->path, readonly, why);
    return err_say(why, ERR_FORMAT, "%.120s: format %.40s: raw is the only "
                   "one that isabox reads", m->path, m->format);
}

enum err media_open_one(struct block **out, const struct pc_medium *m,
                        struct why *why)
{
    struct block *raw;
    enum err e = open_file(&raw, m, why);

    *out = NULL;
    if (e)
        return e;
    e = whole(raw, why);
    if (e) {
        block_close(raw);
        return e;
    }
    if (!m->snapshot) {
        *out = raw;
        return ERR_OK;
    }
    e = block_open_overlay(out, raw, why);
    if (e)
        block_close(raw);
    return e;
}

bool floppy_fits(u8 drive, const struct floppy_format *f)
{
    switch (drive) {
    case DRIVE_360K:  return f->drive == DRIVE_360K;
    case DRIVE_1200K: return f->drive == DRIVE_360K || f->drive == DRIVE_1200K;
    case DRIVE_720K:  return f->drive == DRIVE_720K;
    case DRIVE_1440K: return f->drive == DRIVE_720K || f->drive == DRIVE_1440K;
    case DRIVE_2880K: return f->drive == DRIVE_720K ||
                             f->drive == DRIVE_1440K || f->drive == DRIVE_2880K;
    default:          return false;
    }
}

/* The drive that a medium asks for: one of that size, and for the 3.5 inch
 * ones at least the usual 1.44 MB drive. */
static u8 drive_for(const struct floppy_format *f)
{
    return f->drive == DRIVE_720K ? DRIVE_1440K : f->drive;
}

/* ---- drives A: and B: on the first controller ---- */

static bool media_fit(struct pc *pc, int n, u8 type)
{
    if (pc->roles.floppy[0].ops)
        pc->roles.floppy[0].ops->fit(pc->roles.floppy[0].dev, n, type);
    return pc->roles.floppy[0].ops != NULL;
}

u8 media_drive(const struct pc *pc, int n)
{
    return pc->roles.floppy[0].ops
               ? pc->roles.floppy[0].ops->type(pc->roles.floppy[0].dev, n) : 0;
}

void media_put_in(struct pc *pc, int n, struct block *b,
                  const struct floppy_format *f)
{
    if (pc->roles.floppy[0].ops)
        pc->roles.floppy[0].ops->insert(pc->roles.floppy[0].dev, n, b, f);
}

void media_take_out(struct pc *pc, int n)
{
    if (pc->roles.floppy[0].ops)
        pc->roles.floppy[0].ops->eject(pc->roles.floppy[0].dev, n);
}

static enum err no_bus(struct why *why, const char *what)
{
    return err_say(why, ERR_MISSING, "the machine has no %s controller for "
                   "this drive", what);
}

static enum err insert_floppy(struct pc *pc, int n, struct block *b,
                              struct why *why)
{
    struct floppy_format f;

    if (!floppy_format_of(b, &f))
        return err_say(why, ERR_RANGE, "%s: larger than any floppy disk",
                       b->name);
    if (!media_fit(pc, n, drive_for(&f)))
        return no_bus(why, "floppy");
    media_put_in(pc, n, b, &f);
    return ERR_OK;
}

enum { TOUR_START = 0x1f8, TOUR_SECTORS = 2880 };   /* see roms/tour/boot.asm */

static enum err open_builtin(struct block **out, u8 start, struct why *why)
{
    u8 *bytes = malloc(rom_tour_size);
    enum err e;

    if (!bytes)
        return err_say(why, ERR_NOMEM, "out of memory");
    memcpy(bytes, rom_tour, rom_tour_size);
    bytes[TOUR_START] = start;
    e = block_open_memory(out, bytes, rom_tour_size, TOUR_SECTORS,
                          "the built-in disk", why);
    free(bytes);
    return e;
}

static enum err open_floppy(struct pc *pc, int n, struct why *why)
{
    const struct pc_medium *m = &pc->config.drive[PC_FDA + n];
    enum err e;

    if (n == 0 && pc->config.builtin_disk)
        e = open_builtin(&pc->disk[n], pc->config.builtin_start, why);
    else if (!m->path && n == 1)
        return ERR_OK;
    else if (!m->path || !*m->path) {
        media_fit(pc, n, DRIVE_1440K);
        return ERR_OK;
    } else
        e = media_open_one(&pc->disk[n], m, why);
    return e ? e : insert_floppy(pc, n, pc->disk[n], why);
}

static enum err open_disk(struct pc *pc, int n, struct why *why)
{
    const struct pc_medium *m = &pc->config.drive[PC_HDA + n];
    struct block **b = &pc->disk[PC_HDA + n];
    enum err e;

    if (!m->path)
        return ERR_OK;
    e = media_open_one(b, m, why);
    if (e)
        return e;
    if ((*b)->sectors == 0)
        return err_say(why, ERR_FORMAT, "%s: the image is empty", m->path);
    if (!pc->roles.disk[n / 2].ops)
        return no_bus(why, "disk");
    pc->roles.disk[n / 2].ops->attach(pc->roles.disk[n / 2].dev, n % 2, *b,
                                      NULL, NULL);
    return ERR_OK;
}

enum err media_open(struct pc *pc, struct why *why)
{
    enum err e = ERR_OK;

    for (int n = 0; n < FLOPPIES && !e; n++)
        e = open_floppy(pc, n, why);
    for (int n = 0; n < 4 && !e; n++)
        e = open_disk(pc, n, why);
    return e;
}

void media_close(struct pc *pc)
{
    for (int n = 0; n < PC_DRIVES; n++)
        block_close(pc->disk[n]);
    for (int n = 0; n < FLOPPIES; n++)
        block_close(pc->next_disk[n]);
}
