/* fdc.c - Intel 82077AA: registers, reset, state. */
#include "devices/disk/fdc.h"

#include <string.h>

enum {
    SRA, SRB, DOR, TDR, MSR, DATA, DIR = 7,
    DSR_RESET = 0x80, DSR_POWER_DOWN = 0x40,
    RESET_NS = 50000,                   /* from reset to the interrupt */
};

void fdc_irq(struct fdc *f, bool level)
{
    f->s.irq = level;
    line_set(&f->irq, level && (f->s.dor & DOR_GATE));
}

struct fdc_unit *fdc_selected(struct fdc *f)
{
    return &f->unit[f->s.dor & 3];
}

static void fdc_stop(struct fdc *f)
{
    struct fdc_state *s = &f->s;

    s->phase = FDC_IDLE;
    s->op = FDC_OP_NONE;
    s->nparam = s->nresult = s->result_at = 0;
    s->at = s->size = s->done = s->count = 0;
    s->rqm = false;
    timer_stop(&f->op);
    timer_stop(&f->reset);
    for (int i = 0; i < FDC_DRIVES; i++) {
        struct fdc_drive_state *d = &s->drive[i];

        d->waiting = d->seeking = d->recalibrating = false;
        timer_stop(&f->step[i]);
    }
    fdc_irq(f, false);
}

/* What DOR and DSR reset. SPECIFY's values and the cylinder counters stay, so
 * does what LOCK protects. */
static void fdc_soft_reset(struct fdc *f)
{
    fdc_stop(f);
    f->s.perpendicular &= 0x3c;
    if (!f->s.lock) {
        f->s.config = CONFIG_NO_FIFO;
        f->s.pretrk = 0;
    }
}

static void end_reset(struct fdc *f)
{
    timer_set(&f->reset, f->clk->now + RESET_NS);
}

/* The first poll after a reset finds all four drives changed to ready. */
static void reset_event(void *ctx, int n, ns_t when)
{
    struct fdc *f = ctx;

    (void)n, (void)when;
    if (f->s.config & CONFIG_NO_POLL)
        return;
    for (int i = 0; i < FDC_DRIVES; i++) {
        f->s.drive[i].sense = (u8)(ST0_READY | i);
        f->s.drive[i].waiting = true;
    }
    fdc_irq(f, true);
}

static void op_event(void *ctx, int n, ns_t when)
{
    (void)n, (void)when;
    fdc_data_event(ctx);
}

static void step_event(void *ctx, int drive, ns_t when)
{
    (void)when;
    fdc_step(ctx, drive);
}

static void write_dor(struct fdc *f, u8 v)
{
    u8 old = f->s.dor;

    f->s.dor = v;
    if (old & ~v & DOR_RESET)
        fdc_soft_reset(f);
    else if (~old & v & DOR_RESET)
        end_reset(f);
    fdc_irq(f, f->s.irq);               /* the gate may have moved */
    fdc_data_kick(f);
}

static void fdc_set_rate(struct fdc *f, u8 v)
{
    f->s.rate = v & 3;
    f->s.rate_given = true;
}

static void write_dsr(struct fdc *f, u8 v)
{
    f->s.dsr = v & 0x7f;                /* the reset bit clears itself */
    fdc_set_rate(f, v);
    if (v & DSR_POWER_DOWN)
        LOG(f->log, TODO, "fdc", "power down");
    if ((v & DSR_RESET) && (f->s.dor & DOR_RESET)) {
        fdc_soft_reset(f);
        end_reset(f);
    }
}

static u8 fdc_read_msr(const struct fdc *f)
{
    const struct fdc_state *s = &f->s;
    u8 v = 0;

    if (!(s->dor & DOR_RESET))
        return 0;
    for (int i = 0; i < FDC_DRIVES; i++)
        v |= (u8)(s->drive[i].seeking << i);
    switch (s->phase) {
    case FDC_IDLE:
        return v | 0x80;
    case FDC_COMMAND:
        return v | 0x90;
    case FDC_RESULT:
        return v | 0xd0;
    default:
        v |= 0x10;
        if (s->hlt_nd & 1)              /* no DMA: the CPU moves the bytes */
            v |= (u8)(0x20 | s->rqm << 7 | fdc_data_inward(f) << 6);
        return v;
    }
}

/* The change line is the drive's; the other bits float on an AT. */
static u8 read_dir(struct fdc *f)
{
    const struct fdc_unit *u = fdc_selected(f);
    bool changed = u->type != DRIVE_NONE &&
                   (!u->media || f->s.drive[f->s.dor & 3].changed);

    return (u8)(changed << 7 | 0x7f);
}

