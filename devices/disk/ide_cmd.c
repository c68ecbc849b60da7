/* ide_cmd.c - AT attachment: the command set.
 *
 * A command runs when its busy time is over. Transfers go block by block: a
 * block is one sector, or what SET MULTIPLE MODE said. Each keeps its own
 * address and count, so what the host does to the registers meanwhile is of
 * no effect; the registers follow, as drivers expect. */
#include "devices/disk/ide.h"

#include <string.h>

enum { NEXT_NS = 5000, FLUSH_NS = 100000, AGAIN_NS = 1 };

static u64 total(const struct ide *d, int n)
{
    return d->unit[n].media->sectors;
}

void ide_done(struct ide *d, int n)
{
    ide_drive(d, n)->phase = IDE_IDLE;
    ide_drive(d, n)->status = ATA_READY;
    ide_irq(d, n, true);
}

static void ide_fail(struct ide *d, int n, u8 error)
{
    ide_drive(d, n)->phase = IDE_IDLE;
    ide_drive(d, n)->error = error;
    ide_drive(d, n)->status = ATA_READY | ATA_ERR;
    ide_irq(d, n, true);
}

static void aborted(struct ide *d, int n)
{
    ide_fail(d, n, ERR_ABRT);
}

static bool is_ext(u8 command)
{
    return command == 0x24 || command == 0x25 || command == 0x29 ||
           command == 0x34 || command == 0x35 || command == 0x39 ||
           command == 0x42;
}

static bool is_dma(u8 command)
{
    return command == 0x25 || command == 0x35 ||
           (command >= 0xc8 && command <= 0xcb);
}

static u64 lba28(const struct ide_drive_state *s)
{
    return (u64)(s->device & 0x0f) << 24 | (u64)s->high << 16 |
           (u64)s->mid << 8 | s->low;
}

static u64 lba48(const struct ide_drive_state *s)
{
    return (u64)s->hob_high << 40 | (u64)s->hob_mid << 32 |
           (u64)s->hob_low << 24 | (u64)s->high << 16 | (u64)s->mid << 8 |
           s->low;
}

/* UINT64_MAX, which no disk has, for a sector outside the track. */
static u64 from_chs(const struct ide *d, int n)
{
    const struct ide_drive_state *s = &d->s.drive[n];
    struct chs g = ide_translation(d, n);
    u32 cylinder = (u32)s->high << 8 | s->mid, head = s->device & 0x0f;

    if (s->low == 0 || s->low > g.sectors || head >= g.heads)
        return UINT64_MAX;
    return ((u64)cylinder * g.heads + head) * g.sectors + s->low - 1;
}

/* Takes address and count out of the registers. */
static void take_address(struct ide *d, int n)
{
    struct ide_drive_state *s = ide_drive(d, n);

    if (is_ext(s->command)) {
        s->mode = IDE_LBA48;
        s->lba = lba48(s);
        s->left = (u32)s->hob_count << 8 | s->count;
        s->left = s->left ? s->left : 65536;
        return;
    }
    s->mode = s->device & DEVICE_LBA ? IDE_LBA28 : IDE_CHS;
    s->lba = s->mode == IDE_LBA28 ? lba28(s) : from_chs(d, n);
    s->left = s->count ? s->count : 256;
}

static void show_chs(struct ide *d, int n, u64 lba)
{
    struct ide_drive_state *s = ide_drive(d, n);
    struct chs g = ide_translation(d, n);
    u64 track = lba / g.sectors, cylinder = track / g.heads;

    s->low = (u8)(lba % g.sectors + 1);
    s->mid = (u8)cylinder;
    s->high = (u8)(cylinder >> 8);
    s->device = (u8)((s->device & 0xf0) | track % g.heads);
}

static void show_lba(struct ide_drive_state *s, u64 lba)
{
    s->low = (u8)lba;
    s->mid = (u8)(lba >> 8);
    s->high = (u8)(lba >> 16);
    if (s->mode == IDE_LBA28) {
        s->device = (u8)((s->device & 0xf0) | (lba >> 24 & 0x0f));
    } else {
        s->hob_low = (u8)(lba >> 24);
        s->hob_mid = (u8)(lba >> 32);
        s->hob_high = (u8)(lba >> 40);
    }
}

/* Makes the registers tell of the sector last touched and of what is left. */
static void ide_show(struct ide *d, int n, u64 lba)
{
    struct ide_drive_state *s = ide_drive(d, n);

    if (s->mode == IDE_CHS)
        show_chs(d, n, lba);
    else
        show_lba(s, lba);
    s->count = (u8)s->left;
    if (s->mode == IDE_LBA48)
        s->hob_count = (u8)(s->left >> 8);
}

