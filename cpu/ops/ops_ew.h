/* ops_ew.h - operands of 16 bits whose register form may be wider: selectors
 * and the machine status word. */
#ifndef OPS_EW_H
#define OPS_EW_H

#include "cpu/ops/ops.h"

static inline u16 load_Ew(struct cpu *c, const struct insn *i)
{
    return i->flags & I_MEM ? ld16(c, i->seg, ea(c, i)) : reg16(c, i->rm);
}

static inline void store_Ew(struct cpu *c, const struct insn *i, u32 v)
{
    if (i->flags & I_MEM)
        st16(c, i->seg, ea(c, i), (u16)v);
    else if (insn_wide(i))
        set_reg32(c, i->rm, v);
    else
        set_reg16(c, i->rm, (u16)v);
}

#endif
