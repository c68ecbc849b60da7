/* pit.h - Intel 8254 programmable interval timer.
 *
 * Three 16-bit counters at 1.193182 MHz. Counter 0's output is the system
 * tick, 1 times DRAM refresh, 2 drives the speaker.
 *
 *            gate n --->+-------+
 *   ports 0..3 <------->| 8254  |--> out[n]
 *          clk -------->+-------+
 *
 * Ports, one byte wide: 40-43 from base 0. Gates 0 and 1 are pulled up; gate
 * 2 is low until pit_set_gate() says otherwise.
 *
 * A counter's value and output are functions of time. An event is armed only
 * for the next edge of an output that leads somewhere; that of any other is
 * to be had from pit_output().
 *
 * Reference: Intel 231164-005 "8254 Programmable Interval Timer".
 * Not modelled: what a counter does between a new mode and its first count (it
 * stands); the end of a mode 4 strobe during which the gate falls. */
#ifndef PIT_H
#define PIT_H

#include "machine/core/dev.h"

#define PIT_HZ 1193182

enum { PIT_COUNTERS = 3 };

/* Times are in ticks of PIT_HZ since power on. */
struct pit_counter {
    u64 at;                             /* when `held` was the truth */
    u64 held;                           /* CLK pulses counted since load */
    u64 load_at;                        /* when cr goes into the counter */
    ns_t due;                           /* of the next edge of a wired output */
    u16 cr;                             /* count register, as written */
    u16 n;                              /* count loaded last; 0: the modulus */
    u16 latch;
    u8 control;                         /* low six bits of the control word */
    u8 status;                          /* latched by a read-back command */
    u8 low;                             /* first byte of a two-byte write */
    bool gate;                          /* input level */
    bool written;                       /* has a count since its control word */
    bool loading;                       /* load_at lies ahead */
    bool loaded;                        /* counts, or would if gated */
    bool null_count;                    /* cr is not in the counter yet */
    bool write_high, read_high;         /* the next access is the high byte */
    bool latched, status_latched;
    bool driven;                        /* level of a wired output until then */
    u8 spare[5];
};

struct pit_state {
    struct pit_counter counter[PIT_COUNTERS];
};

struct pit {
    struct pit_state s;                 /* saved; must come first */

    struct line out[PIT_COUNTERS];
    struct timer edge[PIT_COUNTERS];    /* next edge of each wired output */
    struct clk *clk;
    struct log *log;
};

extern const struct dev_ops pit_ops;

void pit_init(struct pit *p, const struct dev_env *env);

/* Input wire: the gate of counter n. */
void pit_set_gate(void *dev, int n, bool level);

/* The level of output n now, wired or not; changes nothing. */
bool pit_output(const struct pit *p, int n);

#endif
