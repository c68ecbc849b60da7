/* desc.h - descriptors, stacks and far transfers, for the files that do
 * protected mode: seg.c, int.c, far.c, task.c, ops_sys.c. */
#ifndef DESC_H
#define DESC_H

#include "cpu/exec.h"

/* System descriptor types. */
enum { SYS_TSS16 = 1, SYS_LDT = 2, SYS_CALL16 = 4, SYS_TASK = 5, SYS_INT16 = 6,
       SYS_TRAP16 = 7, SYS_TSS32 = 9, SYS_CALL32 = 12, SYS_INT32 = 14,
       SYS_TRAP32 = 15, TSS_BUSY = 2 };

struct desc {
    u32 lo, hi;
    u32 at;                             /* its linear address */
};

static inline u32 desc_type(struct desc d) { return d.hi >> 8 & 0xf; }
static inline u32 desc_dpl(struct desc d) { return d.hi >> 13 & 3; }
static inline bool desc_present(struct desc d) { return d.hi & 0x8000; }
static inline bool desc_segment(struct desc d) { return d.hi & 0x1000; }
static inline bool desc_code(struct desc d)
{
    return (d.hi & 0x1800) == 0x1800;
}

static inline bool desc_conforming(struct desc d)
{
    return (d.hi & 0x1c00) == 0x1c00;
}

static inline bool desc_data_writable(struct desc d)
{
    return (d.hi & 0x1a00) == 0x1200;
}
static inline bool desc_readable(struct desc d)
{
    return desc_segment(d) && (!desc_code(d) || (d.hi & 0x200));
}
static inline bool sel_null(u16 sel) { return !(sel & ~3); }
static inline u32 sel_rpl(u16 sel) { return sel & 3; }

/* Whether the privilege and the selector's allow a look at a segment, and, for
 * VERR and VERW, to read or to write it. */
static inline bool desc_visible(const struct cpu *c, struct desc d, u16 sel)
{
    return desc_conforming(d) ||
           (desc_dpl(d) >= c->s.cpl && desc_dpl(d) >= sel_rpl(sel));
}
static inline bool desc_verifies(const struct cpu *c, struct desc d, u16 sel,
                                 bool write)
{
    return (write ? desc_data_writable(d) : desc_readable(d)) &&
           desc_visible(c, d, sel);
}

/* ---- memory that the processor itself reaches ---- */

/* The host's address of n bytes at a linear address, where the TLB has them
 * all in one entry and nothing is to be said about the access; or NULL. */
static inline u8 *lin_host(struct cpu *c, u32 lin, u32 n, bool write, bool user)
{
    const struct tlb *t = &c->tlb[user][write][lin >> 12 & (TLB_SIZE - 1)];

    return likely(t->tag == ((lin + n - 1) & ~0xfffu)) ? t->host + (lin & 0xfff)
                                                       : NULL;
}

/* Of tables: as the supervisor, whoever runs. Size is 1, 2 or 4. */
static inline u32 sys_load(struct cpu *c, u32 lin, int size)
{
    const u8 *p = lin_host(c, lin, (u32)size, false, false);
    u32 v;
    u16 h;

    if (unlikely(!p))
        return mmu_load(c, lin, size, false);
    if (size == 1)
        return *p;
    if (size == 2) {
        memcpy(&h, p, sizeof h);
        return h;
    }
    memcpy(&v, p, sizeof v);
    return v;
}

static inline void sys_store(struct cpu *c, u32 lin, int size, u32 v)
{
    u8 *p = lin_host(c, lin, (u32)size, true, false);
    u16 h = (u16)v;

    if (unlikely(!p))
        mmu_store(c, lin, size, v, false);
    else if (size == 1)
        *p = (u8)v;
    else if (size == 2)
        memcpy(p, &h, sizeof h);
    else
        memcpy(p, &v, sizeof v);
}

/* Reads the descriptor at d->at where the TLB has it; false: it has not. */
static inline bool desc_peek(struct cpu *c, struct desc *d)
{
    const u8 *p = lin_host(c, d->at, 8, false, false);

    if (unlikely(!p))
        return false;
    memcpy(&d->lo, p, 4);
    memcpy(&d->hi, p + 4, 4);
    return true;
}

/* The same in any case. */
static inline void desc_fetch(struct cpu *c, struct desc *d)
{
    if (!desc_peek(c, d)) {
        d->lo = mmu_load(c, d->at, 4, false);
        d->hi = mmu_load(c, d->at + 4, 4, false);
    }
}

/* ---- descriptors ---- */

