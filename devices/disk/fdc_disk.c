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
    if (u->media && u->media->tracks)
        return t < FLOPPY_CYLINDERS ? t : -1;
    return t < u->format.cylinders ? t : -1;
}

/* A 1.2M drive turns faster, so double density comes out at 300 kbit/s, and
 * what was recorded there is 250 kbit/s elsewhere. */
static bool rate_fits(const struct fdc *f, u8 rate)
{
    const struct fdc_unit *u = &f->unit[f->s.dor & 3];

    if (rate == RATE_250K || rate == RATE_300K)
        rate = u->type == DRIVE_1200K ? RATE_300K : RATE_250K;
    return (f->lenient && !f->s.rate_given) || f->s.rate == rate;
}

static enum err fdc_tell(const struct fdc *f, const struct block *b,
                         const char *what, u64 n, enum err e)
{
    if (e == ERR_RANGE)
        LOG(f->log, GUEST, "fdc", "%s: write past the image's end", b->name);
    else if (e && e != ERR_AGAIN)
        LOG(f->log, ERROR, "fdc", "%s: %s %llu: %s", b->name, what,
            (unsigned long long)n, block_error(b, e));
    return e;
}

enum err fdc_surface(const struct fdc *f, struct surface *t)
{
    const struct fdc_unit *u = &f->unit[f->s.dor & 3];
    int c = fdc_cylinder(f);
    enum err e;

    *t = (struct surface){ .rate = f->s.rate, .even = true };
    if (!u->media || c < 0)
        return ERR_OK;
    e = surface_read(u->media, &u->format, (u32)c, f->s.head, t);
    if (e || !rate_fits(f, t->rate) || t->fm != !(f->s.param[0] & BIT_MFM))
        t->n = 0;
    return fdc_tell(f, u->media, "list of track", 2 * (u64)c + f->s.head, e);
}

u8 fdc_per_track(const struct fdc *f)
{
    u8 n = f->unit[f->s.dor & 3].format.sectors;

    return n ? n : 1;
}

static ns_t fdc_turn(const struct fdc *f)
{
    return f->unit[f->s.dor & 3].type == DRIVE_1200K ? REV_360 : REV_300;
}

/* Where in a turn the place of a sector begins, and how much later its ID
 * field and the end of its data pass. */
struct passage { ns_t begin, id, end; };

/* How long a sector of a track with places of its own takes to pass. One that
 * just fails to end before the next begins does so by our reckoning only. */
static ns_t fdc_length(const struct fdc *f, const struct surface *t, int i)
{
    const struct surface_sector *k = &t->sector[i];
    const struct surface_sector *next = &t->sector[(i + 1) % t->n];
    ns_t turn = fdc_turn(f), space;
    ns_t length = turn * (surface_size(k->n) + SURFACE_FRAME) /
                  (t->bytes ? t->bytes : 1);

    space = turn * (u16)(next->begin - k->begin) / 65536;
    return space < length && space > length / 10 * 9 ? space : length;
}

static struct passage fdc_passage(const struct fdc *f, const struct surface *t,
                                  int i)
{
    ns_t turn = fdc_turn(f), slot;

    if (t->even || i < 0 || i >= t->n) {
        slot = turn / (t->even && t->n ? t->n : fdc_per_track(f));
        return (struct passage){ i * slot, slot / 10, slot / 10 * 9 };
    }
    return (struct passage){ turn * t->sector[i].begin / 65536, 0,
                             fdc_length(f, t, i) };
}

ns_t fdc_place_time(const struct fdc *f, const struct surface *t, int i,
                    bool passed)
{
    ns_t now = f->clk->now, at;
    struct passage p;

    if (f->fast && !t->exact)
        return now + FAST_SECTOR_NS;
    p = fdc_passage(f, t, i);
    at = now - now % fdc_turn(f) + p.begin;
    if (at < now)
        at += fdc_turn(f);
    return at + (passed ? p.end : p.id);
}

/* The sector whose ID field comes next. */
int fdc_next_place(const struct fdc *f, const struct surface *t)
{
    ns_t place = f->clk->now % fdc_turn(f);

    for (int i = 0; i < t->n; i++)
        if (fdc_passage(f, t, i).begin > place)
            return i;
    return 0;
}

static bool fdc_is_wanted(const struct fdc *f, const struct surface_sector *k)
{
    return k->c == f->s.c && k->h == f->s.h && k->r == f->s.r &&
           k->n == f->s.n;
}

/* The next sector with the wanted ID, a sound one if there is any; -1: none. */
int fdc_match(const struct fdc *f, const struct surface *t)
{
    int from = t->exact ? fdc_next_place(f, t) : 0, damaged = -1;

    for (int k = 0; k < t->n; k++) {
        int i = (from + k) % t->n;

        if (!fdc_is_wanted(f, &t->sector[i]))
            continue;
        if (!(t->sector[i].flags & SURFACE_ID_CRC))
            return i;
        damaged = i;
    }
    return damaged;
}

ns_t fdc_byte_time(const struct fdc *f)
{
    static const u8 us[] = { 16, 27, 32, 8 };   /* by rate */

    if (f->fast)
        return FAST_BYTE_NS;
    return us[f->s.rate & 3] * (f->s.param[0] & BIT_MFM ? 1000 : 2000);
}

ns_t fdc_index_time(const struct fdc *f, int pulses)
{
    ns_t now = f->clk->now;

    return f->fast ? now + FAST_MISS_NS
                   : now - now % fdc_turn(f) + pulses * fdc_turn(f);
}

enum err fdc_load(struct fdc *f, const struct surface_sector *k, u32 from,
                  u8 *p, u32 n)
{
    struct block *b = fdc_selected(f)->media;
    u32 at = k->at + from / SURFACE_PIECE;

    return fdc_tell(f, b, "sector", at * (u64)SURFACE_PIECE / SECTOR,
                    surface_load(b, at, p, n));
}

enum err fdc_store(struct fdc *f, const struct surface_sector *k, u32 from,
                   const u8 *p, u32 n)
{
    struct block *b = fdc_selected(f)->media;
    u32 at = k->at + from / SURFACE_PIECE;

    return fdc_tell(f, b, "sector", at * (u64)SURFACE_PIECE / SECTOR,
                    surface_store(b, at, p, n));
}

enum err fdc_mark(struct fdc *f, struct surface *t, int i, u8 flags)
{
    struct block *b = fdc_selected(f)->media;
    u8 kept = t->sector[i].flags & SURFACE_ID_CRC;

    if (!b->tracks) {
        if (flags & SURFACE_DELETED)
            LOG(f->log, TODO, "fdc", "deleted data mark");
        return ERR_OK;
    }
    if (t->sector[i].flags == (kept | flags))
        return ERR_OK;
    t->sector[i].flags = kept | flags;
    return surface_write(b, (u32)fdc_cylinder(f), f->s.head, t);
}
