/* far.c - far jumps, calls and returns, and IRET.
 *
 * Reference: SDM volume 2, JMP, CALL, RET, IRET; volume 3, chapter 5.8. */
#include "cpu/block.h"
#include "cpu/desc.h"

static void real_jump(struct cpu *c, u16 sel, u32 eip)
{
    if (eip > c->s.seg[CS].limit && c->family >= I286)
        cpu_raise_code(c, EX_GP, 0);
    seg_set_real(c, CS, sel);
    c->s.eip = eip;
}

/* The privilege rules for reaching a code segment without a gate. */
static void check_direct(struct cpu *c, u16 sel, struct desc d)
{
    if (!desc_code(d))
        sel_fault(c, EX_GP, sel);
    if (desc_conforming(d) ? desc_dpl(d) > c->s.cpl
                           : sel_rpl(sel) > c->s.cpl ||
                             desc_dpl(d) != c->s.cpl)
        sel_fault(c, EX_GP, sel);
    if (!desc_present(d))
        sel_fault(c, EX_NP, sel);
}

static struct desc far_target(struct cpu *c, u16 sel)
{
    if (sel_null(sel))
        cpu_raise_code(c, EX_GP, 0);
    return desc_get(c, sel, EX_GP);
}

/* A gate or TSS named by a far pointer must not be more privileged. */
static void check_system(struct cpu *c, u16 sel, struct desc d)
{
    if (desc_dpl(d) < c->s.cpl || desc_dpl(d) < sel_rpl(sel))
        sel_fault(c, EX_GP, sel);
    if (!desc_present(d))
        sel_fault(c, EX_NP, sel);
}

static bool is_gate32(const struct cpu *c, struct desc d)
{
    return desc_type(d) == SYS_CALL32 && c->family >= I386;
}

static u32 gate_offset(const struct cpu *c, struct desc g)
{
    return is_gate32(c, g) ? (g.lo & 0xffff) | (g.hi & 0xffff0000)
                           : g.lo & 0xffff;
}

static struct desc gate_code(struct cpu *c, u16 sel)
{
    struct desc d = far_target(c, sel);

    if (!desc_code(d) || desc_dpl(d) > c->s.cpl)
        sel_fault(c, EX_GP, sel);
    return d;
}

static void present_code(struct cpu *c, u16 sel, struct desc d)
{
    if (!desc_present(d))
        sel_fault(c, EX_NP, sel);
}

static void jump_call_gate(struct cpu *c, struct desc g)
{
    u16 sel = (u16)(g.lo >> 16);
    struct desc d = gate_code(c, sel);

    if (!desc_conforming(d) && desc_dpl(d) != c->s.cpl)
        sel_fault(c, EX_GP, sel);
    present_code(c, sel, d);
    code_load(c, sel, d, c->s.cpl, gate_offset(c, g));
}

/* TSS or task gate; false when d is neither. */
static bool system_task(struct cpu *c, u16 sel, struct desc d,
                        enum task_cause cause)
{
    u32 type = desc_type(d);

    if (type == SYS_TASK) {
        check_system(c, sel, d);
        task_gate(c, d, cause);
    } else if (type == SYS_TSS16 || (type == SYS_TSS32 && c->family >= I386)) {
        check_system(c, sel, d);
        task_switch(c, sel, cause);
    } else {
        return false;
    }
    return true;
}

void far_jump(struct cpu *c, u16 sel, u32 eip)
{
    struct desc d;

    if (!protected(c)) {
        real_jump(c, sel, eip);
        return;
    }
    d = far_target(c, sel);
    if (desc_segment(d)) {
        check_direct(c, sel, d);
        code_load(c, sel, d, c->s.cpl, eip);
    } else if (desc_type(d) == SYS_CALL16 || is_gate32(c, d)) {
        check_system(c, sel, d);
        jump_call_gate(c, d);
    } else if (!system_task(c, sel, d, TASK_JMP)) {
        sel_fault(c, EX_GP, sel);
    }
}

/* ---- CALL ---- */

static void push_return(struct cpu *c, struct stack *st, bool wide)
{
    stack_push(c, st, wide, c->s.seg[CS].sel);
    stack_push(c, st, wide, c->s.eip);
}

static void direct_call(struct cpu *c, u16 sel, struct desc d, u32 eip,
                        bool wide)
{
    struct stack st = stack_now(c);

    stack_room(c, &st, 2, wide, 0);
    push_return(c, &st, wide);
    code_load(c, sel, d, c->s.cpl, eip);
    c->s.gpr[ESP] = st.sp;
}

static void copy_parameters(struct cpu *c, struct stack *st, u32 n, bool wide)
{
    while (n-- > 0)
        stack_push(c, st, wide, wide ? peek32(c, n * 4) : peek16(c, n * 2));
}