/* A fault whose error code names a selector. */
_Noreturn void sel_fault(struct cpu *c, int vector, u16 sel);

/* Finds a descriptor; false when the selector is past its table's limit (or
 * null). desc_get raises `vector` with the selector instead. */
bool desc_read(struct cpu *c, u16 sel, struct desc *d);
struct desc desc_get(struct cpu *c, u16 sel, int vector);

/* The hidden part that a descriptor describes. */
struct seg desc_seg(const struct cpu *c, struct desc d, u16 sel);

void desc_mark_accessed(struct cpu *c, struct desc d);
void desc_set_busy(struct cpu *c, u16 sel, bool busy);

/* Loads a register from a checked descriptor. */
void seg_set(struct cpu *c, int seg, struct seg s);

/* What of the attributes decides about accesses and modes. */
enum { SEG_SHAPE = SEG_P | SEG_CODE | SEG_RW | SEG_DC | SEG_DB };

/* Whether accesses through segment register n stay what they are with s in it.
 */
static inline bool seg_is_alike(const struct cpu *c, int n, const struct seg *s)
{
    const struct seg *o = &c->s.seg[n];

    return o->base == s->base && o->limit == s->limit &&
           !((o->attr ^ s->attr) & SEG_SHAPE);
}

/* seg_set() where the mode stays; most change little. */
static inline void seg_replace(struct cpu *c, int n, struct seg s)
{
    bool alike = seg_is_alike(c, n, &s);

    c->s.seg[n] = s;
    if (!alike)
        seg_update(c, n);
}

/* Loads CS from a checked descriptor, at privilege cpl, and jumps; raises
 * #GP(0) first if eip is past the limit. */
void code_load(struct cpu *c, u16 sel, struct desc d, u32 cpl, u32 eip);

/* A stack that is being filled before it becomes SS:ESP. */
struct stack {
    struct seg ss;
    struct access a;
    u32 sp, mask;
    u8 *host;                           /* of offset `low`; NULL: not simple */
    u32 low;
    bool user;
};

struct access seg_access(const struct cpu *c, int seg, const struct seg *s);
struct stack stack_now(const struct cpu *c);

/* Raises #SS(code) or #PF now if pushing n words or dwords would; no more may
 * follow. */
void stack_room(struct cpu *c, struct stack *st, u32 n, bool wide, u32 code);
void stack_push_odd(struct cpu *c, struct stack *st, bool wide, u32 v);

static inline void stack_push(struct cpu *c, struct stack *st, bool wide, u32 v)
{
    u32 sp = (st->sp - (wide ? 4 : 2)) & st->mask;
    u16 h = (u16)v;

    if (unlikely(!st->host)) {
        stack_push_odd(c, st, wide, v);
        return;
    }
    if (wide)
        memcpy(st->host + (sp - st->low), &v, sizeof v);
    else
        memcpy(st->host + (sp - st->low), &h, sizeof h);
    st->sp = (st->sp & ~st->mask) | sp;
}

/* The stack for an inner privilege level, from the TSS, checked. */
struct stack stack_inner(struct cpu *c, u32 cpl);

/* Checks that sel may become SS at privilege cpl; `vector` is #TS or #GP. */
struct desc stack_desc(struct cpu *c, u16 sel, u32 cpl, int vector);

/* Drops data segments that the new, outer privilege may not see. */
void drop_inner_segments(struct cpu *c);

/* Virtual-8086 mode extensions. vme_interrupt handles INT n within V86 mode;
 * false: not redirected. The others are for IOPL below 3 and 16 bits; the
 * checks raise #GP. */
bool vme(const struct cpu *c);
bool vme_interrupt(struct cpu *c, int vector);
u32  vme_flags(const struct cpu *c);
void vme_check_flags(struct cpu *c, u32 flags);
void vme_set_flags(struct cpu *c, u32 flags);

/* FLAGS as PUSHF and interrupts store it. */
u32 flags_image(const struct cpu *c);

enum task_cause { TASK_JMP, TASK_CALL, TASK_INT, TASK_IRET };
void task_switch(struct cpu *c, u16 sel, enum task_cause cause);

/* Switches through a task gate that was found at a selector. */
void task_gate(struct cpu *c, struct desc gate, enum task_cause cause);

void far_jump(struct cpu *c, u16 sel, u32 eip);
void far_call(struct cpu *c, u16 sel, u32 eip, bool wide);
void far_return(struct cpu *c, bool wide, u32 extra);
void interrupt_return(struct cpu *c, bool wide);

#endif
