/* model.c - the processor models, their wiring, reset and state table.
 *
 * Reset values: SDM volume 3, table 9-1; Intel 80386, 80286, 8086 manuals. */
#include <stdlib.h>
#include <strings.h>

#include "cpu/block.h"
#include "cpu/model/cost.h"
#include "cpu/exec.h"
#include "cpu/engine.h"
#include "cpu/lap.h"
#include "cpu/paging/paging.h"
#include "cpu/patch.h"
#include "cpu/queue.h"
#include "cpu/stop.h"
#include "cpu/paging/window.h"

enum { P5 = FEAT_FPU | FEAT_VME | FEAT_DE | FEAT_PSE | FEAT_TSC | FEAT_MSR |
            FEAT_MCE | FEAT_CX8,
       P6 = P5 | FEAT_PAE | FEAT_SEP | FEAT_MTRR | FEAT_PGE | FEAT_MCA |
            FEAT_CMOV };

/* Signatures, features and cache descriptors as Intel's data sheets and
 * AP-485 give them, less the APIC, which counts as disabled. The clocks are
 * those of a usual machine of the kind: IBM's PC, an AT of 1988, ... The
 * Pentium II is of the first one's, as the delay loops of Borland's CRT unit
 * overflow from 266 MHz on. The rate of the time-stamp counter where all
 * instructions take equally long is that of the fastest part. */
const struct cpu_model cpu_models[] = {
    { "8086", "Intel 8086, 4.77 MHz, as the IBM PC's 8088", I86, 0, FEAT_FPU,
      false, 1250000, 4773, 0 },
    { "186", "Intel 80186, 8 MHz", I186, 0, FEAT_FPU, false, 666667, 8000, 0 },
    { "286", "Intel 80286, 12 MHz", I286, 0, FEAT_FPU, false, 333333, 12000,
      0 },
    { "386", "Intel 386DX, 33 MHz", I386, 0x0308, FEAT_FPU, false, 125000,
      33333, 0 },
    { "486", "Intel 486DX2, 66 MHz", I486, 0x0435, FEAT_FPU, true, 25000,
      66667, 0 },
    { "486dx4", "Intel 486DX4, 100 MHz", I486, 0x0480, FEAT_FPU | FEAT_VME,
      true, 14286, 100000, 0 },
    { "pentium", "Intel Pentium, 100 MHz", I586, 0x0525, P5, true, 8333,
      100000, 0 },
    { "pentium-mmx", "Intel Pentium MMX, 200 MHz", I586, 0x0543,
      P5 | FEAT_MMX, true, 4000, 200000, 0 },
    { "pentiumpro", "Intel Pentium Pro, 200 MHz", I686, 0x0619, P6, true,
      3333, 200000, 0x06040a42 },
    { "pentium2", "Intel Pentium II, 233 MHz", I686, 0x0634, P6 | FEAT_MMX,
      true, 2500, 233333, 0x0c040843 },
    { 0 }
};

static const struct { const char *name, *stands_for; } aliases[] = {
    { "ppro", "pentiumpro" }, { "686", "pentiumpro" }, { "586", "pentium" },
};

const struct cpu_model *cpu_model_find(const char *name)
{
    for (size_t n = 0; n < sizeof aliases / sizeof *aliases; n++)
        if (strcasecmp(aliases[n].name, name) == 0)
            name = aliases[n].stands_for;
    for (const struct cpu_model *m = cpu_models; m->name; m++)
        if (strcasecmp(m->name, name) == 0)
            return m;
    return NULL;
}

const struct cpu_feature cpu_features[] = {
    { "fpu", "the coprocessor", FEAT_FPU, I86 },
    { "cpuid", "the CPUID instruction", 0, I486 },
    { "vme", "virtual-8086 mode extensions", FEAT_VME, I486 },
    { "de", "I/O breakpoints", FEAT_DE, I586 },
    { "pse", "4 MB pages", FEAT_PSE, I586 },
    { "tsc", "RDTSC", FEAT_TSC, I586 },
    { "msr", "RDMSR and WRMSR", FEAT_MSR, I586 },
    { "pae", "page tables of 64-bit entries", FEAT_PAE, I586 },
    { "mce", "machine check exception", FEAT_MCE, I586 },
    { "cx8", "CMPXCHG8B", FEAT_CX8, I586 },
    { "sep", "SYSENTER and SYSEXIT", FEAT_SEP, I686 },
    { "mtrr", "memory type registers", FEAT_MTRR, I686 },
    { "pge", "global pages", FEAT_PGE, I586 },
    { "mca", "machine check banks", FEAT_MCA, I686 },
    { "cmov", "CMOV, FCMOV and FCOMI", FEAT_CMOV, I586 },
    { "mmx", "MMX", FEAT_MMX, I586 },
    { 0 }
};

