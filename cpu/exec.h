/* exec.h - what handlers use: memory, stack, faults, effective addresses. */
#ifndef EXEC_H
#define EXEC_H

#include <string.h>

#include "cpu/flags.h"
#include "cpu/isa/insn.h"

/* ---- faults (int.c) ---- */

/* Abandons the instruction and delivers the exception, EIP at its start. */
_Noreturn void cpu_raise(struct cpu *c, int vector);
_Noreturn void cpu_raise_code(struct cpu *c, int vector, u32 code);

/* Delivers an interrupt through the IVT or IDT; EIP is the return address.
 * Faults inside raise. INT_TRAP is an exception behind the instruction, whose
 * pushed flags have no RF. */
enum int_kind { INT_HARD, INT_SOFT, INT_EXCEPTION, INT_TRAP };
void cpu_interrupt(struct cpu *c, int vector, enum int_kind kind, bool has_code,
                   u32 code);

/* The same for an exception of the instruction at insn_eip (run.c). */
void cpu_deliver(struct cpu *c, int vector, bool has_code, u32 code);

/* ---- modes (seg.c) ---- */

static inline bool protected(const struct cpu *c)
{
    return (c->s.cr[0] & CR0_PE) && !(c->s.eflags & VM);
}
static inline bool v86(const struct cpu *c) { return c->s.eflags & VM; }
static inline u32 iopl(const struct cpu *c) { return c->s.eflags >> 12 & 3; }

/* Loads a data or stack segment register with all checks, or CS in real and
 * V86 mode style. */
void seg_load(struct cpu *c, int seg, u16 sel);
void seg_set_real(struct cpu *c, int seg, u16 sel);

/* All six in V86 mode, where they are in that order; ES, DS, FS and GS absent
 * in protected mode. */
void seg_set_v86(struct cpu *c, const u16 sel[6]);
void seg_clear_data(struct cpu *c);

/* To be called after seg[n] changed: works out access[], spmask, mode. */
void seg_update(struct cpu *c, int seg);

/* To be called after CR0, EFLAGS.VM or CPL changed; the second where all
 * segment registers are loaded afterwards. */
void cpu_mode_changed(struct cpu *c);
void cpu_mode_set(struct cpu *c);

/* Sets EFLAGS bits in `mask`; IF, TF and VM changes take effect. */
void cpu_set_eflags(struct cpu *c, u32 value, u32 mask);

/* Works out anew whether the run loop must look before the next instruction
 * (INTR with IF, NMI, TF, breakpoints); leaves the block if so. */
void cpu_attend(struct cpu *c);

/* Interrupts by which programs yield: see op_int(). */
enum { INT_SYSTEM = 0x15, INT_MULTIPLEX = 0x2f };

/* ---- memory (mmu.c) ---- */

u32  mmu_load(struct cpu *c, u32 lin, int size, bool user);
void mmu_store(struct cpu *c, u32 lin, int size, u32 v, bool user);

/* Loads what a store to the same place will replace. It raises the faults of
 * that store, so one walk of the page tables serves both. */
u32  mmu_load_first(struct cpu *c, u32 lin, int size, bool user);

/* Faults now if a store of n bytes (at most a page) at lin would. */
void mmu_probe(struct cpu *c, u32 lin, u32 n, bool write, bool user);

/* Raises #AC if alignment is checked and lin is not aligned to size bytes. */
void mmu_align(struct cpu *c, u32 lin, u32 size, bool write, bool user);

/* A byte of code. */
u8   mmu_fetch(struct cpu *c, u32 lin);

/* Whether CR0.AM and EFLAGS.AC have alignment checked in ring 3. */
static inline bool align_check(const struct cpu *c)
{
    return (c->s.cr[0] & CR0_AM) && (c->s.eflags & AC);
}

/* The TLB entry of a page; walks the tables and raises #PF when needed. */
struct tlb *mmu_fill(struct cpu *c, u32 lin, bool write, bool user);

/* The same of a page with code. */
struct tlb *mmu_fill_code(struct cpu *c, u32 lin);

/* To be called when data breakpoints have changed: marks the TLB's entries anew
 * for the pages that have some. */
void mmu_watch_again(struct cpu *c);

/* To be called when the cache of blocks is empty: stores to pages that had code
 * take the quick path again. */
void mmu_unmark(struct cpu *c);

void mmu_flush(struct cpu *c);
void mmu_flush_page(struct cpu *c, u32 lin);
void mmu_flush_local(struct cpu *c);    /* but for global pages */

/* PAE: reads the page directory pointers, with CR3 as given; #GP and nothing
 * changed when a reserved bit is set (pae.c). */
void pae_load(struct cpu *c, u32 cr3);

/* Segment accesses that the quick check turned down: a fault, or on the 8086
 * a word that wraps at the segment's end. */
