/* fdc_cmd.c - Intel 82077AA: the command set, seeks and control commands. */
#include "devices/disk/fdc.h"

#include <stdio.h>
#include <string.h>

enum {
    SENSE_INTERRUPT = 0x08,
    RECALIBRATE_STEPS = 79,             /* datasheet 5.2.2 */
    FAST_STEP_NS = 10000, MS = 1000000,
};

static void fdc_idle(struct fdc *f)
{
    f->s.phase = FDC_IDLE;
}

void fdc_reply(struct fdc *f, const u8 *p, u8 n)
{
    memcpy(f->s.result, p, n);
    f->s.nresult = n;
    f->s.result_at = 0;
    f->s.phase = FDC_RESULT;
}

static void reply1(struct fdc *f, u8 v)
{
    fdc_reply(f, &v, 1);
}

static void invalid(struct fdc *f)
{
    LOG(f->log, GUEST, "fdc", "invalid command %02x", f->s.param[0]);
    reply1(f, ST0_INVALID);
}

/* SPECIFY counts in units of the data rate: 1 ms at 500 kbit/s. */
static ns_t step_time(const struct fdc *f)
{
    static const u8 sixths[] = { 6, 10, 12, 3 };    /* of a ms, by rate */

    if (f->fast)
        return FAST_STEP_NS;
    return (16 - (f->s.srt_hut >> 4)) * (ns_t)MS * sixths[f->s.rate & 3] / 6;
}

static void seek_end(struct fdc *f, int drive, u8 st0)
{
    struct fdc_drive_state *d = &f->s.drive[drive];

    d->seeking = d->recalibrating = false;
    d->sense = (u8)(st0 | drive);
    d->waiting = true;
    fdc_irq(f, true);
}

static bool at_track_0(const struct fdc *f, const struct fdc_drive_state *d)
{
    return f->unit[d->unit & 3].type != DRIVE_NONE &&
           f->s.drive[d->unit & 3].track == 0;
}

/* A pulse on a drive's STEP pin. With a medium inside it also clears the
 * change line. */
static void fdc_pulse(struct fdc *f, int unit, bool inward)
{
    struct fdc_drive_state *d = &f->s.drive[unit];
    u8 top = floppy_drive_cylinders(f->unit[unit].type);

    if (top == 0)
        return;
    if (inward && d->track + 1 < top)
        d->track++;
    else if (!inward && d->track > 0)
        d->track--;
    if (f->unit[unit].media)
        d->changed = false;
}

static void arm_step(struct fdc *f, int drive)
{
    timer_set(&f->step[drive], f->clk->now + step_time(f));
}

/* One step is due, or the seek is over. */
void fdc_step(struct fdc *f, int drive)
{
    struct fdc_drive_state *d = &f->s.drive[drive];

    if (!d->seeking)
        return;
    if (d->recalibrating && at_track_0(f, d)) {
        seek_end(f, drive, ST0_SEEK_END);
    } else if (d->steps == 0) {
        seek_end(f, drive, d->recalibrating
                               ? ST0_ABNORMAL | ST0_SEEK_END | ST0_EC
                               : ST0_SEEK_END);
    } else {
        d->steps--;
        fdc_pulse(f, d->unit & 3, d->inward);
        if (!d->recalibrating)
            d->pcn = (u8)(d->inward ? d->pcn + 1 : d->pcn - 1);
        arm_step(f, drive);
    }
}

/* The seek that CONFIGURE lets a transfer imply, all at once; returns how
 * long it takes. The Bochs BIOS knows no other way. */
ns_t fdc_implied_seek(struct fdc *f)
{
    struct fdc_drive_state *d = &f->s.drive[f->s.param[1] & 3];
    int by = f->s.c - d->pcn;

    if (!(f->s.config & CONFIG_EIS) && (!f->lenient || f->s.sought))
        return 0;
    for (int i = 0; i < (by > 0 ? by : -by); i++)
        fdc_pulse(f, f->s.dor & 3, by > 0);
    d->pcn = f->s.c;
    return step_time(f) * (by > 0 ? by : -by);
}

static struct fdc_drive_state *begin_seek(struct fdc *f)
{
    int drive = f->s.param[1] & 3;
    struct fdc_drive_state *d = &f->s.drive[drive];

    d->unit = f->s.dor & 3;
    f->s.shown = 0;
    if (d->unit != drive)
        LOG(f->log, GUEST, "fdc", "seek on drive %d while %d is selected",
            drive, d->unit);
    d->seeking = true;
    d->recalibrating = d->waiting = false;
    fdc_idle(f);
    fdc_irq(f, false);
    arm_step(f, drive);
    return d;
}

static void recalibrate(struct fdc *f)
{
    struct fdc_drive_state *d = begin_seek(f);

    d->recalibrating = true;
    d->inward = false;
    d->steps = RECALIBRATE_STEPS;
    d->pcn = 0;
}

static void fdc_seek(struct fdc *f)
{
    struct fdc_drive_state *d = begin_seek(f);
    int by = f->s.param[2] - d->pcn;

    f->s.sought = true;
    d->inward = by > 0;
    d->steps = (u8)(by > 0 ? by : -by);
}

static void relative_seek(struct fdc *f)
{
    struct fdc_drive_state *d = begin_seek(f);

    d->inward = f->s.param[0] & 0x40;
    d->steps = f->s.param[2];
}

