/* ops_sys.c - system instructions: tables, control registers, privilege.
 *
 * Reference: SDM volume 2; Intel 80386 Programmer's Reference, chapter 17;
 * "Undocumented iAPX 286 test instruction" (LOADALL); Intel 486 data sheet
 * (test registers, stored and not acted upon). */
#include "cpu/block.h"
#include "cpu/desc.h"
#include "cpu/lap.h"
#include "cpu/stop.h"
#include "cpu/ops/ops.h"
#include "cpu/fpu/fpu.h"

/* ---- operands of 16 bits whose register form may be wider ---- */

static u16 load_Ew(struct cpu *c, const struct insn *i)
{
    return i->flags & I_MEM ? ld16(c, i->seg, ea(c, i)) : reg16(c, i->rm);
}

static void store_Ew(struct cpu *c, const struct insn *i, u32 v)
{
    if (i->flags & I_MEM)
        st16(c, i->seg, ea(c, i), (u16)v);
    else if (insn_wide(i))
        set_reg32(c, i->rm, v);
    else
        set_reg16(c, i->rm, (u16)v);
}

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

/* ---- descriptor tables ---- */

static void store_table(struct cpu *c, const struct insn *i, u16 limit,
                        u32 base)
{
    u32 at = ea(c, i);

    if (c->family == I286)
        base |= 0xff000000;
    else if (c->family == I386 && !insn_wide(i))
        base &= 0xffffff;
    ldw16(c, i->seg, at);               /* both or none */
    ldw32(c, i->seg, (at + 2) & i->amask);
    st16(c, i->seg, at, limit);
    st32(c, i->seg, (at + 2) & i->amask, base);
}

void op_sgdt(struct cpu *c, const struct insn *i)
{
    store_table(c, i, c->s.gdt_limit, c->s.gdt_base);
}

void op_sidt(struct cpu *c, const struct insn *i)
{
    store_table(c, i, c->s.idt_limit, c->s.idt_base);
}

static u32 load_base(struct cpu *c, const struct insn *i)
{
    u32 base = ld32(c, i->seg, (ea(c, i) + 2) & i->amask);

    return insn_wide(i) ? base : base & 0xffffff;
}

void op_lgdt(struct cpu *c, const struct insn *i)
{
    u16 limit;
    u32 base;

    need_cpl0(c);
    limit = ld16(c, i->seg, ea(c, i));
    base = load_base(c, i);
    c->s.gdt_limit = limit;
    c->s.gdt_base = base;
}

void op_lidt(struct cpu *c, const struct insn *i)
{
    u16 limit;
    u32 base;

    need_cpl0(c);
    limit = ld16(c, i->seg, ea(c, i));
    base = load_base(c, i);
    c->s.idt_limit = limit;
    c->s.idt_base = base;
}

void op_sldt(struct cpu *c, const struct insn *i)
{
    store_Ew(c, i, c->s.seg[LDTR].sel);
}

void op_str(struct cpu *c, const struct insn *i)
{
    store_Ew(c, i, c->s.seg[TR].sel);
}

void op_lldt(struct cpu *c, const struct insn *i)
{
    struct desc d;
    u16 sel;

    need_cpl0(c);
    sel = load_Ew(c, i);
    if (sel_null(sel)) {
        seg_set(c, LDTR, (struct seg){ .sel = sel });
        return;
    }
    d = desc_get(c, sel, EX_GP);
    if ((sel & 4) || desc_segment(d) || desc_type(d) != SYS_LDT)
        sel_fault(c, EX_GP, sel);
    if (!desc_present(d))
        sel_fault(c, EX_NP, sel);
    seg_set(c, LDTR, desc_seg(c, d, sel));
}

void op_ltr(struct cpu *c, const struct insn *i)
{
    struct desc d;
    struct seg s;
    u16 sel;

    need_cpl0(c);
    sel = load_Ew(c, i);
    if (sel_null(sel))
        cpu_raise_code(c, EX_GP, 0);
    d = desc_get(c, sel, EX_GP);
    if ((sel & 4) || desc_segment(d) ||
        (desc_type(d) != SYS_TSS16 && desc_type(d) != SYS_TSS32))
        sel_fault(c, EX_GP, sel);
    if (!desc_present(d))
        sel_fault(c, EX_NP, sel);
    desc_set_busy(c, sel, true);
    s = desc_seg(c, d, sel);
    s.attr |= TSS_BUSY;
    seg_set(c, TR, s);
}

/* ---- looking at descriptors ---- */

static void set_zf(struct cpu *c, bool on)
{
    flags_change(c, ZF, on ? ZF : 0);
}

