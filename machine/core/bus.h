/* bus.h - the I/O port space.
 *
 *   map[port] -> range[n] -> device       (n 0: nobody answers)
 *
 * Every port leads to one of a few ranges, the one attached last of those
 * that cover it. The memory of a range is that of whoever attaches it. An
 * access wider than the range's width is split into bytes (or words), low
 * address first, as the AT bus does; each part costs the bus time of the range
 * that it goes to. Reads of ports that nobody answers give all ones. */
#ifndef BUS_H
#define BUS_H

#include "machine/core/dev.h"

enum { BUS_RANGES = 256, PORTS = 65536, ISA_NS = 1000 };

struct range {
    const struct dev_ops *ops;
    void *dev;
    u16 first, count, base;             /* device port = port - first + base */
    u8 width;                           /* widest single access: 1, 2 or 4 */
    u8 index;                           /* its place in the bus; 0: detached */
    u32 ns;                             /* virtual time of one access */
    struct range *below;                /* the one attached before it */
    bool quiet;                         /* programs read it while they wait, so
                                           that it is no sign of work:
                                           clk_wait() */
    u8 steady;                          /* bit n, of the n-th port: once read
                                           it answers alike until an event or
                                           a write */
    u32 kept_in, kept_out;              /* bit n, of the n-th port: such an
                                           access gives and changes what the
                                           devices' saved states say, and does
                                           nothing else */
};

struct bus {
    u8 map[PORTS];                      /* index into range[]; 0: nobody */
    struct range *range[BUS_RANGES];
    struct range nobody;                /* range[0] */
    struct range *top;                  /* the one attached last */
    struct clk *clk;
    struct log *log;
};

void bus_init(struct bus *b, struct clk *clk, struct log *log);

/* Leads ports first..first+count-1 to the range's device, which sees them from
 * base on; they lie on top of what is there. A range that is attached already
 * moves. Its owner sets ops, dev, base, width, quiet, steady and ns before; an
 * ns of 0 becomes ISA_NS. ERR_RANGE: the bus holds BUS_RANGES - 1 others. */
enum err bus_attach(struct bus *b, struct range *r, u16 first, u16 count);

/* Takes a range out; what lies below it answers again. */
void bus_detach(struct bus *b, struct range *r);

/* An access by the CPU of 1, 2 or 4 bytes. Virtual time passes before the
 * device acts. */
u32  bus_in(struct bus *b, u16 port, int size);
void bus_out(struct bus *b, u16 port, int size, u32 v);

/* For string instructions: the range that may hand out runs of a port, NULL
 * when there is none and each access goes by itself. */
const struct range *bus_straight(const struct bus *b, u16 port, int size);

/* Where that range's device keeps the next *n elements, or fewer, or NULL: see
 * dev.h. Virtual time passes for all of them. */
u8 *bus_run(struct bus *b, const struct range *r, u16 port, int size, bool out,
            u32 *n);

#endif