static void inner_call(struct cpu *c, u16 sel, struct desc d, struct desc g)
{
    bool wide = is_gate32(c, g);
    u32 n = g.hi & 31;
    struct stack st = stack_inner(c, desc_dpl(d));

    stack_room(c, &st, 4 + n, wide, st.ss.sel & ~3u);
    stack_push(c, &st, wide, c->s.seg[SS].sel);
    stack_push(c, &st, wide, c->s.gpr[ESP]);
    copy_parameters(c, &st, n, wide);
    push_return(c, &st, wide);
    code_load(c, sel, d, desc_dpl(d), gate_offset(c, g));
    seg_set(c, SS, st.ss);
    c->s.gpr[ESP] = st.sp;
}

static void gate_call(struct cpu *c, struct desc g)
{
    u16 sel = (u16)(g.lo >> 16);
    struct desc d = gate_code(c, sel);

    present_code(c, sel, d);
    if (!desc_conforming(d) && desc_dpl(d) < c->s.cpl)
        inner_call(c, sel, d, g);
    else
        direct_call(c, sel, d, gate_offset(c, g), is_gate32(c, g));
}

static void real_call(struct cpu *c, u16 sel, u32 eip, bool wide)
{
    struct stack st = stack_now(c);

    if (eip > c->s.seg[CS].limit && c->family >= I286)
        cpu_raise_code(c, EX_GP, 0);
    stack_room(c, &st, 2, wide, 0);
    push_return(c, &st, wide);
    c->s.gpr[ESP] = st.sp;
    real_jump(c, sel, eip);
}

void far_call(struct cpu *c, u16 sel, u32 eip, bool wide)
{
    struct desc d;

    if (!protected(c)) {
        real_call(c, sel, eip, wide);
        return;
    }
    d = far_target(c, sel);
    if (desc_segment(d)) {
        check_direct(c, sel, d);
        direct_call(c, sel, d, eip, wide);
    } else if (desc_type(d) == SYS_CALL16 || is_gate32(c, d)) {
        check_system(c, sel, d);
        gate_call(c, d);
    } else if (!system_task(c, sel, d, TASK_CALL)) {
        sel_fault(c, EX_GP, sel);
    }
}

/* ---- RET ---- */

/* The stack from SP on where its next n bytes are simple to read; or NULL. */
static const u8 *simple_stack(struct cpu *c, u32 n)
{
    const struct access *a = &c->access[SS];
    u32 sp = sp_get(c);
    u64 last = (u64)sp + n - 1;

    if (!(a->can & CAN_READ) || sp < a->lo || last > a->hi || last > c->spmask)
        return NULL;
    return lin_host(c, a->base + sp, n, false, c->user);
}

static u32 far_peek(struct cpu *c, bool wide, u32 n)
{
    return wide ? peek32(c, n * 4) : peek16(c, n * 2);
}

/* The code descriptor that a return at privilege RPL goes to. */
static struct desc return_desc(struct cpu *c, u16 sel)
{
    struct desc d = far_target(c, sel);

    if (!desc_code(d) || sel_rpl(sel) < c->s.cpl ||
        (desc_conforming(d) ? desc_dpl(d) > sel_rpl(sel)
                            : desc_dpl(d) != sel_rpl(sel)))
        sel_fault(c, EX_GP, sel);
    present_code(c, sel, d);
    return d;
}

/* To an outer privilege: the stack holds the outer SS:ESP at word n. */
static void outer_return(struct cpu *c, u16 sel, struct desc d, u32 eip,
                         bool wide, u32 n, u32 extra)
{
    u32 size = wide ? 4 : 2, at = n * size + extra;
    u32 esp = wide ? peek32(c, at) : peek16(c, at);
    u16 ss = (u16)(wide ? peek32(c, at + size) : peek16(c, at + size));
    struct desc sd = stack_desc(c, ss, sel_rpl(sel), EX_GP);
    struct seg s = desc_seg(c, sd, ss);

    code_load(c, sel, d, sel_rpl(sel), eip);
    desc_mark_accessed(c, sd);
    s.attr |= SEG_A;
    seg_replace(c, SS, s);
    sp_set(c, esp + extra);
    if (c->spmask == ~0u && wide)
        c->s.gpr[ESP] = esp + extra;
    drop_inner_segments(c);
}

static void protected_return(struct cpu *c, u16 sel, u32 eip, bool wide,
                             u32 extra)
{
    struct desc d = return_desc(c, sel);
    u32 size = wide ? 8 : 4;

    if (sel_rpl(sel) > c->s.cpl) {
        outer_return(c, sel, d, eip, wide, 2, extra);
        return;
    }
    code_load(c, sel, d, c->s.cpl, eip);
    sp_set(c, c->s.gpr[ESP] + size + extra);
}

void far_return(struct cpu *c, bool wide, u32 extra)
{
    u32 eip = far_peek(c, wide, 0);
    u16 sel = (u16)far_peek(c, wide, 1);

    if (protected(c)) {
        protected_return(c, sel, eip, wide, extra);
        return;
    }
    real_jump(c, sel, eip);
    sp_set(c, c->s.gpr[ESP] + (wide ? 8 : 4) + extra);
}

/* ---- IRET ---- */

