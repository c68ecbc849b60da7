/* ide.c - AT attachment: registers, data port, reset, state. */
#include "devices/disk/ide.h"

#include <stdio.h>
#include <string.h>

enum {
    DATA, ERROR, COUNT, LOW, MID, HIGH, DEVICE, STATUS, CONTROL, ADDRESS,
    FEATURE = ERROR, COMMAND = STATUS,
    FLOATING = 0x7f, FLOATING_WORD = 0xff7f,
    RESET_NS = 100000, COMMAND_NS = 20000, DIAGNOSTIC = 0x90,
};

static bool ide_present(const struct ide *d, int n)
{
    return d->unit[n].media != NULL || d->unit[n].packet;
}

static void drive_irq(struct ide *d)
{
    int n = d->s.select & 1;

    line_set(&d->irq, ide_present(d, n) && d->s.drive[n].irq &&
                          !(d->s.control & CONTROL_NIEN));
}

void ide_irq(struct ide *d, int n, bool level)
{
    d->s.drive[n].irq = level;
    drive_irq(d);
}

void ide_busy(struct ide *d, int n, enum ide_phase phase, ns_t time)
{
    struct ide_drive_state *s = &d->s.drive[n];

    s->status = ATA_BSY;
    s->phase = (u8)phase;
    timer_set(&d->done[n], d->clk->now + time);
}

struct chs ide_translation(const struct ide *d, int n)
{
    const struct ide_drive_state *s = &d->s.drive[n];
    struct chs g = d->unit[n].chs;

    if (s->heads && s->sectors) {
        g.heads = s->heads;
        g.sectors = s->sectors;
    }
    return g;
}

/* What reset and diagnostics leave in the registers of a disk. */
void ide_signature(struct ide *d, int n)
{
    struct ide_drive_state *s = &d->s.drive[n];

    if (d->unit[n].packet) {
        atapi_signature(d, n);
        return;
    }
    s->count = s->low = s->error = 1;
    s->mid = s->high = s->device = s->feature = 0;
    s->hob_count = s->hob_low = s->hob_mid = s->hob_high = 0;
    s->hob_feature = 0;
    s->status = ATA_READY;
    s->phase = IDE_IDLE;
}

static void ide_stop(struct ide *d, int n)
{
    struct ide_drive_state *s = &d->s.drive[n];

    timer_stop(&d->done[n]);
    s->at = s->size = 0;
    s->left = 0;
    s->irq = false;
}

static void end_phase(void *ctx, int n, ns_t when)
{
    struct ide *d = ctx;

    (void)when;
    if (!ide_present(d, n))
        return;
    if (d->s.drive[n].phase == IDE_RESET)
        ide_signature(d, n);
    else
        ide_command(d, n);
}

static void ide_soft_reset(struct ide *d, int n)
{
    struct ide_drive_state *s = &d->s.drive[n];

    ide_stop(d, n);
    s->status = ATA_BSY;
    s->phase = IDE_RESET;
    s->power = POWER_ACTIVE;
    s->byte_wide = false;
    if (!s->keep) {
        s->multiple = 0;
        s->dma_mode = MULTIWORD_2;
    }
}

static void ide_write_control(struct ide *d, u8 v)
{
    u8 old = d->s.control;

    d->s.control = v;
    for (int n = 0; n < IDE_DRIVES; n++) {
        if (~old & v & CONTROL_SRST)
            ide_soft_reset(d, n);
        else if (old & ~v & CONTROL_SRST)
            ide_busy(d, n, IDE_RESET, RESET_NS);
    }
    if (old & ~v & CONTROL_SRST)
        d->s.select = 0;
    drive_irq(d);
}

/* One register of one disk. A busy disk does not listen. */
static void ide_set_register(struct ide *d, int n, u16 port, u8 v)
{
    struct ide_drive_state *s = &d->s.drive[n];

    if (s->status & ATA_BSY)
        return;
    switch (port) {
    case FEATURE: s->hob_feature = s->feature; s->feature = v; break;
    case COUNT:   s->hob_count = s->count; s->count = v; break;
    case LOW:     s->hob_low = s->low; s->low = v; break;
    case MID:     s->hob_mid = s->mid; s->mid = v; break;
    case HIGH:    s->hob_high = s->high; s->high = v; break;
    case DEVICE:  s->device = v; break;
    }
}

