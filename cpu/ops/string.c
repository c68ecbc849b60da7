/* string.c - string instructions and their repetition.
 *
 * Each turn of a repeated one counts as an instruction. When the budget ends
 * before the count does, EIP goes back to the instruction, which so goes on
 * after whatever comes in between. Registers are exact after each turn. What
 * a repetition costs beyond its turns is charged at its end, so that it makes
 * no difference how often it was left.
 *
 * Reference: SDM volume 2, REP. */
#include "cpu/block.h"
#include "cpu/ops/ops.h"
#include "cpu/queue.h"
#include "cpu/stop.h"

static inline u32 string_step(const struct cpu *c, u32 bytes)
{
    return c->s.eflags & DF ? -bytes : bytes;
}

static inline void string_advance(struct cpu *c, const struct insn *i, u32 reg,
                                  u32 d)
{
    u32 v = c->s.gpr[reg];

    c->s.gpr[reg] = (v & ~i->amask) | ((v + d) & i->amask);
}

static inline bool rep_none(struct cpu *c, const struct insn *i)
{
    if (!(i->flags & (I_REP | I_REPNE)))
        return false;
    c->s.rep_skip = 0;
    if (c->s.gpr[ECX] & i->amask)
        return false;
    c->left -= c->charge.rep_end;
    return true;
}

/* Back to the instruction, which goes on after what comes in between. An
 * interrupt then returns to the 8086's last prefix, without those before it
 * (8086 Family User's Manual, 2-42). */
static inline void rep_interrupted(struct cpu *c, const struct insn *i)
{
    c->s.eip = c->insn_eip;
    c->s.rep_skip = c->family == I86 ? (u8)(i->len - 2) : 0;
}

/* After a turn: whether another one follows at once. */
static inline bool rep_again(struct cpu *c, const struct insn *i)
{
    if (!(i->flags & (I_REP | I_REPNE)))
        return false;
    string_advance(c, i, ECX, ~0u);
    if (!(c->s.gpr[ECX] & i->amask)) {
        c->left -= c->charge.rep_end;
        return false;
    }
    if (c->left <= 0) {
        rep_interrupted(c, i);
        return false;
    }
    c->left -= i->charge;
    return true;
}

/* The same for those that compare. */
static inline bool rep_again_if(struct cpu *c, const struct insn *i)
{
    u32 zf = flag_zf(c);

    if (((i->flags & I_REP) && !zf) || ((i->flags & I_REPNE) && zf)) {
        string_advance(c, i, ECX, ~0u);
        c->left -= c->charge.rep_end;
        return false;
    }
    return rep_again(c, i);
}

static inline bool same_page(const struct cpu *c, u32 lin, u32 stored)
{
    const struct tlb *code =
        &c->tlb[c->user][TLB_FETCH][lin >> 12 & (TLB_SIZE - 1)];
    const struct tlb *data =
        &c->tlb[c->user][TLB_WRITE][stored >> 12 & (TLB_SIZE - 1)];

    return code->phys == data->phys;
}

/* After a turn that stored an element at `off`. What it stored over its own
 * bytes counts at once. The block cache sees that, but not for an instruction
 * that was decoded for this once: it is decoded anew if that may be so. */
static inline void rep_stored(struct cpu *c, const struct insn *i, u32 off,
                              u32 size)
{
    u32 lin = c->s.seg[CS].base + c->insn_eip, end = lin + i->len - 1;
    u32 to = c->access[ES].base + (off & i->amask), last = to + size - 1;

    if (likely(!c->running->dead) || !(i->flags & (I_REP | I_REPNE)))
        return;
    if (same_page(c, lin, to) || same_page(c, lin, last) ||
        same_page(c, end, to) || same_page(c, end, last))
        cpu_kick(c);
}

/* Takes back the flags of a turn that is not the last, as faults find them
 * (SDM volume 2, REP) and, on silicon, interrupts too. Up to the 286, of
 * which no manual says so, each turn leaves its own. */
static inline void rep_flags(struct cpu *c, u32 fr, u32 fx)
{
    if (c->family < I386)
        return;
    c->fr = fr;
    c->fx = fx;
}

static inline void target_probe(struct cpu *c, u32 at, u32 bytes)
{
    if (c->family >= I286)
        mmu_probe(c, seg_linear(c, ES, at, bytes, CAN_WRITE), bytes, true,
                  c->user);
}

/* ---- runs of elements in plain memory ---- */

/* How many turns may be taken at once: one was paid for already. */
static inline u32 run_limit(const struct cpu *c, const struct insn *i)
{
    u32 n = c->s.gpr[ECX] & i->amask, most;

    if (!(i->flags & (I_REP | I_REPNE)) || c->running->dead)
        return 0;
    n = n < PAGE_SIZE ? n : PAGE_SIZE;
    if ((s64)n * i->charge <= c->left)
        return n;
    most = c->left <= 0 ? 1 : (u32)((c->left - 1) / i->charge) + 2;
    return n < most ? n : most;
}

