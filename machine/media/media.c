/* media.c - images in drives: opening, inserting, ejecting. */
#include "machine/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/block/format.h"
#include "machine/folder/folder.h"
#include "machine/iso/isodisc.h"
#include "machine/media/embed.h"
#include "machine/media/storage.h"
#include "machine/time/migrate.h"
#include "roms/roms.h"

/* What the guest writes to the missing part of an image would be lost. */
static enum err media_whole(struct block *b, struct why *why)
{
    u64 claimed = chs_claimed(b);

    if (b->readonly || claimed <= b->sectors)
        return ERR_OK;
    return err_say(why, ERR_FORMAT, "%.120s: file is too short: it has %llu of "
                   "%llu sectors (-snapshot takes it)", b->name,
                   (unsigned long long)b->sectors,
                   (unsigned long long)claimed);
}

/* A folder lies in memory anyway: without rw, and with snapshot, that is where
 * its writes stay. */
static enum err media_open_folder(struct block **out,
                                  const struct pc_medium *m,
                                  struct folder_how how, struct why *why)
{
    enum err e;

    how.writable &= !m->readonly && !m->snapshot;
    how.spill = m->spill;
    how.most = m->snapshot_max;
    e = folder_open(out, &how, why);
    if (e)
        return e;
    (*out)->readonly = m->readonly;
    (*out)->unsafe = m->cache == PC_CACHE_UNSAFE;
    (*out)->through = m->cache == PC_CACHE_WRITETHROUGH;
    return ERR_OK;
}

static struct folder_how media_folder(const struct pc_medium *m)
{
    return folder_parse(m->storage || m->copy ? NULL : m->path);
}

static enum err media_open_file(struct block **out, const struct pc_medium *m,
                                struct why *why)
{
    struct folder_how folder = media_folder(m);
    const char *disc = m->storage || m->copy ? NULL : isodisc_parse(m->path);
    struct open_how how = { .format = m->format, .disk = !m->cdrom,
                            .readonly = m->readonly || m->snapshot ||
                                        m->looked_at,
                            .shared = m->looked_at };
    enum err e;

    if (m->copy)
        return embed_open(out, m->path, m->copy, m->copy_size, why);
    if (folder.dir)
        return media_open_folder(out, m, folder, why);
    if (disc)
        return isodisc_open(out, disc, m->format, why);
    e = m->storage ? storage_open(out, m->path, m->storage, &how, why)
                   : block_open(out, m->path, &how, why);
    if (e)
        return e;
    (*out)->unsafe = m->cache == PC_CACHE_UNSAFE;
    (*out)->through = m->cache == PC_CACHE_WRITETHROUGH;
    return ERR_OK;
}

/* With snapshot, writes stay in memory above the image, which is taken over. */
static enum err media_finish(struct block **out, struct block *image,
                             const struct pc_medium *m, struct why *why)
{
    enum err e;

    *out = image;
    if (!m->snapshot || image->ops->poke)
        return ERR_OK;
    e = block_open_overlay(out, image, why);
    if (e)
        block_close(image);
    else if (m->spill)
        block_limit_overlay(*out, m->snapshot_max, m->spill);
    return e;
}

static struct chs given_chs(const struct pc_medium *m)
{
    return (struct chs){ m->cylinders, m->heads, m->sectors };
}

/* The format of a floppy: the geometry that the user has given, and what was
 * found for those numbers that he has not. */
static enum err floppy_format(struct block *b, const struct pc_medium *m,
                              struct floppy_format *f, struct why *why)
{
    struct chs g = given_chs(m);
    bool fits = floppy_format_of(b, f);