static void start_command(struct ide *d, int n, u8 v)
{
    struct ide_drive_state *s = &d->s.drive[n];

    if (s->status & ATA_DRQ)
        LOG(d->log, GUEST, "ide", "command %02x cuts %02x short", v,
            s->command);
    ide_stop(d, n);
    s->command = v;
    s->error = 0;
    ide_irq(d, n, false);
    ide_busy(d, n, IDE_COMMAND, COMMAND_NS);
}

/* EXECUTE DIAGNOSTIC is for both disks, and the master speaks; the other
 * commands are for the selected one. */
static void ide_write_command(struct ide *d, u8 v)
{
    int n = d->s.select & 1;

    if (v == DIAGNOSTIC)
        n = ide_present(d, 0) ? 0 : 1;
    if (!ide_present(d, n))
        return;
    if (d->s.drive[n].status & ATA_BSY) {
        LOG(d->log, GUEST, "ide", "command %02x while busy", v);
        return;
    }
    start_command(d, n, v);
    if (v == DIAGNOSTIC && n == 0 && ide_present(d, 1)) {
        ide_stop(d, 1);
        ide_busy(d, 1, IDE_RESET, COMMAND_NS);
    }
}

static void write_register(struct ide *d, u16 port, u8 v)
{
    if (port == CONTROL) {
        ide_write_control(d, v);
        return;
    }
    if (port > COMMAND || (d->s.control & CONTROL_SRST))
        return;
    d->s.control &= (u8)~CONTROL_HOB;
    if (port == COMMAND) {
        ide_write_command(d, v);
        return;
    }
    for (int n = 0; n < IDE_DRIVES; n++)
        ide_set_register(d, n, port, v);
    if (port == DEVICE) {
        d->s.select = (v & DEVICE_SELECT) != 0;
        ide_dma_look(d);
    }
    drive_irq(d);
}

static u8 read_taskfile(const struct ide *d, const struct ide_drive_state *s,
                        u16 port)
{
    bool hob = d->s.control & CONTROL_HOB;

    switch (port) {
    case ERROR:  return s->error;
    case COUNT:  return hob ? s->hob_count : s->count;
    case LOW:    return hob ? s->hob_low : s->low;
    case MID:    return hob ? s->hob_mid : s->mid;
    case HIGH:   return hob ? s->hob_high : s->high;
    default:     return s->device | 0xa0;
    }
}

/* Drive address: what is selected and which head, all active low. */
static u8 read_address(const struct ide *d)
{
    int n = d->s.select & 1;

    return (u8)(0xc0 | (~d->s.drive[n].device & 0x0f) << 2 | (n ? 1 : 2));
}

static u8 read_register(struct ide *d, u16 port)
{
    int n = d->s.select & 1;
    struct ide_drive_state *s = &d->s.drive[n];
    bool status = port == STATUS || port == CONTROL;

    if (!ide_present(d, n)) {
        if (n == 0 || !ide_present(d, 0))
            return FLOATING;
        if (status)                     /* the master answers for the slave */
            return 0;
        s = &d->s.drive[0];
    }
    if (port == ADDRESS)
        return read_address(d);
    if (status || (s->status & ATA_BSY)) {
        u8 v = s->status;

        if (port == STATUS)
            ide_irq(d, n, false);
        return v;
    }
    return read_taskfile(d, s, port);
}

static u32 data_word_in(struct ide *d)
{
    int n = d->s.select & 1;
    struct ide_drive_state *s = &d->s.drive[n];
    u32 v;

    if (!ide_present(d, n))
        return FLOATING_WORD;
    if (s->phase != IDE_IN || s->at + 2 > s->size) {
        LOG(d->log, GUEST, "ide", "data read with nothing to read");
        return 0xffff;
    }
    v = s->data[s->at] | (u32)s->data[s->at + 1] << 8;
    s->at += s->byte_wide ? 1 : 2;
    if (s->at + (s->byte_wide ? 1 : 2) > s->size)
        ide_block_taken(d, n);
    return v;
}

