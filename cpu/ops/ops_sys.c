/* ops_sys.c - flags, interrupts, segment registers and far transfers.
 *
 * Reference: SDM volume 2; Intel 80386 Programmer's Reference, chapter 17. */
#include "cpu/desc.h"
#include "cpu/lap.h"
#include "cpu/stop.h"
#include "cpu/ops/ops_ew.h"

/* ---- flags ---- */

void cpu_set_eflags(struct cpu *c, u32 value, u32 mask)
{
    u32 old = c->s.eflags, now;

    mask &= c->flags_legal;
    if (mask & ARITH)                   /* all of them, whoever calls */
        flags_set_arith(c, value);
    now = ((old & ~mask) | (value & mask) | 2) & ~(u32)ARITH;
    c->s.eflags = now;
    if (((old ^ now) & AC) && (c->s.cr[0] & CR0_AM))
        mmu_flush(c);
    if ((old ^ now) & (TF | IF | RF))
        cpu_attend(c);
}

void op_pushf(struct cpu *c, const struct insn *i)
{
    u32 f = flags_image(c);

    if (v86(c) && iopl(c) < 3) {
        if (insn_wide(i) || !vme(c))
            cpu_raise_code(c, EX_GP, 0);
        f = vme_flags(c);
    }
    if (insn_wide(i))
        push32(c, f & ~(u32)(RF | VM));
    else
        push16(c, (u16)f);
}

static void popf_vme(struct cpu *c, const struct insn *i)
{
    u32 f;

    if (insn_wide(i) || !vme(c))
        cpu_raise_code(c, EX_GP, 0);
    f = peek16(c, 0);
    vme_set_flags(c, f);
    sp_set(c, c->s.gpr[ESP] + 2);
}

void op_popf(struct cpu *c, const struct insn *i)
{
    u32 mask = ARITH | TF | DF | NT, f;

    if (v86(c) && iopl(c) < 3) {
        popf_vme(c, i);
        return;
    }
    f = insn_wide(i) ? peek32(c, 0) : peek16(c, 0);
    if (insn_wide(i)) {
        mask |= AC | ID | (v86(c) ? 0 : VIF | VIP);
        f &= ~(u32)(VIF | VIP);
    }
    if (c->s.cpl <= iopl(c) || !protected(c))
        mask |= IF;
    if (c->s.cpl == 0)
        mask |= IOPL;
    sp_set(c, c->s.gpr[ESP] + (insn_wide(i) ? 4 : 2));
    cpu_set_eflags(c, f, mask);
}

/* Whether CLI and STI are for VIF: V86 mode with CR4.VME, ring 3 with
 * CR4.PVI. Without those, #GP below IOPL. */
static bool virtual_if(struct cpu *c)
{
    if (!(c->s.cr[0] & CR0_PE) || c->s.cpl <= iopl(c))
        return false;
    if (!(v86(c) ? c->s.cr[4] & CR4_VME
                 : (c->s.cr[4] & CR4_PVI) && c->s.cpl == 3))
        cpu_raise_code(c, EX_GP, 0);
    return true;
}

void op_cli(struct cpu *c, const struct insn *i)
{
    (void)i;
    cpu_set_eflags(c, 0, virtual_if(c) ? VIF : IF);
}

void op_sti(struct cpu *c, const struct insn *i)
{
    (void)i;
    if (virtual_if(c)) {
        if (c->s.eflags & VIP)
            cpu_raise_code(c, EX_GP, 0);
        cpu_set_eflags(c, VIF, VIF);
        return;
    }
    if (!(c->s.eflags & IF)) {
        c->s.shadow_at = cpu_icount(c);
        c->s.sti_shadow = true;
    }
    cpu_set_eflags(c, IF, IF);
}

void op_hlt(struct cpu *c, const struct insn *i)
{
    (void)i;
    need_cpl0(c);
    c->s.halted = true;
    cpu_attend(c);
}

/* ---- interrupts ---- */

/* A program that gives its time away may sleep instead, before the
 * instruction, until something happens. */
static void sys_nap(struct cpu *c)
{
    c->s.eip = c->insn_eip;
    c->s.halted = c->s.napping = true;
    cpu_attend(c);
}

/* INT 15h AX=1000h, INT 2Fh AX=1680h and 1689h are ways to say so. */
static bool yields(const struct cpu *c, const struct insn *i)
{
    u32 ax = c->s.gpr[EAX] & 0xffff;

    return i->imm == INT_MULTIPLEX ? ax == 0x1680 || ax == 0x1689
                                   : i->imm == INT_SYSTEM && ax == 0x1000;
}

void op_int(struct cpu *c, const struct insn *i)
{
    if (stops_at(c, STOP_INT))
        stop_event(c, STOP_INT, i->imm, 1);
    if (unlikely(yields(c, i))) {
        lap_spoil(c);
        if (c->pin.yield && c->pin.yield(c->pin.yield_ctx)) {
            sys_nap(c);
            return;
        }
    }
    if (vme(c) && vme_interrupt(c, (int)i->imm))
        return;
    if (v86(c) && iopl(c) < 3)
        cpu_raise_code(c, EX_GP, 0);
    cpu_interrupt(c, (int)i->imm, INT_SOFT, false, 0);
}