const struct cpu_feature *cpu_feature_find(const char *name, size_t len)
{
    for (const struct cpu_feature *f = cpu_features; f->name; f++)
        if (strlen(f->name) == len && strncasecmp(f->name, name, len) == 0)
            return f;
    return NULL;
}

bool cpu_model_has(const struct cpu_model *m, const struct cpu_feature *f)
{
    return f->bit ? m->features & f->bit : m->cpuid;
}

bool cpu_model_set(struct cpu_model *m, const struct cpu_feature *f, bool on)
{
    if (on && m->family < f->since)
        return false;
    if (!f->bit)
        m->cpuid = on;
    else if (on)
        m->features |= f->bit;
    else
        m->features &= ~f->bit;
    return true;
}

enum err cpu_init(struct cpu *c, const struct cpu_model *model, struct mem *mem,
                  struct bus *bus, struct clk *clk, struct log *log)
{
    c->model = model;
    c->family = model->family;
    c->fpu = model->features & FEAT_FPU;
    c->mem = mem;
    c->bus = bus;
    c->clk = clk;
    c->log = log;
    c->block_insns = BLOCK_INSNS;
    c->fast_after = PLAIN_RUNS;
    c->engine = &engine_plain;
    c->tlb_now = c->tlb[0][0];
    c->blocks = block_cache_new();
    c->patches = patches_new();
    memset(c->lines + 0xa0000 / CODE_LINE - 1, LINE_HOLE,
           0x60000 / CODE_LINE + 1);
    c->ops = op_map_new(model);
    c->cost_class = cost_classes_new();
    if (!c->blocks || !c->patches || !c->ops || !c->cost_class) {
        cpu_free(c);
        return ERR_NOMEM;
    }
    cpu_set_costs(c, false);
    cpu_reset(c);
    return ERR_OK;
}

void cpu_free(struct cpu *c)
{
    if (c->engine->stop)
        c->engine->stop(c);
    c->engine = &engine_plain;
    block_cache_free(c->blocks);
    op_map_free(c->ops);
    free(c->cost_class);
    free(c->patches);
    c->patches = NULL;
    c->cost_class = NULL;
    c->blocks = NULL;
    c->ops = NULL;
}

/* ---- as the board sees it ---- */

struct cpu *cpu_new(const struct cpu_model *model, struct mem *mem,
                    struct bus *bus, struct clk *clk, struct log *log,
                    bool cache_off)
{
    struct cpu *c = calloc(1, sizeof *c);

    if (!c || cpu_init(c, model, mem, bus, clk, log)) {
        free(c);
        return NULL;
    }
    c->cache_off = cache_off;
    if (cache_off)
        lap_off(c);
    return c;
}

void cpu_delete(struct cpu *c)
{
    if (c)
        cpu_free(c);
    free(c);
}

struct cpu_pins *cpu_pins(struct cpu *c) { return &c->pin; }
struct cpu_state *cpu_state(struct cpu *c) { return &c->s; }
struct tlb_state *cpu_tlb_state(struct cpu *c) { return &c->tlb_saved; }
u64 cpu_insns(const struct cpu *c) { return cpu_icount(c); }
u64 cpu_units(const struct cpu *c) { return cpu_spent(c); }

struct cpu_laps cpu_laps(const struct cpu *c)
{
    const struct laps *l = &c->laps;

    return (struct cpu_laps){ l->skipped, l->skipped_units, l->skipped_ps,
                              l->insns, l->on };
}

void cpu_disturb(struct cpu *c) { lap_broken(c); }
void cpu_note_stores(struct cpu *c, u64 *sum) { lap_note(c, sum); }

/* ---- engines ---- */

const struct engine engine_plain = { .start = NULL };

static const struct engine *const engines[] = {
    [ENGINE_PLAIN] = &engine_plain, [ENGINE_FAST] = &engine_fast,
    [ENGINE_COMPILED] = &engine_compiled,
};

/* Only the plain one has nothing to start. */
static bool start_engine(struct cpu *c, enum cpu_engine e)
{
    if (e != ENGINE_PLAIN && (!engines[e]->start || !engines[e]->start(c)))
        return false;
    c->engine = engines[e];
    return true;
}

bool cpu_set_engine(struct cpu *c, enum cpu_engine wanted)
{
    enum cpu_engine e = wanted;

    cpu_settle(c);
    block_cache_clear(c);
    if (c->engine->stop)
        c->engine->stop(c);
    c->engine = &engine_plain;
    while (!start_engine(c, e))
        e--;
    window_map(c);
    return e == wanted;
}

