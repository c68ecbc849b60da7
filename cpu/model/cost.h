/* cost.h - what instructions cost in time, and how that is counted.
 *
 * A cost is a number of units. With a table of costs (one for each family, in
 * cost_table.c) a unit is a quarter of the processor's clock; without one each
 * instruction costs one unit, which is the flat pace of -speed MIPS. What an
 * instruction costs is known when it is decoded, from its row, its operands
 * and the mode. What depends on the data is added where it happens: a jump
 * that is taken, the end of a repeated string instruction, a fault.
 *
 * Costs and instructions are counted at once, so that neither needs an
 * instruction of the host's of its own:
 *
 *      63                          18 17             0
 *     +------------------------------+----------------+
 *     |             units            |  instructions  |    a charge
 *     +------------------------------+----------------+
 *
 * The budget, cpu.left, begins as the units until the next event, and each
 * charge is taken from all of its 64 bits. It is above 0 as long as units are
 * left, and its negative's lowest 18 bits are the instructions since it was
 * set. A charge fits the 32-bit operand of one instruction of the host's; a
 * block ends before its sum would not.
 *
 * References for the costs: cost_table.c. */
#ifndef COST_H
#define COST_H

#include "cpu/isa/insn.h"

enum { MOST_COST = 8000,                /* of a block, and one instruction */
       MOST_EXTRA = 63,                 /* of a jump that is taken */
       MOST_BUDGET = CHARGE_UNIT - (1 << 14) };

static inline u32 charge_of(u32 units) { return units << COUNT_BITS | 1; }

/* What a decoded instruction costs and counts. */
u32 cost_charge(const struct cpu *c, const struct insn *i);

/* The classes of all rows; NULL when out of memory. */
u8 *cost_classes_new(void);

#endif
