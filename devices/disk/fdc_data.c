/* fdc_data.c - Intel 82077AA: the commands that move data, sector by sector.
 *
 * A transfer goes sector by sector. An event stands for the moment at which a
 * sector has passed under the head; then its bytes go over the DMA channel at
 * once, in portions of at most 512 (data[]). Without DMA the bytes come due one
 * by one from the sector's start, each with an interrupt, and wait for the
 * CPU. */
#include "devices/disk/fdc_exec.h"

#include <string.h>

enum { COMMAND_NS = 100000, FAST_COMMAND_NS = 10000 };

bool fdc_data_inward(const struct fdc *f)
{
    u8 op = fdc_opcode(f);

    return op == READ || op == READ_DELETED || op == READ_TRACK;
}

void fdc_arm(struct fdc *f, enum fdc_op op, ns_t when)
{
    f->s.op = (u8)op;
    timer_set(&f->op, when);
}

/* The result phase. ic goes into ST0's upper bits. */
void fdc_finish(struct fdc *f, u8 ic)
{
    struct fdc_state *s = &f->s;

    s->st0 = (u8)((s->st0 & 0x03) | s->head << 2 | ic);
    s->op = FDC_OP_NONE;
    s->rqm = false;
    timer_stop(&f->op);
    fdc_reply(f, (u8[]){ s->st0, s->st1, s->st2, s->c, s->h, s->r, s->n }, 7);
    fdc_irq(f, true);
}

void fdc_fail(struct fdc *f, u8 st1, u8 st2)
{
    f->s.st1 |= st1;
    f->s.st2 |= st2;
    fdc_finish(f, ST0_ABNORMAL);
}

/* What was wanted is not on this track: two index pulses tell. */
void fdc_miss(struct fdc *f, u8 st1, u8 st2)
{
    f->s.st0 |= ST0_ABNORMAL;
    f->s.st1 |= st1;
    f->s.st2 |= st2;
    fdc_arm(f, FDC_OP_END, fdc_index_time(f, 2));
}

void fdc_hang(struct fdc *f)
{
    LOG(f->log, INFO, "fdc", "drive %d: nothing turns, command %02x waits",
        f->s.dor & 3, f->s.param[0]);
    f->s.rqm = false;
    fdc_arm(f, FDC_OP_START, NEVER);
}

void fdc_data_kick(struct fdc *f)
{
    if (f->s.phase == FDC_EXECUTE && f->s.op == FDC_OP_START &&
        f->s.op_at == NEVER && fdc_ready(f))
        fdc_arm(f, FDC_OP_START, f->clk->now + FAST_COMMAND_NS);
}

/* Bytes of the sector that are moved. DTL counts only where N is 0. */
u32 fdc_sector_bytes(const struct fdc *f)
{
    const struct fdc_state *s = &f->s;
    u8 n = s->n < MOST_SIZE_CODE ? s->n : MOST_SIZE_CODE;

    if (n == 0 && fdc_opcode(f) != VERIFY && !fdc_scans(f) &&
        s->param[8] && s->param[8] < surface_size(0))
        return s->param[8];
    return surface_size(n);
}

/* Makes room for the sector's next bytes. */
void fdc_next_portion(struct fdc *f)
{
    u32 left = fdc_sector_bytes(f) - f->s.done;

    f->s.at = 0;
    f->s.size = (u16)(left < SECTOR ? left : SECTOR);
    memset(f->s.data, 0, sizeof f->s.data);
}

/* Waits for the sector at s.index, or for its bytes from the CPU. */
static void await_sector(struct fdc *f, const struct surface *t)
{
    struct fdc_state *s = &f->s;
    int i = s->index - 1;

    s->done = 0;
    s->scan = 0;
    s->last = false;
    fdc_next_portion(f);
    if (!fdc_by_cpu(f) || fdc_opcode(f) == VERIFY)
        fdc_arm(f, FDC_OP_SECTOR, fdc_place_time(f, t, i, true));
    else if (fdc_data_inward(f))
        fdc_arm(f, FDC_OP_SECTOR, fdc_place_time(f, t, i, false));
    else
        fdc_arm(f, FDC_OP_BYTE, fdc_place_time(f, t, i, false));
}

