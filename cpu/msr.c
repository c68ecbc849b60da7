/* msr.c - model-specific registers, the time-stamp and performance counters,
 * SYSENTER.
 *
 * Reference: SDM volume 3, appendix B of the Pentium II edition (243192);
 * Pentium Family User's Manual volume 3 (241430), chapter 16.
 * Not modelled: what the memory types, machine checks, test, update and
 * last-branch registers do (their values are kept); the counting of events;
 * the local APIC, which can't be enabled. */
#include "cpu/block.h"
#include "cpu/desc.h"
#include "cpu/lap.h"
#include "cpu/ops/ops.h"

enum { MSR_TSC = 0x10, MSR_P5_EVENTS = 0x11, MSR_APIC_BASE = 0x1b,
       MSR_COUNTER = 0xc1, MSR_SYSENTER = 0x174, MSR_EVENTS = 0x186 };

/* What a write may hold. */
enum check { ANY, NOTHING, READ_ONLY, TYPE_LOW, TYPES };

/* A run of registers with equal rules. The slots are those of the saved
 * array: never give a register another one. */
struct msr {
    u32 first, last;
    u32 slot;                           /* of the first */
    u32 feature;                        /* it needs, or 0 */
    enum family since, until;
    enum check check;
    u64 legal, reset;
};

#define BITS(hi, lo) ((~(u64)0 >> (63 - (hi))) & (~(u64)0 << (lo)))
enum { TOP = 63 };

static const struct msr msrs[] = {
    /* machine check of the P5, test registers, performance */
    { 0x000, 0x001, 0, FEAT_MCE, I586, I686, ANY, BITS(TOP, 0), 0 },
    { 0x002, 0x00e, 2, FEAT_MSR, I586, I586, ANY, BITS(31, 0), 0 },
    { 0x011, 0x011, 15, FEAT_MSR, I586, I586, ANY, BITS(31, 0), 0 },
    { 0x012, 0x013, 16, FEAT_MSR, I586, I586, ANY, BITS(39, 0), 0 },
    /* platform, APIC, bus, test, microcode */
    { 0x017, 0x017, 18, FEAT_MSR, I686, I686, READ_ONLY, 0, 0 },
    { 0x01b, 0x01b, 19, FEAT_MSR, I686, I686, ANY, BITS(35, 12) | 0x900,
      0xfee00100 },
    { 0x02a, 0x02a, 20, FEAT_MSR, I686, I686, ANY, BITS(31, 0), 0 },
    { 0x033, 0x033, 21, FEAT_MSR, I686, I686, ANY, BITS(31, 0), 0 },
    { 0x079, 0x079, 22, FEAT_MSR, I686, I686, ANY, BITS(TOP, 0), 0 },
    { 0x088, 0x08a, 23, FEAT_MSR | FEAT_MMX, I686, I686, ANY, BITS(TOP, 0),
      0 },
    { 0x08b, 0x08b, 26, FEAT_MSR, I686, I686, ANY, BITS(TOP, 0), 0 },
    { 0x0c1, 0x0c2, 27, FEAT_MSR, I686, I686, ANY, BITS(TOP, 0), 0 },
    /* memory types: write combining, fixed ranges, eight variable ones */
    { 0x0fe, 0x0fe, 29, FEAT_MTRR, I686, I686, READ_ONLY, 0, 0x508 },
    /* control of the second-level cache */
    { 0x116, 0x11e, 30, FEAT_MSR | FEAT_MMX, I686, I686, ANY, BITS(TOP, 0),
      0 },
    /* machine check: five banks */
    { 0x179, 0x179, 39, FEAT_MCA, I686, I686, READ_ONLY, 0, 5 },
    { 0x17a, 0x17a, 40, FEAT_MCA, I686, I686, ANY, BITS(2, 0), 0 },
    { 0x186, 0x187, 41, FEAT_MSR, I686, I686, ANY, BITS(31, 0), 0 },
    /* branch trace */
    { 0x1d9, 0x1d9, 43, FEAT_MSR, I686, I686, ANY, BITS(13, 0), 0 },
    { 0x1db, 0x1de, 44, FEAT_MSR, I686, I686, READ_ONLY, 0, 0 },
    { 0x1e0, 0x1e0, 48, FEAT_MSR, I686, I686, ANY, BITS(31, 0), 0 },
    /* memory types: base and mask of each variable range in turn */
    { 0x200, 0x20f, 49, FEAT_MTRR, I686, I686, TYPE_LOW, BITS(35, 12) | 0x8ff,
      0 },
    { 0x250, 0x250, 65, FEAT_MTRR, I686, I686, TYPES, BITS(TOP, 0), 0 },
    { 0x258, 0x259, 66, FEAT_MTRR, I686, I686, TYPES, BITS(TOP, 0), 0 },
    { 0x268, 0x26f, 68, FEAT_MTRR, I686, I686, TYPES, BITS(TOP, 0), 0 },
    { 0x2ff, 0x2ff, 76, FEAT_MTRR, I686, I686, TYPE_LOW, 0xcff, 0 },
    { 0x400, 0x400, 77, FEAT_MCA, I686, I686, ANY, BITS(TOP, 0), 0 },
    { 0x401, 0x402, 78, FEAT_MCA, I686, I686, NOTHING, 0, 0 },
    { 0x404, 0x404, 80, FEAT_MCA, I686, I686, ANY, BITS(TOP, 0), 0 },
    { 0x405, 0x406, 81, FEAT_MCA, I686, I686, NOTHING, 0, 0 },
    { 0x408, 0x408, 83, FEAT_MCA, I686, I686, ANY, BITS(TOP, 0), 0 },
    { 0x409, 0x40a, 84, FEAT_MCA, I686, I686, NOTHING, 0, 0 },
    { 0x40c, 0x40c, 86, FEAT_MCA, I686, I686, ANY, BITS(TOP, 0), 0 },
    { 0x40d, 0x40e, 87, FEAT_MCA, I686, I686, NOTHING, 0, 0 },
    { 0x410, 0x410, 89, FEAT_MCA, I686, I686, ANY, BITS(TOP, 0), 0 },
    { 0x411, 0x412, 90, FEAT_MCA, I686, I686, NOTHING, 0, 0 },
};
enum { MSRS = sizeof msrs / sizeof *msrs };