/* Tells of one drive at a time, lowest first. */
static void sense_interrupt(struct fdc *f)
{
    struct fdc_state *s = &f->s;
    int i = 0;

    while (i < FDC_DRIVES && !s->drive[i].waiting)
        i++;
    fdc_irq(f, false);
    if (i == FDC_DRIVES) {
        reply1(f, ST0_INVALID);
        return;
    }
    s->drive[i].waiting = false;
    fdc_reply(f, (u8[]){ s->drive[i].sense, s->drive[i].pcn }, 2);
}

/* Another drive's seek ended meanwhile: its interrupt comes once the answer
 * to SENSE INTERRUPT has been read. The four drives' news after a reset share
 * one interrupt. */
void fdc_more_news(struct fdc *f)
{
    if (f->s.param[0] != SENSE_INTERRUPT)
        return;
    for (int i = 0; i < FDC_DRIVES; i++)
        if (f->s.drive[i].waiting &&
            (f->s.drive[i].sense & ST0_READY) != ST0_READY)
            fdc_irq(f, true);
}

static void sense_drive(struct fdc *f)
{
    const struct fdc_unit *u = fdc_selected(f);
    u8 v = (u8)(0x28 | (f->s.param[1] & 7));

    if (u->type != DRIVE_NONE) {
        if (f->s.drive[f->s.dor & 3].track == 0)
            v |= 0x10;
        if (!u->media || u->media->readonly)
            v |= 0x40;
    }
    reply1(f, v);
}

static void specify(struct fdc *f)
{
    f->s.srt_hut = f->s.param[1];
    f->s.hlt_nd = f->s.param[2];
    fdc_idle(f);
}

static void dumpreg(struct fdc *f)
{
    const struct fdc_state *s = &f->s;

    fdc_reply(f, (u8[]){ s->drive[0].pcn, s->drive[1].pcn, s->drive[2].pcn,
                         s->drive[3].pcn, s->srt_hut, s->hlt_nd, s->sc_eot,
                         (u8)(s->lock << 7 | s->perpendicular), s->config,
                         s->pretrk }, FDC_RESULTS);
}

static void fdc_version(struct fdc *f)
{
    reply1(f, 0x90);
}

/* The drive bits change only with OW set. */
static void perpendicular(struct fdc *f)
{
    u8 v = f->s.param[1];

    f->s.perpendicular = ((v & 0x80 ? v : f->s.perpendicular) & 0x3c) |
                         (v & 3);
    fdc_idle(f);
}

static void configure(struct fdc *f)
{
    f->s.config = f->s.param[2] & 0x7f;
    f->s.pretrk = f->s.param[3];
    fdc_idle(f);
}

static void lock(struct fdc *f)
{
    f->s.lock = f->s.param[0] >> 7;
    reply1(f, (u8)(f->s.lock << 4));
}

static const struct {
    u8 mask, code, length;
    void (*run)(struct fdc *f);
} commands[] = {
    { 0x1f, 0x02, 9, fdc_data_start },          /* READ TRACK */
    { 0xff, 0x03, 3, specify },
    { 0xff, 0x04, 2, sense_drive },
    { 0x1f, 0x05, 9, fdc_data_start },          /* WRITE DATA */
    { 0x1f, 0x06, 9, fdc_data_start },          /* READ DATA */
    { 0xff, 0x07, 2, recalibrate },
    { 0xff, SENSE_INTERRUPT, 1, sense_interrupt },
    { 0x1f, 0x09, 9, fdc_data_start },          /* WRITE DELETED DATA */
    { 0xbf, 0x0a, 2, fdc_data_start },          /* READ ID */
    { 0x1f, 0x0c, 9, fdc_data_start },          /* READ DELETED DATA */
    { 0xbf, 0x0d, 6, fdc_data_start },          /* FORMAT TRACK */
    { 0xff, 0x0e, 1, dumpreg },
    { 0xff, 0x0f, 3, fdc_seek },
    { 0xbf, 0x8f, 3, relative_seek },
    { 0xff, 0x10, 1, fdc_version },
    { 0x1f, 0x11, 9, fdc_data_start },          /* SCAN EQUAL */
    { 0xff, 0x12, 2, perpendicular },
    { 0xff, 0x13, 4, configure },
    { 0x7f, 0x14, 1, lock },
    { 0x1f, 0x16, 9, fdc_data_start },          /* VERIFY */
    { 0x1f, 0x19, 9, fdc_data_start },          /* SCAN LOW OR EQUAL */
    { 0x1f, 0x1d, 9, fdc_data_start },          /* SCAN HIGH OR EQUAL */
};

static int fdc_find(u8 first)
{
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if ((first & commands[i].mask) == commands[i].code)
            return (int)i;
    return -1;
}

u8 fdc_command_length(u8 first)
{
    int i = fdc_find(first);

    return i < 0 ? 1 : commands[i].length;
}

static const char *hex(const struct fdc *f, char text[3 * FDC_PARAMS + 1])
{
    *text = 0;
    for (int i = 0; i < f->s.nparam && i < FDC_PARAMS; i++)
        snprintf(text + 3 * i, 4, " %02x", f->s.param[i]);
    return text;
}

void fdc_command(struct fdc *f)
{
    int i = fdc_find(f->s.param[0]);
    char text[3 * FDC_PARAMS + 1];

    LOG(f->log, TRACE, "fdc", "command%s", hex(f, text));
    if (i < 0)
        invalid(f);
    else
        commands[i].run(f);
}
