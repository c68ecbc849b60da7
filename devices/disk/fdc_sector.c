/* fdc_sector.c - Intel 82077AA: what a command does with a sector's bytes. */
#include "devices/disk/fdc_exec.h"

#include <string.h>

enum { GAP = 0x4e, AGAIN_NS = 1, SCAN_ABOVE = 1, SCAN_BELOW = 2 };

/* The next n bytes of the sector from memory, when they do not come from the
 * CPU. False: the DMA controller did not deliver, and the command has ended. */
bool fdc_fetch(struct fdc *f, u32 n, u8 rest)
{
    bool tc = false;
    u32 got = 0;

    if (fdc_by_cpu(f))
        return true;
    if (!f->s.last && (f->s.dor & DOR_GATE))
        got = dma_move(&f->dma, f->s.data, n, false, &tc);
    if (got > n)
        got = n;
    if (got < n && !tc && !f->s.last) {
        fdc_fail(f, ST1_OR, 0);
        return false;
    }
    f->s.last |= tc;
    memset(f->s.data + got, rest, n - got);
    return true;
}

/* The next bytes of the sector to memory. False: the same. */
static bool fdc_deliver(struct fdc *f)
{
    struct fdc_state *s = &f->s;
    bool tc = false;
    u32 put = 0;

    if (s->last)
        return true;
    if (s->dor & DOR_GATE)
        put = dma_move(&f->dma, s->data, s->size, true, &tc);
    if (put < s->size && !tc) {
        fdc_fail(f, ST1_OR, 0);
        return false;
    }
    s->last = tc;
    return true;
}

/* The machine stops for the host's sake; the same is tried when it goes on. */
bool fdc_kept(struct fdc *f, enum fdc_op op, enum err e)
{
    if (e != ERR_AGAIN)
        return false;
    fdc_arm(f, op, f->clk->now + AGAIN_NS);
    return true;
}

bool fdc_track(struct fdc *f, enum fdc_op op, struct surface *t)
{
    return !fdc_kept(f, op, fdc_surface(f, t));
}

/* What the medium said to a portion. False: not yet, or the command has ended
 * with st2. */
static bool went_well(struct fdc *f, enum fdc_op op, enum err e, u8 st2)
{
    if (fdc_kept(f, op, e))
        return false;
    if (e)
        fdc_fail(f, ST1_DE, st2);
    return !e;
}

/* The sector has been moved as far as it goes. */
static void sector_over(struct fdc *f, const struct surface_sector *k)
{
    struct fdc_state *s = &f->s;
    bool damaged = k->flags & SURFACE_CRC || k->n != s->n;

    if (damaged && !fdc_writes(f)) {
        s->st1 |= ST1_DE;
        s->st2 |= ST2_DD;
    }
    if (damaged && !fdc_writes(f) && fdc_opcode(f) != READ_TRACK)
        fdc_finish(f, ST0_ABNORMAL);
    else if ((s->st2 & ST2_CM) && !(s->param[0] & BIT_SK))
        fdc_finish(f, 0);
    else
        fdc_advance(f, s->last);
}

/* Reads the portion of the sector that is due. What READ TRACK wants of a
 * sector beyond its data is the gap behind it. */
static enum err load_portion(struct fdc *f, const struct surface_sector *k)
{
    struct fdc_state *s = &f->s;
    u32 has = k->flags & SURFACE_NO_DATA ? 0 : surface_size(k->n), n = s->size;

    memset(s->data, GAP, sizeof s->data);
    if (s->done >= has)
        return ERR_OK;
    if (k->n <= SIZE_CODE)
        n = has;
    return fdc_load(f, k, s->done, s->data, n < SECTOR ? n : SECTOR);
}

/* A deleted mark where none was wanted, or the other way round: with SK the
 * sector is passed over, else it is the last (table 5-5). */
static bool passes_over(struct fdc *f, const struct surface_sector *k)
{
    bool deleted = k->flags & SURFACE_DELETED;

    if (fdc_opcode(f) == READ_TRACK ||
        deleted == (fdc_opcode(f) == READ_DELETED))
        return false;
    f->s.st2 |= ST2_CM;
    return f->s.param[0] & BIT_SK;
}

/* False: the CPU has to read it first, or the command has ended. */
static bool give_portion(struct fdc *f)
{
    if (fdc_opcode(f) == VERIFY)
        return true;
    if (!fdc_by_cpu(f))
        return fdc_deliver(f);
    f->s.rqm = true;
    fdc_irq(f, true);
    return false;
}

/* VERIFY reads as READ does, and hands nothing over. */
static void read_sector(struct fdc *f, const struct surface_sector *k)
{
    struct fdc_state *s = &f->s;

    if (s->done == 0 && passes_over(f, k)) {
        fdc_advance(f, false);
        return;
    }
    for (; s->done < fdc_sector_bytes(f); s->done += s->size) {
        fdc_next_portion(f);
        if (!went_well(f, FDC_OP_SECTOR, load_portion(f, k), ST2_DD) ||
            !give_portion(f))
            return;
    }
    sector_over(f, k);
}

