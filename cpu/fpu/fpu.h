/* fpu.h - the x87 as its instructions see it: stack, status, entry and exit.
 *
 * A handler begins with fpu_begin(), reads its memory operand (which may
 * fault), works on struct f80 values and ends with fpu_end(), which is the
 * first to change the status word and the pointers. So a fault in between
 * leaves the coprocessor as it was.
 *
 * Reference: Intel SDM volume 1, chapter 8; Intel387 DX Programmer's
 * Reference; 8087 and 80287 chapters of the iAPX 86/88 and 286 manuals.
 * Not modelled: the 8087 and 287 running in parallel with the processor;
 * their arithmetic on unnormals; the 286's and 386's interrupt 9 (an operand
 * that only begins within its segment is #GP). */
#ifndef FPU_H
#define FPU_H

#include "cpu/fpu/f80.h"
#include "cpu/ops/ops.h"
#include "cpu/engine.h"
#include "cpu/exec.h"

enum { FSW_EXC = 0x3f, FSW_SF = 0x40, FSW_ES = 0x80, FSW_CC = 0x4500,
       FSW_C1 = 0x200, FSW_TOP = 0x3800, FSW_B = 0x8000 };
enum { FCW_IEM = 0x80, FCW_IC = 0x1000 };
enum { TAG_VALID, TAG_ZERO, TAG_SPECIAL, TAG_EMPTY };

/* ---- entry and exit (fpu_core.c) ---- */

/* What stands in the way of an escape: CR0.EM and TS (#NM), no coprocessor,
 * a pending error. False: the instruction is over, or must be tried again. */
bool fpu_may_run(struct cpu *c, const struct insn *i);
bool fpu_may_run_nowait(struct cpu *c, const struct insn *i);

/* Sets the status word; works out ES, B and the error pin. */
void fpu_set_status(struct cpu *c, u16 sw);

/* The 8087 leaves prefixes out of the instruction's address. */
u32 fpu_address_8087(const struct cpu *c, const struct insn *i);

/* Instruction and operand pointers and the opcode. */
static inline void fpu_set_pointers(struct cpu *c, const struct insn *i)
{
    c->s.fip = likely(c->family >= I286) ? c->insn_eip
                                         : fpu_address_8087(c, i);
    c->s.fcs = c->s.seg[CS].sel;
    c->s.fop = i->imm2;
    if (i->flags & I_MEM) {
        c->s.fdp = ea(c, i);
        c->s.fds = c->s.seg[i->seg].sel;
    }
}

/* Projective infinity: the 8087 and 287, unless told otherwise. */
static inline bool fpu_projective(const struct cpu *c)
{
    return c->family < I386 && !(c->s.fcw & FCW_IC);
}

static inline void fpu_load_env(const struct cpu *c, struct f80_env *e)
{
    *e = (struct f80_env){ .rc = c->s.fcw >> 10 & 3, .pc = c->s.fcw >> 8 & 3,
                           .mask = c->s.fcw & FSW_EXC,
                           .cc = c->s.fsw & FSW_CC };
}

static inline bool fpu_begin(struct cpu *c, const struct insn *i,
                             struct f80_env *e)
{
    fpu_settle(c);
    if (unlikely((c->s.cr[0] & (CR0_EM | CR0_TS)) || c->family <= I286 ||
                 !c->fpu ||
                 (c->s.fsw & FSW_ES)) && !fpu_may_run(c, i))
        return false;
    fpu_load_env(c, e);
    return true;
}

static inline void fpu_end(struct cpu *c, const struct insn *i,
                           const struct f80_env *e)
{
    u32 sw = c->s.fsw & ~(u32)(FSW_CC | FSW_C1);

    sw |= (e->cc & FSW_CC) | (e->c1 ? FSW_C1 : 0) | e->flags;
    fpu_set_pointers(c, i);
    if (unlikely(sw & ((u32)~c->s.fcw & FSW_EXC)) || (sw & FSW_ES))
        fpu_set_status(c, (u16)sw);
    else
        c->s.fsw = (u16)sw;
}

/* ---- the register stack ---- */

static inline u32 fpu_top(const struct cpu *c) { return c->s.fsw >> 11 & 7; }
static inline u32 fpu_phys(const struct cpu *c, u32 n)
{
    return (fpu_top(c) + n) & 7;
}