static u32 data_byte_in(struct ide *d)
{
    int n = d->s.select & 1;
    struct ide_drive_state *s = &d->s.drive[n];
    u8 v;

    if (!s->byte_wide || !ide_present(d, n) || s->phase != IDE_IN ||
        s->at >= s->size)
        return data_word_in(d) & 0xff;
    v = s->data[s->at++];
    if (s->at >= s->size)
        ide_block_taken(d, n);
    return v;
}

static void data_out(struct ide *d, u32 v, bool byte)
{
    int n = d->s.select & 1;
    struct ide_drive_state *s = &d->s.drive[n];
    int step = byte && s->byte_wide ? 1 : 2;

    if (!ide_present(d, n))
        return;
    if (s->phase != IDE_OUT || s->at + step > s->size) {
        LOG(d->log, GUEST, "ide", "data write that nobody asked for");
        return;
    }
    s->data[s->at] = (u8)v;
    if (step == 2)
        s->data[s->at + 1] = (u8)(v >> 8);
    s->at += (u16)step;
    if (s->at + step > s->size)
        ide_block_given(d, n);
}

/* All of a block but its last access, which has consequences. */
static u8 *ide_data_run(void *dev, u16 port, int size, bool out, u32 *n)
{
    struct ide *d = dev;
    int drive = d->s.select & 1;
    struct ide_drive_state *s = &d->s.drive[drive];
    u32 most;
    u8 *p = s->data + s->at;

    if (port != DATA || size < 2 || s->byte_wide || !ide_present(d, drive) ||
        s->phase != (out ? IDE_OUT : IDE_IN) || s->at + size >= s->size)
        return NULL;
    most = (u32)(s->size - s->at - 1) / (u32)size;
    *n = *n < most ? *n : most;
    s->at = (u16)(s->at + *n * (u32)size);
    return p;
}

/* Wide accesses are what the bus bridge makes of them: words at the data
 * port, bytes elsewhere. */
static u32 ide_in(void *dev, u16 port, int size)
{
    struct ide *d = dev;
    u32 v = 0;

    if (port == DATA && size >= 2) {
        v = data_word_in(d);
        return size == 2 ? v : v | data_word_in(d) << 16;
    }
    for (int i = 0; i < size; i++)
        v |= (port + i == DATA ? data_byte_in(d)
                               : read_register(d, (u16)(port + i))) << 8 * i;
    return v;
}

static void ide_out(void *dev, u16 port, int size, u32 v)
{
    struct ide *d = dev;

    if (port == DATA) {
        data_out(d, v, size == 1);
        if (size == 4)
            data_out(d, v >> 16, false);
        return;
    }
    for (int i = 0; i < size; i++)
        write_register(d, (u16)(port + i), (u8)(v >> 8 * i));
}

static void ide_reset(void *dev)
{
    struct ide *d = dev;

    for (int n = 0; n < IDE_DRIVES; n++)
        atapi_sound_stop(d, n);
    memset(&d->s, 0, sizeof d->s);
    for (int n = 0; n < IDE_DRIVES; n++) {
        atapi_sound_reset(d, n);
        ide_stop(d, n);
        ide_signature(d, n);
        d->s.drive[n].power = POWER_ACTIVE;
        d->s.drive[n].dma_mode = MULTIWORD_2;
    }
    drive_irq(d);
}

static void ide_loaded(void *dev)
{
    struct ide *d = dev;

    for (int n = 0; n < IDE_DRIVES; n++)
        atapi_sound_loaded(d, n);
    d->irq.level = false;
    drive_irq(d);
    if (!d->irq.level && d->irq.set)
        d->irq.set(d->irq.ctx, d->irq.n, false);
}

void ide_init(struct ide *d, const struct dev_env *env)
{
    static const char *const name[] = { "ide master", "ide slave" };

    d->clk = env->clk;
    d->log = env->log;
    for (int n = 0; n < IDE_DRIVES; n++) {
        timer_init(&d->done[n], env, n, name[n], &d->s.drive[n].due,
                   end_phase, d);
        atapi_sound_init(d, n);
    }
    ide_reset(d);
}

void ide_attach_cd(struct ide *d, int n, struct block *disc)
{
    struct ide_unit *u = &d->unit[n & 1];

    u->packet = true;
    u->media = disc;
    snprintf(u->model, sizeof u->model, "isabox CD-ROM");
    snprintf(u->serial, sizeof u->serial, "CD%06d", n + 1);
    ide_signature(d, n & 1);
}