static void real_iret(struct cpu *c, bool wide)
{
    u32 eip = far_peek(c, wide, 0), flags = far_peek(c, wide, 2), mask = 0x7fd5;
    u16 sel = (u16)far_peek(c, wide, 1);

    if (wide)
        mask |= RF | AC | ID;
    if (v86(c))
        mask &= ~(u32)IOPL;
    real_jump(c, sel, eip);
    sp_set(c, c->s.gpr[ESP] + (wide ? 12 : 6));
    cpu_set_eflags(c, flags, mask);
}

/* Below IOPL 3 with CR4.VME. */
static void vme_iret(struct cpu *c)
{
    u32 eip = peek16(c, 0), flags = peek16(c, 4);
    u16 sel = peek16(c, 2);

    vme_check_flags(c, flags);
    real_jump(c, sel, eip);
    sp_set(c, c->s.gpr[ESP] + 6);
    vme_set_flags(c, flags);
}

/* What a 32-bit IRET to V86 mode pops. */
struct v86_frame { u32 eip, cs, flags, esp, ss, es, ds, fs, gs; };

static struct v86_frame v86_frame(struct cpu *c)
{
    struct v86_frame f;
    const u8 *p = simple_stack(c, sizeof f);

    if (likely(p)) {
        memcpy(&f, p, sizeof f);
        return f;
    }
    f.eip = peek32(c, 0);
    f.cs = peek32(c, 4);
    f.flags = peek32(c, 8);
    f.esp = peek32(c, 12);
    f.ss = peek32(c, 16);
    f.es = peek32(c, 20);
    f.ds = peek32(c, 24);
    f.fs = peek32(c, 28);
    f.gs = peek32(c, 32);
    return f;
}

static void iret_to_v86(struct cpu *c)
{
    const struct v86_frame f = v86_frame(c);

    cpu_set_eflags(c, f.flags, ~0u);
    c->s.cpl = 3;
    cpu_mode_set(c);
    seg_set_v86(c, (u16[]){ (u16)f.es, (u16)f.cs, (u16)f.ss, (u16)f.ds,
                            (u16)f.fs, (u16)f.gs });
    c->s.gpr[ESP] = f.esp;
    c->s.eip = f.eip & 0xffff;
    if (vme(c) && iopl(c) < 3 && (f.flags & VIF) && (f.flags & VIP)) {
        c->insn_eip = c->s.eip;         /* a fault of the task's */
        cpu_raise_code(c, EX_GP, 0);
    }
}

/* Which flags IRET may change at the privilege that it comes from. */
static u32 iret_mask(const struct cpu *c, bool wide)
{
    u32 mask = 0x4dd5;

    if (wide)
        mask |= RF | AC | ID;
    if (c->s.cpl <= iopl(c))
        mask |= IF;
    if (c->s.cpl == 0)
        mask |= IOPL | (wide ? VIF | VIP : 0);
    return mask;
}

struct iret_frame { u32 eip, cs, flags; };

static struct iret_frame iret_frame(struct cpu *c, bool wide)
{
    struct iret_frame f;
    const u8 *p = wide ? simple_stack(c, sizeof f) : NULL;

    if (likely(p)) {
        memcpy(&f, p, sizeof f);
        return f;
    }
    f.eip = far_peek(c, wide, 0);
    f.flags = far_peek(c, wide, 2);
    f.cs = far_peek(c, wide, 1);
    return f;
}

static void protected_iret(struct cpu *c, bool wide)
{
    const struct iret_frame f = iret_frame(c, wide);
    u32 eip = f.eip, flags = f.flags, mask = iret_mask(c, wide);
    u16 sel = (u16)f.cs;
    struct desc d;

    if (wide && (flags & VM) && c->s.cpl == 0) {
        iret_to_v86(c);
        return;
    }
    d = return_desc(c, sel);
    if (sel_rpl(sel) > c->s.cpl) {
        outer_return(c, sel, d, eip, wide, 3, 0);
    } else {
        code_load(c, sel, d, c->s.cpl, eip);
        sp_set(c, c->s.gpr[ESP] + (wide ? 12 : 6));
    }
    cpu_set_eflags(c, flags, mask);
}

static void return_to_task(struct cpu *c)
{
    const struct seg *tr = &c->s.seg[TR];
    u16 link = (u16)mmu_load(c, tr->base, 2, false);

    task_switch(c, link, TASK_IRET);
}

/* It lets NMIs in again even when it faults (SDM volume 3, 27.2.3, "NMI
 * unblocking due to IRET"). */
void interrupt_return(struct cpu *c, bool wide)
{
    c->s.nmi_blocked = false;
    if (v86(c) && iopl(c) < 3 && (wide || !vme(c)))
        cpu_raise_code(c, EX_GP, 0);
    if (v86(c) && iopl(c) < 3)
        vme_iret(c);
    else if (!protected(c))
        real_iret(c, wide);
    else if (c->s.eflags & NT)
        return_to_task(c);
    else
        protected_iret(c, wide);
    cpu_attend(c);
}