u32  seg_load_slow(struct cpu *c, int seg, u32 off, int size);
void seg_store_slow(struct cpu *c, int seg, u32 off, int size, u32 v);

/* The limit fault of that segment: #SS for the stack, else #GP. */
_Noreturn void seg_fault(struct cpu *c, int seg);

static inline bool seg_ok(const struct cpu *c, int seg, u32 off, u32 size,
                          u32 need)
{
    const struct access *a = &c->access[seg];

    return (a->can & need) && off >= a->lo && (u64)off + size - 1 <= a->hi;
}

/* On the 80286, whether an access of such rights goes over the limit: where a
 * register has moved on by then, it stays so. */
static inline bool overruns_286(const struct cpu *c, int seg, u32 off, u32 size,
                                u32 need)
{
    return unlikely(c->family == I286) && (c->access[seg].can & need) &&
           !seg_ok(c, seg, off, size, need);
}

/* The linear address of n bytes at seg:off, or the fault. */
static inline u32 seg_linear(struct cpu *c, int seg, u32 off, u32 size,
                             u32 need)
{
    if (unlikely(!seg_ok(c, seg, off, size, need)))
        seg_fault(c, seg);
    return c->access[seg].base + off;
}

static inline u8 *tlb_hit(struct cpu *c, u32 lin, u32 size, bool write)
{
    struct tlb *t = &c->tlb[c->user][write][lin >> 12 & (TLB_SIZE - 1)];

    if (likely(t->tag == (lin & ~0xfffu) && (lin & 0xfff) + size <= PAGE_SIZE))
        return t->host + (lin & 0xfff);
    return NULL;
}

