/* fdc_data.c - Intel 82077AA: the commands that move data.
 *
 * A transfer goes sector by sector. An event stands for the moment at which a
 * sector has passed under the head; then its bytes go over the DMA channel at
 * once. Without DMA the bytes come due one by one from the sector's start,
 * each with an interrupt, and wait for the CPU. */
#include "devices/disk/fdc.h"

#include <string.h>

enum {
    READ_TRACK = 0x02, WRITE = 0x05, READ = 0x06, WRITE_DELETED = 0x09,
    READ_ID = 0x0a, READ_DELETED = 0x0c, FORMAT = 0x0d, SCAN_EQUAL = 0x11,
    VERIFY = 0x16, SCAN_LOW = 0x19, SCAN_HIGH = 0x1d,
};

enum {
    SIZE_CODE = 2,                      /* 128 << 2 = 512 */
    COMMAND_NS = 100000, FAST_COMMAND_NS = 10000,
    AGAIN_NS = 1,
};

static u8 opcode(const struct fdc *f)
{
    return f->s.param[0] & OPCODE;
}

bool fdc_data_inward(const struct fdc *f)
{
    u8 op = opcode(f);

    return op == READ || op == READ_DELETED || op == READ_TRACK;
}

static bool is_scan(const struct fdc *f)
{
    u8 op = opcode(f);

    return op == SCAN_EQUAL || op == SCAN_LOW || op == SCAN_HIGH;
}

static bool fdc_writes(const struct fdc *f)
{
    u8 op = opcode(f);

    return op == WRITE || op == WRITE_DELETED || op == FORMAT;
}

static bool by_cpu(const struct fdc *f)
{
    return f->s.hlt_nd & 1;
}

static void fdc_arm(struct fdc *f, enum fdc_op op, ns_t when)
{
    f->s.op = (u8)op;
    timer_set(&f->op, when);
}

/* The result phase. ic goes into ST0's upper bits. */
static void fdc_finish(struct fdc *f, u8 ic)
{
    struct fdc_state *s = &f->s;

    s->st0 = (u8)((s->st0 & 0x03) | s->head << 2 | ic);
    s->op = FDC_OP_NONE;
    s->rqm = false;
    timer_stop(&f->op);
    fdc_reply(f, (u8[]){ s->st0, s->st1, s->st2, s->c, s->h, s->r, s->n }, 7);
    fdc_irq(f, true);
}

static void fdc_fail(struct fdc *f, u8 st1, u8 st2)
{
    f->s.st1 |= st1;
    f->s.st2 |= st2;
    fdc_finish(f, ST0_ABNORMAL);
}

/* What was wanted is not on this track: two index pulses tell. */
static void fdc_miss(struct fdc *f, u8 st1, u8 st2)
{
    f->s.st0 |= ST0_ABNORMAL;
    f->s.st1 |= st1;
    f->s.st2 |= st2;
    fdc_arm(f, FDC_OP_END, fdc_index_time(f, 2));
}

static void hang(struct fdc *f)
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

/* Waits for the sector at s.index, or for its bytes from the CPU. */
static void await_sector(struct fdc *f)
{
    struct fdc_state *s = &f->s;

    s->at = 0;
    s->size = SECTOR;
    if (!by_cpu(f) || opcode(f) == VERIFY)
        fdc_arm(f, FDC_OP_SECTOR, fdc_place_time(f, s->index, true));
    else if (fdc_data_inward(f))
        fdc_arm(f, FDC_OP_SECTOR, fdc_place_time(f, s->index, false));
    else
        fdc_arm(f, FDC_OP_BYTE, fdc_place_time(f, s->index, false));
}

static void find_sector(struct fdc *f)
{
    struct fdc_state *s = &f->s;
    bool here = s->c == fdc_cylinder(f) && s->h == s->head && s->r >= 1 &&
                s->r <= fdc_per_track(f) && s->n == SIZE_CODE;

    if (!fdc_has_marks(f)) {
        fdc_miss(f, ST1_MA, 0);
    } else if (opcode(f) == READ_TRACK) {
        if (!here || s->r != s->index)
            s->st1 |= ST1_ND;
        await_sector(f);
    } else if (!here) {
        fdc_miss(f, ST1_ND, s->c != fdc_cylinder(f) ? ST2_WC : 0);
    } else {
        s->index = s->r;
        await_sector(f);
    }
}