/* The wanted ID is on the track, but can't be trusted, or has no data. */
static bool is_broken(struct fdc *f, const struct surface *t, int i)
{
    u8 flags = t->sector[i].flags;

    if (!(flags & (SURFACE_ID_CRC | SURFACE_NO_DATA)) ||
        (fdc_writes(f) && !(flags & SURFACE_ID_CRC)))
        return false;
    f->s.st0 |= ST0_ABNORMAL;
    f->s.st1 |= flags & SURFACE_ID_CRC ? ST1_DE : ST1_MA;
    f->s.st2 |= flags & SURFACE_ID_CRC ? 0 : ST2_MD;
    fdc_arm(f, FDC_OP_END, fdc_place_time(f, t, i, true));
    return true;
}

/* No ID fits. IDs with another cylinder say that the head is on a wrong one,
 * and FFh there is how IBM marks a bad cylinder. */
static void no_id(struct fdc *f, const struct surface *t)
{
    u8 st2 = 0;

    for (int i = 0; i < t->n; i++)
        if (t->sector[i].c != f->s.c)
            st2 |= t->sector[i].c == 0xff ? ST2_BC : ST2_WC;
    fdc_miss(f, ST1_ND, st2);
}

/* READ TRACK takes what comes, from the index hole on. */
static void track_sector(struct fdc *f, const struct surface *t)
{
    struct fdc_state *s = &f->s;
    const struct surface_sector *k = &t->sector[s->index - 1];

    if (k->c != s->c || k->h != s->h || k->r != s->r || k->n != s->n)
        s->st1 |= ST1_ND;
    await_sector(f, t);
}

void fdc_find_sector(struct fdc *f)
{
    struct fdc_state *s = &f->s;
    struct surface t;
    int i;

    if (!fdc_track(f, FDC_OP_START, &t))
        return;
    if (!t.n) {
        fdc_miss(f, ST1_MA, 0);
    } else if (fdc_opcode(f) == READ_TRACK) {
        s->index = s->index < 1 || s->index > t.n ? 1 : s->index;
        track_sector(f, &t);
    } else if ((i = fdc_match(f, &t)) < 0) {
        no_id(f, &t);
    } else if (!is_broken(f, &t, i)) {
        s->index = (u8)(i + 1);
        await_sector(f, &t);
    }
}

/* C, H, R go to the next sector, as table 5-6 says. False: that lies beyond
 * what the command covers. */
bool fdc_next_id(struct fdc *f)
{
    struct fdc_state *s = &f->s;

    if (fdc_opcode(f) == READ_TRACK) {
        s->r++;
        s->index++;
        return true;
    }
    if (s->r != s->param[6]) {
        s->r++;
        return true;
    }
    s->r = 1;
    if (!(s->param[0] & BIT_MT)) {
        s->c++;
        return false;
    }
    s->h ^= 1;
    if (s->head == 0) {
        s->head = 1;
        return true;
    }
    s->c++;
    return false;
}

static bool counts(const struct fdc *f)
{
    return fdc_opcode(f) == READ_TRACK ||
           (fdc_opcode(f) == VERIFY && (f->s.param[1] & 0x80));
}

/* A sector is done; tc: it was the last one. */
void fdc_advance(struct fdc *f, bool tc)
{
    struct fdc_state *s = &f->s;
    u8 head = s->head;
    bool more = fdc_next_id(f);

    if (counts(f)) {
        tc |= s->count <= 1;
        s->count--;
    }
    if (tc) {
        s->head = head;
        fdc_finish(f, 0);
    } else if (more) {
        fdc_find_sector(f);
    } else if (fdc_opcode(f) == VERIFY && !counts(f)) {
        fdc_finish(f, 0);
    } else {
        fdc_fail(f, ST1_EN, 0);
    }
}

/* Where rotation takes no time, one READ ID after the other goes round the
 * track all the same. */
static int next_id_place(const struct fdc *f, const struct surface *t)
{
    if (f->fast && !t->exact && f->s.shown)
        return f->s.shown % t->n;
    return fdc_next_place(f, t);
}

static void fdc_read_id(struct fdc *f)
{
    struct surface t;

    if (!fdc_track(f, FDC_OP_START, &t))
        return;
    if (!t.n) {
        fdc_miss(f, ST1_MA, 0);
        return;
    }
    f->s.index = (u8)(next_id_place(f, &t) + 1);
    fdc_arm(f, FDC_OP_ID, fdc_place_time(f, &t, f->s.index - 1, false));
}

static void id_passed(struct fdc *f)
{
    const struct surface_sector *k;
    struct fdc_state *s = &f->s;
    struct surface t;

    if (!fdc_ready(f)) {
        fdc_hang(f);
        return;
    }
    if (!fdc_track(f, FDC_OP_ID, &t))
        return;
    if (s->index < 1 || s->index > t.n) {
        fdc_miss(f, ST1_MA, 0);
        return;
    }
    k = &t.sector[s->index - 1];
    s->shown = s->index;
    s->c = k->c;
    s->h = k->h;
    s->r = k->r;
    s->n = k->n;
    fdc_finish(f, 0);
}