/* A geometry nobody can divide by is replaced. */
void ide_attach(struct ide *d, int n, struct block *media,
                const struct chs *chs, const char *serial)
{
    struct ide_unit *u = &d->unit[n & 1];

    u->media = media;
    u->packet = false;
    if (!media)
        return;
    u->chs = chs ? *chs : chs_of_disk(media);
    if (u->chs.cylinders == 0 || u->chs.heads == 0 || u->chs.heads > 16 ||
        u->chs.sectors == 0 || u->chs.sectors > 255)
        u->chs = chs_of_disk(media);
    snprintf(u->model, sizeof u->model, "isabox hard disk");
    if (serial)
        snprintf(u->serial, sizeof u->serial, "%s", serial);
    else
        snprintf(u->serial, sizeof u->serial, "ISA%05d", n + 1);
}

#define D struct ide_drive_state
static const struct field drive_fields[] = {
    FIELD(D, due,         "end of the busy phase, ns"),
    FIELD(D, lba,         "next sector of the transfer"),
    FIELD(D, left,        "sectors left in the command"),
    FIELD_MAX(D, at, IDE_BUFFER, "bytes of the block moved"),
    FIELD_MAX(D, size, IDE_BUFFER, "bytes in the block"),
    FIELD(D, feature,     "feature register"),
    FIELD(D, count,       "sector count"),
    FIELD(D, low,         "sector number, LBA 0-7"),
    FIELD(D, mid,         "cylinder low, LBA 8-15"),
    FIELD(D, high,        "cylinder high, LBA 16-23"),
    FIELD_BITS(D, device, "H0,H1,H2,H3,DEV,5,LBA,7", "device and head"),
    FIELD(D, hob_feature, "feature register, previous content"),
    FIELD(D, hob_count,   "sector count, previous content"),
    FIELD(D, hob_low,     "LBA 24-31"),
    FIELD(D, hob_mid,     "LBA 32-39"),
    FIELD(D, hob_high,    "LBA 40-47"),
    FIELD_BITS(D, error,  "AMNF,T0NF,ABRT,MCR,IDNF,MC,UNC,BBK", "error"),
    FIELD_BITS(D, status, "ERR,IDX,CORR,DRQ,DSC,DF,DRDY,BSY", "status"),
    FIELD(D, command,     "last command"),
    FIELD_MAX(D, phase, IDE_PHASES - 1, "what the disk is doing"),
    FIELD_MAX(D, mode, IDE_MODES - 1, "0 CHS, 1 LBA, 2 48-bit LBA"),
    FIELD_MAX(D, multiple, IDE_BLOCK, "sectors per block, 0 off"),
    FIELD_MAX(D, heads, 16, "translation: heads, 0 default"),
    FIELD(D, sectors,     "translation: sectors per track, 0 default"),
    FIELD(D, power,       "00h standby, 80h idle, FFh active"),
    FIELD(D, irq,         "interrupt pending"),
    FIELD(D, byte_wide,   "8-bit data transfers"),
    FIELD(D, keep,        "features outlive SRST"),
    FIELD(D, dma_mode,    "20h-22h multiword, 40h-42h Ultra DMA"),
    FIELD_ARRAY(D, data,  "the block being moved"),
    FIELD_END
};
#undef D
static const struct table drive_table =
    { "ide drive", sizeof(struct ide_drive_state), drive_fields };

#define S struct ide_state
static const struct field ide_fields[] = {
    FIELD_STRUCTS(S, drive, drive_table, "master and slave"),
    FIELD_STRUCTS(S, packet, atapi_table, "the same, as CD-ROM drives"),
    FIELD_BITS(S, control, "0,NIEN,SRST,3,4,5,6,HOB", "device control"),
    FIELD_MAX(S, select, IDE_DRIVES - 1, "the selected disk"),
    FIELD_ARRAY(S, spare, "zero"),
    FIELD_END
};
#undef S
static const struct table ide_table =
    { "ide", sizeof(struct ide_state), ide_fields };

const struct dev_ops ide_ops = {
    .name = "ide", .state = &ide_table, .reset = ide_reset,
    .port_in = ide_in, .port_out = ide_out,
    .port_run = ide_data_run, .loaded = ide_loaded,
};
