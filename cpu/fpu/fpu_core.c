/* fpu_core.c - what stands before and after each x87 instruction.
 *
 * Reference: SDM volume 1, 8.7 (exception handling, FERR#, IGNNE#) and
 * appendix D; volume 3, 2.5 (CR0.EM, MP, TS, NE).
 * The error pin is that of the AT: it goes to IRQ 13, and a write to port F0h
 * lets instructions go on. */
#include "cpu/fpu/fpu.h"

/* ---- the error pin ---- */

static bool native_errors(const struct cpu *c)
{
    return c->family >= I486 && (c->s.cr[0] & CR0_NE);
}

/* The 8087 has a mask for the pin itself. */
static bool pin_masked(const struct cpu *c)
{
    return c->family < I286 && (c->s.fcw & FCW_IEM);
}

static void set_ferr(struct cpu *c, bool level)
{
    if (level == c->s.ferr_level)
        return;
    c->s.ferr_level = level;
    if (!level)
        c->s.ignne = false;
    cpu_clock(c);
    line_set(&c->pin.ferr, level);
}

void fpu_set_status(struct cpu *c, u16 sw)
{
    bool error = sw & (u32)~c->s.fcw & FSW_EXC;

    sw &= (u16)~(FSW_ES | FSW_B);
    c->s.fsw = error ? (u16)(sw | FSW_ES | FSW_B) : sw;
    set_ferr(c, error && !native_errors(c) && !pin_masked(c));
}

/* ---- before ---- */

/* Stays at this instruction until an interrupt comes. */
static bool freeze(struct cpu *c)
{
    c->s.eip = c->insn_eip;
    c->no_step = true;
    cpu_kick(c);
    return false;
}

static bool pending_error(struct cpu *c)
{
    if (!(c->s.fsw & FSW_ES))
        return true;
    fpu_set_status(c, c->s.fsw);        /* NE may have changed */
    if (native_errors(c))
        cpu_raise(c, EX_MF);
    return !c->s.ferr_level || c->s.ignne || freeze(c);
}

static u32 operand_bytes(const struct insn *i)
{
    const struct op *o = &op_table[i->row];
    u32 env = i->flags & I_O32 ? 28 : 14;

    switch (o->op[0] == AX || o->op[0] == ST0 ? o->op[1] : o->op[0]) {
    case Md: return 4;
    case Mq: return 8;
    case Mt: return 10;
    case M:  return o->slot == 0xdd ? env + 80 : env;
    default: return 2;
    }
}

/* The 80286 itself looks at an operand's first word alone; the others go over
 * the limit while it moves them for the 80287 (80286 Programmer's Reference,
 * 9.6, processor extension segment overrun). */
static void segment_overrun(struct cpu *c, const struct insn *i)
{
    u32 at = ea(c, i), any = CAN_READ | CAN_WRITE;

    if (seg_ok(c, i->seg, at, 2, any) &&
        !seg_ok(c, i->seg, at, operand_bytes(i), any))
        cpu_raise(c, EX_MP);
}

bool fpu_may_run_nowait(struct cpu *c, const struct insn *i)
{
    fpu_settle(c);
    if (c->s.cr[0] & (CR0_EM | CR0_TS))
        cpu_raise(c, EX_NM);
    if (!c->fpu && (i->flags & I_MEM))
        (void)ld16(c, i->seg, ea(c, i));
    else if (c->family == I286 && (i->flags & I_MEM))
        segment_overrun(c, i);
    return c->fpu;
}

bool fpu_may_run(struct cpu *c, const struct insn *i)
{
    return fpu_may_run_nowait(c, i) && pending_error(c);
}

HANDLER1(op_wait)
{
    (void)i;
    if ((c->s.cr[0] & (CR0_MP | CR0_TS)) == (CR0_MP | CR0_TS))
        cpu_raise(c, EX_NM);
    if (c->fpu)
        pending_error(c);
}

/* Codes without a meaning: nothing happens while the coprocessor is a chip
 * of its own. */
HANDLER1(op_fpu_reserved)
{
    (void)fpu_may_run_nowait(c, i);
    if (c->family >= I486)
        cpu_raise(c, EX_UD);
}

/* ---- pointers ---- */

u32 fpu_address_8087(const struct cpu *c, const struct insn *i)
{
    u32 prefixes = !!(i->flags & I_SEGOV) + !!(i->flags & I_LOCK) +
                   !!(i->flags & (I_REP | I_REPNE));

    return (c->insn_eip + prefixes) & 0xffff;
}

/* ---- memory ---- */

static void align64(struct cpu *c, const struct insn *i, u32 at, u32 can)
{
    if (align_check(c))
        mmu_align(c, seg_linear(c, i->seg, at, 8, can), 8, can == CAN_WRITE,
                  c->user);
}

u64 fpu_ld64_slow(struct cpu *c, const struct insn *i, u32 at)
{
    u32 lo;

    align64(c, i, at, CAN_READ);
    lo = ld32(c, i->seg, at);
    return lo | (u64)ld32(c, i->seg, fpu_at(c, at, 4)) << 32;
}

void fpu_st64_slow(struct cpu *c, const struct insn *i, u32 at, u64 v)
{
    align64(c, i, at, CAN_WRITE);
    st32(c, i->seg, at, (u32)v);
    st32(c, i->seg, fpu_at(c, at, 4), (u32)(v >> 32));
}

struct f80 fpu_ld80(struct cpu *c, const struct insn *i, u32 at)
{
    u64 m = fpu_ld64(c, i, at);

    return (struct f80){ m, ld16(c, i->seg, fpu_at(c, at, 8)) };
}

void fpu_st80(struct cpu *c, const struct insn *i, u32 at, struct f80 v)
{
    fpu_st64(c, i, at, v.mant);
    st16(c, i->seg, fpu_at(c, at, 8), v.se);
}

void fpu_probe_slow(struct cpu *c, const struct insn *i, u32 at, u32 n)
{
    if (c->family >= I286)
        mmu_probe(c, seg_linear(c, i->seg, at, n, CAN_WRITE), n, true,
                  c->user);
}