    if (fits && (g.cylinders || g.heads || g.sectors)) {
        g.heads = g.heads ? g.heads : f->heads;
        g.sectors = g.sectors ? g.sectors : f->sectors;
        g.cylinders = g.cylinders ? g.cylinders : f->cylinders;
        if (!floppy_format_from(&g, f))
            return err_say(why, ERR_RANGE, "%.120s: no floppy drive has %u "
                           "cylinders, %u heads, %u sectors", b->name,
                           g.cylinders, g.heads, g.sectors);
    }
    return fits ? ERR_OK : err_say(why, ERR_RANGE, "%s: larger than any "
                                   "floppy disk", b->name);
}

/* A drive for disks takes no disc. */
static enum err not_disc(struct block *b, struct why *why)
{
    return b->disc ? err_say(why, ERR_FORMAT, "%.120s: an image of a CD; "
                             "-cdrom takes it", b->name) : ERR_OK;
}

/* Its sectors tell its geometry. What could not be read is not guessed. */
static enum err media_told(struct block *b, struct why *why)
{
    return b->lacked ? err_say(why, b->lacked, "%.150s: %s", b->name,
                               block_error(b, b->lacked)) : ERR_OK;
}

/* What a short image lacks is there all the same: zeros, and the file grows
 * when a guest writes there. */
enum err media_open_floppy(struct block **out, struct floppy_format *f,
                           const struct pc_medium *m, struct why *why)
{
    struct block *b;
    struct folder_how folder = media_folder(m);
    enum err e;

    *out = NULL;
    folder.floppy = true;
    e = folder.dir ? media_open_folder(&b, m, folder, why)
                   : media_open_file(&b, m, why);
    if (e)
        return e;
    e = not_disc(b, why);
    e = e ? e : floppy_format(b, m, f, why);
    e = e ? e : media_told(b, why);
    if (e) {
        block_close(b);
        return e;
    }
    if (b->sectors < floppy_sectors(f))
        block_lengthen(b, floppy_sectors(f));
    return media_finish(out, b, m, why);
}

static enum err disk_geometry(struct block *b, const struct pc_medium *m,
                              struct disk_geometry *d, struct why *why)
{
    static const u8 how[PC_TRANSLATIONS] = { TRANS_AUTO, TRANS_NONE, TRANS_LBA,
                                             TRANS_LARGE, TRANS_RECHS };
    struct chs g = given_chs(m);

    if (g.sectors > 63 || g.cylinders > 16383 ||
        m->translation >= PC_TRANSLATIONS)
        return err_say(why, ERR_RANGE, "%.120s: a hard disk has at most 16383 "
                       "cylinders, 255 heads, 63 sectors", b->name);
    *d = disk_guess(b, &g, (enum chs_translation)how[m->translation]);
    if ((u64)d->drive.cylinders * d->drive.heads * d->drive.sectors >
            b->sectors && g.cylinders)
        return err_say(why, ERR_RANGE, "%.120s: %u cylinders, %u heads, %u "
                       "sectors are more than its %llu sectors", b->name,
                       d->drive.cylinders, d->drive.heads, d->drive.sectors,
                       (unsigned long long)b->sectors);
    return ERR_OK;
}