static u8 fdc_read_data(struct fdc *f)
{
    struct fdc_state *s = &f->s;
    u8 v;

    if (!(s->dor & DOR_RESET))
        return 0xff;
    if (s->phase == FDC_EXECUTE && s->rqm && fdc_data_inward(f))
        return fdc_data_in(f);
    if (s->phase != FDC_RESULT || s->result_at >= s->nresult) {
        LOG(f->log, GUEST, "fdc", "data read with nothing to read");
        return 0xff;
    }
    fdc_irq(f, false);
    v = s->result[s->result_at++];
    if (s->result_at >= s->nresult) {
        s->phase = FDC_IDLE;
        fdc_more_news(f);
    }
    return v;
}

static void command_byte(struct fdc *f, u8 v)
{
    struct fdc_state *s = &f->s;

    if (s->phase == FDC_IDLE) {
        s->nparam = 0;
        s->phase = FDC_COMMAND;
    }
    if (s->nparam < FDC_PARAMS)
        s->param[s->nparam++] = v;
    if (s->nparam >= fdc_command_length(s->param[0]))
        fdc_command(f);
}

static void fdc_write_data(struct fdc *f, u8 v)
{
    struct fdc_state *s = &f->s;

    if (!(s->dor & DOR_RESET))
        return;
    if (s->phase == FDC_IDLE || s->phase == FDC_COMMAND)
        command_byte(f, v);
    else if (s->phase == FDC_EXECUTE && s->rqm && !fdc_data_inward(f))
        fdc_data_out(f, v);
    else
        LOG(f->log, GUEST, "fdc", "data write %02x out of turn", v);
}

static u32 fdc_in(void *dev, u16 port, int size)
{
    struct fdc *f = dev;

    (void)size;
    switch (port & 7) {
    case DOR:  return f->s.dor;
    case TDR:  return 0xfcu | f->s.tdr;
    case MSR:  return fdc_read_msr(f);
    case DATA: return fdc_read_data(f);
    case DIR:  return read_dir(f);
    default:   return 0xff;             /* SRA and SRB: PS/2 only */
    }
}

static void fdc_out(void *dev, u16 port, int size, u32 v)
{
    struct fdc *f = dev;

    (void)size;
    switch (port & 7) {
    case DOR:  write_dor(f, (u8)v); break;
    case TDR:  f->s.tdr = v & 3; break;
    case MSR:  write_dsr(f, (u8)v); break;
    case DATA: fdc_write_data(f, (u8)v); break;
    case DIR:  fdc_set_rate(f, (u8)v); break;       /* CCR */
    }
}

static void fdc_reset(void *dev)
{
    struct fdc *f = dev;

    fdc_stop(f);
    f->s = (struct fdc_state){
        .op_at = NEVER, .reset_at = NEVER, .config = CONFIG_NO_FIFO,
        .rate = RATE_250K, .dsr = RATE_250K,
    };
    for (int i = 0; i < FDC_DRIVES; i++)
        f->s.drive[i] = (struct fdc_drive_state){
            .step_at = NEVER, .changed = true,
        };
    fdc_irq(f, false);
}

static void fdc_loaded(void *dev)
{
    struct fdc *f = dev;
    struct fdc_state *s = &f->s;

    f->irq.level = !(s->irq && (s->dor & DOR_GATE));    /* drive it anew */
    fdc_irq(f, s->irq);
}

void fdc_init(struct fdc *f, const struct dev_env *env)
{
    f->clk = env->clk;
    f->log = env->log;
    for (int i = 0; i < FDC_DRIVES; i++)
        timer_init(&f->step[i], env, i, "fdc step", &f->s.drive[i].step_at,
                   step_event, f);
    timer_init(&f->op, env, FDC_DRIVES, "fdc data", &f->s.op_at, op_event, f);
    timer_init(&f->reset, env, FDC_DRIVES + 1, "fdc reset", &f->s.reset_at,
               reset_event, f);
    fdc_reset(f);
}

enum err fdc_insert(struct fdc *f, int drive, struct block *media,
                    const struct floppy_format *format)
{
    struct fdc_unit *u = &f->unit[drive & 3];
    struct floppy_format found;

    if (drive < 0 || drive >= FDC_DRIVES || !media)
        return ERR_RANGE;
    if (!format && !floppy_format_of(media, &found))
        return ERR_RANGE;
    u->media = media;
    u->format = format ? *format : found;
    f->s.drive[drive].changed = true;
    fdc_data_kick(f);
    return ERR_OK;
}

void fdc_eject(struct fdc *f, int drive)
{
    if (drive < 0 || drive >= FDC_DRIVES)
        return;
    f->unit[drive].media = NULL;
    f->s.drive[drive].changed = true;
}