/* The host address of the element at seg:reg; *n shrinks to those elements
 * that lie within its page, its segment and the address size. NULL when the
 * first one must be looked at by itself. */
static inline u8 *run_within(const struct cpu *c, const struct insn *i,
                             int seg, u32 reg, u32 size, bool write, u32 *n,
                             u8 *p)
{
    u32 off = c->s.gpr[reg] & i->amask, lin = c->access[seg].base + off;
    u32 in_page = lin & (PAGE_SIZE - 1), low = off;
    u64 k;

    if (!p)
        return NULL;
    if (c->s.eflags & DF) {
        k = (in_page < off ? in_page : off) / size + 1;
        *n = k < *n ? (u32)k : *n;
        low = off - (*n - 1) * size;
    } else {
        u64 top = (u64)i->amask - off + 1;

        k = (top < PAGE_SIZE - in_page ? top : PAGE_SIZE - in_page) / size;
        *n = k < *n ? (u32)k : *n;
    }
    return *n && seg_ok(c, seg, low, *n * size, write ? CAN_WRITE : CAN_READ)
           ? p : NULL;
}

static inline u8 *run_at(struct cpu *c, const struct insn *i, int seg, u32 reg,
                         u32 size, bool write, u32 *n)
{
    u32 lin = c->access[seg].base + (c->s.gpr[reg] & i->amask);

    return run_within(c, i, seg, reg, size, write, n,
                      tlb_hit(c, lin, size, write));
}

/* n turns are done, the last of which rep_again() has still to count. */
static inline void run_done(struct cpu *c, const struct insn *i, u32 n)
{
    string_advance(c, i, ECX, -(n - 1));
    c->left -= (s64)(n - 1) * i->charge;
}

/* ---- the same where a device of a timeless region is at either end ---- */

/* Where an element is: host memory or a device. */
struct place {
    u8 *host;
    const struct region *device;
    u32 off;
};

static inline bool run_place(struct cpu *c, const struct insn *i, int seg,
                             u32 reg, u32 size, bool write, u32 *n,
                             struct place *p)
{
    u32 lin = c->access[seg].base + (c->s.gpr[reg] & i->amask);

    p->device = tlb_device(c, lin, size, write, c->user, &p->off);
    if (p->device && c->watched)
        return false;                   /* mmu.c looks at each access */
    p->host = run_within(c, i, seg, reg, size, write, n,
                         p->device ? (u8 *)c : tlb_hit(c, lin, size, write));
    return p->host;
}

static inline u32 place_get(const struct place *p, u32 at, u32 size)
{
    u32 v = 0;

    if (p->device)
        return p->device->ops->mem_read(p->device->dev, p->off + at,
                                        (int)size);
    memcpy(&v, p->host + (s32)at, size);
    return v;
}

static inline void place_put(const struct place *p, u32 at, u32 size, u32 v)
{
    if (p->device)
        p->device->ops->mem_write(p->device->dev, p->off + at, (int)size, v);
    else
        memcpy(p->host + (s32)at, &v, size);
}

/* Bytes of planes: those of n elements of `size`, of which each is d behind the
 * one before; downwards of bytes only. False: not there, or they are no plain
 * ones, so that the device must be called. */
static inline bool planes_hold(const struct place *p, u32 n, u32 size, u32 d)
{
    const struct turned_bytes *t = p->device ? p->device->turned : NULL;

    if (d >> 31)
        return size == 1 && turned_holds(t, p->off - (n - 1), n);
    return turned_holds(t, p->off, n * size);
}

static inline bool planes_move(const struct place *to, const struct place *from,
                               u32 n, u32 size, u32 d)
{
    const struct turned_bytes *t = to->device ? to->device->turned : NULL;

    if (!planes_hold(to, n, size, d) || !t->blends)
        return false;
    if (from->host && !from->device && !(d >> 31)) {
        turned_store(t, to->off - t->first, from->host, n * size);
        return true;
    }
    if (size > 1 || from->device != to->device || !t->reads ||
        !planes_hold(from, n, 1, d))
        return false;
    turned_copy(t, to->off - t->first, from->off - t->first, n, d);
    return true;
}

static inline bool planes_fill(const struct place *to, u32 n, u32 size, u32 d,
                               u32 v)
{
    const struct turned_bytes *t = to->device->turned;

    if (size > 1 || d >> 31 || !planes_hold(to, n, 1, d) || !t->blends)
        return false;
    turned_fill(t, to->off - t->first, n, (u8)v);
    return true;
}