static enum err open_hard_disk(struct block **out, struct disk_geometry *d,
                               const struct pc_medium *m, struct why *why)
{
    struct block *b;
    enum err e = media_open_file(&b, m, why);

    *out = NULL;
    if (e)
        return e;
    e = not_disc(b, why);
    e = e ? e : media_whole(b, why);
    e = e ? e : disk_geometry(b, m, d, why);
    e = e ? e : media_told(b, why);
    if (e) {
        block_close(b);
        return e;
    }
    return media_finish(out, b, m, why);
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
static u8 media_drive_for(const struct floppy_format *f)
{
    return f->drive == DRIVE_720K ? DRIVE_1440K : f->drive;
}

/* A disc can't be written to, so that nothing has to be said of it. A folder can
 * only be one thing here. */
static enum err open_disc(struct block **out, const struct pc_medium *m,
                          struct why *why)
{
    struct pc_medium read = *m;
    enum err e;

    *out = NULL;
    read.cdrom = read.readonly = true;
    read.snapshot = false;
    if (!m->storage && !m->copy && host_is_folder(m->path))
        return isodisc_open(out, m->path, m->format, why);
    e = media_open_file(out, &read, why);
    if (!e && !(*out)->disc) {
        block_close(*out);
        *out = NULL;
        e = err_say(why, ERR_FORMAT, "%.150s: not an image of a CD", m->path);
    }
    return e;
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

/* ---- drives whose medium can be changed ---- */

static bool is_cd(const struct pc *pc, int d)
{
    return d >= PC_HDA && d < PC_DRIVES && pc->config.drive[d].cdrom &&
           pc->roles.disk[(d - PC_HDA) / 2].ops &&
           pc->roles.disk[(d - PC_HDA) / 2].ops->attach_cd;
}

bool media_removable(const struct pc *pc, int d)
{
    return d >= 0 && d < FLOPPIES ? media_drive(pc, d) != DRIVE_NONE
                                  : is_cd(pc, d);
}

bool media_locked(const struct pc *pc, int d)
{
    return is_cd(pc, d) && pc->roles.disk[(d - PC_HDA) / 2].ops->locked(
                               pc->roles.disk[(d - PC_HDA) / 2].dev, d % 2);
}

static void change_disc(struct pc *pc, int d, struct block *disc)
{
    int bus = (d - PC_HDA) / 2;

    pc->roles.disk[bus].ops->change_cd(pc->roles.disk[bus].dev, d % 2, disc);
}

enum err media_open_for(struct pc *pc, int d, struct block **out,
                        struct floppy_format *f, const struct pc_medium *m,
                        struct why *why)
{
    return is_cd(pc, d) ? open_disc(out, m, why)
                        : media_open_floppy(out, f, m, why);
}

void media_put_in(struct pc *pc, int n, struct block *b,
                  const struct floppy_format *f)
{
    if (is_cd(pc, n)) {
        change_disc(pc, n, b);
        return;
    }
    if (pc->roles.floppy[0].ops)
        pc->roles.floppy[0].ops->insert(pc->roles.floppy[0].dev, n, b, f);
}

void media_take_out(struct pc *pc, int n)
{
    if (is_cd(pc, n)) {
        change_disc(pc, n, NULL);
        return;
    }
    if (pc->roles.floppy[0].ops)
        pc->roles.floppy[0].ops->eject(pc->roles.floppy[0].dev, n);
}

void media_changed(struct pc *pc, int n)
{
    if (pc->roles.floppy[0].ops)
        pc->roles.floppy[0].ops->changed(pc->roles.floppy[0].dev, n);
}

static enum err no_bus(struct why *why, const char *what)
{
    return err_say(why, ERR_MISSING, "the machine has no %s controller for "
                   "this drive", what);
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
    struct block **b = &pc->disk[n];
    struct floppy_format f;
    enum err e;

    if (n == 0 && pc->config.builtin_disk) {
        e = open_builtin(b, pc->config.builtin_start, why);
        if (!e)
            floppy_format_of(*b, &f);
    } else if (!m->path || !*m->path) {
        media_fit(pc, n, m->path || n == 0 ? DRIVE_1440K : DRIVE_NONE);
        return ERR_OK;
    } else {
        e = media_open_floppy(b, &f, m, why);
    }
    if (e)
        return e;
    if (!media_fit(pc, n, media_drive_for(&f)))
        return no_bus(why, "floppy");
    media_put_in(pc, n, *b, &f);
    return ERR_OK;
}

/* Opens the disc of a CD-ROM drive. Without one the drive is there, empty. */
static enum err open_cd(struct pc *pc, int n, struct why *why)
{
    const struct pc_medium *m = &pc->config.drive[PC_HDA + n];
    struct block **b = &pc->disk[PC_HDA + n];
    enum err e = *m->path ? open_disc(b, m, why) : ERR_OK;

    if (!e)
        pc->roles.disk[n / 2].ops->attach_cd(pc->roles.disk[n / 2].dev, n % 2,
                                             *b);
    return e;
}

static enum err open_disk(struct pc *pc, int n, struct why *why)
{
    const struct pc_medium *m = &pc->config.drive[PC_HDA + n];
    struct block **b = &pc->disk[PC_HDA + n];
    enum err e;

    if (!m->path)
        return ERR_OK;
    if (!pc->roles.disk[n / 2].ops)
        return no_bus(why, "disk");
    if (m->cdrom && !is_cd(pc, PC_HDA + n))
        return no_bus(why, "CD-ROM");
    if (m->cdrom)
        return open_cd(pc, n, why);
    e = open_hard_disk(b, &pc->geometry[n], m, why);
    if (!e)
        pc->roles.disk[n / 2].ops->attach(pc->roles.disk[n / 2].dev, n % 2,
                                          *b, &pc->geometry[n].drive, NULL);
    return e;
}

/* What lies in the drives is connected again, as it was when it was opened. */
static void connect_again(struct pc *pc)
{
    struct floppy_format f;
    struct why why;

    for (int n = 0; n < PC_DRIVES; n++) {
        const struct pc_medium *m = &pc->config.drive[n];
        int bus = (n - PC_HDA) / 2;

        if (n < FLOPPIES && !pc->disk[n])
            media_take_out(pc, n);
        else if (n < FLOPPIES && !floppy_format(pc->disk[n], m, &f, &why))
            media_put_in(pc, n, pc->disk[n], &f);
        else if (is_cd(pc, n))
            change_disc(pc, n, pc->disk[n]);
        else if (n >= PC_HDA && pc->disk[n])
            pc->roles.disk[bus].ops->attach(
                pc->roles.disk[bus].dev, (n - PC_HDA) % 2, pc->disk[n],
                &pc->geometry[n - PC_HDA].drive, NULL);
    }
}

enum err media_can_go(const struct pc *pc, struct why *why)
{
    for (int n = 0; n < PC_DRIVES; n++) {
        struct block *b = block_bottom(pc->disk[n]);

        if (b && folder_tree(b))
            return err_say(why, ERR_BUSY, "%s: a folder that is written to "
                           "(fat:rw:) does not migrate", drive_words[n]);
    }
    return ERR_OK;
}

static void look_only(struct pc *pc, bool on)
{
    for (int n = 0; n < PC_DRIVES; n++)
        pc->config.drive[n].looked_at = on;
}

enum err media_take_over(struct pc *pc, struct block *looked[PC_DRIVES],
                         struct why *why)
{
    enum err e;

    look_only(pc, false);
    memcpy(looked, pc->disk, sizeof pc->disk);
    memset(pc->disk, 0, sizeof pc->disk);
    e = media_open(pc, why);
    if (e)
        media_give_back(pc, looked);
    return e;
}

void media_give_back(struct pc *pc, struct block *looked[PC_DRIVES])
{
    look_only(pc, true);
    for (int n = 0; n < PC_DRIVES; n++)
        block_close(pc->disk[n]);
    memcpy(pc->disk, looked, sizeof pc->disk);
    connect_again(pc);
}

enum err media_open(struct pc *pc, struct why *why)
{
    enum err e = ERR_OK;

    for (int n = 0; n < FLOPPIES && !e; n++)
        e = open_floppy(pc, n, why);
    for (int n = 0; n < 4 && !e; n++)
        e = open_disk(pc, n, why);
    for (int n = 0; n < PC_DRIVES; n++)
        media_watch(pc, n, &pc->config.drive[n]);
    return e;
}

void media_close(struct pc *pc)
{
    for (int n = 0; n < PC_DRIVES; n++) {
        struct why why;

        media_sync(pc, n, &why);
        block_close(pc->disk[n]);
    }
    for (int n = 0; n < PC_DRIVES; n++)
        block_close(pc->next_disk[n]);
}