/* The bytes are here already; the disk may have gone meanwhile. */
static void again(struct fdc *f)
{
    if (fdc_opcode(f) != FORMAT)
        fdc_sector(f, true);
    else if (!fdc_ready(f))
        fdc_hang(f);
    else
        fdc_lay_down(f);
}

static void fdc_begin(struct fdc *f)
{
    if (!fdc_ready(f))
        fdc_hang(f);
    else if (fdc_writes(f) && fdc_selected(f)->media->readonly)
        fdc_fail(f, ST1_NW, 0);
    else if (fdc_opcode(f) == READ_ID)
        fdc_read_id(f);
    else if (fdc_opcode(f) == FORMAT)
        fdc_format_start(f);
    else
        fdc_find_sector(f);
}

static void take_parameters(struct fdc *f)
{
    struct fdc_state *s = &f->s;

    if (fdc_opcode(f) == READ_ID)
        return;
    if (fdc_opcode(f) == FORMAT) {
        s->sc_eot = s->param[3];
        s->n = s->param[2];
        return;
    }
    s->c = s->param[2];
    s->h = s->param[3];
    s->r = s->param[4];
    s->n = s->param[5];
    s->sc_eot = s->param[6];
    s->index = 1;
    s->count = fdc_opcode(f) == READ_TRACK ? s->param[6] : s->param[8];
}

void fdc_data_start(struct fdc *f)
{
    struct fdc_state *s = &f->s;
    ns_t at = f->clk->now + (f->fast ? FAST_COMMAND_NS : COMMAND_NS);

    if ((s->param[1] & 3) != (s->dor & 3))
        LOG(f->log, GUEST, "fdc", "command for drive %d while %d is selected",
            s->param[1] & 3, s->dor & 3);
    fdc_irq(f, false);
    s->phase = FDC_EXECUTE;
    s->st0 = s->param[1] & 3;
    s->st1 = s->st2 = 0;
    s->head = s->param[1] >> 2 & 1;
    s->rqm = s->bad_layout = false;
    s->at = s->size = s->done = 0;
    if (fdc_opcode(f) != READ_ID)
        s->shown = 0;
    take_parameters(f);
    if (fdc_opcode(f) != READ_ID && fdc_opcode(f) != FORMAT)
        at += fdc_implied_seek(f);
    fdc_arm(f, FDC_OP_START, at);
}

void fdc_data_event(struct fdc *f)
{
    enum fdc_op op = (enum fdc_op)f->s.op;

    if (f->s.phase != FDC_EXECUTE)
        return;
    switch (op) {
    case FDC_OP_START:  fdc_begin(f); break;
    case FDC_OP_SECTOR: fdc_sector(f, false); break;
    case FDC_OP_ID:     id_passed(f); break;
    case FDC_OP_FORMAT: fdc_format_sector(f); break;
    case FDC_OP_AGAIN:  again(f); break;
    case FDC_OP_END:    fdc_finish(f, f->s.st0 & ST0_ABNORMAL); break;
    case FDC_OP_BYTE:
        f->s.rqm = true;
        fdc_irq(f, true);
        break;
    default:
        break;
    }
}

u8 fdc_data_in(struct fdc *f)
{
    struct fdc_state *s = &f->s;
    u8 v = s->at < SECTOR ? s->data[s->at] : 0xff;

    s->rqm = false;
    fdc_irq(f, false);
    if (s->at < SECTOR)
        s->at++;
    if (s->at < s->size) {
        fdc_arm(f, FDC_OP_BYTE, f->clk->now + fdc_byte_time(f));
    } else {
        s->done += s->size;
        if (s->done < fdc_sector_bytes(f))
            fdc_arm(f, FDC_OP_SECTOR, f->clk->now + fdc_byte_time(f));
        else
            fdc_sector(f, false);
    }
    return v;
}

void fdc_data_out(struct fdc *f, u8 v)
{
    struct fdc_state *s = &f->s;

    s->rqm = false;
    fdc_irq(f, false);
    if (s->at < SECTOR)
        s->data[s->at++] = v;
    if (s->at < s->size)
        fdc_arm(f, FDC_OP_BYTE, f->clk->now + fdc_byte_time(f));
    else if (fdc_opcode(f) == FORMAT)
        fdc_format_sector(f);
    else
        fdc_sector(f, false);
}
