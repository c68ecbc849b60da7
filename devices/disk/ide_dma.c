/* ide_dma.c - AT attachment: data by DMA, and the modes for it.
 *
 *   waits: DRQ, no timer --(adapter ready)--> busy: the bytes' time --> moved
 *        ^                                         |
 *        +--- the adapter was stopped, or its -----+
 *             table is at its end
 *
 * The block in the buffer is moved in one go when the time that it takes is
 * over. An adapter that is stopped before gets what the drive had the time
 * for, in whole words. */
#include "devices/disk/ide.h"

enum { MODES = 3, MODE_CLASS = 3 };     /* class << 3 | mode */

static bool ide_is_selected(const struct ide *d, int n)
{
    return (d->s.select & 1) == n;
}

static bool moves_by_dma(const struct ide_drive_state *s)
{
    return s->phase == IDE_DMA_IN || s->phase == IDE_DMA_OUT;
}

/* ns for a word of 16 bits: the cycle times of ATA's modes 0 to 2. */
static u32 word_ns(const struct ide_drive_state *s)
{
    static const u16 single[] = { 960, 480, 240 }, multi[] = { 480, 150, 120 },
                     ultra[] = { 120, 80, 60 };
    u32 mode = (s->dma_mode & 7) % MODES;

    switch (s->dma_mode >> MODE_CLASS) {
    case SINGLE_WORD_DMA: return single[mode];
    case MULTIWORD_DMA:   return multi[mode];
    default:              return ultra[mode];
    }
}

static u32 bytes_left(const struct ide_drive_state *s)
{
    return s->size > s->at ? (u32)(s->size - s->at) : 0;
}

/* Begins or waits for the adapter. */
static void dma_go_on(struct ide *d, int n)
{
    struct ide_drive_state *s = ide_drive(d, n);

    timer_stop(&d->done[n]);
    s->status = ATA_READY | ATA_DRQ;
    if (ide_is_selected(d, n) &&
        ata_dma_ready(&d->dma, s->phase == IDE_DMA_IN))
        ide_busy(d, n, (enum ide_phase)s->phase,
                 (ns_t)((bytes_left(s) + 1) / 2) * word_ns(s));
}

void ide_dma(struct ide *d, int n, enum ide_phase phase, u32 bytes)
{
    struct ide_drive_state *s = ide_drive(d, n);

    s->at = 0;
    s->size = (u16)bytes;
    s->phase = (u8)phase;
    dma_go_on(d, n);
}

static void dma_over(struct ide *d, int n)
{
    const struct ide_drive_state *s = ide_drive(d, n);

    if (s->phase == IDE_DMA_OUT)
        ide_block_given(d, n);
    else if (s->left || d->unit[n].packet)
        ide_block_taken(d, n);
    else
        ide_done(d, n);
}

static void move_words(struct ide *d, int n, u32 bytes)
{
    struct ide_drive_state *s = ide_drive(d, n);

    s->at += (u16)ata_dma_move(&d->dma, s->data + s->at, bytes,
                               s->phase == IDE_DMA_IN);
}

void ide_dma_step(struct ide *d, int n)
{
    struct ide_drive_state *s = ide_drive(d, n);

    if (bytes_left(s) && ide_is_selected(d, n))
        move_words(d, n, bytes_left(s));
    if (bytes_left(s))
        dma_go_on(d, n);
    else
        dma_over(d, n);
}

/* The adapter stops now: what would be moved by its time is. */
static void dma_cut_short(struct ide *d, int n)
{
    struct ide_drive_state *s = ide_drive(d, n);
    ns_t rest = s->due - d->clk->now;
    u64 late = rest > 0 ? 2 * (((u64)rest + word_ns(s) - 1) / word_ns(s)) : 0;

    if (late < bytes_left(s))
        move_words(d, n, bytes_left(s) - (u32)late);
    timer_stop(&d->done[n]);
    s->status = ATA_READY | ATA_DRQ;
}

void ide_dma_look(struct ide *d)
{
    for (int n = 0; n < IDE_DRIVES; n++)
        if (moves_by_dma(ide_drive(d, n)) &&
            !(ide_drive(d, n)->status & ATA_BSY))
            dma_go_on(d, n);
}

void ide_run(void *ide, int n, bool level)
{
    struct ide *d = ide;

    (void)n;
    if (level) {
        ide_dma_look(d);
        return;
    }
    for (int i = 0; i < IDE_DRIVES; i++)
        if (moves_by_dma(ide_drive(d, i)) && ide_drive(d, i)->due != NEVER)
            dma_cut_short(d, i);
}

/* ---- modes ---- */

bool ide_set_mode(struct ide *d, int n, u8 v)
{
    bool pio = v <= 1 || (v >= 8 && v <= 12);
    u8 class = v >> MODE_CLASS;
    bool dma = (class == SINGLE_WORD_DMA || class == MULTIWORD_DMA ||
                class == ULTRA_DMA) && (v & 7) < MODES;

    if (dma && ide_has_dma(d))
        ide_drive(d, n)->dma_mode = v;
    return pio || (dma && ide_has_dma(d));
}

/* Bits 0-2: modes there are; 8-10: the one that is set. */
u16 ide_mode_word(const struct ide *d, int n, u8 class)
{
    u8 v = d->s.drive[n].dma_mode;

    if (!ide_has_dma(d))
        return 0;
    return (u16)(7 | (v >> MODE_CLASS == class ? 0x100 << (v & 7) % MODES : 0));
}
