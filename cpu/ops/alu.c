/* alu.c - addition, subtraction, logic.
 *
 * Reference: SDM volume 2. AF after a logical operation, which the manual
 * leaves undefined, is 0 on every model. */
#include "cpu/ops/ops.h"

#define W 8
#include "cpu/ops/width/alu.inc"
#define W 16
#include "cpu/ops/width/alu.inc"
#define W 32
#include "cpu/ops/width/alu.inc"

/* ---- flags ---- */

HANDLER1(op_clc) { (void)i; flags_set_cf(c, 0); }
HANDLER1(op_stc) { (void)i; flags_set_cf(c, 1); }
HANDLER1(op_cmc) { (void)i; flags_set_cf(c, !flag_cf(c)); }
HANDLER1(op_cld) { (void)i; c->s.eflags &= ~(u32)DF; }
HANDLER1(op_std) { (void)i; c->s.eflags |= DF; }

HANDLER1(op_lahf)
{
    (void)i;
    set_reg8(c, 4, (u8)(flags_arith(c) | 2));
}

HANDLER1(op_sahf)
{
    (void)i;
    flags_change(c, SF | ZF | AF | PF | CF, reg8(c, 4));
}

/* AL becomes FFh or 0: an instruction that Intel did not write down. */
HANDLER1(op_salc)
{
    (void)i;
    set_reg8(c, EAX, flag_cf(c) ? 0xff : 0);
}