void op_int3(struct cpu *c, const struct insn *i)
{
    (void)i;
    if (stops_at(c, STOP_INT))
        stop_event(c, STOP_INT, EX_BP, 1);
    cpu_interrupt(c, EX_BP, INT_SOFT, false, 0);
}

void op_into(struct cpu *c, const struct insn *i)
{
    (void)i;
    if (flag_of(c))
        cpu_interrupt(c, EX_OF, INT_SOFT, false, 0);
}

void op_icebp(struct cpu *c, const struct insn *i)
{
    (void)i;
    cpu_interrupt(c, EX_DB, INT_TRAP, false, 0);
}

void op_iret(struct cpu *c, const struct insn *i)
{
    interrupt_return(c, insn_wide(i));
}

/* ---- segment registers ---- */

/* On the 8086 and 186 the field has two bits. */
static int sreg(struct cpu *c, const struct insn *i)
{
    int n = c->family < I286 ? i->reg & 3 : i->reg;

    if (n > (c->family < I386 ? DS : GS))
        cpu_raise(c, EX_UD);
    return n;
}

static void sys_shadow(struct cpu *c)
{
    c->s.shadow_at = cpu_icount(c);
    c->s.sti_shadow = false;
    if (c->attention)
        cpu_kick(c);
}

void op_mov_Ew_Sw(struct cpu *c, const struct insn *i)
{
    store_Ew(c, i, c->s.seg[sreg(c, i)].sel);
}

void op_mov_Sw_Ew(struct cpu *c, const struct insn *i)
{
    int n = sreg(c, i);

    if (n == CS && c->family >= I186)
        cpu_raise(c, EX_UD);
    seg_load(c, n, load_Ew(c, i));
    if (n == SS || c->family < I286)
        sys_shadow(c);
}

/* The 386 and its successors write only the low word. */
static void push_seg(struct cpu *c, const struct insn *i, int n)
{
    u32 sp = (c->s.gpr[ESP] - 4) & c->spmask;

    if (!insn_wide(i)) {
        push16(c, c->s.seg[n].sel);
        return;
    }
    st16(c, SS, sp, c->s.seg[n].sel);
    sp_set(c, sp);
}

static void pop_seg(struct cpu *c, const struct insn *i, int n)
{
    u32 esp = c->s.gpr[ESP], mask = c->spmask;

    seg_load(c, n, insn_wide(i) ? (u16)peek32(c, 0) : peek16(c, 0));
    c->s.gpr[ESP] = (esp & ~mask) | ((esp + (insn_wide(i) ? 4 : 2)) & mask);
    if (n == SS || c->family < I286)
        sys_shadow(c);
}

#define STACK_ROWS(name, n)                                                \
    void op_push_##name(struct cpu *c, const struct insn *i)               \
    {                                                                      \
        push_seg(c, i, n);                                                 \
    }                                                                      \
    void op_pop_##name(struct cpu *c, const struct insn *i)                \
    {                                                                      \
        pop_seg(c, i, n);                                                  \
    }
STACK_ROWS(es, ES)
STACK_ROWS(cs, CS)
STACK_ROWS(ss, SS)
STACK_ROWS(ds, DS)
STACK_ROWS(fs, FS)
STACK_ROWS(gs, GS)

static void load_pointer(struct cpu *c, const struct insn *i, int n)
{
    u32 at = ea(c, i), off;
    u16 sel;

    off = insn_wide(i) ? ld32(c, i->seg, at) : ld16(c, i->seg, at);
    sel = ld16(c, i->seg, (at + (insn_wide(i) ? 4 : 2)) & i->amask);
    seg_load(c, n, sel);
    if (insn_wide(i))
        set_reg32(c, i->reg, off);
    else
        set_reg16(c, i->reg, (u16)off);
}

void op_les(struct cpu *c, const struct insn *i) { load_pointer(c, i, ES); }
void op_lds(struct cpu *c, const struct insn *i) { load_pointer(c, i, DS); }
void op_lss(struct cpu *c, const struct insn *i) { load_pointer(c, i, SS); }
void op_lfs(struct cpu *c, const struct insn *i) { load_pointer(c, i, FS); }
void op_lgs(struct cpu *c, const struct insn *i) { load_pointer(c, i, GS); }

/* ---- far transfers ---- */

void op_call_Ap(struct cpu *c, const struct insn *i)
{
    far_call(c, i->imm2, i->imm, insn_wide(i));
}

void op_jmp_Ap(struct cpu *c, const struct insn *i)
{
    far_jump(c, i->imm2, i->imm);
}

struct far_pointer { u32 off; u16 sel; };

static struct far_pointer load_Mp(struct cpu *c, const struct insn *i)
{
    u32 at = ea(c, i);
    struct far_pointer p;

    p.off = insn_wide(i) ? ld32(c, i->seg, at) : ld16(c, i->seg, at);
    p.sel = ld16(c, i->seg, (at + (insn_wide(i) ? 4 : 2)) & i->amask);
    return p;
}

void op_call_Mp(struct cpu *c, const struct insn *i)
{
    struct far_pointer p = load_Mp(c, i);

    far_call(c, p.sel, p.off, insn_wide(i));
}

void op_jmp_Mp(struct cpu *c, const struct insn *i)
{
    struct far_pointer p = load_Mp(c, i);

    far_jump(c, p.sel, p.off);
}

void op_retf(struct cpu *c, const struct insn *i)
{
    far_return(c, insn_wide(i), i->imm);
}
