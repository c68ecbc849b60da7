/* ata.h - DMA between an ATA channel and the adapter that moves its data.
 *
 *   channel -- ready(), move() --> adapter --> memory
 *      ^                              |
 *      +--------- run (line) ---------+
 *
 * A drive that wants to move data (it asserts DMARQ) asks whether the adapter
 * is ready; then it lets the time pass that the bytes take and has them moved.
 * The line `run` rises when the guest starts the adapter, so that a drive that
 * waits goes on, and falls when the guest stops it, just before it does.
 *
 * Reference: T13 1321D (ATA/ATAPI-5), 9.7 and 10.2. */
#ifndef ATA_H
#define ATA_H

#include "machine/core/dev.h"

struct ata_dma {
    /* Would it move bytes of this channel in that direction now? */
    bool (*ready)(void *ctx, int channel, bool to_memory);
    /* Moves n bytes at p; fewer when it has no more room for them. */
    u32 (*move)(void *ctx, int channel, u8 *p, u32 n, bool to_memory);
    void *ctx;
    int channel;
};

/* False, and nothing moved, for a channel without an adapter. */
static inline bool ata_dma_ready(const struct ata_dma *a, bool to_memory)
{
    return a->ready && a->ready(a->ctx, a->channel, to_memory);
}

static inline u32 ata_dma_move(const struct ata_dma *a, u8 *p, u32 n,
                               bool to_memory)
{
    return a->move ? a->move(a->ctx, a->channel, p, n, to_memory) : 0;
}

#endif
