/* fdc_disk.c - what is under the head of the selected drive, and when. */
#include "devices/disk/fdc.h"

#include <string.h>

enum {
    REV_300 = 200000000, REV_360 = 166666667,   /* ns per turn */
    FAST_SECTOR_NS = 50000, FAST_BYTE_NS = 1000, FAST_MISS_NS = 500000,
};

/* Turning media only: without one there is not even an index pulse. */
bool fdc_ready(const struct fdc *f)
{
    int n = f->s.dor & 3;

    return f->unit[n].type != DRIVE_NONE && f->unit[n].media &&
           (f->s.dor >> (4 + n) & 1);
}

/* The medium's cylinder under the head; -1: none. A 1.2M drive makes two
 * steps for each track of a 360K disk. */
int fdc_cylinder(const struct fdc *f)
{
    const struct fdc_unit *u = &f->unit[f->s.dor & 3];
    int t = f->s.drive[f->s.dor & 3].track;

    if (u->type == DRIVE_1200K && u->format.drive == DRIVE_360K) {
        if (t & 1)
            return -1;
        t /= 2;
    }
    return t < u->format.cylinders ? t : -1;
}

/* A 1.2M drive turns faster, so double density comes out at 300 kbit/s. */
static bool rate_fits(const struct fdc *f)
{
    const struct fdc_unit *u = &f->unit[f->s.dor & 3];
    u8 rate = u->format.rate;

    if (u->type == DRIVE_1200K && rate == RATE_250K)
        rate = RATE_300K;
    return (f->lenient && !f->s.rate_given) || f->s.rate == rate;
}

/* True when the track in use has address marks that can be read. */
bool fdc_has_marks(const struct fdc *f)
{
    return (f->s.param[0] & BIT_MFM) && rate_fits(f) && fdc_cylinder(f) >= 0 &&
           f->s.head < f->unit[f->s.dor & 3].format.heads;
}

u8 fdc_per_track(const struct fdc *f)
{
    u8 n = f->unit[f->s.dor & 3].format.sectors;

    return n ? n : 1;
}

ns_t fdc_turn(const struct fdc *f)
{
    return f->unit[f->s.dor & 3].type == DRIVE_1200K ? REV_360 : REV_300;
}

/* When place `index` (from 1) of the track next begins or has passed. */
ns_t fdc_place_time(const struct fdc *f, u8 index, bool passed)
{
    ns_t now = f->clk->now, slot = fdc_turn(f) / fdc_per_track(f), t;

    if (f->fast)
        return now + FAST_SECTOR_NS;
    t = now - now % fdc_turn(f) + (index - 1) * slot;
    if (t < now)
        t += fdc_turn(f);
    return t + (passed ? slot / 10 * 9 : slot / 10);
}

ns_t fdc_byte_time(const struct fdc *f)
{
    static const u8 us[] = { 16, 27, 32, 8 };   /* by rate */

    return f->fast ? FAST_BYTE_NS : us[f->s.rate & 3] * 1000;
}

ns_t fdc_index_time(const struct fdc *f, int pulses)
{
    ns_t now = f->clk->now;

    return f->fast ? now + FAST_MISS_NS
                   : now - now % fdc_turn(f) + pulses * fdc_turn(f);
}

static u64 sector_number(const struct fdc *f)
{
    const struct floppy_format *g = &f->unit[f->s.dor & 3].format;

    return ((u64)fdc_cylinder(f) * g->heads + f->s.head) * g->sectors +
           f->s.index - 1;
}

bool fdc_on_track(const struct fdc *f)
{
    return fdc_has_marks(f) && f->s.index >= 1 &&
           f->s.index <= fdc_per_track(f);
}

static enum err fdc_tell(const struct fdc *f, const struct block *b, u64 n,
                         enum err e)
{
    if (e == ERR_RANGE)
        LOG(f->log, GUEST, "fdc", "%s: write past the image's end", b->name);
    else if (e && e != ERR_AGAIN)
        LOG(f->log, ERROR, "fdc", "%s: sector %llu: %s", b->name,
            (unsigned long long)n, block_error(b, e));
    return e;
}

/* An image shorter than its format reads as zeros at its end. */
enum err fdc_load(struct fdc *f, u8 *p)
{
    struct block *b = fdc_selected(f)->media;
    u64 n = sector_number(f);

    if (n < b->sectors)
        return fdc_tell(f, b, n, block_read(b, n, p, 1));
    memset(p, 0, SECTOR);
    return ERR_OK;
}

enum err fdc_store(struct fdc *f, const u8 *p)
{
    struct block *b = fdc_selected(f)->media;
    u64 n = sector_number(f);

    return fdc_tell(f, b, n, block_write(b, n, p, 1));
}
