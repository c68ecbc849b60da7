/* muldiv.c - multiplication, division and the adjustments of BCD numbers.
 *
 * Reference: SDM volume 2; iAPX 286 Programmer's Reference, appendix D, for
 * what differs from the 8086. */
#include "cpu/ops/ops.h"

/* The 8086 and 80186 leave the IP behind the division, later ones at it. */
void divide_error(struct cpu *c)
{
    if (c->family >= I286)
        cpu_raise(c, EX_DE);
    cpu_interrupt(c, EX_DE, INT_EXCEPTION, false, 0);
    cpu_kick(c);                        /* the block does not go on */
}

static inline bool old(const struct cpu *c)
{
    return c->family == I86;
}

/* A repeat prefix reverses the sign of an 8086's signed results. */
static inline bool repeated(const struct insn *i)
{
    return i->flags & (I_REP | I_REPNE);
}

#define W 8
#include "cpu/ops/width/body_alu.inc"
#include "cpu/ops/width/muldiv.inc"
#define W 16
#include "cpu/ops/width/body_alu.inc"
#include "cpu/ops/width/muldiv.inc"
#define W 32
#include "cpu/ops/width/body_alu.inc"
#include "cpu/ops/width/muldiv.inc"

/* ---- BCD ---- */

static u32 szp(u8 r)
{
    static const u16 even_parity = 0x6996;
    u32 odd = even_parity >> ((r ^ r >> 4) & 15) & 1;

    return (r & SF) | (r ? 0 : ZF) | (odd ? 0 : PF);
}

/* DAA and DAS: `sign` 1 adds, -1 subtracts. */
static void decimal(struct cpu *c, int sign)
{
    u8 al = reg8(c, EAX), r = al;
    u32 af = (al & 15) > 9 || flag_af(c);
    u32 limit = c->family == I86 && flag_af(c) ? 0x9f : 0x99;
    u32 cf = al > limit || flag_cf(c);
    u32 of;

    if (af)
        r = (u8)(r + sign * 6);
    if (cf)
        r = (u8)(r + sign * 0x60);
    if (c->family != I86 && sign < 0 && af && al < 6)
        cf = 1;
    if (c->family != I86 && sign > 0 && af && al > 0xf9)
        cf = 1;
    of = sign > 0 ? r & ~al : al & ~r;
    set_reg8(c, EAX, r);
    flags_set_arith(c, szp(r) | cf * CF | af * AF | (of & 0x80 ? OF : 0));
}

HANDLER1(op_daa) { (void)i; decimal(c, 1); }
HANDLER1(op_das) { (void)i; decimal(c, -1); }

/* AAA and AAS. The 8086 and 80186 adjust AL and AH each by itself, later ones
 * AX as a whole. */
static void ascii(struct cpu *c, int sign)
{
    u8 al = reg8(c, EAX);
    u32 adjust = (al & 15) > 9 || flag_af(c);
    u8 r = (u8)(al + (adjust ? 6 * sign : 0));
    u32 of = sign > 0 ? r & ~al : al & ~r;

    if (adjust && c->family >= I286)
        set_reg16(c, EAX, (u16)(reg16(c, EAX) + 0x106 * sign));
    else if (adjust)
        set_reg8(c, 4, (u8)(reg8(c, 4) + sign));
    set_reg8(c, EAX, r & 15);
    flags_set_arith(c, szp(r) | adjust * (AF | CF) | (of & 0x80 ? OF : 0));
}

HANDLER1(op_aaa) { (void)i; ascii(c, 1); }
HANDLER1(op_aas) { (void)i; ascii(c, -1); }

HANDLER1(op_aam)
{
    u8 al = reg8(c, EAX), by = (u8)i->imm;
    u32 q, r;

    if (old(c)) {
        if (!i8086_div(c, 0, al, by, 8, &q, &r)) {
            flags_logic(c, 0);
            divide_error(c);
            return;
        }
    } else if (!by) {
        if (c->family == I286)
            i80286_div_flags(c, 0, al, 0, 8);
        divide_error(c);
        return;
    } else {
        q = al / by;
        r = al % by;
    }
    set_reg16(c, EAX, (u16)(q << 8 | r));
    flags_logic(c, (u32)(s8)r);
}

HANDLER1(op_aad)
{
    u8 r = (u8)(reg8(c, EAX) + reg8(c, 4) * i->imm);

    if (c->family < I386)
        add8(c, (u8)(reg8(c, 4) * i->imm), reg8(c, EAX));
    else
        flags_logic(c, (u32)(s8)r);
    if (c->family == I286)
        flags_change(c, OF, flag_cf(c) * OF);
    set_reg16(c, EAX, r);
}
