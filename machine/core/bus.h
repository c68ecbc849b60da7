/* bus.h - the I/O port space.
 *
 * Every port leads to one of a few ranges. An access wider than the range's
 * width is split into bytes (or words), low address first, as the AT bus
 * does; each part costs the range's bus time. */
#ifndef BUS_H
#define BUS_H

#include "machine/core/dev.h"

enum { BUS_RANGES = 64, PORTS = 65536, ISA_NS = 1000 };

struct range {
    const struct dev_ops *ops;
    void *dev;
    u16 first, base;                    /* device port = port - first + base */
    u8 width;                           /* widest single access: 1, 2 or 4 */
    u32 ns;                             /* cost of one access */
    bool quiet;                         /* for clk_wait(); bit n of steady: */
    u8 steady;                          /* of the n-th port */
};

struct bus {
    u8 map[PORTS];                      /* index into range[]; 0: nobody */
    struct range range[BUS_RANGES];
    int ranges;
    struct clk *clk;
    struct log *log;
};

void bus_init(struct bus *b, struct clk *clk, struct log *log);

/* Leads ports first..first+count-1 to a device, which sees them from `base`
 * on. Later maps lie on top. */
enum err bus_map(struct bus *b, u16 first, u16 count, u16 base, u8 width,
                 const struct dev_ops *ops, void *dev);

/* What clk_wait() is told of the range that holds `port`: whether it is quiet,
 * and which of its first eight ports, a bit each, are steady to read: once
 * read, they answer alike until an event or a write. */
void bus_character(struct bus *b, u16 port, bool quiet, u8 steady);

u32  bus_in(struct bus *b, u16 port, int size);
void bus_out(struct bus *b, u16 port, int size, u32 v);

#endif