bool cpu_engine_built(enum cpu_engine e)
{
    return e == ENGINE_PLAIN || engines[e]->start;
}

/* ---- reset, state ---- */

static void reset_segments(struct cpu *c)
{
    u16 attr = SEG_P | SEG_S | SEG_RW | SEG_A;

    for (int n = ES; n <= GS; n++)
        c->s.seg[n] = (struct seg){ 0, 0xffff, 0, attr };
    c->s.seg[CS].sel = c->family >= I286 ? 0xf000 : 0xffff;
    c->s.seg[CS].base = c->family >= I386 ? 0xffff0000 :
                        c->family == I286 ? 0xff0000 : 0xffff0;
    c->s.seg[LDTR] = (struct seg){ 0, 0xffff, 0, SEG_P | 2 };
    c->s.seg[TR] = (struct seg){ 0, 0xffff, 0, SEG_P | 11 };
}

static u32 reset_flags(const struct cpu *c)
{
    return c->family < I286 ? 0xf002 : 2;
}

void cpu_reset(struct cpu *c)
{
    u64 icount = cpu_icount(c), spent = cpu_spent(c);
    bool intr = c->s.intr;

    c->s = (struct cpu_state){ .icount = icount, .spent = spent,
                               .intr = intr, .shadow_at = ~(u64)0 };
    memset(&c->tlb_saved, 0, sizeof c->tlb_saved);
    reset_segments(c);
    c->s.gpr[EDX] = c->model->signature;
    c->s.eip = c->family >= I286 ? 0xfff0 : 0;
    c->s.cr[0] = c->family >= I486 ? CR0_CD | CR0_NW | CR0_ET :
                 c->family == I386 && c->fpu ? CR0_ET : 0;
    c->s.dr[6] = 0xffff0ff0;
    c->s.dr[7] = c->family >= I386 ? 0x400 : 0;
    c->s.gdt_limit = c->s.idt_limit = c->family >= I286 ? 0xffff : 0x3ff;
    c->s.eflags = reset_flags(c);
    msr_reset(c);
    c->s.fcw = 0x40;
    c->s.ftw = 0x5555;
    line_set(&c->pin.ferr, false);
    cpu_loaded(c);
}

/* The IP of an 8086 has 16 bits: behind an instruction that lies across the
 * segment's end, EIP has more until the next one is looked up. */
void cpu_settle(struct cpu *c)
{
    if (c->family < I286)
        c->s.eip &= 0xffff;
    c->s.icount = cpu_icount(c);
    c->s.spent = cpu_spent(c);
    c->s.eflags = flags_get(c);
    fpu_settle(c);
}

void cpu_sync(struct cpu *c)
{
    cpu_settle(c);
    mmu_sync(c);
}

/* From the saved state to what is worked out from it. A hostile state can
 * hold any value here; each is harmless to the host. */
void cpu_loaded(struct cpu *c)
{
    c->left = 0;
    c->x87.bar = X87_AWAY;
    c->counted = c->s.icount;
    c->end = c->synced = c->s.spent;
    c->fault = c->delivering = -1;
    c->nested = 0;
    c->s.gpr[NOREG] = 0;
    flags_set_arith(c, c->s.eflags);
    for (int n = 0; n < SEGS; n++)
        seg_update(c, n);
    cpu_mode_changed(c);
    block_cache_clear(c);
    lap_forget(c);
    cpu_tlb_loaded(c);
    /* The pin has no edge: who latches it has loaded that it did. */
    c->pin.ferr.level = c->s.ferr_level;
    cpu_attend(c);
}

/* ---- pins ---- */

void cpu_set_intr(void *cpu, int n, bool level)
{
    struct cpu *c = cpu;

    (void)n;
    c->s.intr = level;
    cpu_attend(c);
}

void cpu_set_nmi(void *cpu, int n, bool level)
{
    struct cpu *c = cpu;

    (void)n;
    c->s.nmi |= level;
    cpu_attend(c);
}

void cpu_ignne(struct cpu *c)
{
    c->s.ignne = c->s.ferr_level;
}

void cpu_map_changed(void *cpu)
{
    struct cpu *c = cpu;

    if (!c->blocks)
        return;
    lap_broken(c);
    block_map_changed(c);
    window_map(c);
    mmu_flush(c);
    cpu_kick(c);
}

void cpu_mem_wrote(void *cpu, u32 addr, u32 n)
{
    struct cpu *c = cpu;

    lap_broken(c);
    if (stops_at(c, STOP_WRITE))
        stop_master(c, addr, n);
    while (n) {
        u32 part = PAGE_SIZE - addr % PAGE_SIZE;

        part = part < n ? part : n;
        block_wrote(c, addr, part);
        addr += part;
        n -= part;
    }
}