static bool visible(const struct cpu *c, u16 sel, struct desc d)
{
    if (desc_conforming(d))
        return true;
    return desc_dpl(d) >= c->s.cpl && desc_dpl(d) >= sel_rpl(sel);
}

void op_verr(struct cpu *c, const struct insn *i)
{
    u16 sel = load_Ew(c, i);
    struct desc d;

    set_zf(c, desc_read(c, sel, &d) && desc_segment(d) &&
              (!desc_code(d) || (d.hi & 0x200)) && visible(c, sel, d));
}

void op_verw(struct cpu *c, const struct insn *i)
{
    u16 sel = load_Ew(c, i);
    struct desc d;

    set_zf(c, desc_read(c, sel, &d) && desc_data_writable(d) &&
              visible(c, sel, d));
}

/* Bit n: LAR or LSL accepts system type n. */
enum { LAR_TYPES = 0x1a3e, LSL_TYPES = 0x0a0e };

static bool sys_examine(struct cpu *c, u16 sel, u32 types, struct desc *d)
{
    if (!desc_read(c, sel, d) || !visible(c, sel, *d))
        return false;
    return desc_segment(*d) || (types >> desc_type(*d) & 1);
}

static void set_Gv(struct cpu *c, const struct insn *i, u32 v)
{
    if (insn_wide(i))
        set_reg32(c, i->reg, v);
    else
        set_reg16(c, i->reg, (u16)v);
}

void op_lar(struct cpu *c, const struct insn *i)
{
    struct desc d;
    bool ok = sys_examine(c, load_Ew(c, i), LAR_TYPES, &d);

    if (ok)
        set_Gv(c, i, d.hi & (insn_wide(i) ? 0x00f0ff00 : 0xff00));
    set_zf(c, ok);
}

void op_lsl(struct cpu *c, const struct insn *i)
{
    struct desc d;
    bool ok = sys_examine(c, load_Ew(c, i), LSL_TYPES, &d);

    if (ok)
        set_Gv(c, i, desc_seg(c, d, 0).limit);
    set_zf(c, ok);
}

/* What need not be changed is not written: a segment that can't be does not
 * matter then (seen on silicon, tests/host/ring3_host.c). */
void op_arpl(struct cpu *c, const struct insn *i)
{
    u16 v = i->flags & I_MEM ? ld16(c, i->seg, ea(c, i)) : reg16(c, i->rm);
    u32 rpl = reg16(c, i->reg) & 3;
    bool raise_it = (v & 3u) < rpl;

    if (raise_it && (i->flags & I_MEM))
        st16(c, i->seg, ea(c, i), (u16)((v & ~3u) | rpl));
    else if (raise_it)
        set_reg16(c, i->rm, (u16)((v & ~3u) | rpl));
    set_zf(c, raise_it);
}

/* ---- control registers ---- */

static void write_cr0(struct cpu *c, u32 v)
{
    u32 legal = c->family >= I486 ? 0xe005003f : 0x8000001f;
    u32 old = c->s.cr[0];

    if ((v & CR0_PG) && !(v & CR0_PE))
        cpu_raise_code(c, EX_GP, 0);
    if ((v & CR0_NW) && !(v & CR0_CD) && c->family >= I486)
        cpu_raise_code(c, EX_GP, 0);
    if ((v & CR0_PG) && (c->s.cr[4] & CR4_PAE) &&
        ((old ^ v) & (CR0_PG | CR0_CD | CR0_NW)))
        pae_load(c, c->s.cr[3]);
    v &= legal;
    if (c->family >= I486)
        v |= CR0_ET;
    fpu_settle(c);
    c->s.cr[0] = v;
    if ((old ^ v) & (CR0_PG | CR0_WP | CR0_PE | CR0_AM))
        mmu_flush(c);
    if ((old ^ v) & CR0_PG)
        LOG(c->log, TRACE, "mode", "paging %s, cr3 %08x", v & CR0_PG ? "on"
                                                                 : "off",
            c->s.cr[3]);
    if ((old ^ v) & CR0_PE)
        c->s.cpl = 0;
    if ((old ^ v) & (CR0_PE | CR0_PG))
        cpu_mode_changed(c);
}

static bool has_rdpmc(const struct cpu *c)
{
    return c->family >= I686 || (c->model->features & FEAT_MMX);
}

static u32 cr4_legal(const struct cpu *c)
{
    u32 f = c->model->features, m = 0;

    m |= f & FEAT_VME ? CR4_VME | CR4_PVI : 0;
    m |= f & FEAT_TSC ? CR4_TSD : 0;
    m |= f & FEAT_DE ? CR4_DE : 0;
    m |= f & FEAT_PSE ? CR4_PSE : 0;
    m |= f & FEAT_PAE ? CR4_PAE : 0;
    m |= f & FEAT_MCE ? CR4_MCE : 0;
    m |= f & FEAT_PGE ? CR4_PGE : 0;
    return m | (has_rdpmc(c) ? CR4_PCE : 0);
}

