/* dev.h - what every device offers and what every device is given. */
#ifndef DEV_H
#define DEV_H

#include "machine/core/clk.h"
#include "machine/core/state.h"

/* A wire. set() is called only when the level changes. */
struct line {
    void (*set)(void *ctx, int n, bool level);
    void *ctx;
    int n;
    bool level;
};

static inline void line_set(struct line *l, bool level)
{
    if (l->level != level) {
        l->level = level;
        if (l->set)
            l->set(l->ctx, l->n, level);
    }
}

/* The uniform interface; a null entry means "does nothing". Addresses are
 * relative to the range the board mapped; size is 1, 2 or 4 bytes, and never
 * more than the width the board gave the range.
 *
 * port_run() is for string instructions: where the device keeps the next *n
 * elements that such accesses to a port would move, in either direction, with
 * no other effect than that its place goes on by as many, which it does at
 * once. It may make *n less; NULL when the next one must be a plain access.
 *
 * mem_same(): a write would leave everything as it is. Where there is one, what
 * reads give and change is a matter of the saved state and the memory alone.
 *
 * A device struct starts with its saved state, so `dev` points at both.
 * reset() is the RESET pin: it also brings a zeroed device to power-on state.
 * loaded() comes after a load, when the timers whose times are saved run
 * again (clk_reload()): it drives the output lines anew. */
struct dev_ops {
    const char *name;
    const struct table *state;
    void (*reset)(void *dev);
    u32  (*port_in)(void *dev, u16 port, int size);
    void (*port_out)(void *dev, u16 port, int size, u32 v);
    u8  *(*port_run)(void *dev, u16 port, int size, bool out, u32 *n);
    u32  (*mem_read)(void *dev, u32 off, int size);
    void (*mem_write)(void *dev, u32 off, int size, u32 v);
    u8   (*mem_peek)(const void *dev, u32 off);     /* changes nothing */
    bool (*mem_same)(const void *dev, u32 off, int size, u32 v);
    void (*loaded)(void *dev);
};

/* A pair of DREQ/DACK lines to a DMA controller, handed to the device on that
 * channel. The device asks for bytes to be moved between its buffer and
 * memory; the answer is how many moved: fewer than n when the count ran out
 * (then *tc is set; it is also set when the last byte asked for was the
 * last), 0 when the channel is masked or programmed for the other direction. */
struct dma_link {
    u32 (*move)(void *ctx, int channel, u8 *p, u32 n, bool to_memory,
                bool *tc);
    void *ctx;
    int channel;
};

static inline u32 dma_move(const struct dma_link *d, u8 *p, u32 n,
                           bool to_memory, bool *tc)
{
    *tc = false;
    return d->move ? d->move(d->ctx, d->channel, p, n, to_memory, tc) : 0;
}

/* Where a device's bytes go on the host: a serial line, a printer, the debug
 * console. NULL: nowhere. */
struct sink {
    void (*put)(void *ctx, u8 byte);
    void *ctx;
};

static inline void sink_put(const struct sink *s, u8 byte)
{
    if (s->put)
        s->put(s->ctx, byte);
}

/* What a chip's init takes: its time, its log, and a first id from which it
 * numbers its timers (16 are reserved for each chip). */
struct dev_env {
    struct clk *clk;
    struct log *log;
    u16 timer_id;
};

#endif