static bool ide_inside(const struct ide *d, int n)
{
    return d->s.drive[n].lba < total(d, n);
}

/* Sectors of the next block: what is left, what fits, what exists. */
static u32 block_size(const struct ide *d, int n, u32 most)
{
    const struct ide_drive_state *s = &d->s.drive[n];
    u64 exist = total(d, n) - s->lba;
    u32 k = s->left < most ? s->left : most;

    return k > exist ? (u32)exist : k;
}

static u32 block_limit(const struct ide_drive_state *s)
{
    switch (s->command) {
    case 0xc4: case 0xc5: case 0x29: case 0x39:
        return s->multiple ? s->multiple : 1;
    default:
        return is_dma(s->command) ? IDE_BLOCK : 1;
    }
}

/* The machine stops for the host's sake; the same is tried when it goes on. */
static bool ide_kept(struct ide *d, int n, enum ide_phase phase, enum err e)
{
    if (e == ERR_AGAIN)
        ide_busy(d, n, phase, AGAIN_NS);
    return e == ERR_AGAIN;
}

static void ide_complain(struct ide *d, int n, const char *what, enum err e)
{
    LOG(d->log, ERROR, "ide", "%s: %s of sector %llu: %s",
        d->unit[n].media->name, what,
        (unsigned long long)ide_drive(d, n)->lba,
        block_error(d->unit[n].media, e));
}

static void ide_offer(struct ide *d, int n, u32 bytes)
{
    struct ide_drive_state *s = ide_drive(d, n);

    s->at = 0;
    s->size = (u16)bytes;
    s->phase = IDE_IN;
    s->status = ATA_READY | ATA_DRQ;
    ide_irq(d, n, true);
}

static void request(struct ide *d, int n, u32 bytes, bool irq)
{
    struct ide_drive_state *s = ide_drive(d, n);

    s->at = 0;
    s->size = (u16)bytes;
    s->phase = IDE_OUT;
    s->status = ATA_READY | ATA_DRQ;
    if (irq)
        ide_irq(d, n, true);
}

/* On to the next sectors: k of them are done. */
static void proceed(struct ide *d, int n, u32 k)
{
    struct ide_drive_state *s = ide_drive(d, n);

    s->lba += k;
    s->left -= k;
    ide_show(d, n, s->lba - 1);
}

/* Reads k sectors into the buffer, or ends the command. phase: to come back
 * to when it has to be tried again. */
static bool ide_load(struct ide *d, int n, u32 *k, u32 most,
                     enum ide_phase phase)
{
    struct ide_drive_state *s = ide_drive(d, n);
    enum err e;

    if (!ide_inside(d, n)) {
        ide_fail(d, n, ERR_IDNF);
        return false;
    }
    *k = block_size(d, n, most);
    e = block_read(d->unit[n].media, s->lba, s->data, *k);
    if (ide_kept(d, n, phase, e))
        return false;
    if (e) {
        ide_complain(d, n, "read", e);
        ide_show(d, n, s->lba);
        ide_fail(d, n, ERR_UNC);
        return false;
    }
    proceed(d, n, *k);
    return true;
}

static void read_block(struct ide *d, int n)
{
    const struct ide_drive_state *s = ide_drive(d, n);
    u32 k;

    if (!ide_load(d, n, &k, block_limit(s), IDE_READ))
        return;
    if (is_dma(s->command))
        ide_dma(d, n, IDE_DMA_IN, k * SECTOR);
    else
        ide_offer(d, n, k * SECTOR);
}

static void verify_block(struct ide *d, int n)
{
    u32 k;

    if (!ide_load(d, n, &k, IDE_BLOCK, IDE_VERIFY))
        return;
    if (ide_drive(d, n)->left)
        ide_busy(d, n, IDE_VERIFY, NEXT_NS);
    else
        ide_done(d, n);
}

static void await_block(struct ide *d, int n, bool irq)
{
    const struct ide_drive_state *s = ide_drive(d, n);
    u32 bytes;

    if (!ide_inside(d, n)) {
        ide_fail(d, n, ERR_IDNF);
        return;
    }
    bytes = block_size(d, n, block_limit(s)) * SECTOR;
    if (is_dma(s->command))
        ide_dma(d, n, IDE_DMA_OUT, bytes);
    else
        request(d, n, bytes, irq);
}

static bool is_write(u8 command)
{
    return command == 0x30 || command == 0x31 || command == 0xc5 ||
           command == 0x34 || command == 0x35 || command == 0x39 ||
           command == 0xca || command == 0xcb;
}

