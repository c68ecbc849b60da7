/* frame_model.h - far transfers, interrupts and returns for the plain model.
 *
 * Reference: SDM volume 2, CALL, INT, IRET, RET; volume 3, 5.8, 6.12, 7.3. */
#ifndef FRAME_MODEL_H
#define FRAME_MODEL_H

#include "cpu/cpu.h"
#include "tests/lib/stack_model.h"

enum { C0_16 = 0x08, C0_32 = 0x10, C3_16 = 0x1b, C3_32 = 0x23, OUTER = 0x2b,
       INNER = 0x48, SAME = 0x68, GATE = 0x88, FAULTS = 0x90, MAIN = 0xb0,
       FLAT = 0xb8, FLAT_CODE = 0xc0, TASKED = 0xc8, GDT_END = 0xcf,
       INNER_BASE = 0xa0000, SOFT = 0x30, ABSENT = 0x31, TSS_SIZE = 0x80, POPPED = 0x3247 };

static const struct model_seg kinds[] = {
    { 0, 0xffff, false, false, 0 }, { 0, 0x3fff, false, true, 0 },
    { 0, 0x2ffff, true, false, 0 }, { 0, 0x3fff, true, true, 0 } };

/* What the instruction and its gate are. */
struct scene {
    u32 bytes;                          /* of a gate, or of the operand */
    bool code32;                        /* the code segment's size */
    u32 stack, inner;                   /* kinds */
    u32 esp0, params;
    bool v86, real, has_code;
    u32 cpl;
};

static struct scene now;

static void enter_stack(struct model *m, const struct model_seg *s, u32 sp)
{
    m->seg[M_SS] = *s;
    m->s = s->big ? ~0u : 0xffff;
    m->r[M_SP] = sp;
}

static struct model_seg segment(u32 base, u32 kind, u32 sel)
{
    struct model_seg s = kinds[kind];

    s.base = base;
    s.sel = (u16)(sel + 8 * kind);
    return s;
}

/* The stack that the TSS has for ring 0; a fault there names its selector. */
static void enter_inner(struct model *m)
{
    const struct model_seg s = segment(INNER_BASE, now.inner, INNER);

    enter_stack(m, &s, now.esp0);
    m->code = s.sel;
}

static void go(struct model *m, u32 sel, u32 eip)
{
    m->seg[M_CS].sel = (u16)sel;
    m->cpl = m->flags & VM ? 3 : sel & 3;
    m->next = eip;
    m->code = 0;
}

static u32 code0(void) { return now.bytes == 4 ? C0_32 : C0_16; }

static void push_v86(struct model *m)
{
    model_push(m, 0x5555, now.bytes);   /* GS, FS */
    model_push(m, 0x4444, now.bytes);
    model_push(m, m->seg[M_DS].sel, now.bytes);
    model_push(m, m->seg[M_ES].sel, now.bytes);
    m->seg[M_DS].sel = m->seg[M_ES].sel = 0;
}

/* All that is to be pushed must have room before any of it is. */
static void room(struct model *m, u32 count)
{
    for (u32 k = 1; k <= count; k++)
        model_check(m, M_SS, (m->r[M_SP] - k * now.bytes) & m->s, now.bytes);
}

/* INT n, or with an error code the exception that stands for it. */
static void frame_int(struct model *m)
{
    u32 n = now.bytes, ss = m->seg[M_SS].sel, sp = m->r[M_SP];

    if (m->cpl)
        enter_inner(m);
    room(m, (m->cpl ? 5 : 3) + now.has_code + (now.v86 ? 4 : 0));
    if (now.v86)
        push_v86(m);
    if (m->cpl) {
        model_push(m, ss, n);
        model_push(m, sp, n);
    }
    model_push(m, m->flags | (now.has_code ? RF : 0), n);
    model_push(m, m->seg[M_CS].sel, n);
    model_push(m, now.has_code ? m->eip : m->next, n);
    if (now.has_code)
        model_push(m, ABSENT * 8 + 2, n);
    m->flags &= ~(u32)(IF | TF | NT | VM | RF);
    go(m, now.real ? CODE >> 4 : code0(), TARGET);
}