enum { PS_PER_MS = 1000000000, NS_PER_MS = PS_PER_MS / PS_PER_NS };

/* What a clock of so many kHz has counted. */
static u64 tsc_of_clock(const struct clk *clk, u32 khz)
{
    u64 ms = (u64)clk->now / NS_PER_MS;
    u64 ps = (u64)clk->now % NS_PER_MS * PS_PER_NS + clk->frac_ps;

    return ms * khz + ps * khz / PS_PER_MS;
}

/* One for each so many ps. They fit in 64 bits for the first 213 days. */
static u64 tsc_of_pace(const struct clk *clk, u32 ps)
{
    const u64 most = ~(u64)0 / PS_PER_NS - 1, now = (u64)clk->now;

    if (likely(now < most))
        return (now * PS_PER_NS + clk->frac_ps) / ps;
    return (u64)(((unsigned __int128)now * PS_PER_NS + clk->frac_ps) / ps);
}

/* It runs at the model's pace, through halts and bus waits. */
static u64 tsc_run(struct cpu *c)
{
    return c->costs ? tsc_of_clock(c->clk, c->model->khz)
                    : tsc_of_pace(c->clk, c->model->ps_per_insn);
}

static u64 tsc(struct cpu *c)
{
    lap_spoil(c);
    cpu_clock(c);
    return tsc_run(c) + (u64)c->s.tsc_offset;
}

void cpu_change_costs(struct cpu *c, bool on)
{
    u64 now = tsc(c);

    cpu_set_costs(c, on);
    c->s.tsc_offset = (s64)(now - tsc_run(c));
}

static bool has(const struct cpu *c, const struct msr *m)
{
    return c->family >= m->since && c->family <= m->until &&
           !(m->feature & ~c->model->features);
}

/* NULL: this model has no such register. */
static const struct msr *msr_find(const struct cpu *c, u32 n)
{
    for (int k = 0; k < MSRS; k++)
        if (n >= msrs[k].first && n <= msrs[k].last && has(c, &msrs[k]))
            return &msrs[k];
    return NULL;
}

void msr_reset(struct cpu *c)
{
    for (int k = 0; k < MSRS; k++)
        for (u32 n = 0; n <= msrs[k].last - msrs[k].first; n++)
            if (has(c, &msrs[k]))
                c->s.msr[msrs[k].slot + n] = msrs[k].reset;
    c->s.tsc_offset = -(s64)tsc_run(c);
}

/* Uncached, write combining, write through, write protected, write back. */
static bool memory_type(u32 t)
{
    return t <= 6 && (0x73u >> t & 1);
}

static bool value_ok(const struct msr *m, u32 n, u64 v)
{
    bool is_mask = m->first == 0x200 && (n & 1);

    if (m->check == READ_ONLY || (v & ~m->legal))
        return false;
    if (m->check == TYPE_LOW && is_mask)
        return !(v & 0xff);
    if (m->check == TYPE_LOW)
        return memory_type(v & 0xff) && !(m->first == 0x200 && (v & 0x800));
    for (int b = 0; m->check == TYPES && b < 64; b += 8)
        if (!memory_type(v >> b & 0xff))
            return false;
    return true;
}

enum { APIC_ENABLE = 0x800, APIC_BSP = 0x100, EVENTS_ENABLE = 1 << 22 };

