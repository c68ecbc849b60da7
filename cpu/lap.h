/* lap.h - loops that leave everything as it was are not run over and over.
 *
 * When registers and memory are what they were some instructions ago, and
 * nothing else was asked or told in between, the processor goes round in
 * circles: each lap is like the last one until an interrupt or an event comes.
 * Then whole laps are skipped, as many as end before the next event; the rest
 * is run. Time, instruction count and state are the same as without, so this
 * is, like the block cache, only a way of being quick: none of it is saved or
 * hashed, and an engine without the cache does without it.
 *
 * To find laps, the processor is watched now and then for some thousand
 * instructions: the plain engine runs, stores go the long way (TLB_LOG), and
 * each byte that changes leaves its mark in a sum which is the same again only
 * when the bytes are (but once in 2^64). The more looks in a row find nothing,
 * the longer the program runs unwatched before the next one: in the end 4,096
 * times as long as that look may take.
 *
 * A lap may use ports and memory of devices of which is known that their saved
 * states alone decide what such an access gives and changes (clk_keep()). Then
 * the chips, too, must be as they were.
 *
 * Not found: laps that read a clock, draw or count something, or tell a device
 * what it was not told before. */
#ifndef LAP_H
#define LAP_H

#include "cpu/exec.h"

/* Every instruction is run from now on. */
void lap_off(struct cpu *c);

/* Forgets what was known: the state is another one. */
void lap_forget(struct cpu *c);

/* Something came from outside the program: an interrupt, a DMA transfer, a
 * change of the memory map. */
void lap_broken(struct cpu *c);

/* Between two instructions, before the budget is made: begins a look that is
 * due, or skips laps that end before the next event. */
void lap_act(struct cpu *c);

static inline bool lap_due(const struct cpu *c)
{
    return c->laps.insns ||
           (!c->laps.on && cpu_icount(c) >= c->laps.look_at);
}

/* To be called between two instructions of a processor that is watched, when
 * EIP is the anchor's, or when `gap` instructions have passed and the anchor
 * has to move. True: the watch is over, for a lap was found or the look has
 * taken long enough. */
bool lap_passed(struct cpu *c);

static inline bool lap_step(struct cpu *c)
{
    struct laps *l = &c->laps;

    return l->on && !c->attention &&
           (c->s.eip == l->at.eip || cpu_icount(c) >= l->move_at) &&
           lap_passed(c);
}

/* To be called when what comes next depends on more than registers and memory:
 * no lap can end before the anchor has moved on. */
static inline void lap_spoil(struct cpu *c)
{
    c->laps.spoilt = true;
}

/* A byte in memory is about to change; `device`: on a picture. */
void lap_store(struct cpu *c, u32 phys, const u8 *p, int size, u32 v,
               bool device);

/* Stores are noted by address in sum[NOTED] as well, each zero again where
 * nothing differs; [0] is of memory on devices. NULL: no longer. */
void lap_note(struct cpu *c, u64 *sum);

#endif