#define D struct fdc_drive_state
static const struct field drive_fields[] = {
    FIELD(D, step_at,       "time of the next step pulse, ns"),
    FIELD_MAX(D, track, FDC_MAX_TRACK, "cylinder the head is on"),
    FIELD(D, pcn,           "cylinder the controller counts"),
    FIELD(D, steps,         "step pulses left"),
    FIELD(D, sense,         "ST0 for SENSE INTERRUPT"),
    FIELD(D, waiting,       "SENSE INTERRUPT has something to tell"),
    FIELD(D, seeking,       "a seek or recalibrate is under way"),
    FIELD(D, recalibrating, "it ends at track 0"),
    FIELD(D, inward,        "pulses go to higher cylinders"),
    FIELD(D, changed,       "disk change line"),
    FIELD_MAX(D, unit, FDC_DRIVES - 1, "drive the pulses go to"),
    FIELD_ARRAY(D, spare,   "zero"),
    FIELD_END
};
#undef D
static const struct table drive_table =
    { "fdc drive", sizeof(struct fdc_drive_state), drive_fields };

#define S struct fdc_state
static const struct field fdc_fields[] = {
    FIELD(S, op_at,         "time of the next data event, ns"),
    FIELD(S, reset_at,      "time of the interrupt after a reset, ns"),
    FIELD_STRUCTS(S, drive, drive_table, "the drives"),
    FIELD_BITS(S, dor, "DSEL0,DSEL1,-RESET,DMAGATE,ME0,ME1,ME2,ME3",
               "digital output register"),
    FIELD_BITS(S, dsr, "DRATE0,DRATE1,PRECOMP0,PRECOMP1,PRECOMP2,0,PD,RESET",
               "data rate select register"),
    FIELD(S, tdr,           "tape drive register"),
    FIELD_MAX(S, rate, 3,   "0 500, 1 300, 2 250 kbit/s, 3 1 Mbit/s"),
    FIELD_MAX(S, phase, FDC_RESULT, "0 idle, 1 command, 2 execution, 3 result"),
    FIELD_MAX(S, op, FDC_OPS - 1, "what the next data event does"),
    FIELD_ARRAY(S, param,   "command bytes"),
    FIELD_MAX(S, nparam, FDC_PARAMS, "command bytes so far"),
    FIELD_ARRAY(S, result,  "result bytes"),
    FIELD_MAX(S, nresult, FDC_RESULTS, "result bytes in all"),
    FIELD_MAX(S, result_at, FDC_RESULTS, "result bytes read"),
    FIELD_BITS(S, st0, "DS0,DS1,H,NR,EC,SE,IC0,IC1", "status register 0"),
    FIELD_BITS(S, st1, "MA,NW,ND,3,OR,DE,6,EN", "status register 1"),
    FIELD_BITS(S, st2, "MD,BC,SN,SH,WC,DD,CM,7", "status register 2"),
    FIELD(S, srt_hut,       "SPECIFY: step rate, head unload"),
    FIELD(S, hlt_nd,        "SPECIFY: head load, bit 0 no DMA"),
    FIELD(S, config,        "CONFIGURE: EIS, EFIFO, POLL, threshold"),
    FIELD(S, pretrk,        "CONFIGURE: precompensation start track"),
    FIELD(S, perpendicular, "PERPENDICULAR MODE"),
    FIELD(S, sc_eot,        "last SC or EOT, for DUMPREG"),
    FIELD(S, c, "wanted sector: cylinder"),
    FIELD(S, h, "wanted sector: head"),
    FIELD(S, r, "wanted sector: number"),
    FIELD(S, n, "wanted sector: size code"),
    FIELD_MAX(S, head, 1,   "head in use"),
    FIELD(S, index,         "place on the track"),
    FIELD_MAX(S, scan, 3,   "SCAN: bit 0 a byte was above, bit 1 below"),
    FIELD(S, lock,          "LOCK is on"),
    FIELD(S, irq,           "interrupt request, before DMAGATE"),
    FIELD(S, rqm,           "without DMA: a byte is due"),
    FIELD(S, bad_layout,    "FORMAT met what an image cannot hold"),
    FIELD(S, rate_given,    "a data rate has been written"),
    FIELD(S, sought,        "there has been a SEEK"),
    FIELD(S, count,         "sectors left"),
    FIELD_MAX(S, at, SECTOR, "bytes of the transfer done"),
    FIELD_MAX(S, size, SECTOR, "bytes of the transfer in all"),
    FIELD_ARRAY(S, data,    "the sector being moved"),
    FIELD(S, last,          "TC came within the sector"),
    FIELD_MAX(S, done, FDC_BIGGEST, "bytes of the sector before these"),
    FIELD(S, shown,         "place of the ID just shown, 0: none"),
    FIELD_ARRAY(S, spare,   "zero"),
    FIELD_END
};
#undef S
static const struct table fdc_table =
    { "fdc", sizeof(struct fdc_state), fdc_fields };

const struct dev_ops fdc_ops = {
    .name = "fdc", .state = &fdc_table, .reset = fdc_reset,
    .port_in = fdc_in, .port_out = fdc_out, .loaded = fdc_loaded,
};