#define MEM_ACCESS(W)                                                       \
    static inline u##W ld##W(struct cpu *c, int seg, u32 off)               \
    {                                                                       \
        u##W v;                                                             \
        u8 *p;                                                              \
                                                                            \
        if (unlikely(!seg_ok(c, seg, off, W / 8, CAN_READ)))                \
            return (u##W)seg_load_slow(c, seg, off, W / 8);                 \
        p = tlb_hit(c, c->access[seg].base + off, W / 8, false);            \
        if (unlikely(!p))                                                   \
            return (u##W)mmu_load(c, c->access[seg].base + off, W / 8,      \
                                  c->user);                                 \
        memcpy(&v, p, sizeof v);                                            \
        return v;                                                           \
    }                                                                       \
    static inline void st##W(struct cpu *c, int seg, u32 off, u##W v)       \
    {                                                                       \
        u8 *p;                                                              \
                                                                            \
        if (unlikely(!seg_ok(c, seg, off, W / 8, CAN_WRITE))) {             \
            seg_store_slow(c, seg, off, W / 8, v);                          \
            return;                                                         \
        }                                                                   \
        p = tlb_hit(c, c->access[seg].base + off, W / 8, true);             \
        if (likely(p))                                                      \
            memcpy(p, &v, sizeof v);                                        \
        else                                                                \
            mmu_store(c, c->access[seg].base + off, W / 8, v, c->user);     \
    }                                                                       \
    /* Reads what is written next: faults as the write would. */            \
    static inline u##W ldw##W(struct cpu *c, int seg, u32 off)              \
    {                                                                       \
        u##W v;                                                             \
        u8 *p;                                                              \
                                                                            \
        if (unlikely(!seg_ok(c, seg, off, W / 8, CAN_WRITE)))               \
            return (u##W)seg_load_slow(c, seg, off, -(W / 8));              \
        p = tlb_hit(c, c->access[seg].base + off, W / 8, true);             \
        if (unlikely(!p))                                                   \
            return (u##W)mmu_load_first(c, c->access[seg].base + off,       \
                                        W / 8, c->user);                    \
        memcpy(&v, p, sizeof v);                                            \
        return v;                                                           \
    }
MEM_ACCESS(8)
MEM_ACCESS(16)
MEM_ACCESS(32)
#undef MEM_ACCESS

/* ---- registers and effective addresses ---- */

static inline u32 ea(const struct cpu *c, const struct insn *i)
{
    return (c->s.gpr[i->base] + (c->s.gpr[i->index] << i->scale) + i->disp) &
           i->amask;
}

static inline u8 reg8(const struct cpu *c, u32 n)
{
    return (u8)(c->s.gpr[n & 3] >> (n & 4) * 2);
}

static inline void set_reg8(struct cpu *c, u32 n, u8 v)
{
    u32 sh = (n & 4) * 2;

    c->s.gpr[n & 3] = (c->s.gpr[n & 3] & ~(0xffu << sh)) | (u32)v << sh;
}

static inline u16 reg16(const struct cpu *c, u32 n) { return (u16)c->s.gpr[n]; }
static inline u32 reg32(const struct cpu *c, u32 n) { return c->s.gpr[n]; }
static inline void set_reg32(struct cpu *c, u32 n, u32 v) { c->s.gpr[n] = v; }

static inline void set_reg16(struct cpu *c, u32 n, u16 v)
{
    c->s.gpr[n] = (c->s.gpr[n] & 0xffff0000) | v;
}

/* ---- stack ---- */

static inline u32 sp_get(const struct cpu *c)
{
    return c->s.gpr[ESP] & c->spmask;
}

static inline void sp_set(struct cpu *c, u32 sp)
{
    c->s.gpr[ESP] = (c->s.gpr[ESP] & ~c->spmask) | (sp & c->spmask);
}

static inline void push16(struct cpu *c, u16 v)
{
    u32 sp = (c->s.gpr[ESP] - 2) & c->spmask;

    st16(c, SS, sp, v);
    sp_set(c, sp);
}

static inline void push32(struct cpu *c, u32 v)
{
    u32 sp = (c->s.gpr[ESP] - 4) & c->spmask;

    st32(c, SS, sp, v);
    sp_set(c, sp);
}

/* The value n bytes above the top, without popping. */
static inline u16 peek16(struct cpu *c, u32 n)
{
    return ld16(c, SS, (c->s.gpr[ESP] + n) & c->spmask);
}

static inline u32 peek32(struct cpu *c, u32 n)
{
    return ld32(c, SS, (c->s.gpr[ESP] + n) & c->spmask);
}

/* ---- control transfer ---- */

/* The time that the delivery of a fault takes counts as an instruction, so
 * that a handler which faults at once can't loop forever. */
static inline void cpu_charge_fault(struct cpu *c)
{
    c->left -= c->charge.fault[c->s.cr[0] & CR0_PE];
}

/* Runs instructions of a block one by one (run.c), until the budget is used
 * up at the latest. */
void cpu_run_insns(struct cpu *c, const struct insn *i, const struct insn *end);

/* Raises #GP(0) unless in ring 0 or in real mode. */
static inline void need_cpl0(struct cpu *c)
{
    if ((c->s.cr[0] & CR0_PE) && c->s.cpl != 0)
        cpu_raise_code(c, EX_GP, 0);
}

/* Near branch: checks the limit, then sets EIP. */
static inline void jump_near(struct cpu *c, u32 eip)
{
    if (unlikely(eip > c->s.seg[CS].limit))
        cpu_raise_code(c, EX_GP, 0);
    c->s.eip = eip;
}

/* To be called after a device access that cpu_clock() preceded: time may have
 * passed and the next event may be another one. */
void cpu_io_done(struct cpu *c);

/* The same after n accesses to a timeless region, which need no cpu_clock(). */
void cpu_mmio_done(struct cpu *c, u32 n);

/* Takes the cost of n accesses to a timeless region off the budget. False when
 * the budget has no more than that, or the pace is another one; then it is as
 * it was, and the plain way must be gone. */
static inline bool cpu_mmio_pay(struct cpu *c, u32 n)
{
    s64 units = n * c->mmio_cost;

    if (unlikely(c->left <= units * CHARGE_UNIT ||
                 c->pace != c->clk->ps_per_insn))
        return false;
    clk_wait(c->clk, (ns_t)n * c->mem->mmio_ns, false, false);
    c->end -= (u64)units;
    c->left -= units * CHARGE_UNIT;
    return true;
}

/* How many of n turns of a repeated instruction are sure to fit into the
 * budget, each with that charge and with k accesses to a timeless region. */
u32 cpu_mmio_turns(struct cpu *c, u32 n, u32 charge, u32 k);

/* The same two for accesses to a port of ns each; the bus has let their time
 * pass already. */
u32 cpu_port_turns(struct cpu *c, u32 n, u32 charge, u32 ns);
void cpu_port_done(struct cpu *c, u32 n, u32 ns);

/* The device of a timeless region where that access reaches one at once; what
 * it takes for an offset there. NULL: it does not. */
static inline const struct region *tlb_device(const struct cpu *c, u32 lin,
                                              u32 size, bool write, bool user,
                                              u32 *off)
{
    const struct tlb *t = &c->tlb[user][write][lin >> 12 & (TLB_SIZE - 1)];
    const struct region *r = t->region;

    if (t->tag != ((lin & ~0xfffu) | TLB_SLOW) || !r || !r->timeless ||
        (lin & 0xfff) + size > PAGE_SIZE)
        return NULL;
    *off = (t->phys | (lin & 0xfff)) - r->first + r->base;
    return r;
}

/* ---- model-specific registers (msr.c) ---- */
void msr_reset(struct cpu *c);

/* ---- ports (io.c) ---- */
u32  port_in(struct cpu *c, u16 port, int size);
void port_out(struct cpu *c, u16 port, int size, u32 v);

/* #GP unless IOPL or the TSS bitmap allows the access. */
void port_check(struct cpu *c, u16 port, int size);

#endif