static void check_cr(struct cpu *c, u32 n)
{
    need_cpl0(c);
    if (n == 1 || n > 4 || (n == 4 && !c->model->cpuid))
        cpu_raise(c, EX_UD);
}

void op_mov_Rd_Cd(struct cpu *c, const struct insn *i)
{
    check_cr(c, i->reg);
    set_reg32(c, i->rm, c->s.cr[i->reg]);
}

static void write_cr3(struct cpu *c, u32 v)
{
    if ((c->s.cr[0] & CR0_PG) && (c->s.cr[4] & CR4_PAE))
        pae_load(c, v);
    c->s.cr[3] = v;
    mmu_flush_local(c);
}

enum { CR4_PAGING = CR4_PSE | CR4_PAE | CR4_PGE };

static void write_cr4(struct cpu *c, u32 v)
{
    u32 changed = c->s.cr[4] ^ v;

    if (v & ~cr4_legal(c))
        cpu_raise_code(c, EX_GP, 0);
    if ((c->s.cr[0] & CR0_PG) && (v & CR4_PAE) && (changed & CR4_PAGING))
        pae_load(c, c->s.cr[3]);
    c->s.cr[4] = v;
    if (changed & CR4_PAGING)
        mmu_flush(c);
}

void op_mov_Cd_Rd(struct cpu *c, const struct insn *i)
{
    u32 v = reg32(c, i->rm);

    check_cr(c, i->reg);
    if (i->reg == 0) {
        write_cr0(c, v);
        return;
    }
    if (i->reg == 3)
        write_cr3(c, v);
    else if (i->reg == 4)
        write_cr4(c, v);
    else
        c->s.cr[2] = v;
}

void op_smsw(struct cpu *c, const struct insn *i)
{
    u32 v = c->s.cr[0];

    if (c->family == I286)
        v |= 0xfff0;
    store_Ew(c, i, v);
}

/* LMSW can set PE but not clear it. */
void op_lmsw(struct cpu *c, const struct insn *i)
{
    u32 v;

    need_cpl0(c);
    v = load_Ew(c, i) & 0xf;
    write_cr0(c, (c->s.cr[0] & ~0xeu) | v);
}

void op_clts(struct cpu *c, const struct insn *i)
{
    (void)i;
    need_cpl0(c);
    c->s.cr[0] &= ~(u32)CR0_TS;
}

/* ---- debug and test registers ---- */

enum { DR7_GD = 0x2000, DR6_BD = 0x2000 };

static u32 check_dr(struct cpu *c, u32 n)
{
    need_cpl0(c);
    if (n == 4 || n == 5) {
        if (c->s.cr[4] & CR4_DE)
            cpu_raise(c, EX_UD);
        n += 2;
    }
    if (c->s.dr[7] & DR7_GD) {
        c->s.dr[6] |= DR6_BD;
        c->s.dr[7] &= ~(u32)DR7_GD;
        cpu_raise(c, EX_DB);
    }
    return n;
}

void op_mov_Rd_Dd(struct cpu *c, const struct insn *i)
{
    u32 n = check_dr(c, i->reg);

    set_reg32(c, i->rm, c->s.dr[n]);
}

void op_mov_Dd_Rd(struct cpu *c, const struct insn *i)
{
    u32 n = check_dr(c, i->reg), v = reg32(c, i->rm);

    if (n == 6)
        v = (v & 0xe00f) | 0xffff0ff0;
    if (n == 7)
        v = (v & 0xffff2bff) | 0x400;
    c->s.dr[n] = v;
    mmu_flush(c);
    cpu_attend(c);
}

void op_mov_Rd_Td(struct cpu *c, const struct insn *i)
{
    need_cpl0(c);
    LOG(c->log, TODO, "cpu", "read of test register %u", i->reg);
    set_reg32(c, i->rm, 0);
}

void op_mov_Td_Rd(struct cpu *c, const struct insn *i)
{
    need_cpl0(c);
    LOG(c->log, TODO, "cpu", "write of test register %u", i->reg);
}

/* ---- caches ---- */

void op_invd(struct cpu *c, const struct insn *i)
{
    (void)i;
    need_cpl0(c);
}

void op_invlpg(struct cpu *c, const struct insn *i)
{
    need_cpl0(c);
    mmu_flush_page(c, c->access[i->seg].base + ea(c, i));
}
