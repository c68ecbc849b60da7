/* undefined.h - what the manual leaves open, so that processors may differ.
 *
 * Reference: SDM volume 2. The rows of opcodes.def say which flags are never
 * defined; those of shifts depend on the count. */
#ifndef UNDEFINED_H
#define UNDEFINED_H

#include "cpu/exec.h"

static inline bool shifts_twice(u32 slot)
{
    return slot == 0x1a4 || slot == 0x1a5 || slot == 0x1ac || slot == 0x1ad;
}

static inline bool shifts(u32 slot)
{
    return shifts_twice(slot) || (slot & ~1u) == 0xc0 ||
           (slot >= 0xd0 && slot <= 0xd3);
}

static inline u32 shift_count(u32 slot, const struct insn *i, u32 ecx)
{
    return (slot == 0xd0 || slot == 0xd1 ? 1 :
            slot == 0xd2 || slot == 0xd3 || slot == 0x1a5 || slot == 0x1ad
            ? ecx : i->imm) & 31;
}

static inline u32 shift_width(u32 slot, const struct insn *i)
{
    return !shifts_twice(slot) && !(slot & 1) ? 8 : i->flags & I_O32 ? 32 : 16;
}

/* Flags that the instruction leaves undefined; ecx holds the count. */
static inline u32 undefined_flags(const struct insn *i, u32 ecx)
{
    const struct op *o = &op_table[i->row];
    u32 n = shift_count(o->slot, i, ecx), undef;
    bool twice = shifts_twice(o->slot), shift = twice || (o->ext & 7) >= 4;

    if (!shifts(o->slot))
        return o->undef;
    undef = !n ? 0 : (n > 1 ? OF : 0) | (shift ? AF : 0);
    if (shift && !twice && n >= shift_width(o->slot, i))
        undef |= CF;
    return undef;
}

/* Nor is the result defined: SHLD and SHRD of words by more than 16, BSWAP
 * of a word. */
static inline bool undefined_result(const struct insn *i, u32 ecx)
{
    u32 slot = op_table[i->row].slot;

    if (shifts_twice(slot))
        return shift_count(slot, i, ecx) > shift_width(slot, i);
    return slot == 0x1c8 && !(i->flags & I_O32);
}

#endif
