/* dma.h - the AT's two Intel 8237A DMA controllers and its page registers.
 *
 *   ports 00-0F -> base  0 +--------+   (aliased at 10-1F on the AT)
 *   ports 80-8F -> base 16 | 8237A  |<--- struct dma_link of channels 0-3
 *   ports C0-DF -> base 32 |  pair  |<--- ... and 5-7, which move words
 *                          +--------+---> struct mem
 *
 * All ports are one byte wide. Channel 4 carries the requests of channels 0
 * to 3, so these work only while it is unmasked and in cascade mode.
 *
 * A PC/XT has one of them alone, whose channels need no cascade, and page
 * registers of four bits at 80-83 that can't be read: `single`.
 *
 * Devices call through the link when they have data: they wait for the medium
 * for longer than the bus is taken, so a transfer takes no time of its own. A
 * copy from memory to memory holds the CPU for two microseconds a byte. Memory
 * of devices is reached as RAM is; ROM is never written.
 *
 * Reference: Intel 231466-005 "8237A High Performance Programmable DMA
 * Controller"; IBM 1502494 "Technical Reference, Personal Computer AT".
 * Not modelled: stolen bus cycles, compressed timing, rotating priority, the
 * sense of DREQ and DACK, requests by software other than memory to memory,
 * memory to memory on the second controller. */
#ifndef DMA_H
#define DMA_H

#include "machine/core/mem.h"

enum { DMA_CHANNELS = 8 };

struct dma_channel {
    u16 base_addr, base_count;
    u16 addr, count;
    u8 mode;                            /* bits 2-7 of the mode register */
    u8 spare;
};

struct dma_chip {
    u8 command, status;                 /* status: TC in bits 0-3 */
    u8 request, mask;                   /* one bit per channel */
    u8 dreq;                            /* levels of the inputs */
    u8 temp;
    bool high;                          /* flip-flop: next byte is the high */
    u8 spare;
};

struct dma_state {
    struct dma_channel channel[DMA_CHANNELS];
    struct dma_chip chip[2];
    u8 page[16];                        /* by port, from 80 on */
};

struct dma {
    struct dma_state s;                 /* saved; must come first */

    bool single;                        /* a PC/XT's */
    struct mem *mem;
    struct log *log;
};

extern const struct dev_ops dma_ops;

void dma_init(struct dma *d, const struct dev_env *env, struct mem *mem);

/* The link for the device on a channel. */
struct dma_link dma_channel_link(struct dma *d, int channel);

/* Input wire, optional: DREQ of channel n, which only the status register
 * shows. */
void dma_set_dreq(void *dev, int n, bool level);

#endif
