/* flags.h - the six arithmetic flags, kept lazily.
 *
 * An operation leaves its result, sign-extended to 32 bits, in `fr` and four
 * details in `fx`; a flag is worked out when somebody reads it.
 *   ZF: fr is 0                SF: bit 31 of fr, xor FX_SD
 *   PF: parity of fr's low byte xor fx bits 8-15
 *   CF: bit 31 of fx           OF: CF xor bit 30 (the carry into the sign)
 *   AF: bit 3, 19 or 27 of fx, the others are 0
 *   fx:  31 CF | 30 FX_PO | 27, 19, 3 AF | 15-8 FX_PDB | 0 FX_SD
 *
 * CF, FX_PO and AF are bits of the vector of carries out of each bit position.
 * The plain handlers shift its top to bits 31 and 30 and leave AF at bit 3; the
 * fast ones rotate the whole vector of a word or a byte, which takes AF to bit
 * 19 or 27. FX_PDB and FX_SD are 0 after an operation. They say how PF and SF
 * differ from those of `fr`, for flags that software loads need not agree with
 * any result.
 *
 * Threaded code may put off even that where it expects nobody to read them
 * (threaded/make/flags.c). It leaves the operands of an operation in fr and fb
 * and in fx which one it was; whoever reads a flag has it done again:
 *   fx:  13-8 width | 7-4 enum held | 1 FX_HELD        otherwise 0
 * INC and DEC, which keep CF, leave their result in fs and set only one byte of
 * fx, on top of either form:
 *   fx:  20-18 bytes | 17 DEC | 16 FX_STEP
 * Upper halves of fr, fb and fs that the width does not reach are anything. */
#ifndef FLAGS_H
#define FLAGS_H

#include "cpu/core.h"

enum { ARITH = CF | PF | AF | ZF | SF | OF };
enum { FX_SD = 1, FX_AF = 8, FX_PDB = 0xff00, FX_PO = 1 << 30,
       FX_AFS = 0x08080008 };
#define FX_CF 0x80000000u

enum held { HELD_ADD, HELD_SUB, HELD_ROL, HELD_ROR, HELD_SHL, HELD_SHR,
            HELD_SAR, HELD_MUL, HELD_IMUL };
enum { FX_HELD = 2, FX_STEP = 1 << 16, FX_DEC = 1 << 17 };

/* fx of an operation on so many bits, and the byte of a step. */
#define FX_OPERATION(op, width) \
    (FX_HELD | (u32)(op) << 4 | (u32)(width) << 8)
#define FX_STEP_BYTE(dec, width) ((dec) << 1 | (width) / 8 << 2 | 1)

/* Puts the flags into their first form: what was held is done. They stay what
 * they are, so a constant cpu remains one. */
void flags_work_out(const struct cpu *c) KEEPS_REGS;

static inline void flags_settle(const struct cpu *c)
{
    if (unlikely(c->fx & (FX_HELD | FX_STEP)))
        flags_work_out(c);
}

/* One flag, as 0 or 1, when nothing is held. */
static inline u32 settled_cf(const struct cpu *c) { return c->fx >> 31; }
static inline u32 settled_zf(const struct cpu *c) { return c->fr == 0; }

static inline u32 settled_af(const struct cpu *c)
{
    return (c->fx & FX_AFS) != 0;
}

static inline u32 settled_of(const struct cpu *c)
{
    return (c->fx ^ c->fx << 1) >> 31;
}

static inline u32 settled_sf(const struct cpu *c)
{
    return (c->fr >> 31 ^ c->fx) & 1;
}

static inline u32 settled_pf(const struct cpu *c)
{
    u32 b = (c->fr ^ c->fx >> 8) & 0xff;

    b ^= b >> 4;
    return ~(0x6996u >> (b & 15)) & 1;
}

/* One flag, as 0 or 1. A step leaves CF where it was. */
static inline u32 flag_cf(const struct cpu *c)
{
    if (unlikely(c->fx & FX_HELD))
        flags_work_out(c);
    return settled_cf(c);
}

#define FLAG_READER(f)                                                      \
    static inline u32 flag_##f(const struct cpu *c)                         \
    {                                                                       \
        flags_settle(c);                                                    \
        return settled_##f(c);                                              \
    }
FLAG_READER(zf)
FLAG_READER(af)
FLAG_READER(of)
FLAG_READER(sf)
FLAG_READER(pf)
#undef FLAG_READER

/* All six in their EFLAGS places. */
static inline u32 flags_arith(const struct cpu *c)
{
    flags_settle(c);
    return settled_cf(c) * CF | settled_pf(c) * PF | settled_af(c) * AF |
           settled_zf(c) * ZF | settled_sf(c) * SF | settled_of(c) * OF;
}

/* Sets all six from EFLAGS bits. */
static inline void flags_set_arith(struct cpu *c, u32 f)
{
    u32 cf = f & CF, of = f >> 11 & 1, sf = f >> 7 & 1, pf = f >> 2 & 1;

    c->fr = !(f & ZF);                  /* 0 or 1: odd parity when 1 */
    c->fx = cf << 31 | (cf ^ of) << 30 | (f & AF) >> 1 | sf |
            (u32)((f & ZF) ? !pf : pf) << 8;
}

/* After a logical operation with the result r, sign-extended to 32 bits: CF,
 * OF and AF are 0. */
static inline void flags_logic(struct cpu *c, u32 r)
{
    c->fr = r;
    c->fx = 0;
}

/* All of EFLAGS; c->s.eflags alone has stale values of the six. */
static inline u32 flags_get(const struct cpu *c)
{
    return (c->s.eflags & ~(u32)ARITH) | flags_arith(c);
}

/* Replaces those of the six that are in mask, which like `values` has EFLAGS
 * bits, and keeps the others. */
static inline void flags_change(struct cpu *c, u32 mask, u32 values)
{
    flags_set_arith(c, (flags_arith(c) & ~mask) | (values & mask));
}

/* Sets CF to cf, 0 or 1, and keeps the others. */
static inline void flags_set_cf(struct cpu *c, u32 cf)
{
    u32 of = flag_of(c);

    c->fx = (c->fx & ~(FX_CF | FX_PO)) | cf << 31 | (cf ^ of) << 30;
}

#endif