/* data[] goes onto the disk. False: not yet, or the command has ended. */
static bool store_portion(struct fdc *f, struct surface *t)
{
    int i = f->s.index - 1;
    u32 n = t->sector[i].n < SIZE_CODE ? surface_size(t->sector[i].n) : SECTOR;
    enum err e = fdc_store(f, &t->sector[i], f->s.done, f->s.data, n);

    if (!e)
        e = fdc_mark(f, t, i,
                     fdc_opcode(f) == WRITE_DELETED ? SURFACE_DELETED : 0);
    if (!went_well(f, FDC_OP_AGAIN, e, 0))
        return false;
    f->s.done += f->s.size;
    return true;
}

/* data[] gets the portion that is due; held: it has it already. False: the
 * command has ended. */
static bool have_portion(struct fdc *f, bool held, u8 rest)
{
    if (held)
        return true;
    if (!fdc_by_cpu(f))
        fdc_next_portion(f);
    return fdc_fetch(f, f->s.size, rest);
}

/* Without DMA the CPU is asked for the next portion. True: so it is. */
static bool asks_cpu(struct fdc *f)
{
    if (!fdc_by_cpu(f) || f->s.done >= fdc_sector_bytes(f))
        return false;
    fdc_next_portion(f);
    fdc_arm(f, FDC_OP_BYTE, f->clk->now + fdc_byte_time(f));
    return true;
}

static void fdc_write_sector(struct fdc *f, struct surface *t, bool held)
{
    struct fdc_state *s = &f->s;

    for (; s->done < fdc_sector_bytes(f); held = false)
        if (!have_portion(f, held, 0) || !store_portion(f, t) || asks_cpu(f))
            return;
    sector_over(f, &t->sector[s->index - 1]);
}

/* A byte FFh on either side matches anything (8272A, "Scan commands"). */
static void scan_compare(struct fdc *f, const u8 *disk)
{
    for (int i = 0; i < f->s.size; i++) {
        u8 d = disk[i], p = f->s.data[i];

        if (d == 0xff || p == 0xff)
            continue;
        f->s.scan |= d > p ? SCAN_ABOVE : d < p ? SCAN_BELOW : 0;
    }
}

static bool scan_meets(const struct fdc *f)
{
    switch (fdc_opcode(f)) {
    case SCAN_LOW:  return !(f->s.scan & SCAN_ABOVE);
    case SCAN_HIGH: return !(f->s.scan & SCAN_BELOW);
    default:        return f->s.scan == 0;
    }
}

/* On to R + STP. The last sector may be stepped over; that ends it too. */
static void scan_next(struct fdc *f, bool tc)
{
    struct fdc_state *s = &f->s;

    s->st2 |= ST2_SN;
    if ((s->param[8] & 3) == 2 && s->r != s->param[6])
        s->r++;
    if (!fdc_next_id(f) || tc) {
        fdc_finish(f, 0);
        return;
    }
    s->st2 &= (u8)~ST2_SN;
    fdc_find_sector(f);
}

static void scan_over(struct fdc *f)
{
    if (!scan_meets(f)) {
        scan_next(f, f->s.last);
        return;
    }
    f->s.st2 |= f->s.scan ? 0 : ST2_SH;
    fdc_finish(f, 0);
}

/* Compares a portion, if its bytes are here. False: not yet, or the command
 * has ended. */
static bool scan_portion(struct fdc *f, const struct surface_sector *k)
{
    u32 n = k->n < SIZE_CODE ? surface_size(k->n) : SECTOR;
    u8 disk[SECTOR] = { 0 };            /* a disk may have been changed */
    enum err e = fdc_load(f, k, f->s.done, disk, n);

    if (!went_well(f, FDC_OP_AGAIN, e, ST2_DD))
        return false;
    scan_compare(f, disk);
    f->s.done += f->s.size;
    return true;
}

static void scan_sector(struct fdc *f, const struct surface_sector *k,
                        bool held)
{
    for (; f->s.done < fdc_sector_bytes(f); held = false)
        if (!have_portion(f, held, 0xff) || !scan_portion(f, k) ||
            asks_cpu(f))
            return;
    scan_over(f);
}

/* The sector is under the head, or its bytes have come from the CPU; held:
 * they were here already when the machine had to stop. */
void fdc_sector(struct fdc *f, bool held)
{
    struct surface t;
    struct surface_sector *k;

    if (!fdc_ready(f)) {
        fdc_hang(f);
        return;
    }
    if (!fdc_track(f, held ? FDC_OP_AGAIN : FDC_OP_SECTOR, &t))
        return;
    if (f->s.index < 1 || f->s.index > t.n) {
        fdc_miss(f, ST1_MA, 0);
        return;
    }
    k = &t.sector[f->s.index - 1];
    if (fdc_data_inward(f) || fdc_opcode(f) == VERIFY)
        read_sector(f, k);
    else if (fdc_scans(f))
        scan_sector(f, k, held);
    else
        fdc_write_sector(f, &t, held);
}