/* The host's block is complete and goes to the medium. */
static void ide_write_block(struct ide *d, int n)
{
    struct ide_drive_state *s = ide_drive(d, n);
    u32 k = s->size / SECTOR;
    enum err e;

    if (!is_write(s->command)) {        /* WRITE BUFFER, FORMAT TRACK */
        ide_done(d, n);
        return;
    }
    if (k > s->left)                    /* only a forged state says so */
        k = s->left;
    e = block_write(d->unit[n].media, s->lba, s->data, k);
    if (ide_kept(d, n, IDE_WRITE, e))
        return;
    if (e) {
        ide_complain(d, n, "write", e);
        ide_fail(d, n, e == ERR_RANGE ? ERR_IDNF : ERR_ABRT);
        return;
    }
    proceed(d, n, k);
    if (s->left)
        await_block(d, n, true);
    else
        ide_done(d, n);
}

void ide_block_taken(struct ide *d, int n)
{
    struct ide_drive_state *s = ide_drive(d, n);

    if (s->left || (d->unit[n].packet &&
                    d->s.packet[n].stage == ATAPI_IN)) {
        ide_busy(d, n, IDE_READ, NEXT_NS);
    } else {
        s->phase = IDE_IDLE;
        s->status = ATA_READY;
    }
}

void ide_block_given(struct ide *d, int n)
{
    ide_busy(d, n, IDE_WRITE, NEXT_NS);
}

static void cmd_read(struct ide *d, int n)
{
    take_address(d, n);
    read_block(d, n);
}

static void cmd_write(struct ide *d, int n)
{
    take_address(d, n);
    await_block(d, n, false);
}

static void cmd_read_multiple(struct ide *d, int n)
{
    if (ide_drive(d, n)->multiple)
        cmd_read(d, n);
    else
        aborted(d, n);
}

static void cmd_write_multiple(struct ide *d, int n)
{
    if (ide_drive(d, n)->multiple)
        cmd_write(d, n);
    else
        aborted(d, n);
}

static void cmd_read_dma(struct ide *d, int n)
{
    if (ide_has_dma(d))
        cmd_read(d, n);
    else
        aborted(d, n);
}

static void cmd_write_dma(struct ide *d, int n)
{
    if (ide_has_dma(d))
        cmd_write(d, n);
    else
        aborted(d, n);
}

static void cmd_verify(struct ide *d, int n)
{
    take_address(d, n);
    verify_block(d, n);
}

static void ide_cmd_seek(struct ide *d, int n)
{
    take_address(d, n);
    if (ide_inside(d, n))
        ide_done(d, n);
    else
        ide_fail(d, n, ERR_IDNF);
}

/* SET MULTIPLE MODE takes powers of two; 0 turns the mode off. */
static void cmd_set_multiple(struct ide *d, int n)
{
    struct ide_drive_state *s = ide_drive(d, n);
    u8 k = s->count;

    if (k > IDE_BLOCK || (k & (k - 1)) != 0) {
        aborted(d, n);
        return;
    }
    s->multiple = k;
    ide_done(d, n);
}

static void cmd_parameters(struct ide *d, int n)
{
    struct ide_drive_state *s = ide_drive(d, n);

    if (s->count == 0) {
        aborted(d, n);
        return;
    }
    s->heads = (s->device & 0x0f) + 1;
    s->sectors = s->count;
    ide_done(d, n);
}

static void cmd_diagnostic(struct ide *d, int n)
{
    ide_signature(d, n);
    d->s.select = 0;
    ide_irq(d, n, true);
}

static void cmd_features(struct ide *d, int n)
{
    struct ide_drive_state *s = ide_drive(d, n);

    switch (s->feature) {
    case 0x01: s->byte_wide = true; break;
    case 0x81: s->byte_wide = false; break;
    case 0x66: s->keep = true; break;
    case 0xcc: s->keep = false; break;
    case 0x02: case 0x82: case 0x55: case 0xaa: break;  /* caches */
    case 0x03:
        if (ide_set_mode(d, n, s->count))
            break;
        /* fall through */
    default:
        aborted(d, n);
        return;
    }
    ide_done(d, n);
}

static bool ide_flush(struct ide *d, int n)
{
    enum err e = block_flush(d->unit[n].media);

    if (!e || ide_kept(d, n, IDE_COMMAND, e))
        return !e;
    ide_complain(d, n, "flush", e);
    aborted(d, n);
    return false;
}

static void cmd_flush(struct ide *d, int n)
{
    if (ide_flush(d, n))
        ide_done(d, n);
}

