/* stop.h - where the processor stops for a debugger on the host.
 *
 * The list of stops (cpu_set_stops()) holds places of code, ranges of memory
 * and kinds of events. No guest byte and no guest-visible state changes, and
 * nothing is asked per instruction:
 *
 *   code    a block ends before such a place, and the block that begins there
 *           holds one instruction and is marked (struct block.stops); it never
 *           gets an engine's form, so every way to it leads by block_at()
 *   memory  the TLB entries of its pages are marked TLB_WATCH, and no access
 *           goes by the windows of the engines: accesses to other pages stay
 *           quick
 *   events  interrupts, ports and changes of mode come by functions that ask
 *           for `stop_kinds`
 *
 * A stop at code comes before the instruction; any other comes behind the
 * instruction, or the entry of the handler, that brought it about. */
#ifndef STOP_H
#define STOP_H

#include "cpu/exec.h"

enum { STOPS_DATA = 1 << STOP_READ | 1 << STOP_WRITE,
       /* Those that the engines' quick handlers know nothing of. */
       STOPS_SLOW = STOPS_DATA | 1 << STOP_INT | 1 << STOP_FAULT };

static inline bool stops_at(const struct cpu *c, enum cpu_stop_kind kind)
{
    return unlikely(c->stop_kinds >> kind & 1);
}

/* Whether a block must end before the instruction at this place. Paged blocks
 * are known by physical address, so the offset in the page decides. */
bool stop_cuts_here(const struct cpu *c, u32 phys, bool paged);

static inline bool stop_cuts(const struct cpu *c, u32 phys, bool paged)
{
    return stops_at(c, STOP_CODE) && stop_cuts_here(c, phys, paged);
}

/* The processor is about to run the marked instruction at CS:EIP; comes back
 * when it shall. */
void stop_at_code(struct cpu *c, const struct insn *i);

/* Whether accesses to a page must be looked at. */
bool stop_in_page(const struct cpu *c, u32 page, u32 phys, bool write);

static inline bool page_stops(const struct cpu *c, u32 page, u32 phys,
                              enum tlb_kind kind)
{
    return unlikely(c->stop_kinds & STOPS_DATA) && kind != TLB_FETCH &&
           stop_in_page(c, page, phys, kind == TLB_WRITE);
}

/* An access to such a page; a bus master's; any other event. */
void stop_data(struct cpu *c, u32 lin, u32 phys, u32 size, bool write);
void stop_master(struct cpu *c, u32 phys, u32 n);
void stop_event(struct cpu *c, enum cpu_stop_kind kind, u32 at, u32 size);

#endif
