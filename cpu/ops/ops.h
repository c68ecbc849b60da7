/* ops.h - what files of handlers share: declarations, templates by width.
 *
 * A template file NAME.inc is included with W 8, 16 and 32 (or two of them);
 * in it U and S are the unsigned and signed type, FN(x) is a name that ends
 * in the width and HANDLER(x) begins the handler x_W of opcodes.def. */
#ifndef OPS_H
#define OPS_H

#include "cpu/exec.h"

static inline u32 mask_of_width(int width)
{
    return width == 8 ? 0xff : 0xffff;
}

#define GLUE_(a, b) a##b
#define GLUE(a, b)  GLUE_(a, b)
#define U           GLUE(u, W)
#define S           GLUE(s, W)
#define FN(n)       GLUE(n, W)
#define MSB         ((U)((U)1 << (W - 1)))

#define HANDLER(n)  void GLUE(n##_, W)(struct cpu *c, const struct insn *i)
#define HANDLER1(n) void n(struct cpu *c, const struct insn *i)

#define DECLARE(h)  void h(struct cpu *c, const struct insn *i);
#define OP(slot, ext, mnem, h, ...)   DECLARE(h)
#define OPF(slot, ext, mnem, h, ...)  DECLARE(h)
#define OPB(slot, ext, mnem, h, ...)  DECLARE(h##_8)
#define OPV(slot, ext, mnem, h, ...)  DECLARE(h##_16) DECLARE(h##_32)
#define OPVF(slot, ext, mnem, h, ...) DECLARE(h##_16) DECLARE(h##_32)
#include "cpu/isa/opcodes.def"
#undef OP
#undef OPF
#undef OPB
#undef OPV
#undef OPVF
#undef DECLARE

/* ---- operands in registers or memory, by ModRM ---- */

#define OPERANDS(W)                                                         \
    static inline u##W get_e##W(struct cpu *c, const struct insn *i)        \
    {                                                                       \
        return i->flags & I_MEM ? ld##W(c, i->seg, ea(c, i))                \
                                : reg##W(c, i->rm);                         \
    }                                                                       \
    /* What is written next: faults as the write would. */                  \
    static inline u##W get_ew##W(struct cpu *c, const struct insn *i)       \
    {                                                                       \
        return i->flags & I_MEM ? ldw##W(c, i->seg, ea(c, i))               \
                                : reg##W(c, i->rm);                         \
    }                                                                       \
    static inline void put_e##W(struct cpu *c, const struct insn *i,        \
                                u##W v)                                     \
    {                                                                       \
        if (i->flags & I_MEM)                                               \
            st##W(c, i->seg, ea(c, i), v);                                  \
        else                                                                \
            set_reg##W(c, i->rm, v);                                        \
    }
OPERANDS(8)
OPERANDS(16)
OPERANDS(32)
#undef OPERANDS

/* ---- the sixteen conditions, in the order of their codes ---- */

#define CONDITIONS(X)                                                       \
    X(o,  flag_of(c))                     X(no, !flag_of(c))                \
    X(c,  flag_cf(c))                     X(nc, !flag_cf(c))                \
    X(z,  flag_zf(c))                     X(nz, !flag_zf(c))                \
    X(na, flag_cf(c) | flag_zf(c))        X(a,  !(flag_cf(c) | flag_zf(c))) \
    X(s,  flag_sf(c))                     X(ns, !flag_sf(c))                \
    X(pe, flag_pf(c))                     X(po, !flag_pf(c))                \
    X(l,  flag_sf(c) ^ flag_of(c))        X(nl, !(flag_sf(c) ^ flag_of(c))) \
    X(ng, flag_zf(c) | (flag_sf(c) ^ flag_of(c)))                           \
    X(g,  !(flag_zf(c) | (flag_sf(c) ^ flag_of(c))))

/* Interrupt 0, with the IP that this model pushes. */
void divide_error(struct cpu *c);

/* ---- i8086.c: what that chip's microcode does to undefined flags ---- */

u32 i8086_mul(struct cpu *c, u32 a, u32 b, int width, bool is_signed,
              bool negate);
bool i8086_div(struct cpu *c, u32 high, u32 low, u32 by, int width, u32 *quot,
               u32 *rest);
bool i8086_idiv(struct cpu *c, u32 high, u32 low, u32 by, int width,
                bool negate, u32 *quot, u32 *rest);

/* ---- i80286.c: the flags of divisions whose quotient does not fit ---- */

void i80286_div_flags(struct cpu *c, u32 high, u32 low, u32 by, int width);
void i80286_idiv_flags(struct cpu *c, u32 high, u32 low, u32 by, int width);

#endif