/* E0-E3, E5, E6, and ATA-1's 94-99 for the same. */
static void cmd_power(struct ide *d, int n)
{
    struct ide_drive_state *s = ide_drive(d, n);

    switch (s->command) {
    case 0xe1: case 0xe3: case 0x95: case 0x97:
        s->power = POWER_IDLE;
        break;
    case 0xe5: case 0x98:
        s->count = s->power;
        break;
    default:                            /* standby and sleep empty the cache */
        if (!ide_flush(d, n))
            return;
        s->power = POWER_STANDBY;
        break;
    }
    ide_done(d, n);
}

static void cmd_native_max(struct ide *d, int n)
{
    struct ide_drive_state *s = ide_drive(d, n);
    u64 last = total(d, n) - 1;

    s->left = 0;
    if (s->command == 0x27) {
        s->mode = IDE_LBA48;
    } else {
        s->mode = IDE_LBA28;
        if (last > 0x0ffffffe)
            last = 0x0ffffffe;
    }
    show_lba(s, last);
    ide_done(d, n);
}

static void cmd_identify(struct ide *d, int n)
{
    ide_identify(d, n, ide_drive(d, n)->data);
    ide_offer(d, n, SECTOR);
}

static void cmd_read_buffer(struct ide *d, int n)
{
    ide_offer(d, n, SECTOR);
}

static void cmd_take_sector(struct ide *d, int n)
{
    request(d, n, SECTOR, false);
}

static const struct {
    u8 first, last;
    void (*run)(struct ide *d, int n);
} commands[] = {
    { 0x10, 0x1f, ide_done },                       /* RECALIBRATE */
    { 0x20, 0x21, cmd_read },
    { 0x24, 0x24, cmd_read },                   /* EXT */
    { 0x25, 0x25, cmd_read_dma },               /* EXT */
    { 0x27, 0x27, cmd_native_max },             /* EXT */
    { 0x29, 0x29, cmd_read_multiple },          /* EXT */
    { 0x30, 0x31, cmd_write },
    { 0x34, 0x34, cmd_write },                  /* EXT */
    { 0x35, 0x35, cmd_write_dma },              /* EXT */
    { 0x39, 0x39, cmd_write_multiple },         /* EXT */
    { 0x40, 0x42, cmd_verify },                 /* 42: EXT */
    { 0x50, 0x50, cmd_take_sector },            /* FORMAT TRACK */
    { 0x70, 0x7f, ide_cmd_seek },
    { 0x90, 0x90, cmd_diagnostic },
    { 0x91, 0x91, cmd_parameters },
    { 0x94, 0x99, cmd_power },
    { 0xc4, 0xc4, cmd_read_multiple },
    { 0xc5, 0xc5, cmd_write_multiple },
    { 0xc6, 0xc6, cmd_set_multiple },
    { 0xc8, 0xc9, cmd_read_dma },
    { 0xca, 0xcb, cmd_write_dma },
    { 0xe0, 0xe3, cmd_power },
    { 0xe4, 0xe4, cmd_read_buffer },
    { 0xe5, 0xe6, cmd_power },
    { 0xe7, 0xe7, cmd_flush },
    { 0xe8, 0xe8, cmd_take_sector },            /* WRITE BUFFER */
    { 0xea, 0xea, cmd_flush },                  /* EXT */
    { 0xec, 0xec, cmd_identify },
    { 0xef, 0xef, cmd_features },
    { 0xf8, 0xf8, cmd_native_max },
};

static void run_command(struct ide *d, int n)
{
    const struct ide_drive_state *s = ide_drive(d, n);
    u8 c = s->command;

    LOG(d->log, TRACE, "ide", "command %02x drive %d count %02x at %02x %02x "
        "%02x %02x", c, n, s->count, s->low, s->mid, s->high, s->device);
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (c >= commands[i].first && c <= commands[i].last) {
            if (c < 0x94 || (c > 0x99 && c < 0xe0) || c > 0xe6)
                ide_drive(d, n)->power = POWER_ACTIVE;
            commands[i].run(d, n);
            return;
        }
    }
    LOG(d->log, TODO, "ide", "command %02x", c);        /* and NOP */
    aborted(d, n);
}

void ide_command(struct ide *d, int n)
{
    u8 phase = ide_drive(d, n)->phase;

    if (phase == IDE_DMA_IN || phase == IDE_DMA_OUT) {
        ide_dma_step(d, n);
        return;
    }
    if (d->unit[n].packet) {
        atapi_step(d, n);
        return;
    }
    switch (phase) {
    case IDE_COMMAND: run_command(d, n); break;
    case IDE_READ:    read_block(d, n); break;
    case IDE_WRITE:   ide_write_block(d, n); break;
    case IDE_VERIFY:  verify_block(d, n); break;
    default: break;
    }
}
