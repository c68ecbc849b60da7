/* queue.h - the prefetch queue of the 8086 and 80186, where software sees it.
 *
 * Both chips have fetched up to six bytes behind the instruction that runs,
 * and do not see a store over them. Programs tell an 8086 from an 8088, whose
 * queue has four, by a repeated string store over what follows it: long
 * enough for the queue to be full whatever came before. That case is modelled;
 * other stores count at once, as on later processors, since how full the
 * queue is then depends on the bus, cycle by cycle.
 *
 * Reference: Intel, 8086 Family User's Manual, 2-6 (instruction queue). */
#ifndef QUEUE_H
#define QUEUE_H

#include "cpu/core.h"

/* FILLING: a repeated store is under way. STALE: memory holds something else
 * than what was fetched, and the fetched bytes are what runs. */
enum { QUEUE_OFF, QUEUE_FILLING, QUEUE_STALE };

/* Before the first and after the last turn of a repeated store; EIP is behind
 * it, or back at it when it has to go on later. */
void queue_fill(struct cpu *c);
void queue_done(struct cpu *c);

/* Whether the instruction at a linear address comes from the queue; a jump
 * elsewhere empties it. Asked for STALE only. */
bool queue_goes_on(struct cpu *c, u32 lin);

/* What the queue has of a linear address, or -1. */
int queue_byte(const struct cpu *c, u32 lin);

#endif