static inline void fpu_set_top(struct cpu *c, u32 top)
{
    c->s.fsw = (u16)((c->s.fsw & ~FSW_TOP) | (top & 7) << 11);
}

/* In ftw only TAG_EMPTY counts; this is what FSTENV shows (fpu_env.c). */
u16 fpu_tag_word(const struct cpu *c);

static inline bool fpu_empty(const struct cpu *c, u32 n)
{
    return (c->s.ftw >> 2 * fpu_phys(c, n) & 3) == TAG_EMPTY;
}

static inline void fpu_free(struct cpu *c, u32 n)
{
    c->s.ftw |= (u16)(TAG_EMPTY << 2 * fpu_phys(c, n));
}

static inline struct f80 fpu_get(const struct cpu *c, u32 n)
{
    u32 r = fpu_phys(c, n);

    return (struct f80){ c->s.st_mant[r], c->s.st_se[r] };
}

static inline void fpu_put(struct cpu *c, u32 n, struct f80 v)
{
    u32 r = fpu_phys(c, n);

    c->s.st_mant[r] = v.mant;
    c->s.st_se[r] = v.se;
    c->s.ftw &= (u16)~(TAG_EMPTY << 2 * r);
}

static inline void fpu_pop(struct cpu *c)
{
    fpu_free(c, 0);
    fpu_set_top(c, fpu_top(c) + 1);
}

static inline void fpu_push(struct cpu *c, struct f80 v)
{
    fpu_set_top(c, fpu_top(c) - 1);
    fpu_put(c, 0, v);
}

/* A stack fault; its masked response. */
static inline struct f80 fpu_underflow(struct f80_env *e)
{
    e->flags |= F80_IE | FSW_SF;
    e->c1 = false;
    return f80_indefinite();
}

static inline struct f80 fpu_overflow(struct f80_env *e)
{
    e->flags |= F80_IE | FSW_SF;
    e->c1 = true;
    return f80_indefinite();
}

/* Whether a push finds no room. */
static inline bool fpu_full(const struct cpu *c) { return !fpu_empty(c, 7); }

/* ---- memory operands of more than 32 bits ---- */

/* The offset n bytes further on: below the 286 it wraps. */
static inline u32 fpu_at(const struct cpu *c, u32 at, u32 n)
{
    return c->family < I286 ? (at + n) & 0xffff : at + n;
}

/* Where the operand is if it is plain memory that can be had at once. */
static inline u8 *fpu_plain(struct cpu *c, const struct insn *i, u32 at, u32 n,
                            bool write)
{
    if (unlikely(!seg_ok(c, i->seg, at, n, write ? CAN_WRITE : CAN_READ)))
        return NULL;
    return tlb_hit(c, c->access[i->seg].base + at, n, write);
}

/* The same in parts, and what faults. */
u64 fpu_ld64_slow(struct cpu *c, const struct insn *i, u32 at);
void fpu_st64_slow(struct cpu *c, const struct insn *i, u32 at, u64 v);

static inline u64 fpu_ld64(struct cpu *c, const struct insn *i, u32 at)
{
    u8 *p = fpu_plain(c, i, at, 8, false);
    u64 v;

    if (unlikely(!p))
        return fpu_ld64_slow(c, i, at);
    memcpy(&v, p, sizeof v);
    return v;
}

static inline void fpu_st64(struct cpu *c, const struct insn *i, u32 at, u64 v)
{
    u8 *p = fpu_plain(c, i, at, 8, true);

    if (likely(p))
        memcpy(p, &v, sizeof v);
    else
        fpu_st64_slow(c, i, at, v);
}

struct f80 fpu_ld80(struct cpu *c, const struct insn *i, u32 at);
void fpu_st80(struct cpu *c, const struct insn *i, u32 at, struct f80 v);

/* Faults now if a store of n bytes at `at` would. */
void fpu_probe_slow(struct cpu *c, const struct insn *i, u32 at, u32 n);

static inline void fpu_probe(struct cpu *c, const struct insn *i, u32 at, u32 n)
{
    if (unlikely(!fpu_plain(c, i, at, n, true)))
        fpu_probe_slow(c, i, at, n);
}

#endif