/* C, H, R go to the next sector, as table 5-6 says. False: that lies beyond
 * what the command covers. */
static bool next_id(struct fdc *f)
{
    struct fdc_state *s = &f->s;

    if (opcode(f) == READ_TRACK) {
        s->r++;
        s->index = s->index < fdc_per_track(f) ? s->index + 1 : 1;
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
    return opcode(f) == READ_TRACK ||
           (opcode(f) == VERIFY && (f->s.param[1] & 0x80));
}

/* A sector is done; tc: it was the last one. */
static void fdc_advance(struct fdc *f, bool tc)
{
    struct fdc_state *s = &f->s;
    u8 head = s->head;
    bool more = next_id(f);

    if (counts(f)) {
        tc |= s->count <= 1;
        s->count--;
    }
    if (tc) {
        s->head = head;
        fdc_finish(f, 0);
    } else if (more) {
        find_sector(f);
    } else if (opcode(f) == VERIFY && !counts(f)) {
        fdc_finish(f, 0);
    } else {
        fdc_fail(f, ST1_EN, 0);
    }
}

/* Bytes of the sector from memory, when they do not come from the CPU. False:
 * the DMA controller did not deliver, and the command has ended. */
static bool fdc_fetch(struct fdc *f, u32 n, u8 rest, bool *tc)
{
    u32 got;

    *tc = false;
    if (by_cpu(f))
        return true;
    got = f->s.dor & DOR_GATE ? dma_move(&f->dma, f->s.data, n, false, tc) : 0;
    if (got > n)
        got = n;
    if (got < n && !*tc) {
        fdc_fail(f, ST1_OR, 0);
        return false;
    }
    memset(f->s.data + got, rest, n - got);
    return true;
}

static void fdc_send(struct fdc *f)
{
    struct fdc_state *s = &f->s;
    bool tc = false;
    u32 put;

    if (by_cpu(f)) {
        s->rqm = true;
        fdc_irq(f, true);
        return;
    }
    put = s->dor & DOR_GATE ? dma_move(&f->dma, s->data, SECTOR, true, &tc)
                            : 0;
    if (put < SECTOR && !tc)
        fdc_fail(f, ST1_OR, 0);
    else if (s->st2 & ST2_CM)
        fdc_finish(f, 0);
    else
        fdc_advance(f, tc);
}

/* The machine stops for the host's sake; the same is tried when it goes on. */
static bool fdc_kept(struct fdc *f, enum fdc_op op, bool tc, enum err e)
{
    if (e != ERR_AGAIN)
        return false;
    f->s.last = tc;
    fdc_arm(f, op, f->clk->now + AGAIN_NS);
    return true;
}

/* READ DELETED DATA meets only plain data here: with SK it passes over, else
 * it reads the sector and ends (table 5-5). */
static void read_sector(struct fdc *f)
{
    enum err e;

    if (opcode(f) == READ_DELETED) {
        f->s.st2 |= ST2_CM;
        if (f->s.param[0] & BIT_SK) {
            fdc_advance(f, false);
            return;
        }
    }
    e = fdc_load(f, f->s.data);
    if (fdc_kept(f, FDC_OP_SECTOR, false, e))
        return;
    if (e)
        fdc_fail(f, ST1_DE, ST2_DD);
    else
        fdc_send(f);
}

static void fdc_store_byte(struct fdc *f, bool tc)
{
    enum err e = fdc_store(f, f->s.data);

    if (fdc_kept(f, FDC_OP_AGAIN, tc, e))
        return;
    if (e)
        fdc_fail(f, ST1_DE, 0);
    else
        fdc_advance(f, tc);
}

static void write_sector(struct fdc *f)
{
    bool tc;

    if (!fdc_fetch(f, SECTOR, 0, &tc))
        return;
    if (opcode(f) == WRITE_DELETED)
        LOG(f->log, TODO, "fdc", "deleted data mark");
    fdc_store_byte(f, tc);
}

/* A byte FFh on either side matches anything (8272A, "Scan commands"). */
static bool scan_meets(const struct fdc *f, const u8 *disk, bool *equal)
{
    bool low = true, high = true;

    for (int i = 0; i < SECTOR; i++) {
        u8 d = disk[i], p = f->s.data[i];

        if (d == 0xff || p == 0xff)
            continue;
        low &= d <= p;
        high &= d >= p;
    }
    *equal = low && high;
    switch (opcode(f)) {
    case SCAN_LOW:  return low;
    case SCAN_HIGH: return high;
    default:        return *equal;
    }
}

/* On to R + STP. The last sector may be stepped over; that ends it too. */
static void scan_next(struct fdc *f, bool tc)
{
    struct fdc_state *s = &f->s;

    s->st2 |= ST2_SN;
    if ((s->param[8] & 3) == 2 && s->r != s->param[6])
        s->r++;
    if (!next_id(f) || tc) {
        fdc_finish(f, 0);
        return;
    }
    s->st2 &= (u8)~ST2_SN;
    find_sector(f);
}

static void scan(struct fdc *f, bool tc)
{
    u8 disk[SECTOR];
    bool equal;
    enum err e = fdc_load(f, disk);

    if (fdc_kept(f, FDC_OP_AGAIN, tc, e))
        return;
    if (e) {
        fdc_fail(f, ST1_DE, ST2_DD);
    } else if (scan_meets(f, disk, &equal)) {
        f->s.st2 |= equal ? ST2_SH : 0;
        fdc_finish(f, 0);
    } else {
        scan_next(f, tc);
    }
}

static void scan_sector(struct fdc *f)
{
    bool tc;

    if (fdc_fetch(f, SECTOR, 0xff, &tc))
        scan(f, tc);
}

static void verify_sector(struct fdc *f)
{
    enum err e = fdc_load(f, f->s.data);

    if (fdc_kept(f, FDC_OP_SECTOR, false, e))
        return;
    if (e)
        fdc_fail(f, ST1_DE, ST2_DD);
    else
        fdc_advance(f, false);
}

/* The sector is under the head, or its bytes have come from the CPU. */
static void sector(struct fdc *f)
{
    if (!fdc_ready(f))
        hang(f);
    else if (!fdc_on_track(f))
        fdc_miss(f, ST1_MA, 0);
    else if (fdc_data_inward(f))
        read_sector(f);
    else if (is_scan(f))
        scan_sector(f);
    else if (opcode(f) == VERIFY)
        verify_sector(f);
    else
        write_sector(f);
}

static void fdc_read_id(struct fdc *f)
{
    ns_t slot = fdc_turn(f) / fdc_per_track(f);
    ns_t place = f->clk->now % fdc_turn(f) / slot;

    if (!fdc_has_marks(f)) {
        fdc_miss(f, ST1_MA, 0);
        return;
    }
    f->s.index = (u8)(place + 1 < fdc_per_track(f) ? place + 2 : 1);
    fdc_arm(f, FDC_OP_ID, fdc_place_time(f, f->s.index, false));
}

static void id_passed(struct fdc *f)
{
    struct fdc_state *s = &f->s;

    if (!fdc_ready(f)) {
        hang(f);
    } else if (!fdc_on_track(f)) {
        fdc_miss(f, ST1_MA, 0);
    } else {
        s->c = (u8)fdc_cylinder(f);
        s->h = s->head;
        s->r = s->index;
        s->n = SIZE_CODE;
        fdc_finish(f, 0);
    }
}

static void await_format(struct fdc *f)
{
    f->s.at = 0;
    f->s.size = 4;
    fdc_arm(f, by_cpu(f) ? FDC_OP_BYTE : FDC_OP_FORMAT,
            fdc_place_time(f, f->s.index, false));
}

static void format_start(struct fdc *f)
{
    struct fdc_state *s = &f->s;

    s->index = 1;
    s->count = s->param[3];
    s->bad_layout = !fdc_has_marks(f) || s->param[2] != SIZE_CODE ||
                    s->count != fdc_per_track(f);
    if (s->count == 0)
        fdc_arm(f, FDC_OP_END, fdc_index_time(f, 1));
    else
        await_format(f);
}

/* Lays down one sector, or remembers that the image has no place for it. */
static enum err format_place(struct fdc *f)
{
    struct fdc_state *s = &f->s;
    u8 fill[SECTOR], place = s->index;
    enum err e;

    s->c = s->data[0];
    s->h = s->data[1];
    s->r = s->data[2];
    s->n = s->data[3];
    if (s->bad_layout || s->c != fdc_cylinder(f) || s->h != s->head ||
        s->r < 1 || s->r > fdc_per_track(f) || s->n != SIZE_CODE) {
        s->bad_layout = true;
        return ERR_OK;
    }
    memset(fill, s->param[5], SECTOR);
    s->index = s->r;
    e = fdc_store(f, fill);
    s->index = place;
    return e;
}

static void format_end(struct fdc *f)
{
    if (f->s.bad_layout) {
        LOG(f->log, TODO, "fdc", "track format that the image cannot hold");
        f->s.st0 |= ST0_ABNORMAL;
        f->s.st1 |= ST1_MA;
    }
    fdc_arm(f, FDC_OP_END, fdc_index_time(f, 1));
}

static void lay_down(struct fdc *f)
{
    struct fdc_state *s = &f->s;
    enum err e = format_place(f);

    if (fdc_kept(f, FDC_OP_AGAIN, false, e))
        return;
    if (e) {
        fdc_fail(f, ST1_DE, 0);
    } else if (s->count <= 1) {
        format_end(f);
    } else {
        s->count--;
        s->index = s->index < fdc_per_track(f) ? s->index + 1 : 1;
        await_format(f);
    }
}

static void format_sector(struct fdc *f)
{
    bool tc;

    if (!fdc_ready(f))
        hang(f);
    else if (fdc_fetch(f, 4, 0, &tc))
        lay_down(f);
}

/* The bytes are here already; the disk may have gone meanwhile. */
static void again(struct fdc *f)
{
    if (!fdc_ready(f))
        hang(f);
    else if (!fdc_on_track(f))
        fdc_miss(f, ST1_MA, 0);
    else if (opcode(f) == FORMAT)
        lay_down(f);
    else if (is_scan(f))
        scan(f, f->s.last);
    else
        fdc_store_byte(f, f->s.last);
}

static void fdc_begin(struct fdc *f)
{
    if (!fdc_ready(f))
        hang(f);
    else if (fdc_writes(f) && fdc_selected(f)->media->readonly)
        fdc_fail(f, ST1_NW, 0);
    else if (opcode(f) == READ_ID)
        fdc_read_id(f);
    else if (opcode(f) == FORMAT)
        format_start(f);
    else
        find_sector(f);
}

static void take_parameters(struct fdc *f)
{
    struct fdc_state *s = &f->s;

    if (opcode(f) == READ_ID)
        return;
    if (opcode(f) == FORMAT) {
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
    s->count = opcode(f) == READ_TRACK ? s->param[6] : s->param[8];
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
    s->at = s->size = 0;
    take_parameters(f);
    if (opcode(f) != READ_ID && opcode(f) != FORMAT)
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
    case FDC_OP_SECTOR: sector(f); break;
    case FDC_OP_ID:     id_passed(f); break;
    case FDC_OP_FORMAT: format_sector(f); break;
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
    if (s->at < s->size)
        fdc_arm(f, FDC_OP_BYTE, f->clk->now + fdc_byte_time(f));
    else if (s->st2 & ST2_CM)
        fdc_finish(f, 0);
    else
        fdc_advance(f, false);
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
    else if (opcode(f) == FORMAT)
        format_sector(f);
    else
        sector(f);
}