/* The element that is d behind that one, in bytes. */
static inline struct place place_after(struct place p, u32 d)
{
    p.off += d;
    if (p.host)
        p.host += (s32)d;
    return p;
}

/* A device may be plain from the first write on that it was told of. */
static inline void device_move(const struct place *to, const struct place *from,
                               u32 n, u32 size, u32 d)
{
    struct place to2 = place_after(*to, d), from2 = place_after(*from, d);

    if (planes_move(to, from, n, size, d))
        return;
    place_put(to, 0, size, place_get(from, 0, size));
    if (planes_move(&to2, &from2, n - 1, size, d))
        return;
    for (u32 t = 1, at = d; t < n; t++, at += d)
        place_put(to, at, size, place_get(from, at, size));
}

static inline void device_fill(const struct place *to, u32 n, u32 size, u32 d,
                               u32 v)
{
    struct place to2 = place_after(*to, d);

    if (planes_fill(to, n, size, d, v))
        return;
    place_put(to, 0, size, v);
    if (planes_fill(&to2, n - 1, size, d, v))
        return;
    for (u32 t = 1, at = d; t < n; t++, at += d)
        place_put(to, at, size, v);
}

/* ---- the same between memory and a port ---- */

/* Nothing watches port accesses or has to allow them. */
static inline bool ports_free(const struct cpu *c)
{
    return !stops_at(c, STOP_IN) && !stops_at(c, STOP_OUT) &&
           !(c->s.dr[7] & 0xff) &&
           (!(c->s.cr[0] & CR0_PE) || (!v86(c) && c->s.cpl <= iopl(c)));
}

static void port_copy(u8 *host, u8 *kept, u32 bytes, bool out)
{
    if (out)
        memcpy(kept, host, bytes);
    else
        memcpy(host, kept, bytes);
}

/* Many turns at once of INS, or of OUTS, whose device keeps the data in one
 * piece and does nothing but count them. */
static bool port_run(struct cpu *c, const struct insn *i, int seg, u32 reg,
                     u32 size, bool out)
{
    u32 n = run_limit(c, i);
    u16 port = (u16)c->s.gpr[EDX];
    const struct range *r;
    u8 *host, *kept;

    if (n < 2 || (c->s.eflags & DF) || !ports_free(c) ||
        !(r = bus_straight(c->bus, port, (int)size)))
        return false;
    n = cpu_port_turns(c, n, i->charge, r->ns);
    host = run_at(c, i, seg, reg, size, !out, &n);
    if (!host || n < 2 ||
        !(kept = bus_run(c->bus, r, port, (int)size, out, &n)))
        return false;
    port_copy(host, kept, n * size, out);
    string_advance(c, i, reg, n * size);
    run_done(c, i, n);
    cpu_port_done(c, n, r->ns);
    return true;
}

/* ---- the 80286's registers where an element does not fit ---- */

/* Its microcode moves a register on as the address goes out, and takes from CX
 * before it knows whether the segment lets the access through. Handlers of
 * exception 13 take that back ("Undocumented iAPX 286 Test Instruction", 13;
 * "80286 REP MOVS and REP INS Restartability", as corrected). Recorded cases
 * show CX one higher than that for OUTS and CMPS; SCAS is taken to be alike. */
static void stay_moved(struct cpu *c, const struct insn *i, u32 reg, u32 other,
                       u32 d, u32 turns)
{
    string_advance(c, i, reg, d);
    if (other != NOREG)
        string_advance(c, i, other, d);
    if (i->flags & (I_REP | I_REPNE))
        string_advance(c, i, ECX, -turns);
}

static inline void overrun(struct cpu *c, const struct insn *i, int seg,
                           u32 reg, u32 other, u32 d, u32 size, u32 need,
                           u32 turns)
{
    if (likely(!overruns_286(c, seg, c->s.gpr[reg] & i->amask, size, need)))
        return;
    stay_moved(c, i, reg, other, d, turns);
    seg_fault(c, seg);
}

/* The same where a port may not be had. */
static inline void port_check_string(struct cpu *c, const struct insn *i,
                                     u32 reg, u32 d, u32 size, u32 turns)
{
    if (unlikely(c->family == I286) && protected(c) && c->s.cpl > iopl(c))
        stay_moved(c, i, reg, NOREG, d, turns);
    port_check(c, reg16(c, EDX), (int)size);
}

#define W 8
#include "cpu/ops/width/body_alu.inc"
#include "cpu/ops/width/string.inc"
#define W 16
#include "cpu/ops/width/body_alu.inc"
#include "cpu/ops/width/string.inc"
#define W 32
#include "cpu/ops/width/body_alu.inc"
#include "cpu/ops/width/string.inc"