/* ---- state ---- */

static const struct field seg_fields[] = {
    FIELD(struct seg, base, "linear address of offset 0"),
    FIELD(struct seg, limit, "highest offset, in bytes"),
    FIELD(struct seg, sel, "selector"),
    FIELD_BITS(struct seg, attr, "A,RW,DC,E,S,DPL0,DPL1,P,,,,,AVL,,DB,G",
               "descriptor bits 40-55"),
    FIELD_END
};
static const struct table seg_table =
    { "segment", sizeof(struct seg), seg_fields };

#define EFLAGS_BITS "CF,,PF,,AF,,ZF,SF,TF,IF,DF,OF,IOPL0,IOPL1,NT,,RF,VM,AC," \
                    "VIF,VIP,ID"
#define S struct cpu_state
static const struct field cpu_fields[] = {
    FIELD_ARRAY(S, gpr, "eax ecx edx ebx esp ebp esi edi, zero"),
    FIELD(S, eip, "instruction pointer"),
    FIELD_BITS(S, eflags, EFLAGS_BITS, "flags"),
    FIELD_ARRAY(S, cr, "control registers 0 to 4"),
    FIELD_ARRAY(S, dr, "debug registers"),
    FIELD(S, gdt_base, "GDTR base"),
    FIELD(S, idt_base, "IDTR base"),
    FIELD(S, gdt_limit, "GDTR limit"),
    FIELD(S, idt_limit, "IDTR limit"),
    FIELD_STRUCTS(S, seg, seg_table, "es cs ss ds fs gs ldtr tr"),
    FIELD_ARRAY(S, sysenter, "SYSENTER MSRs: CS, ESP, EIP"),
    FIELD_ARRAY(S, msr, "other model-specific registers"),
    FIELD_ARRAY(S, pdpte, "PAE: page directory pointers"),
    FIELD(S, icount, "instructions retired"),
    FIELD(S, spent, "units of cost that they took"),
    FIELD(S, shadow_at, "no interrupt at this instruction count"),
    FIELD(S, tsc_offset, "time-stamp counter less instruction count"),
    FIELD_ARRAY(S, st_mant, "x87 registers: significands"),
    FIELD_ARRAY(S, st_se, "x87 registers: signs and exponents"),
    FIELD_BITS(S, fcw, "IM,DM,ZM,OM,UM,PM,,,PC0,PC1,RC0,RC1,X",
               "x87 control word"),
    FIELD_BITS(S, fsw, "IE,DE,ZE,OE,UE,PE,SF,ES,C0,C1,C2,,,,C3,B",
               "x87 status word"),
    FIELD(S, ftw, "x87 tags, two bits a register"),
    FIELD(S, fop, "x87 last opcode"),
    FIELD(S, fcs, "x87 last instruction: selector"),
    FIELD(S, fds, "x87 last operand: selector"),
    FIELD(S, fip, "x87 last instruction: offset"),
    FIELD(S, fdp, "x87 last operand: offset"),
    FIELD_MAX(S, cpl, 3, "current privilege level"),
    FIELD(S, halted, "HLT waits for an interrupt"),
    FIELD(S, shutdown, "after a triple fault"),
    FIELD(S, napping, "a keyboard poll waits for something to happen"),
    FIELD(S, intr, "INTR pin"),
    FIELD(S, nmi, "an NMI edge is latched"),
    FIELD(S, nmi_blocked, "until IRET"),
    FIELD(S, ferr_level, "FERR# pin"),
    FIELD(S, ignne, "IGNNE# pin, until FERR# rises"),
    FIELD(S, db_pending, "a debug trap is due"),
    FIELD(S, sti_shadow, "that is for maskable interrupts only"),
    FIELD(S, rep_skip, "prefixes that an interrupt now loses"),
    FIELD_ARRAY(S, queue, "bytes fetched ahead"),
    FIELD_MAX(S, queued, QUEUE_STALE, "1 a store runs, 2 they are stale"),
    FIELD(S, queue_at, "their linear address"),
    FIELD(S, queue_insn, "instruction that comes from them"),
    FIELD(S, queue_next, "the one after it"),
    FIELD_END
};
#undef S
static const struct field tlb_fields[] = {
    FIELD_ARRAY(struct tlb_state, entry, "linear page << 32, address, valid 1, "
                "global 2, large 4, kind * 8 (to read, to write, code), user's "
                "32, kind told 64"),
    FIELD_END
};
const struct table tlb_table =
    { "tlb", sizeof(struct tlb_state), tlb_fields };

const struct table cpu_table = { "cpu", sizeof(struct cpu_state), cpu_fields };