/* Registers whose bits do something, or fail to. */
static u64 after_write(struct cpu *c, u32 n, u64 v)
{
    if (n == MSR_APIC_BASE && c->family == I686) {
        if (v & APIC_ENABLE)
            LOG(c->log, TODO, "cpu", "local APIC enabled");
        return (v & ~(u64)APIC_ENABLE) | APIC_BSP;
    }
    if (n - MSR_COUNTER < 2 && c->family == I686)
        return (u64)(s64)(s32)v & BITS(39, 0);
    if ((n == MSR_EVENTS && (v & EVENTS_ENABLE)) ||
        (n == MSR_P5_EVENTS && c->family == I586 && v))
        LOG(c->log, TODO, "cpu", "performance counters");
    return v;
}

/* ---- instructions ---- */

static void msr_answer(struct cpu *c, u64 v)
{
    c->s.gpr[EAX] = (u32)v;
    c->s.gpr[EDX] = (u32)(v >> 32);
}

void op_rdtsc(struct cpu *c, const struct insn *i)
{
    (void)i;
    if ((c->s.cr[4] & CR4_TSD) && c->s.cpl != 0)
        cpu_raise_code(c, EX_GP, 0);
    msr_answer(c, tsc(c));
}

/* The P55C and the P6 family have it; no CPUID bit tells. */
void op_rdpmc(struct cpu *c, const struct insn *i)
{
    u32 n = c->s.gpr[ECX], first = c->family == I686 ? 0xc1 : 0x12;
    const struct msr *m = msr_find(c, first);

    (void)i;
    if ((!(c->s.cr[4] & CR4_PCE) && (c->s.cr[0] & CR0_PE) && c->s.cpl != 0) ||
        n > 1 || !m)
        cpu_raise_code(c, EX_GP, 0);
    msr_answer(c, c->s.msr[m->slot + n] & BITS(39, 0));
}

static u32 *sysenter_msr(struct cpu *c, u32 n)
{
    if (!(c->model->features & FEAT_SEP) || n - MSR_SYSENTER > 2)
        return NULL;
    return &c->s.sysenter[n - MSR_SYSENTER];
}

void op_rdmsr(struct cpu *c, const struct insn *i)
{
    u32 n = c->s.gpr[ECX], *p = sysenter_msr(c, n);
    const struct msr *m = msr_find(c, n);

    (void)i;
    need_cpl0(c);
    if (p)
        msr_answer(c, *p);
    else if (n == MSR_TSC)
        msr_answer(c, tsc(c));
    else if (m)
        msr_answer(c, c->s.msr[m->slot + n - m->first]);
    else
        cpu_raise_code(c, EX_GP, 0);
}

/* The counters take 32 bits: a time stamp's upper half is cleared, an event
 * count's extended by its sign. */
void op_wrmsr(struct cpu *c, const struct insn *i)
{
    u32 n = c->s.gpr[ECX], *p = sysenter_msr(c, n);
    u64 v = c->s.gpr[EAX] | (u64)c->s.gpr[EDX] << 32;
    const struct msr *m = msr_find(c, n);

    (void)i;
    need_cpl0(c);
    if (p)
        *p = (u32)v;
    else if (n == MSR_TSC)
        c->s.tsc_offset += (s64)((u32)v - tsc(c));
    else if (m && value_ok(m, n, v))
        c->s.msr[m->slot + n - m->first] = after_write(c, n, v);
    else
        cpu_raise_code(c, EX_GP, 0);
}

/* ---- fast system calls ---- */

static struct seg flat(u16 sel, u32 cpl, bool code)
{
    return (struct seg){ 0, ~0u, (u16)((sel & ~3u) | cpl),
                         (u16)(SEG_P | cpl << 5 | SEG_S | SEG_RW | SEG_A |
                               SEG_DB | SEG_G | (code ? SEG_CODE : 0)) };
}

static void fast_switch(struct cpu *c, u16 cs, u16 ss, u32 cpl)
{
    bool stays = c->mode & MODE_PROT;

    c->s.cpl = (u8)cpl;
    c->user = cpl == 3;
    seg_replace(c, CS, flat(cs, cpl, true));
    seg_replace(c, SS, flat(ss, cpl, false));
    if (unlikely(!stays))               /* V86 mode ends */
        cpu_mode_changed(c);
}

void op_sysenter(struct cpu *c, const struct insn *i)
{
    u16 cs = (u16)c->s.sysenter[0];

    (void)i;
    if (!(c->s.cr[0] & CR0_PE) || sel_null(cs))
        cpu_raise_code(c, EX_GP, 0);
    cpu_set_eflags(c, 0, VM | IF | RF);
    c->s.gpr[ESP] = c->s.sysenter[1];
    c->s.eip = c->s.sysenter[2];
    fast_switch(c, cs, (u16)(cs + 8), 0);
}

void op_sysexit(struct cpu *c, const struct insn *i)
{
    u16 cs = (u16)c->s.sysenter[0];

    (void)i;
    if (!(c->s.cr[0] & CR0_PE) || sel_null(cs) || c->s.cpl != 0)
        cpu_raise_code(c, EX_GP, 0);
    c->s.gpr[ESP] = c->s.gpr[ECX];
    c->s.eip = c->s.gpr[EDX];
    fast_switch(c, (u16)(cs + 16), (u16)(cs + 24), 3);
}