/* Through a task gate: a new set of registers, and the code on its stack. */
static void frame_task(struct model *m)
{
    u32 rest = now.bytes == 4 ? 0 : 0xffff0000;

    for (u32 n = 0; n < 8; n++)
        m->r[n] = rest;
    now.esp0 = now.bytes == 4 ? now.esp0 : now.esp0 | rest;
    enter_inner(m);
    model_push(m, ABSENT * 8 + 2, now.bytes);
    m->seg[M_DS].sel = m->seg[M_ES].sel = 0;
    m->flags = NT | 2;
    go(m, code0(), TARGET);
}

static void frame_call(struct model *m)
{
    room(m, 2);
    model_push(m, m->seg[M_CS].sel, now.bytes);
    model_push(m, m->next, now.bytes);
    go(m, m->seg[M_CS].sel, TARGET);
}

/* Word or dword k above the stack pointer of another stack. */
static u32 parameter(struct model *m, const struct model_seg *s, u32 sp, u32 k)
{
    const struct model_seg inner = m->seg[M_SS];
    u32 v, code = m->code, mask = s->big ? ~0u : 0xffff;

    m->seg[M_SS] = *s;
    m->code = 0;
    v = model_get(m, M_SS, (sp + k * now.bytes) & mask, now.bytes);
    m->seg[M_SS] = inner;
    m->code = code;
    return v;
}

static void frame_gate(struct model *m)
{
    u32 n = now.bytes, sp = m->r[M_SP];
    const struct model_seg old = m->seg[M_SS];

    if (m->cpl)
        enter_inner(m);
    room(m, m->cpl ? 4 + now.params : 2);
    if (m->cpl) {
        model_push(m, old.sel, n);
        model_push(m, sp, n);
        for (u32 k = now.params; k-- > 0;)
            model_push(m, parameter(m, &old, sp, k), n);
    }
    model_push(m, m->seg[M_CS].sel, n);
    model_push(m, m->next, n);
    go(m, code0(), TARGET);
}

/* To a 16-bit stack, the upper half of ESP stays the inner one's. Segments of
 * ring 0 are not for the outer one. */
static void leave_stack(struct model *m, u32 before)
{
    u32 sp = model_pop(m, now.bytes), ss = model_pop(m, now.bytes);
    const struct model_seg s = segment(STACK, (ss - OUTER) / 8 & 3, OUTER);

    enter_stack(m, &s, before);
    model_set(m, M_SP, sp + m->imm, m->s);
    m->seg[M_DS].sel = m->seg[M_ES].sel = 0;
}

static void frame_ret(struct model *m)
{
    u32 before = m->r[M_SP], eip = model_pop(m, now.bytes);
    u32 cs = model_pop(m, now.bytes) & 0xffff;

    model_set(m, M_SP, m->r[M_SP] + m->imm, m->s);
    if ((cs & 3) > m->cpl)
        leave_stack(m, before);
    go(m, cs, eip);
}

static void frame_iret(struct model *m)
{
    u32 before = m->r[M_SP], eip = model_pop(m, now.bytes);
    u32 cs = model_pop(m, now.bytes) & 0xffff, f = model_pop(m, now.bytes);

    if (f & VM && now.bytes == 4) {
        static const int order[] = { M_SS, M_ES, M_DS };
        u32 esp = model_pop(m, 4);

        for (int n = 0; n < 3; n++)
            m->seg[order[n]].sel = (u16)model_pop(m, 4);
        (void)model_pop(m, 4);
        (void)model_pop(m, 4);
        m->r[M_SP] = esp;
        eip &= 0xffff;
    } else if ((cs & 3) > m->cpl) {
        leave_stack(m, before);
    }
    m->flags = now.v86 ? f | VM : f;
    go(m, cs, eip);
}

#endif
